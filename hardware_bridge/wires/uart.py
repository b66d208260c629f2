"""What a serial port hears of bytes that were sent at another speed: the line, bit by bit, read at the wrong moments."""

from __future__ import annotations

BITS = 10  # start, eight of data with the lowest first, stop
NEAR_ENOUGH = 0.03  # a receiver samples the last bit in the right place while the clocks are less than this apart


def heard(data: bytes, *, sent_baud: int | None, heard_baud: int | None) -> bytes:
    """The bytes that come out at the other end; None is a port that takes any speed."""
    if sent_baud is None or heard_baud is None or abs(sent_baud / heard_baud - 1.0) < NEAR_ENOUGH:
        return data
    line = [1]
    for byte in data:
        line += [0, *(byte >> bit & 1 for bit in range(8)), 1]
    bit_time = sent_baud / heard_baud  # of the listener, in bits of the speaker
    found, at = bytearray(), 0.0
    while (start := _falling(line, at)) is not None:
        bits = [_level(line, start + (k + 0.5) * bit_time) for k in range(1, BITS)]
        if bits[-1]:  # without its stop bit a byte is dropped
            found.append(sum(bit << k for k, bit in enumerate(bits[:8])))
        at = start + (BITS - 0.5) * bit_time
    return bytes(found)


def _falling(line: list[int], at: float) -> int | None:
    """The first start of a byte at or after this moment."""
    for k in range(max(1, int(at) + 1), len(line)):
        if line[k - 1] and not line[k]:
            return k
    return None


def _level(line: list[int], at: float) -> int:
    return line[int(at)] if at < len(line) else 1
