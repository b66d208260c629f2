"""Set points that go wrong."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from simulator.onboard.messages import TICK_S, TICKS_PER_S, CommandKind, MotionReport, MotorCommand
from simulator.world.faults.fault import Fault, Kind, Now

WOBBLE_TICKS = 12
STICKS_AFTER_TICKS = 25


def _command(change: Callable[[MotorCommand, Fault, Now], MotorCommand]) -> Kind:
    """Another command; what the body feels stays."""

    def changed(report: MotionReport, fault: Fault, now: Now) -> MotionReport:
        return replace(report, command=change(report.command, fault, now))

    return Kind(at="motion", change=changed)


def _scaled(command: MotorCommand, factor: float, start_deg: float) -> MotorCommand:
    yaw_deg = start_deg + factor * (command.yaw_deg - start_deg)
    return replace(command, yaw_deg=yaw_deg, rate_dps=factor * command.rate_dps, accel_dps2=factor * command.accel_dps2)


def _start_deg(fault: Fault, now: Now) -> float:
    start_deg: float = fault.memory.setdefault("start", now.yaw_deg)
    return start_deg


def _stuck(command: MotorCommand, yaw_deg: float) -> MotorCommand:
    return replace(command, kind=CommandKind.HOLD, yaw_deg=yaw_deg, rate_dps=0.0, accel_dps2=0.0)


def late_command(command: MotorCommand, fault: Fault, now: Now) -> MotorCommand:
    """The command of some seconds ago, with the number of now."""
    queue: deque[MotorCommand] = fault.memory.setdefault("queue", deque())
    queue.append(command)
    old = queue[0] if len(queue) <= fault.amount * TICKS_PER_S else queue.popleft()
    return replace(old, tick=command.tick, seq=command.seq)


def slow_command(command: MotorCommand, fault: Fault, now: Now) -> MotorCommand:
    """A set point that goes no faster than some degrees a second."""
    if command.kind not in (CommandKind.MOVE, CommandKind.HOLD):
        return command
    most_deg, most_dps = fault.amount * TICK_S, fault.amount
    yaw_deg = fault.memory.setdefault("yaw", command.yaw_deg)
    yaw_deg += min(max(command.yaw_deg - yaw_deg, -most_deg), most_deg)
    fault.memory["yaw"] = yaw_deg
    rate_dps = min(max(command.rate_dps, -most_dps), most_dps)
    return replace(command, yaw_deg=yaw_deg, rate_dps=rate_dps, accel_dps2=0.0)


def _sticks(report: MotionReport, fault: Fault, now: Now) -> MotionReport:
    """A turn begins and stops on its way."""
    if report.body.moving:
        fault.memory.setdefault("began", now.tick)
    if now.tick <= fault.memory.get("began", now.tick) + STICKS_AFTER_TICKS:
        return report
    yaw_deg = fault.memory.setdefault("yaw", report.command.yaw_deg)
    return replace(report, command=_stuck(report.command, yaw_deg))


def _wobbles(command: MotorCommand, fault: Fault, now: Now) -> MotorCommand:
    yaw_deg = command.yaw_deg + fault.amount * math.sin(now.tick / WOBBLE_TICKS)
    return replace(command, kind=CommandKind.MOVE, yaw_deg=yaw_deg)


MOTION: dict[str, Kind] = {
    "bias": _command(lambda command, fault, now: replace(command, yaw_deg=command.yaw_deg + fault.amount)),
    "mirror": _command(lambda command, fault, now: _scaled(command, -1.0, _start_deg(fault, now))),
    "scale": _command(lambda command, fault, now: _scaled(command, fault.amount, _start_deg(fault, now))),
    "late": _command(late_command),
    "crawl": _command(slow_command),
    "stuck": _command(lambda command, fault, now: _stuck(command, _start_deg(fault, now))),
    "stick on the way": Kind(at="motion", change=_sticks),
    "wobble": _command(_wobbles),
    "let go": _command(lambda command, fault, now: replace(command, kind=CommandKind.FREE)),
    "only stop": _command(lambda command, fault, now: replace(command, kind=CommandKind.STOP)),
    "weak": _command(lambda command, fault, now: replace(command, torque_limit_nm=fault.amount)),
}
