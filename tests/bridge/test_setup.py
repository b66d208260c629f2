"""A servo out of its box: found, shown, mended, named, calibrated; on virtual time, behind a port that hears garbage at the wrong speed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hardware_bridge.backends import wired
from hardware_bridge.backends.dynamixel import DynamixelDriver
from hardware_bridge.backends.feetech import FeetechDriver
from hardware_bridge.backends.motor_driver import Target
from hardware_bridge.backends.wired import WiredMotor
from hardware_bridge.codecs import dynamixel_table as table
from hardware_bridge.codecs import feetech as sts
from hardware_bridge.emulators.dynamixel import DynamixelServo
from hardware_bridge.emulators.emulated_body import EmulatedBody
from hardware_bridge.emulators.feetech import FeetechServo
from hardware_bridge.ports import PortError
from hardware_bridge.program_reports import (
    BuiltInSaved,
    MotorFound,
    RegisterRead,
    RegisterWritten,
    SearchProgress,
    ServoReady,
)
from hardware_bridge.programs import calibrate_commands, scan_commands, setup_commands
from hardware_bridge.rigs import built_in, motor_by_name
from hardware_bridge.rigs.emulated import emulate
from hardware_bridge.wires.links import VirtualWire
from hardware_bridge.wires.uart import heard
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand, MotorMode

NOISE = np.random.Generator(np.random.Philox(3)).bytes(400)


def _dynamixel(**options):
    return DynamixelServo(EmulatedBody(MotorFacts(), rng=None), facts=MotorFacts(), **options)


def _feetech(**options):
    return FeetechServo(EmulatedBody(MotorFacts(), rng=None), facts=MotorFacts(), **options)


@pytest.fixture
def bus(monkeypatch):
    """Puts one device behind the port /dev/bus, at whatever speed it is opened."""

    def put(device):
        def opened(path, *, baud, log=None):
            assert path == "/dev/bus"
            return VirtualWire(device, name=path, baud=baud)

        monkeypatch.setattr(motor_by_name, "open_serial", opened)
        return device

    return put


def _yes(question):
    return "y"


def _driven(device, *, ticks, driver=None, goal_dps=20.0):
    """The fastest that the screen turns while a driver asks for so much."""
    driver = driver or DynamixelDriver(VirtualWire(device), as_found=True)
    driver.power(on=True, here_deg=driver.measure().yaw_deg)
    place, fastest = driver.measure().yaw_deg, 0.0
    wire = driver._link
    for _ in range(ticks):
        place += 0.01 * goal_dps
        driver.follow(Target(yaw_deg=place, rate_dps=goal_dps, speed_dps=abs(goal_dps), torque_limit_nm=1.4))
        for _ in range(20):
            wire.run_until(wire.now_us + 500)
            fastest = max(fastest, abs(device.body.rate_dps))
    return fastest


def test_bytes_at_another_speed_are_garbage_and_at_nearly_the_same_are_not():
    assert heard(NOISE, sent_baud=1_000_000, heard_baud=1_000_000) == NOISE
    assert heard(NOISE, sent_baud=115_200, heard_baud=115_942) == NOISE
    for other in (57_600, 115_200, 2_000_000, 4_000_000):
        assert NOISE[:8] not in heard(NOISE, sent_baud=1_000_000, heard_baud=other)
    assert heard(b"\x00", sent_baud=9_600, heard_baud=19_200) != b"\x00"


@pytest.mark.parametrize("baud", [9_600, 57_600, 1_000_000, 4_000_000])
@pytest.mark.parametrize("number", [1, 252])
def test_a_dynamixel_is_found_at_every_speed_and_under_every_number(bus, baud, number):
    device, said = _dynamixel(device_id=number), []
    code = next(code for code, speed in table.BAUDS.items() if speed == baud)
    device.memory.set_raw(table.BAUD_RATE, code)
    device.step()
    bus(device)
    assert scan_commands.scan(["/dev/bus"], tell=said.append) == 0
    wanted = f"dynamixel:/dev/bus?id={number}" + ("" if baud == 1_000_000 else f"&baud={baud}")
    assert [found.name for found in said if isinstance(found, MotorFound)] == [wanted]
    shares = [one.share for one in said if isinstance(one, SearchProgress)]
    assert shares == sorted(shares)
    assert len(shares) == 17  # every speed of every kind


def test_a_feetech_is_found_at_another_speed_and_a_high_number(bus):
    device, said = _feetech(device_id=200), []
    device.memory.set_raw(sts.BAUD_RATE, 4)
    device.step()
    bus(device)
    assert scan_commands.scan(["/dev/bus"], tell=said.append) == 0
    assert [found.name for found in said if isinstance(found, MotorFound)] == ["feetech:/dev/bus?id=200&baud=115200"]


def test_a_time_based_profile_makes_slow_turns_fast_and_the_driver_refuses_it():
    """The hazard itself: the step of the register that stands for 1.4 degrees a second is taken for a millisecond."""

    def fastest_dps(device):
        driver = DynamixelDriver(VirtualWire(device), as_found=True)
        driver.keep(table.OPERATING_MODE, table.MODE_CURRENT_BASED_POSITION)
        driver.power(on=True, here_deg=0.0)
        driver.follow(Target(yaw_deg=6.0, rate_dps=0.0, speed_dps=1.4, torque_limit_nm=1.4))
        found = 0.0
        for _ in range(60):
            driver._link.run_until(driver._link.now_us + 2000)
            found = max(found, abs(device.body.rate_dps))
        device.memory.set_raw(table.TORQUE_ENABLE, 0)
        return found

    assert fastest_dps(_dynamixel()) < 25.0
    device = _dynamixel()
    device.memory.set_raw(table.DRIVE_MODE, table.TIME_BASED)
    assert fastest_dps(device) > 60.0
    with pytest.raises(PortError, match=r"set up first .*Drive_Mode 4 \(time-based profile\)"):
        DynamixelDriver(VirtualWire(device))


@pytest.mark.parametrize(
    ("register", "raw", "words"),
    [
        (table.DRIVE_MODE, 8, "a goal alone switches its torque on"),
        (table.STARTUP, 1, "as soon as it has power"),
        (table.VELOCITY_LIMIT, 3, "it turns no faster"),
        (table.CURRENT_LIMIT, 0, "it has no torque"),
    ],
)
def test_what_is_grave_is_refused_with_its_register(register, raw, words):
    device = _dynamixel()
    device.memory.set_raw(register, raw)
    with pytest.raises(PortError, match=words) as told:
        DynamixelDriver(VirtualWire(device))
    assert register.name in str(told.value)


def test_a_speed_limit_becomes_the_speed_of_the_motor():
    device = _dynamixel()
    device.memory.set_raw(table.VELOCITY_LIMIT, 40)
    driver = DynamixelDriver(VirtualWire(device))
    assert driver.capabilities.max_rate_dps == pytest.approx(55.0, abs=0.1)
    assert _driven(device, ticks=100, driver=driver, goal_dps=90.0) > 40.0  # no goal is refused


@pytest.mark.parametrize("level", [0, 1])
def test_a_servo_that_was_told_to_be_silent_is_opened_all_the_same(level):
    device = _dynamixel()
    device.memory.set_raw(table.STATUS_RETURN_LEVEL, level)
    assert abs(WiredMotor(DynamixelDriver(VirtualWire(device))).state(0).yaw_deg) < 0.2


def test_an_offset_and_a_mirror_are_obeyed_by_the_emulator():
    device = _dynamixel()
    device.memory.set_raw(table.DRIVE_MODE, table.REVERSE)
    device.memory.set_value(table.HOMING_OFFSET, 30.0)
    driver = DynamixelDriver(VirtualWire(device))
    assert driver.measure().yaw_deg == pytest.approx(30.0, abs=0.2)
    _driven(device, ticks=100, driver=driver, goal_dps=20.0)
    assert driver.measure().yaw_deg > 40.0
    assert device.body.yaw_deg < -10.0


def test_a_servo_out_of_its_box_is_shown_mended_and_named(bus):
    device, said, asked = bus(_dynamixel(as_found=True)), [], []

    def yes(question):
        asked.append(question)
        return "y"

    name = "dynamixel:/dev/bus?id=1&baud=57600"
    assert setup_commands.setup(name, new_id=7, new_baud=1_000_000, ask=yes, tell=said.append) == 0
    shown = {report.name for report in said if isinstance(report, RegisterRead)}
    assert len(shown) >= 10
    assert {"Drive_Mode", "Homing_Offset", "Velocity_Limit", "Status_Return_Level", "Return_Delay_Time"} <= shown
    assert [report.name for report in said if isinstance(report, RegisterWritten)] == [
        "Return_Delay_Time", "Drive_Mode", "ID", "Baud_Rate",
    ]  # fmt: skip
    assert len(asked) == 4
    assert isinstance(said[-1], ServoReady)
    assert said[-1].name == "dynamixel:/dev/bus?id=7"
    assert said[-1].health == "31 °C, 12.0 V"
    assert device.memory.raw(table.DRIVE_MODE) == 0
    motor = motor_by_name.open_motor(said[-1].name)
    assert motor.state(0).mode is MotorMode.OFF


def test_without_a_yes_nothing_is_written_and_what_is_grave_is_a_failure(bus):
    device, said = bus(_dynamixel(as_found=True)), []
    name = "dynamixel:/dev/bus?id=1&baud=57600"
    before = device.memory.read(0, 64)
    assert setup_commands.setup(name, new_id=7, new_baud=1_000_000, ask=lambda _: "n", tell=said.append) == 1
    assert device.memory.read(0, 64) == before
    assert "Drive_Mode 4" in said[-1].left


def test_a_feetech_is_mended_and_named_as_well(bus):
    device, said = bus(_feetech()), []
    device.memory.set_raw(sts.OPERATING_MODE, sts.MODE_VELOCITY)
    device.memory.set_raw(sts.POSITION_OFFSET, 100)
    with pytest.raises(PortError, match="a goal would be taken for a speed"):
        motor_by_name.open_motor("feetech:/dev/bus?id=1")
    code = setup_commands.setup("feetech:/dev/bus?id=1", new_id=9, new_baud=115_200, ask=_yes, tell=said.append)
    assert code == 0
    assert said[-1].name == "feetech:/dev/bus?id=9&baud=115200"
    assert device.memory.raw(sts.OPERATING_MODE) == device.memory.raw(sts.POSITION_OFFSET) == 0
    assert FeetechDriver(motor_by_name.open_serial("/dev/bus", baud=115_200), device_id=9).measure().powered is False


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("refboard:/dev/bus", {}, "only servos"),
        ("dynamixel:/dev/bus", {"new_id": 300}, "must be 0 to 252"),
        ("dynamixel:/dev/bus", {"new_baud": 1234}, "must be one of 9600"),
    ],
)
def test_a_foolish_setup_is_one_clear_line(name, options, words):
    said = []
    wanted = {"new_id": None, "new_baud": None} | options
    assert setup_commands.setup(name, **wanted, ask=_yes, tell=said.append) == 2
    assert len(said) == 1
    assert words in said[0].text


@pytest.mark.parametrize(("mirrored", "left"), [(False, "y"), (True, "n")])
def test_a_person_shows_left_front_and_the_ends_and_the_next_program_knows(tmp_path, monkeypatch, bus, mirrored, left):
    device = bus(_dynamixel())
    device.memory.set_raw(table.DRIVE_MODE, table.REVERSE if mirrored else 0)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("hardware_bridge.programs.turning.WallClockPace", lambda: _Living(device))
    answers, said = iter([left, "6", "ahead", "", "15", "", "-25", "", "y"]), []
    front = []

    def answer(question):
        given = next(answers)
        if "straight ahead" in question.text and not given:
            front.append(device.body.yaw_deg)
        return given

    folder = built_in.devices_folder()
    assert calibrate_commands.calibrate("dynamixel:/dev/bus?id=1", folder=folder, ask=answer, tell=said.append) == 0, (
        said
    )
    assert "'ahead': a number of degrees is wanted" in [report.sentence for report in said]
    assert isinstance(said[-1], BuiltInSaved)
    assert device.body.yaw_deg == pytest.approx(front[0], abs=0.5)  # it was asked back to its front
    motor = motor_by_name.open_motor("dynamixel:/dev/bus?id=1")
    assert motor.state(0).yaw_deg == pytest.approx(device.body.yaw_deg - front[0], abs=0.5)
    assert motor.travel.max_deg == pytest.approx(15.0, abs=1.0)
    assert motor.travel.min_deg == pytest.approx(-10.0, abs=1.0)
    # A name that says how it is built in is believed.
    plain = motor_by_name.open_motor("dynamixel:/dev/bus?id=1&sign=1&zero=0")
    assert plain.travel.max_deg == 170.0


class _Living:
    """Ticks pass by letting the device live."""

    def __init__(self, device):
        self._device = device

    def wait(self, _tick):
        for _ in range(10):
            self._device.step()


def test_a_hot_servo_stops_before_it_lets_go(rng):
    made = emulate("dynamixel", facts=MotorFacts(), rng=rng)
    made.motor.enable()
    made.device._celsius = 76.0
    state = made.motor.state(0)
    for tick in range(1, 80):
        made.wire.run_until(made.wire.now_us + 10_000)
        made.motor.command(_hold(tick))
        state = made.motor.state(tick)
        if state.fault:
            break
    assert "let it cool" in state.fault


def test_a_motor_that_holds_for_long_rests(rng, monkeypatch):
    monkeypatch.setattr(wired, "REST_AFTER_S", 1.0)
    made = emulate("dynamixel", facts=MotorFacts(), rng=rng)
    made.motor.enable()
    limits = []
    for tick in range(1, 300):
        made.wire.run_until(made.wire.now_us + 9_000)
        made.motor.command(_hold(tick))
        made.motor.state(tick)
        limits.append(made.device.loop.torque_limit_nm)
    assert limits[50] == pytest.approx(1.0, rel=0.02)
    assert limits[-1] == pytest.approx(0.4, rel=0.02)
    made.motor.command(_hold(tick + 1, kind=CommandKind.MOVE))
    made.wire.run_until(made.wire.now_us + 9_000)
    assert made.device.loop.torque_limit_nm == pytest.approx(1.0, rel=0.02)


def _hold(tick, *, kind=CommandKind.HOLD):
    return MotorCommand(tick=tick, seq=tick, kind=kind, yaw_deg=0.0, rate_dps=0.0, torque_limit_nm=1.0)


def test_a_servo_that_works_gets_warm():
    device = _dynamixel()
    device.body.world = lambda yaw_deg, rate_dps: -1.0
    driver = DynamixelDriver(VirtualWire(device))
    driver.power(on=True, here_deg=0.0)
    device.loop.torque_nm = 1.0
    for _ in range(1000):
        device._warm_up()
    assert device._celsius > 31.05
    assert math.isfinite(device._celsius)
