"""Three people at the window for the first time, by mouse and keyboard only, under a real X server: how many actions they need."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_end_to_end import ROOT, Desk, desk, wait_for  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.process, pytest.mark.long]

SLOW = "tuning: {motion.max_rate_dps: 20}\ntimeline:"


class Walk:
    """A person at a desk; every key, every word typed, every click and every drag is one action."""

    def __init__(self, at: Desk) -> None:
        self.desk, self.actions = at, 0

    def key(self, keys: str) -> None:
        self.actions += 1
        self.desk.key(keys)
        time.sleep(0.25)

    def type(self, words: str) -> None:
        self.actions += 1
        self.desk.mouse("type", "--delay", "15", words)
        time.sleep(0.4)

    def click(self, place: list[int]) -> None:
        self.actions += 1
        self.desk.mouse("mousemove", *place, "click", 1)
        time.sleep(0.25)

    def drag(self, first: list[int], by: tuple[int, int]) -> None:
        self.actions += 1
        self.desk.mouse("mousemove", *first, "mousedown", 1)
        for step in range(1, 5):
            self.desk.mouse("mousemove", first[0] + by[0] * step // 4, first[1] + by[1] * step // 4)
            time.sleep(0.05)
        self.desk.mouse("mouseup", 1)


def first_start(at: Desk) -> Walk:
    at.program = subprocess.Popen(
        [sys.executable, "-m", "simulator.gui.app", "--automation-state", str(at.report)], env=at.env, cwd=ROOT
    )
    at.until(lambda state: state["visible"] and state["engine"] == "done")

    def has_keyboard() -> bool:
        at._said("xdotool", "search", "--name", "^Swivel$", "windowactivate")
        return at._said("xdotool", "getactivewindow", "getwindowname") == "Swivel"

    wait_for(has_keyboard, "the keyboard")
    return Walk(at)


def test_a_designer_from_the_first_start_to_a_saved_preset(desk):  # noqa: F811
    walk = first_start(desk)
    walk.key("Escape")  # the tour
    state = desk.until(lambda state: not state["tour"])
    walk.drag(state["handles"]["holding.1.right"], (22, 26))
    desk.until(lambda state: "zones.holding_half_width_deg" in state["knobs"] and state["complete"])
    walk.key("ctrl+k")
    walk.type("keep these knobs under a name")
    walk.key("Return")
    walk.type("Mine")
    walk.key("Return")
    kept = desk.folder / "home" / "presets" / "Mine.json"
    wait_for(kept.exists, "the preset")
    # What the drag came to in the end: a state from the middle of it may be complete too.
    desk.until(lambda state: state["knobs"] == json.loads(kept.read_text()))
    assert walk.actions <= 25
    desk.shut()


def test_an_engineer_from_nothing_to_a_passing_scene_with_a_walking_person(desk):  # noqa: F811
    walk = first_start(desk)
    walk.key("Escape")
    desk.until(lambda state: not state["tour"])
    walk.key("ctrl+n")
    walk.key("Return")  # the first template: one person
    state = desk.until(lambda state: "one-person" in state["scene"] and state["complete"])
    assert state["workspace"] == "scenario"
    walk.key("ctrl+k")
    walk.type("draw a path")
    walk.key("Return")
    (x0, y0), (x1, y1) = state["floor"]
    walk.click([round(x0 + 3.4 * (x1 - x0)), round(y0 + 2.6 * (y1 - y0))])
    state = desk.until(lambda state: state["undo"] == "ana walks" and state["complete"])
    assert state["checks"] == [True]
    walk.key("ctrl+s")
    path = Path(state["scene"])
    wait_for(lambda: "does: walk" in path.read_text(), "the walk in the file")
    assert walk.actions <= 40
    desk.shut()
    told = subprocess.run(
        [sys.executable, "main.py", "run", str(path), "--mode", "feature"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_qa_person_from_a_failed_result_to_its_cause_and_an_accepted_baseline(desk, tmp_path):  # noqa: F811
    scene = tmp_path / "kitchen.scene.yaml"
    text = (ROOT / "scenes" / "living-kitchen.scene.yaml").read_text()
    out, junit = tmp_path / "night", tmp_path / "night.xml"
    for code, words in ((0, text), (1, text.replace("timeline:", SLOW, 1))):  # last night it passed
        scene.write_text(words)
        done = subprocess.run(
            [sys.executable, "main.py", "qa", "--out", str(out), "--junit", str(junit), str(scene)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
    walk = first_start(desk)
    walk.key("Escape")
    desk.until(lambda state: not state["tour"])
    walk.key("ctrl+o")
    walk.type(str(junit))
    walk.key("Return")
    desk.until(lambda state: state["workspace"] == "replay")
    time.sleep(0.5)
    walk.key("Return")  # the first result, which failed
    state = desk.until(lambda state: state["checks"].count(False) == 2 and state["cause"] and state["tick"] > 0)
    assert "Top speed is 20" in state["cause"]
    assert "it was 60 °/s when this last passed" in state["cause"]
    walk.click(state["go"])
    state = desk.until(lambda state: state["complete"] and state["checks"] == [True] * 4 and state["found"])
    assert "2 checks failed because Top speed was 20 °/s; with 60 °/s they are kept" in state["found"]
    walk.click(state["accept"])
    walk.type("It turned too slowly")
    walk.key("Return")
    desk.until(lambda state: state["banner"].startswith("Accepted kitchen.scene.yaml"))
    assert walk.actions <= 12
    desk.shut()
    assert "motion.max_rate_dps: 60" in scene.read_text()
    done = subprocess.run(
        [sys.executable, "main.py", "qa", "--golden", "check", "--out", str(out), str(scene)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no golden" not in done.stderr
