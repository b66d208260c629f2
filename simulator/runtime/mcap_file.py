"""Writes an MCAP file. The records are those of the `mcap` package; only a message is packed here, in one go.

The package's writer makes three objects a message and sets its numbers one by one, which takes 10 µs. A feature run takes 40 µs
a tick and records two messages in it. Packed in one go a message takes 1 µs.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import IO

import zstandard
from mcap.data_stream import RecordBuilder
from mcap.opcode import Opcode
from mcap.records import (
    Attachment,
    AttachmentIndex,
    Channel,
    Chunk,
    ChunkIndex,
    DataEnd,
    Footer,
    Header,
    McapRecord,
    Metadata,
    MetadataIndex,
    Schema,
    Statistics,
    SummaryOffset,
)
from mcap.writer import MCAP0_MAGIC

CHUNK_BYTES = 1 << 20
COMPRESSION = "zstd"
# Messages repeat each other nearly word for word: level 3 takes half as long again and saves nothing.
COMPRESSION_LEVEL = 1
_MESSAGE_HEAD = struct.Struct("<BQHIQQ")  # opcode, length of what follows, channel, sequence, two times
_LENGTH_AND_BEFORE = struct.calcsize("<BQ")
_INDEX_HEAD = struct.Struct("<BQHI")  # opcode, length, channel, bytes of the pairs of time and offset


class McapFile:
    """One file being written: messages gather in a chunk, which is compressed when it is flushed or full."""

    def __init__(self, file: IO[bytes], *, profile: str, library: str) -> None:
        self._file, self._crc = file, 0
        self._compressor = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL)
        self._schemas: list[Schema] = []
        self._channels: list[Channel] = []
        self._counts: dict[int, int] = {}
        self._chunks: list[ChunkIndex] = []
        self._attachments: list[AttachmentIndex] = []
        self._metadata: list[MetadataIndex] = []
        self._begin_chunk()
        self._write(MCAP0_MAGIC)
        self._write(_bytes(Header(profile=profile, library=library)))

    def add_channel(self, topic: str, *, message_encoding: str, schema: str, schema_encoding: str, text: bytes) -> int:
        """A channel with a schema of its own; gives its number."""
        number = len(self._channels) + 1
        self._schemas.append(Schema(id=number, name=schema, encoding=schema_encoding, data=text))
        self._channels.append(
            Channel(id=number, topic=topic, message_encoding=message_encoding, metadata={}, schema_id=number)
        )
        self._gather(_bytes(self._schemas[-1], self._channels[-1]))
        self._counts[number] = 0
        return number

    def add_message(self, channel: int, data: bytes, *, at_ns: int, sequence: int) -> None:
        """A message; those of a channel come in the order of their times."""
        length = len(data) + _MESSAGE_HEAD.size
        self._offsets.setdefault(channel, []).extend((at_ns, self._size))
        self._parts.append(
            _MESSAGE_HEAD.pack(Opcode.MESSAGE, length - _LENGTH_AND_BEFORE, channel, sequence, at_ns, at_ns)
        )
        self._parts.append(data)
        self._size += length
        if self._size > CHUNK_BYTES:
            self._end_chunk()

    def add_attachment(self, name: str, *, media_type: str, data: bytes) -> None:
        """A file inside the file."""
        record = Attachment(create_time=0, log_time=0, name=name, media_type=media_type, data=data)
        offset, length = self._write(_bytes(record))
        self._attachments.append(
            AttachmentIndex(
                offset=offset, length=length, create_time=0, log_time=0, data_size=len(data), name=name,
                media_type=media_type,
            )
        )  # fmt: skip

    def add_metadata(self, name: str, values: dict[str, str]) -> None:
        """Named texts."""
        offset, length = self._write(_bytes(Metadata(name=name, metadata=values)))
        self._metadata.append(MetadataIndex(offset=offset, length=length, name=name))

    def flush(self) -> None:
        """Hand everything so far to the file; a chunk without messages waits."""
        self._end_chunk()
        self._file.flush()

    def finish(self) -> None:
        """Write what lets a reader find its way: it reads the end of the file first."""
        self._end_chunk()
        self._write(_bytes(DataEnd(self._crc)))
        start = self._file.tell()
        groups: tuple[tuple[Opcode, Iterable[McapRecord]], ...] = (
            (Opcode.SCHEMA, self._schemas),
            (Opcode.CHANNEL, self._channels),
            (Opcode.STATISTICS, [self._statistics()]),
            (Opcode.CHUNK_INDEX, self._chunks),
            (Opcode.ATTACHMENT_INDEX, self._attachments),
            (Opcode.METADATA_INDEX, self._metadata),
        )
        summary, offsets = b"", []
        for opcode, records in groups:
            data = _bytes(*records)
            offsets.append(SummaryOffset(group_opcode=opcode, group_start=start + len(summary), group_length=len(data)))
            summary += data
        offsets_start = start + len(summary)
        summary += _bytes(*offsets)
        footer = _bytes(Footer(summary_start=start, summary_offset_start=offsets_start, summary_crc=0))
        # The checksum covers the summary and the footer up to the checksum itself, its last four bytes.
        checksum = zlib.crc32(footer[:-4], zlib.crc32(summary))
        self._file.write(summary + footer[:-4] + struct.pack("<I", checksum) + MCAP0_MAGIC)
        self._file.flush()

    def _begin_chunk(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._offsets: dict[int, list[int]] = {}  # by channel: time, offset, time, offset ...

    def _gather(self, records: bytes) -> None:
        self._parts.append(records)
        self._size += len(records)

    def _end_chunk(self) -> None:
        if not self._offsets:
            return
        data = b"".join(self._parts)
        compressed = self._compressor.compress(data)
        first = min(pairs[0] for pairs in self._offsets.values())
        last = max(pairs[-2] for pairs in self._offsets.values())
        chunk = Chunk(
            compression=COMPRESSION, data=compressed, message_start_time=first, message_end_time=last,
            uncompressed_crc=zlib.crc32(data), uncompressed_size=len(data),
        )  # fmt: skip
        chunk_start, chunk_length = self._write(_bytes(chunk))
        index_start, index_length, places = chunk_start + chunk_length, 0, {}
        for channel, pairs in self._offsets.items():
            self._counts[channel] += len(pairs) // 2
            places[channel] = index_start + index_length
            index_length += self._write(_index(channel, pairs))[1]
        self._chunks.append(
            ChunkIndex(
                chunk_start_offset=chunk_start, chunk_length=chunk_length, message_start_time=first,
                message_end_time=last, message_index_offsets=places, message_index_length=index_length,
                compression=COMPRESSION, compressed_size=len(compressed), uncompressed_size=len(data),
            )
        )  # fmt: skip
        self._begin_chunk()

    def _statistics(self) -> Statistics:
        counts = {channel: count for channel, count in self._counts.items() if count}
        return Statistics(
            message_count=sum(counts.values()),
            schema_count=len(self._schemas),
            channel_count=len(self._channels),
            attachment_count=len(self._attachments),
            metadata_count=len(self._metadata),
            chunk_count=len(self._chunks),
            message_start_time=min((chunk.message_start_time for chunk in self._chunks), default=0),
            message_end_time=max((chunk.message_end_time for chunk in self._chunks), default=0),
            channel_message_counts=counts,
        )

    def _write(self, data: bytes) -> tuple[int, int]:
        """Put bytes into the file; where they begin, and how many they are."""
        offset = self._file.tell()
        self._crc = zlib.crc32(data, self._crc)
        self._file.write(data)
        return offset, len(data)


def _bytes(*records: McapRecord) -> bytes:
    builder = RecordBuilder()
    for record in records:
        record.write(builder)
    made: bytes = builder.end()
    return made


def _index(channel: int, pairs: list[int]) -> bytes:
    """Where the messages of a channel are in a chunk: as the package writes it, but all of them in one go."""
    places = struct.pack(f"<{len(pairs)}Q", *pairs)
    length = _INDEX_HEAD.size - _LENGTH_AND_BEFORE + len(places)
    return _INDEX_HEAD.pack(Opcode.MESSAGE_INDEX, length, channel, len(places)) + places
