#!/usr/bin/env python3
"""A sync is cut off at every write: by the power, or by a full disk. It must end with the old release or the new one.

Usage: tests/power.py BIN_DIR [--all]

Power: the state folder lies on an ext4 image. strace kills the sync at the N-th write of a kind; then the file system
is shut down without flushing (with and without its journal), mounted again, and looked at. Full disk: from the N-th
write on every write fails with ENOSPC, while another process asks the content all the time.
Needs root, loop devices and strace; where one of them is missing it says so and tests nothing.
"""
import collections
import fcntl
import json
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import threading

WRITES = ["write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2", "ftruncate", "unlink",
          "unlinkat", "openat", "mkdir"]
FULL = ["write", "pwrite64", "ftruncate"]
# No sync of these small releases takes longer; one that hangs is a failure.
SYNC_S_MAX = 60
# A part of all points, the same in every run of a day's tests; --all takes every one.
POWER_POINTS, FULL_POINTS = 60, 24
EXT4_IOC_SHUTDOWN = 0x8004587D
IMAGE_MIB = 200

bin_dir = pathlib.Path(sys.argv[1])
takes_all = "--all" in sys.argv[2:]
root = pathlib.Path(__file__).resolve().parent.parent
work = pathlib.Path(tempfile.mkdtemp(prefix="kiosk-power-"))
mount = work / "mnt"


def tell(line):
    print(line, flush=True)
    return line


def run(*args, check=True, **more):
    return subprocess.run([str(a) for a in args], check=check, capture_output=True, text=True, **more)


def kiosk(*args, state, check=False):
    done = run(bin_dir / "kiosk", "--state", state, "--json", *args, check=check)
    return json.loads(done.stdout) if done.stdout.strip() else {}


def can_test():
    if os.geteuid() != 0:
        return "needs root"
    for tool in ["strace", "mkfs.ext4", "losetup"]:
        if not shutil.which(tool):
            return f"needs {tool}"
    image = work / "try.img"
    make_image(image)
    mount.mkdir(exist_ok=True)
    if run("mount", "-o", "loop", image, mount, check=False).returncode != 0:
        return "needs loop devices"
    run("umount", mount)
    if run("strace", "-e", "inject=getpid:signal=KILL:when=9999", "true", check=False).returncode != 0:
        return "strace may not trace here"
    return None


def make_image(image):
    with open(image, "wb") as file:
        file.truncate(IMAGE_MIB << 20)
    run("mkfs.ext4", "-q", "-F", image)


def make_repositories():
    """One publisher, release 1 and release 2; the second changes records, adds one and takes one away."""
    content = work / "content"
    shutil.copytree(root / "content", content)
    keys, old, new = work / "keys", work / "old", work / "new"
    run(bin_dir / "kiosk-pack", "keys", "init", keys)
    run(bin_dir / "kiosk-pack", "build", content, "--keys", keys, "--out", new)
    shutil.copytree(new, old)
    for file in sorted((content / "items").glob("*.toml"))[:5]:
        text = file.read_text()
        file.write_text(re.sub(r'^plain = "', 'plain = "请看清楚：', text, count=1, flags=re.M))
    run(bin_dir / "kiosk-pack", "build", content, "--keys", keys, "--out", new)
    return old, new, keys / "root.json"


def attach(image):
    run("mount", "-o", "loop", image, mount)


def cut_power(flag):
    """What is not on the disk is gone. Flag 1 flushes the journal and not the data, flag 2 neither."""
    folder = os.open(mount, os.O_RDONLY)
    fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, struct.pack("I", flag))
    os.close(folder)
    run("umount", mount)


def writes_of_a_sync(state, repository):
    """How often each kind of write happens, at most in one thread: injections count per thread."""
    log = work / "strace.log"
    run("strace", "-f", "-qq", "-e", "trace=" + ",".join(WRITES), "-o", log,
        bin_dir / "kiosk", "--state", state, "sync", "--from", f"usb:{repository}")
    counts = collections.Counter()
    for line in log.read_text(errors="replace").splitlines():
        found = re.match(r"(\d+)\s+(\w+)\(", line)
        if found:
            counts[found.group(1, 2)] += 1
    most = collections.Counter()
    for (_, call), n in counts.items():
        most[call] = max(most[call], n)
    return most


def chosen(points, wanted):
    if takes_all or len(points) <= wanted:
        return points
    # Every kind of write is among them, and the last ones of each kind, where the switch happens.
    points = sorted(points)
    last = {call: n for call, n in points}
    picked = [(call, n) for call, n in points if n >= last[call] - 1]
    rest = [point for point in points if point not in picked]
    random.Random(7).shuffle(rest)
    return sorted((picked + rest)[:max(wanted, len(picked))])


def judge(state, old, new):
    """What must hold whatever happened: old or new and whole, the next sync completes, the floor stays."""
    status = kiosk("status", state=state)
    if status.get("content_error"):
        return f"content: {status['content_error']}"
    number = (status.get("release") or {}).get("number")
    if number not in (1, 2):
        return f"release {number}"
    done = kiosk("sync", "--from", f"usb:{new}", state=state)
    if done.get("to") != 2 or done.get("outcome") not in ("applied", "current"):
        return f"the next sync: {done}"
    back = kiosk("sync", "--from", f"usb:{old}", state=state)
    if back.get("outcome") != "refused" or back["refused"][0]["reason"] != "older-than-floor":
        return f"the floor: {back}"
    found = kiosk("scrub", state=state)
    if [one["outcome"] for one in found] != ["whole"]:
        return f"scrub: {found}"
    left = [p.name for p in state.rglob("*") if p.suffix in (".tmp", ".part") and "probe" not in p.name]
    return f"left behind: {left}" if left else None


def power(base, old, new, points):
    failed = []
    for i, (call, n) in enumerate(points):
        image = work / "now.img"
        run("cp", base, image)
        attach(image)
        state = mount / "state"
        subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
                        "-e", f"inject={call}:signal=KILL:when={n}", bin_dir / "kiosk", "--state", state,
                        "sync", "--from", f"usb:{new}"], capture_output=True)
        cut_power(1 + i % 2)
        attach(image)
        wrong = judge(state, old, new)
        run("umount", mount)
        if wrong:
            failed.append(tell(f"power cut at {call} {n}, flag {1 + i % 2}: {wrong}"))
    return failed


class Asker(threading.Thread):
    """Asks the content all the time, as a screen does; counts questions without an answer."""

    def __init__(self, state):
        super().__init__(daemon=True)
        self.process = subprocess.Popen([bin_dir / "kiosk", "--state", state, "search", "--stdin", "--limit", "1"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.asked = self.unanswered = 0
        self.is_over = False

    def run(self):
        while not self.is_over:
            self.process.stdin.write("身份证\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
            self.asked += 1
            self.unanswered += not (answer.startswith("[") and json.loads(answer))

    def end(self):
        self.is_over = True
        self.join(10)
        self.process.stdin.close()
        self.process.wait(10)


def full_disk(base_state, old, new, points):
    failed = []
    for call, n in points:
        state = work / "full"
        shutil.rmtree(state, ignore_errors=True)
        shutil.copytree(base_state, state)
        asker = Asker(state)
        asker.start()
        # A full disk fails the writes to files, not those that wake another thread.
        files = [state / name for name in ["content.db", "content.db-wal", "state.db", "state.db-wal"]]
        files += [state / "packs" / f"{pack.name}.part" for pack in (new / "p").iterdir()]
        only = [word for file in files for word in ("-P", str(file))]
        wrong = None
        try:
            done = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", *only,
                                   "-e", f"inject={call}:error=ENOSPC:when={n}+", bin_dir / "kiosk", "--state", state,
                                   "--json", "sync", "--from", f"usb:{new}"],
                                  capture_output=True, text=True, timeout=SYNC_S_MAX)
        except subprocess.TimeoutExpired:
            wrong, done = "it hangs", None
        asker.end()
        if done and "panicked" in done.stderr:
            wrong = f"a panic: {done.stderr[-300:]}"
        elif asker.unanswered or not asker.asked:
            wrong = f"{asker.unanswered} of {asker.asked} questions had no answer"
        elif done:
            wrong = judge(state, old, new)
        if wrong:
            failed.append(tell(f"disk full from {call} {n} on: {wrong}"))
    return failed


def main():
    reason = can_test()
    if reason:
        print(f"power.py: {reason}; nothing was tested")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    old, new, root_file = make_repositories()
    base = work / "base.img"
    make_image(base)
    attach(base)
    kiosk("sync", "--from", f"usb:{old}", "--root", root_file, state=mount / "state", check=True)
    plain = work / "plain"
    shutil.copytree(mount / "state", plain)
    run("umount", mount)
    counting = work / "counting"
    shutil.copytree(plain, counting)
    most = writes_of_a_sync(counting, new)
    cuts = chosen([(call, n) for call, times in most.items() for n in range(1, times + 1)], POWER_POINTS)
    fulls = chosen([(call, n) for call in FULL for n in range(1, most[call] + 1)], FULL_POINTS)
    failed = power(base, old, new, cuts) + full_disk(plain, old, new, fulls)
    print(f"power: {len(cuts)} cuts and {len(fulls)} full disks, of {sum(most.values())} writes in a sync")
    print(f"{len(cuts) + len(fulls) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        code = main()
    finally:
        subprocess.run(["umount", mount], capture_output=True)
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(code)
