"""The same scene and seed give the same run: twice, for every scene, and on the processors of others."""

from __future__ import annotations

import pytest

from benchmarks.second_cpu import PROCESSORS, decisions, differing
from simulator.runtime.compose import build, header_of
from simulator.scene.loader import load
from simulator.world.assets import SCENES

EVERY_SCENE = sorted(SCENES.rglob("*.scene.yaml"))


def fingerprint(path):
    header = header_of(load(path), seed=11, mode="feature")
    session = build(header)
    for _ in range(round(header.spec.duration_s * 100)):
        session.step()
    session.close()
    return session.trace_hash


@pytest.mark.parametrize("path", EVERY_SCENE, ids=lambda path: path.name.split(".")[0])
def test_every_scene_is_the_same_twice(path):
    assert fingerprint(path) == fingerprint(path)


@pytest.mark.parametrize(("mode", "ticks"), [("feature", 900), ("full", 350)])
def test_another_processor_decides_the_same(mode, ticks):
    environment = PROCESSORS["without AVX-512"]
    here = decisions("scenes/sample.scene.yaml", mode=mode, ticks=ticks, environment={})
    there = decisions("scenes/sample.scene.yaml", mode=mode, ticks=ticks, environment=environment)
    assert differing(here, there)[0] == 0
