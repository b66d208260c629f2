"""One question, one answer, on a half-duplex wire with a deadline: what the serial drivers share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from hardware_bridge.backends.motor_driver import NoAnswer
from hardware_bridge.wires.links import Link

Packet = TypeVar("Packet")


class PacketDecoder(Protocol[Packet]):
    """Turns a stream of bytes into packets."""

    def feed(self, data: bytes) -> list[Packet]:
        """Take bytes, give packets."""

    def reset(self) -> None:
        """Forget a torn packet."""


def ask(
    link: Link,
    request: bytes,
    *,
    decoder: PacketDecoder[Packet],
    fits: Callable[[Packet], bool],
    within_s: float,
    who: str,
    tries: int = 1,
) -> Packet:
    """Send a request and return the first packet that fits; what does not fit is an old or a foreign answer."""
    for _ in range(tries):
        # What still lies around belongs to an earlier question.
        link.read()
        decoder.reset()
        link.write(request)
        until_s = link.now_s() + within_s
        while True:
            link.wait(until_s)
            for packet in decoder.feed(link.read()):
                if fits(packet):
                    return packet
            if link.now_s() >= until_s:
                break
    raise NoAnswer(f"no answer from {who} within {1000.0 * within_s * tries:.0f} ms")
