"""Hostile data for the bridge: what a broken or ill-meant program would send to a socket, and what may stand in a stranger's file."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import zstandard

from simulator.runtime.compose import build, header_of
from simulator.runtime.recorder import Recorder
from simulator.scene.loader import load
from simulator.world.assets import SCENES

MAGIC = b"\x89MCAP0\r\n"
CHUNK = 0x06
LENGTHS = (2**63, 2**40, 2**32, 2**31 - 1, 0, 2**64 - 1)
VALUES = (
    "NaN", "Infinity", "-Infinity", "1e400", "1e308", "-1e308", "9" * 400, str(2**63), str(2**64), str(-(2**53) - 1), "-0", "0", "-1",
    "null", "true", '""', '"fast"', '"\\u0000"', '"\\ud800"', '"' + "x" * 5_000 + '"', "[]", "{}", "[" * 2_000, "[" * 60_000,
    "{\"a\":" * 1_500, "[1,2,3]", '{"value":1}', "0.1e-400", "1.5", "[null]", "[[[]]]", "1e5", '"../../etc/passwd"', '"/dev/zero"',
)  # fmt: skip


def damaged_text(good: str, rng: np.random.Generator) -> bytes:
    """A text of JSON with one to four damages: other values, other keys, bytes that are none."""
    text = good
    for _ in range(int(rng.integers(1, 5))):
        kind = int(rng.integers(0, 7))
        at = int(rng.integers(0, len(text) + 1))
        if kind <= 2:
            text = _other_value(text, VALUES[int(rng.integers(len(VALUES)))], rng)
        elif kind == 3:
            text = text[:at] + text[at + int(rng.integers(1, 20)) :]
        elif kind == 4:
            text = text[:at] + text[at : at + 30] * int(rng.integers(2, 6)) + text[at + 30 :]
        elif kind == 5:
            text = (
                text[:at]
                + str(rng.choice(["{", "}", "[", "]", '"', ":", ",", "\\", "\n", "\0", "é", "e", "-"]))
                + text[at:]
            )
        else:
            text = text[:at]
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    if data and rng.random() < 0.2:
        data[int(rng.integers(len(data)))] = int(rng.integers(256))
    return bytes(data)


def _other_value(text: str, value: str, rng: np.random.Generator) -> str:
    """Put a value in the place of another, after one of the colons."""
    colons = [at for at, letter in enumerate(text) if letter == ":"]
    if not colons:
        return value
    start = colons[int(rng.integers(len(colons)))] + 1
    end = start
    depth = 0
    while end < len(text) and (depth > 0 or text[end] not in ",}\n"):
        depth += (text[end] in "[{") - (text[end] in "]}")
        end += 1
    return text[:start] + value + text[end:]


def small_recording(folder: Path) -> bytes:
    """A good recording of a quarter of a second."""
    header = header_of(load(SCENES / "sample.scene.yaml"), mode="feature")
    session, recorder = build(header), Recorder(folder / "small.mcap", header)
    for _ in range(25):
        recorder.write(session.step(), session.truth)
    recorder.close(trace_hash=session.trace_hash)
    return (folder / "small.mcap").read_bytes()


def damaged_recording(good: bytes, rng: np.random.Generator) -> bytes:
    """Flipped, cut, doubled, or with a chunk that claims to be, or is, far larger than the file."""
    kind = int(rng.integers(0, 6))
    data = bytearray(good)
    if kind == 0:
        for _ in range(int(rng.integers(1, 20))):
            data[int(rng.integers(len(data)))] ^= 1 << int(rng.integers(8))
    elif kind == 1:
        del data[int(rng.integers(len(data))) :]
    elif kind == 2:
        at, size = int(rng.integers(len(data))), int(rng.integers(1, 200))
        data[at:at] = data[at : at + size] * int(rng.integers(1, 50))
    elif kind == 3:
        at = int(rng.integers(len(data) - 8))
        data[at : at + 8] = struct.pack("<Q", LENGTHS[int(rng.integers(len(LENGTHS)))])
    elif kind == 4:
        return good[:-8] + _bomb(int(rng.integers(1, 400)) << 20, rng) + good[-8:]
    else:
        return MAGIC + _bomb(int(rng.integers(1, 400)) << 20, rng) * int(rng.integers(1, 40)) + MAGIC
    return bytes(data)


_BOMBS: dict[int, bytes] = {}


def _bomb(size: int, rng: np.random.Generator) -> bytes:
    """A chunk of zeros, or of the smallest messages; some say less than they unpack to."""
    size = 1 << (size.bit_length() - 1)  # a few kinds are enough, and each costs a second to make
    if size not in _BOMBS:
        piece = bytes(1 << 20) if size > (4 << 20) else _messages(size)
        packer = zstandard.ZstdCompressor(level=1).compressobj(size=max(size, len(piece)))
        packed = b"".join(packer.compress(piece) for _ in range(max(1, size // len(piece))))
        _BOMBS[size] = packed + packer.flush()
    packed = _BOMBS[size]
    said = (size, 1_000, 0, 2**40)[int(rng.integers(4))]
    body = (
        struct.pack("<QQQI", 0, 1, said, 0) + struct.pack("<I", 4) + b"zstd" + struct.pack("<Q", len(packed)) + packed
    )
    return bytes([CHUNK]) + struct.pack("<Q", len(body)) + body


def _messages(size: int) -> bytes:
    one = bytes([0x05]) + struct.pack("<Q", 22) + bytes(22)
    return (one * (size // len(one) + 1))[:size]


def good_files() -> dict[str, str]:
    """A good file of each kind that is JSON."""
    from hardware_bridge.matching.fit import Estimate
    from simulator.onboard.facts import MotorFacts

    estimate = {"value": 0.01, "error": 0.001}
    assert Estimate(**estimate)
    profile = {
        "profile": 1, "device": "d", "date": "2026-11-30", "fit_rms_deg": 0.1, "held_out_rms_deg": 0.1,
        "facts": MotorFacts().model_dump(), "estimates": {"inertia_kgm2": estimate},
    }  # fmt: skip
    array = {
        "name": "a", "device": "d", "device_channels": 4, "channels": [0, 1], "gains": [1.0, 1.0],
        "positions_m": [[0, 0, 0], [0.1, 0, 0]],
    }  # fmt: skip
    bench = {
        "lab": 1,
        "motor": "emulated:dynamixel",
        "microphones": "a.json",
        "camera": "0",
        "camera_latency_ms": 60,
        "shutter": "open",
    }
    preset = {"zones.dead_half_width_deg": 12.0, "patience.settle_s": 1.0}
    return {
        name: json.dumps(value)
        for name, value in zip(("profile", "array", "bench", "preset"), (profile, array, bench, preset), strict=True)
    }
