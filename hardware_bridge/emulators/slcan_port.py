"""A small USB-to-CAN adapter with one drive behind it: CAN messages as lines of text over a serial wire."""

from __future__ import annotations

from hardware_bridge.codecs import slcan
from hardware_bridge.codecs.canopen_min import CanFrame
from hardware_bridge.emulators.drive402 import Drive402


class SlcanPort:
    """Makes a drive that speaks CAN messages into a device that speaks bytes."""

    def __init__(self, drive: Drive402) -> None:
        self.drive = drive
        self._decoder = slcan.SlcanDecoder()
        self.baud: int | None = None
        """A port behind USB takes any speed."""
        self.alive = True
        """A dead adapter hears and says nothing."""

    def receive(self, data: bytes) -> None:
        """Bytes arrive from the host."""
        if self.alive:
            for frame in self._decoder.feed(data):
                self.drive.hear(frame)

    def transmit(self) -> bytes:
        """Bytes for the host."""
        frames = self.drive.say()
        return b"".join(map(slcan.encode, frames)) if self.alive else b""

    def step(self) -> None:
        """Live one millisecond."""
        self.drive.step()

    def brown_out(self) -> None:
        """The drive loses its supply for a moment."""
        self.drive.brown_out()


def readdress(data: bytes) -> bytes:
    """The same messages, but from or to another node."""
    frames = slcan.SlcanDecoder().feed(data)
    return b"".join(slcan.encode(CanFrame(can_id=frame.can_id ^ 0x02, data=frame.data)) for frame in frames)
