"""Sweeps: plans with every mistake told, points that are always the same, what matters on functions that are known, and resumed runs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from simulator.cli.main import main
from simulator.lab.search.axes import Axis
from simulator.lab.search.designs import MOVE, morris_shares, random_shares, sobol_shares
from simulator.lab.search.explored import read_explored
from simulator.lab.search.expression import ExpressionError, evaluated
from simulator.lab.search.plan import SweepPlan
from simulator.lab.search.plan_file import PlanFileError, plan_of
from simulator.lab.search.sensitivity import morris, sobol
from simulator.lab.search.sweep import Sweep, run_sweep, scenes_of
from simulator.lab.search.tables import point_rows, run_rows

PLAN = """sweep: 1
scenes: [calls.scene.yaml, still.scene.yaml]
seeds: 2
design: grid
axes:
  - {name: speed, knob: motion.max_rate_dps, from: 20, to: 80, steps: 2}
  - {name: policy, knob: attention.wake_policy, values: [turn and follow, do not move]}
"""
CALLS = """scene: 1
claim: Anna is faced.
duration: 5 s
people: {anna: {at: [0.9, 1.6]}}
timeline:
  - {at: 1 s, who: anna, does: say wake word}
expect:
  - {id: faced, after: anna says wake word, within: 3 s, then: angle to anna < 10 °}
"""
STILL = "scene: 1\nclaim: It rests.\nduration: 1 s\nexpect: [{never: device turning}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "calls.scene.yaml").write_text(CALLS)
    (tmp_path / "scenes" / "still.scene.yaml").write_text(STILL)
    (tmp_path / "plan.yaml").write_text(PLAN)
    return tmp_path


def swept(folder: Path, text: str = PLAN, *, out: str = "out", stop_at: float = 2.0) -> Sweep:
    def progress(share: float, note: str) -> None:
        if share >= stop_at:
            raise KeyboardInterrupt

    plan = plan_of(text)
    scenes = scenes_of(plan, folder=folder, out=folder / out)
    return run_sweep(plan, scenes, out=folder / out, workers=1, on_progress=progress)


# --- plans ------------------------------------------------------------------------------------------------------------


def test_an_axis_turns_knobs_by_expressions_and_patterns() -> None:
    plan = plan_of(
        "sweep: 1\nscenes: [wake]\naxes:\n"
        "  - {name: widths, scale: zones.*half_width_deg, from: 0.5, to: 1.5, steps: 3}\n"
        "  - {name: calm, set: {patience.settle_s: x / 2, vision.confirm_of_5: x}, from: 2, to: 4, steps: 2}\n"
    )
    points = plan.points()
    assert len(points) == plan.size == 6
    assert points[1].changes == {
        "zones.dead_half_width_deg": 6.0, "zones.dead_near_half_width_deg": 9.0, "zones.dead_far_half_width_deg": 4.5,
        "zones.holding_half_width_deg": 14.0, "zones.holding_near_half_width_deg": 18.0,
        "zones.holding_far_half_width_deg": 11.0, "patience.settle_s": 2.0, "vision.confirm_of_5": 4,
    }  # fmt: skip
    assert isinstance(points[1].changes["vision.confirm_of_5"], int)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sweep: 2\nscenes: [wake]\naxes: [{knob: patience.settle_s, from: 0, to: 1}]\n", "p.yaml:1:8: sweep: input should be 1"),
        ("sweep: 1\nscenes: [wake]\naxes: []\n", "p.yaml:3:7: axes: list should have at least 1 item"),
        ("sweep: 1\naxes: [{knob: patience.settle_s, from: 0, to: 1}]\n", "name scenes or homes to run"),
        ("sweep: 1\nscenes: [wake]\naxes: [{knob: zzz, from: 0, to: 1}]\n", "p.yaml:3:8: axes.0: zzz: there is no such knob"),
        ("sweep: 1\nscenes: [wake]\naxes: [{scale: zzz.*, from: 0, to: 1}]\n", "zzz.*: fits no knob that is a number"),
        ("sweep: 1\nscenes: [wake]\naxes: [{knob: patience.settle_s, from: 0, to: 99}]\n", "patience.settle_s = 99.0: must be 0 to 10 s"),
        ("sweep: 1\nscenes: [wake]\naxes: [{knob: patience.settle_s, from: 3, to: 1}]\n", "from must be below to"),
        ("sweep: 1\nscenes: [wake]\naxes: [{knob: patience.settle_s}]\n", "either from and to, or values"),
        ("sweep: 1\nscenes: [wake]\naxes: [{from: 3, to: 1}]\n", "one of: knob, scale, set"),
        ("sweep: 1\nscenes: [wake]\naxes: [{knob: attention.wake_policy, values: [zzz]}]\n", "must be turn to wake word, turn and follow"),
        ("sweep: 1\nscenes: [wake]\naxes: [{set: {patience.settle_s: y + 1}, from: 0, to: 1}]\n", "y is not known; known are x, default"),
        ("sweep: 1\nscenes: [wake]\naxes: [{knob: patience.settle_s, from: 0, to: 1},"
         " {name: b, knob: patience.settle_s, from: 0, to: 1}]\n",
         "patience.settle_s is turned by patience.settle_s as well"),
        ("sweep: 1\nscenes: [wake]\ndesign: sobol\ncount: 6\naxes: [{knob: patience.settle_s, from: 0, to: 1}]\n", "needs a power of two"),
        ("sweep: 1\nscenes: [wake]\ndesign: zzz\naxes: [{knob: patience.settle_s, from: 0, to: 1}]\n",
         "p.yaml:3:9: design: input should be 'grid'"),
        ("sweep: 1\nscenes: [wake]\nzzz: 1\naxes: [{knob: patience.settle_s, from: 0, to: 1}]\n", "p.yaml:3:6: zzz: extra inputs"),
        ("sweep: 1\nscenes: [wake]\ndesign: grid\naxes: [{knob: patience.settle_s, from: 0, to: 1, steps: 1000}, "
         "{knob: patience.forget_s, from: 2, to: 9, steps: 1000}]\n", "1000000 points are more than 100000"),
        ("sweep: 1\nscenes: [wake\n", "p.yaml:"),
    ],
)  # fmt: skip
def test_every_mistake_of_a_plan_has_its_place_and_its_bound(text: str, words: str) -> None:
    with pytest.raises(PlanFileError) as caught:
        plan_of(text, file="p.yaml")
    assert words in str(caught.value)
    assert str(caught.value).startswith("p.yaml:")


@pytest.mark.parametrize(
    ("text", "value"), [("x + 16", 19.0), ("-x * 2", -6.0), ("max(x, default) / 4", 2.5), ("(x - 1) * 0.5", 1.0)]
)
def test_an_expression_has_its_value(text: str, value: float) -> None:
    assert evaluated(text, {"x": 3.0, "default": 10.0}) == value


@pytest.mark.parametrize(
    "text",
    ["", "x +", "x ** 9", "__import__('os')", "x.real", "[x]", "x if x else 1", "x / 0", "1e308 * 1e308", "'a'", "True",
     "min(x)", "lambda: x", "x" * 300, "(" * 150 + "x" + ")" * 150 + "y"],
)  # fmt: skip
def test_what_is_no_sum_or_product_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluated(text, {"x": 3.0})


# --- designs ----------------------------------------------------------------------------------------------------------


def test_designs_are_the_same_every_time_and_differ_by_draw() -> None:
    for made in (
        lambda draw: random_shares(3, points=16, draw=draw),
        lambda draw: sobol_shares(3, base=16, draw=draw),
        lambda draw: morris_shares(3, walks=5, draw=draw),
    ):
        assert (made(1) == made(1)).all()
        assert (made(1) != made(2)).any()
        assert made(1).min() >= 0.0
        assert made(1).max() <= 1.0


def test_a_walk_moves_every_axis_once_by_two_of_three_steps() -> None:
    moves = np.diff(morris_shares(4, walks=6, draw=3).reshape(6, 5, 4), axis=1)
    assert np.allclose(np.sort(np.abs(moves), axis=2)[..., :3], 0.0)
    assert np.allclose(np.abs(moves).max(axis=2), MOVE)
    assert (np.sort(np.abs(moves).argmax(axis=2), axis=1) == np.arange(4)).all()


def test_each_mixture_takes_one_axis_from_the_other_sample() -> None:
    shares = sobol_shares(3, base=8, draw=0).reshape(5, 8, 3)
    a, b = shares[:2]
    for axis in range(3):
        other = [k for k in range(3) if k != axis]
        assert (shares[2 + axis][:, axis] == b[:, axis]).all()
        assert (shares[2 + axis][:, other] == a[:, other]).all()


# --- what matters -----------------------------------------------------------------------------------------------------


def test_morris_finds_the_slopes_of_a_plane_and_leaves_out_what_is_missing() -> None:
    shares = morris_shares(3, walks=8, draw=1)
    values = 3.0 * shares[:, 0] - 1.0 * shares[:, 1]
    first, second, third = morris(["a", "b", "c"], shares, values, walks=8)
    assert [(one.axis, round(one.effect, 9)) for one in (first, second, third)] == [("a", 3.0), ("b", 1.0), ("c", 0.0)]
    assert first.bends == pytest.approx(0.0, abs=1e-9)
    values[::4] = np.nan  # the first point of every walk
    assert morris(["a", "b", "c"], shares, values, walks=8)[0].effect == pytest.approx(3.0)
    assert morris(["a", "b", "c"], shares, np.full(32, np.nan), walks=8) == []


def test_sobol_indices_are_those_of_a_function_that_is_known() -> None:
    # Ishigami and Homma 1990, a = 7, b = 0.1: first indices 0.314, 0.442, 0; total ones 0.558, 0.442, 0.244.
    shares = sobol_shares(3, base=2048, draw=5)
    x, y, z = (2.0 * np.pi * (shares - 0.5)).T
    found = {
        one.axis: one
        for one in sobol(["x", "y", "z"], np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x), base=2048)
    }
    for axis, alone, total in (("x", 0.314, 0.558), ("y", 0.442, 0.442), ("z", 0.0, 0.244)):
        assert found[axis].effect == pytest.approx(total, abs=0.03)
        assert found[axis].alone == pytest.approx(alone, abs=0.05)
        assert found[axis].low < found[axis].effect < found[axis].high
    assert sobol(["x", "y", "z"], np.ones(5 * 2048), base=2048) == []


# --- runs -------------------------------------------------------------------------------------------------------------


@pytest.mark.process
@pytest.mark.long
def test_an_interrupted_sweep_goes_on_and_ends_with_the_table_of_one_that_was_not(folder: Path) -> None:
    cut = swept(folder, stop_at=0.3)
    assert not cut.complete
    some = len(run_rows(cut))
    assert 0 < some < 16
    again, fresh = swept(folder), swept(folder, out="fresh")
    assert again.complete
    assert again.points[0].point.changes == {"motion.max_rate_dps": 20.0, "attention.wake_policy": "turn and follow"}
    assert len(run_rows(again)) == 16
    assert run_rows(again) == run_rows(fresh)
    assert point_rows(again) == point_rows(fresh)
    faced = {one.point.xs: one.figures["passed_share"] for one in again.points}
    assert faced[80.0, "do not move"] == 0.5  # only the scene in which nothing happens
    assert faced[80.0, "turn and follow"] == 1.0


@pytest.mark.process
@pytest.mark.long
def test_points_that_are_the_same_share_their_runs_and_clashing_ones_have_no_figures(folder: Path) -> None:
    text = (
        "sweep: 1\nscenes: [still.scene.yaml]\naxes:\n"
        "  - {name: dead, knob: zones.dead_half_width_deg, values: [12.0, 12.0, 30.0]}\n"
    )
    found = swept(folder, text)
    assert [len(one.results) for one in found.points] == [1, 1, 0]
    assert [len(one.impossible) for one in found.points] == [0, 0, 1]
    assert [one.figures["passed_share"] for one in found.points] == [1.0, 1.0, None]


@pytest.mark.process
@pytest.mark.long
def test_homes_are_drawn_and_run(folder: Path) -> None:
    text = "sweep: 1\nhomes: {count: 2, first: 7, hard: 0.2}\naxes: [{knob: motion.max_rate_dps, values: [60.0]}]\n"
    found = swept(folder, text)
    assert sorted(Path(row["scene"]).name.partition("-")[0] for row in run_rows(found)) == ["home", "home"]


@pytest.mark.process
@pytest.mark.long
def test_the_command_writes_its_tables_and_says_what_matters(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = folder / "morris.yaml"
    plan.write_text(
        "sweep: 1\nscenes: [calls.scene.yaml]\ndesign: morris\ncount: 3\naxes:\n"
        "  - {knob: motion.max_rate_dps, from: 10, to: 90}\n  - {knob: away.dwell_s, from: 1, to: 9}\n"
    )
    line = ["sweep", str(plan), "--out", str(folder / "out")]
    assert main([*line, "--list"]) == 0
    assert "9 points x 1 scenes x 1 seeds = 9 runs" in capsys.readouterr().out
    assert main([*line, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["points"], told["runs"], told["complete"], told["errors"]) == (9, 9, True, 0)
    first, second = told["matters"]["seconds_to_face"]
    assert (first["axis"], second["effect"]) == ("motion.max_rate_dps", 0.0)
    assert first["effect"] > 0.3
    with (folder / "out" / "points.csv").open() as table:
        rows = list(csv.DictReader(table))
    assert [int(row["point"]) for row in rows] == list(range(9))
    assert {float(row["x_motion_max_rate_dps"]) for row in rows} <= {10.0, 36.666666667, 63.333333333, 90.0}
    found = read_explored(folder / "out")
    assert (found.made_by, found.complete, len(found.trials), found.tested) == ("sweep", True, 9, False)
    assert found.matters[0].figure == "service"
    assert found.matters[0].axes[0].axis == "motion.max_rate_dps"
    assert [len(point.runs) for point in found.points] == [1] * len(found.points)
    assert min(trial.train for trial in found.trials if trial.train is not None) == found.points[0].train
    pyarrow = pytest.importorskip("pyarrow.parquet")
    assert main([*line, "--to", "parquet"]) == 0
    assert "seconds_to_face: what matters" in capsys.readouterr().out
    assert pyarrow.read_table(folder / "out" / "runs.parquet").num_rows == 9


def test_what_is_wrong_with_a_sweep_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.yaml").write_text(PLAN.replace("calls", "nowhere"))
    assert main(["sweep", str(folder / "bad.yaml"), "--out", str(folder / "out")]) == 2
    assert "nowhere.scene.yaml: there is no such scene or folder" in capsys.readouterr().err
    assert main(["sweep", str(folder / "missing.yaml")]) == 2
    assert "missing.yaml: No such file" in capsys.readouterr().err


def test_a_grid_of_one_step_and_an_axis_of_words() -> None:
    assert Axis(name="a", low=3.0, high=9.0, steps=1).grid == (3.0,)
    axes = (Axis(name="a", values=("left", "right"), turns={"call.framing": ""}),)
    plan = SweepPlan(axes=axes, design="random", count=8, scenes=("wake",))
    assert {point.changes["call.framing"] for point in plan.points()} == {"left", "right"}
