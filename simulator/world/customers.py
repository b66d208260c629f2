"""Customers who react: badly served, they push the screen back, call again, or give up, each with patience and temper of their own.

They judge by what they can see, the glass and their own eyes, never by what the device believes. They are part of the world: a run that
goes on from a checkpoint, or with other knobs, has them react to what they then see.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.onboard.angles import difference_deg
from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.state import Remembers
from simulator.world.chances import Chances
from simulator.world.people import Cast
from simulator.world.spec import DevicePlace, HandAction, PersonSpec, Say
from simulator.world.truth import PersonTruth
from simulator.world.truth_events import CallsAgain, GivesUp, PushesScreen, TruthEvent

# People look up ten times a second; nobody reacts faster.
LOOK_EVERY_TICKS = 10
# Text on a screen that is turned further aside is read with effort (its letters are 6 % narrower, and the glass mirrors the room); guess.
READS_WITHIN_DEG, READS_WITHIN_M = 20.0, 6.0
# People repeat what a device did not answer after 3 to 6 s; a few after 2, hardly anybody after more than 8.
PATIENCE_S, PATIENCE_SPREAD, PATIENCE_BOUNDS_S = 3.5, 0.3, (2.0, 8.0)
# A step and an arm: who is farther away does not come to push.
REACH_M = 1.3
PUSH_DPS, LEAST_PUSH_S = 40.0, 1.0
# So long after a call the screen is still theirs: who loses sight of it complains.
CARES_TICKS = 20 * TICKS_PER_S


@dataclass(slots=True)
class _Customer:
    """What one customer is like, and how they fare."""

    name: str
    patience_ticks: int
    temper: float  # how likely a hand is raised instead of the voice, within reach
    tries: int  # complaints about one call before they give up
    called_tick: int | None = None  # None: asked for nothing
    since_tick: int | None = None  # badly served since; None while they can see the screen
    complaints: int = 0
    calling: bool = False
    seen: bool = False  # the call was answered once
    own_voice: bool = False  # the call that is heard now is a repetition


class Customers(Remembers):
    """All people of a room who react."""

    FIXED = ("_device", "_chances")

    def __init__(self, people: tuple[PersonSpec, ...], device: DevicePlace, *, chances: Chances) -> None:
        self._device, self._chances = device, chances
        self._all = [_drawn(person, chances.of(person.name)) for person in people if person.reacts == "customer"]

    def step(
        self, tick: int, *, cast: Cast, yaw_deg: float, hand_busy: bool
    ) -> list[tuple[TruthEvent, Say | HandAction | None]]:
        """What customers do now, each with the reason as an event; mostly nothing."""
        if tick % LOOK_EVERY_TICKS:
            return []
        people = {person.name: person for person in cast.truth()}
        done = []
        for one in self._all:
            person = people.get(one.name)
            if person is None:
                one.called_tick = one.since_tick = None
                continue
            walking = cast.people[one.name].walk_to is not None
            did = self._look(one, person, tick=tick, yaw_deg=yaw_deg, busy=hand_busy or walking)
            if did is not None:
                done.append(did)
        return done

    def snapshot(self) -> dict[str, object]:
        """Everything that changes, with where every stream of chance stands."""
        return {**super().snapshot(), "chances": self._chances.snapshot()}

    def restore(self, state: dict[str, object]) -> None:
        """Go back to a snapshot."""
        chances = state["chances"]
        assert isinstance(chances, dict)
        self._chances.restore(chances)
        super().restore({name: value for name, value in state.items() if name != "chances"})

    def _look(
        self, one: _Customer, person: PersonTruth, *, tick: int, yaw_deg: float, busy: bool
    ) -> tuple[TruthEvent, Say | HandAction | None] | None:
        calling = person.says == "wake word"
        if calling and not one.calling:
            if not one.own_voice:
                one.complaints = 0
            one.called_tick, one.seen, one.since_tick, one.own_voice = tick, False, None, False
        one.calling = calling
        if one.called_tick is None or tick - one.called_tick > CARES_TICKS:
            one.called_tick = one.since_tick = None
            return None
        off_deg = abs(difference_deg(person.azimuth_deg, yaw_deg))
        if off_deg <= READS_WITHIN_DEG and person.distance_m <= READS_WITHIN_M:
            one.seen, one.since_tick = True, None
            return None
        if calling or busy:
            return None
        if one.since_tick is None:
            one.since_tick = tick
        if tick - one.since_tick < one.patience_ticks:
            return None
        return self._complain(one, person, off_deg=round(off_deg, 1))

    def _complain(
        self, one: _Customer, person: PersonTruth, *, off_deg: float
    ) -> tuple[TruthEvent, Say | HandAction | None]:
        one.complaints += 1
        one.since_tick = None
        if one.complaints > one.tries:
            one.called_tick = None
            return GivesUp(who=one.name, off_deg=off_deg), None
        angry = float(self._chances.of(one.name).random()) < one.temper
        arc = self._device.range
        if angry and person.distance_m <= REACH_M:
            to_deg = person.azimuth_deg if arc is None else min(max(person.azimuth_deg, arc.min_deg), arc.max_deg)
            for_s = round(max(LEAST_PUSH_S, off_deg / PUSH_DPS), 2)
            push = HandAction(at_s=0.0, gesture="turn", to_deg=round(to_deg, 1), for_s=for_s)
            return PushesScreen(who=one.name, off_deg=off_deg), push
        one.own_voice = True
        return CallsAgain(who=one.name, off_deg=off_deg), Say(at_s=0.0, who=one.name, what="wake word")


def customers_of(people: tuple[PersonSpec, ...], device: DevicePlace, *, chances: Chances) -> Customers | None:
    """Those who react; None where nobody does, so that such a room costs nothing."""
    return Customers(people, device, chances=chances) if any(one.reacts == "customer" for one in people) else None


def _drawn(person: PersonSpec, rng: np.random.Generator) -> _Customer:
    low_s, high_s = PATIENCE_BOUNDS_S
    patience_s = min(max(float(rng.lognormal(math.log(PATIENCE_S), PATIENCE_SPREAD)), low_s), high_s)
    temper, tries = float(rng.random()), int(rng.integers(1, 4))  # drawn in any case: what is given moves no other draw
    if person.patience_s is not None:
        patience_s = person.patience_s
    return _Customer(
        name=person.name,
        patience_ticks=round(patience_s * TICKS_PER_S),
        temper=temper if person.temper is None else person.temper,
        tries=tries,
    )
