"""Golden traces: the smoke scenes go as when somebody last looked, and a change is traced to the stage it began in."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.cli.main import main
from simulator.lab.qa.golden import FORMAT, GoldenTrace, compare, read_golden, trace_of
from simulator.lab.qa.golden_update import update_goldens
from simulator.lab.qa.plan import Job, find_scenes, golden_path
from simulator.lab.run_result import GoldenMatch
from simulator.onboard.fusion.stage import FusionStage
from simulator.runtime.run import run_scene
from simulator.scene.loader import Scene, load, loads

ROOT = Path(__file__).resolve().parents[2]
# Only a scene that has the word can have the tag: reading all of them would take seconds of every run of any test.
SMOKE = [path for path in find_scenes([ROOT / "scenes"]) if "smoke" in path.read_text() and "smoke" in load(path).tags]
UPDATE = 'swivel qa scenes --tag smoke --golden update --reason "what changed and why that is right"'
CALL = """\
scene: 1
duration: 4 s
people: {anna: {at: [1.2, 2.2]}}
timeline:
  - {at: 1 s, who: anna, does: say wake word}
"""


def trace(scene: Scene) -> GoldenTrace:
    log = run_scene(scene, mode="feature")
    return trace_of(log, log.columns())


@pytest.fixture(scope="module")
def call() -> GoldenTrace:
    """The golden trace of a short scene in which somebody calls."""
    return trace(loads(CALL))


def test_every_smoke_scene_has_a_golden_and_no_golden_is_left_over() -> None:
    wanted = {golden_path(path, mode="feature") for path in SMOKE}
    found = set((ROOT / "scenes" / "golden").rglob("*.json"))
    assert {path.stem for path in wanted - found} == set(), f"no golden; make it with: {UPDATE}"
    assert {path.stem for path in found - wanted} == set(), "goldens of scenes that are not in the smoke set"


@pytest.mark.long
@pytest.mark.timeout(300)
def test_the_smoke_scenes_go_as_their_goldens_say() -> None:
    drifted = {}
    for path in SMOKE:
        golden = read_golden(golden_path(path, mode="feature"))
        found = None if golden is None else compare(golden, trace(load(path)))
        if found is None or not found.same:
            drifted[path.name] = "no golden" if found is None else f"{found.at_s} s, {found.stage}: {found.text}"
    assert drifted == {}, f"if that is right: {UPDATE}"


def test_an_event_may_shift_by_a_tick_and_a_number_by_its_tolerance(call: GoldenTrace) -> None:
    assert compare(call, copy.deepcopy(call)) == GoldenMatch(same=True)
    goal = next(k for k, row in enumerate(call.stages["decision"]) if row[3] is not None)
    for ticks, degrees, same in ((1, 0.4, True), (2, 0.0, False), (0, 0.6, False)):
        other = copy.deepcopy(call)
        other.stages["decision"][goal][0] += ticks
        other.stages["decision"][goal][3] += degrees
        found = compare(call, other)
        assert found.same is same
        assert same or found.stage == "decision"


def test_a_change_upstream_is_named_and_not_what_follows_from_it(
    call: GoldenTrace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = FusionStage.tick

    def forgetful(self: FusionStage, *arguments: Any, **options: Any) -> Any:
        report = real(self, *arguments, **options)
        return replace(report, tracks=()) if report.tracks else report

    monkeypatch.setattr(FusionStage, "tick", forgetful)
    found = compare(call, trace(loads(CALL)))
    assert found.stage == "tracks"
    assert {"tracks", "decision"} <= set(found.stages)


def test_what_is_new_and_what_is_missing_is_told(call: GoldenTrace) -> None:
    other = copy.deepcopy(call)
    last = other.stages["truth"].pop()
    assert last[1] in compare(call, other).text
    assert "is missing" in compare(call, other).text
    assert "is new" in compare(other, call).text
    shorter = replace(call, ticks=call.ticks - 1)
    assert compare(call, shorter).text == f"{call.ticks - 1} ticks, were {call.ticks}"


@pytest.mark.parametrize("old", [b'{"format": 0, "ticks": 1, "stages": {}}', b"{", b""])
def test_a_golden_of_another_format_is_refused_by_a_check_and_made_again_by_an_update(
    tmp_path: Path, old: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "scenes" / "call.scene.yaml"
    path.parent.mkdir()
    path.write_text(CALL + "expect: [{never: yaw speed > 185 °/s}]\n")
    golden = golden_path(path, mode="feature")
    golden.parent.mkdir(parents=True)
    golden.write_bytes(old)
    assert main(["qa", str(path), "--golden", "check", "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.strip() == f"{golden} is not a golden trace of format {FORMAT}"
    lines = list(update_goldens([Job(scene=load(path), path=path, mode="feature", seeds=1)], reason="a new format"))
    assert lines[0] == f"{path.as_posix()}: made again, since {golden} is not a golden trace of format {FORMAT}"
    again = read_golden(golden)
    assert again is not None
    assert again.reason == "a new format"
