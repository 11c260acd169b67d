#!/usr/bin/env bash
# The main job on real input: from the calls of a bank's service desk (5-minute rows, weekdays, 2003) to a published roster
# of 40 agents for the week after them. Usage: examples/bank_week.sh PATH/TO/bank_calls.csv
# Needs bash, curl and jq, and the release build; PAIBAN names another binary.
#
# The data do not say where the desk is: New York is assumed, whose clocks went back the day before the week. Nor do they
# give handling times: 100 s with five conversations at once makes 40 agents about right.
set -euo pipefail
csv=$(realpath "${1:?usage: examples/bank_week.sh PATH/TO/bank_calls.csv}")
paiban=$(realpath "${PAIBAN:-$(dirname "$0")/../target/release/paiban}")
for tool in curl jq; do command -v "$tool" >/dev/null || { echo "please install $tool" >&2; exit 1; }; done
folder=$(mktemp -d)
cd "$folder"
export DATABASE_URL="sqlite://bank.db?mode=rwc" PAIBAN_SERVER__PORT=0 PAIBAN_CLOCK__IS_ENABLED=false PAIBAN_LOG__FILTER=error
server=
clean() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap clean EXIT

say() { echo "$*" >&2; }
# Sends a request and prints its answer; one that is refused ends the script with what the service says.
api() {
  local method=$1 path=$2
  shift 2
  local status
  status=$(curl --silent --show-error --output answer --write-out '%{http_code}' --request "$method" "$address/api/v1$path" \
    --header "Authorization: Bearer $key" --header 'Content-Type: application/json' "$@")
  [ "$status" -lt 400 ] || { say "$method $path: $(jq -r '.detail, (.errors // [] | .[] | "\(.pointer): \(.detail)")' answer)"; exit 1; }
  cat answer
}
# Creates something and prints its id.
create() { api POST "$1" --data "$2" | jq -er .id; }

say "starting on an empty database"
"$paiban" serve > said &
server=$!
until address=$(grep -om1 'http://[0-9.:]*' said) && key=$(grep -om1 'paiban_[A-Za-z0-9_-]*' said); do
  kill -0 "$server"
  sleep 0.05
done

say "creating site, team, queue, shifts and 40 agents"
weekdays='["mon", "tue", "wed", "thu", "fri"]'
site=$(create /sites "$(jq -n --argjson days "$weekdays" \
  '{ name: "Service desk", zone: "America/New_York", opening_hours: [$days[] | { weekday: ., start: "07:00", end: "21:30" }] }')")
team=$(create /teams "{ \"site_id\": \"$site\", \"name\": \"Service desk\" }")
shop=$(create /shops "{ \"site_id\": \"$site\", \"name\": \"Bank\", \"platform\": \"other\" }")
queue=$(create /queues "$(jq -n --arg shop "$shop" --arg team "$team" '{ shop_id: $shop, team_id: $team, name: "calls", kind: "general",
  max_concurrent_chats: 5, aht_secs: 100, service_goal: { target: 0.8, threshold_secs: 30 }, max_occupancy: 0.85, shrinkage: 0 }')")
for start in 07:00 07:30 08:00 08:30 09:00 10:00 11:30 13:00; do
  # Eight hours with half an hour of rest; early shifts rest before the busiest hours are over, later ones in turn.
  create /shift-templates "$(jq -n --arg site "$site" --arg start "$start" '{ site_id: $site, code: $start, name: "from \($start)",
    start: $start, length_minutes: 510, breaks: [{ offset_minutes: 240, minutes: 30 }] }')" >/dev/null
done
for number in $(seq -w 1 40); do
  create /agents "$(jq -n --arg team "$team" --arg queue "$queue" --arg number "$number" '{ team_id: $team, staff_number: "B\($number)",
    name: "Agent \($number)", post: "presale_agent", employed_from: "2003-01-01", skills: [{ queue_id: $queue }],
    contract: { min_weekly_minutes: 2400, max_weekly_minutes: 2400, is_full_time: true } }')" >/dev/null
done

say "importing $(basename "$csv")"
"$paiban" import volumes "$csv" --queue calls --start start --volume calls --interval-minutes 5 >&2

say "forecasting, sizing and building the week of 2003-10-27"
run=$(api POST /runs --header "Idempotency-Key: bank-week" --data "$(jq -n --arg team "$team" \
  '{ kind: "forecast", through: "roster", team_id: $team, week_start: "2003-10-27", time_limit_secs: 30, gap: 0.01 }')" | jq -er .id)
while true; do
  api GET "/runs/$run" > run
  next=$(jq -r '.next_run_id // empty' run)
  case $(jq -r .state run) in
    succeeded) if [ -n "$next" ]; then run=$next; else break; fi ;;
    failed | cancelled) say "$(jq -r '.problem.detail' run)"; exit 1 ;;
    *) sleep 0.5 ;;
  esac
done
roster=$(jq -er .result_id run)

say "publishing"
version=$(api GET "/rosters/$roster" | jq -er .version)
api POST "/rosters/$roster/publish" --header "If-Match: \"$version\"" >/dev/null

forecast=$(api GET "/forecasts?team_id=$team&week_start=2003-10-27" | jq -er '.items[0].id')
api GET "/forecasts/$forecast" | jq -r '.queues[0].backtest |
  "forecast error (WAPE) on \(.weeks) held-back weeks: \(.wape * 1000 | round / 1000); the mean of the last four same weekdays: \(.wape_mean4 * 1000 | round / 1000)"'
api GET "/rosters/$roster/coverage" | jq -r '"required \(.required_agent_minutes / 60) h, short \(.short_agent_minutes / 6 | round / 10) h"'
api GET "/rosters/$roster" > roster
jq -r '"roster of \([.assignments[].agent_id] | unique | length) agents, \(.assignments | length) shifts, \(.status)",
  (.score | "cost \(.cost * 10 | round / 10), bound \(.bound * 10 | round / 10), gap \(.gap * 10000 | round / 100) %, \(.seconds * 10 | round / 10) s")' roster
api GET "/rosters/$roster/violations" | jq -r '"hard rules broken: \([.violations[]? | select(.severity == "hard")] | length)"'
