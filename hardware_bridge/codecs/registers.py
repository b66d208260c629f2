"""A register of a servo: an integer at an address, with the unit that one step of it is worth.

`quantised` tells what a wish becomes once it has gone through that integer, so that a slider can show what the servo
really does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One entry of a control table, little-endian."""

    name: str
    address: int
    size: int
    step: float = 1.0
    unit: str = ""
    signed: bool = False
    sign_bit: int | None = None
    """Set where the maker writes negative values as a sign bit and a magnitude; None for plain integers."""
    writable: bool = True
    locked: bool = False
    """Lives in the permanent memory, which is locked in normal operation."""

    def encode(self, value: float) -> bytes:
        """The nearest integer of the register, as bytes; a value that does not fit is an error."""
        return self.raw_bytes(round(value / self.step))

    def raw_bytes(self, raw: int) -> bytes:
        """An integer that is already in register units, as bytes."""
        low, high = self.raw_range
        if not low <= raw <= high:
            raise ValueError(f"{self.name} = {raw} is outside {low} to {high}")
        if self.sign_bit is not None:
            magnitude = abs(raw) | ((1 << self.sign_bit) if raw < 0 else 0)
            return magnitude.to_bytes(self.size, "little")
        return raw.to_bytes(self.size, "little", signed=self.signed)

    def decode(self, data: bytes) -> float:
        """Bytes of the register as a value in its unit."""
        return self.raw(data) * self.step

    def raw(self, data: bytes) -> int:
        """Bytes of the register as the integer that they hold."""
        if len(data) != self.size:
            raise ValueError(f"{self.name} has {self.size} bytes, got {len(data)}")
        raw = int.from_bytes(data, "little", signed=self.signed)
        if self.sign_bit is not None and raw & (1 << self.sign_bit):
            raw = -(raw & ~(1 << self.sign_bit))
        return raw

    def quantised(self, value: float) -> float:
        """What a wish becomes in the servo, in the same unit."""
        return round(value / self.step) * self.step

    def inside(self, address: int, data: bytes) -> bytes:
        """The bytes of this register out of a longer read that began at `address`."""
        start = self.address - address
        return data[start : start + self.size]

    @property
    def raw_range(self) -> tuple[int, int]:
        """The smallest and the largest integer that fit."""
        if self.sign_bit is not None:
            return -(1 << self.sign_bit) + 1, (1 << self.sign_bit) - 1
        bits = 8 * self.size
        return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if self.signed else (0, (1 << bits) - 1)
