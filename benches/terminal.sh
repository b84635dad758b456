#!/usr/bin/env bash
# The promises of the whole terminal, measured on the real program in a real window (Xvfb, 1080×1920, software rendering).
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${1:?folder of the programs}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$bin/kiosk-pack" keys init "$work/keys" >/dev/null
"$bin/kiosk-pack" build content --keys "$work/keys" --out "$work/release" >/dev/null
"$bin/kiosk" --state "$work/state" sync --from "usb:$work/release" --root "$work/keys/root.json" >/dev/null
exec xvfb-run -a -s '-screen 0 1080x1920x24' python3 benches/terminal.py "$bin/kiosk" "$work/state"
