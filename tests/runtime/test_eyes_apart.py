"""Eyes in a process of their own: the same run as without, nobody waits in a real room, and an end is told in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import CameraFrame, Seeing, Shutter, VisionHints
from simulator.onboard.tuning import Tuning
from simulator.runtime.compose import build, header_of
from simulator.runtime.eyes_apart import EyesEnded, eyes_of_rig
from simulator.runtime.eyes_worker import end_waiting
from simulator.scene.loader import load
from simulator.world.assets import SCENES
from tests.onboard.vision.conftest import motor_state

pytestmark = [pytest.mark.render, pytest.mark.process]
TICKS, UNDER_WAY = 150, 104  # a picture was taken at tick 100, its report comes at 108


def _hash(*, apart: bool, restored: bool = False, seed: int = 0) -> str:
    session = build(header_of(load(SCENES / "sample.scene.yaml"), mode="full", seed=seed), eyes_apart=apart)
    try:
        for tick in range(TICKS):
            if tick == UNDER_WAY and restored:
                state = session.checkpoint()
                for _ in range(25):
                    session.step()
                session.restore(state)
            trace = session.step()
            if tick == UNDER_WAY:
                assert trace.vision.frame_tick is not None
                assert trace.vision.frame_tick < 100
        return session.trace_hash
    finally:
        session.close()


def test_a_run_is_the_same_with_eyes_in_a_process_of_their_own_also_from_a_checkpoint_with_a_picture_under_way() -> (
    None
):
    here = _hash(apart=False)
    assert _hash(apart=True) == here
    assert _hash(apart=True, restored=True) == here  # the process of the run before
    assert _hash(apart=True, seed=1) != here
    assert _hash(apart=True) == here


def test_a_process_that_is_given_back_with_pictures_under_way_serves_the_next_run() -> None:
    frame = CameraFrame(tick=0, pixels=np.zeros((360, 640, 3), np.uint8), yaw_deg=0.0, rate_dps=0.0)
    eyes, one = eyes_of_rig(DeviceFacts())
    eyes.tick(frame, motor_state(0), Shutter.OPEN, VisionHints(), Tuning())
    one.close()
    one.close()
    again, two = eyes_of_rig(DeviceFacts())
    assert two._worker is one._worker
    again.tick(replace(frame, yaw_deg=7.0), motor_state(0), Shutter.OPEN, VisionHints(), Tuning())
    report = two.report(waits=True)
    assert report is not None
    assert report.frame_yaw_deg == 7.0
    two.close()
    two._worker.process.kill()
    two._worker.process.wait()
    _, three = eyes_of_rig(DeviceFacts())
    assert three._worker is not two._worker
    three.close()
    end_waiting()
    assert three._worker.process.poll() == 0


def test_pictures_of_a_real_camera_are_overwritten_and_nobody_waits_for_their_reports() -> None:
    eyes, process = eyes_of_rig(DeviceFacts())
    try:
        pixels = np.full((360, 640, 3), 90, np.uint8)
        frame = CameraFrame(tick=0, pixels=pixels, yaw_deg=12.5, rate_dps=0.0)
        first = eyes.tick(frame, motor_state(0), Shutter.OPEN, VisionHints(), Tuning())
        assert first.seeing is Seeing.NO_PICTURE
        assert not pixels.any()
        tick = 0
        while (report := eyes.tick(None, motor_state(tick), Shutter.OPEN, VisionHints(), Tuning())) is first:
            tick += 1  # time flies: a thousand ticks pass before the networks are done with one picture
        assert (report.frame_tick, report.frame_yaw_deg) == (0, 12.5)
        assert report.late_ticks == tick - DeviceFacts().camera.latency_ticks
        assert report.late_ticks >= 0
    finally:
        process.close()


def test_the_end_of_the_process_is_told_in_words() -> None:
    frame = CameraFrame(tick=0, pixels=np.zeros((360, 640, 3), np.uint8), yaw_deg=0.0, rate_dps=0.0)
    for end in (lambda one: one._worker.process.kill() or one._worker.process.wait(), lambda one: one.close()):
        eyes, process = eyes_of_rig(DeviceFacts())
        end(process)
        with pytest.raises(EyesEnded, match="eyes has ended"):
            eyes.tick(frame, motor_state(0), Shutter.OPEN, VisionHints(), Tuning())
        process.close()


def test_a_problem_of_the_process_arrives_as_its_own_words() -> None:
    eyes, process = eyes_of_rig(DeviceFacts())
    try:
        frame = CameraFrame(tick=0, pixels=np.zeros((8, 8, 3), np.uint8), yaw_deg=0.0, rate_dps=0.0)
        eyes.tick(frame, motor_state(0), Shutter.OPEN, VisionHints(), Tuning())
        with pytest.raises(EyesEnded, match=r"a picture of \(8, 8, 3\)"):
            process.report(waits=True)
    finally:
        process.close()
