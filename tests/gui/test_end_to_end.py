"""The whole program under a real X server and window manager: a mouse drags a zone edge, plays, records, saves, reopens, replays."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("Xvfb", "openbox", "xdotool")
PATIENCE_S = 180.0


def wait_for(good: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not good():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.1)


class Desk:
    """A display with the program on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.report = folder, folder / "state.json"
        self.env = {
            **os.environ,
            "QT_QPA_PLATFORM": "xcb",
            "SWIVEL_HOME": str(folder / "home"),
            "PYTHONPATH": str(ROOT),
        }
        self.program: subprocess.Popen[bytes] | None = None
        display = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "1680x1050x24"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert display.stdout is not None
        with display.stdout as said:
            number = said.readline().decode().strip()  # said as soon as programs can connect
        self.env["DISPLAY"] = f":{number}"
        manager = subprocess.Popen(["openbox"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.servers = [display, manager]
        wait_for(lambda: self._said("xdotool", "get_num_desktops"), "the window manager")

    def _said(self, *words: str) -> str:
        return subprocess.run(words, env=self.env, capture_output=True, text=True, check=False).stdout.strip()

    def open(self, path: Path) -> None:
        self.report.unlink(missing_ok=True)
        self.program = subprocess.Popen(
            [sys.executable, "-m", "simulator.gui.app", str(path), "--automation-state", str(self.report)],
            env=self.env,
            cwd=ROOT,
        )
        self.until(lambda state: state["visible"] and state["engine"] == "done")
        wait_for(lambda: self._said("xdotool", "getactivewindow", "getwindowname") == "Swivel", "the keyboard")

    def state(self) -> dict:
        try:
            return json.loads(self.report.read_text())
        except (OSError, json.JSONDecodeError):
            return {"visible": False, "engine": ""}

    def until(self, good) -> dict:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            state = self.state()
            assert self.program is not None
            assert self.program.poll() is None, "the program has ended"
            if state["visible"] and good(state):
                return state
            time.sleep(0.1)
        pytest.fail(f"never came: {self.state()}")

    def mouse(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], env=self.env, check=True)

    def key(self, keys: str) -> None:
        self.mouse("key", "--clearmodifiers", keys)

    def shut(self) -> None:
        if self.program is not None:
            found = subprocess.run(
                ["xdotool", "search", "--name", "^Swivel$"], env=self.env, capture_output=True, text=True, check=False
            )
            for window in found.stdout.split():
                subprocess.run(["xdotool", "windowclose", window], env=self.env, check=False)
            self.program.terminate()
            self.program.wait(10)
            self.program = None

    def close(self) -> None:
        if self.program is not None:
            self.program.kill()
            self.program.wait(10)
        for server in reversed(self.servers):
            server.terminate()
            server.wait(10)


@pytest.fixture
def desk(tmp_path):
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    made = Desk(tmp_path)
    yield made
    made.close()


def test_drag_play_record_save_reopen_replay(desk, tmp_path):
    scene = tmp_path / "kitchen.scene.yaml"
    shutil.copy(ROOT / "scenes" / "sample.scene.yaml", scene)
    desk.open(scene)
    if desk.state()["playing"]:
        desk.key("space")
    desk.until(lambda state: not state["playing"])
    desk.key("Home")
    state = desk.until(lambda state: state["tick"] == 0)
    first = state["hash"]

    x, y = state["handles"]["holding.1.right"]
    desk.mouse("mousemove", x, y, "mousedown", 1)
    for step in range(1, 6):
        desk.mouse("mousemove", x + 4 * step, y + 5 * step)
        time.sleep(0.05)
    desk.mouse("mouseup", 1)
    state = desk.until(
        lambda state: (
            "zones.holding_half_width_deg" in state["knobs"]
            and state["engine"] == "done"
            and state["hash"] not in ("", first)
        )
    )
    assert state["knobs"]["zones.holding_half_width_deg"] > 29.0
    assert state["undo"].startswith("Set Holding zone at 1.5 m: 28")

    desk.key("space")
    desk.until(lambda state: state["playing"] and state["tick"] > 40)
    desk.key("space")
    desk.until(lambda state: not state["playing"])
    desk.key("ctrl+shift+e")
    recordings = tmp_path / "home" / "recordings"
    wait_for(lambda: list(recordings.glob("*.mcap")), "the recording")
    recording = next(recordings.glob("*.mcap"))
    desk.key("ctrl+alt+s")
    wait_for(lambda: "holding_half_width_deg" in scene.read_text(), "the knob in the scene")
    assert f"zones.holding_half_width_deg: {state['knobs']['zones.holding_half_width_deg']}" in scene.read_text()
    wanted = state["hash"]
    desk.shut()

    desk.open(recording)
    state = desk.until(lambda state: state["workspace"] == "replay" and state["hash"] == wanted)
    assert state["ticks"] == 2000
    desk.shut()
    replayed = subprocess.run(
        [sys.executable, "main.py", "replay", str(recording)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr


def test_without_a_display_there_is_one_clear_line():
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    done = subprocess.run(
        [sys.executable, "-m", "simulator.gui.app"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 7
    assert (
        done.stderr.strip()
        == "swivel: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open"
    )
    broken = subprocess.run(
        [sys.executable, "-m", "simulator.gui.app"],
        cwd=ROOT,
        env={**env, "DISPLAY": ":987"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert broken.returncode == 7
    assert broken.stderr.startswith("swivel: the display does not work")
    assert len(broken.stderr.strip().splitlines()) == 1
