"""Writes a run into one MCAP file: everything that is needed to replay it and to see why the screen moved. No picture is ever in it.

The header goes in first, so that even a file cut short can say what it was. A simulated second is flushed when it ends;
`recover` (recording.py) gives back every flushed second of a run that was killed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from mcap.well_known import MessageEncoding, SchemaEncoding

from simulator.onboard.messages import TICKS_PER_S, TickTrace
from simulator.runtime.channels import NS_PER_TICK, STANDING, WHY, WhyLog, schema_name, schema_text
from simulator.runtime.codec import encode_present
from simulator.runtime.header import Header
from simulator.runtime.mcap_file import McapFile
from simulator.world.spec import Action
from simulator.world.truth import TruthFrame

# A killed process loses nothing that was flushed; only a power cut does, so the disk is asked to keep up once a simulated minute.
SYNC_EVERY_TICKS = 60 * TICKS_PER_S
HEADER_NAME = "run.json"
SCENE_NAME = "scene.yaml"
PROFILE = "swivel"


_standing = attrgetter(*STANDING)


class RecordingError(Exception):
    """A recording that cannot be written or read; the text says which file, and how much of it is good."""


class Recorder:
    """Writes one run. The file has its real name only once it is complete; until then it ends in `.part`."""

    def __init__(self, path: Path, header: Header) -> None:
        self.path, self._part = path, path.with_name(path.name + ".part")
        self._last: tuple[object, ...] = (self,) * len(STANDING)  # no message is this
        self._last_truth: TruthFrame | None = None
        self._why = WhyLog()
        self._channels: dict[str, int] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("wb")
            self._mcap = McapFile(self._file, profile=PROFILE, library="swivel")
            header_text = header.as_json()
            self._mcap.add_attachment(HEADER_NAME, media_type="application/json", data=header_text)
            # Attachments have no checksum that every reader checks, and a cut file has none over the whole.
            self._mcap.add_metadata(HEADER_NAME, {"sha256": hashlib.sha256(header_text).hexdigest()})
            self._mcap.add_attachment(SCENE_NAME, media_type="application/yaml", data=header.scene_text.encode())
            for name in ("tick", "truth", "command", *STANDING, WHY):
                self._channels[name] = self._mcap.add_channel(
                    name,
                    message_encoding=MessageEncoding.JSON,
                    schema=schema_name(name),
                    schema_encoding=SchemaEncoding.JSONSchema,
                    text=schema_text(name),
                )
            self._flush(sync=False)
        except OSError as error:
            self._refuse(error)

    def write(self, trace: TickTrace, truth: TruthFrame | None, commands: Sequence[Action] = ()) -> None:
        """Write one tick."""
        tick = trace.tick
        try:
            for action in commands:
                self._add("command", tick, encode_present({"do": getattr(action, "do", ""), "action": action}))
            messages = _standing(trace)
            for name, message, last in zip(STANDING, messages, self._last, strict=True):
                if message is not last:
                    self._add(name, tick, b'{"value":' + encode_present(message) + b"}")
            self._last = messages
            if truth is not None and truth is not self._last_truth:
                self._last_truth = truth
                self._add("truth", tick, encode_present(truth))
            self._add("tick", tick, _tick_line(trace))
            if (why := self._why.line(trace)) is not None:
                self._add(WHY, tick, encode_present(why))
            if tick % TICKS_PER_S == TICKS_PER_S - 1:
                self._flush(sync=tick % SYNC_EVERY_TICKS == SYNC_EVERY_TICKS - 1)
        except OSError as error:
            self._refuse(error)

    def close(self, *, trace_hash: str) -> None:
        """Finish the file and give it its real name."""
        try:
            self._mcap.add_metadata("result", {"trace_hash": trace_hash})
            self._mcap.finish()
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

    def _add(self, channel: str, tick: int, data: bytes) -> None:
        self._mcap.add_message(self._channels[channel], data, at_ns=tick * NS_PER_TICK, sequence=tick)

    def _flush(self, *, sync: bool) -> None:
        self._mcap.flush()
        if sync:
            os.fsync(self._file.fileno())

    def _refuse(self, error: OSError) -> None:
        if hasattr(self, "_file"):
            self.abandon()
        raise RecordingError(f"{self.path}: cannot write the recording: {error.strerror or error}") from None


def _tick_line(trace: TickTrace) -> bytes:
    """The motor and its set points; the guard lets nearly all of them through as they are, and then they are written out once."""
    motor, wanted, sent = trace.motor, trace.command_wanted, trace.command_sent
    wanted_text = encode_present(wanted)
    sent_text = wanted_text if sent is wanted else encode_present(sent)
    return b'{"motor":%b,"wanted":%b,"sent":%b}' % (encode_present(motor), wanted_text, sent_text)
