#!/usr/bin/env bash
# The engine beside its peers on a public benchmark, one after the other on this machine, two threads each, every cost as the
# benchmark's referee counts it. Usage: examples/peers.sh PATH/TO/chatweek|nrp SECONDS INSTANCE... (a file of the benchmark each)
# Needs jq, python3 with the packages that are to be compared (`ortools`; `timefold` and Java 17), and the release build of
# the example; a peer that is not there is left out. PYTHON names another interpreter.
set -euo pipefail
usage="usage: examples/peers.sh PATH/TO/chatweek|nrp SECONDS INSTANCE..."
bench=$(realpath "${1:?$usage}")
seconds=${2:?$usage}
instances=("${@:3}")
[ ${#instances[@]} -gt 0 ] || { echo "$usage" >&2 && exit 2; }
name=$(basename "$bench")
python=${PYTHON:-python3}
engine=$(realpath "$(dirname "$0")/../target/release/examples/$name")
roster=$(mktemp)
trap 'rm -f "$roster"' EXIT

# The referee's cost of the roster just written; the solver's own figures do not count.
judged() {
  "$python" "$bench/${name}_check.py" "$1" "$roster" 2>/dev/null | jq -r 'if .feasible then .cost else "no roster" end' ||
    echo "no roster"
}

has() { "$python" -c "import $1" 2>/dev/null && [ -e "$bench/$2" ]; }

# A bound of 0 says nothing: no cost is below it.
bound() { jq -r 'if .bound > 0 then .bound * 10 | floor / 10 else "none" end'; }

echo "| instance | seconds | paiban: cost | proven bound | CP-SAT: cost | proven bound | Timefold: cost |"
echo "|---|---|---|---|---|---|---|"
for file in "${instances[@]}"; do
  instance=$bench/$file
  proven=$("$engine" "$instance" --time-limit "$seconds" --threads 2 --out "$roster" | bound)
  row="| ${file%.*} | $seconds | $(judged "$instance") | $proven"
  if has ortools peer_cpsat.py; then
    : >"$roster"
    proven=$("$python" "$bench/peer_cpsat.py" "$instance" "$seconds" 2 "$roster" | bound)
    row+=" | $(judged "$instance") | $proven"
  else
    row+=" | not there |"
  fi
  if has timefold peer_timefold.py; then
    : >"$roster"
    "$python" "$bench/peer_timefold.py" "$instance" "$seconds" "$roster" >/dev/null 2>&1 || true
    row+=" | $(judged "$instance")"
  else
    row+=" | not there"
  fi
  echo "$row |"
done
