"""A process that runs one scene after another, as a worker of `swivel qa` or the window's engine, does not grow with them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from simulator.onboard.facts import CameraFacts
from simulator.onboard.messages import Box
from simulator.runtime.compose import header_of
from simulator.runtime.engine import Engine
from simulator.runtime.orders.engine_pipe import OpenScene
from simulator.runtime.run import run
from simulator.scene.loader import load
from simulator.world.assets import SCENES
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.view import CameraView
from simulator.world.spec import WorldSpec

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads the size of the process from /proc"),
    pytest.mark.render,
]
SCENE = SCENES / "sample.scene.yaml"
NOBODY = CameraView(tick=0, yaw_deg=0.0, rate_dps=0.0)


def size_mb() -> float:
    """What this process holds in memory."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmRSS"))


def growth_mb(once: Callable[[], object], *, warm_up: int, times: int) -> float:
    """By how much the process grows when it does something often; the first few times fill caches."""
    for _ in range(warm_up):
        once()
    before_mb = size_mb()
    for _ in range(times):
        once()
    return size_mb() - before_mb


def test_runs_give_their_graphics_memory_back():
    header = header_of(load(SCENE), mode="full")
    # A room that is not given back takes 25 to 33 MB.
    assert growth_mb(lambda: run(header, ticks=10), warm_up=2, times=5) < 60


def test_the_engine_gives_a_scene_back_when_it_opens_the_next():
    told: list[bytes] = []
    engine = Engine(send=told.append)
    order = OpenScene(job=1, path=SCENE, text=SCENE.read_text(), seed=0, mode="full", settings={}, ticks=10)

    def open_and_run() -> None:
        engine.obey(order)
        while engine.busy:
            engine.advance()

    assert growth_mb(open_and_run, warm_up=2, times=5) < 60
    assert sum(b'"RunDone"' in one for one in told) == 7


def test_details_of_ever_larger_sizes_reuse_what_they_are_drawn_on():
    camera = VirtualCamera(WorldSpec(), CameraFacts(), np.random.default_rng(1))
    camera.picture(NOBODY)
    zooms = iter(np.linspace(1.0, 4.0, 62))
    # Every size kept would be 80 MB.
    grown_mb = growth_mb(
        lambda: camera.detail(Box(x=0.2, y=0.2, width=0.4, height=0.4), next(zooms)), warm_up=2, times=60
    )
    camera.close()
    assert grown_mb < 40


def test_closing_one_camera_leaves_another_as_it_was():
    first, second = (
        VirtualCamera(WorldSpec(), CameraFacts(noise_sigma=0.0), np.random.default_rng(1)) for _ in range(2)
    )
    before, _ = second.picture(NOBODY)
    before = before.copy()
    first.picture(NOBODY)
    first.close()
    after, _ = second.picture(NOBODY)
    second.close()
    assert np.array_equal(before, after)
