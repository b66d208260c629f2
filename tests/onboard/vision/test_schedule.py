"""The eyes answer in their own time: what a picture shows is known the stated latency later, and a closed shutter ends it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from simulator.onboard.facts import CameraFacts, DeviceFacts
from simulator.onboard.messages import CameraFrame, Seeing, Shutter, VisionHints, VisionReport
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import Tuning
from simulator.onboard.vision.stage import LookOrder, VisionStage
from tests.onboard.vision.conftest import motor_state

YAW_DPS = 100.0


class Watcher(Remembers):
    """Looks at every picture for some ticks and then says when it was taken; the next one is due in `every` ticks."""

    def __init__(self, *, every: int = 10, slow_ticks: int = 0) -> None:
        self.every, self.slow_ticks = every, slow_ticks
        self.tick = 0
        self.orders: list[LookOrder] = []
        self.forgot = 0
        self.seen: VisionReport | None = None

    def begin(self, camera: CameraFrame, order: LookOrder) -> None:
        self.orders.append(order)
        self.seen = VisionReport(
            tick=camera.tick, frame_tick=camera.tick, seeing=Seeing.SEEING, next_frame_in_ticks=self.every,
            frame_yaw_deg=camera.yaw_deg,
        )  # fmt: skip

    def report(self) -> VisionReport | None:
        return self.seen if self.seen is not None and self.tick >= self.seen.tick + self.slow_ticks else None

    def forget_people(self) -> None:
        self.forgot += 1

    def forget(self) -> None:
        self.forgot += 1


class Device:
    """Eyes on a screen that turns, tick by tick."""

    def __init__(self, *, latency_ms: float, watcher: Watcher | None = None) -> None:
        self.watcher = watcher or Watcher()
        self.eyes = VisionStage(DeviceFacts(camera=CameraFacts(latency_ms=latency_ms)), self.watcher)
        self.tick = 0
        self.taken: list[int] = []
        self.reports: list[VisionReport] = []

    def run(self, ticks: int, *, closed: bool = False, woken_at: int = -1, lost: bool = False) -> VisionReport:
        for _ in range(ticks):
            tick = self.watcher.tick = self.tick
            frame = None
            if self.eyes.frame_wanted(tick) and not closed and not lost:
                self.taken.append(tick)
                pixels = np.zeros((4, 4, 3), np.uint8)
                frame = CameraFrame(tick=tick, pixels=pixels, yaw_deg=0.01 * YAW_DPS * tick, rate_dps=YAW_DPS)
            shutter = Shutter.CLOSED if closed else Shutter.OPEN
            hints = VisionHints(wake_word=tick == woken_at)
            self.reports.append(self.eyes.tick(frame, motor_state(tick), shutter, hints, Tuning()))
            self.tick += 1
        return self.reports[-1]


@pytest.mark.parametrize("latency_ms", [0, 10, 80, 200])
def test_a_report_stands_from_the_latency_after_its_exposure_on_and_has_the_yaw_of_that_moment(latency_ms: int) -> None:
    device = Device(latency_ms=latency_ms)
    device.run(300)
    ticks = latency_ms // 10
    new = [report for before, report in itertools.pairwise([None, *device.reports]) if report is not before]
    seen = [report for report in new if report.frame_tick is not None]
    assert len(seen) > 8
    assert {report.tick - report.frame_tick for report in seen} == {ticks}
    assert all(report.frame_yaw_deg == pytest.approx(0.01 * YAW_DPS * report.frame_tick) for report in seen)
    assert all(device.reports[report.tick] is report for report in seen)
    assert {report.late_ticks for report in seen} == {0}
    gaps = set(np.diff(device.taken).tolist())
    assert gaps == {max(10, ticks + 1)}  # the next picture is taken when the eyes are free


def test_a_wake_word_brings_a_picture_as_soon_as_the_eyes_are_free() -> None:
    device = Device(latency_ms=80, watcher=Watcher(every=50))
    device.run(100, woken_at=23)
    assert device.taken[:2] == [0, 24]
    device = Device(latency_ms=80, watcher=Watcher(every=50))
    device.run(100, woken_at=3)
    assert device.taken[:2] == [0, 9]
    assert [order.alert for order in device.watcher.orders[:2]] == [False, True]


def test_what_is_made_of_a_picture_is_not_used_once_the_shutter_is_closed() -> None:
    device = Device(latency_ms=80)
    device.run(4)
    assert device.run(20, closed=True).seeing is Seeing.SHUTTER_CLOSED
    assert device.watcher.forgot == 1
    assert all(report.frame_tick is None for report in device.reports)
    device.run(10)
    assert device.taken == [0, 25]
    assert device.reports[-1].frame_tick == 25
    assert device.reports[-2].seeing is Seeing.NO_PICTURE


def test_a_late_report_is_used_when_it_comes_and_says_how_late_it_is() -> None:
    device = Device(latency_ms=80, watcher=Watcher(slow_ticks=13))
    device.run(100)
    late = [report for report in device.reports if report.frame_tick is not None]
    assert {(report.tick - report.frame_tick, report.late_ticks) for report in late} == {(13, 5)}


def test_eyes_that_never_answer_count_as_lost_and_so_does_a_camera_without_pictures() -> None:
    device = Device(latency_ms=80)
    device.run(30)
    device.watcher.slow_ticks = 10**6
    assert device.run(130).seeing is Seeing.NO_PICTURE
    assert device.watcher.forgot == 1
    device = Device(latency_ms=80)
    device.run(25)
    assert device.run(130, lost=True).seeing is Seeing.NO_PICTURE
    assert device.watcher.forgot == 1


def test_a_checkpoint_between_a_picture_and_its_report_goes_on_the_same() -> None:
    device = Device(latency_ms=80)
    device.run(43)
    state = device.eyes.snapshot()
    going_on = [device.run(1) for _ in range(60)]
    device.tick = 43
    device.eyes.restore(state)
    assert [device.run(1) for _ in range(60)] == going_on


@pytest.mark.parametrize("latency_ms", [-1.0, 201.0])
def test_a_latency_that_no_device_has_is_refused(latency_ms: float) -> None:
    with pytest.raises(ValueError, match="latency_ms"):
        CameraFacts(latency_ms=latency_ms)
