"""Lessons that are given in the window: pushes become a lesson, a file, and what was learned comes back typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.workbench.teach.lesson_file import read_lessons
from simulator.workbench.teaching import Teaching, TeachingError, learned_of

SCENE = Path(__file__).resolve().parents[2] / "scenes" / "sample.scene.yaml"
SAID = {
    "name": "cooking", "changes": {"patience.settle_s": 3.0}, "lessons": ["sample"], "before_deg": 9.5, "after_deg": 1.25,
    "before": {"turns_per_min": 9.0, "turned_deg_per_min": 300.0, "usual_turn_deg": 20.0, "top_speed_dps": 60.0},
    "after": {"turns_per_min": 4.0, "turned_deg_per_min": 120.0, "usual_turn_deg": 22.0, "top_speed_dps": 40.0},
    "rivals": 3, "ask": {"run": "walks-on", "from_s": 4.0, "until_s": 8.0, "share": 0.4, "yaws_deg": [3.0, 9.0]},
    "files": ["runs/teach/cooking.json", "runs/teach/cooking.yaml"],
}  # fmt: skip


def taught() -> Teaching:
    made = Teaching()
    made.push(200, -40.0)
    made.push(900, 3.0)
    made.push(905, 5.0)  # the same moment again
    return made


def test_pushes_are_lines_between_moments_and_a_second_push_on_a_moment_replaces_the_first():
    made = taught()
    assert made.pushes == [(200, -40.0), (905, 5.0)]
    assert made.yaw_at(100) is None
    assert made.yaw_at(200) == -40.0
    assert made.yaw_at(552) == pytest.approx(-17.5, abs=0.1)
    first, curve = made.curve() or (0, [])
    assert (first, len(curve)) == (200, 706)


def test_lessons_become_the_file_of_the_command(tmp_path):
    made = taught()
    made.give(SCENE, seed=4)
    made.say("calmer")
    file = tmp_path / "cooking.yaml"
    file.write_text(made.text())
    read = read_lessons(file)
    assert read.mode == "cooking"
    assert (read.entries[0].run, read.entries[0].seed) == (str(SCENE), 4)
    assert read.entries[0].pushes == [(2.0, -40.0), (9.05, 5.0)]
    assert read.entries[1].say == "calmer"


def test_what_is_no_lesson_is_refused_and_everything_can_be_taken_back():
    made = Teaching()
    with pytest.raises(TeachingError, match="give a lesson first"):
        made.text()
    made.push(100, 0.0)
    with pytest.raises(TeachingError, match="two moments"):
        made.give(SCENE, seed=0)
    made.push(150, 9.0)
    with pytest.raises(TeachingError, match="must span 1 s"):
        made.give(SCENE, seed=0)
    made.push(900, 9.0)
    made.give(SCENE, seed=0)
    made.push(100, 1.0)
    assert made.take_back() == "The pushes of this lesson are taken back"
    assert made.take_back() == "Lesson taken back: sample, 3 pushes"
    assert made.take_back() == ""
    made.mode = "Cooking!"
    made.say("calmer")
    with pytest.raises(TeachingError, match="lower-case letters"):
        made.text()


def test_what_was_learned_is_told_as_behaviour_and_never_as_knobs():
    found = learned_of(json.dumps(SAID).encode())
    assert found.words == (
        "9.5° from what was shown as it ships, 1.2° as taught. turns 9 → 4 a minute, turned 300 → 120 ° a minute, "
        "fastest 60 → 40 °/s. 3 other explanations fit as well."
    )
    assert found.asks == "Next lesson that would say most: walks-on, 4 to 8 s."
    assert "settle" not in found.words
    with pytest.raises(TeachingError):
        learned_of(b'{"name": "cooking"}')
