"""A whole run by the clock against a servo behind a pseudo terminal, on a computer that is busy now and then."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.onboard.messages import MotorMode
from simulator.runtime.compose import build, header_of
from simulator.runtime.run import BROKEN_TICKS
from simulator.runtime.session import Session
from simulator.scene.loader import load
from simulator.world.assets import SCENES
from tests.bridge.by_the_clock import TOO_BUSY, too_busy

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not hasattr(os, "openpty"), reason="pseudo terminals need Linux or macOS"),
    pytest.mark.skipif(too_busy(), reason=TOO_BUSY),
]
TURNS = SCENES / "app" / "turns-as-asked.scene.yaml"  # at 2 s it is asked to turn to 40 degrees
PROGRAM = "from simulator.cli.main import main; raise SystemExit(main())"


@pytest.fixture
def servo() -> Iterator[subprocess.Popen[str]]:
    """An emulated servo in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "emulate", "dynamixel", "--json-lines"], stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.wait(30)
    assert process.stdout is not None
    process.stdout.close()


def name_of(servo: subprocess.Popen[str]) -> str:
    assert servo.stdout is not None
    return json.loads(servo.stdout.readline())["name"] + "?id=1"


def session_with(servo: subprocess.Popen[str]) -> Session:
    return build(header_of(load(TURNS), mode="feature", rig=f"hybrid:{name_of(servo)}"))


@pytest.mark.parametrize("paused_at", [3, 120, 235], ids=["at the start", "at rest", "in a turn"])
def test_a_loop_that_pauses_stops_the_screen_gently_and_goes_on_where_it_is(servo, paused_at):
    session = session_with(servo)
    rates, faults = [], set()
    try:
        for tick in range(600):
            if tick == paused_at:
                time.sleep(0.4)  # as a first picture through a network takes
            trace = session.step()
            faults.add(trace.motor.fault)
            rates.append(abs(trace.motor.rate_dps))
        assert faults == {""}
        assert trace.motor.yaw_deg == pytest.approx(40.0, abs=1.0)
        assert trace.body.contact.value == "none"  # the stop was not felt as something in the way
        assert max(rates) < 75.0  # the turn is asked for at 60
        assert any("stopped gently" in note for note in session.notes)
    finally:
        session.close()


def test_a_motor_that_dies_ends_the_run_with_its_words(servo, tmp_path):
    rig = f"hybrid:{name_of(servo)}"
    command = [sys.executable, "-c", PROGRAM, "run", str(TURNS), "--mode", "feature", "--rig", rig]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    time.sleep(6.0)
    began_s = time.monotonic()
    servo.send_signal(signal.SIGKILL)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 5, said
    assert "the motor gave up: " in said
    assert "FAIL" not in said
    assert time.monotonic() - began_s < 0.01 * BROKEN_TICKS + 20.0


def test_the_supervisor_ends_with_whoever_started_it(servo):
    session = session_with(servo)
    for _ in range(20):
        trace = session.step()
    assert trace.motor.mode is MotorMode.HOLDING
    [supervisor] = children()
    session.close()
    assert not Path(f"/proc/{supervisor}").exists()


def children() -> list[int]:
    """Processes of this one that supervise."""
    mine = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in mine if b"programs.supervisor" in Path(f"/proc/{pid}/cmdline").read_bytes()]
