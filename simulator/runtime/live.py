"""The process that keeps a real screen company: a hundred ticks a second by the clock, between the window and the supervisor.

It watches (torque off), turns the screen by a few degrees, or runs a scene in which the room is virtual and the motor is real.
Beside the real motor a virtual one gets the same set points in the same ticks, so that the window can show how they part.
The window sends orders on standard input and gets reports from standard output (orders/live_pipe.py). When the window hangs
up, this process ends, its beats stop, and the supervisor brakes the screen.
"""

from __future__ import annotations

import simulator.runtime.last_words
import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import contextlib
import math
import os
import select
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import numpy as np

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.guard import GuardedMotor
from hardware_bridge.matching import device_profile, fit
from hardware_bridge.motor_wrapper import PassingOn
from hardware_bridge.ports import PortError
from hardware_bridge.rigs.side_by_side import SideBySideRig
from hardware_bridge.supervisor.client import SupervisedMotor
from hardware_bridge.supervisor.messages import STOPPED
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S, TICKS_PER_S, CommandKind, MotorCommand, MotorState
from simulator.onboard.tuning import Tuning, Value
from simulator.runtime.compose import build, header_of
from simulator.runtime.digest import Digester
from simulator.runtime.live_rows import LIVE
from simulator.runtime.orders.live_pipe import (
    LIVE_ORDERS,
    LIVE_REPORTS,
    DeviceConnected,
    DeviceOrderFailed,
    DeviceState,
    DriveEnded,
    EndedBy,
    Jog,
    LeaveOff,
    LiveOrder,
    LiveReport,
    ProfileRefused,
    ProfileUsed,
    ResetDevice,
    RunOnDevice,
    SettingsApplied,
    StopDevice,
    TuneDevice,
    UseProfile,
)
from simulator.runtime.orders.run_messages import Ticks
from simulator.runtime.pipe import PipeError, Unpacker, own_output, pack, write_all
from simulator.runtime.session import Session
from simulator.scene.loader import loads
from simulator.world.spec import TuneAction

TELL_TICKS = 3  # the window paints no faster
JOG_DPS, JOG_DPS2, JOG_MOST_DEG = 60.0, 180.0, 60.0
SETTLE_TICKS = 80
OUTSIDE_DEG = 1.0
CATCH_UP_TICKS = 2  # more reports than these at once are old news, and one answer is enough
# What a person can mend: a scene, a file, a motor that does not answer.
MENDABLE = (ValueError, OSError, RuntimeError, KeyError, PortError)
SILENT_S = 0.05  # a supervisor that tells nothing for so long is looked after


class LentMotor(PassingOn):
    """The supervised motor as a session borrows it: closing it frees the screen and keeps the wire.

    It is switched on with the first command, because a session takes longer to build than a guard waits for a planner.
    """

    def __init__(self, motor: SupervisedMotor) -> None:
        super().__init__(motor)
        self._on = False

    def enable(self) -> None:
        """With the first command."""

    def command(self, command: MotorCommand) -> MotorCommand:
        """Pass the command on; the first one switches the torque on."""
        if not self._on:
            self._on = True
            self.motor.enable()
        return self.motor.command(command)

    def close(self) -> None:
        """Free the motor: its torque is off afterwards."""
        self.motor.free()


@dataclass(slots=True)
class LiveDrive:
    """Something that moves the screen: a scene, or a few set points."""

    mirror: SideBySideRig
    plant: Plant
    session: Session | None = None
    total: int = 0
    points: fit.Points | None = None
    motor: GuardedMotor | None = None
    start_deg: float = 0.0
    tick: int = 0
    live: bool = False  # the guard has begun to let commands pass


class Live:
    """Obeys the window, tick by tick."""

    def __init__(self, motor: SupervisedMotor, *, send: Callable[[bytes], None]) -> None:
        self._motor, self._send = motor, send
        self._drive: LiveDrive | None = None
        self._facts = MotorFacts()
        self._settings: dict[str, Value] = {}
        self._tick = 0
        self._rows: list[tuple[float, ...]] = []
        self._digester = Digester()
        hello = motor.hello
        self._range = RangeOfMotion(min_deg=hello.range_deg[0], max_deg=hello.range_deg[1])
        VirtualMotor(plant := Plant(self._facts)).enable()
        plant.advance()
        self._report(
            DeviceConnected(device=hello.device, range_deg=hello.range_deg, capabilities=hello.capabilities)
        )  # fmt: skip

    def obey(self, order: LiveOrder | PipeError) -> None:
        """Carry out one order; what a person can mend is reported, not raised, and so is an order that is none."""
        if isinstance(order, PipeError):
            self._report(DeviceOrderFailed(text=f"the device's loop was sent something else than an order: {order}"))
            return
        try:
            self._carry_out(order)
        except MENDABLE as error:
            self._report(DeviceOrderFailed(text=str(error)))

    def tick(self) -> None:
        """One hundredth of a second."""
        drive = self._drive
        alarm = ""
        if drive is None:
            self._note(self._motor.state(self._tick), math.nan, math.nan, math.nan)
        else:
            self._step(drive)
            drive.plant.advance()
            pair = drive.mirror.pairs[-1]
            self._note(self._motor.state(self._tick), pair.asked_deg, pair.shadow_deg, pair.shadow_nm)
            alarm = drive.mirror.alarm
            drive.live = drive.live or self._motor.report.guard == "live"
            if drive.tick >= drive.total:
                self._end("done")
            elif drive.live and self._motor.report.guard in STOPPED:
                self._end("fault", self._motor.report.state.fault or self._motor.report.words)
            elif not drive.live and self._motor.refused:
                self._end("fault", self._motor.refused)
        self._tick += 1
        if self._tick % TELL_TICKS == 0:
            self._report_state(alarm)

    # --- orders -------------------------------------------------------------------------------------------------------

    def _carry_out(self, order: LiveOrder) -> None:
        match order:
            case RunOnDevice():
                self._run(order)
            case Jog():
                self._jog(order.by_deg)
            case TuneDevice():
                self._tune(order.settings)
            case StopDevice():
                self._motor.quick_stop()
                self._drive = None
                self._report(DriveEnded(by="stopped"))
            case LeaveOff():
                self._end("left")
            case ResetDevice():
                self._leave()
                self._motor.free()
                self._motor.reset()
            case UseProfile():
                self._use_profile(order.path)
            case _:
                assert_never(order)

    def _run(self, order: RunOnDevice) -> None:
        self._make_ready()
        scene = loads(order.text, path=order.path, root=order.path.parent)
        self._settings = order.settings
        tuning = Tuning().patched(self._settings)
        header = header_of(scene, seed=order.seed, mode="feature", tuning=tuning, rig="hybrid:supervised")
        drive = self._new_drive()
        drive.session = build(header, motor=drive.mirror)
        drive.total = round(scene.spec.duration_s * TICKS_PER_S)
        self._digester = Digester()
        self._drive = drive
        self._report(SettingsApplied(settings=self._settings))

    def _jog(self, by_deg: float) -> None:
        by_deg = max(-JOG_MOST_DEG, min(JOG_MOST_DEG, by_deg))
        self._make_ready()
        drive = self._new_drive()
        drive.motor = GuardedMotor(drive.mirror, MotorFacts(), self._range)
        drive.motor.enable()
        drive.start_deg = self._motor.state(self._tick).yaw_deg
        if not self._range.contains_yaw(drive.start_deg, slack_deg=OUTSIDE_DEG):
            raise RuntimeError(
                f"the screen stands at {drive.start_deg:.0f}°, outside its range of {self._range.min_deg:g} to "
                f"{self._range.max_deg:g}°: the guard would take it back there; turn it by hand"
            )
        goal_deg = self._range.clamp_yaw_deg(drive.start_deg + by_deg) - drive.start_deg
        drive.points = [(0.0, 0.0)] * 5
        if abs(goal_deg) > 0.1:
            rate_dps = min(JOG_DPS, 0.9 * self._motor.capabilities.max_rate_dps)
            drive.points += fit.ramp(0.0, goal_deg, rate_dps=rate_dps, accel_dps2=JOG_DPS2)
        drive.points += [(goal_deg, 0.0)] * SETTLE_TICKS
        drive.total = len(drive.points)
        self._drive = drive

    def _tune(self, settings: dict[str, Value]) -> None:
        now = Tuning().patched(self._settings)
        for path, (_, value) in now.differences(Tuning().patched(settings)).items():
            if self._drive is not None and self._drive.session is not None:
                self._drive.session.send(TuneAction(at_s=self._drive.tick * TICK_S, path=path, value=value))
        self._settings = settings
        self._report(SettingsApplied(settings=settings))

    def _use_profile(self, path: Path) -> None:
        """Another device's profile is refused."""
        try:
            self._facts = device_profile.load(path, device=self._motor.hello.device).facts
        except MENDABLE as error:
            self._report(ProfileRefused(path=path, text=str(error)))
        else:
            self._report(ProfileUsed(path=path))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _make_ready(self) -> None:
        """Leave what drives now. After a stop or a fault only a person's reset leads on."""
        if self._motor.report.guard in STOPPED:
            raise RuntimeError("the device waits for a reset")
        self._leave()

    def _new_drive(self) -> LiveDrive:
        plant = Plant(self._facts)
        return LiveDrive(mirror=SideBySideRig(LentMotor(self._motor), VirtualMotor(plant)), plant=plant)

    def _step(self, drive: LiveDrive) -> None:
        if drive.session is not None:
            trace = drive.session.step()
            truth = drive.session.truth
            row, changes = self._digester.row(trace, truth), list(self._digester.changes(trace, truth))
            self._report(Ticks.of(trace.tick, [row], changes, self._digester.happenings(trace, truth)))
        else:
            assert drive.points is not None
            assert drive.motor is not None
            yaw_deg, rate_dps = drive.points[drive.tick]
            drive.motor.state(drive.tick)
            drive.motor.command(
                MotorCommand(
                    tick=drive.tick, seq=drive.tick, kind=CommandKind.MOVE, yaw_deg=drive.start_deg + yaw_deg,
                    rate_dps=rate_dps, torque_limit_nm=1.0,
                )
            )  # fmt: skip
        drive.tick += 1

    def _leave(self) -> None:
        if self._drive is not None:
            self._drive.mirror.close()
            self._drive = None

    def _end(self, by: EndedBy, words: str = "") -> None:
        if self._drive is not None:
            if self._motor.report.guard in STOPPED:
                self._drive = None
            else:
                self._leave()
            self._report(DriveEnded(by=by, words=words))

    def _note(self, state: MotorState, asked_deg: float, virtual_deg: float, virtual_nm: float) -> None:
        self._rows.append((asked_deg, state.yaw_deg, virtual_deg, state.rate_dps, state.torque_nm, virtual_nm))

    def _report_state(self, alarm: str) -> None:
        state, report, drive = self._motor.state(self._tick), self._motor.report, self._drive
        rows, self._rows = self._rows, []
        refused, self._motor.refused = self._motor.refused, ""
        running = drive is not None and drive.session is not None
        self._report(
            DeviceState(
                doing="watching" if drive is None else "running" if running else "turning",
                scene_tick=drive.tick if drive is not None and running else -1,
                mode=state.mode,
                fault=state.fault,
                guard=report.guard,
                words=report.words,
                refused=refused,
                alarm=alarm,
                count=len(rows),
                body=np.array(rows, dtype=LIVE).tobytes(),
            )
        )

    def _report(self, report: LiveReport) -> None:
        self._send(pack(LIVE_REPORTS, report))


def main(arguments: list[str]) -> int:
    """Keep company until the window hangs up; the one argument is the supervisor's socket."""
    out = own_output()
    unpacker = Unpacker(LIVE_ORDERS)
    try:
        motor = SupervisedMotor(arguments[0])
    except PortError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        live = Live(motor, send=lambda data: write_all(out, data))
        while True:
            wire = motor.fileno()
            ready, _, _ = select.select([0, wire], [], [], SILENT_S)
            if 0 in ready:
                data = os.read(0, 1 << 16)
                if not data:
                    break
                for order in unpacker.feed(data):
                    live.obey(order)
            if wire in ready or not ready:
                # The supervisor beats the time: each of its reports is answered with the next set point.
                reports = motor.poll()
                for _ in range(reports if 0 < reports <= CATCH_UP_TICKS else 1):
                    live.tick()
    motor.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
