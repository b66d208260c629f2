"""What the bridge's programs report while they work: sentences for people, or a line of JSON each with --json-lines.

Another program reads the JSON and never the sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hardware_bridge.json_messages import MessageSet


@dataclass(frozen=True, slots=True, kw_only=True)
class MotorFound:
    """A motor answered a search."""

    name: str  # under which it is opened
    words: str  # what it says of itself

    @property
    def sentence(self) -> str:
        """For people."""
        return f"{self.name}  {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchProgress:
    """How far a search for motors is."""

    share: float  # 0 to 1
    words: str  # where and at which speed it looks now

    @property
    def sentence(self) -> str:
        """For people."""
        return f"{100 * self.share:3.0f} %  {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortNotSearched:
    """A port could not be searched; the search goes on with the next one."""

    place: str
    text: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"{self.place}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRead:
    """A setting of a servo, as it was found."""

    name: str
    raw: int
    words: str  # what the number means
    wanted: int | None  # what it should be; None where nothing is wrong
    why: str  # what goes wrong with it
    grave: bool  # nothing may turn before it is mended

    @property
    def sentence(self) -> str:
        """For people."""
        wrong = "" if self.wanted is None else f"   <- {self.why}; should be {self.wanted}"
        return f"{self.name:<24}{self.raw:>8}  {self.words}{wrong}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterWritten:
    """A setting of a servo was changed, and read back."""

    name: str
    was: int
    now: int

    @property
    def sentence(self) -> str:
        """For people."""
        return f"wrote {self.name}: {self.was} -> {self.now}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServoReady:
    """What there was to do with a servo is done."""

    name: str  # under which it is opened from now on
    health: str
    left: str  # settings that were left as they are, in words

    @property
    def sentence(self) -> str:
        """For people."""
        left = f"; left as it is: {self.left}" if self.left else ""
        return f"open it as {self.name}  ({self.health}){left}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked:
    """The program waits for a line: what a person types, or what the button means that is pressed instead."""

    text: str
    wants: Literal["yes or no", "place"]  # "y" or "n"; or degrees to the left, and an empty line when it stands there

    @property
    def sentence(self) -> str:
        """For people."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Something that a person should know on the way."""

    text: str

    @property
    def sentence(self) -> str:
        """For people."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltInSaved:
    """How a device sits in its base is written down."""

    device: str
    sign: Literal[-1, 1]
    zero_deg: float
    left_end_deg: float
    right_end_deg: float
    path: Path

    @property
    def sentence(self) -> str:
        """For people."""
        way = "left is positive" if self.sign > 0 else "left is negative in the device, so its sign is turned round"
        return (
            f"{way}; front at {self.zero_deg:g}°; turns from {self.right_end_deg:g}° to {self.left_end_deg:g}°; "
            f"saved {self.path}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatorListening:
    """An emulated motor waits behind a port."""

    kind: str
    name: str  # under which it is opened

    @property
    def sentence(self) -> str:
        """For people."""
        return f"an emulated {self.kind} listens; open it as {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorListening:
    """The supervisor has its motor, and its socket is open."""

    motor: str
    socket: Path

    @property
    def sentence(self) -> str:
        """For people."""
        return f"supervising {self.motor}; the app connects with supervised:{self.socket}; interrupt to end"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchProgress:
    """How far a match is."""

    share: float  # 0 to 1
    words: str  # what is measured now

    @property
    def sentence(self) -> str:
        """For people."""
        return f"{100 * self.share:3.0f} %  {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterFitted:
    """One number of the virtual motor, with its standard error."""

    name: str
    value: float
    error: float
    known: bool = True  # false where the programme cannot tell it behind this wire

    @property
    def sentence(self) -> str:
        """For people."""
        if not self.known:
            return f"{self.name:<18} not identifiable behind this wire; {self.value:.5g} is assumed"
        return f"{self.name:<18} {self.value:.5g} ± {self.error:.2g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MotorMatched:
    """How well the fitted motor follows the real one, in the programme and in the check that it was not fitted to."""

    fit_rms_deg: float
    held_out_rms_deg: float

    @property
    def sentence(self) -> str:
        """For people."""
        return f"follows within {self.fit_rms_deg:.2f}°, predicts the check within {self.held_out_rms_deg:.2f}° (rms)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSaved:
    """The profile of a match is written."""

    path: Path

    @property
    def sentence(self) -> str:
        """For people."""
        return f"saved {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramEnded:
    """It ended because it was asked to."""

    text: str

    @property
    def sentence(self) -> str:
        """For people."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramFailed:
    """It cannot do what was asked."""

    text: str

    @property
    def sentence(self) -> str:
        """For people."""
        return self.text


ProgramReport = (
    MotorFound
    | SearchProgress
    | PortNotSearched
    | RegisterRead
    | RegisterWritten
    | ServoReady
    | QuestionAsked
    | Noted
    | BuiltInSaved
    | EmulatorListening
    | SupervisorListening
    | MatchProgress
    | ParameterFitted
    | MotorMatched
    | ProfileSaved
    | ProgramEnded
    | ProgramFailed
)
Tell = Callable[[ProgramReport], object]
Ask = Callable[[QuestionAsked], str]
"""Puts a question to a person; PortError where nobody can answer."""


def says_yes(ask: Ask, question: str) -> bool:
    """Put a question that only yes answers with yes."""
    return ask(QuestionAsked(text=question, wants="yes or no")).strip().lower().startswith("y")


PROGRAM_REPORTS: MessageSet[ProgramReport] = MessageSet(ProgramReport)


def as_json_line(report: ProgramReport) -> str:
    """For another program."""
    return PROGRAM_REPORTS.to_json(report).decode()
