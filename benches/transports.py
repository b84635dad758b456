#!/usr/bin/env python3
"""What a change of 1 % at random costs on the line: our delta beside rsync and casync, with the same records.

    benches/transports.py [GUIDES]        130,000 guides unless told otherwise; 5,000 give a quick look

Two releases come from the generator of benches/release.rs. Ours is a real sync; the others copy the same records as one
file of JSON lines, which is the best case for both, and rsync also as one file a record. Every copy is compared with the
original. rsync and casync are Debian packages; one that is missing is left out with a word.
"""
import filecmp
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile

GUIDES = 130_000


def run(*command, **more):
    """What a command prints, and the CPU seconds of it and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **more)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def generator():
    """The program of benches/release.rs."""
    cargo = os.environ.get("CARGO", "cargo")
    text, _ = run(cargo, "bench", "--profile", "dev", "--bench", "release", "--no-run", "--message-format=json", "--quiet")
    messages = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    programs = [m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == "release"]
    return programs[-1]


def ours(program, work):
    state = work / "state"
    run(program, "follow", work, state)
    _, publishing = run(program, "publish", work, "2")
    text, cpu = run(program, "follow", work, state)
    report = json.loads(text)
    assert report["by_delta"] == 1, report
    return report["bytes"], report["requests"], publishing, cpu


def rsync(old, new, copy, *options):
    """rsync tells what both sides sent; the CPU of both is one number, since both run on each connection."""
    if old.is_dir():
        shutil.copytree(old, copy)
        source = f"{new}/"
    else:
        shutil.copy(old, copy)
        source = new
    # As between two machines: the delta algorithm, and contents compared instead of times.
    text, cpu = run("rsync", "-r", "--no-whole-file", "--checksum", "--stats", "--delete", *options, source, copy)
    sent, received = (int(re.search(rf"Total bytes {way}: ([\d,]+)", text)[1].replace(",", "")) for way in ("sent", "received"))
    same = not differences(new, copy) if new.is_dir() else filecmp.cmp(new, copy, shallow=False)
    assert same, f"rsync {options}: the copy differs"
    return sent + received, None, 0.0, cpu


def differences(a, b):
    names = sorted(p.name for p in a.iterdir())
    assert names == sorted(p.name for p in b.iterdir())
    return filecmp.cmpfiles(a, b, names, shallow=False)[1]


def casync(old, new, work):
    """Chunks that the old version does not have, and the index; a terminal asks for each of them."""
    stores = {}
    publishing = 0.0
    for version in (old, new):
        store = work / f"{version.stem}.castr"
        _, cpu = run("casync", "make", "-l", "err", f"--store={store}", work / f"{version.stem}.caibx", version)
        stores[version] = {p.name: p.stat().st_size for p in store.rglob("*.cacnk")}
        publishing = cpu
    fresh = [size for name, size in stores[new].items() if name not in stores[old]]
    copy = work / "casync.copy"
    index = work / f"{new.stem}.caibx"
    _, cpu = run("casync", "extract", "-l", "err", f"--store={work / new.stem}.castr", f"--seed={old}", index, copy)
    assert filecmp.cmp(new, copy, shallow=False), "casync: the copy differs"
    return sum(fresh) + index.stat().st_size, len(fresh) + 1, publishing, cpu


def split(file):
    """One file a record."""
    folder = file.with_suffix(".d")
    folder.mkdir()
    with open(file, "rb") as lines:
        for number, line in enumerate(lines):
            (folder / f"{number:06}.json").write_bytes(line)
    return folder


def main():
    guides = int(sys.argv[1]) if len(sys.argv) > 1 else GUIDES
    os.environ["KIOSK_BENCH_GUIDES"] = str(guides)
    program = generator()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        run(program, "init", work)
        run(program, "publish", work, "1")
        old, new = work / "old.jsonl", work / "new.jsonl"
        run(program, "records", old, "1")
        run(program, "records", new, "2")
        rows.append(("our delta, with all metadata", *ours(program, work)))
        if shutil.which("rsync"):
            rows.append(("rsync -z, one file", *rsync(old, new, work / "rsync.copy", "-z")))
            best = ("-z", "--zc=zstd", "--zl=19")
            rows.append(("rsync zstd 19, one file", *rsync(old, new, work / "rsync.best", *best)))
            rows.append(("rsync -z, one file a record", *rsync(split(old), split(new), work / "rsync.files", "-z")))
        else:
            print("rsync is not installed: left out")
        if shutil.which("casync"):
            rows.append(("casync, one file", *casync(old, new, work)))
        else:
            print("casync is not installed: left out")
        print(f"{guides} guides, {new.stat().st_size:,} bytes of records, 1 % changed at random")
    print(f"{'way':<30} {'bytes':>12} {'requests':>9} {'times ours':>11} {'publish CPU':>12} {'sync CPU':>9}")
    for name, size, requests, publishing, cpu in rows:
        asked = "—" if requests is None else f"{requests:,}"
        print(f"{name:<30} {size:>12,} {asked:>9} {size / rows[0][1]:>11.1f} {publishing:>10.1f} s {cpu:>7.1f} s")


if __name__ == "__main__":
    main()
