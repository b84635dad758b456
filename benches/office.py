"""An office of 130,000 records: how long checking and building take, and how much memory, on the real program.

Writes a hall of 2,000 guides, 28,000 catalogue entries, 50,000 index items and 50,000 rows of a list around the
sample hall, then runs `kiosk-pack lint` and `kiosk-pack build` on it and prints CPU seconds and peak memory of each.
"""
import csv, os, resource, shutil, subprocess, sys, tempfile, time

GUIDES, ENTRIES, ITEMS, ROWS = 2_000, 28_000, 50_000, 50_000


def rows(path, more):
    with open(path, encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    head, sample = lines[0], lines[1:]
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(head)
        out.writerows(sample)
        for i in range(more):
            row = list(sample[i % len(sample)])
            out.writerow(more_of(head, row, i))


def more_of(head, row, i):
    for column, value in enumerate(row):
        if head[column] in ("id", "no", "code"):
            row[column] = f"x{i}"
        elif head[column] in ("title", "item2", "name") and value:
            row[column] = f"{value}（{i}）"
    return row


def grow(content):
    items = os.path.join(content, "items")
    names = sorted(os.listdir(items))
    for i in range(GUIDES):
        name = names[i % len(names)]
        with open(os.path.join(items, name), encoding="utf-8") as file:
            text = file.read()
        old = f'id = "{name[:-5]}"'
        title = text.split('title = "', 1)[1].split('"', 1)[0]
        text = text.replace(old, f'id = "x{i}"', 1).replace(f'title = "{title}"', f'title = "{title}（{i}）"', 1)
        with open(os.path.join(items, f"x{i}.toml"), "w", encoding="utf-8") as file:
            file.write(text)
    fields = sorted(name for name in os.listdir(os.path.join(content, "catalogue")) if name not in ("fields.csv", "README.md"))
    for i, name in enumerate(fields):
        share = ENTRIES // len(fields) + (1 if i < ENTRIES % len(fields) else 0)
        rows(os.path.join(content, "catalogue", name), share)
    rows(os.path.join(content, "index.csv"), ITEMS - 1_000)
    rows(os.path.join(content, "lists", "quanze.csv"), ROWS - 1_000)


def measured(command, accepted):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    last = done.stdout.strip().splitlines()[-1:] or [""]
    if done.returncode not in accepted:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {last[0]}")
    print(f"{command[1]:6} {cpu:6.1f} s CPU, {wall:6.1f} s, peak {after.ru_maxrss / 1024:.0f} MB: {last[0]}", flush=True)


def main():
    bin_dir = sys.argv[1]
    pack = os.path.join(bin_dir, "kiosk-pack")
    with tempfile.TemporaryDirectory() as work:
        content, keys, repo = (os.path.join(work, name) for name in ("content", "keys", "repo"))
        shutil.copytree("content", content)
        grow(content)
        subprocess.run([pack, "keys", "init", keys], check=True, stdout=subprocess.DEVNULL)
        measured([pack, "lint", content], (0, 1))
        measured([pack, "build", content, "--keys", keys, "--out", repo], (0,))


main()
