"""The app of benchmarks.bridge_clock: turns the screen at 165 degrees a second, then lets the event happen and says when it was."""

from __future__ import annotations

import os
import select
import signal
import time

from hardware_bridge.matching.programme import ramp
from hardware_bridge.supervisor.client import SupervisedMotor
from simulator.onboard.messages import CommandKind, MotorCommand

RATE_DPS, ACCEL_DPS2, WAY_DEG = 165.0, 360.0, 200.0
AT_SPEED_TICKS = 65  # 46 of them speed up


def main(place: str, event: str, supervisor: str) -> None:
    """Drive, then end."""
    motor = SupervisedMotor(place)
    start_deg = motor.state(0).yaw_deg
    motor.enable()
    points = [(0.0, 0.0)] * 30 + ramp(0.0, WAY_DEG, rate_dps=RATE_DPS, accel_dps2=ACCEL_DPS2)
    for tick, (yaw_deg, rate_dps) in enumerate(points[: 30 + AT_SPEED_TICKS], 1):
        select.select([motor.fileno()], [], [], 0.1)
        motor.poll()
        state = motor.state(tick)
        if state.fault or (tick > 25 and motor.report.guard != "live"):
            return  # this computer was too busy
        motor.command(_towards(tick, start_deg + yaw_deg, rate_dps))
    if event == "supervisor_killed":
        os.kill(int(supervisor), signal.SIGKILL)
    elif event == "stopped":
        motor.quick_stop()
    print(time.monotonic(), flush=True)
    if event == "app_killed":
        os.kill(os.getpid(), signal.SIGKILL)
    tick = 30 + AT_SPEED_TICKS
    while True:  # whoever is not killed goes on to want what it wanted
        if not motor.hung_up:
            select.select([motor.fileno()], [], [], 0.1)
        else:
            time.sleep(0.01)
        tick += 1
        motor.state(tick)
        yaw_deg, rate_dps = points[min(tick, len(points) - 1)]
        motor.command(_towards(tick, start_deg + yaw_deg, rate_dps))


def _towards(tick: int, yaw_deg: float, rate_dps: float) -> MotorCommand:
    return MotorCommand(
        tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw_deg, rate_dps=rate_dps, torque_limit_nm=1.4
    )
