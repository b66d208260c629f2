"""What goes wrong on wires, done on purpose: lost, late, doubled, damaged and cut bytes, pulled plugs, dips of the supply.

The injector sits in the virtual wire.  Its chance comes from a generator that is handed in, so a run with faults can be
repeated to the bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class WireFault(StrEnum):
    """One thing that can go wrong."""

    LOST = "lost"
    LATE = "late"
    DUPLICATED = "duplicated"
    CORRUPTED = "corrupted"
    TRUNCATED = "truncated"
    NOISE = "noise"
    WRONG_ID = "wrong id"
    UNPLUG = "unplug"
    BROWN_OUT = "brown-out"
    STUCK_BUS = "stuck bus"


BYTE_FAULTS = (
    WireFault.LOST,
    WireFault.LATE,
    WireFault.DUPLICATED,
    WireFault.CORRUPTED,
    WireFault.TRUNCATED,
    WireFault.NOISE,
    WireFault.WRONG_ID,
)
LASTING_FAULTS = (WireFault.UNPLUG, WireFault.BROWN_OUT, WireFault.STUCK_BUS)

# Spans of the faults that last: from shorter than the deadman to much longer.
SHORTEST_US, LONGEST_US = 5_000, 400_000
LATEST_US = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Bytes that arrive at a time."""

    at_us: int
    data: bytes


class FaultInjector:
    """Does wrong what it is told to, or at random with a given share of messages."""

    def __init__(
        self,
        rng: np.random.Generator,
        *,
        share: float = 0.0,
        kinds: tuple[WireFault, ...] = BYTE_FAULTS,
        readdress: Callable[[bytes], bytes],
        checked: bool = False,
        reorders: bool = False,
    ) -> None:
        """`readdress` rewrites a message for another device; `checked` wires (CAN) drop damaged messages in hardware.

        `reorders` lets late messages be overtaken, as a radio bridge may and a cable never does.
        """
        self._rng = rng
        self._share = share
        self._kinds = kinds
        self._readdress = readdress
        self._checked = checked
        self.reorders = reorders
        self._next: list[WireFault] = []
        self._unplugged_until_us = -1
        self._stuck_until_us = -1
        self._brown_out_due = False
        self.counts = dict.fromkeys(WireFault, 0)

    @property
    def total(self) -> int:
        """How many faults were done so far."""
        return sum(self.counts.values())

    def rage(self, *, share: float, kinds: tuple[WireFault, ...]) -> None:
        """From now on this share of messages suffers one of these."""
        self._share, self._kinds = share, kinds

    def plan(self, *faults: WireFault) -> None:
        """The next messages each suffer one of these, in order."""
        self._next += faults

    def unplug(self, *, now_us: int, for_us: int) -> None:
        """Pull the plug for a while."""
        self.counts[WireFault.UNPLUG] += 1
        self._unplugged_until_us = now_us + for_us

    def unplugged(self, now_us: int) -> bool:
        """Whether the plug is out."""
        return now_us < self._unplugged_until_us

    def browned_out(self, now_us: int) -> bool:
        """Whether the supply dips now; asking takes the answer."""
        due, self._brown_out_due = self._brown_out_due, False
        return due

    def pass_on(self, message: Delivery) -> list[Delivery]:
        """What really arrives instead of this message."""
        now_us = message.at_us
        if self.unplugged(now_us):
            return []
        if now_us < self._stuck_until_us:
            # A shorted bus reads as zeros whatever is sent.
            return [] if self._checked else [Delivery(at_us=now_us, data=bytes(len(message.data)))]
        if self._next:
            fault = self._next.pop(0)
        elif self._rng.random() < self._share:
            fault = self._kinds[int(self._rng.integers(len(self._kinds)))]
        else:
            return [message]
        return self._do(fault, message)

    def _do(self, fault: WireFault, message: Delivery) -> list[Delivery]:
        self.counts[fault] += 1
        at_us, data = message.at_us, message.data
        match fault:
            case WireFault.LOST:
                return []
            case WireFault.LATE:
                late_us = int(self._rng.integers(1_000, LATEST_US))
                return [Delivery(at_us=at_us + late_us, data=data)]
            case WireFault.DUPLICATED:
                # A copy follows at once on a cable (a repeated transmission), much later only where messages are overtaken.
                later_us = int(self._rng.integers(0, LATEST_US if self.reorders else SHORTEST_US))
                return [message, Delivery(at_us=at_us + later_us, data=data)]
            case WireFault.CORRUPTED | WireFault.TRUNCATED | WireFault.NOISE if self._checked:
                return []
            case WireFault.CORRUPTED:
                return [Delivery(at_us=at_us, data=self._flip(data))]
            case WireFault.TRUNCATED:
                return [Delivery(at_us=at_us, data=data[: int(self._rng.integers(0, len(data)))])]
            case WireFault.NOISE:
                noise = self._rng.bytes(int(self._rng.integers(1, 20)))
                return [Delivery(at_us=at_us, data=noise + data)]
            case WireFault.WRONG_ID:
                return [Delivery(at_us=at_us, data=self._readdress(data))]
            case WireFault.UNPLUG:
                self._unplugged_until_us = at_us + self._span_us()
                return []
            case WireFault.BROWN_OUT:
                self._brown_out_due = True
                return []
            case WireFault.STUCK_BUS:
                self._stuck_until_us = at_us + self._span_us()
                return []

    def _span_us(self) -> int:
        return int(self._rng.integers(SHORTEST_US, LONGEST_US))

    def _flip(self, data: bytes) -> bytes:
        damaged = bytearray(data)
        for _ in range(int(self._rng.integers(1, 4))):
            damaged[int(self._rng.integers(len(damaged)))] ^= 1 << int(self._rng.integers(8))
        return bytes(damaged)
