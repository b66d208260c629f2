"""The supervisor's log: a file of JSON lines with every input, report and byte, in the order in which they happened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any

# So often it is flushed: a process that is killed loses at most a tenth of a second of evidence.
FLUSH_TICKS = 10


class SessionLog:
    """One file; without a path nothing is written."""

    def __init__(self, path: Path | None) -> None:
        """Raises OSError where no file can be written."""
        self._file: IO[bytes] | None = path.open("wb", buffering=1 << 16) if path else None
        self._flushed_tick = 0

    def note(self, kind: str, **values: Any) -> None:
        """Write one line."""
        if self._file:
            self._file.write(json.dumps({"kind": kind, **values}).encode() + b"\n")

    def message(self, kind: str, tick: int, message: bytes) -> None:
        """Write a message as it went over the socket."""
        if self._file:
            self._file.write(b'{"kind": "%b", "tick": %d, "message": %b}\n' % (kind.encode(), tick, message))

    def byte(self, now_s: float, direction: str, data: bytes) -> None:
        """Write the bytes of one message on the wire."""
        self.note("bytes", t=round(now_s, 6), way=direction, hex=data.hex())

    def ticked(self, tick: int) -> None:
        """Let the file be read by others, now and then."""
        if self._file and tick - self._flushed_tick >= FLUSH_TICKS:  # a busy computer leaves ticks out
            self._file.flush()
            self._flushed_tick = tick

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
