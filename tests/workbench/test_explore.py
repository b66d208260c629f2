"""What is asked in the window becomes a goal that the command line reads, and what came of it is told without boasting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.lab.search.explored import Explored, Named, PointRun
from simulator.lab.search.goal_file import goal_of
from simulator.onboard.tuning import Tuning, leaf_at
from simulator.workbench.document import Document
from simulator.workbench.explore_goal import (
    Budget,
    GoalError,
    SceneChoice,
    directions,
    folder_of,
    goal_text,
    scene_choice,
)
from simulator.workbench.explore_rows import beside_chance, point_rows, run_rows, summary
from simulator.workbench.feel_sliders import FEELS, knobs_at

SCENES = Path(__file__).resolve().parents[2] / "scenes"
HOMES = SceneChoice(homes=20)
ALL = {one.name: one for one in directions()}


def test_every_direction_makes_a_goal_whose_ends_are_settings():
    for one in ALL.values():
        goal = goal_of(goal_text([(one, *one.usual)], tune_on=HOMES, hold_out=HOMES, budget=Budget()))
        for x in goal.axes[0].low, goal.axes[0].high:
            assert goal.axes[0].changes(x).keys() == one.turns.keys()


@pytest.mark.parametrize("feel", FEELS, ids=lambda feel: feel.name)
def test_a_feel_goes_the_way_of_its_slider(feel):
    one = ALL[feel.name]
    axis = goal_of(goal_text([(one, 0.0, 100.0)], tune_on=HOMES, hold_out=HOMES, budget=Budget())).axes[0]
    for place in (0.0, 20.0, 50.0, 75.0, 100.0):
        wanted = knobs_at(feel, place)
        for path, value in axis.changes(place).items():
            assert float(value) == pytest.approx(float(wanted[path]), abs=0.51 * leaf_at(path).step), path


def test_homes_that_are_tuned_on_and_held_out_never_meet():
    goal = goal_of(
        goal_text([(ALL["speed"], 15, 85)], tune_on=SceneChoice(homes=2000), hold_out=HOMES, budget=Budget(walks=3))
    )
    train, held_out = goal.train.homes, goal.held_out.homes
    assert train is not None
    assert held_out is not None
    assert train.first + train.count <= held_out.first
    assert goal.walks == 3


def test_scenes_are_folders_files_and_homes():
    found = scene_choice("wake, follow/at-a-stroll, 20 homes, 5 other homes", this=None, samples=SCENES)
    assert [Path(path).name for path in found.scenes] == ["wake", "at-a-stroll.scene.yaml"]
    assert found.homes == 25
    mine = SCENES / "sample.scene.yaml"
    assert scene_choice("this scene", this=mine, samples=SCENES).scenes == (mine.as_posix(),)
    with pytest.raises(GoalError, match="save it first"):
        scene_choice("this scene", this=None, samples=SCENES)


def test_two_directions_that_turn_one_knob_are_refused():
    both = [(ALL["speed"], 15, 85), (ALL["motion.max_rate_dps"], 20, 90)]
    with pytest.raises(GoalError, match="Top speed and Speed turn the same knob"):
        goal_text(both, tune_on=HOMES, hold_out=HOMES, budget=Budget())
    with pytest.raises(GoalError, match="tick at least one"):
        goal_text([], tune_on=HOMES, hold_out=HOMES, budget=Budget())
    with pytest.raises(GoalError, match="must go up"):
        goal_text([(ALL["speed"], 85, 15)], tune_on=HOMES, hold_out=HOMES, budget=Budget())


def test_the_same_choices_have_the_same_folder(tmp_path):
    text = goal_text([(ALL["speed"], 15, 85)], tune_on=HOMES, hold_out=HOMES, budget=Budget())
    assert folder_of(text, home=tmp_path) == folder_of(text, home=tmp_path)
    assert folder_of(text, home=tmp_path) != folder_of(text + " ", home=tmp_path)


# --- what is told -----------------------------------------------------------------------------------------------------

RUNS = (
    PointRun(scene="scenes/a/x.scene.yaml", seed=0, held_out=False, passed=True, shipped_passed=True),
    PointRun(scene="scenes/a/y.scene.yaml", seed=0, held_out=True, passed=True, shipped_passed=False),
    PointRun(scene="scenes/a/z.scene.yaml", seed=0, held_out=True, passed=False, shipped_passed=True),
)
POINT = Named(
    name="even", adviser="random", changes={"patience.settle_s": Tuning().patience.settle_s}, train=(6.0, 9.0),
    held_out=(7.0, 9.5), fixed=("scenes/a/y.scene.yaml",), broken=("scenes/a/z.scene.yaml",), generalises=True, runs=RUNS,
)  # fmt: skip
FOUND = Explored(
    made_by="tune", train_scenes=1, held_out_scenes=2, shipped=(7.0, 8.0), shipped_held_out=(8.0, 9.0), points=(POINT,),
    complete=True,
)  # fmt: skip


def test_rows_say_what_is_fixed_and_broken_by_name_and_break_first():
    shipped, row = point_rows(FOUND)
    assert (shipped.name, shipped.service_held_out) == ("as it ships", "8.00")
    assert (row.changed, row.verdict, row.tip) == ("1 : 1", "generalises", "fixes a/y\nbreaks a/z")
    assert [(one.scene, one.change) for one in run_rows(POINT)] == [("a/z", "broken"), ("a/y", "fixed"), ("a/x", "")]


def test_a_sweep_never_generalises_and_an_adviser_is_set_beside_chance():
    swept = replace(
        FOUND, made_by="sweep", held_out_scenes=0, points=(replace(POINT, held_out=None, generalises=False),)
    )
    assert point_rows(swept)[1].verdict == "not tested on others"
    assert "nothing held out, so nothing is said to generalise" in summary(swept)
    assert beside_chance(FOUND) == ""
    worse = replace(FOUND, volumes={"random": 0.7, "tpe": 0.69})
    better = replace(FOUND, volumes={"random": 0.7, "tpe": 0.71})
    assert beside_chance(worse).endswith("none did better than chance.")
    assert beside_chance(better).endswith("tpe did better than chance in this one draw.")


def test_a_scene_below_the_scene_folder_opens_with_what_it_uses():
    path = SCENES / "follow" / "at-a-stroll.scene.yaml"
    text = path.read_text()
    assert "use:" in text
    document = Document()
    document.open(path, text)
    document.set_text(text + "\n# a remark\n", words="Edit")
    assert document.scene is not None
    assert document.scene.spec.people
