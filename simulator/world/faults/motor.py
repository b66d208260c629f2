"""A motor that goes wrong: on its wires for a while, or built otherwise than its facts say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from simulator.onboard.messages import TICK_S, CommandKind, MotorCommand, MotorState
from simulator.world.faults.fault import Fault, Kind, Now
from simulator.world.faults.motion import late_command, slow_command

DRIVE_DPS = 120.0
NOW_AND_THEN_TICKS, WORKS_ONE_IN = 40, 4
Facts = dict[str, float]


def _built(change: Callable[[float], Facts]) -> Kind:
    """Other facts of the plant."""
    return Kind(at="facts", change=lambda facts, fault, now: facts.model_copy(update=change(fault.amount)))


def _at_start(fault: Fault, yaw_deg: float) -> float:
    start_deg: float = fault.memory.setdefault("start", yaw_deg)
    return start_deg


def _wrong_way(command: MotorCommand, fault: Fault, now: Now) -> MotorCommand:
    """Turned about where it began; a drive leads its set point there no faster than its own limit, however far it jumps."""
    if command.kind not in (CommandKind.MOVE, CommandKind.HOLD):
        return command
    start_deg = _at_start(fault, now.yaw_deg)
    yaw_deg: float = fault.memory.get("yaw", start_deg)
    step_deg = DRIVE_DPS * TICK_S
    yaw_deg += min(max(2.0 * start_deg - command.yaw_deg - yaw_deg, -step_deg), step_deg)
    fault.memory["yaw"] = yaw_deg
    return replace(command, yaw_deg=yaw_deg, rate_dps=-command.rate_dps, accel_dps2=-command.accel_dps2)


def _now_and_then(command: MotorCommand, fault: Fault, now: Now) -> MotorCommand:
    works = (now.tick // NOW_AND_THEN_TICKS) % WORKS_ONE_IN == 0
    return command if works else replace(command, kind=CommandKind.STOP)


def _scaled(message: MotorState | MotorCommand, fault: Fault, now: Now) -> MotorState | MotorCommand:
    """The drive goes by the same encoder: what it is asked for is as wrong as what it says."""
    if isinstance(message, MotorState):
        return replace(message, yaw_deg=fault.amount * message.yaw_deg, rate_dps=fault.amount * message.rate_dps)
    factor = 1.0 / fault.amount
    return replace(
        message,
        yaw_deg=factor * message.yaw_deg,
        rate_dps=factor * message.rate_dps,
        accel_dps2=factor * message.accel_dps2,
    )


def _shifted(message: MotorState | MotorCommand, fault: Fault, now: Now) -> MotorState | MotorCommand:
    if isinstance(message, MotorState):
        return replace(message, yaw_deg=message.yaw_deg + fault.amount)
    return replace(message, yaw_deg=message.yaw_deg - fault.amount)


def _frozen(state: MotorState, fault: Fault, now: Now) -> MotorState:
    return replace(state, yaw_deg=_at_start(fault, state.yaw_deg), rate_dps=0.0)


MOTOR: dict[str, Kind] = {
    "stiction": _built(lambda nm: {"stiction_nm": nm}),
    "friction": _built(lambda nm: {"stiction_nm": 1.1 * nm, "coulomb_nm": nm}),
    "grease": _built(lambda nms: {"viscous_nms": nms}),
    "play": _built(lambda play_deg: {"backlash_deg": 2.0 * play_deg}),
    "soft": _built(lambda gain: {"position_gain_nm_per_rad": gain, "rate_gain_nms_per_rad": 0.0}),
    "encoder offset": Kind(at="encoder", change=_shifted),
    "encoder scale": Kind(at="encoder", change=_scaled),
    "encoder frozen": Kind(at="state", change=_frozen),
    "late": Kind(at="command", change=late_command),
    "slow": Kind(at="command", change=slow_command),
    "dead": Kind(at="command", change=lambda command, fault, now: replace(command, kind=CommandKind.STOP)),
    "weak": Kind(at="command", change=lambda command, fault, now: replace(command, torque_limit_nm=fault.amount)),
    "wrong way": Kind(at="command", change=_wrong_way),
    "now and then": Kind(at="command", change=_now_and_then),
}
