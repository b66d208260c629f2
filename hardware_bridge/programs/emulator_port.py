"""An emulated motor behind a pseudo terminal: any program on this machine can talk to it as to a real one.

Here alone an emulated device lives by the wall clock.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable

import numpy as np

from hardware_bridge.emulators.hand import Hand
from hardware_bridge.ports import PortError
from hardware_bridge.programs.typed_hand import TypedHand
from hardware_bridge.rigs.emulated import Kind, new_device
from hardware_bridge.supervisor.real_time import take_priority
from hardware_bridge.wires.links import Device
from hardware_bridge.wires.uart import heard
from simulator.onboard.facts import MotorFacts

MILLISECOND_S = 0.001
# A machine that was busy kept the host waiting as well. A device that relived the pause at once would trip its own deadman of
# 100 ms before the host had a chance to speak; so it is late from then on, as the loop of a host is (rigs/wall_clock.py).
LONGEST_CATCH_UP_MS = 20
UNUSUAL_BAUD = 12_345  # a speed for which terminals have no constant: no servo speaks it


class PtyServer:
    """Serves one device; `path` is the port that programs open."""

    def __init__(self, device: Device, *, light: bool = True, hand: TypedHand | None = None) -> None:
        """One that is not `light` needs a whole processor, and gets no more than other programs leave it."""
        try:
            import pty
            import tty
        except ImportError as error:
            raise PortError("pseudo terminals need Linux or macOS") from error
        self._device, self._light, self._hand = device, light, hand
        self._server, self._client = pty.openpty()
        tty.setraw(self._client)
        os.set_blocking(self._server, False)
        self._speeds = _speeds()
        self.path = os.ttyname(self._client)

    def serve(self, *, goes_on: Callable[[], bool]) -> None:
        """Live in real time until `goes_on` says no; as a device does, whatever else this computer has to do."""
        if self._light:
            take_priority()
        due_s = time.monotonic()  # noqa: TID251 - a real port lives by the wall clock
        while goes_on():
            now_s = time.monotonic()  # noqa: TID251
            if now_s - due_s > LONGEST_CATCH_UP_MS * MILLISECOND_S:
                due_s = now_s - LONGEST_CATCH_UP_MS * MILLISECOND_S
            while due_s <= now_s:
                self._device.step()
                due_s += MILLISECOND_S
            self._send()
            self._wait(max(0.0, due_s - now_s))
            self._receive()
            # An answer goes out at once, not only with the next millisecond.
            self._send()

    def close(self) -> None:
        """Take the port away, as pulling a plug does."""
        os.close(self._server)
        os.close(self._client)

    def _wait(self, longest_s: float) -> None:
        """For bytes on the port, or for a hand."""
        typed = None if self._hand is None else self._hand.file
        ready, _, _ = select.select([self._server] if typed is None else [self._server, typed], [], [], longest_s)
        if self._hand is not None and typed in ready:
            self._hand.read()

    def _host_baud(self) -> int | None:
        """The speed that a program has set on the port; a pseudo terminal itself passes bytes at any."""
        if self._device.baud is None:
            return None
        import termios

        return self._speeds.get(termios.tcgetattr(self._client)[4], UNUSUAL_BAUD)

    def _receive(self) -> None:
        try:
            data = os.read(self._server, 4096)
            self._device.receive(heard(data, sent_baud=self._host_baud(), heard_baud=self._device.baud))
        except BlockingIOError:
            return

    def _send(self) -> None:
        data = self._device.transmit()
        if data and self._device.baud is not None:
            data = heard(data, sent_baud=self._device.baud, heard_baud=self._host_baud())
        if not data:
            return
        try:
            os.write(self._server, data)
        except BlockingIOError:
            return  # nobody reads: a real wire loses the bytes as well


def _speeds() -> dict[int, int]:
    """The constants of this system's terminals, with the speed that each stands for."""
    import termios

    return {getattr(termios, name): int(name[1:]) for name in dir(termios) if name[0] == "B" and name[1:].isdigit()}


def new_server(kind: Kind, *, seed: int = 0, as_found: bool = False, hand_file: int | None = None) -> PtyServer:
    """An emulated motor of this kind behind a fresh port; `as_found` is a servo out of its box.

    Degrees that are typed into `hand_file` are where a hand turns the screen.
    """
    rng = np.random.Generator(np.random.Philox(seed))
    device, body = new_device(kind, facts=MotorFacts(), rng=rng, as_found=as_found)
    hand = Hand()
    body.world = hand.torque_nm
    typed = None if hand_file is None else TypedHand(hand, file=hand_file)
    return PtyServer(device, light=kind != "refboard", hand=typed)
