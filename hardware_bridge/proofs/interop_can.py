"""The canopen library as judge: its CiA 402 master drives our emulated drive, and reads and writes its objects at random."""

from __future__ import annotations

import logging
import math
from typing import Any

import numpy as np

from hardware_bridge.codecs import canopen_min as codec
from hardware_bridge.codecs import cia402
from hardware_bridge.codecs.canopen_min import CanFrame
from hardware_bridge.emulators.drive402 import NAME, UNITS_PER_DEG, Drive402
from hardware_bridge.emulators.emulated_body import EmulatedBody
from hardware_bridge.proofs.interop_serial import InteropResult
from simulator.onboard.facts import MotorFacts

NODE = 5
# Objects whose random values would switch the drive or its messages off.
LEFT_ALONE = {cia402.CONTROLWORD, cia402.MODE, cia402.CONSUMER_HEARTBEAT, cia402.PRODUCER_HEARTBEAT}


def canopen_interop(rng: np.random.Generator, *, exchanges: int) -> InteropResult:
    """`canopen`'s SDO client and 402 master against our drive."""
    result = InteropResult()
    drive = _new_drive(rng)
    network, node = _connect(drive)
    twin = _new_drive(rng)
    writable = [e for e in cia402.ENTRIES.values() if e.writable and e.index not in LEFT_ALONE]
    readable = [e for e in cia402.ENTRIES.values() if e.index != cia402.STATUSWORD]
    result.check("name in segments", NAME, bytes(node.sdo.upload(cia402.DEVICE_NAME, 0)))
    while result.exchanges < exchanges:
        entry = writable[int(rng.integers(len(writable)))]
        data = rng.bytes(entry.size)
        node.sdo.download(entry.index, entry.subindex, data)
        ours = _ask(twin, codec.SdoWrite(index=entry.index, subindex=entry.subindex, data=data))
        result.check(f"write {entry.index:04x}", codec.SdoWritten(index=entry.index, subindex=entry.subindex), ours)
        entry = readable[int(rng.integers(len(readable)))]
        theirs = bytes(node.sdo.upload(entry.index, entry.subindex))
        answer = _ask(twin, codec.SdoRead(index=entry.index, subindex=entry.subindex))
        result.check(f"read {entry.index:04x}", answer.data if isinstance(answer, codec.SdoValue) else answer, theirs)
    _check_refusals(node, result)
    network.check()
    return result


def master_moves(rng: np.random.Generator) -> dict[str, float]:
    """The library's own 402 master switches the drive on, turns it by 90 degrees and stops it; returns what came of it."""
    # The library remarks on every status word that it has to ask for.
    logging.getLogger("canopen.profiles.p402").setLevel(logging.ERROR)
    drive = _new_drive(rng)
    network, node = _connect(drive)
    node.nmt.state = "OPERATIONAL"
    # Only SDO: the library would otherwise wait for periodic messages by the wall clock.
    node.tpdo_values, node.rpdo_pointers = {}, {}
    node.sdo[cia402.MODE].raw = cia402.MODE_PROFILE_POSITION
    node.state = "READY TO SWITCH ON"
    node.state = "SWITCHED ON"
    node.state = "OPERATION ENABLED"
    node.sdo[cia402.PROFILE_VELOCITY].raw = 180 * UNITS_PER_DEG
    node.sdo[cia402.PROFILE_ACCELERATION].raw = 360 * UNITS_PER_DEG
    node.sdo[cia402.TARGET_POSITION].raw = 90 * UNITS_PER_DEG
    node.sdo[cia402.CONTROLWORD].raw = cia402.ENABLE_OPERATION | cia402.NEW_SET_POINT
    arrived_ms = network.run_until(lambda: abs(drive.body.yaw_deg - 90.0) < 0.5 and abs(drive.body.rate_dps) < 3.0)
    node.sdo[cia402.CONTROLWORD].raw = cia402.ENABLE_OPERATION
    node.sdo[cia402.TARGET_POSITION].raw = -90 * UNITS_PER_DEG
    node.sdo[cia402.CONTROLWORD].raw = cia402.ENABLE_OPERATION | cia402.NEW_SET_POINT
    network.run_until(lambda: drive.body.rate_dps < -150.0)
    speed_dps = abs(drive.body.rate_dps)
    node.state = "QUICK STOP ACTIVE"
    stopped_ms = network.run_until(lambda: abs(drive.body.rate_dps) < 3.0)
    return {"move_90_deg_ms": arrived_ms, "quick_stop_from_dps": speed_dps, "quick_stop_ms": stopped_ms}


def _new_drive(rng: np.random.Generator) -> Drive402:
    facts = MotorFacts().model_copy(update={"current_noise_a": 0.0, "encoder_noise_counts": 0.0})
    return Drive402(EmulatedBody(facts, rng=rng), facts=facts, node_id=NODE)


def _ask(drive: Drive402, request: codec.SdoRequest) -> codec.SdoAnswer | None:
    drive.say()
    drive.hear(codec.encode_request(NODE, request))
    answers = [codec.parse_answer(frame) for frame in drive.say() if frame.function == codec.SDO_ANSWER]
    return answers[0] if answers else None


def _check_refusals(node: Any, result: InteropResult) -> None:
    import canopen

    for index, code in ((0x2FFF, codec.ABORT_NO_OBJECT), (cia402.STATUSWORD, codec.ABORT_READ_ONLY)):
        try:
            node.sdo.download(index, 0, b"\0\0")
            result.check(f"refusal of {index:04x}", code, None)
        except canopen.SdoAbortedError as error:
            result.check(f"refusal of {index:04x}", code, error.code)


def _connect(drive: Drive402) -> tuple[Any, Any]:
    """The library's network, with the drive in the place of a bus: each message sent lets a millisecond pass."""
    import canopen
    from canopen.profiles.p402 import BaseNode402

    class _Bench(canopen.Network):  # type: ignore[misc]
        def send_message(self, can_id: int, data: bytes, remote: bool = False) -> None:
            drive.hear(CanFrame(can_id=can_id, data=bytes(data)))
            self.millisecond()

        def millisecond(self) -> None:
            drive.step()
            for frame in drive.say():
                self.notify(frame.can_id, bytearray(frame.data), 0.0)

        def run_until(self, done: Any) -> float:
            for ms in range(5_000):
                if done():
                    return float(ms)
                self.millisecond()
            return math.nan

    network = _Bench()
    node = BaseNode402(NODE, _dictionary())
    network.add_node(node)
    return network, node


def _dictionary() -> Any:
    from canopen import objectdictionary as od

    kinds = {
        (1, False): od.UNSIGNED8,
        (2, False): od.UNSIGNED16,
        (4, False): od.UNSIGNED32,
        (1, True): od.INTEGER8,
        (2, True): od.INTEGER16,
        (4, True): od.INTEGER32,
    }
    made = od.ObjectDictionary()
    for index in sorted({entry.index for entry in cia402.ENTRIES.values()}):
        entries = [entry for entry in cia402.ENTRIES.values() if entry.index == index]
        record = od.ODRecord(f"object {index:04x}", index)
        for entry in entries:
            variable = od.ODVariable(f"entry {entry.subindex}", index, entry.subindex)
            variable.data_type = kinds[entry.size, entry.signed]
            if len(entries) == 1:
                made.add_object(variable)
            else:
                record.add_member(variable)
        if len(entries) > 1:
            made.add_object(record)
    return made
