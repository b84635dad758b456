#!/usr/bin/env bash
# The whole way once: keys, a signed release of the sample hall, a sync, a terminal in a window with a virtual printer.
# Everything it makes is under the folder given as $1; the programs are in $2.
set -euo pipefail
cd "$(dirname "$0")/.."
demo=${1:?folder for the demo}
bin=${2:?folder of the programs}
size=${KIOSK_DEMO_SIZE:-}

mkdir -p "$demo"
if [ ! -d "$demo/keys" ]; then
  "$bin/kiosk-pack" keys init "$demo/keys"
fi
# What residents hand in is sealed to this desk: kiosk-pack open reads what kiosk outbox export took along.
if [ ! -d "$demo/desk" ]; then
  "$bin/kiosk-pack" keys desk "$demo/desk"
fi
"$bin/kiosk-pack" build content --keys "$demo/keys" --recipients "$demo/desk/recipients.txt" --out "$demo/release"
"$bin/kiosk-pack" verify "$demo/release" --root "$demo/keys/root.json"
"$bin/kiosk" --state "$demo/state" sync --from "usb:$demo/release" --root "$demo/keys/root.json"

echo
echo "Receipts appear as pictures in $demo/receipts"
echo "小票会出现在 $demo/receipts"
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  echo "There is no display here. Start one, or run: xvfb-run -s '-screen 0 1080x1920x24' make demo" >&2
  exit 1
fi
exec "$bin/kiosk" --state "$demo/state" run --demo --receipts "$demo/receipts" --windowed ${size:+"$size"}
