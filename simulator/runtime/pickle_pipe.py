"""How the loop and a process that it started itself talk: pickles over two pipes that nobody else has.

Unlike orders that people's programs send each other, what goes here is whole messages of the stack and the inside of stages, exact to
the bit, and both ends are the same version of the same code.
"""

from __future__ import annotations

import os
import pickle
import select
import struct

_LENGTH = struct.Struct("<I")
_CHUNK = 1 << 20


class Ended(RuntimeError):
    """The process at the other end is gone."""


class PicklePipe:
    """One end: what is sent arrives whole and in order."""

    def __init__(self, *, read: int, write: int) -> None:
        self._read, self._write = read, write
        self._held = bytearray()

    def send(self, thing: object) -> None:
        """Send one thing; waits while the pipe is full."""
        data = pickle.dumps(thing, protocol=5)
        view = memoryview(_LENGTH.pack(len(data)) + data)
        try:
            while view:
                view = view[os.write(self._write, view) :]
        except BrokenPipeError as error:
            raise Ended("the process at the other end of a pipe has ended") from error

    def receive(self) -> object:
        """The next thing; waits for it."""
        while not self.complete:
            self._take()
        size = self._size
        thing: object = pickle.loads(memoryview(self._held)[_LENGTH.size : size])  # noqa: TID251 - our own child's, from our own pipe
        del self._held[:size]
        return thing

    def arrived(self) -> bool:
        """Whether there is something to receive; never waits."""
        while not self.complete and select.select([self._read], [], [], 0.0)[0]:
            self._take()
        return self.complete

    @property
    def complete(self) -> bool:
        """Whether the next thing is here whole."""
        return len(self._held) >= _LENGTH.size and len(self._held) >= self._size

    @property
    def _size(self) -> int:
        size: int = _LENGTH.unpack_from(self._held)[0]
        return _LENGTH.size + size

    def _take(self) -> None:
        data = os.read(self._read, _CHUNK)
        if not data:
            raise Ended("the process at the other end of a pipe has ended")
        self._held += data
