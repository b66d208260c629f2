"""What the bridge's programs report while they work: sentences for people, or a line of JSON each with --json-lines.

Another program reads the JSON and never the sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
    | PortNotSearched
    | RegisterRead
    | RegisterWritten
    | ServoReady
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

PROGRAM_REPORTS: MessageSet[ProgramReport] = MessageSet(ProgramReport)


def as_json_line(report: ProgramReport) -> str:
    """For another program."""
    return PROGRAM_REPORTS.to_json(report).decode()
