#!/usr/bin/env python3
"""Packs the strokes of the handwriting pad: medians of hanzi-writer-data to a few bytes a stroke.

It takes the tarball and the file to write. Each character is its code point (4 bytes, little endian) and the number of
its strokes; each stroke the number of its points and their x and y on a grid of 256, y down.
"""

import json
import sys
import tarfile

POINTS_MAX = 12


def thinned(points):
    """At most so many points, evenly chosen, the ends among them."""
    if len(points) <= POINTS_MAX:
        return points
    step = (len(points) - 1) / (POINTS_MAX - 1)
    return [points[round(i * step)] for i in range(POINTS_MAX)]


def grid(value):
    return max(0, min(255, round(value / 4)))


def packed(char, medians):
    out = bytearray(ord(char).to_bytes(4, "little"))
    out.append(len(medians))
    for median in medians:
        points = thinned(median)
        out.append(len(points))
        for x, y in points:
            # The data counts y upwards from a baseline at 900.
            out += bytes((grid(x), grid(900 - y)))
    return bytes(out)


def main():
    source, target = sys.argv[1:]
    chars = {}
    with tarfile.open(source) as tar:
        for member in tar:
            name = member.name.rsplit("/", 1)[-1].removesuffix(".json")
            if len(name) == 1 and member.name.endswith(".json") and ord(name) > 0x2E7F:
                chars[name] = json.load(tar.extractfile(member))["medians"]
    with open(target, "wb") as out:
        for char in sorted(chars):
            out.write(packed(char, chars[char]))
    print(f"{len(chars)} characters", file=sys.stderr)


main()
