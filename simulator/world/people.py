"""The people of a room: where they stand and walk, which way body and head face, and when they speak.

People here do what the scene tells them, with the pace of people: they speed up and slow down over a third of a second,
turn the head before the body, and open the mouth as loudly as they speak. Nothing in this file is left to chance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import azimuth_deg as _wrapped_sum_deg
from simulator.onboard.angles import difference_deg, wrap_deg
from simulator.onboard.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ, TICK_S
from simulator.onboard.state import attributes
from simulator.world.spec import DevicePlace, Enter, PersonSpec, Point, Posture, Say, Turn, Walk
from simulator.world.truth import PersonTruth
from simulator.world.truth_events import (
    Arrives,
    ChangesPosture,
    EntersOrLeaves,
    Says,
    StopsSpeaking,
    TruthEvent,
    Turns,
    Walks,
)

# At ease people reach walking pace in about a third of a second, and turn the body at half a turn a second, the head twice as fast.
WALK_ACCEL_MPS2 = 3.0
BODY_RATE_DPS = 180.0
HEAD_RATE_DPS = 300.0
STRIDE_M = 0.7
# Mouth above the floor by body, measured on the meshes of assets/people (a test holds the two together).
MOUTH_M: Mapping[str, float] = {
    "adult-1": 1.51, "adult-2": 1.64, "adult-3": 1.67, "adult-4": 1.51, "adult-5": 1.54, "adult-6": 1.37,
    "adult-7": 1.45, "adult-8": 1.48, "child-1": 1.23, "child-2": 1.07,
}  # fmt: skip
SITTING_SHARE = 0.72
ENVELOPE_WINDOW_S = 0.04
CLIP_DB = 60.0
NEVER_TICK = 10**9


ClipKind = Literal["wake_word", "speech"]


def mouth_height_m(look: str, *, posture: str) -> float:
    """Height of a mouth above the floor."""
    return MOUTH_M[look] * (SITTING_SHARE if posture == "sitting" else 1.0)


class ClipLibrary(Protocol):
    """Recorded voices: mono samples at 16 kHz with a level of 60 dB at 1 m (see sound/voices.py)."""

    def clip(self, voice: str, kind: ClipKind, *, index: int = 0) -> NDArray[np.float32]:
        """The samples of one clip; the index goes round and round."""


@dataclass(slots=True)
class Person:
    """One person's state."""

    spec: PersonSpec
    x_m: float
    y_m: float
    body_deg: float
    head_deg: float
    present: bool = True
    posture: Literal["standing", "sitting"] = "standing"
    walk_to: Point | None = None
    walk_speed_mps: float = 0.0
    speed_mps: float = 0.0
    walked_m: float = 0.0
    body_aim: str | float = "device"
    head_aim: str | float | None = None
    says: str = ""
    clip_kind: ClipKind = "speech"
    clip_index: int = -1
    clip_start_tick: int = 0
    clip_end_tick: int = 0
    speech_end_tick: int = 0

    @property
    def mouth_height_m(self) -> float:
        """Height of the mouth above the floor."""
        return mouth_height_m(self.spec.look, posture=self.posture)


@dataclass(slots=True)
class Cast:
    """All people of a room."""

    device: DevicePlace
    clips: ClipLibrary
    people: dict[str, Person] = field(default_factory=dict)
    events: list[TruthEvent] = field(default_factory=list)
    version: int = 0  # rises whenever anything about anybody changed
    _rests_at: int = field(default=-1, init=False)  # the version at which a step changed nothing
    _speech_tick: int = field(default=0, init=False)  # when the next clip of speech is over

    def add(self, spec: PersonSpec) -> None:
        """Put one person into the room."""
        person = Person(spec=spec, x_m=spec.at[0], y_m=spec.at[1], body_deg=0.0, head_deg=0.0, posture=spec.posture)
        person.body_aim = spec.faces
        self.people[spec.name] = person
        person.body_deg = person.head_deg = self._aim_deg(person, spec.faces)
        self.version += 1

    def begin(self, action: Say | Walk | Turn | Posture | Enter, *, tick: int) -> None:
        """Start what a person is told to do."""
        person = self.people[action.who]
        self.version += 1
        match action:
            case Say():
                self._begin_speech(person, action, tick=tick)
            case Walk():
                person.walk_to, person.walk_speed_mps = action.to, action.speed_mps
                person.posture = "standing"
                self.events.append(Walks(who=action.who))
            case Turn():
                if not action.head_only:
                    person.body_aim, person.head_aim = action.to, None
                else:
                    person.head_aim = action.to
                self.events.append(Turns(who=action.who))
            case Posture():
                person.posture = action.posture
                self.events.append(ChangesPosture(who=action.who, posture=action.posture))
            case Enter():
                person.present = action.do == "enter"
                self.events.append(EntersOrLeaves(who=action.who, enters=person.present))

    def place(self, name: str, *, at: Point) -> None:
        """Put a person elsewhere at once, as somebody who drags them in a window does."""
        person = self.people[name]
        person.x_m, person.y_m, person.walk_to, person.speed_mps = at[0], at[1], None, 0.0
        self.version += 1

    def step(self, tick: int) -> None:
        """Let one tick pass."""
        before = self.version
        if before == self._rests_at and tick + 1 < self._speech_tick:
            return  # a step that changed nothing changes nothing again
        for person in self.people.values():
            if person.walk_to is not None:
                self._walk(person)
                self.version += 1
            if self._turn(person):
                self.version += 1
            if person.says and tick + 1 >= person.speech_end_tick:
                self.events.append(StopsSpeaking(who=person.spec.name))
                person.says = ""
                self.version += 1
            elif person.says and tick + 1 >= person.clip_end_tick:
                self._next_clip(person, tick=tick + 1)
        if self.version == before:
            ends = [min(one.clip_end_tick, one.speech_end_tick) for one in self.people.values() if one.says]
            self._rests_at, self._speech_tick = before, min(ends, default=NEVER_TICK)

    def snapshot(self) -> Any:
        """Everything that changes."""
        people = {
            name: {slot: value for slot, value in attributes(person).items() if slot != "spec"}
            for name, person in self.people.items()
        }
        return people, list(self.events), self.version

    def restore(self, state: Any) -> None:
        """Go back to a snapshot."""
        people, events, self.version = state
        for name, slots in people.items():
            for slot, value in slots.items():
                setattr(self.people[name], slot, value)
        self.events[:] = events
        self._rests_at = -1

    def voice_block(self, name: str, *, tick: int) -> NDArray[np.float32] | None:
        """The samples a person utters in this tick; None while silent."""
        person = self.people[name]
        if not person.says or not person.present:
            return None
        clip = self._clip(person)
        start = (tick - person.clip_start_tick) * BLOCK_SAMPLES
        block = np.zeros(BLOCK_SAMPLES, np.float32)
        part = clip[start : start + BLOCK_SAMPLES]
        block[: len(part)] = part * np.float32(10.0 ** ((person.spec.loudness_db - CLIP_DB) / 20.0))
        return block

    def mouth_open(self, name: str, *, tick: int) -> float:
        """How far the mouth is open, 0 to 1, from the loudness of what is being said."""
        person = self.people[name]
        if not person.says:
            return 0.0
        clip = self._clip(person)
        middle = (tick - person.clip_start_tick) * BLOCK_SAMPLES
        half = int(ENVELOPE_WINDOW_S * SAMPLE_RATE_HZ / 2)
        part = clip[max(0, middle - half) : middle + half]
        loud = float(np.sqrt(np.mean(np.square(part)))) if len(part) else 0.0
        return min(1.0, loud / (float(np.abs(clip).max()) * 0.35 + 1e-9))

    def truth(self) -> tuple[PersonTruth, ...]:
        """Everybody as they really are."""
        return tuple(self._truth(person) for person in self.people.values() if person.present)

    def _begin_speech(self, person: Person, action: Say, *, tick: int) -> None:
        person.says, person.clip_kind = action.what, "wake_word" if action.what == "wake word" else "speech"
        self._next_clip(person, tick=tick)
        person.speech_end_tick = (
            person.clip_end_tick if action.for_s is None else tick + max(1, round(action.for_s / TICK_S))
        )
        self.events.append(Says(who=action.who, what=action.what))

    def _next_clip(self, person: Person, *, tick: int) -> None:
        person.clip_index += 1
        person.clip_start_tick = tick
        person.clip_end_tick = tick + math.ceil(len(self._clip(person)) / BLOCK_SAMPLES)

    def _clip(self, person: Person) -> NDArray[np.float32]:
        return self.clips.clip(person.spec.voice, person.clip_kind, index=person.clip_index)

    def _walk(self, person: Person) -> None:
        assert person.walk_to is not None
        dx_m, dy_m = person.walk_to[0] - person.x_m, person.walk_to[1] - person.y_m
        left_m = math.hypot(dx_m, dy_m)
        # The speed from which one can still stop in the way that is left.
        brake_mps = math.sqrt(2.0 * WALK_ACCEL_MPS2 * left_m)
        person.speed_mps = min(person.walk_speed_mps, brake_mps, person.speed_mps + WALK_ACCEL_MPS2 * TICK_S)
        step_m = max(person.speed_mps, 0.02) * TICK_S
        if left_m <= step_m:
            person.x_m, person.y_m = person.walk_to
            person.walk_to, person.speed_mps = None, 0.0
            self.events.append(Arrives(who=person.spec.name))
            return
        person.x_m += dx_m / left_m * step_m
        person.y_m += dy_m / left_m * step_m
        person.walked_m += step_m

    def _turn(self, person: Person) -> bool:
        if person.walk_to is not None and person.head_aim is None:
            body_aim_deg = math.degrees(math.atan2(person.walk_to[1] - person.y_m, person.walk_to[0] - person.x_m))
            head_aim_deg = body_aim_deg
        else:
            body_aim_deg = self._aim_deg(person, person.body_aim)
            head_aim_deg = self._aim_deg(person, person.body_aim if person.head_aim is None else person.head_aim)
        body_deg = _towards_deg(person.body_deg, body_aim_deg, rate_dps=BODY_RATE_DPS)
        head_deg = _towards_deg(person.head_deg, head_aim_deg, rate_dps=HEAD_RATE_DPS)
        changed = body_deg != person.body_deg or head_deg != person.head_deg
        person.body_deg, person.head_deg = body_deg, head_deg
        return changed

    def _aim_deg(self, person: Person, aim: str | float) -> float:
        if not isinstance(aim, str):
            return wrap_deg(aim)
        other = self.people.get(aim)
        x_m, y_m = (other.x_m, other.y_m) if other is not None else (self.device.x_m, self.device.y_m)
        if math.hypot(x_m - person.x_m, y_m - person.y_m) < 1e-6:
            return person.body_deg
        towards_deg = math.degrees(math.atan2(y_m - person.y_m, x_m - person.x_m))
        return wrap_deg(towards_deg + 180.0) if aim == "away" else towards_deg

    def _truth(self, person: Person) -> PersonTruth:
        dx_m, dy_m = person.x_m - self.device.x_m, person.y_m - self.device.y_m
        room_deg = math.degrees(math.atan2(dy_m, dx_m))
        return PersonTruth(
            name=person.spec.name,
            x_m=person.x_m,
            y_m=person.y_m,
            mouth_height_m=person.mouth_height_m,
            azimuth_deg=wrap_deg(room_deg - self.device.heading_deg),
            distance_m=math.hypot(dx_m, dy_m),
            body_deg=person.body_deg,
            head_deg=person.head_deg,
            facing_deg=abs(difference_deg(person.head_deg, room_deg + 180.0)),
            talking=bool(person.says),
            says=person.says,
            posture=person.posture,
        )


def _towards_deg(now_deg: float, aim_deg: float, *, rate_dps: float) -> float:
    left_deg = difference_deg(aim_deg, now_deg)
    step_deg = rate_dps * TICK_S
    if abs(left_deg) <= step_deg:
        return aim_deg
    return _wrapped_sum_deg(bearing_deg=math.copysign(step_deg, left_deg), yaw_deg=now_deg)
