"""Figures of service on runs that are known to the tick, P(served) with its interval, and settings compared by pairs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.lab.qa.batch import Setting, Table, changes_for, runs
from simulator.lab.qa.compare_settings import compared, settings, would_break
from simulator.lab.qa.groups import HEIGHTS, MOST_POINTS, attributes, group_settings, worst_of
from simulator.lab.qa.run_task import cast_as
from simulator.lab.report.html import html
from simulator.lab.report.service_table import figures
from simulator.lab.run_result import RunResult, RunVerdict
from simulator.lab.served import Comparison, p_served, paired
from simulator.lab.service import CALM_DEG, ServiceFigures, service
from simulator.onboard.tuning import TuningError
from simulator.runtime.orders.compare_pipe import SceneBroken, SceneCompared
from simulator.runtime.run import RunLog, run_scene
from simulator.scene.loader import Scene, load, loads

ROOT = Path(__file__).resolve().parents[2]
CALLS = """\
scene: 1
duration: 9 s
people: {anna: {at: [0.9, 1.6]}}
timeline:
  - {at: 1 s, who: anna, does: say wake word}
"""


def run(text: str, **knobs: float | str) -> RunLog:
    scene = loads(text)
    return run_scene(scene, seed=0, mode="feature", tuning=scene.tuning.patched(dict(knobs)))


def test_a_call_that_is_served_has_its_seconds_and_degrees() -> None:
    columns = run(CALLS).columns()
    found = service(columns)
    assert (found.sessions, found.served, found.again, found.lost) == (1, 1, 0, 0)
    bearing_deg = np.abs(columns.bearing_of("anna"))
    faced = 100 + int(np.flatnonzero(bearing_deg[100:] <= CALM_DEG)[0])
    assert found.seconds_to_face == pytest.approx((faced - 100) / 100, abs=0.011)
    outside = np.maximum(bearing_deg[100:] - CALM_DEG, 0.0)
    assert found.outside_deg == pytest.approx(outside.mean(), rel=0.01)
    assert found.turned_deg_per_min == pytest.approx(60 * found.turned_deg / 9.0)
    assert (found.moves, found.false_turns, found.tipped, found.corrections_per_call) == (1, 0, 0, 0.0)


def test_wider_zones_do_not_make_it_look_better() -> None:
    """The calm middle is fixed: a device that leaves the caller at the edge of a wide zone is further off, not better."""
    usual = service(run(CALLS).columns())
    wide = service(run(CALLS, **{"attention.wake_policy": "do not move"}).columns())
    assert (wide.served, wide.lost) == (0, 1)
    assert wide.outside_deg is not None
    assert usual.outside_deg is not None
    assert wide.outside_deg > usual.outside_deg + 10


def test_somebody_who_has_to_call_again_and_then_pushes_is_counted() -> None:
    text = CALLS + (
        "  - {at: 4 s, who: anna, does: say wake word}\n  - {at: 6 s, who: hand, does: turn screen to 40 ° for 1 s}\n"
    )
    found = service(run(text, **{"attention.wake_policy": "do not move"}).columns())
    assert (found.again, found.pushes) == (1, 1)


def test_a_screen_that_turns_near_a_person_is_told_by_its_speed() -> None:
    near = CALLS.replace("[0.9, 1.6]", "[1.8, 0.8]")
    columns = run(near).columns()
    assert service(columns).near_top_dps == pytest.approx(np.abs(columns.truth("rate_dps")).max(), rel=0.01)
    assert service(run(CALLS).columns()).near_top_dps == 0.0


def test_sums_add_up_and_the_top_speed_is_the_faster() -> None:
    one = ServiceFigures(sim_s=60.0, moves=2, served=1, face_s=1.0, near_top_dps=30.0)
    two = ServiceFigures(sim_s=60.0, moves=4, served=1, face_s=2.0, near_top_dps=20.0, turned_deg=120.0)
    both = one + two
    assert (both.moves, both.seconds_to_face, both.near_top_dps, both.turned_deg_per_min) == (6, 1.5, 30.0, 60.0)


def test_p_served_is_that_of_the_chain_and_says_when_it_does_not_know() -> None:
    # By simulation of the chain: 80 % served, 10 % again, 10 % lost, which is absorbed in served with 8 of 9.
    rng = np.random.default_rng(5)
    calls = rng.choice(3, p=(0.8, 0.1, 0.1), size=20_000)
    pooled = ServiceFigures(
        sessions=20_000, served=int((calls == 0).sum()), again=int((calls == 1).sum()), lost=int((calls == 2).sum())
    )
    found = p_served(pooled)
    assert found.rate == pytest.approx(8 / 9, abs=0.01)
    assert found.low < 8 / 9 < found.high
    assert p_served(ServiceFigures(sessions=3, served=3)).rate is None


def outcomes(served: list[int]) -> dict[tuple[str, int], ServiceFigures]:
    return {("a", seed): ServiceFigures(sessions=1, served=s, lost=1 - s) for seed, s in enumerate(served)}


def test_pairs_answer_better_worse_alike_or_not_enough() -> None:
    always, never = outcomes([1] * 200), outcomes([0] * 200)
    assert paired(never, always).answer is Comparison.BETTER
    assert paired(always, never).answer is Comparison.WORSE
    assert paired(always, always).answer is Comparison.ALIKE
    assert paired(outcomes([1] * 30), outcomes([1] * 30)).answer is Comparison.NOT_ENOUGH
    some = outcomes([1] * 190 + [0] * 10)
    found = paired(some, outcomes([0] * 10 + [1] * 190))
    assert found.answer is Comparison.NOT_ENOUGH
    assert found.needed > 200
    # What has no partner does not count.
    assert paired(always, outcomes([1])).pairs == 1


def scenes(folder: Path) -> list[tuple[Path, Scene]]:
    folder.mkdir()
    (folder / "calls.scene.yaml").write_text(
        CALLS + "expect:\n  - {id: faces, after: anna says wake word, within: 3 s, then: anna in dead zone}\n"
        "  - {id: slow, never: yaw speed > 185 °/s}\n"
    )
    (folder / "own.scene.yaml").write_text(
        "scene: 1\nduration: 2 s\ntuning: {zones.dead_half_width_deg: 14}\nexpect: [{id: still, never: device moving}]\n"
    )
    return [(path, load(path)) for path in sorted(folder.glob("*.scene.yaml"))]


@pytest.mark.process
def test_one_batch_tells_what_a_change_breaks_and_the_window_hears_the_same(tmp_path: Path) -> None:
    pairs = scenes(tmp_path / "scenes")
    both = settings(Setting(name=""), Setting(name="", changes={"attention.wake_policy": "do not move"}))
    table = runs(pairs, both, seeds=2, out=tmp_path / "out")
    names = [path.as_posix() for path, _ in pairs]
    found = would_break(table, names)
    assert (found.broken, found.fixed, found.same) == ((names[0],), (), 1)
    assert found.served.pairs == 2
    told = compared(table, names[0])
    assert isinstance(told, SceneCompared)
    assert (told.scene, told.path, told.worse, told.checks) == ("calls.scene.yaml", names[0], ("faces",), 2)
    assert {margin.check for margin in told.margins} >= {"faces"}
    # A second batch in the same folder knows what the first ran.
    again = runs(pairs, both, seeds=2, out=tmp_path / "out")
    assert {key: row.trace_hash for key, row in again.rows.items()} == {
        k: row.trace_hash for k, row in table.rows.items()
    }
    assert all(row.wall_s == 0.0 for row in again.rows.values())  # none was run


@pytest.mark.process
def test_knobs_that_clash_with_a_scene_are_told_by_scene(tmp_path: Path) -> None:
    pairs = scenes(tmp_path / "scenes")
    wide = {"zones.dead_half_width_deg": 26.0, "zones.holding_half_width_deg": 15.0}
    with pytest.raises(TuningError):
        changes_for(pairs[0][1], wide)
    assert changes_for(pairs[1][1], {"zones.dead_half_width_deg": 20.0}) == {}  # what a scene turns stays
    table = runs(pairs, settings(Setting(name=""), Setting(name="", changes=wide)), seeds=1, out=tmp_path / "out")
    assert isinstance(compared(table, pairs[0][0].as_posix()), SceneBroken)


def test_everybody_becomes_a_member_of_the_group() -> None:
    scene = loads(CALLS)
    for attribute in attributes():
        for setting in group_settings(attribute):
            (person,) = cast_as(scene, setting.people).spec.people
            assert {name: getattr(person, name) for name in setting.people} == dict(setting.people)


def test_heights_are_what_their_names_say() -> None:
    heights = {}
    for name, look in HEIGHTS.items():
        scene = cast_as(loads("scene: 1\nduration: 0.1 s\npeople: {anna: {at: [1, 2]}}\n"), {"look": look})
        heights[name] = run_scene(scene, seed=0, mode="feature").truths[0].people[0].mouth_height_m
    assert heights["child"] < heights["short adult"] < heights["tall adult"]


@pytest.mark.parametrize(("lost", "wide"), [(0, False), (3, True)])
def test_a_gap_between_groups_is_told(lost: int, wide: bool) -> None:
    table = Table()
    for group in ("standing", "sitting"):
        for seed in range(50):
            missed = group == "sitting" and seed < lost
            sums = ServiceFigures(sessions=1, served=1 - missed, lost=int(missed), face_s=0.0 if missed else 1.0)
            table.rows[group, "a", seed] = RunResult(
                key="k", scene="a", name="a", seed=seed, mode="feature", verdict=RunVerdict.PASS, counts_as=RunVerdict.PASS,
                service=sums,
            )  # fmt: skip
    found = worst_of("posture", table)
    assert found.too_wide is wide
    if wide:
        assert found.worst == "sitting"
        assert 100 * (1.0 - (found.worst_served.rate or 0.0)) > MOST_POINTS
        assert found.worst_served.low < 0.94 < found.worst_served.high


def test_a_group_that_waits_longer_is_told() -> None:
    table = Table()
    for group, face_s in (("standing", 1.0), ("sitting", 1.3)):
        for seed in range(30):
            table.rows[group, "a", seed] = RunResult(
                key="k", scene="a", name="a", seed=seed, mode="feature", verdict=RunVerdict.PASS, counts_as=RunVerdict.PASS,
                service=ServiceFigures(sessions=1, served=1, face_s=face_s),
            )  # fmt: skip
    found = worst_of("posture", table)
    assert (found.too_wide, found.slowest, found.slower_s) == (True, "sitting", 0.3)


def test_the_report_has_all_figures_and_says_when_nobody_called() -> None:
    rows = dict(figures(ServiceFigures(sim_s=60.0, moves=1, turned_deg=30.0)))
    assert rows["seconds to face, mean"] == "nobody called"
    assert rows["calls served within 6 s"] == "not enough sessions (0 of 20)"
    assert rows["motion a minute"] == "30°"
    called = ServiceFigures(
        sim_s=120.0, sessions=30, served=27, lost=3, again=6, pushes=3, face_s=40.5, outside_deg_s=60.0, asked_s=30.0,
        false_turns=1, tipped=2, near_top_dps=59.6,
    )  # fmt: skip
    rows = dict(figures(called))
    assert rows["calls served within 6 s"] == "90% (74% to 97%) of 30 calls"
    assert rows["seconds to face, mean"] == "1.50 s"
    assert rows["caller outside the middle, mean"] == "2.00°"
    assert rows["corrections a call"] == "0.30"
    assert rows["false turns a minute"] == "0.50"
    assert rows["fastest turn with somebody within 1 m"] == "60 °/s"
    assert rows["things tipped over"] == "2"
    result = RunResult(
        key="k", scene="a.scene.yaml", name="a", seed=0, mode="feature", verdict=RunVerdict.PASS, counts_as=RunVerdict.PASS,
        service=called,
    )  # fmt: skip
    page = html([result], title="t", wall_s=1.0)
    assert page.count('id="service"') == 1
    assert "<td>things tipped over</td><td class=n>2</td>" in page
    assert 'id="service"' not in html([replace(result, service=None)], title="t", wall_s=1.0)
