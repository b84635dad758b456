#!/usr/bin/python3
"""A screen reader's view of the real program: an AT-SPI client walks its tree and touches through it.

Usage: tests/atspi.py BIN_DIR

Starts the terminal under Xvfb with a session bus and the accessibility bus of its own, and looks at home, a door, a
guide, the page where one types, an overlay and the staff's pad. Everything that can be touched must have a role that
says so, a name, a size, and an action that does what a touch does. Needs the packages of deploy/packages.txt; without
the AT-SPI bindings it says so and tests nothing.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

BUTTONS = {"push button", "button", "radio button", "toggle button"}
# The tools that stand on every page of a visit; this terminal has no voice.
STRIP = ["返回", "首页", "无语音", "大字", "对比", "低位", "语言/EN", "结束"]
WAIT_S = 20
MM_MIN = 12.7
PX_PER_MM = 4.031  # 1080×1920 on 21.5 inches

root = pathlib.Path(__file__).resolve().parent.parent


def inside(bin_dir):
    """Runs with a display and a bus: everything that is started here is ended here."""
    import gi
    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi, Gio, GLib

    # As a screen reader does when it starts: programs show their tree only then.
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    for key in ["IsEnabled", "ScreenReaderEnabled"]:
        bus.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set",
                      GLib.Variant("(ssv)", ("org.a11y.Status", key, GLib.Variant("b", True))), None, 0, -1)
    passed, failed = [], []

    def promise(name, holds, what=""):
        (passed if holds else failed).append(name)
        print(("ok: " if holds else "FAILED: ") + name + (f" ({what})" if not holds and what else ""), flush=True)

    def window():
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child and child.get_process_id() == terminal.pid:
                return child
        return None

    def walk(node, found):
        if node is None:
            return found
        found.append(node)
        for i in range(node.get_child_count()):
            walk(node.get_child_at_index(i), found)
        return found

    def tree():
        app = window()
        return walk(app, []) if app else []

    def touchable(nodes):
        return [node for node in nodes if node.get_role_name() in BUTTONS]

    def named(name, nodes=None):
        nodes = tree() if nodes is None else nodes
        return next((n for n in nodes if (n.get_name() or "") == name or (n.get_name() or "").startswith(name + "，")), None)

    def wait(name):
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            node = named(name)
            if node is not None:
                return node
            # What the bus says of new programs is heard between two looks.
            while GLib.MainContext.default().iteration(False):
                pass
            time.sleep(0.1)
        return None

    def touch(name):
        node = wait(name)
        if node is None:
            return False
        # A hand that is slower than the guard against unsteady ones.
        time.sleep(0.5)
        return node.get_action_iface() is not None and node.do_action(0)

    def look(page, expected):
        nodes = tree()
        buttons = touchable(nodes)
        names = [button.get_name() or "" for button in buttons]
        missing = [name for name in expected if not any(n == name or n.startswith(name + "，") for n in names)]
        promise(f"{page}: {len(buttons)} buttons, all that are expected", not missing, f"missing {missing} of {names}")
        promise(f"{page}: every button has a name", all(names), str(names))
        small = []
        for button in buttons:
            box = button.get_extents(Atspi.CoordType.WINDOW)
            if min(box.width, box.height) < MM_MIN * PX_PER_MM:
                small.append((button.get_name(), box.width, box.height))
        promise(f"{page}: every button is as large as it must be", not small, str(small))
        idle = [b.get_name() for b in buttons if b.get_n_actions() < 1]
        promise(f"{page}: every button can be touched without a hand", not idle, str(idle))
        texts = [n for n in nodes if n.get_role_name() in {"label", "static", "text", "paragraph", "heading"}]
        promise(f"{page}: its words are in the tree", any(n.get_name() for n in texts))

    work = pathlib.Path(tempfile.mkdtemp(prefix="kiosk-atspi-"))
    run = lambda *args: subprocess.run([str(a) for a in args], check=True, capture_output=True)
    run(bin_dir / "kiosk-pack", "keys", "init", work / "keys")
    run(bin_dir / "kiosk-pack", "build", root / "content", "--keys", work / "keys", "--out", work / "release")
    kiosk = [bin_dir / "kiosk", "--config", root / "benches/terminal.toml", "--state", work / "state"]
    run(*kiosk, "sync", "--from", f"usb:{work / 'release'}", "--root", work / "keys/root.json")
    # The registry is up before the terminal looks for it.
    Atspi.get_desktop(0).get_child_count()
    terminal = subprocess.Popen([*map(str, kiosk), "run", "--windowed", "1080x1920"], stderr=subprocess.DEVNULL)
    try:
        is_there = wait("触摸开始") is not None
        promise("the terminal is on the accessibility bus", is_there, str([n.get_name() for n in tree()]))
        if not is_there:
            return 1
        promise("attract: one touch begins", touch("触摸开始") and wait("我要办") is not None)
        look("home", ["我要看", "我要办", "我要查", "我要问", *STRIP])
        touch("我要办")
        wait("部门")
        look("a door", ["一件事", "部门", *STRIP])
        touch("首页")
        wait("我要看")
        touch("老年人优待证办理")
        wait("打印清单")
        look("a guide", ["打印清单", "扫码带走", *STRIP])
        touch("扫码带走")
        wait("知道了")
        look("the code", ["知道了", *STRIP])
        touch("知道了")
        touch("首页")
        wait("我要查")
        touch("我要查")
        touch("打字或手写查找")
        wait("拼音")
        look("find", ["拼音", "删除", "清空", *STRIP])
        touch("s")
        field = named("要查的内容")
        promise("find: the field is a field", field is not None and field.get_role_name() in {"entry", "text", "label"},
                "" if field is None else field.get_role_name())
        touch("语言/EN")
        promise("another language is there at once", wait("Back") is not None)
        touch("End")
        promise("the visit ends", wait("触摸开始") is not None)
        # The corner of the clock, held by a real hand.
        run("xdotool", "mousemove", "1040", "60", "mousedown", "1")
        time.sleep(3.4)
        run("xdotool", "mouseup", "1")
        wait("确定")
        look("the staff's pad", ["1", "9", "0", "确定", "取消"])
    finally:
        terminal.terminate()
        terminal.wait(10)
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def main():
    bin_dir = pathlib.Path(sys.argv[1]).resolve()
    try:
        import gi
        gi.require_version("Atspi", "2.0")
    except (ImportError, ValueError) as missing:
        print(f"*** NOT TESTED: the tree for screen readers; {missing} ***")
        return 1 if os.environ.get("CI") else 0
    if os.environ.get("KIOSK_ATSPI_INSIDE"):
        return inside(bin_dir)
    environment = dict(os.environ, KIOSK_ATSPI_INSIDE="1", NO_AT_BRIDGE="0", GTK_MODULES="", XDG_RUNTIME_DIR=tempfile.mkdtemp())
    command = ["xvfb-run", "-a", "-s", "-screen 0 1080x1920x24", "dbus-run-session", "--", "/usr/bin/python3", __file__,
               str(bin_dir)]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
