"""What a servo has in its permanent memory, what of it stands in the way of a screen, and what it should be instead.

Somebody may have used the servo before: a mode that takes speeds for times, a torque that comes on by itself, a limit that stops
every turn. The driver refuses what is grave; `swivel bridge setup` shows everything and mends it after asking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hardware_bridge.codecs import dynamixel_table as dxl
from hardware_bridge.codecs import feetech as sts
from hardware_bridge.codecs.registers import Register

FULL_SPEED_DPS = 180.0
SLOWEST_DPS = 10.0  # a screen that may not turn faster is of no use
WHOLE_TURN = 4095
Read = Callable[[Register], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One register, as it was found."""

    register: Register
    raw: int
    words: str  # what the number means
    wanted: int | None = None  # what it should be; None where it is right, or a matter of taste
    why: str = ""  # what goes wrong with it as it is
    grave: bool = False  # nothing may turn before it is mended

    @property
    def sentence(self) -> str:
        """For people."""
        problem = f": {self.why} (should be {self.wanted})" if self.wanted is not None else ""
        return f"{self.register.name} {self.raw} ({self.words}){problem}"


def dynamixel_settings(read: Read, *, senses_current: bool, most_current_raw: int) -> list[Setting]:
    """The registers of a Dynamixel that matter; `most_current_raw` is what its data sheet allows."""
    return [
        _plain(dxl.SERVO_ID, read, "number on the bus"),
        _plain(dxl.BAUD_RATE, read, f"{dxl.BAUDS.get(read(dxl.BAUD_RATE), 0)} baud"),
        _delay(dxl.RETURN_DELAY, read),
        _drive_mode(read(dxl.DRIVE_MODE)),
        _plain(dxl.OPERATING_MODE, read, "set at each start"),
        _offset(dxl.HOMING_OFFSET, read),
        _plain(dxl.TEMPERATURE_LIMIT, read, "°C"),
        _current_limit(read(dxl.CURRENT_LIMIT), senses_current=senses_current, most_raw=most_current_raw),
        _velocity_limit(read(dxl.VELOCITY_LIMIT)),
        *_travel(dxl.MIN_POSITION, dxl.MAX_POSITION, read, obeyed=not senses_current),
        _startup(read(dxl.STARTUP)),
        _shutdown(read(dxl.SHUTDOWN)),
        _plain(dxl.STATUS_RETURN_LEVEL, read, "answers everything; set at each start"),
    ]


def feetech_settings(read: Read) -> list[Setting]:
    """The registers of a Feetech STS that matter."""
    return [
        _plain(sts.SERVO_ID, read, "number on the bus"),
        _plain(sts.BAUD_RATE, read, f"{sts.BAUDS.get(read(sts.BAUD_RATE), 0)} baud"),
        _delay(sts.RETURN_DELAY, read),
        _mode(read(sts.OPERATING_MODE)),
        _offset(sts.POSITION_OFFSET, read),
        _plain(sts.MAX_TEMPERATURE, read, "°C"),
        _plain(sts.MAX_TORQUE, read, "thousandths of the stall torque"),
        *_travel(sts.MIN_ANGLE, sts.MAX_ANGLE, read, obeyed=True),
        _plain(sts.OVERLOAD_TORQUE, read, "hundredths of the stall torque count as overload"),
        _plain(sts.PROTECTION_TIME, read, "hundredths of a second of it trip"),
    ]


def _plain(register: Register, read: Read, words: str) -> Setting:
    return Setting(register=register, raw=read(register), words=words)


def _delay(register: Register, read: Read) -> Setting:
    raw = read(register)
    late_us = round(1e6 * raw * register.step)
    wanted, why = (0, "every answer comes late by so much") if raw else (None, "")
    return Setting(register=register, raw=raw, words=f"{late_us} µs", wanted=wanted, why=why)


def _drive_mode(raw: int) -> Setting:
    names = {dxl.REVERSE: "reverse", dxl.TIME_BASED: "time-based profile", dxl.TORQUE_ON_BY_GOAL: "torque on by goal"}
    words = ", ".join(name for bit, name in names.items() if raw & bit) or "normal"
    why = ""
    if raw & dxl.TIME_BASED:
        why = "it takes our speeds for milliseconds, so that slow turns become the fastest"
    elif raw & dxl.TORQUE_ON_BY_GOAL:
        why = "a goal alone switches its torque on"
    wanted = raw & dxl.REVERSE if why else None
    return Setting(register=dxl.DRIVE_MODE, raw=raw, words=words, wanted=wanted, why=why, grave=bool(why))


def _mode(raw: int) -> Setting:
    wrong = raw != sts.MODE_POSITION
    return Setting(
        register=sts.OPERATING_MODE,
        raw=raw,
        words="turns to places" if not wrong else "turns without end",
        wanted=sts.MODE_POSITION if wrong else None,
        why="a goal would be taken for a speed" if wrong else "",
        grave=wrong,
    )


def _offset(register: Register, read: Read) -> Setting:
    raw = read(register)
    wanted, why = (0, "all its angles are moved by so much") if raw else (None, "")
    return Setting(register=register, raw=raw, words=f"{raw * register.step:.1f}°", wanted=wanted, why=why)


def _current_limit(raw: int, *, senses_current: bool, most_raw: int) -> Setting:
    none = senses_current and raw == 0
    return Setting(
        register=dxl.CURRENT_LIMIT,
        raw=raw,
        words=f"of {most_raw}" if senses_current else "not used by this model",
        wanted=most_raw if none else None,
        why="it has no torque" if none else "",
        grave=none,
    )


def _velocity_limit(raw: int) -> Setting:
    at_most_dps = raw * dxl.RPM_STEP_DPS
    # The largest of our speeds, 180 °/s, is 131 steps; one maker's model leaves the factory with 128, which is near enough.
    slow = at_most_dps < 0.95 * FULL_SPEED_DPS
    return Setting(
        register=dxl.VELOCITY_LIMIT,
        raw=raw,
        words=f"{at_most_dps:.0f}°/s",
        wanted=round(FULL_SPEED_DPS / dxl.RPM_STEP_DPS) if slow else None,
        why="it turns no faster" if slow else "",
        grave=at_most_dps < SLOWEST_DPS,
    )


def _travel(low: Register, high: Register, read: Read, *, obeyed: bool) -> list[Setting]:
    """Two ends between which it turns, where its mode obeys them."""
    found = []
    for register, wanted in ((low, 0), (high, WHOLE_TURN)):
        raw = read(register)
        short = obeyed and raw != wanted
        found.append(
            Setting(
                register=register,
                raw=raw,
                words=f"{raw * register.step:.0f}°",
                wanted=wanted if short else None,
                why="it turns no farther" if short else "",
            )
        )
    return found


def _startup(raw: int) -> Setting:
    on = bool(raw & dxl.STARTS_WITH_TORQUE)
    return Setting(
        register=dxl.STARTUP,
        raw=raw,
        words="starts with torque" if on else "starts without torque",
        wanted=raw & ~dxl.STARTS_WITH_TORQUE if on else None,
        why="the screen would be held, or turn, as soon as it has power" if on else "",
        grave=on,
    )


def _shutdown(raw: int) -> Setting:
    lacks = raw & dxl.SHUTS_DOWN != dxl.SHUTS_DOWN
    return Setting(
        register=dxl.SHUTDOWN,
        raw=raw,
        words="switches off when hot or overloaded" if not lacks else "does not switch off when hot or overloaded",
        wanted=raw | dxl.SHUTS_DOWN if lacks else None,
        why="it would burn" if lacks else "",
    )
