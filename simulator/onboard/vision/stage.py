"""The eyes as one stage: takes a picture when one is due, and says what it shows when there was time to look at it."""

from __future__ import annotations

from typing import Protocol

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.message import message
from simulator.onboard.messages import CameraFrame, MotorState, Seeing, Shutter, VisionHints, VisionReport
from simulator.onboard.state import Remembers, Snapshot
from simulator.onboard.tuning import Tuning, VisionKnobs
from simulator.onboard.vision.schedule import Schedule


@message
class LookOrder:
    """How one picture is looked at."""

    knobs: VisionKnobs
    alert: bool = False  # a wake word was heard a moment ago
    tracks_moving: bool = False  # somebody is known to move


class Looks(Protocol):
    """What looks at pictures, here or elsewhere."""

    def begin(self, camera: CameraFrame, order: LookOrder) -> None:
        """Look at a picture, which is overwritten."""

    def report(self) -> VisionReport | None:
        """What is believed after the last picture; None while it is not known, and nobody can wait."""

    def forget_people(self) -> None:
        """Forget everybody who was followed."""

    def forget(self) -> None:
        """Forget everybody and everything: the shutter was closed."""

    def snapshot(self) -> Snapshot:
        """Everything that changes, a report that is under way with it."""

    def restore(self, state: Snapshot) -> None:
        """Go back to a snapshot."""


class VisionStage(Remembers):
    """One pair of eyes."""

    PARTS = ("_looks",)

    def __init__(self, facts: DeviceFacts, looks: Looks) -> None:
        self._looks = looks
        self._schedule = Schedule(facts.camera)

    def tick(
        self, camera: CameraFrame | None, motor: MotorState, shutter: Shutter, hints: VisionHints, tuning: Tuning
    ) -> VisionReport:
        """What the eyes believe; the same object again while nothing new is known. Overwrites the picture."""
        tick, schedule = motor.tick, self._schedule
        if hints.wake_word:
            schedule.hurry(tick)
        if shutter is Shutter.CLOSED:
            return self._closed(tick, camera)
        schedule.open(tick)
        if camera is not None:
            schedule.take(camera.tick)
            order = LookOrder(knobs=tuning.vision, alert=schedule.alert(tick), tracks_moving=hints.tracks_moving)
            self._looks.begin(camera, order)
        if schedule.answer_due(tick) and (report := self._looks.report()) is not None:
            schedule.answer(report, tick)
        elif schedule.lost(tick):
            self._looks.forget_people()
        return schedule.report

    def frame_wanted(self, tick: int) -> bool:
        """Whether a picture is due at this tick."""
        return self._schedule.picture_wanted(tick)

    def _closed(self, tick: int, camera: CameraFrame | None) -> VisionReport:
        if camera is not None:
            camera.pixels.fill(0)
        if self._schedule.report.seeing is not Seeing.SHUTTER_CLOSED:
            self._looks.forget()
            self._schedule.close(tick)
        return self._schedule.report
