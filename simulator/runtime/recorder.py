"""Writes a run into one MCAP file: everything that is needed to replay it and to see why the screen moved. No picture is ever in it.

The header goes in first, so that even a file cut short can say what it was. A simulated second is flushed when it ends;
`recover` (recording.py) gives back every flushed second of a run that was killed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from mcap.well_known import MessageEncoding, SchemaEncoding
from mcap.writer import CompressionType, Writer

from simulator.onboard.messages import TICKS_PER_S, TickTrace
from simulator.runtime.channels import NS_PER_TICK, STANDING, WHY, WhyLog, schema_name, schema_text
from simulator.runtime.codec import encode_present
from simulator.runtime.header import Header
from simulator.world.spec import Action
from simulator.world.truth import TruthFrame

CHUNK_BYTES = 1 << 20
SYNC_EVERY_TICKS = 5 * TICKS_PER_S
HEADER_NAME = "run.json"
SCENE_NAME = "scene.yaml"
PROFILE = "swivel"


class RecordingError(Exception):
    """A recording that cannot be written or read; the text says which file, and how much of it is good."""


class Recorder:
    """Writes one run. The file has its real name only once it is complete; until then it ends in `.part`."""

    def __init__(self, path: Path, header: Header) -> None:
        self.path, self._part = path, path.with_name(path.name + ".part")
        self._last: dict[str, object] = {}
        self._why = WhyLog()
        self._channels: dict[str, int] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("wb")
            self._writer = Writer(
                self._file, chunk_size=CHUNK_BYTES, compression=CompressionType.ZSTD, enable_data_crcs=True
            )
            self._writer.start(profile=PROFILE, library="swivel")
            header_text = header.as_json()
            self._attach(HEADER_NAME, "application/json", header_text)
            # Attachments have no checksum that every reader checks, and a cut file has none over the whole.
            self._writer.add_metadata(HEADER_NAME, {"sha256": hashlib.sha256(header_text).hexdigest()})
            self._attach(SCENE_NAME, "application/yaml", header.scene_text.encode())
            for name in ("tick", "truth", "command", *STANDING, WHY):
                schema = self._writer.register_schema(schema_name(name), SchemaEncoding.JSONSchema, schema_text(name))
                self._channels[name] = self._writer.register_channel(name, MessageEncoding.JSON, schema)
            self._flush(sync=True)
        except OSError as error:
            self._refuse(error)

    def write(self, trace: TickTrace, truth: TruthFrame | None, commands: Sequence[Action] = ()) -> None:
        """Write one tick."""
        tick = trace.tick
        try:
            for action in commands:
                self._add("command", tick, encode_present({"do": getattr(action, "do", ""), "action": action}))
            for name in STANDING:
                message = getattr(trace, name)
                if self._last.get(name, self) is not message:
                    self._last[name] = message
                    self._add(name, tick, encode_present({"value": message}))
            if truth is not None and truth is not self._last.get("truth"):
                self._last["truth"] = truth
                self._add("truth", tick, encode_present(truth))
            line = {"motor": trace.motor, "wanted": trace.command_wanted, "sent": trace.command_sent}
            self._add("tick", tick, encode_present(line))
            if (why := self._why.line(trace)) is not None:
                self._add(WHY, tick, encode_present(why))
            if tick % TICKS_PER_S == TICKS_PER_S - 1:
                self._flush(sync=tick % SYNC_EVERY_TICKS == SYNC_EVERY_TICKS - 1)
        except OSError as error:
            self._refuse(error)

    def close(self, *, trace_hash: str) -> None:
        """Finish the file and give it its real name."""
        try:
            self._writer.add_metadata("result", {"trace_hash": trace_hash})
            self._writer.finish()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self.path)
        except OSError as error:
            self._refuse(error)

    def abandon(self) -> None:
        """Leave off: what was flushed stays in the `.part` file, for `recover`."""
        with contextlib.suppress(OSError):  # a full disk refuses the last bytes a second time
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is not None:
            self.abandon()

    def _attach(self, name: str, media_type: str, data: bytes) -> None:
        self._writer.add_attachment(create_time=0, log_time=0, name=name, media_type=media_type, data=data)

    def _add(self, channel: str, tick: int, data: bytes) -> None:
        at_ns = tick * NS_PER_TICK
        self._writer.add_message(self._channels[channel], at_ns, data, at_ns, sequence=tick)

    def _flush(self, *, sync: bool) -> None:
        self._writer.flush()
        self._file.flush()
        if sync:
            os.fsync(self._file.fileno())

    def _refuse(self, error: OSError) -> None:
        if hasattr(self, "_file"):
            self.abandon()
        raise RecordingError(f"{self.path}: cannot write the recording: {error.strerror or error}") from None
