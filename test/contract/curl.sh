#!/usr/bin/env bash
# The lines that people keep in their notes, as they have them: $1 is the base address, $2 a folder with pictures, $3 a
# folder's link. Ends with 1 at the first line that is not answered as it was.
set -euo pipefail
base=$1 pictures=$2 link=$3

field() { node -e 'const v = JSON.parse(require("fs").readFileSync(0)); console.log(String(process.argv[1].split(".").reduce((o, k) => o[k], v)))' "$1"; }
status() { curl -s -o /dev/null -w '%{http_code}' "$@"; }
is() { [ "$1" = "$2" ] || { echo "line ${BASH_LINENO[0]}: expected $2, got $1" >&2; exit 1; }; }

is "$(curl -fsS "$base/health" | field status)" healthy
is "$(curl -fsS "$base/healthz" | field status)" healthy

tenant=curl-$RANDOM-$RANDOM
asset=$(curl -fsS -F "file=@$pictures/one.jpg" -F tenant_name="$tenant" "$base/upload/" | field asset_id)
is "$(curl -fsS -F tenant_name="$tenant" -F "file=@$pictures/one.jpg" "$base/upload/" | field asset_id)" "$asset"
# With -L, as some have it, and without the slash at the end.
is "$(curl -fsSL -F "file=@$pictures/one.jpg" -F tenant_name="$tenant" "$base/upload" | field asset_id)" "$asset"
for _ in $(seq 900); do
  state=$(curl -fsS "$base/retrieve/asset/$asset" | field status)
  [ "$state" = processing ] || break
  sleep 0.1
done
is "$state" ready
curl -fsS "$base/retrieve/rendition/$asset/thumb" | head -c 2 | od -An -tx1 | tr -d ' ' | { read -r magic; is "$magic" ffd8; }
is "$(curl -fsS -F "file=@$pictures/one.jpg" "$base/compare/$asset" | field thumb.identical)" true
is "$(curl -fsS "$base/metrics/tenant/$tenant" | field assets)" 1
is "$(curl -fsS -X POST "$base/purge/?dry_run=true&days=30" | field dry_run)" true

job=$(curl -fsS -X POST -H 'Content-Type: application/json' -d "{\"folder_url\": \"$link\"}" "$base/import/google-drive" | field job_id)
for _ in $(seq 900); do
  state=$(curl -fsS "$base/import/jobs/$job" | field status)
  case $state in pending | processing) sleep 0.1 ;; *) break ;; esac
done
is "$state" completed
is "$(curl -fsS "$base/task/$job" | field status)" SUCCESS
is "$(curl -fsS "$base/images?page=1&limit=1" | field images.length)" 1

request=$(curl -fsS -F camera_id=curl -F "files=@$pictures/one.jpg" -F "files=@$pictures/two.jpg" "$base/ingest/upload" | field request_id)
is "$(curl -fsS "$base/ingest/status/$request" | field frame_count)" 2

is "$(status "$base/retrieve/asset/999999999")" 404
is "$(status "$base/nothing/here")" 404
is "$(status -X POST "$base/upload/")" 422
is "$(status -X POST -H 'Content-Type: application/json' -d '{' "$base/import/dropbox")" 400
# What curl sends for -d when nobody says what it is.
is "$(status -X POST -d '{"folder_url": "x"}' "$base/import/dropbox")" 415
is "$(status -I "$base/images")" 200
