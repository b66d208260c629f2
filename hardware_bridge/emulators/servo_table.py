"""The memory of an emulated servo: bytes by address, read and written through registers."""

from __future__ import annotations

from collections.abc import Iterable

from hardware_bridge.codecs.registers import Register


class ServoTable:
    """A control table as the servo holds it."""

    def __init__(self, registers: Iterable[Register], *, size: int) -> None:
        self._registers = tuple(registers)
        self._bytes = bytearray(size)

    def read(self, address: int, size: int) -> bytes:
        """Raw bytes; an address outside the table is an error."""
        if size < 1 or address + size > len(self._bytes):
            raise IndexError(address)
        return bytes(self._bytes[address : address + size])

    def write(self, address: int, data: bytes) -> None:
        """Raw bytes."""
        self._bytes[address : address + len(data)] = data

    def touched(self, address: int, size: int) -> list[Register]:
        """The registers that a write to these bytes would change."""
        return [r for r in self._registers if r.address < address + size and address < r.address + r.size]

    def raw(self, register: Register) -> int:
        """The integer in a register."""
        return register.raw(self.read(register.address, register.size))

    def value(self, register: Register) -> float:
        """The value in a register, in its unit."""
        return self.raw(register) * register.step

    def set_raw(self, register: Register, raw: int) -> None:
        """Put an integer into a register, held to what fits."""
        low, high = register.raw_range
        self.write(register.address, register.raw_bytes(min(max(raw, low), high)))

    def set_value(self, register: Register, value: float) -> None:
        """Put a value into a register, held to what fits."""
        self.set_raw(register, round(value / register.step))
