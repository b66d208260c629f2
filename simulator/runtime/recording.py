"""Reads recordings back, and saves what can be saved of damaged ones.

Every checksum is verified: a flipped bit is an error with a place and a time, never a silently different number.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import zstandard
from mcap.exceptions import McapError
from mcap.records import Attachment, Channel, Chunk, Message, Metadata
from mcap.stream_reader import StreamReader, breakup_chunk
from mcap.writer import MCAP0_MAGIC
from pydantic import TypeAdapter

from simulator.onboard.messages import TICK_S, MotorCommand, MotorState, TickTrace
from simulator.runtime.channels import KINDS
from simulator.runtime.codec import CodecError, from_plain
from simulator.runtime.header import Header, OtherVersionError
from simulator.runtime.recorder import HEADER_NAME, Recorder, RecordingError
from simulator.world.spec import Action, AnyAction
from simulator.world.truth import TruthFrame

# What the libraries below raise on damaged bytes (found by 9,000 mutated files, see tests/runtime/test_recording_damage.py).
DAMAGE = (
    McapError, zstandard.ZstdError, RuntimeError, UnicodeDecodeError, struct.error, OverflowError, ValueError, KeyError,
    EOFError, MemoryError, TypeError, IndexError, AttributeError,
)  # fmt: skip
# The recorder begins a new chunk each second or megabyte; a few kilobytes of a stranger's file may say that they are gigabytes.
LARGEST_CHUNK_BYTES = 8 << 20
# Ours unpack to ten times their size. What unpacks to a hundred times of it was made to fill the memory, chunk by chunk.
MOST_UNPACKED = 100
ACTION: TypeAdapter[AnyAction] = TypeAdapter(AnyAction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One run as it was."""

    path: Path
    header: Header
    traces: tuple[TickTrace, ...]
    truths: tuple[TruthFrame | None, ...]  # one per trace; the same object while nothing changed
    commands: tuple[tuple[int, AnyAction], ...]
    trace_hash: str  # "" in a file that was cut short
    complete: bool

    @property
    def length_s(self) -> float:
        """Simulated seconds."""
        return len(self.traces) * TICK_S


def read(path: Path) -> Recording:
    """The whole recording; a damaged one raises RecordingError that says up to where it is good."""
    gathered = _Gathered(path)
    try:
        for record, _ in _records(_bytes(path)):
            gathered.take(record)
    except OtherVersionError as error:
        raise RecordingError(f"{path}: {error}") from None
    except (*DAMAGE, CodecError) as error:
        raise RecordingError(
            f"{path}: damaged after {gathered.length_s:.2f} s: {_short(error)}; "
            f"`swivel recover {path.name}` saves what is good"
        ) from None
    recording = gathered.finished()
    if not recording.complete:
        raise RecordingError(
            f"{path}: ends after {recording.length_s:.2f} s without its last record; "
            f"`swivel recover {path.name}` saves what is good"
        )
    return recording


def recover(path: Path, target: Path) -> tuple[float, int]:
    """Write everything good of a damaged or unfinished recording to a new file; returns seconds saved and bad pieces."""
    gathered = _Gathered(path)
    bad = 0
    for record, good in _records(_bytes(path), forgiving=True):
        if not good:
            bad += 1
            break  # messages that stand over ticks make what follows a gap unreadable: the run is good up to here
        try:
            gathered.take(record)
        except OtherVersionError as error:
            raise RecordingError(f"{path}: {error}") from None
        except (*DAMAGE, CodecError):
            bad += 1
            break
    saved = gathered.finished()
    recorder = Recorder(target, saved.header)
    commands = dict[int, list[Action]]()
    for tick, action in saved.commands:
        commands.setdefault(tick, []).append(action)
    for trace, truth in zip(saved.traces, saved.truths, strict=True):
        recorder.write(trace, truth, commands.get(trace.tick, ()))
    recorder.close(trace_hash=saved.trace_hash)
    return saved.length_s, bad


def _bytes(path: Path) -> bytes:
    """The file, if it is a recording at all."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror or error}") from None
    if ".mcap" not in path.name and not data.startswith(MCAP0_MAGIC):
        raise RecordingError(f"{path}: not a recording of a run (recordings end in .mcap)")
    return data


class _Gathered:
    """Puts the messages of a file back together into ticks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._header: Header | None = None
        self._header_sha256, self._header_is_good = "", False
        self._channels: dict[int, str] = {}
        self._standing: dict[str, Any] = {}
        self._truth: TruthFrame | None = None
        self._traces: list[TickTrace] = []
        self._truths: list[TruthFrame | None] = []
        self._commands: list[tuple[int, AnyAction]] = []
        self._hash, self._complete = "", False

    @property
    def length_s(self) -> float:
        return len(self._traces) * TICK_S

    def take(self, record: object) -> None:
        match record:
            case Attachment() if record.name == HEADER_NAME:
                self._header_sha256 = hashlib.sha256(record.data).hexdigest()
                self._header = Header.from_json(record.data)
            case Metadata() if record.name == HEADER_NAME:
                if record.metadata["sha256"] != self._header_sha256:
                    raise CodecError("the header's checksum is wrong")
                self._header_is_good = True
            case Channel():
                self._channels[record.id] = record.topic
            case Message():
                self._take_message(self._channels[record.channel_id], record)
            case Metadata() if record.name == "result":
                self._hash, self._complete = record.metadata["trace_hash"], True

    def finished(self) -> Recording:
        if self._header is None or not self._header_is_good:
            raise RecordingError(f"{self._path}: not a recording of Swivel (it has no good header)")
        return Recording(
            path=self._path,
            header=self._header,
            traces=tuple(self._traces),
            truths=tuple(self._truths),
            commands=tuple(self._commands),
            trace_hash=self._hash,
            complete=self._complete,
        )

    def _take_message(self, topic: str, message: Message) -> None:
        plain = orjson.loads(message.data)
        if topic in KINDS:
            self._standing[topic] = from_plain(KINDS[topic], plain["value"])
        elif topic == "truth":
            self._truth = from_plain(TruthFrame, plain)
        elif topic == "command":
            self._commands.append((message.sequence, ACTION.validate_python(plain["action"])))
        elif topic == "tick":
            trace = TickTrace(
                tick=message.sequence,
                motor=from_plain(MotorState, plain["motor"]),
                command_wanted=from_plain(MotorCommand, plain["wanted"]),
                command_sent=from_plain(MotorCommand, plain["sent"]),
                **self._standing,
            )
            if plain["sent"] == plain["wanted"]:
                trace = replace(trace, command_sent=trace.command_wanted)
            self._traces.append(trace)
            self._truths.append(self._truth)


def _records(data: bytes, *, forgiving: bool = False) -> Iterator[tuple[object, bool]]:
    """Every record with whether it is good; checksums of chunks and attachments are verified."""
    reader = StreamReader(io.BytesIO(data), emit_chunks=True, validate_crcs=True)
    stream = reader.records
    left = LARGEST_CHUNK_BYTES + MOST_UNPACKED * len(data)
    while True:
        try:
            record = next(stream)
        except StopIteration:
            return
        except DAMAGE:
            if not forgiving:
                raise
            yield None, False
            return
        if not isinstance(record, Chunk):
            yield record, True
            continue
        try:
            left -= _size(record)
            if left < 0:
                raise ValueError(f"it unpacks to more than {MOST_UNPACKED} times its size")
            pieces = breakup_chunk(record, validate_crc=True)
        except DAMAGE:
            if not forgiving:
                raise
            yield None, False
            return
        for piece in pieces:
            yield piece, True


def _size(chunk: Chunk) -> int:
    """What a chunk unpacks to, whichever of its two sizes says more; one that is larger than any of ours is refused."""
    if chunk.compression not in ("", "zstd"):
        raise ValueError(f"compression {chunk.compression!r:.20}: must be zstd or none")
    size = max(chunk.uncompressed_size, len(chunk.data))
    if chunk.compression == "zstd":
        size = max(size, zstandard.get_frame_parameters(chunk.data).content_size)
    if size > LARGEST_CHUNK_BYTES:
        raise ValueError(f"a chunk of {size} bytes: at most {LARGEST_CHUNK_BYTES}")
    return size


def _short(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
