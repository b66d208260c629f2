"""A command as it comes: bytes from anybody. Its id is read first, so that also the refusal of a bad one carries it."""

from __future__ import annotations

import json

import orjson
from pydantic import ValidationError

from simulator.server.answering import NotDone, refusal
from simulator.server.messages import Code, Refused

LONGEST_BYTES = 16_384  # of one command: 64 beats take 5,000


def read_head(text: str | bytes) -> tuple[str | None, str | None]:
    """Id and type of what may be a command, so that also the refusal of a bad one carries its id; raises NotDone."""
    if len(text) > LONGEST_BYTES:
        raise NotDone(refusal(
            None, Code.BAD_MESSAGE, f"A command has at most {LONGEST_BYTES} bytes.",
            value=float(len(text)), threshold=float(LONGEST_BYTES), unit="bytes",
        ))  # fmt: skip
    try:
        plain = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotDone(refusal(_loose_id(text), Code.BAD_MESSAGE, f"This is not JSON: {error}.")) from None
    if not isinstance(plain, dict):
        return None, None
    kind = plain.get("type")
    return _short(plain.get("id")), kind if isinstance(kind, str) else None


def _loose_id(text: str | bytes) -> str | None:
    """The id of almost JSON, as one with NaN in it, which JSON does not know but many programs write."""
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _short(plain.get("id")) if isinstance(plain, dict) else None


def _short(found: object) -> str | None:
    return found[:64] if isinstance(found, str) else None


def bad_message(command_id: str | None, error: ValidationError) -> Refused:
    """Which field is wrong, and why."""
    fault = error.errors(include_url=False, include_context=False)[0]
    place = [str(part) for part in fault["loc"][1:]]  # the first is the name of the command
    field = ".".join(place)
    value = fault.get("input")
    number = (
        float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300 else None
    )
    sentence = f"{field + ': ' if field else ''}{fault['msg']}."
    return refusal(command_id, Code.BAD_MESSAGE, sentence, value=number, field=field)
