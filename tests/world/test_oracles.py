"""Oracles know only what could be known: with each alone and all together every scene of the library is as good as before."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from simulator.runtime.compose import build, header_of
from simulator.runtime.run import run_session
from simulator.runtime.seeds import stream
from simulator.scene.checks import Verdict
from simulator.scene.judge import judge, overall
from simulator.scene.loader import load
from simulator.world.assets import SCENES
from simulator.world.oracles.seams import PARTS, oracle_seams
from simulator.world.spec import FaultAction

pytestmark = pytest.mark.long

FILES = sorted(path for path in SCENES.rglob("*.scene.yaml") if path.parent.name != "faults")
# Where two call at once, where nobody speaks but a wall or a television, where nothing is set up yet.
HARD = ("ambiguity", "decoys", "reflection", "setup", "range")
SAMPLED = [path for place, path in enumerate(FILES) if place % 8 == 3 or path.parent.name in HARD]
SETS = [("ears",), ("eyes",), ("fusion",), PARTS]


@pytest.mark.parametrize("parts", SETS, ids=lambda parts: "+".join(parts))
@pytest.mark.parametrize("path", SAMPLED, ids=lambda path: f"{path.parent.name}/{path.name.split('.')[0]}")
def test_a_scene_with_oracles_keeps_its_promises(path: Path, parts: tuple[str, ...]) -> None:
    scene = load(path)
    if "feature" not in scene.modes or any(isinstance(action, FaultAction) for action in scene.spec.actions):
        pytest.skip("not for modelled senses, or about a device with a fault")
    header = header_of(scene, mode="feature")
    seams = oracle_seams(parts, spec=header.spec, facts=header.facts, streams=partial(stream, 0))
    log = run_session(build(header, seams=seams), header)
    assert overall(judge(scene.expect, log.columns())) is Verdict.PASS


def test_two_who_call_at_once_stay_ambiguous() -> None:
    scene = load(SCENES / "ambiguity" / "two-equal-talkers.scene.yaml")
    header = header_of(scene, mode="feature")
    seams = oracle_seams(PARTS, spec=header.spec, facts=header.facts, streams=partial(stream, 0))
    log = run_session(build(header, seams=seams), header)
    assert any(trace.tracks.sound_ambiguous for trace in log.traces)


def test_an_oracle_goes_on_from_a_checkpoint() -> None:
    header = header_of(load(SCENES / "people" / "a-conversation.scene.yaml"), mode="feature")

    def made() -> object:
        return build(
            header, seams=oracle_seams(PARTS, spec=header.spec, facts=header.facts, streams=partial(stream, 0))
        )

    first, second = made(), made()
    for _ in range(350):
        first.step()
    second.restore(first.checkpoint())
    for session in (first, second):
        for _ in range(350):
            session.step()
    assert first.trace_hash == second.trace_hash
