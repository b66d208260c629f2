"""The reference board's own firmware in the emulated chip: what the promises do not cover."""

from __future__ import annotations

import pytest

from hardware_bridge.codecs import refproto
from hardware_bridge.codecs.refproto import BoardFault, BoardMode, FrameKind, Refusal
from hardware_bridge.emulators import board
from hardware_bridge.wires.links import VirtualWire
from simulator.onboard.facts import MotorFacts

LIMITS = refproto.BoardLimits(
    low_cdeg=-9000, high_cdeg=9000, rate_cdps=18000, accel_cdps2=36000, stop_cdps2=108000, torque_mnm=1400
)


class Talk:
    """Asks the board and waits for the answer."""

    def __init__(self, built, rng):
        self.board = board.Board(board.new_body(MotorFacts(), rng=rng), built=built)
        self.wire = VirtualWire(self.board)
        self.wire.run_until(10_000)
        self.sequence = 0

    def ask(self, kind, payload=b"", *, sequence=None, version=refproto.VERSION):
        self.sequence += 1
        number = self.sequence if sequence is None else sequence
        frame = refproto.BoardFrame(kind=kind, sequence=number, payload=payload, version=version)
        self.wire.write(refproto.encode(frame))
        self.wire.run_until(self.wire.now_us + 12_000)
        return refproto.BoardDecoder().feed(self.wire.read())

    def state(self):
        return refproto.BoardState.unpack(self.ask(FrameKind.POLL)[0].payload)

    def start(self, session=1):
        self.ask(FrameKind.HELLO)
        self.ask(FrameKind.LIMITS, LIMITS.pack())
        self.ask(FrameKind.ENABLE, session.to_bytes(2, "little"))

    def refusal(self, kind, payload=b""):
        (frame,) = self.ask(kind, payload)
        assert frame.kind == FrameKind.REFUSED
        return Refusal(frame.payload[1])


@pytest.fixture
def talk(built, rng):
    made = Talk(built, rng)
    yield made
    made.board.close()


def _point(yaw_cdeg=0, rate_cdps=0, torque_mnm=1000):
    return refproto.BoardSetPoint(yaw_cdeg=yaw_cdeg, rate_cdps=rate_cdps, torque_mnm=torque_mnm).pack()


def test_the_board_refuses_what_it_should(talk):
    assert talk.refusal(FrameKind.ENABLE, b"\1\0") is Refusal.RANGE_NOT_SET
    wide = refproto.BoardLimits(
        low_cdeg=-9000, high_cdeg=9000, rate_cdps=30000, accel_cdps2=36000, stop_cdps2=108000, torque_mnm=1400
    )
    assert talk.refusal(FrameKind.LIMITS, wide.pack()) is Refusal.OUT_OF_RANGE
    assert talk.refusal(FrameKind.SETPOINT, _point()) is Refusal.NOT_ENABLED
    assert talk.refusal(0x33) is Refusal.UNKNOWN
    assert talk.refusal(FrameKind.LIMITS, b"\0") is Refusal.LENGTH
    assert talk.ask(FrameKind.HELLO, version=9)[0].kind == FrameKind.REFUSED


def test_a_session_is_used_once_and_a_set_point_stays_in_range(talk):
    talk.start()
    assert talk.state().mode is BoardMode.RUNNING
    assert talk.refusal(FrameKind.SETPOINT, _point(yaw_cdeg=9200)) is Refusal.OUT_OF_RANGE
    talk.ask(FrameKind.DISABLE)
    assert talk.refusal(FrameKind.ENABLE, b"\1\0") is Refusal.STALE_SESSION


def test_only_a_fresh_number_keeps_the_deadman_quiet(talk):
    talk.start()
    for _ in range(12):
        talk.ask(FrameKind.BEAT)
    assert talk.state().mode is BoardMode.RUNNING
    stale = talk.sequence
    for _ in range(12):
        talk.ask(FrameKind.BEAT, sequence=stale)
    state = talk.state()
    assert (state.mode, state.fault) == (BoardMode.FAULT, BoardFault.DEADMAN)


def test_a_program_that_hangs_is_restarted_with_the_bridge_off(talk):
    talk.start()
    for k in range(30):
        talk.ask(FrameKind.SETPOINT, _point(yaw_cdeg=k * 30, rate_cdps=2500))
    talk.board.hang()
    talk.wire.run_until(talk.wire.now_us + 200_000)
    talk.wire.read()
    state = talk.state()
    assert (state.mode, state.fault) == (BoardMode.FAULT, BoardFault.WATCHDOG_RESET)
    assert state.torque_mnm == 0
    talk.ask(FrameKind.RESET)
    assert talk.state().mode is BoardMode.OFF


def test_a_lost_angle_sensor_takes_the_torque_away(talk):
    talk.start()
    talk.board.sensor_good = False
    talk.ask(FrameKind.BEAT)
    state = talk.state()
    assert (state.mode, state.fault, state.torque_mnm) == (BoardMode.FAULT, BoardFault.ENCODER, 0)


def test_two_runs_of_the_chip_are_the_same_to_the_byte(built):
    import numpy as np

    def session():
        talk = Talk(built, np.random.Generator(np.random.Philox(8)))
        talk.start()
        said = [talk.ask(FrameKind.SETPOINT, _point(yaw_cdeg=k * 20, rate_cdps=1500)) for k in range(40)]
        talk.board.close()
        return said

    assert session() == session()
