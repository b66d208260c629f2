"""Teaching: a fit behaves as it was shown, asks for what it does not know, and keeps the mode as a preset and for scenes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from simulator.cli.main import main
from simulator.onboard.tuning import Tuning
from simulator.runtime.run import run_scene
from simulator.scene.loader import load, load_preset
from simulator.workbench.teach.asking import first_questions, question
from simulator.workbench.teach.behaviour import behaviour
from simulator.workbench.teach.fit import Fit, fit
from simulator.workbench.teach.lesson import lesson, run_of
from simulator.workbench.teach.lesson_file import LessonFileError, read_lessons
from simulator.workbench.teach.taught import taught_mode, write
from simulator.workbench.teach.ways import SHIPPED, WAYS, moved, nudged, settings
from simulator.world.assets import SCENES

STEPS = SCENES / "zones" / "settles-in-the-holding-zone.scene.yaml"


@pytest.fixture(scope="module")
def steps():
    return run_of(run_scene(load(STEPS), mode="feature"))


def shown(run, **knobs):
    """A lesson by somebody who has these knobs in mind."""
    wanted = run.planner.yaw_deg(0, now=run.tuning, wanted=run.tuning.patched(knobs))
    return lesson(run, [(tick / 100, float(wanted[tick])) for tick in range(0, len(wanted), 20)]), wanted


@pytest.mark.parametrize("place", [0.0, 0.31, 1.0])
def test_every_place_of_every_way_is_a_setting_that_the_knobs_allow(place):
    for k, way in enumerate(WAYS):
        point = (*SHIPPED[:k], place, *SHIPPED[k + 1 :])
        assert set(way.paths) & set(settings(point, Tuning()).changed())
    assert settings((place,) * len(WAYS), Tuning()).changed()
    assert settings(SHIPPED, Tuning()) == Tuning()


def test_the_words_say_what_is_seen_and_nothing_where_nothing_changed():
    assert moved(SHIPPED) == ()
    assert len(moved(nudged(SHIPPED, calmer=True))) >= 4
    assert "turns slower" in moved(nudged(SHIPPED, calmer=True))
    assert "turns faster" in moved(nudged(SHIPPED, calmer=False))


@pytest.mark.long
def test_a_lesson_brings_the_screen_to_where_it_was_shown(steps):
    one, wanted = shown(steps, **{"patience.settle_s": 0.4, "zones.dead_half_width_deg": 7.0})
    found = fit([one])
    assert found.after_deg < 0.35 * found.before_deg
    assert np.abs(steps.curve(found.point) - wanted).mean() < 0.5 * np.abs(steps.curve(SHIPPED) - wanted).mean()
    assert fit([one]) == found


def test_a_hand_that_is_a_little_beside_all_along_means_the_same(steps):
    usual = steps.curve(SHIPPED)
    beside = lesson(steps, [(tick / 100, float(usual[tick]) + 3.0) for tick in range(0, len(usual), 20)])
    assert beside.error_deg(SHIPPED) < 0.01
    far = lesson(steps, [(tick / 100, float(usual[tick]) + 20.0) for tick in range(0, len(usual), 20)])
    assert far.error_deg(SHIPPED) > 10.0


NOTHING = ([(2.0, 0.0)], [(2.0, 0.0), (2.5, 3.0)], [(-1.0, 0.0), (4.0, 0.0)], [(2.0, 0.0), (900.0, 0.0)])


@pytest.mark.parametrize("pushes", NOTHING)
def test_pushes_that_say_nothing_are_refused(steps, pushes):
    with pytest.raises(ValueError, match="must"):
        lesson(steps, pushes)


def test_the_question_is_where_explanations_differ_and_none_where_they_do_not(steps):
    asked = question(first_questions(), [steps])
    assert asked is not None
    assert 0.0 <= asked.from_s < asked.until_s <= steps.ticks / 100 + 0.2
    assert len(asked.yaws_deg) > 1
    assert question((SHIPPED, SHIPPED), [steps]) is None


def test_behaviour_is_what_can_be_watched(steps):
    usual, slow = behaviour([steps], SHIPPED), behaviour([steps], (*SHIPPED[:-1], 0.2))
    assert usual.turns_per_min > 1
    assert slow.top_speed_dps < 0.6 * usual.top_speed_dps


def test_a_mode_is_kept_as_a_preset_and_for_scenes(tmp_path):
    found = Fit(point=nudged(SHIPPED, calmer=True), before_deg=1.0, after_deg=0.5, rivals=())
    mode = taught_mode("cooking", found, ["steps-aside"])
    folder = tmp_path / "scenes" / "taught"
    preset, _ = write(mode, folder)
    assert load_preset(preset) == mode.changes
    scene = tmp_path / "scenes" / "mine.scene.yaml"
    scene.write_text("scene: 1\nmode: cooking\n")
    assert load(scene).tuning.changed() == pytest.approx(mode.changes)
    with pytest.raises(ValueError, match="lower-case"):
        taught_mode("../cooking", found, [])


def test_a_scene_wins_over_its_mode_and_a_missing_mode_is_told(tmp_path):
    taught = tmp_path / "scenes" / "taught"
    taught.mkdir(parents=True)
    (taught / "calm.yaml").write_text("scene: 1\ntuning: {patience.settle_s: 4, motion.max_rate_dps: 30}\n")
    scene = tmp_path / "scenes" / "mine.scene.yaml"
    scene.write_text("scene: 1\nmode: calm\ntuning: {patience.settle_s: 2}\n")
    assert load(scene).tuning.changed() == {"patience.settle_s": 2.0, "motion.max_rate_dps": 30.0}
    scene.write_text("scene: 1\nmode: calmer\n")
    with pytest.raises(ValueError, match=r"taught/calmer\.yaml"):
        load(scene)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("teach: 1\nmode: cooking\nlessons: []", "lessons"),
        ("teach: 1\nmode: Cooking!\nlessons: [{say: calmer}]", "lower-case"),
        ("teach: 1\nmode: cooking\nlessons: [{say: louder}]", "calmer"),
        ("teach: 1\nmode: cooking\nlessons: [{run: a.yaml}]", "at least two pushes"),
        ("teach: 1\nmode: cooking\nlessons: [{run: a.yaml, screen: [[2 s, 0 m], [4 s, 3]]}]", "°"),
    ],
)
def test_a_bad_file_of_lessons_is_told(tmp_path, text, said):
    path = tmp_path / "lessons.yaml"
    path.write_text(text)
    with pytest.raises(LessonFileError, match=said):
        read_lessons(path)


@pytest.mark.long
def test_calmer_on_the_command_line(tmp_path, capsys):
    path = tmp_path / "lessons.yaml"
    path.write_text("teach: 1\nmode: calm-evening\nlessons: [{say: calmer}]\n")
    assert main(["teach", str(path), "--out", str(tmp_path / "out"), "--among", str(STEPS), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["after"]["top_speed_dps"] < told["before"]["top_speed_dps"]
    assert load_preset(tmp_path / "out" / "calm-evening.json") == told["changes"]
    path.write_text("teach: 1\nmode: calm\nlessons: [{run: nowhere.yaml, screen: [[1, 0], [4, 3]]}]\n")
    assert main(["teach", str(path), "--out", str(tmp_path / "out")]) == 2
