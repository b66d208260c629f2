"""Links that carry bytes: a real serial port, and a virtual wire on virtual time with an emulated device at its end.

A backend knows only `Link`.  The clock belongs to the link, so a deadline that is kept on the virtual wire is kept by the
same code on a real one, and no test of a deadline ever looks at the wall clock.
"""

from __future__ import annotations

import errno
import math
import os
import select
import time
from collections.abc import Callable
from typing import Any, Protocol

from hardware_bridge.ports import PortError
from hardware_bridge.wires.faults import Delivery, FaultInjector
from hardware_bridge.wires.port_owner import keep_others_out, words_for
from hardware_bridge.wires.uart import heard

STEP_US = 500
TICK_US = 10_000
DEVICE_STEP_US = 1_000


ByteLog = Callable[[float, str, bytes], None]
"""Takes time, direction (">" to the device, "<" from it) and bytes."""


class LinkLost(PortError):
    """The wire is gone: unplugged, closed or switched off."""


class Link(Protocol):
    """A wire to a device."""

    @property
    def name(self) -> str:
        """What a person would call it."""

    def now_s(self) -> float:
        """The time by which deadlines on this link are judged."""

    def write(self, data: bytes) -> None:
        """Send bytes; raises LinkLost when the wire is gone."""

    def read(self) -> bytes:
        """What has come in since the last call; raises LinkLost when the wire is gone."""

    def wait(self, until_s: float) -> None:
        """Return as soon as something has come in, at the latest at `until_s`."""

    def reopen(self) -> None:
        """Try again after the wire was lost; raises PortError when it is still gone."""

    def close(self) -> None:
        """Give the wire back."""


class Device(Protocol):
    """Something at the far end of a wire that lives in steps of one millisecond."""

    @property
    def baud(self) -> int | None:
        """The speed that it speaks at now; None for one that does not care."""

    def receive(self, data: bytes) -> None:
        """Bytes arrive."""

    def transmit(self) -> bytes:
        """Bytes to send back since the last call."""

    def step(self) -> None:
        """Live one millisecond."""

    def brown_out(self) -> None:
        """Lose the supply for a moment and start again."""


class VirtualWire:
    """A wire on virtual time: bytes arrive some half milliseconds later, and only `wait` and `run_until` let time pass."""

    def __init__(
        self, device: Device, *, name: str = "virtual", faults: FaultInjector | None = None, baud: int | None = None
    ) -> None:
        """At another `baud` than the device's own both hear garbage; None never differs."""
        self._device, self._baud = device, baud
        self._name = name
        self._faults = faults
        self._now_us = 0
        self._to_device: list[Delivery] = []
        self._to_host: list[Delivery] = []
        self._inbox = bytearray()
        self._closed = False
        self._watchers: list[Callable[[int], None]] = []

    @property
    def name(self) -> str:
        """What a person would call it."""
        return self._name

    @property
    def now_us(self) -> int:
        """Virtual time."""
        return self._now_us

    def now_s(self) -> float:
        """Virtual time."""
        return self._now_us * 1e-6

    def write(self, data: bytes) -> None:
        """Send bytes to the device."""
        self._check()
        self._pass(data, self._to_device)

    def read(self) -> bytes:
        """What the device has sent."""
        self._check()
        data = bytes(self._inbox)
        self._inbox.clear()
        return data

    def unread(self, data: bytes) -> None:
        """Put back what was read too early."""
        self._inbox[:0] = data

    def wait(self, until_s: float) -> None:
        """Let time pass until something comes in, at the latest until `until_s`."""
        # Strictly past it, so that a caller who compares floating-point times never waits for a last half microsecond.
        until_us = math.floor(until_s * 1e6) + 1
        while not self._inbox and self._now_us < until_us:
            self._advance()

    def run_until(self, until_us: int) -> None:
        """Let time pass, whatever comes in."""
        while self._now_us < until_us:
            self._advance()

    def watch(self, watcher: Callable[[int], None]) -> None:
        """Call `watcher` with the time after each millisecond of the device: how tests and recorders look on."""
        self._watchers.append(watcher)

    def reopen(self) -> None:
        """Plug in again; fails while the injector keeps the plug out."""
        self._closed = False
        self._check()
        self._inbox.clear()

    def close(self) -> None:
        """Let go of the wire; the device lives on."""
        self._closed = True

    def _check(self) -> None:
        if self._closed:
            raise LinkLost(f"{self._name} is closed")
        if self._faults is not None and self._faults.unplugged(self._now_us):
            self._inbox.clear()
            raise LinkLost(f"{self._name} is unplugged")

    def _pass(self, data: bytes, lane: list[Delivery]) -> None:
        clean = Delivery(at_us=self._now_us + STEP_US, data=data)
        if self._faults is None:
            lane.append(clean)
            return
        for delivery in self._faults.pass_on(clean):
            # A cable does not reorder: what is late makes what follows late.
            after_us = lane[-1].at_us if lane and not self._faults.reorders else 0
            lane.append(Delivery(at_us=max(delivery.at_us, after_us), data=delivery.data))

    def _advance(self) -> None:
        self._now_us += STEP_US
        if self._faults is not None and self._faults.browned_out(self._now_us):
            self._device.brown_out()
        due, self._to_device = _split(self._to_device, self._now_us)
        for delivery in due:
            self._device.receive(heard(delivery.data, sent_baud=self._baud, heard_baud=self._device.baud))
        if self._now_us % DEVICE_STEP_US == 0:
            self._device.step()
            for watcher in self._watchers:
                watcher(self._now_us)
        if answer := self._device.transmit():
            self._pass(heard(answer, sent_baud=self._device.baud, heard_baud=self._baud), self._to_host)
        due, self._to_host = _split(self._to_host, self._now_us)
        for delivery in due:
            self._inbox += delivery.data


class SerialLink:
    """A real serial port, or a pseudo terminal with an emulator behind it."""

    def __init__(self, path: str, *, baud: int) -> None:
        self._path = path
        self._baud = baud
        self._port = self._open()

    @property
    def name(self) -> str:
        """The path of the port."""
        return self._path

    def now_s(self) -> float:
        """Wall time that never jumps."""
        return time.monotonic()  # noqa: TID251 - the clock of a real wire

    def write(self, data: bytes) -> None:
        """Send bytes; a port that vanished raises LinkLost."""
        try:
            self._port.write(data)
        except (OSError, ValueError, TypeError) as error:
            if not self._took_all(error):
                raise LinkLost(f"{self._path} does not take bytes: {_reason(error)}") from error

    def read(self) -> bytes:
        """What has come in."""
        try:
            return bytes(self._port.read(4096))
        except (OSError, ValueError, TypeError) as error:
            raise LinkLost(f"{self._path} is gone: {_reason(error)}") from error

    def wait(self, until_s: float) -> None:
        """Sleep until something comes in, at the latest until `until_s`."""
        try:
            select.select([self._port.fileno()], [], [], max(0.0, until_s - self.now_s()))
        except (OSError, ValueError, TypeError) as error:
            raise LinkLost(f"{self._path} is gone: {_reason(error)}") from error

    def reopen(self) -> None:
        """Open the port again, as after a plug was pulled and put back."""
        self.close()
        self._port = self._open()

    def close(self) -> None:
        """Give the port back."""
        self._port.close()

    def _took_all(self, error: Exception) -> bool:
        """Whether only this program was kept waiting: pyserial then gives up on a write although the bytes are out."""
        import serial

        try:
            return isinstance(error, serial.SerialTimeoutException) and self._port.out_waiting == 0
        except (OSError, ValueError, TypeError):
            return False  # the port is gone

    def _open(self) -> Any:
        import serial

        try:
            # A port that another program holds is refused, not shared: two masters on one bus talk over each other.
            port = serial.Serial(self._path, self._baud, timeout=0, write_timeout=0.1, exclusive=True)
        except (OSError, ValueError, OverflowError) as error:
            reason = words_for(self._path, error)
            raise PortError(f"cannot open {self._path} at {self._baud} baud: {reason or _reason(error)}") from error
        keep_others_out(self._path, port.fileno())
        return port


class LoggedLink:
    """Any link, with every byte that passes handed to a log."""

    def __init__(self, link: Link, *, log: ByteLog) -> None:
        self._link = link
        self._log = log

    @property
    def name(self) -> str:
        """The name of the link inside."""
        return self._link.name

    def now_s(self) -> float:
        """The clock of the link inside."""
        return self._link.now_s()

    def write(self, data: bytes) -> None:
        """Log, then send."""
        self._log(self._link.now_s(), ">", data)
        self._link.write(data)

    def read(self) -> bytes:
        """Receive, then log."""
        data = self._link.read()
        if data:
            self._log(self._link.now_s(), "<", data)
        return data

    def wait(self, until_s: float) -> None:
        """As the link inside."""
        self._link.wait(until_s)

    def reopen(self) -> None:
        """As the link inside."""
        self._link.reopen()

    def close(self) -> None:
        """As the link inside."""
        self._link.close()


def _split(waiting: list[Delivery], now_us: int) -> tuple[list[Delivery], list[Delivery]]:
    if not waiting:
        return [], waiting
    due = [delivery for delivery in waiting if delivery.at_us <= now_us]
    return due, [delivery for delivery in waiting if delivery.at_us > now_us]


def _reason(error: Exception) -> str:
    # pyserial wraps the system's message into its own: the number says it shorter.
    number = getattr(error, "errno", None)
    if number == errno.ENOTTY or "configure port" in str(error):
        return "it is not a serial port"
    return os.strerror(number) if isinstance(number, int) else str(error) or type(error).__name__
