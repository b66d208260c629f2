"""The reference board without a board: its real firmware in an emulated chip, turning the simulator's plant."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np

from hardware_bridge.codecs import refproto
from hardware_bridge.emulators.emulated_body import EmulatedBody
from hardware_bridge.firmware.compile import Built
from hardware_bridge.ports import PortError
from simulator.onboard.facts import MotorFacts

ENCODER_COUNTS = 16384
PWM_TOP = 1000
FULL_SCALE_NM = 1.4
READ_CHUNK = 256


class Board:
    """One chip; it lives in steps of a millisecond of sixteen thousand clock cycles each."""

    def __init__(self, body: EmulatedBody, *, built: Built) -> None:
        self.body = body
        self._library = _load(built.chip)
        self._chip = self._library.chip_new(str(built.firmware).encode())
        if not self._chip:
            raise PortError(f"the emulated chip does not take {built.firmware}")
        self._buffer = ctypes.create_string_buffer(READ_CHUNK)
        self._dark_ms = 0
        self.sensor_good = True
        """False while the angle sensor is unplugged: the wire then reads all ones."""
        self.baud: int | None = None
        """A port behind USB takes any speed."""
        self.alive = True
        """A dead board hears nothing; what it says is lost."""

    def receive(self, data: bytes) -> None:
        """Bytes arrive from the host."""
        if self.alive:
            self._library.chip_write(self._chip, data, len(data))

    def transmit(self) -> bytes:
        """Bytes for the host."""
        count = self._library.chip_read(self._chip, self._buffer, READ_CHUNK)
        return self._buffer.raw[:count] if self.alive else b""

    def step(self) -> None:
        """Live one millisecond."""
        word = _encoder_word(self.body.motor_deg) if self.sensor_good else 0xFFFF
        self._library.chip_set_encoder(self._chip, word)
        if self._library.chip_run_us(self._chip, 1000) != 0:
            raise PortError("the emulated chip crashed")
        self._library.chip_restarted(self._chip)
        self.body.push(self._library.chip_duty(self._chip) * FULL_SCALE_NM / PWM_TOP)

    def brown_out(self) -> None:
        """Lose the supply for a moment."""
        self._library.chip_power_cycle(self._chip)

    def hang(self) -> None:
        """Let the program hang with interrupts off, as after a stray bit."""
        self._library.chip_hang(self._chip)

    def close(self) -> None:
        """Give the chip back."""
        if self._chip:
            self._library.chip_free(self._chip)
            self._chip = None


def board_facts(facts: MotorFacts) -> MotorFacts:
    """The same screen, with the finer encoder of the board."""
    return facts.model_copy(update={"encoder_counts": ENCODER_COUNTS})


def new_body(facts: MotorFacts, *, rng: np.random.Generator, yaw_deg: float = 0.0) -> EmulatedBody:
    """The screen as the board turns it."""
    return EmulatedBody(board_facts(facts), rng=rng, yaw_deg=yaw_deg)


def readdress(data: bytes) -> bytes:
    """There is one board on its wire: a wrong address is a frame of another version."""
    frames = refproto.BoardDecoder().feed(data)
    return b"".join(
        refproto.encode(
            refproto.BoardFrame(
                kind=frame.kind, sequence=frame.sequence, payload=frame.payload, version=frame.version ^ 2
            )
        )
        for frame in frames
    )


def _encoder_word(yaw_deg: float) -> int:
    counts = round(yaw_deg / 360.0 * ENCODER_COUNTS) % ENCODER_COUNTS
    return counts | (counts.bit_count() & 1) << 15


def _load(path: Path) -> ctypes.CDLL:
    library = ctypes.CDLL(str(path))
    library.chip_new.restype = ctypes.c_void_p
    library.chip_new.argtypes = [ctypes.c_char_p]
    for name, arguments in (
        ("chip_free", []),
        ("chip_run_us", [ctypes.c_uint32]),
        ("chip_write", [ctypes.c_char_p, ctypes.c_int]),
        ("chip_read", [ctypes.c_char_p, ctypes.c_int]),
        ("chip_set_encoder", [ctypes.c_uint16]),
        ("chip_duty", []),
        ("chip_hang", []),
        ("chip_restarted", []),
        ("chip_power_cycle", []),
    ):
        getattr(library, name).argtypes = [ctypes.c_void_p, *arguments]
    return library
