"""Who may turn a supervised screen, who may watch, and what the socket leaves alone."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.guard import GuardedMotor
from hardware_bridge.ports import PortError
from hardware_bridge.supervisor.app_socket import IDLE_TICKS, AppSocket
from hardware_bridge.supervisor.client import SupervisedMotor
from hardware_bridge.supervisor.core import SupervisorCore
from hardware_bridge.supervisor.messages import Hello
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="the supervisor's socket needs a Unix system")
RANGE = RangeOfMotion(min_deg=-90.0, max_deg=90.0)


class Desk:
    """A supervisor without a process or a clock: each call is a hundredth of a second."""

    def __init__(self, path: Path) -> None:
        self.plant = Plant(MotorFacts())
        motor = VirtualMotor(self.plant)
        self.path = str(path)
        self.socket = AppSocket(
            self.path, Hello(device="virtual", capabilities=motor.capabilities, range_deg=(-90.0, 90.0))
        )
        self.core = SupervisorCore(GuardedMotor(motor, MotorFacts(), RANGE))
        self.tick = 0
        self.clients: list[SupervisedMotor] = []

    def pass_tick(self) -> None:
        self.socket.send(self.core.tick(self.tick, self.socket.receive()))
        self.plant.advance()
        self.tick += 1

    def connect(self) -> SupervisedMotor:
        """A client; ticks pass while it waits for its greeting."""
        with ThreadPoolExecutor(1) as one:
            coming = one.submit(SupervisedMotor, self.path)
            while not coming.done():
                self.pass_tick()
                time.sleep(0.001)
        self.clients.append(coming.result())
        return self.clients[-1]

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.socket.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "s")
    yield made
    made.close()
    assert not Path(made.path).exists()


def beat(motor: SupervisedMotor, tick: int, *, yaw_deg: float = 0.0) -> None:
    motor.state(tick)
    motor.command(MotorCommand(tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw_deg, torque_limit_nm=1.0))


def drive(desk: Desk, motor: SupervisedMotor, ticks: int) -> None:
    motor.enable()
    for tick in range(ticks):
        beat(motor, tick, yaw_deg=desk.plant.yaw_deg)
        desk.pass_tick()
    motor.state(ticks)


def test_one_drives_and_another_is_told_who(desk):
    mine, other = desk.connect(), desk.connect()
    drive(desk, mine, 10)
    assert mine.report.engaged
    other.enable()
    beat(other, 0)
    beat(mine, 11)
    desk.pass_tick()
    other.state(1)
    assert "another app is connected and drives: " in other.refused
    assert "process" in other.refused
    mine.state(12)
    assert mine.refused == ""
    assert mine.report.guard == "live"


def test_an_idle_app_keeps_nobody_out(desk):
    idle, mine = desk.connect(), desk.connect()
    drive(desk, mine, 10)
    assert mine.report.engaged
    assert idle.report is not None


def test_a_driver_that_fell_silent_gives_way_after_a_second(desk):
    silent, mine = desk.connect(), desk.connect()
    drive(desk, silent, 10)
    for _ in range(IDLE_TICKS + 1):
        desk.pass_tick()
    mine.reset()
    desk.pass_tick()
    drive(desk, mine, 10)
    assert mine.report.engaged


def test_everybody_may_stop(desk):
    mine, other = desk.connect(), desk.connect()
    drive(desk, mine, 10)
    other.quick_stop()
    desk.pass_tick()
    for tick in range(11, 40):
        beat(mine, tick)
        desk.pass_tick()
    mine.state(40)
    assert (mine.report.guard, mine.report.cause) == ("stopped", "asked")


def test_a_screen_stops_at_once_when_the_app_that_drives_it_has_gone_and_not_when_a_watcher_has(desk):
    watcher, mine = desk.connect(), desk.connect()
    drive(desk, mine, 20)
    watcher.close()
    drive_on = [beat(mine, tick) or desk.pass_tick() for tick in range(20, 24)]
    mine.state(24)
    assert len(drive_on) == 4
    assert mine.report.guard == "live"
    mine.close()
    desk.pass_tick()
    report = desk.core.tick(desk.tick, [])
    assert (report.guard, report.cause) in {("braking", "silence"), ("stopped", "silence")}


def test_watchers_get_the_same_reports_and_one_that_does_not_read_delays_nobody(desk):
    watcher, lazy, mine = desk.connect(), desk.connect(), desk.connect()
    drive(desk, mine, 3000)
    watcher.state(0)
    assert mine.report.engaged
    assert watcher.report.engaged
    lazy.poll()  # what it reads now are whole lines, old ones
    assert lazy.report.guard == "live"


@pytest.mark.parametrize("mess", [b"[[[[[\n", b'{"type":"Order","what":"dance"}\n', b"x" * 70_000, b"\xff\n"])
def test_a_foolish_client_is_hung_up_on_and_the_others_stay(desk, mess):
    mine = desk.connect()
    drive(desk, mine, 5)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as fool:
        fool.connect(desk.path)
        desk.pass_tick()
        fool.sendall(mess)
        for tick in range(6, 12):
            beat(mine, tick)
            desk.pass_tick()
        fool.settimeout(1.0)
        with suppress(ConnectionResetError):  # what it said was not read to its end
            while fool.recv(1 << 20):
                pass
    mine.state(12)
    assert mine.report.engaged


def test_a_file_at_the_path_is_left_alone(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    with pytest.raises(PortError, match="something else than a socket"):
        Desk(path)
    assert path.read_text() == "mine"


def test_a_living_supervisor_keeps_its_socket_and_a_dead_one_does_not(desk, tmp_path):
    with pytest.raises(PortError, match="another supervisor answers"):
        Desk(Path(desk.path))
    mine = desk.connect()
    drive(desk, mine, 5)
    assert mine.report.engaged
    dead = tmp_path / "dead"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(dead))
    late = Desk(dead)
    late.close()
