"""CAN messages as lines of text over a serial port, the language of most small USB adapters.

`t` + three hex digits of identifier + one digit of length + data in hex + carriage return.  The adapter answers each line
with a carriage return, or with a bell when it does not like it.
"""

from __future__ import annotations

from hardware_bridge.codecs.canopen_min import CanFrame

END = b"\r"
BELL = b"\x07"
LONGEST_LINE = 31
BITRATE_LINES = {
    10_000: b"S0\r",
    20_000: b"S1\r",
    50_000: b"S2\r",
    100_000: b"S3\r",
    125_000: b"S4\r",
    250_000: b"S5\r",
    500_000: b"S6\r",
    800_000: b"S7\r",
    1_000_000: b"S8\r",
}
OPEN = b"O\r"
CLOSE = b"C\r"


def encode(frame: CanFrame) -> bytes:
    """The message as a line."""
    return f"t{frame.can_id:03X}{len(frame.data)}{frame.data.hex().upper()}\r".encode("ascii")


class SlcanDecoder:
    """Finds CAN messages in a stream of text, and skips what it cannot read up to the next line."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.bad_lines = 0

    def feed(self, data: bytes) -> list[CanFrame]:
        """Take what came in and return the messages that are now complete."""
        self._buffer += data.replace(BELL, END)
        *lines, rest = bytes(self._buffer).split(END)
        self._buffer = bytearray(rest[-LONGEST_LINE:])
        frames = [self._parse(line) for line in lines if line]
        return [frame for frame in frames if frame is not None]

    def reset(self) -> None:
        """Forget a half line."""
        self._buffer.clear()

    def _parse(self, line: bytes) -> CanFrame | None:
        # Adapters confirm a sent message with "z" and answer set-up lines with nothing: neither is a fault.
        if line in (b"z", b"Z"):
            return None
        start = line.rfind(b"t")
        try:
            text = line[start:].decode("ascii") if start >= 0 else ""
            size = int(text[4:5], 16)
            if size > 8 or len(text) != 5 + 2 * size:
                raise ValueError("length")
            return CanFrame(can_id=int(text[1:4], 16), data=bytes.fromhex(text[5:]))
        except ValueError:
            self.bad_lines += 1
            return None
