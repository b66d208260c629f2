"""Motors by name: one string says which motor, on which wire, with which number.

emulated:dynamixel                     a whole servo in software (also feetech, cia402, refboard)
dynamixel:/dev/ttyUSB0?id=1            a servo on a serial bus; baud, sign and zero may follow
feetech:/dev/ttyUSB0?id=1&baud=1000000
refboard:/dev/ttyACM0
cia402:slcan:/dev/ttyACM0?node=5       a drive behind a serial CAN adapter; bitrate may follow
cia402:socketcan:can0?node=5           a drive on any bus that python-can knows
reachy:127.0.0.1:8000                  the body of a Reachy Mini, through its daemon
supervised:/run/user/1000/swivel.sock  a motor that a supervisor process drives
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import numpy as np

from hardware_bridge.backends.bus_servo import BusServoDriver
from hardware_bridge.backends.can_link import CanLink, PythonCanLink, SlcanLink
from hardware_bridge.backends.cia402 import Cia402Driver
from hardware_bridge.backends.dynamixel import DynamixelDriver
from hardware_bridge.backends.feetech import FeetechDriver
from hardware_bridge.backends.motor_driver import MotorDriver, MotorHealth
from hardware_bridge.backends.reachy import ReachyDriver
from hardware_bridge.backends.refboard import RefBoardDriver
from hardware_bridge.backends.wired import WHOLE_TRAVEL, WiredMotor
from hardware_bridge.codecs.reachy import PATH, PORT
from hardware_bridge.codecs.refproto import BAUD
from hardware_bridge.ports import Motor, PortError
from hardware_bridge.rigs import built_in
from hardware_bridge.rigs.emulated import KINDS, OnVirtualTime, emulate
from hardware_bridge.wires.links import ByteLog, Link, LoggedLink, SerialLink
from hardware_bridge.wires.websocket_link import WebSocketLink
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts

SCHEMES = ("emulated", "dynamixel", "feetech", "refboard", "cia402", "reachy", "supervised")
OPTIONS = {
    "emulated": {"seed", "yaw"},
    "dynamixel": {"id", "baud", "sign", "zero"},
    "feetech": {"id", "baud", "sign", "zero"},
    "refboard": {"baud"},
    "cia402": {"node", "bitrate", "baud", "sign", "zero"},
    "reachy": {"sign", "zero"},
    "supervised": set[str](),
}
SERVO_BAUD = 1_000_000
CAN_BITRATE = 500_000
# Lowest and highest of each option, and whether it is a whole number.
BOUNDS: dict[str, tuple[float, float, bool]] = {
    "id": (0, 252, True),
    "node": (1, 127, True),
    "baud": (1_200, 10_000_000, True),
    "bitrate": (10_000, 1_000_000, True),
    "sign": (-1, 1, True),
    "zero": (-360.0, 360.0, False),
    "yaw": (-360.0, 360.0, False),
    "seed": (0, 2**63 - 1, True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MotorUrl:
    """A motor's name, taken apart."""

    scheme: str
    place: str
    options: dict[str, str] = field(default_factory=dict)

    def number(self, name: str, default: float) -> float:
        """An option as a number."""
        text = self.options.get(name)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError:
            raise PortError(f"motor {self.scheme}:{self.place}: {name}={text} is not a number") from None
        low, high, whole = BOUNDS[name]
        if not low <= value <= high or (whole and value != int(value)):
            kind = "a whole number" if whole else "a number"
            raise PortError(f"motor {self.scheme}:{self.place}: {name}={text}: must be {kind} from {low:g} to {high:g}")
        return value

    @property
    def sign(self) -> int:
        """Which way is left."""
        return -1 if self.number("sign", 1.0) < 0.0 else 1


def parse_url(text: str) -> MotorUrl:
    """Take a motor's name apart; what does not exist is said at once."""
    head, _, query = text.partition("?")
    scheme, colon, place = head.partition(":")
    if scheme not in SCHEMES or not colon or not place:
        raise PortError(f"motor {text!r}: expected KIND:PLACE with KIND one of {', '.join(SCHEMES)}")
    options = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := sorted(set(options) - OPTIONS[scheme]):
        allowed = ", ".join(sorted(OPTIONS[scheme])) or "none"
        raise PortError(f"motor {text!r}: unknown option {unknown[0]!r}; allowed: {allowed}")
    if scheme == "emulated" and place not in KINDS:
        raise PortError(f"motor {text!r}: emulated are {', '.join(KINDS)}")
    url = MotorUrl(scheme=scheme, place=place, options=options)
    for name in options:
        url.number(name, 0.0)
    return url


def open_motor(
    text: str,
    *,
    facts: MotorFacts | None = None,
    rng: np.random.Generator | None = None,
    travel: RangeOfMotion = WHOLE_TRAVEL,
    log: ByteLog | None = None,
    yaw_deg: float = 0.0,
    as_built: bool = True,
) -> Motor:
    """The motor with this name, torque off.  Raises PortError in plain words when it is not there.

    `yaw_deg` is where an emulated one stands when its name does not say. A device that was shown how it sits in its base turns
    that way, and no farther than its cable reaches, unless it is not to be taken `as_built`.
    """
    url = parse_url(text)
    if url.scheme == "supervised":
        from hardware_bridge.supervisor.client import SupervisedMotor

        return SupervisedMotor(url.place)
    if url.scheme == "emulated":
        kind = next(known for known in KINDS if known == url.place)
        chance = rng or np.random.Generator(np.random.Philox(int(url.number("seed", 0.0))))
        return OnVirtualTime(
            emulate(
                kind,
                facts=facts or MotorFacts(),
                rng=chance,
                travel=travel,
                yaw_deg=url.number("yaw", yaw_deg),
                log=log,
            )
        )
    driver = _open_driver(url, travel=travel, log=log)
    try:
        return WiredMotor(driver, travel=_as_built(driver, url, travel) if as_built else travel)
    except PortError:
        driver.close()
        raise


def _as_built(driver: MotorDriver, url: MotorUrl, travel: RangeOfMotion) -> RangeOfMotion:
    """Turn the way that a person has shown, unless the name says how; returns how far."""
    folder = built_in.devices_folder()
    if (
        not isinstance(driver, BusServoDriver | Cia402Driver)
        or set(url.options) & {"sign", "zero"}
        or not folder.exists()
    ):
        return travel
    found = built_in.load(built_in.device_key(driver.identity, port=url.place), folder)
    if found is None:
        return travel
    driver.built_in(sign=found.sign, zero_deg=found.zero_deg)
    return built_in.narrowed(travel, to=found.travel)


def travel_of(motor: Motor, *, wanted: RangeOfMotion) -> RangeOfMotion:
    """How far a motor may turn: as wanted, and not beyond the end of its cable."""
    wired = wired_motor(motor)
    return wanted if wired is None else built_in.narrowed(wanted, to=wired.travel)


def wired_of(motor: Motor) -> WiredMotor:
    """The motor at the end of its wire; PortError for one that only its supervisor reaches."""
    wired = wired_motor(motor)
    if wired is None:
        raise PortError("not through a supervisor: name the motor itself")
    return wired


def identity_of(motor: Motor) -> str | None:
    """Which device this is, by kind, model, firmware and serial number; None for a motor behind a supervisor."""
    wired = wired_motor(motor)
    return None if wired is None else wired.identity.key


def health_of(motor: Motor) -> MotorHealth:
    """How warm a motor is; nothing for one behind a supervisor."""
    wired = wired_motor(motor)
    return MotorHealth() if wired is None else wired.health


def wired_motor(motor: Motor) -> WiredMotor | None:
    """The motor at the end of its wire; None for one behind a supervisor."""
    wired = motor.emulated.motor if isinstance(motor, OnVirtualTime) else motor
    return wired if isinstance(wired, WiredMotor) else None


def open_serial(path: str, *, baud: int, log: ByteLog | None = None) -> Link:
    """A serial port, logged when wanted."""
    link: Link = SerialLink(path, baud=baud)
    return LoggedLink(link, log=log) if log else link


def open_can(url: MotorUrl, *, log: ByteLog | None = None) -> CanLink:
    """The bus that a CiA 402 name speaks of."""
    interface, colon, channel = url.place.partition(":")
    if not colon:
        raise PortError(
            f"motor cia402:{url.place}: expected cia402:INTERFACE:CHANNEL, for example cia402:socketcan:can0"
        )
    bitrate = int(url.number("bitrate", CAN_BITRATE))
    if interface == "slcan":
        return SlcanLink(open_serial(channel, baud=int(url.number("baud", BAUD)), log=log), bitrate=bitrate)
    return PythonCanLink(interface=interface, channel=channel, bitrate=bitrate)


def _open_daemon(place: str, *, log: ByteLog | None) -> Link:
    """A robot's daemon at HOST:PORT; or, where the place is a path, its messages on a terminal, as an emulated one has."""
    if place.startswith("/"):
        return open_serial(place, baud=BAUD, log=log)
    host, _, port = place.partition(":")
    if not host or not (port or str(PORT)).isdigit():
        raise PortError(f"motor reachy:{place}: expected reachy:HOST:PORT, for example reachy:127.0.0.1:{PORT}")
    link: Link = WebSocketLink(f"ws://{host}:{port or PORT}{PATH}")
    return LoggedLink(link, log=log) if log else link


def _open_driver(url: MotorUrl, *, travel: RangeOfMotion, log: ByteLog | None) -> MotorDriver:
    zero_deg = url.number("zero", 0.0)
    if url.scheme == "cia402":
        node = int(url.number("node", 5))
        return Cia402Driver(open_can(url, log=log), node_id=node, travel=travel, sign=url.sign, zero_deg=zero_deg)
    if url.scheme == "refboard":
        link = open_serial(url.place, baud=int(url.number("baud", BAUD)), log=log)
        return RefBoardDriver(link, travel=travel)
    if url.scheme == "reachy":
        return ReachyDriver(_open_daemon(url.place, log=log), sign=url.sign, zero_deg=zero_deg)
    link = open_serial(url.place, baud=int(url.number("baud", SERVO_BAUD)), log=log)
    device_id = int(url.number("id", 1))
    if url.scheme == "dynamixel":
        return DynamixelDriver(link, device_id=device_id, sign=url.sign, zero_deg=zero_deg)
    return FeetechDriver(link, device_id=device_id, sign=url.sign, zero_deg=zero_deg)
