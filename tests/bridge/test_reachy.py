"""The body of a Reachy Mini: its messages, its wire, and what a daemon may push that nobody expects."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from hardware_bridge.backends.reachy import ReachyDriver
from hardware_bridge.codecs import reachy as codec
from hardware_bridge.ports import PortError
from hardware_bridge.rigs.emulated import emulate
from hardware_bridge.rigs.motor_by_name import open_motor
from hardware_bridge.wires.links import LinkLost
from hardware_bridge.wires.websocket_link import WebSocketLink
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand


def _emulated():
    return emulate("reachy", facts=MotorFacts(), rng=np.random.Generator(np.random.Philox(0)))


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{}", b"[1]", b'{"type": 3}', b'{"type": "joint_positions"}', b'{"type": "joint_positions", "head_joint_positions": []}',
        b'{"type": "joint_positions", "head_joint_positions": ["far"]}', b'{"type": "joint_positions", "head_joint_positions": [1e9]}',
        b'{"type": "head_pose", "head_pose": [[1.0]]}', b"\xff\xfe", b"[" * 2000,
    ],
)  # fmt: skip
def test_what_is_no_angle_is_passed_over(line):
    good = codec.pushed(codec.BodyYaw(yaw_deg=12.5))
    found = codec.ReachyDecoder().feed(line + b"\n" + good)
    assert [round(one.yaw_deg, 6) for one in found] == [12.5]


def test_a_line_without_an_end_does_not_fill_the_memory():
    decoder = codec.ReachyDecoder()
    for _ in range(100):
        decoder.feed(b"x" * 10_000)
    assert len(decoder._buffer) <= codec.LONGEST_LINE


def test_a_daemon_that_stops_is_a_fault_with_words():
    made = _emulated()
    made.motor.enable()
    made.wire.run_until(made.wire.now_us + 10_000)
    made.device.state = "stopped"
    for tick in range(130):
        made.wire.run_until(made.wire.now_us + 10_000)
        made.motor.command(MotorCommand(tick=tick, seq=tick + 1, kind=CommandKind.HOLD, torque_limit_nm=1.0))
        state = made.motor.state(tick)
        if "daemon" in state.fault:
            break
    assert state.fault == "the daemon of the robot stopped: stopped"


def test_a_daemon_that_is_not_ready_is_refused():
    made = _emulated()
    made.device._obey = lambda order: None  # so that it stays as it is
    made.device.state = "starting"
    with pytest.raises(PortError, match="is not ready: starting"):
        ReachyDriver(made.wire)


def test_the_name_must_say_host_and_port():
    with pytest.raises(PortError, match="expected reachy:HOST:PORT"):
        open_motor("reachy:127.0.0.1:http")
    with pytest.raises(PortError, match=r"cannot connect to ws://127\.0\.0\.1:1/ws/sdk"):
        open_motor("reachy:127.0.0.1:1")


def _listen(link):
    for _ in range(600):
        link.wait(link.now_s() + 0.1)
        link.read()


def test_messages_of_a_websocket_are_lines_and_a_closed_one_is_a_lost_wire():
    sync_server = pytest.importorskip("websockets.sync.server")
    heard = []

    def serve(socket):
        socket.send('{"a": 1}')
        heard.append(socket.recv())

    with sync_server.serve(serve, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        link = WebSocketLink(f"ws://127.0.0.1:{server.socket.getsockname()[1]}/ws/sdk")
        link.wait(link.now_s() + 60.0)
        assert link.read() == b'{"a": 1}\n'
        link.write(b'{"b": 2}\n')
        with pytest.raises(LinkLost, match="is gone"):
            _listen(link)
        link.close()
        server.shutdown()
        thread.join()
    assert heard == ['{"b": 2}']
