"""What the supervisor decides each hundredth of a second, without sockets or clocks, so that it can be tested and replayed.

The app sends beats: a set point, the number of the planner's last tick and whether the app believes that the motor is
engaged.  A beat counts only while the planner's tick moves on; an app whose window lives while its planner is dead is dead.
"""

from __future__ import annotations

from hardware_bridge.guard import GuardedMotor, GuardPhase
from hardware_bridge.ports import PortError
from hardware_bridge.supervisor.messages import (
    GUARD_STATES,
    STOPPED,
    Heartbeat,
    Input,
    Order,
    OrderName,
    Report,
    StopCause,
)
from simulator.onboard.messages import CommandKind, MotorCommand

# An app that is wrong about who drives for so long: its reports are late after a pause, and then right again.
CONTRADICTED_TICKS = 10
PLANNER_SILENT_TICKS = 5
# A device that stops by itself says so up to this long after the silence that made it stop.
SILENCE_EXPLAINS_TICKS = 25


class SupervisorCore:
    """One motor behind its guard, fed by beats."""

    def __init__(self, motor: GuardedMotor) -> None:
        self._motor = motor
        self._beat: Heartbeat | None = None
        self._planner_tick = -1
        self._planner_age = 0
        self._contradicted: int | None = None  # since which tick the app has been wrong about who drives
        self._seq = 0
        self._tick: int | None = None  # the last one
        self._late_ticks = 0
        self._quiet_tick = -SILENCE_EXPLAINS_TICKS  # the last one in which nothing fresh could be passed on
        self._cause: StopCause = "none"
        self._stopped_tick = 0

    @property
    def engaged(self) -> bool:
        """Whether commands move the motor."""
        return self._motor.guard.state in (GuardPhase.LIVE, GuardPhase.WAITING)

    @property
    def at_rest(self) -> bool:
        """Whether there is nothing left to brake."""
        return self._motor.guard.state in (GuardPhase.OFF, GuardPhase.STOPPED, GuardPhase.FAULT)

    def tick(self, tick: int, inputs: list[Input]) -> Report:
        """Measure, take what came from the app, pass on at most one set point."""
        state = self._motor.state(tick)
        refused = ""
        missed = 0 if self._tick is None else tick - self._tick - 1
        self._planner_age += 1 + missed
        self._tick, self._late_ticks = tick, self._late_ticks + missed
        for given in inputs:
            if isinstance(given, Order):
                refused = self._obey(given.what) or refused
                # What was measured before a reset is the fault that it cleared.
                state = self._motor.state(tick) if given.what == "reset" else state
            else:
                self._take(given, tick)
        if max(self._planner_age, missed) >= PLANNER_SILENT_TICKS:
            self._quiet_tick = tick
        sent, words = self._motor.command(self._next_command(tick), tick)
        self._judge(tick)
        return Report(
            state=state,
            sent=sent,
            engaged=self.engaged,
            words=words,
            refused=refused,
            guard=GUARD_STATES[self._motor.guard.state],
            cause=self._cause,
            late_ticks=self._late_ticks,
        )

    def stop(self) -> None:
        """Stop now."""
        self._stop("asked")

    def close(self) -> None:
        """Give the motor back."""
        self._motor.close()

    def _obey(self, what: OrderName) -> str:
        try:
            match what:
                case "enable":
                    self._motor.enable()
                    # A new planner may count its ticks from anywhere, and what an old one wanted is over.
                    self._beat = self._contradicted = None
                    self._planner_tick, self._planner_age = -1, 0
                    return "" if self.engaged else "not enabled: reset first"
                case "stop":
                    self.stop()
                case "gone":
                    self._stop("silence")  # there is nobody left to wait for
                case "reset":
                    self._motor.reset()
                case "free":
                    self._motor.free()
        except PortError as error:
            return str(error)
        return ""

    def _stop(self, cause: StopCause) -> None:
        self._cause = cause if self._cause == "none" else self._cause
        self._motor.stop()

    def _judge(self, tick: int) -> None:
        """Why it stands, from the first tick in which it stops."""
        if GUARD_STATES[self._motor.guard.state] not in STOPPED:
            self._cause = "none"
            return
        if self._cause == "none":
            self._cause, self._stopped_tick = "device", tick
        # This process may itself have been kept waiting in the middle of a tick: that shows only in the next one.
        lately = tick - self._stopped_tick <= SILENCE_EXPLAINS_TICKS
        if self._cause == "device" and lately and tick - self._quiet_tick <= SILENCE_EXPLAINS_TICKS:
            self._cause = "silence"

    def _take(self, beat: Heartbeat, tick: int) -> None:
        if beat.engaged == self.engaged:
            self._contradicted = None
        elif self._contradicted is None or self._planner_age > PLANNER_SILENT_TICKS:
            self._contradicted = tick  # what was not said does not count
        elif self.engaged and tick - self._contradicted >= CONTRADICTED_TICKS:
            # The app believes that nothing is driven while its commands turn the screen: one of the two is wrong.
            self._stop("contradiction")
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
