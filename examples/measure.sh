#!/usr/bin/env bash
# Measures what the README states, and prints it as a table. `make bench` builds what it needs: the release binary, and
# examples/bare.rs as the yardstick for requests a second.
# BUILD (release); ROUNDS (5) of WRK_SECONDS (5) each for requests; DEMO_ROUNDS (3) for the demo; ROWS (1000000) for the import.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$PWD/target/${BUILD:-release}
paiban=$build/paiban
bare=$build/examples/bare
rounds=${ROUNDS:-5} wrk_seconds=${WRK_SECONDS:-5} demo_rounds=${DEMO_ROUNDS:-3} rows=${ROWS:-1000000}
workers=$(nproc)
folder=$(mktemp -d)
cd "$folder"
export PAIBAN_LOG__FILTER=error PAIBAN_SERVER__PORT=0 PAIBAN_SERVER__THREADS=$workers PAIBAN_CLOCK__IS_ENABLED=false
pids=()
clean() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap clean EXIT

say() { echo "$*" >&2; }
row() { printf '| %s | %s |\n' "$1" "$2" >> table; }
median() { sort -g | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'; }
now_ms() { echo $(($(date +%s%N) / 1000000)); }
# Runs a command under GNU time and leaves its peak of resident memory, in MB, in the file `peak`.
peak_of() {
  /usr/bin/time --format %M --output peak_kb "$@"
  awk '{ printf "%.0f\n", $1 / 1024 }' peak_kb > peak
}
resident_mb() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }
# Starts a server, and waits until it has told its address; leaves that in `address` and its process in `server`.
start() {
  "$@" > said 2> errors &
  server=$!
  pids+=("$server")
  until address=$(grep -om1 'http://[0-9.:]*' said); do
    kill -0 "$server" 2>/dev/null || { cat errors >&2; exit 1; }
    sleep 0.005
  done
}
stop() {
  kill "$1"
  wait "$1" 2>/dev/null || true
}

# The demo.
for round in $(seq "$demo_rounds"); do
  say "demo, round $round of $demo_rounds"
  rm -f demo.db*
  DATABASE_URL="sqlite://demo.db?mode=rwc" peak_of "$paiban" demo --json --seed "$round" > demo.json 2> errors || { cat errors >&2; exit 1; }
  jq -r '[ .seconds, .roster.gap * 100, (.roster.violations | length), 100 * .coverage.short_agent_minutes / .coverage.required_agent_minutes,
    .forecast.wape, .forecast.wape_mean4 ] | @tsv' demo.json | paste - peak >> demos
done
of_demos() { cut -f "$1" demos | median; }
worst() { cut -f "$1" demos | sort -g | tail -n 1; }
row "demo, empty database to published roster: seconds, median of $demo_rounds seeds (worst)" "$(printf '%.1f (%.1f)' "$(of_demos 1)" "$(worst 1)")"
row 'demo: gap between cost and proven bound, % (worst)' "$(printf '%.2f (%.2f)' "$(of_demos 2)" "$(worst 2)")"
row 'demo: hard rules broken, worst' "$(worst 3)"
row 'demo: required agent-minutes not covered, % (worst)' "$(printf '%.1f (%.1f)' "$(of_demos 4)" "$(worst 4)")"
row 'demo: forecast WAPE; mean of the last four same weekdays' "$(printf '%.3f; %.3f' "$(of_demos 5)" "$(of_demos 6)")"
row 'demo: resident memory at most, MB (worst)' "$(of_demos 7) ($(worst 7))"

# Start and idle memory.
say "serve, empty database"
for round in 1 2 3 4 5; do
  rm -f empty.db*
  began=$(now_ms)
  DATABASE_URL="sqlite://empty.db?mode=rwc" start "$paiban" serve
  until curl --silent --fail --output ready "$address/health/ready"; do sleep 0.005; done
  echo $(($(now_ms) - began)) >> starts
  [ "$round" -eq 5 ] || stop "$server"
done
sleep 5
row 'serve, empty database: milliseconds until ready, median of 5' "$(median < starts)"
row 'serve: resident memory idle, MB' "$(resident_mb "$server")"
stop "$server"

# A million rows: five queues of the demo, five-minute intervals.
say "import of $rows rows"
awk -v rows="$rows" 'BEGIN {
  split("天猫售前 天猫售后 拼多多售前 拼多多售后 抖音售前", queues, " ")
  print "时间,队列,咨询量"
  for (made = 0; made < rows; made++) {
    if (made % (5 * 288) == 0) {
      if (++day > 28) { day = 1; if (++month > 11) { month = 0; year++ } }
    }
    step = int(made / 5) % 288
    printf "%04d-%02d-%02d %02d:%02d,%s,%d\n", 2020 + year, month + 1, day, step / 12, step % 12 * 5, queues[made % 5 + 1], made * 7 % 23
  }
}' > rows.csv
for part in demo.db*; do cp "$part" "import${part#demo}"; done
began=$(now_ms)
DATABASE_URL="sqlite://import.db?mode=rwc" peak_of "$paiban" import volumes rows.csv >&2
row "import of $rows rows: seconds" "$(awk -v ms=$(($(now_ms) - began)) 'BEGIN { printf "%.1f", ms / 1000 }')"
row 'import: resident memory at most, MB' "$(cat peak)"

# The published roster against a bare handler that sends the same bytes, in turns.
roster=$(jq -er .roster.id demo.json)
key=$(jq -er .api.key demo.json)
DATABASE_URL="sqlite://demo.db?mode=rwc" start "$paiban" serve
served=$address served_pid=$server
curl --silent --show-error --fail --header "Authorization: Bearer $key" --output body.json "$served/api/v1/rosters/$roster"
start "$bare" body.json "$workers"
requests() {
  wrk --threads 1 --connections 16 --duration "${wrk_seconds}s" --header "Authorization: Bearer $key" "$1" > wrk.out
  if grep -q 'Non-2xx' wrk.out; then cat wrk.out >&2; exit 1; fi
  awk '/^Requests\/sec/ { print $2 }' wrk.out
}
for round in $(seq "$rounds"); do
  say "requests, round $round of $rounds"
  requests "$served/api/v1/rosters/$roster" >> ours
  requests "$address/" >> yardstick
done
row "GET of the published roster ($(wc -c < body.json) bytes): requests a second, median of $rounds" "$(median < ours)"
row 'a bare actix handler with the same bytes' "$(median < yardstick)"
row 'ratio, median of the rounds (worst)' "$(paste ours yardstick | awk '{ print $1 / $2 }' > ratios; printf '%.2f (%.2f)' "$(median < ratios)" "$(sort -g ratios | head -n 1)")"
row 'serve under that load: resident memory, MB' "$(resident_mb "$served_pid")"

printf '\n| what, on %s cores | measured |\n|---|---|\n' "$workers"
cat table
