"""A stranger's recording that says it is far larger than it is."""

from __future__ import annotations

import resource
import struct

import pytest
import zstandard

from simulator.runtime.recorder import RecordingError
from simulator.runtime.recording import LARGEST_CHUNK_BYTES, read

MAGIC = b"\x89MCAP0\r\n"


def record(opcode: int, body: bytes) -> bytes:
    return struct.pack("<BQ", opcode, len(body)) + body


def text(words: str) -> bytes:
    return struct.pack("<I", len(words)) + words.encode()


def file_with(data: bytes, *, says: int, compression: str = "zstd") -> bytes:
    chunk = struct.pack("<QQQI", 0, 0, says, 0) + text(compression) + struct.pack("<Q", len(data)) + data
    return MAGIC + record(1, text("") + text("")) + record(6, chunk) + record(2, text("")[:0] + bytes(20)) + MAGIC


def bomb(size: int) -> bytes:
    """Zeros, a few kilobytes on the disk, with their true size in the frame."""
    zeros, packer = bytes(1 << 20), zstandard.ZstdCompressor().compressobj(size=size)
    return b"".join([*(packer.compress(zeros) for _ in range(size >> 20)), packer.flush()])


@pytest.mark.parametrize("says", [1 << 30, 100], ids=["honest", "lying"])
def test_a_chunk_of_a_gigabyte_is_refused_before_it_is_unpacked(tmp_path, says):
    path = tmp_path / "stranger.mcap"
    path.write_bytes(file_with(bomb(1 << 30), says=says))
    assert path.stat().st_size < 200_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(RecordingError, match=f"at most {LARGEST_CHUNK_BYTES}"):
        read(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


def test_another_compression_is_refused(tmp_path):
    path = tmp_path / "stranger.mcap"
    path.write_bytes(file_with(b"xx", says=2, compression="lz4"))
    with pytest.raises(RecordingError, match="must be zstd or none"):
        read(path)
