"""What all messages of the API share: camelCase names, no unknown fields, finite numbers, and one list of codes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from simulator.onboard.messages import Scope

API = "1.0"

__all__ = ["API", "Angle", "ApiMessage", "Code", "Scope", "Speed"]


class ApiMessage(BaseModel):
    """Base of all messages."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, strict=True, alias_generator=to_camel, populate_by_name=True
    )


Angle = Annotated[
    float, Field(ge=-360, le=360, description="Degrees, left (counter-clockwise) positive, 0 is straight on.")
]
Speed = Annotated[float, Field(gt=0, le=180, description="Degrees per second; the device may turn more slowly.")]


class Code(StrEnum):
    """What an answer is about, for programs. Further codes may be added within version 1."""

    # Good ends and steps on the way.
    AS_ASKED = "as_asked"
    ALREADY = "already_so"
    RELEASED = "released"
    TIME_OVER = "time_over"
    WAITS_FOR_OWNER = "waits_for_owner"
    HELD = "held"
    # Less than was asked for.
    OUT_OF_RANGE = "out_of_range"
    TOO_FAST = "too_fast"
    TOO_LONG = "too_long"
    # Lost to somebody.
    NEWER = "newer_request"
    HIGHER_OWNER = "higher_owner"
    MODE_ENDED = "mode_ended"
    STOPPED = "stopped"
    CLIENT_GONE = "client_gone"
    # Refused, or ended early.
    BAD_MESSAGE = "bad_message"
    BAD_VALUE = "bad_value"
    FORBIDDEN_SCOPE = "forbidden_scope"
    NOT_FOR_ASKER = "not_for_asker"
    SAME_ID = "same_id"
    NOT_OWNER = "not_owner"
    TOO_MANY = "too_many"
    RANGE_NOT_SET = "range_not_set"
    DOES_NOT_FIT = "does_not_fit"
    NO_SUCH_CHOREO = "no_such_choreography"
    NO_SUCH_MODE = "no_such_mode"
    NO_SUCH_PERSON = "no_such_person"
    BLOCKED = "blocked"
    NO_RANGE_FOUND = "no_range_found"
    NOT_VIRTUAL = "not_virtual"
    DEVICE_LOST = "device_lost"
    NO_PICTURE = "no_picture"
    UNAUTHORIZED = "unauthorized"
    FOREIGN_ORIGIN = "foreign_origin"
    UNSUPPORTED_VERSION = "unsupported_version"
