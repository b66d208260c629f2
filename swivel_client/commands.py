"""Every command as a method, once for both displays; what a method returns is theirs to say.

Degrees, left positive; 0 is straight on.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

Sent = TypeVar("Sent")
Beats = Sequence[dict[str, float]]


class Commands(ABC, Generic[Sent]):
    """The commands of the motion API."""

    @abstractmethod
    def send(self, kind: str, **fields: Any) -> Sent:
        """Send a command by its name; fields that are None are left out."""

    def acquire(self, *, lease_ms: int = 5_000) -> Sent:
        """Keep the screen between turns."""
        return self.send("AcquireMotion", lease_ms=lease_ms)

    def release(self) -> Sent:
        """Give it back."""
        return self.send("ReleaseMotion")

    def turn_to(
        self,
        angle: float,
        *,
        relative: bool = False,
        max_speed: float | None = None,
        style: Literal["normal", "calm"] = "normal",
    ) -> Sent:
        """Turn to an angle, or by one."""
        return self.send("TurnTo", angle=angle, relative=relative, max_speed=max_speed, style=style)

    def turn_at(self, rate: float, *, ttl_ms: int = 500) -> Sent:
        """Turn at a speed for a moment."""
        return self.send("TurnAt", rate=rate, ttl_ms=ttl_ms)

    def center(self, *, max_speed: float | None = None) -> Sent:
        """Turn to the middle of the range."""
        return self.send("GoToCenter", max_speed=max_speed)

    def stop(self) -> Sent:
        """Stop at once, whoever asked for the motion."""
        return self.send("StopMotion")

    def turn_to_primary_user(self, *, max_speed: float | None = None) -> Sent:
        """Turn once to whoever matters most."""
        return self.send("TurnToPrimaryUser", max_speed=max_speed)

    def follow_primary_user(self) -> Sent:
        """Keep whoever matters most in view."""
        return self.send("FollowPrimaryUser")

    def select_person(self, person: int | None = None) -> Sent:
        """Frame one person in a call."""
        return self.send("SelectPerson", person=person)

    def attend(self, azimuth: float, *, max_speed: float | None = None) -> Sent:
        """Turn to a direction of the room."""
        return self.send("AttendLocation", azimuth=azimuth, max_speed=max_speed)

    def play(self, name: str, *, intensity: float = 1.0) -> Sent:
        """Play a choreography that the device knows."""
        return self.send("PlayNamedChoreo", name=name, intensity=intensity)

    def play_beats(self, beats: Beats) -> Sent:
        """Play turns of your own: offset, speed and dwellMs each."""
        return self.send("PlayChoreo", beats=list(beats))

    def play_file(self, path: str | Path) -> Sent:
        """Play a choreography from a JSON file with a list `beats`."""
        return self.play_beats(json.loads(Path(path).read_text())["beats"])

    def set_wake_word_response(
        self, response: Literal["turnToWakeWord", "followOnWakeWord", "doNotMoveOnWakeWord"]
    ) -> Sent:
        """Say what a wake word does."""
        return self.send("SetWakeWordResponse", wake_word_response=response)

    def set_mode(self, mode: Literal["idle", "follow", "recipe", "call", "away"]) -> Sent:
        """Be there for something else."""
        return self.send("SetMode", mode=mode)

    def set_framing_mode(self, mode: Literal["automatic", "center", "left", "right"]) -> Sent:
        """Say where a call puts people."""
        return self.send("SetFramingMode", framing_mode=mode)

    def set_region_of_interest(self, azimuth: float | None = None, *, width: float = 40.0) -> Sent:
        """Frame a fixed region in a call; without a direction, people again."""
        return self.send("SetRegionOfInterest", azimuth=azimuth, width=width)

    def start_setup(self, placement: Literal["wall", "corner", "free", "hand"] = "wall") -> Sent:
        """Find the range of motion; needs a token for setup."""
        return self.send("StartSetup", placement=placement)

    def set_range(self, minimum: float, maximum: float) -> Sent:
        """Set the range of motion; needs a token for setup."""
        return self.send("SetRangeOfMotion", min=minimum, max=maximum)

    def set_back_drive(self, back_drive: Literal["auto", "off", "free"]) -> Sent:
        """Say how the motor answers a hand; needs a token for setup."""
        return self.send("SetBackDrive", back_drive=back_drive)

    # --- a virtual room -------------------------------------------------------------------------------------------------

    def world_say(
        self, who: str, what: Literal["wake word", "speech"] = "wake word", *, for_ms: int | None = None
    ) -> Sent:
        """Let a person of a virtual room speak."""
        return self.send("World.Say", who=who, what=what, for_ms=for_ms)

    def world_walk(self, who: str, x: float, y: float, *, speed: float = 1.0) -> Sent:
        """Let a person walk."""
        return self.send("World.Walk", who=who, x=x, y=y, speed=speed)

    def world_turn(self, who: str, to: Literal["device", "away"] = "device") -> Sent:
        """Let a person turn."""
        return self.send("World.Turn", who=who, to=to)

    def world_move_shutter(self, *, closed: bool) -> Sent:
        """Move the camera's cover."""
        return self.send("World.MoveShutter", closed=closed)

    def world_push(self, to: float = 0.0, *, gesture: Literal["turn", "hold"] = "turn", for_ms: int = 1_000) -> Sent:
        """Let a hand turn the screen, or hold it."""
        return self.send("World.Push", gesture=gesture, to=to, for_ms=for_ms)
