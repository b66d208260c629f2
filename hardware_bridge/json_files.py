"""JSON files that people keep, edit and send to each other: each read into a typed model, bounded, with one line for what is wrong.

A file that is too large, nested too deeply, has another version, lacks an entry, has one too many or holds a number that is not
finite is a `PortError` with the path, the entry and the bound.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from hardware_bridge.ports import PortError

LARGEST_FILE_BYTES = 1 << 20  # the largest of ours, a profile, has two kilobytes


class FileModel(BaseModel):
    """What such a file holds: complete, finite, nothing else, and no number in quotes."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


M = TypeVar("M", bound=FileModel)


def read_json_file(path: Path, model: type[M], *, what: str, version_entry: str = "", version: int = 1) -> M:
    """The file as a model; `what` is what a person calls it. `version_entry` names the entry that must say `version`."""
    data = _bytes(path, what=what)
    try:
        plain = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise PortError(f"{what} {path} cannot be read: not JSON: {error}") from None
    if not isinstance(plain, dict):
        raise PortError(f"{what} {path} cannot be read: it is no set of named entries")
    if version_entry:
        found = plain.pop(version_entry, None)
        if found != version or isinstance(found, bool):
            raise PortError(f"{what} {path}: version {found!r:.40}, this program reads {version}")
    try:
        # Again as JSON: there a list may stand for a tuple, and nothing else is bent.
        return model.model_validate_json(orjson.dumps(plain))
    except ValidationError as error:
        raise PortError(f"{what} {path}{_first_fault(error)}") from None


def _bytes(path: Path, *, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE_BYTES + 1)
    except (OSError, ValueError) as error:  # a name with a zero in it is a ValueError
        raise PortError(f"{what} {path!s}: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > LARGEST_FILE_BYTES:
        raise PortError(f"{what} {path}: larger than {LARGEST_FILE_BYTES} bytes")
    return data


def _first_fault(error: ValidationError) -> str:
    fault = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
    place, value = ".".join(map(str, fault["loc"])), fault["input"]
    if fault["type"] == "extra_forbidden":
        return f": unknown entry {place!r:.60}"
    if fault["type"] == "missing":
        return f": {place!r} is missing"
    said = fault["msg"].removeprefix("Input ").removeprefix("Value error, ").replace("should be", "must be", 1)
    return f": {place + ' ' if place else ''}{_short(value) + ': ' if place else ''}{said[:1].lower()}{said[1:200]}"


def _short(value: object) -> str:
    """What stands in the file, as far as a line has room for it."""
    return f"{value!r:.40}" if isinstance(value, str | int | float | bool | None) else f"of type {type(value).__name__}"
