"""One tick whole: everything that goes into the stack, and everything that came of it."""

from __future__ import annotations

from dataclasses import field
from typing import Final

from simulator.onboard.message import message
from simulator.onboard.messages.answers import Answer
from simulator.onboard.messages.body import BodyReport, MotorCommand, MotorState, Touch
from simulator.onboard.messages.ears import MicBlock, SoundReport
from simulator.onboard.messages.eyes import CameraFrame, Shutter, VisionReport
from simulator.onboard.messages.mind import Intent, TrackReport, ZoneDecision
from simulator.onboard.messages.requests import Request

TICK_S: Final = 0.010
TICKS_PER_S: Final = 100
# The mind thinks at 20 Hz: a person walks 7 cm between two thoughts, 4 deg at 1 m, well inside the dead zone.
THINK_EVERY_TICKS: Final = 5


@message
class SensorFrame:
    """Everything the device sensed in one tick."""

    tick: int
    motor: MotorState
    shutter: Shutter = Shutter.OPEN
    touch: Touch = field(default_factory=Touch)
    mic: MicBlock | None = None  # None while the microphones are lost
    camera: CameraFrame | None = None  # None on ticks without a picture
    requests: tuple[Request, ...] = ()


@message
class TickTrace:
    """Everything one tick produced: the window draws it, the recorder writes it, checks read it."""

    tick: int
    motor: MotorState
    shutter: Shutter
    touch: Touch
    sound: SoundReport
    vision: VisionReport
    tracks: TrackReport
    intent: Intent
    decision: ZoneDecision
    body: BodyReport
    command_wanted: MotorCommand
    command_sent: MotorCommand
    guard: str = ""  # what the guard changed or refused, in plain words; empty when it passed everything
    requests: tuple[Request, ...] = ()
    answers: tuple[Answer, ...] = ()  # given in this tick, to requests of this one and of earlier ones
