"""The makers' own libraries as judges: they talk to our emulated servos, and our codecs read and write their packets.

Both directions use the same random exchanges.  A difference is any byte or value in which the maker and we disagree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hardware_bridge.codecs import dynamixel, feetech
from hardware_bridge.codecs import dynamixel_table as table
from hardware_bridge.codecs.registers import Register
from hardware_bridge.rigs.emulated import Kind, new_device
from hardware_bridge.wires.links import Device, VirtualWire
from simulator.onboard.facts import MotorFacts

READ_WAIT_S = 0.003
# dynamixel_sdk 4.1.0 removes stuffing in place and looks back at bytes that it has already moved: after one header pattern
# it takes FF FD FD for another, although a single FF stands before it.
_TRIPS_MAKER = re.compile(rb"\xff\xff\xfd\xfd.*(?<!\xff)\xff\xfd\xfd", re.DOTALL)


@dataclass(slots=True, kw_only=True)
class InteropResult:
    """How often two programs talked, and where they disagreed."""

    exchanges: int = 0
    differences: list[str] = field(default_factory=list)
    maker_faults: int = 0
    """Packets left out because the maker's own library is known to misread them."""

    def check(self, what: str, ours: object, theirs: object) -> None:
        """Count one exchange; note it when the two differ."""
        self.exchanges += 1
        if ours != theirs:
            self.differences.append(f"{what}: ours {ours!r}, theirs {theirs!r}")


class _MakersPort:
    """A serial port as the makers' libraries expect one, with an emulated servo on virtual time behind it."""

    def __init__(self, device: Device) -> None:
        self._wire = VirtualWire(device)
        self._until_s = 0.0
        self.is_using = False
        self.is_open = True
        self.sent = b""

    def clearPort(self) -> None:
        self._wire.read()

    def getBaudRate(self) -> int:
        return 1_000_000

    def readPort(self, length: int) -> bytes:
        self._wire.wait(min(self._wire.now_s() + READ_WAIT_S, self._until_s))
        data = self._wire.read()
        # The library asks for a few bytes at a time: what is left over waits on the wire.
        self._wire.unread(data[length:])
        return data[:length]

    def writePort(self, packet: list[int]) -> int:
        self.sent = bytes(packet)
        self._wire.write(self.sent)
        return len(packet)

    def setPacketTimeout(self, packet_length: int) -> None:
        self._until_s = self._wire.now_s() + 0.034

    def setPacketTimeoutMillis(self, msec: float) -> None:
        self._until_s = self._wire.now_s() + 0.001 * msec

    def isPacketTimeout(self) -> bool:
        return self._wire.now_s() > self._until_s


def dynamixel_interop(rng: np.random.Generator, *, exchanges: int) -> InteropResult:
    """`dynamixel_sdk` against our emulator and our codec."""
    import dynamixel_sdk

    result = InteropResult()
    handler = dynamixel_sdk.Protocol2PacketHandler()
    port = _MakersPort(_new("dynamixel", rng))
    twin = VirtualWire(_new("dynamixel", rng))
    registers = [r for r in table.REGISTERS if r.writable and r.name not in {"ID", "Status_Return_Level"}]
    quiet = [r for r in registers if not r.name.startswith(("Torque", "Bus"))]
    while result.exchanges < exchanges:
        register = quiet[int(rng.integers(len(quiet)))]
        data = rng.bytes(register.size)
        code, error = handler.writeTxRx(port, 1, register.address, register.size, list(data))
        ours = _ask_dynamixel(twin, dynamixel.write(1, address=register.address, data=data))
        result.check(f"write {register.name}", (0, ours.body[0]), (code, error))
        result.check(f"bytes of write {register.name}", dynamixel.encode(_write(register, data)), port.sent)
        theirs, code, error = handler.readTxRx(port, 1, register.address, register.size)
        ours = _ask_dynamixel(twin, dynamixel.read(1, address=register.address, size=register.size))
        result.check(f"read {register.name}", (ours.error, ours.data), (error, bytes(theirs)))
        _check_makers_packing(handler, rng, result)
    model, code, error = handler.ping(port, 1)
    result.check("ping", (1020, 0, 0), (model, code, error))
    _check_group_read(dynamixel_sdk, handler, port, twin, result)
    return result


def feetech_interop(rng: np.random.Generator, *, exchanges: int) -> InteropResult:
    """`scservo_sdk` against our emulator and our codec."""
    import scservo_sdk

    result = InteropResult()
    handler = scservo_sdk.PacketHandler(0)
    port = _MakersPort(_new("feetech", rng))
    twin = VirtualWire(_new("feetech", rng))
    registers = [r for r in feetech.REGISTERS if r.writable and not r.locked and r.name != "Torque_Enable"]
    while result.exchanges < exchanges:
        register = registers[int(rng.integers(len(registers)))]
        data = rng.bytes(register.size)
        packet = feetech.write(1, address=register.address, data=data)
        code, error = handler.writeTxRx(port, 1, register.address, register.size, list(data))
        result.check(f"write {register.name}", (0, _ask_feetech(twin, packet).code), (code, error))
        result.check(f"bytes of write {register.name}", feetech.encode(packet), port.sent)
        theirs, code, error = handler.readTxRx(port, 1, register.address, register.size)
        ours = _ask_feetech(twin, feetech.read(1, address=register.address, size=register.size))
        result.check(f"read {register.name}", (0, ours.code, ours.body), (code, error, bytes(theirs)))
        answer = feetech.FeetechPacket(
            device_id=int(rng.integers(250)), code=int(rng.integers(0x80)), body=rng.bytes(9)
        )
        result.check("their reading of our packet", _as_list(answer), _read_with(handler, feetech.encode(answer)))
    result.check("ping", (777, 0, 0), handler.ping(port, 1))
    return result


def _new(kind: Kind, rng: np.random.Generator) -> Device:
    # Without noise, so that two of a kind answer the same.
    facts = MotorFacts().model_copy(update={"current_noise_a": 0.0, "encoder_noise_counts": 0.0})
    return new_device(kind, facts=facts, rng=rng)[0]


def _write(register: Register, data: bytes) -> dynamixel.DynamixelPacket:
    return dynamixel.write(1, address=register.address, data=data)


def _ask_dynamixel(wire: VirtualWire, packet: dynamixel.DynamixelPacket) -> dynamixel.DynamixelPacket:
    wire.write(dynamixel.encode(packet))
    wire.wait(wire.now_s() + 0.034)
    return dynamixel.DynamixelDecoder().feed(wire.read())[0]


def _ask_feetech(wire: VirtualWire, packet: feetech.FeetechPacket) -> feetech.FeetechPacket:
    wire.write(feetech.encode(packet))
    wire.wait(wire.now_s() + 0.034)
    return feetech.FeetechDecoder().feed(wire.read())[0]


def _check_makers_packing(handler: Any, rng: np.random.Generator, result: InteropResult) -> None:
    """A servo built from the maker's own packet code: it unpacks what we send, and we unpack what it sends."""
    # Drawn from few values, so that the header pattern, which needs stuffing, comes up often.
    body = bytes(rng.choice([0xFF, 0xFF, 0xFD, 0xFD, 0x00, 0x55], size=int(rng.integers(1, 30))).tolist())
    wire = dynamixel.encode(dynamixel.DynamixelPacket(device_id=9, code=dynamixel.WRITE, body=body))
    if _TRIPS_MAKER.search(wire):
        result.maker_faults += 1
    else:
        theirs = handler.removeStuffing(list(wire))
        length = theirs[5] + 256 * theirs[6]
        result.check("their unstuffing of our packet", bytes([dynamixel.WRITE]) + body, bytes(theirs[7 : 5 + length]))
    crc = handler.updateCRC(0, list(wire), len(wire) - 2)
    result.check("checksum", wire[-2:], bytes([crc & 0xFF, crc >> 8]))
    plain = [0xFF, 0xFF, 0xFD, 0, 9, 0, 0, dynamixel.STATUS, 0, *body, 0, 0]
    plain[5], plain[6] = (len(body) + 4) & 0xFF, (len(body) + 4) >> 8
    stuffed = handler.addStuffing(plain)
    size = stuffed[5] + 256 * stuffed[6] + 7
    crc = handler.updateCRC(0, stuffed, size - 2)
    packet = bytes(stuffed[: size - 2]) + bytes([crc & 0xFF, crc >> 8])
    result.check(
        "our reading of their packet", [dynamixel.status(9, data=body)], dynamixel.DynamixelDecoder().feed(packet)
    )


def _check_group_read(sdk: Any, handler: Any, port: Any, twin: VirtualWire, result: InteropResult) -> None:
    register = table.PRESENT_POSITION
    group = sdk.GroupSyncRead(port, handler, register.address, register.size)
    group.addParam(1)
    result.check("sync read succeeds", 0, group.txRxPacket())
    ours = _ask_dynamixel(twin, dynamixel.sync_read([1], address=register.address, size=register.size))
    result.check("sync read", register.raw(ours.data), group.getData(1, register.address, register.size))


def _as_list(packet: feetech.FeetechPacket) -> tuple[int, int, bytes]:
    return packet.device_id, packet.code, packet.body


def _read_with(handler: Any, wire: bytes) -> tuple[int, int, bytes]:
    """What the maker's receiver makes of our bytes."""

    class _Given:
        is_using = False
        data = wire

        def readPort(self, length: int) -> bytes:
            piece, self.data = self.data[:length], self.data[length:]
            return piece

        def isPacketTimeout(self) -> bool:
            return not self.data

    packet, _ = handler.rxPacket(_Given())
    return packet[2], packet[4], bytes(packet[5:-1])
