"""Tuning: fronts that are known, advisers that repeat themselves, and points that are tested on scenes that nothing was tuned on."""

from __future__ import annotations

import itertools
import json
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from simulator.cli.main import main
from simulator.lab.search.advisers import AdviserError, adviser
from simulator.lab.search.explored import Explored, read_explored
from simulator.lab.search.front import MOST, front, hypervolume, names, thinned
from simulator.lab.search.goal_file import goal_of
from simulator.lab.search.objectives import objectives_of
from simulator.lab.search.plan_file import PlanFileError
from simulator.lab.search.sweep import scenes_of
from simulator.lab.search.tune import Tuner, generalises
from simulator.lab.service import ServiceFigures
from simulator.onboard.tuning import Tuning
from simulator.scene.loader import load_preset

GOAL = """tune: 1
scenes: [near.scene.yaml]
held_out: {scenes: [far.scene.yaml]}
advisers: [random]
trials: 6
walks: 2
axes:
  - {name: speed, knob: motion.max_rate_dps, from: 10, to: 60}
  - {name: dead, knob: zones.dead_half_width_deg, from: 4, to: 30}
"""
SCENE = """scene: 1
claim: Anna is faced.
duration: 6 s
people: {{anna: {{at: {at}}}}}
timeline:
  - {{at: 1 s, who: anna, does: say wake word}}
expect:
  - {{id: faced, after: anna says wake word, within: 4 s, then: angle to anna < 10 °}}
"""
POINTS = [(1.0, 9.0), (2.0, 4.0), (3.0, 5.0), (4.0, 3.0), (4.0, 3.0), (9.0, 1.0)]


# --- the front --------------------------------------------------------------------------------------------------------


def test_the_front_is_what_nobody_beats_once_each_and_best_service_first() -> None:
    assert front(POINTS) == [0, 1, 3, 5]
    assert front([]) == []


def test_its_volume_is_the_area_that_is_beaten() -> None:
    # 1 x 1 (from 9 down to 4 by two, and so on): sum of steps below the worst corner (10, 10), in a box of 100.
    area = (10 - 1) * (10 - 9) + (10 - 2) * (9 - 4) + (10 - 4) * (4 - 3) + (10 - 9) * (3 - 1)
    assert hypervolume(POINTS, worst=(10.0, 10.0), best=(0.0, 0.0)) == pytest.approx(area / 100)
    assert hypervolume([(11.0, 0.0)], worst=(10.0, 10.0), best=(0.0, 0.0)) == 0.0
    assert hypervolume(POINTS, worst=(1.0, 1.0), best=(1.0, 0.0)) == 0.0


def test_at_most_nine_points_are_left_with_both_ends_and_a_name_each() -> None:
    many = [(float(k), float(40 - k)) for k in range(41)]
    kept = thinned(front(many), many)
    assert len(kept) == MOST
    assert (kept[0], kept[-1]) == (0, 40)
    assert max(b - a for a, b in itertools.pairwise(kept)) <= 8
    for count in range(MOST + 1):
        made = names(count)
        assert len(set(made)) == count
    assert (names(2), names(1)) == (["eager", "calm"], ["even"])


def test_a_point_generalises_when_gain_and_price_keep_their_sign() -> None:
    assert generalises((8.0, 8.0), (7.0, 9.0), (11.0, 11.0), (10.9, 15.0))
    assert not generalises((8.0, 8.0), (7.0, 9.0), (11.0, 11.0), (12.0, 15.0))
    assert not generalises((8.0, 8.0), (7.0, 9.0), (11.0, 11.0), None)


# --- objectives -------------------------------------------------------------------------------------------------------


def test_waiting_motion_and_tipping_count_and_no_call_is_no_answer() -> None:
    called = ServiceFigures(sim_s=60.0, sessions=1, served=1, face_s=1.0, outside_deg_s=20.0, asked_s=10.0)
    assert objectives_of(called) == (4.0, 0.0)
    lost = ServiceFigures(sim_s=60.0, sessions=1, lost=1, outside_deg_s=20.0, asked_s=10.0)
    assert objectives_of(lost) == (14.0, 0.0)
    restless = ServiceFigures(
        sim_s=60.0, sessions=1, served=1, face_s=1.0, outside_deg_s=20.0, asked_s=10.0, moves=10, turned_deg=100.0,
        false_turns=1, near_top_dps=60.0, tipped=1,
    )  # fmt: skip
    assert objectives_of(restless) == (4.0, 2.0 + 1.0 + 1.0 + 1.0 + 3.0)
    assert objectives_of(ServiceFigures(sim_s=60.0)) is None


# --- advisers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["random", *(["tpe", "nsga2"] if find_spec("optuna") else [])])
def test_an_adviser_says_the_same_again_and_takes_what_failed(name: str) -> None:
    def asked() -> list[tuple[float, ...]]:
        one, found = adviser(name, axes=2, draw=4), []
        for _ in range(6):
            rows = one.ask(10)
            found += rows
            one.tell([None if x > 0.9 else (x, 1.0 - y) for x, y in rows])
        return found

    assert asked() == asked()
    assert all(0.0 <= x <= 1.0 for row in asked() for x in row)
    assert len(set(asked())) > 40


def test_without_optuna_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(AdviserError, match=r"pip install 'swivel-display\[tune\]'"):
        adviser("tpe", axes=1, draw=0)


# --- goals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("advisers: [random]", "advisers: [tpe]", "random must be among them"),
        ("advisers: [random]", "advisers: [zzz]", "g.yaml:4:12: advisers.0: input should be 'random', 'tpe' or 'nsga2'"),
        ("held_out: {scenes: [far.scene.yaml]}", "held_out: {}", "name scenes or homes that nothing is tuned on"),
        ("scenes: [near.scene.yaml]\n", "", "name scenes or homes to tune on"),
        ("motion.max_rate_dps", "motion.zzz", "g.yaml:8:5: axes.0: motion.zzz: there is no such knob"),
        ("tune: 1", "tune: 2", "g.yaml:1:7: tune: input should be 1"),
    ],
)  # fmt: skip
def test_every_mistake_of_a_goal_has_its_place(was: str, becomes: str, words: str) -> None:
    assert was in GOAL
    with pytest.raises(PlanFileError) as caught:
        goal_of(GOAL.replace(was, becomes), file="g.yaml")
    assert words in str(caught.value)


# --- runs -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scenes").mkdir()
    for name, at in (("near", "[0.9, 1.6]"), ("far", "[4.4, 2.0]")):
        (tmp_path / "scenes" / f"{name}.scene.yaml").write_text(SCENE.format(at=at))
    (tmp_path / "goal.yaml").write_text(GOAL)
    return tmp_path


def tuned(folder: Path, *, stop_at: float = 2.0) -> Explored:
    def progress(share: float, _note: str) -> None:
        if share >= stop_at:
            raise KeyboardInterrupt

    goal, out = goal_of(GOAL), folder / "out"
    train, held_out = (scenes_of(part, folder=folder, out=out) for part in (goal.train, goal.held_out))
    return Tuner(goal, train=train, held_out=held_out, out=out, workers=1, on_progress=progress).run()


@pytest.mark.process
@pytest.mark.long
def test_a_front_is_found_tested_elsewhere_and_the_same_after_an_interruption(folder: Path) -> None:
    assert not tuned(folder, stop_at=0.45).complete
    found = tuned(folder)
    assert found.complete
    assert found == tuned(folder)
    assert len(found.trials) == 6
    clashing = [trial for trial in found.trials if float(trial.changes["zones.dead_half_width_deg"]) > 26.0]
    assert all(trial.train is None for trial in clashing)
    tried = {trial.train for trial in found.trials}
    for one in found.points:
        assert one.train in tried
        assert one.held_out is not None
        assert one.held_out != one.train
        assert {(run.scene, run.held_out) for run in one.runs} == {
            ((folder / "scenes" / f"{name}.scene.yaml").as_posix(), name == "far") for name in ("near", "far")
        }
    services = [one.train[0] for one in found.points]
    assert services == sorted(services)
    assert 0.0 < found.volumes["random"] <= 1.0
    assert all(row.low <= row.effect <= row.high for figure in found.matters for row in figure.axes)
    assert {row.axis for figure in found.matters for row in figure.axes} <= {"speed", "dead"}


@pytest.mark.process
@pytest.mark.long
def test_the_command_writes_a_preset_for_each_point(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["tune", str(folder / "goal.yaml"), "--out", str(folder / "out")]
    assert main([*line, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in told["points"]] == [Path(path).stem for path in told["presets"]]
    for one, path in zip(told["points"], told["presets"], strict=True):
        changes = load_preset(Path(path))
        assert changes == one["changes"]
        Tuning().patched(changes)
    kept = read_explored(folder / "out")
    assert kept.complete
    assert [one.name for one in kept.points] == [one["name"] for one in told["points"]]
    assert main(line) == 0
    said = capsys.readouterr().out
    assert "as it ships" in said
    assert "none did better than chance" in said


def test_a_scene_cannot_be_tuned_on_and_held_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "goal.yaml").write_text(GOAL.replace("far.scene", "near.scene"))
    assert main(["tune", str(folder / "goal.yaml"), "--out", str(folder / "out")]) == 2
    assert "near.scene.yaml: is tuned on, so it cannot be held out as well" in capsys.readouterr().err


def test_an_adviser_that_is_not_installed_is_told_before_anything_runs(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    (folder / "goal.yaml").write_text(GOAL.replace("[random]", "[random, tpe]"))
    assert main(["tune", str(folder / "goal.yaml"), "--out", str(folder / "out")]) == 2
    assert "the adviser tpe needs Optuna" in capsys.readouterr().err
    assert not (folder / "out").exists()
