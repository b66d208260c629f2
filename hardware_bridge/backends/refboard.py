"""Swivel's own reference board: the only motor here whose limits, deadman and quick stop are ours down to the last line."""

from __future__ import annotations

import struct

from hardware_bridge.backends.exchange import ask
from hardware_bridge.backends.motor_driver import Identity, MotorHealth, MotorReading, NoAnswer, Refused, Target
from hardware_bridge.backends.wired import WHOLE_TRAVEL
from hardware_bridge.codecs import refproto as codec
from hardware_bridge.codecs.refproto import BoardFault, BoardMode, FrameKind
from hardware_bridge.ports import Capabilities, PortError
from hardware_bridge.wires.links import Link
from simulator.onboard.angles import RangeOfMotion

QUICK_S, PATIENT_S = 0.008, 0.030
TRIES = 3
FASTEST_DPS, BRISKEST_DPS2, STOP_DPS2 = 180.0, 360.0, 1080.0
LARGEST_NM = 1.4


class StaleSession(Refused):
    """The board has seen this session already, from a program before this one."""


class RefBoardDriver:
    """One board on a serial port."""

    def __init__(self, link: Link, *, travel: RangeOfMotion = WHOLE_TRAVEL, first_session: int = 1) -> None:
        """`first_session` is where the numbers begin; one that the board has seen last is passed over."""
        self._link = link
        self._travel = travel
        self._session = first_session
        self._sequence = 0
        self._decoder = codec.BoardDecoder()
        self._last: MotorReading | None = None
        self.reconnect()

    @property
    def capabilities(self) -> Capabilities:
        """What the board can do."""
        return Capabilities(
            name="reference board",
            max_rate_dps=FASTEST_DPS,
            max_accel_dps2=BRISKEST_DPS2,
            yaw_step_deg=360.0 / self._ident.encoder_counts,
            rate_step_dps=0.01,
            accel_step_dps2=1.0,
            deadman="device",
            deadman_step_ms=1.0,
        )

    @property
    def identity(self) -> Identity:
        """The board has a serial number."""
        return Identity(
            kind="refboard",
            address=0,
            model=f"protocol {codec.VERSION}",
            firmware=f"{self._ident.firmware >> 8}.{self._ident.firmware & 0xFF}",
            serial=f"{self._ident.serial:08x}",
        )

    @property
    def health(self) -> MotorHealth:
        """It says nothing of its heat."""
        return MotorHealth()

    @property
    def stiffness_share(self) -> float:
        """It does not say."""
        return 1.0

    def now_s(self) -> float:
        """The clock of the wire."""
        return self._link.now_s()

    def reconnect(self) -> None:
        """Find the board, torque off, limits told, faults cleared."""
        self._link.reopen()
        hello = self._ask(FrameKind.HELLO, within_s=PATIENT_S, tries=TRIES)
        if hello.version != codec.VERSION or hello.kind != FrameKind.IDENT:
            raise PortError(f"the board speaks protocol {hello.version}, Swivel speaks {codec.VERSION}")
        self._ident = codec.Ident.unpack(hello.payload)
        state = self._state(self._ask(FrameKind.POLL, within_s=PATIENT_S, tries=TRIES))
        if state.fault is not BoardFault.NONE or state.mode is not BoardMode.OFF:
            self._wait_until_still()
            self._order(FrameKind.RESET)
        limits = codec.BoardLimits(
            low_cdeg=round(100.0 * self._travel.min_deg),
            high_cdeg=round(100.0 * self._travel.max_deg),
            rate_cdps=round(100.0 * FASTEST_DPS),
            accel_cdps2=round(100.0 * BRISKEST_DPS2),
            stop_cdps2=round(100.0 * STOP_DPS2),
            torque_mnm=round(1000.0 * LARGEST_NM),
        )
        self._order(FrameKind.LIMITS, limits.pack())

    def power(self, *, on: bool, here_deg: float) -> None:
        """A new session each time; the board itself takes its own measured place as the goal."""
        if not on:
            self._order(FrameKind.DISABLE)
            return
        try:
            self._enable()
        except StaleSession:  # the board remembers one, the last of whoever was here before: the next is another
            self._enable()

    def measure(self) -> MotorReading:
        """What the last answer said; without one since the last call the board is asked, which keeps nothing alive."""
        if self._last is None:
            self._state(self._ask(FrameKind.POLL, within_s=QUICK_S))
        measured, self._last = self._last, None
        assert measured is not None
        return measured

    def follow(self, target: Target) -> None:
        """One set point; its answer carries the sensors."""
        set_point = codec.BoardSetPoint(
            yaw_cdeg=round(100.0 * target.yaw_deg),
            rate_cdps=round(100.0 * target.rate_dps),
            torque_mnm=round(1000.0 * min(target.torque_limit_nm, LARGEST_NM)),
        )
        self._state(self._ask(FrameKind.SETPOINT, set_point.pack(), within_s=QUICK_S))

    def brake(self, *, yaw_deg: float, rate_dps: float) -> None:
        """The board brakes by itself."""
        self._state(self._ask(FrameKind.STOP, within_s=QUICK_S, tries=2))

    def alive(self) -> None:
        """A sign of life without a set point."""
        self._state(self._ask(FrameKind.BEAT, within_s=QUICK_S))

    def close(self) -> None:
        """Give the wire back."""
        self._link.close()

    def _wait_until_still(self) -> None:
        until_s = self._link.now_s() + 0.5
        while self._link.now_s() < until_s:
            state = self._state(self._ask(FrameKind.POLL, within_s=PATIENT_S, tries=TRIES))
            if state.mode is not BoardMode.STOPPING and abs(state.rate_cdps) < 200:
                return

    def _order(self, kind: FrameKind, payload: bytes = b"") -> None:
        """Something that must have happened; a copy of it with a new number does no harm."""
        for attempt in range(TRIES):
            try:
                self._state(self._ask(kind, payload, within_s=PATIENT_S))
                return
            except NoAnswer:
                if attempt == TRIES - 1:
                    raise
            except Refused:
                # The first copy was heard and only its answer was lost.
                if kind is FrameKind.ENABLE and attempt and self._running():
                    return
                raise

    def _enable(self) -> None:
        self._session = self._session % 0xFFFF + 1
        self._order(FrameKind.ENABLE, struct.pack("<H", self._session))

    def _running(self) -> bool:
        return self._state(self._ask(FrameKind.POLL, within_s=PATIENT_S, tries=TRIES)).mode is BoardMode.RUNNING

    def _state(self, frame: codec.BoardFrame) -> codec.BoardState:
        if frame.kind == FrameKind.REFUSED and len(frame.payload) == 2:
            reason = frame.payload[1]
            if reason == codec.Refusal.STALE_SESSION:
                raise StaleSession(codec.REFUSAL_WORDS[codec.Refusal.STALE_SESSION])
            known = reason in set(codec.Refusal)
            raise Refused(codec.REFUSAL_WORDS[codec.Refusal(reason)] if known else f"the board refuses ({reason})")
        if frame.kind != FrameKind.STATE or len(frame.payload) != codec.BoardState.LAYOUT.size:
            raise NoAnswer("the board sent something else than its state")
        state = codec.BoardState.unpack(frame.payload)
        powered = state.mode in (BoardMode.RUNNING, BoardMode.STOPPING, BoardMode.STOPPED, BoardMode.FREE)
        self._last = MotorReading(
            yaw_deg=0.01 * state.yaw_cdeg,
            rate_dps=0.01 * state.rate_cdps,
            torque_nm=0.001 * state.torque_mnm,
            powered=powered,
            fault=codec.FAULT_WORDS[state.fault],
        )
        return state

    def _ask(self, kind: FrameKind, payload: bytes = b"", *, within_s: float, tries: int = 1) -> codec.BoardFrame:
        self._sequence = (self._sequence + 1) & 0xFFFF
        sequence = self._sequence
        return ask(
            self._link,
            codec.encode(codec.BoardFrame(kind=kind, sequence=sequence, payload=payload)),
            decoder=self._decoder,
            fits=lambda frame: frame.sequence == sequence,
            within_s=within_s,
            who=f"the board on {self._link.name}",
            tries=tries,
        )


def discover(link: Link) -> list[tuple[int, str]]:
    """Whether a reference board answers on this port."""
    hello = codec.encode(codec.BoardFrame(kind=FrameKind.HELLO, sequence=1))
    try:
        frame = ask(
            link,
            hello,
            decoder=codec.BoardDecoder(),
            fits=lambda frame: frame.kind == FrameKind.IDENT,
            within_s=PATIENT_S,
            who="a board",
            tries=2,
        )
    except NoAnswer:
        return []
    ident = codec.Ident.unpack(frame.payload)
    return [(0, f"reference board {ident.serial:08x}, firmware {ident.firmware >> 8}.{ident.firmware & 0xFF}")]
