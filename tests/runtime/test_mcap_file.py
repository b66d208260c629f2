"""What McapFile writes is what the package's own writer would: its reader finds everything, and every checksum holds."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from mcap.reader import make_reader
from mcap.records import Footer, Statistics
from mcap.stream_reader import StreamReader
from mcap.writer import MCAP0_MAGIC, CompressionType, Writer

from simulator.runtime import mcap_file
from simulator.runtime.mcap_file import McapFile

MESSAGES = [(1 + n % 2, n * 10_000_000, b'{"n":%d,"text":"%s"}' % (n, b"x" * (n % 7)), n) for n in range(250)]
SCHEMA = b'{"type":"object"}'


def ours() -> bytes:
    """Written here."""
    file = io.BytesIO()
    made = McapFile(file, profile="swivel", library="test")
    made.add_attachment("a.txt", media_type="text/plain", data=b"attached")
    made.add_metadata("result", {"hash": "1"})
    for name in ("one", "two", "silent"):
        made.add_channel(name, message_encoding="json", schema=f"s.{name}", schema_encoding="jsonschema", text=SCHEMA)
    for place, (channel, at_ns, data, sequence) in enumerate(MESSAGES):
        made.add_message(channel, data, at_ns=at_ns, sequence=sequence)
        if place % 100 == 99:
            made.flush()
    made.finish()
    return file.getvalue()


def theirs() -> bytes:
    """The same, by the package's writer."""
    file = io.BytesIO()
    made = Writer(file, compression=CompressionType.ZSTD, enable_data_crcs=True)
    made.start(profile="swivel", library="test")
    made.add_attachment(create_time=0, log_time=0, name="a.txt", media_type="text/plain", data=b"attached")
    made.add_metadata("result", {"hash": "1"})
    for name in ("one", "two", "silent"):
        made.register_channel(name, "json", made.register_schema(f"s.{name}", "jsonschema", SCHEMA))
    for place, (channel, at_ns, data, sequence) in enumerate(MESSAGES):
        made.add_message(channel, at_ns, data, at_ns, sequence)
        if place % 100 == 99:
            made.flush()
    made.finish()
    return file.getvalue()


def held(data: bytes) -> dict[str, Any]:
    """All that a reader finds by the indexes at the end, with checksums looked at."""
    reader = make_reader(io.BytesIO(data), validate_crcs=True)
    summary = reader.get_summary()
    assert summary is not None
    assert isinstance(summary.statistics, Statistics)
    return {
        "messages": [(channel.topic, asdict(message)) for _, channel, message in reader.iter_messages()],
        "later": [message.sequence for _, _, message in reader.iter_messages(topics=["two"])],
        "attachments": [asdict(one) for one in reader.iter_attachments()],
        "metadata": [asdict(one) for one in reader.iter_metadata()],
        "statistics": asdict(summary.statistics),
        "channels": [asdict(one) for one in summary.channels.values()],
        "schemas": [asdict(one) for one in summary.schemas.values()],
        "chunks": [(one.message_start_time, one.message_end_time, one.uncompressed_size, sorted(one.message_index_offsets))
                   for one in summary.chunk_indexes],
    }  # fmt: skip


def test_the_reader_finds_the_same_as_in_a_file_of_its_own_writer() -> None:
    """Messages, attachments, metadata, channels, schemas, chunks and statistics; all of them also by time and by channel."""
    found = held(ours())
    assert len(found["messages"]) == len(MESSAGES)
    assert found == held(theirs())


def test_a_full_chunk_is_written_without_being_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is then flushed by its size: more chunks, the same messages."""
    before = held(ours())
    monkeypatch.setattr(mcap_file, "CHUNK_BYTES", 1000)
    after = held(ours())
    assert len(after["chunks"]) > 2 * len(before["chunks"])
    assert after["messages"] == before["messages"]


def test_each_chunk_says_where_its_messages_are() -> None:
    """An offset of the message index leads to a message of that channel and time: broken by one byte in the framing."""
    data = ours()
    reader = make_reader(io.BytesIO(data))
    summary = reader.get_summary()
    assert summary is not None
    for chunk in summary.chunk_indexes:
        for channel, place in chunk.message_index_offsets.items():
            assert data[place] == 7  # the opcode of a message index
            assert int.from_bytes(data[place + 9 : place + 11], "little") == channel


@pytest.mark.parametrize("write", [ours, theirs])
def test_the_checksum_of_the_summary_covers_the_footer(write: Callable[[], bytes]) -> None:
    """As the format says: from the start of the summary to the checksum itself."""
    data = write()
    footer = next(one for one in StreamReader(io.BytesIO(data)).records if isinstance(one, Footer))
    end = len(data) - len(MCAP0_MAGIC) - 4
    assert footer.summary_crc == zlib.crc32(data[footer.summary_start : end]) != 0
