"""The same scene and seed give the same run on the processors of others; that each scene goes twice the same way the library shows."""

from __future__ import annotations

import pytest

from benchmarks.second_cpu import PROCESSORS, decisions, differing

pytestmark = pytest.mark.process


@pytest.mark.parametrize(("mode", "ticks"), [("feature", 900), ("full", 350)])
def test_another_processor_decides_the_same(mode, ticks):
    environment = PROCESSORS["without AVX-512"]
    here = decisions("scenes/sample.scene.yaml", mode=mode, ticks=ticks, environment={})
    there = decisions("scenes/sample.scene.yaml", mode=mode, ticks=ticks, environment=environment)
    assert differing(here, there)[0] == 0
