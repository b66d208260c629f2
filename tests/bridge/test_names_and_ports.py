"""What a person types and who holds a port: one clear line, never a crash. And one program after another."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from hardware_bridge.backends.wired import WiredMotor
from hardware_bridge.ports import PortError
from hardware_bridge.rigs import emulated
from hardware_bridge.rigs.emulated import KINDS, Emulated, Kind, OnVirtualTime, emulate
from hardware_bridge.rigs.motor_by_name import parse_url
from hardware_bridge.wires.links import SerialLink
from simulator.onboard.facts import MotorFacts


@pytest.mark.parametrize(
    "option",
    ["id=300", "id=-1", "id=nan", "id=inf", "id=1.5", "baud=nan", "baud=inf", "baud=0", "baud=1e400", "sign=2", "zero=nan",
     "zero=1e9", "id="],
)  # fmt: skip
def test_an_option_out_of_its_bounds_is_refused_with_them(option):
    with pytest.raises(PortError, match=r"must be|is not a number"):
        parse_url(f"dynamixel:/dev/ttyUSB0?{option}")


def test_good_options_are_taken():
    url = parse_url("dynamixel:/dev/ttyUSB0?id=252&baud=57600&sign=-1&zero=12.5")
    assert (url.number("id", 1), url.sign, url.number("zero", 0.0)) == (252, -1, 12.5)


@pytest.mark.process
@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="who holds a port is seen on Linux")
def test_a_port_that_another_program_holds_is_named_with_that_program():
    ours, theirs = os.openpty()
    port = os.ttyname(theirs)
    holds = (
        "import serial, sys, time; p = serial.Serial(sys.argv[1], exclusive=True); print(1, flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", holds, port], stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None
        other.stdout.readline()
        os.close(theirs)
        with pytest.raises(PortError, match=f"another program holds it: .*, process {other.pid}"):
            SerialLink(port, baud=57_600)
    finally:
        other.kill()
        other.wait()
        assert other.stdout is not None
        other.stdout.close()
        os.close(ours)


@pytest.mark.process  # the board is compiled
@pytest.mark.parametrize("kind", KINDS)
def test_one_program_after_another_may_switch_the_same_device_on(kind):
    """Each program is a new driver on the same wire; the device stays powered all the time."""
    made = emulate(kind, facts=MotorFacts(), rng=np.random.Generator(np.random.Philox(0)))
    for _ in range(3):
        motor = OnVirtualTime(made)
        motor.state(0)
        made.motor.enable()
        assert made.motor.state(1).fault == ""
        made.motor.free()
        made = _next_program(made, kind)


def _next_program(made: Emulated, kind: Kind) -> Emulated:
    """A new driver, as a program that starts; what it knows of the device it must ask."""
    return replace(made, motor=WiredMotor(emulated._new_driver(kind, made.wire, travel=emulated.WHOLE_TRAVEL)))
