"""What a driver of a device is: the little that differs from one kind of motor to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hardware_bridge.ports import Capabilities, PortError


class NoAnswer(PortError):
    """The device did not answer in time."""


class Refused(PortError):
    """The device answered, and said no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which device this is, so that what was measured on one is not used on another."""

    kind: str
    address: int
    model: str
    firmware: str
    serial: str

    @property
    def key(self) -> str:
        """One line that is the same only for the same device with the same program."""
        return "/".join((self.kind, self.model, self.firmware, self.serial, str(self.address)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MotorHealth:
    """How warm a device is, and what feeds it; None where it does not say."""

    celsius: float | None = None
    volt: float | None = None

    @property
    def sentence(self) -> str:
        """For people; empty when nothing is known."""
        parts = (
            None if self.celsius is None else f"{self.celsius:.0f} °C",
            None if self.volt is None else f"{self.volt:.1f} V",
        )
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class MotorReading:
    """What a driver read."""

    yaw_deg: float
    rate_dps: float
    torque_nm: float
    powered: bool
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the motor shall be at the end of this tick; without torque it is let go."""

    yaw_deg: float
    rate_dps: float
    speed_dps: float
    """The most that the device itself may run, on its way to the place."""
    torque_limit_nm: float


class MotorDriver(Protocol):
    """What differs from device to device.  Every call may raise NoAnswer, Refused or LinkLost."""

    @property
    def capabilities(self) -> Capabilities:
        """What the device can do."""

    @property
    def identity(self) -> Identity:
        """Which device it is."""

    @property
    def health(self) -> MotorHealth:
        """As last asked for, about twice a second."""

    @property
    def stiffness_share(self) -> float:
        """How stiff its position loop is set, as a share of how the maker ships it; 1 where it does not say."""

    def now_s(self) -> float:
        """The clock of the wire."""

    def reconnect(self) -> None:
        """Open the wire again and find the same device, torque off, faults cleared."""

    def power(self, *, on: bool, here_deg: float) -> None:
        """Switch the torque, and check that it happened; on means: hold here."""

    def measure(self) -> MotorReading:
        """Ask what the sensors say; answers within a few milliseconds or raises."""

    def follow(self, target: Target) -> None:
        """Pass on one target, and with it the proof that the planner lives."""

    def brake(self, *, yaw_deg: float, rate_dps: float) -> None:
        """Slow down with the stop deceleration and hold."""

    def alive(self) -> None:
        """Proof that the planner lives, without a new target."""

    def close(self) -> None:
        """Give the wire back."""
