"""What a device learned of its home, as a file: its habits and the hour as of which they stand."""

from __future__ import annotations

from pathlib import Path

from simulator.onboard.messages import HunchLevel, Memory
from simulator.runtime.codec import CodecError, decode, encode

LARGEST_BYTES = 1 << 16


class MemoryFileError(CodecError):
    """A file that holds no memory; the text says which and why."""


def read_memory(path: Path, *, level: HunchLevel | None = None) -> Memory:
    """The memory in a file, at another level where one is given; a file that is not there yet has learned nothing."""
    known = Memory(level=HunchLevel.SUGGEST)
    if path.exists():
        if path.stat().st_size > LARGEST_BYTES:
            raise MemoryFileError(f"{path}: {path.stat().st_size} bytes: must be at most {LARGEST_BYTES}")
        try:
            known = decode(Memory, path.read_bytes())
        except CodecError as error:
            raise MemoryFileError(f"{path}: {error}") from None
    return known if level is None else known.on_level(level)


def write_memory(path: Path, memory: Memory) -> None:
    """Keep a memory; erasing it is deleting the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(encode(memory) + b"\n")
    part.replace(path)
