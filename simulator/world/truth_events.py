"""What can happen in a room, one small class each. Checks name them by scene/event_names.py; `words` are for people only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.onboard.messages import Shutter


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """A person begins to speak."""

    who: str
    what: Literal["wake word", "speech"]

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.who} says {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopsSpeaking:
    """A person has said what they had to say."""

    who: str

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.who} stops speaking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walks:
    """A person sets out."""

    who: str

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.who} walks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrives:
    """A person has walked where they wanted to."""

    who: str

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.who} arrives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """A person begins to turn body or head."""

    who: str

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.who} turns"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPosture:
    """A person sits down or stands up."""

    who: str
    posture: Literal["standing", "sitting"]

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.who} {'sits down' if self.posture == 'sitting' else 'stands up'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntersOrLeaves:
    """A person comes into the room or goes out of it."""

    who: str
    enters: bool

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.who} {'enters' if self.enters else 'leaves'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """A source of sound or a thing goes on or off."""

    what: str
    on: bool

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.what} goes {'on' if self.on else 'off'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IsMoved:
    """A thing or a person is put elsewhere at once."""

    what: str

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.what} is moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShutterMoved:
    """The camera's cover is opened or closed."""

    shutter: Shutter

    @property
    def words(self) -> str:
        """In English."""
        return f"shutter {self.shutter}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandComes:
    """A hand begins to do something to the screen."""

    gesture: str

    @property
    def words(self) -> str:
        """In English."""
        return f"hand {self.gesture}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LightChanged:
    """The room is lit otherwise."""

    light: str

    @property
    def words(self) -> str:
        """In English."""
        return f"light {self.light}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IsLost:
    """A sensor or the motor fails."""

    what: str

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.what} lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenTouches:
    """The turning screen hits a thing."""

    what: str

    @property
    def words(self) -> str:
        """In English."""
        return f"screen touches {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tipped:
    """A thing has fallen over."""

    what: str

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.what} tipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsAgain:
    """A customer who cannot see the screen calls once more."""

    who: str
    off_deg: float  # how far the screen points past them

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.who} calls again: the screen points {self.off_deg:.0f}° past"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushesScreen:
    """A customer who cannot see the screen turns it by hand."""

    who: str
    off_deg: float

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.who} pushes the screen: it points {self.off_deg:.0f}° past"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivesUp:
    """A customer has complained often enough and wants nothing more."""

    who: str
    off_deg: float

    @property
    def words(self) -> str:
        """In English."""
        return f"{self.who} gives up: the screen points {self.off_deg:.0f}° past"


TruthEvent = (
    Says
    | StopsSpeaking
    | Walks
    | Arrives
    | Turns
    | ChangesPosture
    | EntersOrLeaves
    | Switched
    | IsMoved
    | ShutterMoved
    | HandComes
    | LightChanged
    | IsLost
    | ScreenTouches
    | Tipped
    | CallsAgain
    | PushesScreen
    | GivesUp
)
