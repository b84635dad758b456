#!/usr/bin/env bash
# Makes the Python environment of the tests (an independent TUF client, an S3-compatible server) outside the checkout
# and says where it is. Does nothing when it is there and up to date.
set -euo pipefail
cd "$(dirname "$0")/../tests/python"

cache="${XDG_CACHE_HOME:-$HOME/.cache}/civic-kiosk"
place="$cache/python"
mkdir -p "$cache"
exec 9> "$cache/python.lock"
flock 9
wanted="$(cat tuf.txt s3.txt | sha256sum)"
if [ "$(cat "$place/wanted" 2>/dev/null)" != "$wanted" ]; then
  rm -rf "$place"
  python3 -m venv "$place"
  pip=("$place/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary ':all:')
  "${pip[@]}" --require-hashes -r tuf.txt
  "${pip[@]}" -r s3.txt
  printf '%s\n' "$wanted" > "$place/wanted"
fi
echo "$place/bin/python"
