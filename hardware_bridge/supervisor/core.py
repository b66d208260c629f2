"""What the supervisor decides each hundredth of a second, without sockets or clocks, so that it can be tested and replayed.

The app sends beats: a set point, the number of the planner's last tick and whether the app believes that the motor is
engaged.  A beat counts only while the planner's tick moves on; an app whose window lives while its planner is dead is dead.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from hardware_bridge.guard import GuardedMotor, GuardPhase
from hardware_bridge.ports import Capabilities, PortError
from simulator.onboard.messages import CommandKind, MotorCommand, MotorMode, MotorState

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
MISMATCHES_ALLOWED = 3
PLANNER_SILENT_TICKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A sign of life of the app, with what it wants."""

    command: MotorCommand
    planner_tick: int
    engaged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Something that must happen once: enable, stop, reset, free."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the supervisor tells the app each tick."""

    state: MotorState
    sent: MotorCommand
    engaged: bool
    words: str
    refused: str = ""  # why the last order was not carried out
    guard: GuardState = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """What the supervisor tells an app that connects: which device it drives, what that can do, and how far it may turn."""

    device: str  # kind, model, firmware and serial number
    capabilities: Capabilities
    range_deg: tuple[float, float]


Input = Heartbeat | Order


class SupervisorCore:
    """One motor behind its guard, fed by beats."""

    def __init__(self, motor: GuardedMotor) -> None:
        self._motor = motor
        self._beat: Heartbeat | None = None
        self._planner_tick = -1
        self._planner_age = 0
        self._mismatches = 0
        self._seq = 0

    @property
    def engaged(self) -> bool:
        """Whether commands move the motor."""
        return self._motor.guard.state in (GuardPhase.LIVE, GuardPhase.WAITING)

    def tick(self, tick: int, inputs: list[Input]) -> Report:
        """Measure, take what came from the app, pass on at most one set point."""
        state = self._motor.state(tick)
        refused = ""
        self._planner_age += 1
        for given in inputs:
            if isinstance(given, Order):
                refused = self._obey(given.what) or refused
                # What was measured before a reset is the fault that it cleared.
                state = self._motor.state(tick) if given.what == "reset" else state
            else:
                self._take(given)
        sent, words = self._motor.command(self._next_command(tick), tick)
        return Report(
            state=state,
            sent=sent,
            engaged=self.engaged,
            words=words,
            refused=refused,
            guard=GUARD_STATES[self._motor.guard.state],
        )

    def close(self) -> None:
        """Stop and give the motor back."""
        self._motor.close()

    def _obey(self, what: str) -> str:
        try:
            match what:
                case "enable":
                    self._motor.enable()
                    # A new planner may count its ticks from anywhere, and what an old one wanted is over.
                    self._beat = None
                    self._planner_tick, self._planner_age, self._mismatches = -1, 0, 0
                    return "" if self.engaged else "not enabled: reset first"
                case "stop":
                    self._motor.stop()
                case "reset":
                    self._motor.reset()
                case "free":
                    self._motor.free()
                case _:
                    return f"unknown order {what!r}"
        except PortError as error:
            return str(error)
        return ""

    def _take(self, beat: Heartbeat) -> None:
        self._mismatches = self._mismatches + 1 if beat.engaged != self.engaged else 0
        if self.engaged and self._mismatches >= MISMATCHES_ALLOWED:
            # The app believes that nothing is driven while its commands turn the screen: one of the two is wrong.
            self._motor.stop()
        if beat.planner_tick > self._planner_tick:
            self._planner_tick, self._planner_age = beat.planner_tick, 0
            self._seq += 1
        self._beat = beat

    def _next_command(self, tick: int) -> MotorCommand:
        """The last set point under a number of our own, which rises only while the planner lives."""
        wanted = self._beat.command if self._beat else MotorCommand(tick=tick, seq=0, kind=CommandKind.HOLD)
        age = min(self._planner_age, PLANNER_SILENT_TICKS)
        return MotorCommand(
            tick=tick - age,
            seq=self._seq,
            kind=wanted.kind,
            yaw_deg=wanted.yaw_deg,
            rate_dps=wanted.rate_dps,
            accel_dps2=wanted.accel_dps2,
            torque_limit_nm=wanted.torque_limit_nm,
        )


def to_json(message: Input | Report | Hello) -> dict[str, Any]:
    """A message as plain values, for the socket and for the log."""
    return {"type": type(message).__name__, **asdict(message)}


def input_from_json(values: dict[str, Any]) -> Input:
    """A message of the app; a malformed one is a ValueError."""
    try:
        match values["type"]:
            case "Heartbeat":
                return Heartbeat(
                    command=_command(values["command"]),
                    planner_tick=int(values["planner_tick"]),
                    engaged=bool(values["engaged"]),
                )
            case "Order":
                return Order(what=str(values["what"]))
            case kind:
                raise ValueError(f"unknown message {kind!r}")
    except (KeyError, TypeError) as error:
        raise ValueError(f"malformed message: {error!r}") from error


def report_from_json(values: dict[str, Any]) -> Report:
    """A report as the app receives it."""
    try:
        state = dict(values["state"])
        state["mode"] = MotorMode(state["mode"])
        return Report(
            state=MotorState(**state),
            sent=_command(values["sent"]),
            engaged=bool(values["engaged"]),
            words=str(values["words"]),
            refused=str(values["refused"]),
            guard=_guard(values["guard"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"malformed report: {error!r}") from error


def hello_from_json(values: dict[str, Any]) -> Hello:
    """The greeting as the app receives it."""
    try:
        low_deg, high_deg = values["range_deg"]
        return Hello(
            device=str(values["device"]),
            capabilities=Capabilities(**values["capabilities"]),
            range_deg=(float(low_deg), float(high_deg)),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"malformed greeting: {error!r}") from error


def _guard(word: object) -> GuardState:
    for known in GUARD_STATES.values():
        if known == word:
            return known
    raise ValueError(f"unknown state of the guard {word!r}")


def _command(values: dict[str, Any]) -> MotorCommand:
    return MotorCommand(**{**values, "kind": CommandKind(values["kind"])})
