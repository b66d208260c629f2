"""What all emulated bus servos share: bytes in and out, a memory with a volatile part, a shaft, and an overload that trips.

A servo of one maker adds how it answers, what its registers do and what it watches by itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

from hardware_bridge.codecs.byte_framing import StreamDecoder
from hardware_bridge.codecs.registers import Register
from hardware_bridge.emulators.emulated_body import EmulatedBody
from hardware_bridge.emulators.servo_loop import ServoLoop
from hardware_bridge.emulators.servo_table import ServoTable
from simulator.onboard.facts import MotorFacts

HOME_DEG = 180.0  # a servo counts from 0 to 360 degrees; the middle is straight ahead
# At full torque the case ends so much above the room, within minutes (guess: a small servo trips after two to five of them).
ROOM_C, RISE_C, WARMING_S = 31.0, 70.0, 240.0
# A packet that is not whole after this long was torn; its pieces are forgotten.
TORN_AFTER_MS = 20


class AddressedPacket(Protocol):
    """A packet with the number of the servo that it is for, or from."""

    @property
    def device_id(self) -> int:
        """The number on the bus."""


P = TypeVar("P", bound=AddressedPacket)


class BusServo(ABC, Generic[P]):
    """One servo on its bus."""

    def __init__(
        self,
        body: EmulatedBody,
        *,
        facts: MotorFacts,
        registers: tuple[Register, ...],
        table_size: int,
        new_decoder: Callable[[], StreamDecoder[P]],
    ) -> None:
        """Whoever builds on this fills the permanent memory, then boots."""
        self.body = body
        self.facts = facts
        self.memory = ServoTable(registers, size=table_size)
        self._registers, self._new_decoder = registers, new_decoder
        self._out = bytearray()
        self.alive = True
        """A dead servo hears and says nothing."""
        self.baud: int | None = None
        """The speed at which it speaks now."""
        self._celsius = ROOM_C

    @property
    def loop(self) -> ServoLoop:
        """What turns the shaft."""
        return self._loop

    @property
    @abstractmethod
    def device_id(self) -> int:
        """Its number on the bus."""

    @property
    @abstractmethod
    def _gain(self) -> tuple[Register, int]:
        """The register of its position loop's proportional gain, and what is in it as shipped."""

    def set_stiffness(self, share: float) -> None:
        """As if another program had made its position loop softer or stiffer: only the register says so."""
        register, shipped = self._gain
        self.memory.set_raw(register, round(share * shipped))
        self._loop.stiffness_share = self.memory.raw(register) / shipped

    def receive(self, data: bytes) -> None:
        """Bytes arrive from the host."""
        self._silent_ms = 0
        if self.alive:
            for packet in self._decoder.feed(data):
                self._obey(packet)

    def transmit(self) -> bytes:
        """Bytes for the host."""
        data = bytes(self._out)
        self._out.clear()
        return data

    @property
    @abstractmethod
    def _set_baud(self) -> int:
        """The speed that its memory asks for; it takes it up once the answer is out."""

    def step(self) -> None:
        """Live one millisecond."""
        self.baud = self._set_baud
        self._warm_up()
        self._silent_ms += 1
        if self._silent_ms == TORN_AFTER_MS:
            self._decoder.reset()
        self._watch()
        self._loop.millisecond()
        self._count_overload()

    def brown_out(self) -> None:
        """Lose the supply for a moment: what was in the volatile memory is gone."""
        self._boot()

    def _boot(self) -> None:
        """Start with an empty volatile memory; what must not be zero is set by the servo of one maker."""
        self.baud = self._set_baud
        self._loop = ServoLoop(self.body, facts=self.facts)
        self._decoder = self._new_decoder()
        self._out.clear()
        self._pending: tuple[int, bytes] | None = None
        self._silent_ms = 0
        self._overload_ms = 0
        for register in self._registers:
            if not register.locked and register.writable:
                self.memory.set_raw(register, 0)

    @abstractmethod
    def _obey(self, packet: P) -> None:
        """Do what a packet says, if it is for this servo."""

    def _watch(self) -> None:
        """What this servo looks after each millisecond before it turns; nothing for most."""
        return

    @property
    @abstractmethod
    def _overload(self) -> tuple[float, float]:
        """The torque in newton metres that counts as overload, and how many milliseconds of it trip; 0 for never."""

    @abstractmethod
    def _give_way(self) -> None:
        """The overload has lasted too long."""

    def _warm_up(self) -> None:
        """The winding heats the case with the square of its current."""
        share = self._loop.torque_nm / self.facts.torque_limit_nm if self._loop.powered else 0.0
        self._celsius += (ROOM_C + RISE_C * share * share - self._celsius) * 0.001 / WARMING_S

    def _count_overload(self) -> None:
        limit_nm, most_ms = self._overload
        loaded = self._loop.powered and abs(self._loop.torque_nm) >= limit_nm
        self._overload_ms = self._overload_ms + 1 if loaded else 0
        if self._overload_ms >= most_ms > 0:
            self._give_way()

    def _mine(self, entries: bytes, *, size: int) -> Iterator[bytes]:
        """The data for this servo in a packet that writes to several."""
        for start in range(0, len(entries) - size, size + 1):
            if entries[start] == self.device_id:
                yield entries[start + 1 : start + 1 + size]
