#!/usr/bin/env bash
# Draws examples/roster.svg anew: the week that the demo publishes. `make picture` builds what it needs.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
clean() {
  kill "$demo" 2>/dev/null || true
  wait "$demo" 2>/dev/null || true
  rm -rf "$folder"
}
DATABASE_URL="sqlite://$folder/demo.db?mode=rwc" PAIBAN_SERVER__PORT=0 PAIBAN_LOG__FILTER=error \
  target/release/paiban demo --json --serve > "$folder/demo.json" &
demo=$!
trap clean EXIT
until roster=$(jq -er .roster.id "$folder/demo.json" 2>/dev/null) && [ -n "$roster" ]; do
  kill -0 "$demo" || exit 1
  sleep 0.2
done
docs=$(jq -er .api.docs "$folder/demo.json")
curl --silent --show-error --fail --header "Authorization: Bearer $(jq -er .api.key "$folder/demo.json")" \
  --output examples/roster.svg "${docs%/docs/}/api/v1/rosters/$roster/export.svg?lang=en"
