"""What became of a request. Each gets answers until one is final, and exactly one that is."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from simulator.onboard.message import message
from simulator.onboard.messages.mind import HoldReason
from simulator.onboard.messages.modes import Owner
from simulator.onboard.messages.requests import Asker, Scope


class AnswerKind(StrEnum):
    """How far a request has come."""

    TAKEN = "taken"
    CLAMPED = "clamped"  # taken, but less than was asked for
    QUEUED = "queued"  # waits, and goes on by itself
    REFUSED = "refused"
    SUPERSEDED = "superseded"  # a later request took its place
    PREEMPTED = "preempted"  # somebody else got the screen
    DONE = "done"  # as far as it could be; the code says how far


FINAL: Final = frozenset({AnswerKind.REFUSED, AnswerKind.SUPERSEDED, AnswerKind.PREEMPTED, AnswerKind.DONE})


class AnswerCode(StrEnum):
    """What an answer is about, for programs."""

    AS_ASKED = "as asked"
    ALREADY = "already so"
    OUT_OF_RANGE = "out of range"
    TOO_FAST = "too fast"
    TOO_LONG = "too long"
    WAITS_FOR_OWNER = "waits for owner"
    HELD = "held"
    FORBIDDEN_SCOPE = "forbidden scope"
    NOT_FOR_ASKER = "not for asker"
    SAME_ID = "same id"
    NOT_OWNER = "not owner"
    BAD_VALUE = "bad value"
    TOO_MANY = "too many"
    RANGE_NOT_SET = "range not set"
    DOES_NOT_FIT = "does not fit"
    NO_SUCH_CHOREOGRAPHY = "no such choreography"
    NO_SUCH_MODE = "no such mode"
    NO_SUCH_PERSON = "no such person"
    NEWER = "newer request"
    HIGHER_OWNER = "higher owner"
    MODE_ENDED = "mode ended"
    STOPPED = "stopped"
    BLOCKED = "blocked"
    TIME_OVER = "time over"
    RELEASED = "released"
    NO_RANGE_FOUND = "no range found"


@message
class Answer:
    """One answer; a field that its code has no use for is None or empty."""

    request_id: str
    client: str
    kind: AnswerKind
    code: AnswerCode
    will_yaw_deg: float | None = None  # where the screen will end; in a final answer, where it ended
    will_rate_dps: float | None = None  # how fast it will turn at most
    value: float | None = None  # what was asked for, where a limit cut or refused it
    threshold: float | None = None  # that limit
    unit: str = ""
    owner: Owner | None = None  # who has the screen
    hold: HoldReason | None = None  # why the screen does not turn
    needs: Scope | None = None  # what the client would have to be allowed
    asker: Asker | None = None  # for whom it speaks, where that is why
    by: str = ""  # the request that took its place or stopped it

    @property
    def final(self) -> bool:
        """Whether this is the last answer to its request."""
        return self.kind in FINAL

    @property
    def words(self) -> str:
        """In English, made from the fields."""
        return f"{self.kind.value}: {self._why()}{self._where()}"

    def _why(self) -> str:
        numbers = {"value": _number(self.value, self.unit), "threshold": _number(self.threshold, self.unit)}
        names = {"owner": self.owner, "hold": self.hold, "needs": self.needs, "asker": self.asker, "by": self.by}
        return WORDS[self.code].format(**numbers, **names)

    def _where(self) -> str:
        if self.will_yaw_deg is None:
            return ""
        ended = "ended" if self.final else "will end"
        return f"; the screen {ended} at {self.will_yaw_deg:.0f}°"


WORDS: dict[AnswerCode, str] = {
    AnswerCode.AS_ASKED: "as asked",
    AnswerCode.ALREADY: "it is so already",
    AnswerCode.OUT_OF_RANGE: "{value} were asked for, the range of motion ends at {threshold}",
    AnswerCode.TOO_FAST: "{value} were asked for, {threshold} are the most",
    AnswerCode.TOO_LONG: "{value} were asked for, {threshold} are the most",
    AnswerCode.WAITS_FOR_OWNER: "it waits, {owner} has the screen",
    AnswerCode.HELD: "it waits, the screen is held: {hold}",
    AnswerCode.FORBIDDEN_SCOPE: "the client would have to be allowed {needs}",
    AnswerCode.NOT_FOR_ASKER: "nobody may ask for this on behalf of {asker}",
    AnswerCode.SAME_ID: "a request of this id is still open",
    AnswerCode.NOT_OWNER: "{owner} has the screen",
    AnswerCode.BAD_VALUE: "a number is missing, not finite or outside its bounds",
    AnswerCode.TOO_MANY: "it came {value} after the one before, {threshold} are the least",
    AnswerCode.RANGE_NOT_SET: "the range of motion is not set",
    AnswerCode.DOES_NOT_FIT: "its way would go to {value}, the range of motion ends at {threshold}",
    AnswerCode.NO_SUCH_CHOREOGRAPHY: "there is no choreography of this name",
    AnswerCode.NO_SUCH_MODE: "this mode cannot be asked for",
    AnswerCode.NO_SUCH_PERSON: "there is no person of this number",
    AnswerCode.NEWER: "request {by} took its place",
    AnswerCode.HIGHER_OWNER: "{owner} took the screen",
    AnswerCode.MODE_ENDED: "{owner} has the screen now",
    AnswerCode.STOPPED: "request {by} stopped everything",
    AnswerCode.BLOCKED: "something is in the way ({hold})",
    AnswerCode.TIME_OVER: "its time is over",
    AnswerCode.RELEASED: "request {by} gave the screen back",
    AnswerCode.NO_RANGE_FOUND: "set-up has found no range",
}


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "nothing"
    return f"{value:.4g}{'' if unit.startswith('°') or not unit else ' '}{unit}"
