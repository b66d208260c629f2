"""CAN messages over whatever carries them: a serial adapter that speaks lines of text, or any bus python-can knows."""

from __future__ import annotations

from typing import Any, Protocol

from hardware_bridge.codecs import slcan
from hardware_bridge.codecs.canopen_min import CanFrame
from hardware_bridge.ports import PortError
from hardware_bridge.wires.links import Link, LinkLost


class CanLink(Protocol):
    """A bus with its own clock."""

    @property
    def name(self) -> str:
        """What a person would call it."""

    def now_s(self) -> float:
        """The time by which deadlines on this bus are judged."""

    def send(self, frame: CanFrame) -> None:
        """Send one message; raises LinkLost when the bus is gone."""

    def receive(self) -> list[CanFrame]:
        """What has come in since the last call."""

    def wait(self, until_s: float) -> None:
        """Return as soon as something has come in, at the latest at `until_s`."""

    def reopen(self) -> None:
        """Try again after the bus was lost."""

    def close(self) -> None:
        """Give the bus back."""


class SlcanLink:
    """A bus behind a serial adapter."""

    def __init__(self, link: Link, *, bitrate: int = 500_000) -> None:
        if bitrate not in slcan.BITRATE_LINES:
            raise PortError(f"CAN bit rate {bitrate}: allowed are {', '.join(map(str, slcan.BITRATE_LINES))}")
        self._link = link
        self._bitrate = bitrate
        self._decoder = slcan.SlcanDecoder()

    @property
    def name(self) -> str:
        """The serial port."""
        return self._link.name

    def now_s(self) -> float:
        """The clock of the serial port."""
        return self._link.now_s()

    def send(self, frame: CanFrame) -> None:
        """As a line."""
        self._link.write(slcan.encode(frame))

    def receive(self) -> list[CanFrame]:
        """From lines."""
        return self._decoder.feed(self._link.read())

    def wait(self, until_s: float) -> None:
        """As the serial port."""
        self._link.wait(until_s)

    def reopen(self) -> None:
        """Open port and bus."""
        self._link.reopen()
        self._decoder.reset()
        self._link.write(slcan.CLOSE + slcan.BITRATE_LINES[self._bitrate] + slcan.OPEN)

    def close(self) -> None:
        """Close bus and port; a port that is gone already is as good as closed."""
        try:
            self._link.write(slcan.CLOSE)
        except LinkLost:
            return
        finally:
            self._link.close()


class PythonCanLink:
    """A bus of python-can: SocketCAN, PCAN, Kvaser, UDP and the rest."""

    def __init__(self, *, interface: str, channel: str, bitrate: int = 500_000) -> None:
        self._settings = {"interface": interface, "channel": channel, "bitrate": bitrate}
        self._waiting: list[CanFrame] = []
        self._bus: Any = self._open()

    @property
    def name(self) -> str:
        """Interface and channel."""
        return f"{self._settings['interface']}:{self._settings['channel']}"

    def now_s(self) -> float:
        """Wall time that never jumps."""
        import time

        return time.monotonic()  # noqa: TID251 - the clock of a real wire

    def send(self, frame: CanFrame) -> None:
        """Send one message."""
        import can

        try:
            self._bus.send(
                can.Message(arbitration_id=frame.can_id, data=frame.data, is_extended_id=False), timeout=0.01
            )
        except (can.CanError, OSError) as error:
            raise LinkLost(f"{self.name} does not take messages: {error}") from error

    def receive(self) -> list[CanFrame]:
        """What has come in."""
        self._collect(0.0)
        frames, self._waiting = self._waiting, []
        return frames

    def wait(self, until_s: float) -> None:
        """Sleep until something comes in."""
        if not self._waiting:
            self._collect(max(0.0, until_s - self.now_s()))

    def reopen(self) -> None:
        """Open the bus again."""
        self._bus.shutdown()
        self._bus = self._open()

    def close(self) -> None:
        """Give the bus back."""
        self._bus.shutdown()

    def _open(self) -> Any:
        import can

        try:
            return can.Bus(**self._settings)
        except (can.CanError, OSError, ValueError, NotImplementedError, ImportError) as error:
            raise PortError(f"cannot open CAN bus {self.name}: {error}") from error

    def _collect(self, timeout_s: float) -> None:
        import can

        try:
            message = self._bus.recv(timeout=timeout_s)
            while message is not None:
                if not message.is_extended_id and not message.is_error_frame and not message.is_remote_frame:
                    self._waiting.append(CanFrame(can_id=message.arbitration_id, data=bytes(message.data[:8])))
                message = self._bus.recv(timeout=0.0)
        except (can.CanError, OSError) as error:
            raise LinkLost(f"{self.name} is gone: {error}") from error
