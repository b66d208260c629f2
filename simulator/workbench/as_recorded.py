"""Stages that say again what was recorded: a re-plan begins at the first stage that a turned knob can have changed.

A seam behind a stage would do the same, but every stage ticks before its seam is asked, and a minute is redrawn within a few hundredths
of a second only if fusion and behaviour do not run.
"""

from __future__ import annotations

from typing import Any

from simulator.onboard.algorithms import SHIPPED, Algorithms
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.behaviour.stage import BehaviourStage
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.fusion.stage import FusionStage
from simulator.onboard.messages import Answer, BackDrive, Intent, Request, Setup, TrackReport
from simulator.workbench.knob_readers import Redone


class AsRecorded:
    """What stands in the record at the moment, and a mind's algorithms that say it."""

    tracks: TrackReport | None = None
    intent: Intent | None = None

    def algorithms(self, redone: Redone) -> Algorithms:
        """The stages that ship from where the mind begins again, before them what was recorded."""
        if redone is Redone.FUSION:
            return SHIPPED
        if redone is Redone.BEHAVIOUR:
            return Algorithms(tracker=lambda facts: RecordedTracker(self, facts))
        return Algorithms(
            tracker=lambda facts: RecordedTracker(self, facts),
            behaviour=lambda facts, setup: RecordedBehaviour(self, facts, setup),
        )


class Unmoved:
    """A stand-in has nothing of its own that changes."""

    def snapshot(self) -> None:
        """Nothing."""

    def restore(self, state: None) -> None:
        """Nothing."""


class RecordedTracker(Unmoved):
    """Tracks as recorded; where the record has none yet, as fusion makes them."""

    def __init__(self, recorded: AsRecorded, facts: DeviceFacts) -> None:
        self._recorded, self._fusion = recorded, FusionStage(facts)

    def tick(self, *given: Any, **named: Any) -> TrackReport:
        """The tracks that stand."""
        return self._recorded.tracks or self._fusion.tick(*given, **named)


class RecordedBehaviour(Unmoved):
    """Intents as recorded; requests are not heard, and the range of motion stays as set up."""

    def __init__(self, recorded: AsRecorded, facts: DeviceFacts, setup: Setup) -> None:
        self._recorded, self._behaviour = recorded, BehaviourStage(facts, setup)
        self._setup = setup

    @property
    def setup(self) -> Setup:
        """What set-up had taught."""
        return self._setup

    @property
    def arc(self) -> RangeOfMotion | None:
        """The range of motion from set-up."""
        return self._setup.range

    @property
    def back_drive(self) -> BackDrive:
        """As at the start."""
        return self._behaviour.back_drive

    @property
    def answers(self) -> tuple[Answer, ...]:
        """None."""
        return ()

    @property
    def open_requests(self) -> tuple[Request, ...]:
        """None."""
        return ()

    def tick(self, *given: Any, **named: Any) -> Intent:
        """The intent that stands."""
        return self._recorded.intent or self._behaviour.tick(*given, **named)
