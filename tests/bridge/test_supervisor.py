"""The supervisor: what it decides, and that the screen stops when the app dies."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.guard import GuardedMotor
from hardware_bridge.json_messages import MessageError
from hardware_bridge.ports import PortError
from hardware_bridge.programs import supervisor
from hardware_bridge.programs.bridge_commands import stop
from hardware_bridge.proofs.replayed_log import replay_file
from hardware_bridge.rigs.motor_by_name import open_motor
from hardware_bridge.supervisor.app_socket import AppSocket
from hardware_bridge.supervisor.client import SupervisedMotor
from hardware_bridge.supervisor.core import SupervisorCore
from hardware_bridge.supervisor.local_socket import local_socket
from hardware_bridge.supervisor.log_reader import Defect, entries
from hardware_bridge.supervisor.messages import SAID, TOLD, Heartbeat, Hello, Introduction, Order, read_said
from hardware_bridge.supervisor.session_log import SessionLog
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand, MotorMode

RANGE = RangeOfMotion(min_deg=-90.0, max_deg=90.0)


def _core():
    plant = Plant(MotorFacts())
    return SupervisorCore(GuardedMotor(VirtualMotor(plant), MotorFacts(), RANGE)), plant


def _beat(tick, yaw_deg=0.0, rate_dps=0.0, *, engaged=True):
    move = MotorCommand(
        tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw_deg, rate_dps=rate_dps, torque_limit_nm=1.0
    )
    return Heartbeat(command=move, planner_tick=tick, engaged=engaged)


def test_nothing_moves_before_the_order_to_enable():
    core, plant = _core()
    for tick in range(1, 50):
        core.tick(tick, [_beat(tick, 20.0, 30.0, engaged=False)])
        plant.advance()
    assert abs(plant.yaw_deg) < 0.1


def _swung(core, plant, ticks=60):
    """The screen after a swing to about 20 degrees, and the last tick."""
    core.tick(0, [Order(what="enable"), _beat(0)])
    yaw_deg = 0.0
    for tick in range(1, ticks):
        rate_dps = min(60.0, 3.0 * tick)
        yaw_deg += 0.01 * rate_dps
        core.tick(tick, [_beat(tick, yaw_deg, rate_dps)])
        plant.advance()
    return ticks - 1


@pytest.mark.parametrize("orders", [["free"], ["stop", "reset"]])
def test_what_was_wanted_before_torque_was_off_is_not_taken_up_again(orders):
    core, plant = _core()
    tick = _swung(core, plant)
    for order in orders:
        tick += 1
        core.tick(tick, [Order(what=order)])
        for _ in range(100):
            tick += 1
            core.tick(tick, [])
            plant.advance()
    assert not core.engaged
    stood_deg = plant.yaw_deg
    report = core.tick(tick + 2, [Order(what="enable")])  # its first beat comes a little later
    assert report.sent.kind is CommandKind.HOLD
    for k in range(3, 8):
        core.tick(tick + k, [])
        plant.advance()
    assert abs(plant.yaw_deg - stood_deg) < 0.05


def test_a_motor_that_was_freed_can_be_enabled_at_once():
    core, plant = _core()
    tick = _swung(core, plant)
    assert not core.tick(tick + 1, [Order(what="free")]).engaged
    for _ in range(200):
        plant.advance()
    start_deg = plant.yaw_deg
    report = core.tick(tick + 2, [Order(what="free"), Order(what="enable"), _beat(0, start_deg)])
    assert (report.engaged, report.refused) == (True, "")
    assert core.tick(tick + 3, [_beat(1, start_deg)]).state.mode is MotorMode.MOVING


def test_freeing_does_not_leave_a_stop():
    core, plant = _core()
    tick = _swung(core, plant)
    core.tick(tick + 1, [Order(what="stop"), Order(what="free")])
    for k in range(2, 200):
        core.tick(tick + k, [])
        plant.advance()
    assert core.tick(tick + 200, [Order(what="enable")]).refused == "not enabled: reset first"


def test_messages_survive_the_socket():
    core, _ = _core()
    report = core.tick(1, [Order(what="enable"), _beat(1)])
    assert TOLD.from_json(TOLD.to_json(report)) == report
    for message in (_beat(3, 1.5, 2.5), Order(what="stop"), Introduction(name="jog, process 7")):
        assert read_said(SAID.to_json(message)) == message


def _line(**changes):
    values = json.loads(SAID.to_json(_beat(1)))
    command = {name: changes.pop(name) for name in list(changes) if name in values["command"]}
    return json.dumps({**values, **changes, "command": {**values["command"], **command}}).encode()


@pytest.mark.parametrize(
    "line",
    [
        b"{}", b"[]", b"7", b"null", b"{", b"\xff\xfe", b"[" * 60_000, b'{"type": "Song"}', b'{"type": "Order"}',
        b'{"type": "Order", "what": "dance"}', b'{"type": "Heartbeat", "command": 3}', _line(rate_dps="fast"), _line(yaw_deg=None),
        _line(yaw_deg=[1.0]), _line(yaw_deg=float("nan")), _line(rate_dps=float("inf")), _line(tick=10**400), _line(seq=1.5),
        _line(planner_tick=2**60), _line(engaged="yes"), b'{"type": "Introduction", "name": "' + b"x" * 90 + b'"}',
        _line().replace(b'"planner_tick": 1', b'"planner_tick": 1e400'),
    ],
)  # fmt: skip
def test_a_foolish_line_is_an_error_with_words(line):
    with pytest.raises(MessageError, match=r"line of|not JSON|unknown|malformed|at most|not finite"):
        read_said(line)


def test_a_set_point_beyond_all_numbers_is_refused_and_not_bent():
    core, plant = _core()
    core.tick(0, [Order(what="enable")])
    for tick in range(1, 30):
        report = core.tick(tick, [_beat(tick, 1e308, -1e308)])
        plant.advance()
    assert report.words
    assert abs(plant.yaw_deg) < 0.1


def test_an_app_that_is_wrong_for_a_moment_is_forgiven_and_for_long_is_not():
    core, plant = _core()
    tick = _swung(core, plant)
    wrong = [_beat(tick + 1, 20.0, engaged=False) for _ in range(5)]  # a burst after a pause
    assert core.tick(tick + 1, wrong).guard == "live"
    for k in range(2, 30):
        report = core.tick(tick + k, [_beat(tick + k, 20.0, engaged=False)])
        plant.advance()
    assert (report.guard, report.cause) == ("stopped", "contradiction")


def test_an_app_that_falls_silent_right_after_it_enabled_is_silent_and_not_wrong():
    core, plant = _core()
    core.tick(0, [Order(what="enable"), _beat(0, engaged=False)])  # it cannot know yet
    for tick in range(1, 40):
        report = core.tick(tick, [])
        plant.advance()
    assert (report.guard, report.cause) == ("stopped", "silence")


@pytest.mark.parametrize(("what", "cause"), [("stop", "asked"), ("silence", "silence")])
def test_a_stop_says_its_cause_until_a_reset(what, cause):
    core, plant = _core()
    tick = _swung(core, plant)
    if what == "stop":
        core.tick(tick + 1, [Order(what="stop")])
    for k in range(2, 60):
        report = core.tick(tick + k, [])
        plant.advance()
    assert (report.guard, report.cause) == ("stopped", cause)
    assert core.tick(tick + 60, [Order(what="reset")]).cause == "none"


def test_ticks_that_the_supervisor_missed_are_counted():
    core, _ = _core()
    core.tick(0, [])
    assert core.tick(1, []).late_ticks == 0
    assert core.tick(9, []).late_ticks == 7


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="the supervisor's socket needs a Unix system")
def test_an_app_that_hangs_up_before_it_is_greeted_leaves_the_supervisor_alive(tmp_path):
    path = str(tmp_path / "s")
    door = AppSocket(
        path, Hello(device="d", capabilities=VirtualMotor(Plant(MotorFacts())).capabilities, range_deg=(-9, 9))
    )
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as app:
            app.connect(path)
        assert door.receive() == []
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as app:
            app.connect(path)
            assert door.receive() == []
            assert json.loads(app.recv(65_536))["type"] == "Hello"
    finally:
        door.close()


class _Falling:
    """A door to the apps that breaks after so many ticks."""

    def __init__(self, after):
        self.after, self.had_apps, self.empty = after, True, False
        self.tick, self.yaw_deg = 0, 0.0

    def receive(self):
        self.tick += 1
        if self.tick > self.after:
            raise RuntimeError("a defect")
        rate_dps = 3.0 * (self.tick - 1)
        self.yaw_deg += 0.01 * rate_dps
        return [Order(what="enable"), _beat(0)] if self.tick == 1 else [_beat(self.tick, self.yaw_deg, rate_dps)]

    def send(self, report):
        pass


class _Living(VirtualMotor):
    """A motor whose plant lives while it is asked."""

    def state(self, tick):
        self._screen.advance()
        return super().state(tick)

    def __init__(self, plant):
        super().__init__(plant)
        self._screen, self.freed_at_dps = plant, None

    def close(self):
        self.freed_at_dps = self._screen.rate_dps


def test_a_defect_of_the_supervisor_brakes_before_anything_else(tmp_path):
    plant = Plant(MotorFacts())
    motor, said = _Living(plant), []
    core = SupervisorCore(GuardedMotor(motor, MotorFacts(), RANGE))
    log = SessionLog(tmp_path / "log")
    loop = supervisor.Loop(core, _Falling(30), log)
    for _ in range(30):
        loop.tick()
    assert plant.rate_dps > 60.0
    assert supervisor._hold(loop, lambda: True, tell=said.append, for_one_app=True) == 1
    assert core.at_rest
    assert abs(plant.rate_dps) < 20.0  # within the play of its gear
    assert "RuntimeError: a defect; the screen was stopped first" in said[0].text
    log.close()
    assert "in receive" in next(entry for entry in entries(tmp_path / "log") if isinstance(entry, Defect)).words


def test_a_log_that_ends_in_the_middle_of_a_line_is_read_up_to_there(tmp_path):
    log = SessionLog(tmp_path / "log")
    log.byte(0.5, ">", b"ab")
    log.close()
    (tmp_path / "log").write_bytes((tmp_path / "log").read_bytes() * 2 + b'{"kind": "byt')
    assert [entry.hex for entry in entries(tmp_path / "log")] == ["6162", "6162"]
    (tmp_path / "log").write_bytes(b'{"kind": "bytes", "t": "soon", "way": ">", "hex": ""}\n')
    with pytest.raises(PortError, match="line 1: t: "):
        list(entries(tmp_path / "log"))


def test_an_app_hangs_up_on_what_is_no_supervisor_any_more(tmp_path):
    greeting = Hello(device="d", capabilities=VirtualMotor(Plant(MotorFacts())).capabilities, range_deg=(-9.0, 9.0))
    report = TOLD.to_json(_core()[0].tick(0, []))
    door = local_socket()
    door.bind(str(tmp_path / "s"))
    door.listen(1)
    with ThreadPoolExecutor(1) as one:
        coming = one.submit(SupervisedMotor, str(tmp_path / "s"))
        app, _ = door.accept()
        app.sendall(TOLD.to_json(greeting) + b"\n" + report + b"\n")
        motor = coming.result()
    app.sendall(b"[[[[\n")
    assert motor.state(1).mode is MotorMode.FAULT
    assert motor.hung_up
    for end in (app, door, motor):
        end.close()


def test_no_supervisor_is_said_in_one_line(tmp_path):
    with pytest.raises(PortError, match="no supervisor answers"):
        open_motor(f"supervised:{tmp_path / 'nobody'}")


@pytest.mark.process
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the supervisor's socket needs a Unix system")
def test_the_app_dies_and_the_screen_stops(tmp_path):
    """By the wall clock, because processes have no other; only the order of events is judged, not their speed."""
    place, log = tmp_path / "s", tmp_path / "log.jsonl"
    said: list[str] = []
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "hardware_bridge.programs.supervisor",
            "emulated:dynamixel",
            str(place),
            "--log",
            str(log),
        ]
    )
    try:
        deadline = time.monotonic() + 20.0
        while not place.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        motor = open_motor(f"supervised:{place}")
        motor.enable()
        state, tick, yaw_deg = motor.state(0), 0, 0.0
        while state.mode is not MotorMode.MOVING and time.monotonic() < deadline:
            tick += 1
            yaw_deg += 0.2
            motor.command(
                MotorCommand(
                    tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw_deg, rate_dps=20.0, torque_limit_nm=1.0
                )
            )
            time.sleep(0.01)
            state = motor.state(tick)
        assert state.mode is MotorMode.MOVING
        motor.close()  # the app is gone
        time.sleep(1.0)
        assert stop(str(place), say=said.append) == 0
        assert "the screen stands at " in said[0]
    finally:
        process.send_signal(signal.SIGHUP)  # its terminal was closed
        assert process.wait(timeout=10.0) == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    reports = [line["message"] for line in lines if line["kind"] == "report"]
    assert not reports[-1]["engaged"]
    assert abs(reports[-1]["state"]["rate_dps"]) < 3.0
    assert any(line["kind"] == "bytes" and line["hex"].startswith("fffffd00") for line in lines)
    # The lab session becomes a regression test: decided again from the log alone, without a motor.
    same, total = replay_file(log)
    assert (same, total) == (len(reports), len(reports))


def test_a_log_without_a_session_is_said_in_one_line(tmp_path):
    (tmp_path / "log").write_text("")
    with pytest.raises(PortError, match="holds no session"):
        replay_file(tmp_path / "log")
