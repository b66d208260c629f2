"""Reads the supervisor's log back, a typed entry at a time; a process that was killed leaves its last line unfinished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import orjson
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from hardware_bridge.json_messages import MessageError
from hardware_bridge.ports import Capabilities, PortError
from hardware_bridge.supervisor.messages import LONGEST_LINE, SAID, TOLD, Heartbeat, Input, Order, Report
from simulator.onboard.messages import MotorCommand

CHECKED = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)
LONGEST_ENTRY = 2 * LONGEST_LINE
Degrees = Annotated[float, Field(ge=-3600.0, le=3600.0)]


@checked_dataclass(frozen=True, kw_only=True, config=CHECKED)
class Start:
    """What the supervisor began with."""

    kind: Literal["start"]
    motor: str
    range: tuple[Degrees, Degrees]
    capabilities: Capabilities


@checked_dataclass(frozen=True, kw_only=True, config=CHECKED)
class Door:
    """What the guard let through to the motor."""

    kind: Literal["door"]
    command: MotorCommand


@checked_dataclass(frozen=True, kw_only=True, config=CHECKED)
class WireBytes:
    """One message on the wire."""

    kind: Literal["bytes"]
    t: float  # seconds, by the clock of the wire
    way: Literal[">", "<"]  # to the device, or from it
    hex: str


@checked_dataclass(frozen=True, kw_only=True, config=CHECKED)
class Defect:
    """An error in the supervisor itself."""

    kind: Literal["error"]
    tick: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an app asked for."""

    tick: int
    message: Input


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the supervisor answered."""

    tick: int
    message: Report


Entry = Start | Door | WireBytes | Defect | Said | Told
_PLAIN: dict[str, TypeAdapter[Start | Door | WireBytes | Defect]] = {
    "start": TypeAdapter(Start),
    "door": TypeAdapter(Door),
    "bytes": TypeAdapter(WireBytes),
    "error": TypeAdapter(Defect),
}


def entries(path: Path) -> Iterator[Entry]:
    """Every entry in order; raises PortError with the number of the line that is none."""
    number = 0
    try:
        with path.open("rb") as file:
            while line := file.readline(LONGEST_ENTRY + 1):
                number += 1
                if len(line) > LONGEST_ENTRY:
                    raise PortError(f"log {path}: line {number}: longer than {LONGEST_ENTRY} bytes")
                if not line.endswith(b"\n"):
                    return  # whoever wrote it was killed in the middle of it
                yield _entry(line)
    except OSError as error:
        raise PortError(f"log {path} cannot be read: {error.strerror or error}") from None
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, fault["loc"]))
        raise PortError(f"log {path}: line {number}: {place}: {fault['msg']:.200}") from None
    except ValueError as error:
        raise PortError(f"log {path}: line {number}: {error!s:.200}") from None


def _entry(line: bytes) -> Entry:
    plain = orjson.loads(line)
    kind = plain.get("kind") if isinstance(plain, dict) else None
    if isinstance(kind, str) and kind in _PLAIN:
        return _PLAIN[kind].validate_json(line)
    if kind not in ("input", "report"):
        raise MessageError(f"unknown entry {kind!r:.40}")
    tick = plain.get("tick")
    if not isinstance(tick, int) or isinstance(tick, bool) or not 0 <= tick < 2**53:
        raise MessageError(f"tick {tick!r:.40}: must be a whole number from 0")
    message = orjson.dumps(plain.get("message"))
    if kind == "input":
        said = SAID.from_json(message)
        if not isinstance(said, Heartbeat | Order):
            raise MessageError("input: neither a beat nor an order")
        return Said(tick=tick, message=said)
    told = TOLD.from_json(message)
    if not isinstance(told, Report):
        raise MessageError("report: is none")
    return Told(tick=tick, message=told)
