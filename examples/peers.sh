#!/usr/bin/env bash
# The engine beside its peers on the chatweek benchmark, one after the other on this machine, every cost as the benchmark's
# referee counts it. Usage: examples/peers.sh PATH/TO/chatweek [SECONDS] [TEAM...]
# Needs jq, python3 with the packages that are to be compared (`ortools`; `timefold` and Java 17), and the release build of
# the example; a peer whose package is missing is left out. PYTHON names another interpreter.
set -euo pipefail
bench=$(realpath "${1:?usage: examples/peers.sh PATH/TO/chatweek [SECONDS] [TEAM...]}")
seconds=${2:-60}
teams=("${@:3}")
[ ${#teams[@]} -gt 0 ] || teams=(012 030 120 400)
python=${PYTHON:-python3}
chatweek=$(realpath "$(dirname "$0")/../target/release/examples/chatweek")
roster=$(mktemp)
trap 'rm -f "$roster"' EXIT

# The referee's cost of the roster just written; the solver's own figures do not count.
judged() {
  "$python" "$bench/chatweek_check.py" "$1" "$roster" 2>/dev/null | jq -r 'if .feasible then .cost else "no roster" end' ||
    echo "no roster"
}

echo "| instance | seconds | paiban: cost | proven bound | CP-SAT: cost | proven bound | Timefold: cost |"
echo "|---|---|---|---|---|---|---|"
for team in "${teams[@]}"; do
  instance=$bench/team-$team.json
  row="| $team | $seconds"
  bound=$("$chatweek" "$instance" --time-limit "$seconds" --threads 2 --out "$roster" | jq -r '.bound * 10 | floor / 10')
  row+=" | $(judged "$instance") | $bound"
  if "$python" -c 'import ortools' 2>/dev/null; then
    : >"$roster"
    bound=$("$python" "$bench/peer_cpsat.py" "$instance" "$seconds" 2 "$roster" | jq -r '.bound * 10 | floor / 10')
    row+=" | $(judged "$instance") | $bound"
  else
    row+=" | not installed |"
  fi
  if "$python" -c 'import timefold' 2>/dev/null; then
    : >"$roster"
    "$python" "$bench/peer_timefold.py" "$instance" "$seconds" "$roster" >/dev/null 2>&1 || true
    row+=" | $(judged "$instance")"
  else
    row+=" | not installed"
  fi
  echo "$row |"
done
