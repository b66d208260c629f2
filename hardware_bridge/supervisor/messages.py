"""What goes over the supervisor's socket: one line of JSON a message, checked before anything is done with it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from hardware_bridge.guard import GuardPhase
from hardware_bridge.json_messages import MessageError, MessageSet
from hardware_bridge.ports import Capabilities
from simulator.onboard.messages import MotorCommand, MotorState

GuardState = Literal["off", "live", "waiting", "braking", "stopped", "fault"]  # what the guard lets pass
GUARD_STATES: dict[GuardPhase, GuardState] = {
    GuardPhase.OFF: "off",
    GuardPhase.LIVE: "live",
    GuardPhase.WAITING: "waiting",
    GuardPhase.BRAKING: "braking",
    GuardPhase.STOPPED: "stopped",
    GuardPhase.FAULT: "fault",
}
STOPPED: tuple[GuardState, ...] = ("braking", "stopped", "fault")  # only a reset leads on
# Why it stopped: somebody said so; nothing was heard in time, from the app or because this computer was busy; the app was
# wrong about who drives; or the device has a fault of its own.
StopCause = Literal["none", "asked", "silence", "contradiction", "device"]
# "gone" is what the socket itself says when the app that drove has hung up, or was killed.
OrderName = Literal["enable", "stop", "reset", "free", "gone"]
LONGEST_LINE = 65_536
LARGEST_NUMBER = 2**53  # ticks and numbers of set points; what JSON carries exactly
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """Who is connected, for people: a program's name and process."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A sign of life of the app, with what it wants."""

    command: MotorCommand
    planner_tick: int
    engaged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Something that must happen once."""

    what: OrderName


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the supervisor tells the app each tick."""

    state: MotorState
    sent: MotorCommand
    engaged: bool
    words: str
    refused: str = ""  # why the last order was not carried out
    guard: GuardState = "off"
    cause: StopCause = "none"
    late_ticks: int = 0  # that this process has missed, because the computer was busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """What the supervisor tells an app that connects: which device it drives, what that can do, and how far it may turn."""

    device: str  # kind, model, firmware and serial number
    capabilities: Capabilities
    range_deg: tuple[float, float]


Input = Heartbeat | Order
Said = Introduction | Heartbeat | Order
Told = Hello | Report

SAID: MessageSet[Said] = MessageSet(Said)
TOLD: MessageSet[Told] = MessageSet(Told)


def read_said(line: bytes) -> Said:
    """What an app said; a line that is not that, or carries what is no number, is a MessageError."""
    if len(line) > LONGEST_LINE:
        raise MessageError(f"line of {len(line)} bytes: at most {LONGEST_LINE}")
    message = SAID.from_json(line)
    if isinstance(message, Introduction) and len(message.name) > LONGEST_NAME:
        raise MessageError(f"name of {len(message.name)} letters: at most {LONGEST_NAME}")
    if isinstance(message, Heartbeat):
        _check_numbers(message)
    return message


def _check_numbers(beat: Heartbeat) -> None:
    command = beat.command
    for name, whole in (("tick", command.tick), ("seq", command.seq), ("planner_tick", beat.planner_tick)):
        if abs(whole) > LARGEST_NUMBER:
            raise MessageError(f"{name} {whole:.3e}: at most {LARGEST_NUMBER}")
    for name in ("yaw_deg", "rate_dps", "accel_dps2", "torque_limit_nm"):
        if not math.isfinite(getattr(command, name)):
            raise MessageError(f"{name} is not finite")
