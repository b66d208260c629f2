"""An emulated Reachy Mini: the daemon's messages, and a servo that jumps to its last place and holds it for ever."""

from __future__ import annotations

import math

from hardware_bridge.codecs import reachy as codec
from hardware_bridge.emulators.emulated_body import EmulatedBody
from hardware_bridge.emulators.servo_loop import Ramp, ServoLoop
from simulator.onboard.facts import MotorFacts

PUSHED_MS, STATUS_MS = 20, 1_000
FASTEST_DPS = 300.0  # of its servo without a load
VERSION = "1.13.0"


class ReachyDaemon:
    """The robot with the program that it comes with."""

    def __init__(self, body: EmulatedBody, *, facts: MotorFacts) -> None:
        self.body = body
        self.loop = ServoLoop(body, facts=facts)
        self.loop.ramp = Ramp(rate_dps=FASTEST_DPS)
        self.baud: int | None = None
        """A websocket has no speed."""
        self.alive = True
        """A dead daemon hears and says nothing; its servo holds on."""
        self.state = "running"
        self._held, self._out = bytearray(), bytearray()
        self._goal_deg: float | None = None
        self._ms = 0

    def receive(self, data: bytes) -> None:
        """Orders arrive."""
        self._held += data
        *lines, rest = bytes(self._held).split(b"\n")
        self._held = bytearray(rest[-codec.LONGEST_LINE :])
        for line in lines if self.alive else ():
            try:
                self._obey(codec.ordered(line))
            except ValueError:
                continue

    def transmit(self) -> bytes:
        """What is pushed."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def step(self) -> None:
        """Live one millisecond."""
        self._ms += 1
        if self._ms % PUSHED_MS == 0 and self.alive:
            # Its loop takes up the last place, and tells where the body is.
            if self._goal_deg is not None and self.loop.powered:
                self.loop.goal_deg = self._goal_deg
            self._out += codec.pushed(codec.BodyYaw(yaw_deg=self.body.encoder_deg))
        if self._ms % STATUS_MS == 0 and self.alive:
            self._out += codec.pushed(codec.DaemonState(state=self.state, version=VERSION, serial="", error=""))
        self.loop.millisecond()

    def brown_out(self) -> None:
        """The servo loses its supply for a moment, and with it its torque; the daemon runs on the computer and lives on."""
        self.loop.powered = False
        self.state = "error"

    def _obey(self, order: dict[str, object]) -> None:
        match order:
            case {"type": "set_body_yaw", "body_yaw": float() | int() as yaw_rad} if math.isfinite(yaw_rad):
                self._goal_deg = math.degrees(yaw_rad)
            case {"type": "set_torque", "on": bool() as on, "ids": list() as axes} if codec.BODY in axes:
                if on and not self.loop.powered:
                    self.loop.hold_here()
                self.loop.powered = on
                self.state = "running"
            case _:
                return


def readdress(data: bytes) -> bytes:
    """There is one robot behind its websocket: a foreign message is of a kind that nobody expects."""
    return data.replace(b"joint_positions", b"other_positions").replace(b"set_body_yaw", b"set_ears")
