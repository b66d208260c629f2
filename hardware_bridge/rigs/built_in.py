"""How a device sits in its base: which way is left, where the front is, where its cable ends. Kept in a file for each device."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal, Self

import orjson
from pydantic import Field, model_validator

from hardware_bridge.backends.motor_driver import Identity
from hardware_bridge.json_files import FileModel, read_json_file
from simulator.onboard.angles import RangeOfMotion

VERSION = 1
LEAST_TRAVEL_DEG = 20.0
FURTHEST_DEG = 170.0


class BuiltIn(FileModel):
    """What a person has shown."""

    device: str = Field(max_length=300)
    sign: Literal[-1, 1]
    zero_deg: float = Field(ge=-360.0, le=360.0)
    left_end_deg: float = Field(le=FURTHEST_DEG)
    right_end_deg: float = Field(ge=-FURTHEST_DEG)

    @model_validator(mode="after")
    def _turns(self) -> Self:
        if self.left_end_deg - self.right_end_deg < LEAST_TRAVEL_DEG:
            raise ValueError(
                f"from {self.right_end_deg:.1f}° to {self.left_end_deg:.1f}°: the left end must be at least "
                f"{LEAST_TRAVEL_DEG:g}° to the left of the right one"
            )
        return self

    @property
    def travel(self) -> RangeOfMotion:
        """As far as the cable reaches."""
        return RangeOfMotion(min_deg=self.right_end_deg, max_deg=self.left_end_deg)


def device_key(identity: Identity, *, port: str) -> str:
    """Which device this is, whatever program it runs; servos have no serial number, but the adapter that they hang on has."""
    serial = identity.serial or _adapter_serial(port)
    return "/".join((identity.kind, identity.model, serial, str(identity.address)))


def devices_folder() -> Path:
    """Where the files lie."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "swivel" / "devices"


def save(built: BuiltIn, folder: Path) -> Path:
    """Write the file of a device."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(built.device, folder)
    path.write_bytes(orjson.dumps({"built_in": VERSION, **built.model_dump()}, option=orjson.OPT_INDENT_2))
    return path


def load(device: str, folder: Path) -> BuiltIn | None:
    """What was shown of a device; None for one that nobody has set up. Raises PortError for a damaged file."""
    path = _path(device, folder)
    if not path.exists():
        return None
    return read_json_file(path, BuiltIn, what="device file", version_entry="built_in", version=VERSION)


def narrowed(travel: RangeOfMotion, *, to: RangeOfMotion) -> RangeOfMotion:
    """The part of a travel that lies in another one; the other one where they have none in common."""
    low_deg, high_deg = max(travel.min_deg, to.min_deg), min(travel.max_deg, to.max_deg)
    return RangeOfMotion(min_deg=low_deg, max_deg=high_deg) if low_deg < high_deg else to


def _path(device: str, folder: Path) -> Path:
    return folder / f"{re.sub(r'[^A-Za-z0-9.-]+', '_', device)}.json"


def _adapter_serial(port: str) -> str:
    from serial.tools import list_ports

    real = os.path.realpath(port)
    return next((one.serial_number or "" for one in list_ports.comports() if os.path.realpath(one.device) == real), "")
