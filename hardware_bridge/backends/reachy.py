"""The body of a Reachy Mini, which turns its head and camera by 160 degrees both ways, through the robot's own daemon.

The daemon takes a place and goes there as fast as its servo can, and holds it for ever: there is no speed, no torque and no deadman in
what it understands. So every ramp is made here, a step a tick, each step a place that is near; whoever dies leaves the body where
its last step was. Without a torque bumps are not felt. The speed is capped as for the other devices without a deadman.
"""

from __future__ import annotations

import math
from collections import deque

from hardware_bridge.backends.motor_driver import Identity, MotorHealth, MotorReading, NoAnswer, Target
from hardware_bridge.backends.wired import LEAD_S
from hardware_bridge.codecs import reachy as codec
from hardware_bridge.ports import Capabilities, PortError
from hardware_bridge.wires.links import Link

FASTEST_DPS, BRISKEST_DPS2 = 60.0, 360.0
STOP_DPS2 = 1350.0
FURTHEST_DEG = 160.0
PATIENT_S = 2.5  # the daemon tells its status once a second
# Angles are pushed each 20 ms; on a busy computer its simulation pauses for longer. The leash holds whatever was not seen.
STALE_S = 0.150
LONGEST_STEP_S = 0.021
RATE_READINGS = 4


class ReachyDriver:
    """One body behind its daemon."""

    def __init__(self, link: Link, *, sign: int = 1, zero_deg: float = 0.0) -> None:
        self._link = link
        self._decoder = codec.ReachyDecoder()
        self._sign, self._zero_deg = sign, zero_deg
        self._powered = False
        self._readings: deque[tuple[float, float]] = deque(maxlen=RATE_READINGS)  # time and yaw
        self._daemon: codec.DaemonState | None = None
        self._step_deg = self._step_dps = 0.0  # the last step that was sent, and how fast the steps go
        self._stepped_s = 0.0
        self._braking = False
        self.reconnect()

    @property
    def capabilities(self) -> Capabilities:
        """What the body can do."""
        return Capabilities(
            name="Reachy Mini body",
            max_rate_dps=FASTEST_DPS,
            max_accel_dps2=BRISKEST_DPS2,
            yaw_step_deg=360.0 / 4096.0,
            has_current=False,
            has_torque_limit=False,
            has_profile=False,
            back_drivable=False,
            deadman="none",
        )

    @property
    def identity(self) -> Identity:
        """The robot, by the version of its daemon and the serial number of its sound card."""
        assert self._daemon is not None
        return Identity(
            kind="reachy", address=0, model="Mini", firmware=self._daemon.version, serial=self._daemon.serial
        )

    @property
    def health(self) -> MotorHealth:
        """The daemon says nothing of heat."""
        return MotorHealth()

    @property
    def stiffness_share(self) -> float:
        """It does not say."""
        return 1.0

    def now_s(self) -> float:
        """The clock of the wire."""
        return self._link.now_s()

    def reconnect(self) -> None:
        """Wait until the daemon has said how it is and where the body points; torque off."""
        self._link.reopen()
        self._decoder.reset()
        self._readings.clear()
        self._daemon, self._powered, self._braking = None, False, False
        self._link.write(codec.torque(on=False))
        until_s = self.now_s() + PATIENT_S
        while (daemon := self._told()) is None:
            if self.now_s() >= until_s:
                raise NoAnswer(f"no daemon of a Reachy Mini answers on {self._link.name}")
            self._link.wait(until_s)
        if daemon.state != "running":
            raise PortError(f"the daemon on {self._link.name} is not ready: {daemon.error or daemon.state}")

    def power(self, *, on: bool, here_deg: float) -> None:
        """Torque on with the goal where the body is, or torque off. Nothing answers: `measure` tells when the daemon gives up."""
        if on:
            self._braking, self._step_deg, self._step_dps = False, here_deg, 0.0
            self._link.write(codec.no_own_ideas() + self._place(here_deg))
        self._link.write(codec.torque(on=on))
        self._powered = on

    def measure(self) -> MotorReading:
        """The angle that was pushed last, and the slope of the last few."""
        self._take()
        if not self._readings or self.now_s() - self._readings[-1][0] > STALE_S:
            raise NoAnswer(f"the daemon on {self._link.name} tells no angle")
        fault = ""
        if self._daemon is not None and self._daemon.state != "running":
            fault = f"the daemon of the robot stopped: {self._daemon.error or self._daemon.state}"
        return MotorReading(
            yaw_deg=self._readings[-1][1], rate_dps=self._slope_dps(), torque_nm=0.0, powered=self._powered, fault=fault
        )

    def follow(self, target: Target) -> None:
        """A step towards the place, no longer than the speed allows. A target without torque leaves the body where it is."""
        self._braking = False
        if target.torque_limit_nm <= 0.0:
            self._step_deg, self._step_dps = target.yaw_deg, 0.0
            self._link.write(self._place(self._readings[-1][1]))
            return
        goal_deg = target.yaw_deg + target.rate_dps * LEAD_S
        reach_deg = max(target.speed_dps, abs(target.rate_dps)) * self._passed_s()
        step_deg = min(max(goal_deg - self._step_deg, -reach_deg), reach_deg)
        self._step_to(self._step_deg + step_deg, rate_dps=target.rate_dps)

    def brake(self, *, yaw_deg: float, rate_dps: float) -> None:
        """Begin to slow down from the last step."""
        self._braking, self._step_dps = True, rate_dps
        self.alive()

    def alive(self) -> None:
        """While it brakes, the next step of the ramp; else there is nothing to say."""
        if not self._braking:
            return
        passed_s = self._passed_s()
        slower_dps = max(0.0, abs(self._step_dps) - STOP_DPS2 * passed_s)
        rate_dps = math.copysign(slower_dps, self._step_dps)
        self._step_to(self._step_deg + 0.5 * (self._step_dps + rate_dps) * passed_s, rate_dps=rate_dps)
        self._braking = rate_dps != 0.0

    def close(self) -> None:
        """Give the wire back."""
        self._link.close()

    def _passed_s(self) -> float:
        now_s = self.now_s()
        passed_s, self._stepped_s = min(now_s - self._stepped_s, LONGEST_STEP_S), now_s
        return passed_s

    def _step_to(self, yaw_deg: float, *, rate_dps: float) -> None:
        self._step_deg, self._step_dps = yaw_deg, rate_dps
        self._link.write(self._place(yaw_deg))

    def _place(self, yaw_deg: float) -> bytes:
        return codec.turn_to(min(max(self._sign * (yaw_deg + self._zero_deg), -FURTHEST_DEG), FURTHEST_DEG))

    def _told(self) -> codec.DaemonState | None:
        """How the daemon is, once it has said that and where the body points."""
        self._take()
        return self._daemon if self._readings else None

    def _take(self) -> None:
        for message in self._decoder.feed(self._link.read()):
            if isinstance(message, codec.BodyYaw):
                self._readings.append((self.now_s(), self._sign * message.yaw_deg - self._zero_deg))
            else:
                self._daemon = message

    def _slope_dps(self) -> float:
        (first_s, first_deg), (last_s, last_deg) = self._readings[0], self._readings[-1]
        return (last_deg - first_deg) / (last_s - first_s) if last_s - first_s > 1e-3 else 0.0
