"""Faults of a scene: each has words, changes what it should and only in its time, and goes on from a checkpoint."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.runtime.compose import build, header_of
from simulator.runtime.run import run_scene
from simulator.runtime.session import Session
from simulator.scene.checks import Verdict
from simulator.scene.errors import SceneError
from simulator.scene.fault_phrases import _ROWS, FAULT_VERBS
from simulator.scene.judge import judge, overall
from simulator.scene.loader import Scene, load, loads
from simulator.world.assets import SCENES
from simulator.world.faults.kinds import FAULTS
from simulator.world.spec import FaultAction

pytestmark = pytest.mark.long

BASE = """scene: 1
use: [homes/kitchen-wall.yaml]
duration: 6 s
people:
  anna: {at: [0.74, 1.25]}
timeline:
  - {at: 1 s, who: anna, does: say wake word}
"""
EVERY = [(part, kind) for part, kinds in FAULTS.items() for kind in kinds]
EXAMPLE = {(verb.who[0], row[1]): verb.example for verb, row in zip(FAULT_VERBS, _ROWS, strict=True)}
# With one person who stands still and looks at the screen there is nothing to see of these.
UNSEEN = {("eyes", "everybody engaged"), ("eyes", "unconfirmed"), ("eyes", "posters")}


def scene(*lines: str, expect: str = "") -> Scene:
    return loads(BASE + "".join(f"  - {line}\n" for line in lines) + expect, root=SCENES)


def test_every_fault_has_words() -> None:
    assert sorted(EXAMPLE) == sorted(EVERY)
    assert len(EVERY) >= 70


@pytest.mark.parametrize(("part", "kind"), EVERY, ids=lambda word: word)
def test_a_fault_changes_a_run_and_is_kept_in_a_checkpoint(part: str, kind: str) -> None:
    faulty = scene(f"{{at: 0 s, who: {part}, does: {EXAMPLE[part, kind]}}}")
    plain = run_scene(scene(), mode="feature").trace_hash

    def made() -> Session:
        return build(header_of(faulty, mode="feature"))

    first, second = made(), made()
    for _ in range(190):
        first.step()
    second.restore(first.checkpoint())
    for session in (first, second):
        for _ in range(410):
            session.step()
    assert first.trace_hash == second.trace_hash
    assert (first.trace_hash != plain) or (part, kind) in UNSEEN


def test_a_fault_is_there_in_its_time_only() -> None:
    log = run_scene(scene("{at: 3 s, who: ears, does: mishear by 35 °, for: 1 s}"), mode="feature")
    plain = run_scene(scene(), mode="feature")
    assert all(
        a.sound.azimuth_deg == b.sound.azimuth_deg for a, b in zip(log.traces[:300], plain.traces[:300], strict=True)
    )
    faults = [action for action in log.header.spec.actions if isinstance(action, FaultAction)]
    assert [(fault.part, fault.kind, fault.amount, fault.for_s) for fault in faults] == [("ears", "bias", 35.0, 1.0)]


def test_ears_that_mishear_say_another_direction() -> None:
    wrong = run_scene(scene("{at: 0 s, who: ears, does: mishear by 35 °}"), mode="feature")
    right = run_scene(scene(), mode="feature")
    woken = [next(t.sound for t in log.traces if t.sound.wake_word) for log in (wrong, right)]
    assert woken[0].azimuth_deg is not None
    assert woken[1].azimuth_deg is not None
    assert woken[0].azimuth_deg - woken[1].azimuth_deg == pytest.approx(35.0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{at: 0 s, who: ears, does: mishear by 35 s}", "35 s"),
        ("{at: 0 s, who: ears, does: see mirrored}", "ears"),
        ("{at: 2 s, who: motor, does: break loose at 1 N m}", "from 0 s to the end"),
        ("{at: 0 s, who: eyes, does: miss many of people}", "must be a share"),
    ],
)
def test_a_fault_that_means_nothing_is_refused(line: str, said: str) -> None:
    with pytest.raises(SceneError, match=said):
        scene(line)


def test_what_may_fail_is_told_and_does_not_count() -> None:
    never = (
        "expect:\n  - {id: still, never: device moving, may fail: true}\n  - {id: limit, never: yaw speed > 185 °/s}\n"
    )
    made = scene(expect=never)
    outcomes = judge(made.expect, run_scene(made, mode="feature").columns())
    assert [outcome.verdict for outcome in outcomes] == [Verdict.FAIL, Verdict.PASS]
    assert overall(outcomes) is Verdict.PASS
    assert overall(outcomes, strict=True) is Verdict.FAIL
    with pytest.raises(SceneError, match="true or false"):
        scene(expect="expect:\n  - {id: still, never: device moving, may fail: perhaps}\n")


def test_a_scene_that_nothing_could_fail_is_no_green() -> None:
    with pytest.raises(SceneError, match="every check may fail, so nothing could fail this scene"):
        scene(expect="expect:\n  - {id: still, never: device moving, may fail: true}\n")
    made = scene(expect="expect:\n  - {id: limit, never: yaw speed > 185 °/s}\n")
    columns = run_scene(made, mode="feature").columns()
    only = tuple(replace(outcome, may_fail=True) for outcome in judge(made.expect, columns))
    assert [outcome.verdict for outcome in only] == [Verdict.PASS]
    assert overall(only) is Verdict.NOT_EXERCISED
    assert overall(()) is Verdict.NOT_EXERCISED


def test_the_library_has_faults_of_every_part_and_of_settings() -> None:
    scenes = [load(path) for path in (SCENES / "faults").glob("*.scene.yaml")]
    assert len(scenes) >= 120
    planted = {(a.part, a.kind) for one in scenes for a in one.spec.actions if isinstance(a, FaultAction)}
    assert planted == set(EVERY)
    assert sum("settings" in one.tags for one in scenes) >= 6
    for one in scenes:
        assert any(check.may_fail for check in one.expect) or "for a while" in one.claim
        assert sum(not check.may_fail for check in one.expect) >= 2
