"""Measures a running terminal from outside: first painted frame, touch to painted guide, PSS, idle CPU.

Looks at single pixels of the X screen through libX11 and touches through libXtst, so that nothing in the program has to
help. Prints one line a figure."""

import ctypes
import ctypes.util
import os
import statistics
import subprocess
import sys
import time

X = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
TST = ctypes.CDLL(ctypes.util.find_library("Xtst") or "libXtst.so.6")
X.XOpenDisplay.restype = ctypes.c_void_p
X.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
X.XDefaultRootWindow.restype = ctypes.c_ulong
X.XGetImage.restype = ctypes.c_void_p
X.XGetImage.argtypes = [ctypes.c_void_p, ctypes.c_ulong] + [ctypes.c_int] * 2 + [ctypes.c_uint] * 2 + [ctypes.c_ulong, ctypes.c_int]
X.XFlush.argtypes = [ctypes.c_void_p]
X.XDestroyImage.argtypes = [ctypes.c_void_p]
TST.XTestFakeMotionEvent.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_ulong]
TST.XTestFakeButtonEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
Z_PIXMAP = 2
ALL_PLANES = 2**64 - 1
BYTES_PER_PIXEL = 4


class Image(ctypes.Structure):
    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int), ("format", ctypes.c_int),
                ("data", ctypes.c_void_p)]


class Screen:
    def __init__(self):
        self.display = X.XOpenDisplay(None)
        assert self.display, "no display"
        self.root = X.XDefaultRootWindow(self.display)

    def area(self, x, y, width, height):
        image = X.XGetImage(self.display, self.root, x, y, width, height, ALL_PLANES, Z_PIXMAP)
        view = ctypes.cast(image, ctypes.POINTER(Image)).contents
        data = ctypes.string_at(view.data, width * height * BYTES_PER_PIXEL)
        X.XDestroyImage(image)
        return data

    def touch(self, x, y):
        TST.XTestFakeMotionEvent(self.display, -1, x, y, 0)
        TST.XTestFakeButtonEvent(self.display, 1, 1, 0)
        TST.XTestFakeButtonEvent(self.display, 1, 0, 0)
        X.XFlush(self.display)


def wait_change(screen, box, before, seconds=10.0):
    """Milliseconds until a part of the screen is no longer what it was."""
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        if screen.area(*box) != before:
            return (time.perf_counter() - start) * 1000
    sys.exit(f"nothing changed in {box} within {seconds} s")


def wait_still(screen, box):
    """Waits until the screen has not changed for 300 ms."""
    last, since = screen.area(*box), time.perf_counter()
    while time.perf_counter() - since < 0.3:
        now = screen.area(*box)
        if now != last:
            last, since = now, time.perf_counter()
        time.sleep(0.01)
    return last


def start(kiosk, state, has_devices=False):
    devices = ["run", "--demo"] if has_devices else ["--config", CONFIG, "run"]
    arguments = [kiosk, "--state", state, *devices, "--windowed", "1080x1920"]
    return subprocess.Popen(arguments, stderr=subprocess.DEVNULL)


def stop(process):
    process.terminate()
    process.wait(10)


BUTTON = (90, 1700, 1, 1)  # inside the attract screen's button: painted only when the content is there
ACCENT = bytes([0x5B, 0x39, 0x14])  # as X stores it: blue, green, red
PAGE = (60, 150, 960, 1300)  # below the top bar, above the strip: no clock in it
CONFIG = "benches/terminal.toml"


def first_frame(screen, kiosk, state, rounds):
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        process = start(kiosk, state)
        while screen.area(*BUTTON)[:3] != ACCENT:
            assert time.perf_counter() - begin < 20, "the attract screen never came"
        times.append((time.perf_counter() - begin) * 1000)
        wait_still(screen, PAGE)
        stop(process)
        time.sleep(0.3)
    return times


def touch_to_guide(screen, rounds):
    """Home shelf → guide and back; the touch is the press and release, painted means that the page has changed."""
    times = []
    for _ in range(rounds):
        before = wait_still(screen, TITLE)
        screen.touch(*SHELF)
        times.append(wait_change(screen, TITLE, before))
        wait_still(screen, PAGE)
        screen.touch(*HOME)
        wait_still(screen, PAGE)
    return times


TITLE = (60, 170, 900, 120)  # where the guide's title stands
SHELF = (540, 1148)  # first row of 大家常办
HOME = (215, 1850)  # 首页


def pss_mb(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
        kb = next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return kb / 1024


def with_children(pid):
    """The terminal and the processes of its voice."""
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [pid] + [each for child in children for each in with_children(int(child))]


def cpu_percent(pid, seconds):
    """Of the process and of all children that have ended meanwhile."""
    ticks = os.sysconf("SC_CLK_TCK")

    def used():
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return sum(int(field) for field in fields[11:15]) / ticks

    before = used()
    time.sleep(seconds)
    return (used() - before) / seconds * 100


def main():
    kiosk, state = sys.argv[1:3]
    screen = Screen()
    first_frame(screen, kiosk, state, 1)  # warms the file cache
    frames = first_frame(screen, kiosk, state, 7)
    print(f"first painted frame: median {statistics.median(frames):.0f} ms, worst {max(frames):.0f} ms of {len(frames)} (≤ 300)")

    process = start(kiosk, state)
    wait_still(screen, PAGE)
    time.sleep(1)
    screen.touch(540, 900)
    time.sleep(0.5)
    touches = sorted(touch_to_guide(screen, 40))
    p95 = touches[int(len(touches) * 0.95) - 1]
    print(f"touch → painted guide: median {statistics.median(touches):.0f} ms, p95 {p95:.0f} ms of {len(touches)} (≤ 50)")
    stop(process)

    process = start(kiosk, state, has_devices=True)
    wait_still(screen, PAGE)
    time.sleep(8)  # the voice has started or given up
    screen.touch(540, 900)
    time.sleep(0.5)
    screen.touch(*SHELF)
    wait_still(screen, PAGE)
    every = sum(pss_mb(pid) for pid in with_children(process.pid))
    print(f"PSS on a guide page: {pss_mb(process.pid):.0f} MB (≤ 120), {every:.0f} MB with the voice's processes")
    print(f"idle CPU on a guide page: {cpu_percent(process.pid, 20):.2f} % (≤ 0.5)")
    stop(process)


main()
