"""The same server in front of a motor that a supervisor holds: whoever dies, the screen stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware_bridge.supervisor.client import SupervisedMotor
from swivel_client.serving import Served

pytestmark = pytest.mark.process

PATIENCE_S = 60.0


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Path]:
    """A supervisor of an emulated motor, by the clock."""
    path = tmp_path / "s.sock"
    command = [sys.executable, "-m", "hardware_bridge.programs.supervisor", "emulated:dynamixel", str(path)]
    process = subprocess.Popen(
        [*command, "--range", "-90", "90"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "supervising" in line:
            break
    yield path
    process.terminate()
    process.wait(60)
    process.stdout.close()


@pytest.mark.parametrize("who", ["server", "loop"])
def test_the_screen_stops_when_a_process_dies_in_the_middle_of_a_turn(who, supervisor, quiet_scene):
    with Served(quiet_scene, options=("--rig", f"hybrid:supervised:{supervisor}")) as served:
        with served.display() as display:
            display.turn_to(80, style="calm")
            display.wait_until(lambda state: state["velocity"] > 10.0, within_s=PATIENCE_S)
            [loop] = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
            os.kill(served.process.pid if who == "server" else int(loop), signal.SIGKILL)
        motor = _connected(supervisor)
        try:
            at_rest_deg = _yaw_at_rest_deg(motor)
        finally:
            motor.close()
    assert at_rest_deg < 79.0


def _connected(path: Path) -> SupervisedMotor:
    """A new client of the supervisor, as soon as it lets one in."""
    from hardware_bridge.ports import PortError

    end_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return SupervisedMotor(str(path))
        except PortError:
            if time.monotonic() > end_s:
                raise
            time.sleep(0.1)


def _yaw_at_rest_deg(motor: SupervisedMotor) -> float:
    """Where the screen stands when it has not moved for half a second."""
    end_s = time.monotonic() + PATIENCE_S
    before_deg, since_s = 1e9, time.monotonic()
    while time.monotonic() < end_s:
        motor.poll()
        yaw_deg = motor.state(0).yaw_deg
        if abs(yaw_deg - before_deg) > 0.2:
            before_deg, since_s = yaw_deg, time.monotonic()
        elif time.monotonic() - since_s > 0.5:
            return yaw_deg
        time.sleep(0.02)
    raise AssertionError(f"the screen still turns, at {before_deg:.1f}°")
