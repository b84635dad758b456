#!/usr/bin/env bash
# The whole way as a person goes it: a real window on a real X screen, touched, heard and printed.
# Needs the packages of deploy/packages.txt. Closes with the line "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
bin=${1:?folder of the programs}
if [ -z "${VISIT_ON_XVFB:-}" ]; then
  VISIT_ON_XVFB=1 exec xvfb-run -a -s '-screen 0 1080x1920x24' "$0" "$@"
fi

work=$(mktemp -d)
# The neural voice is where the setup step put it, also for a terminal with a home of its own.
export XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}
export XDG_RUNTIME_DIR=$work/run PULSE_RUNTIME_PATH=$work/run/pulse HOME=$work/home
mkdir -p -m 700 "$XDG_RUNTIME_DIR" "$HOME"
passed=0
failed=0
terminal=

finish() {
  [ -n "$terminal" ] && kill "$terminal" 2>/dev/null
  pulseaudio --kill 2>/dev/null
  wait 2>/dev/null
  if [ "$failed" -eq 0 ]; then rm -rf "$work"; else echo "Kept for looking at: $work"; fi
}
trap finish EXIT

# promise NAME COMMAND… — counts whether a command holds within 30 seconds.
promise() {
  local name=$1
  shift
  for _ in $(seq 150); do
    if "$@" >/dev/null 2>&1; then
      echo "ok: $name"
      passed=$((passed + 1))
      return
    fi
    sleep 0.2
  done
  echo "FAILED: $name ($*)"
  import -window root "$work/failed-$failed.png"
  failed=$((failed + 1))
}

picture() { import -window root "$work/now.png"; }
touch_at() { xdotool mousemove "$1" "$2" click 1; }
# The picture stands still: two looks half a second apart are equal.
is_still() {
  import -window root "$work/a.png" && sleep 0.5 && import -window root "$work/b.png" &&
    [ "$(pixels_between "$work/a.png" "$work/b.png")" = 0 ]
}
# How many pixels differ; compare itself ends with 1 when any does.
pixels_between() { { compare -metric AE "$1" "$2" null: 2>&1 || true; } | awk '{ printf "%d", $1 }'; }
# Another page, not only another minute on the clock.
differs_from() { picture && [ "$(pixels_between "$1" "$work/now.png")" -gt 20000 ]; }
# touch NAME X Y — touches and waits until the page has changed and stands still.
turn() {
  picture && cp "$work/now.png" "$work/before.png"
  touch_at "$2" "$3"
  promise "$1" differs_from "$work/before.png"
  for _ in $(seq 10); do is_still && break; done
}
screen_code_is() { picture && zbarimg -q --raw "$work/now.png" | grep -qx "$1"; }
receipt_code_is() { zbarimg -q --raw "$work"/demo/receipts/receipt-00001.png | grep -qx "$1"; }
receipt_says() { grep -q "$1" "$work/demo/receipts/receipt-00001.txt"; }
is_loud() {
  python3 - "$work/voice.raw" <<'PY'
import array, sys
samples = array.array("h", open(sys.argv[1], "rb").read()[: 2 * 22050 * 60])
loud = sum(1 for s in samples if abs(s) > 500)
sys.exit(0 if loud > 22050 // 2 else 1)
PY
}
is_gone() { ! kill -0 "$terminal" 2>/dev/null; }

pulseaudio --daemonize --exit-idle-time=-1 -n -L module-native-protocol-unix -L "module-null-sink sink_name=hall" 2>/dev/null
KIOSK_DEMO_SIZE=1080x1920 deploy/demo.sh "$work/demo" "$bin" >"$work/demo.log" 2>&1 &
terminal=$!
promise "the demo opens its window" xdotool search --name "Civic Kiosk"
promise "the attract screen is painted" is_still
grep -q "Receipts appear" "$work/demo.log" && passed=$((passed + 1)) || { echo "FAILED: the demo says where receipts appear"; failed=$((failed + 1)); }

guide=https://www.yunchuan.example.gov.cn/bszn/elder-allowance
turn "a touch leaves the attract screen" 540 900
turn "我要办 shows the ways to a service" 800 300
turn "部门 shows the departments" 540 905
turn "a department shows what can be done there" 540 810
turn "a row opens the guide" 540 665

parec -d hall.monitor --format=s16le --rate=22050 --channels=1 >"$work/voice.raw" &
turn "朗读 marks the sentence that is spoken" 338 1850
# A voice that was never loaded on this machine takes its time to read the model.
for _ in $(seq 100); do is_loud && break || sleep 0.3; done
promise "the guide is heard" is_loud
touch_at 338 1850
for _ in $(seq 10); do is_still && break; done
# Where another voice had to take over, a message says so; without it nothing is touched there.
touch_at 540 1600
for _ in $(seq 10); do is_still && break; done

touch_at 300 1665
promise "the checklist is printed" test -s "$work/demo/receipts/receipt-00001.png"
promise "the receipt says what it is" receipt_says 一次性告知单
promise "the receipt lists the papers" receipt_says 老人居民身份证
promise "the code on the receipt leads to the guide" receipt_code_is "$guide"
for _ in $(seq 10); do is_still && break; done
turn "返回 puts the message away" 92 1850
turn "the card that asks for an opinion is skipped" 540 1598
turn "扫码带走 shows a code" 800 1665
promise "the code on the screen leads to the guide" screen_code_is "$guide"
turn "结束 ends the visit" 986 1850

kill -9 "$(pgrep -f "$bin/kiosk --state $work/demo/state run")"
promise "a killed terminal is gone" is_gone
"$bin/kiosk" --state "$work/demo/state" status --json >"$work/status.json"
promise "its content is still there" grep -q '"number":1' "$work/status.json"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
