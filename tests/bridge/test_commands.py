"""The commands of the bridge, on emulated motors: what they say, and what they return."""

from __future__ import annotations

import os
import threading
import time
from types import SimpleNamespace

import pytest
import serial

from hardware_bridge.ports import PortError
from hardware_bridge.program_reports import MotorFound
from hardware_bridge.programs import bridge_commands, scan_commands
from hardware_bridge.programs.emulator_port import PtyServer
from hardware_bridge.proofs.proof_bench import BODIES
from hardware_bridge.rigs import motor_by_name, wall_clock
from hardware_bridge.rigs.emulated import KINDS, new_device
from hardware_bridge.rigs.motor_by_name import open_motor, parse_url
from hardware_bridge.wires.links import LinkLost, SerialLink
from simulator.cli import bridge
from simulator.gui import device_session
from simulator.onboard.facts import MotorFacts

SERIAL_KINDS = ("dynamixel", "feetech", "cia402")


@pytest.fixture
def said():
    return []


class Shared:
    """A device on a pseudo terminal whose time is also its host's, and passes only while the host looks at its clock.

    What must be done in time (an answer within 4 ms, a command each 100 ms) would else depend on what runs beside the test: here
    either side may be kept waiting as long as this machine likes.
    """

    MOST_MS = 2  # between two looks
    LOOKS_S = 0.001

    def __init__(self, device, monkeypatch):
        self._device = device
        self._passed_ms = self._since_look_ms = self._heard = 0
        self._gone_at_s = None
        self.transmit, self.baud = device.transmit, None
        self.in_the_middle = threading.Event()
        wait = SerialLink.wait
        monkeypatch.setattr(SerialLink, "now_s", lambda _: self.now_s())
        monkeypatch.setattr(
            SerialLink, "wait", lambda link, until_s: wait(link, min(until_s, self.now_s() + self.LOOKS_S))
        )
        monkeypatch.setattr(wall_clock, "time", SimpleNamespace(monotonic=self.now_s, sleep=self._sleep))

    def now_s(self):
        self._since_look_ms = 0
        gone_s = 0.0 if self._gone_at_s is None else time.monotonic() - self._gone_at_s
        return self._passed_ms / 1000.0 + gone_s

    def goes(self):
        """The device is taken away: its host lives on by the wall clock."""
        self._gone_at_s = time.monotonic()

    def receive(self, data):
        self._heard += 1
        if self._heard > 150:  # opening a motor takes some thirty
            self.in_the_middle.set()
        self._device.receive(data)

    def step(self):
        if self._since_look_ms < self.MOST_MS:
            self._since_look_ms += 1
            self._passed_ms += 1
            self._device.step()

    def _sleep(self, for_s):
        until_s = self.now_s() + for_s
        while self.now_s() < until_s:
            time.sleep(self.LOOKS_S)


@pytest.mark.parametrize("kind", SERIAL_KINDS)
def test_info_says_what_a_motor_can_do(kind, said):
    assert bridge_commands.info(f"emulated:{kind}", say=said.append) == bridge_commands.DONE
    text = "\n".join(said)
    assert "deadman" in text
    assert ("NONE" in text) == (kind == "feetech")


@pytest.mark.parametrize("kind", SERIAL_KINDS)
def test_jog_turns_where_it_should(kind, said):
    assert bridge_commands.jog(f"emulated:{kind}", by_deg=-12.0, rate_dps=30.0, say=said.append) == bridge_commands.DONE
    reached = float(said[-1].split("to ")[1].split("°")[0])
    assert reached == pytest.approx(-12.0, abs=1.0)


@pytest.mark.parametrize(
    ("motor", "words"),
    [
        ("nonsense", "expected KIND:PLACE"),
        ("emulated:toaster", "emulated are dynamixel"),
        ("dynamixel:/dev/none?speed=3", "unknown option 'speed'"),
    ],
)
def test_a_foolish_name_is_one_clear_line(motor, words, said):
    assert bridge_commands.info(motor, say=said.append) == bridge_commands.WRONG
    assert len(said) == 1
    assert words in said[0]


def test_a_port_that_is_not_there_is_one_clear_line(tmp_path, said):
    name = f"feetech:{tmp_path / 'none'}"
    assert bridge_commands.jog(name, by_deg=5.0, rate_dps=20.0, say=said.append) == bridge_commands.FAILED
    assert said == [f"{name}: cannot open {tmp_path / 'none'} at 1000000 baud: No such file or directory"]


def test_a_wild_jog_is_refused_before_anything_opens(said):
    assert (
        bridge_commands.jog("dynamixel:/dev/none", by_deg=300.0, rate_dps=20.0, say=said.append)
        == bridge_commands.WRONG
    )


def test_numbers_in_a_name_must_be_numbers():
    with pytest.raises(PortError, match="id=one is not a number"):
        parse_url("feetech:/dev/none?id=one").number("id", 1.0)


def test_an_unknown_emulation_is_refused(said):
    assert bridge_commands.emulate("toaster", tell=said.append) == bridge_commands.WRONG


@pytest.mark.parametrize(("kind", "name"), [("dynamixel", "dynamixel:{}?id=1"), ("cia402", "cia402:slcan:{}?node=5")])
def test_an_emulated_motor_on_a_pseudo_terminal_is_found_and_opened(kind, name, said, rng, monkeypatch):
    monkeypatch.setattr(scan_commands, "DYNAMIXEL_BAUDS", (1_000_000,))  # the others are tried in test_setup.py
    monkeypatch.setattr(scan_commands, "FEETECH_BAUDS", (1_000_000,))
    device, _ = new_device(kind, facts=MotorFacts(), rng=rng)
    server = PtyServer(Shared(device, monkeypatch))
    going = threading.Event()
    going.set()
    thread = threading.Thread(target=lambda: server.serve(goes_on=going.is_set))
    thread.start()
    try:
        place = server.path if kind == "dynamixel" else f"cia402:slcan:{server.path}"
        assert scan_commands.scan([place], tell=said.append) == bridge_commands.DONE
        assert [one.name for one in said if isinstance(one, MotorFound)] == [name.format(server.path)]
        motor = open_motor(name.format(server.path))
        assert abs(motor.state(0).yaw_deg) < 1.0
        motor.close()
    finally:
        going.clear()
        thread.join()
        server.close()


@pytest.mark.parametrize("left", [0, 7])
def test_a_host_that_was_kept_waiting_has_lost_no_wire(left, monkeypatch):
    """pyserial ends a write that took 100 ms by the wall clock; the wire is at fault only if it still holds bytes."""

    class Slow(serial.Serial):
        out_waiting = left

        def write(self, data):
            super().write(data)
            raise serial.SerialTimeoutException("Write timeout")

    monkeypatch.setattr(serial, "Serial", Slow)
    ours, theirs = os.openpty()
    link = SerialLink(os.ttyname(theirs), baud=57_600)
    try:
        if left:
            with pytest.raises(LinkLost, match="does not take bytes"):
                link.write(b"hello")
        else:
            link.write(b"hello")
        assert os.read(ours, 16) == b"hello"
    finally:
        link.close()
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize("command", ["monitor", "jog"])
def test_a_plug_pulled_in_the_middle_is_one_clear_line(command, said, rng, monkeypatch):
    """The port vanishes while the command runs: it ends with what happened, and the motor is left without a host."""
    device, _ = new_device("dynamixel", facts=MotorFacts(), rng=rng)
    waiting = Shared(device, monkeypatch)
    server = PtyServer(waiting)
    going = threading.Event()
    going.set()
    thread = threading.Thread(target=lambda: server.serve(goes_on=going.is_set))
    thread.start()
    name = f"dynamixel:{server.path}?id=1"

    def pull():
        waiting.in_the_middle.wait(120.0)
        going.clear()
        thread.join()
        server.close()
        waiting.goes()

    hand = threading.Thread(target=pull)
    hand.start()
    try:
        if command == "monitor":
            code = bridge_commands.monitor(name, seconds=20.0, say=said.append)
        else:
            code = bridge_commands.jog(name, by_deg=30.0, rate_dps=5.0, say=said.append)
    finally:
        hand.join()
    assert waiting.in_the_middle.is_set()
    assert code == bridge_commands.FAILED
    assert "gone" in said[-1] or "take bytes" in said[-1] or "no answer" in said[-1]
    assert "\n" not in said[-1]


def test_what_is_no_serial_port_is_said_so(said):
    assert bridge_commands.info("refboard:/dev/null", say=said.append) == bridge_commands.FAILED
    assert said == ["refboard:/dev/null: cannot open /dev/null at 115200 baud: it is not a serial port"]


def test_every_kind_can_be_emulated():
    assert set(KINDS) == {*SERIAL_KINDS, "refboard", "reachy"}


def test_every_kind_of_motor_has_a_name_and_is_proven_and_offered_everywhere():
    assert set(motor_by_name.SCHEMES) == set(motor_by_name.OPTIONS) == {*KINDS, "emulated", "supervised"}
    assert set(BODIES) == {*KINDS, "virtual"}
    assert set(bridge.EMULATED) == set(KINDS)
    assert [kind for kind, _ in device_session.EMULATED] == list(KINDS)
