"""A household over weeks: who lives where, at which hours they call from where, guests, and furniture that is moved one day.

What happens between two visits is skipped in one step: nobody is there, nothing moves, and only the clock and the device's memory go on.
Each visit is a scene file of its own, so every command takes it. People react as customers do. A part of the homes is badly set up, as
homes are: that is what a device could learn from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from simulator.scene.homes.chance import Chance
from simulator.scene.homes.draft import Draft, NoRoomError
from simulator.scene.homes.geometry import Point
from simulator.scene.homes.hardness import Hardness
from simulator.scene.homes.home import device_of, flow, room_of
from simulator.scene.homes.people import NAMES, draw_person, pace_mps
from simulator.scene.homes.place import Place, draw_place
from simulator.scene.homes.seeds import HomeSeedError, purpose_of

SPOTS, MOST_PEOPLE, MOST_FLATS = 4, 3, 40
VISIT_S, CALL_S = 22.0, 1.0
FIRST_HOUR, LAST_HOUR = 6, 22
# Habits by part of the day: where people are in the morning tells little of the evening.
BLOCK_HOURS = 4
SECOND_QUESTION, SHOWS_A_GUEST, GUEST, MOVES_ON = 0.2, 0.1, 0.15, 0.4
# Settings that customers and fitters leave behind, and how often; the rest is as it ships.
BADLY_SET: tuple[tuple[float, dict[str, float]], ...] = (
    (0.12, {"motion.max_rate_dps": 15.0}),
    (0.12, {"patience.settle_s": 4.0, "patience.rest_after_move_s": 3.0}),
    (0.12, {"attention.min_sound_confidence": 0.98}),
    (0.12, {
        "zones.dead_half_width_deg": 34.0, "zones.dead_near_half_width_deg": 40.0, "zones.dead_far_half_width_deg": 30.0,
        "zones.holding_half_width_deg": 48.0, "zones.holding_near_half_width_deg": 50.0,
        "zones.holding_far_half_width_deg": 46.0,
    }),
    (0.08, {"attention.max_distance_m": 1.6}),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit to the screen, as a scene."""

    day: int
    minute: int  # of the day
    who: str
    text: str
    innocent: tuple[str, ...] = ()  # what looks like a complaint in the device's record and is none

    @property
    def hours(self) -> float:
        """Hours since the first midnight."""
        return 24.0 * self.day + self.minute / 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """One flat, who lives there, and their habits."""

    seed: int
    place: Place
    people: dict[str, dict[str, Any]]
    spots: tuple[Point, ...]
    later_spots: tuple[Point, ...]  # after the furniture was moved
    moved_day: int | None
    habits: dict[int, tuple[float, ...]] = field(default_factory=dict)  # by part of the day: shares of the spots
    settings: dict[str, float] = field(default_factory=dict)

    def spots_on(self, day: int) -> tuple[Point, ...]:
        """Where people use to be on a day."""
        return self.later_spots if self.moved_day is not None and day >= self.moved_day else self.spots

    def visits(self, *, first_day: int = 0, days: int = 7, a_day: int = 3) -> list[Visit]:
        """All visits of some days, in order of time."""
        found = [
            self._visit(day, number) for day in range(first_day, first_day + days) for number in range(a_day)
        ]  # fmt: skip
        return sorted(found, key=lambda visit: visit.hours)

    def _visit(self, day: int, number: int) -> Visit:
        chance = Chance(self.seed, f"visit {day} {number}")
        minute = int(chance.between(60 * FIRST_HOUR, 60 * LAST_HOUR))
        spots = self.spots_on(day)
        shares = self.habits[minute // 60 // BLOCK_HOURS]
        usual = {k: share for k, share in enumerate(shares) if share > 0.0}
        who = chance.one_of(list(self.people))
        start = chance.by_weight(usual)
        free = [k for k in range(SPOTS) if k != start]
        people = {who: {**self.people[who], "at": spots[start], "reacts": "customer"}}
        for other in self.people:
            if other != who and free:
                people[other] = {
                    **self.people[other],
                    "at": spots[free.pop()],
                    "faces": f"{chance.between(0, 359):.0f} °",
                }
        timeline: list[tuple[float, dict[str, Any]]] = [
            _does(CALL_S, who, "say wake word"),
            _does(CALL_S + 1.6, who, "say speech for 2 s"),
        ]
        innocent: list[str] = []
        if free and chance.yes(GUEST):
            people["guest"] = draw_person(chance, spots[free.pop()], others=people)
            timeline.append(_does(round(chance.between(4, 9), 2), "guest", "say speech for 2 s"))
        if free and chance.yes(MOVES_ON):
            way = {"to": spots[free[0]], "speed": f"{pace_mps(chance):g} m/s"}
            timeline += [_does(7.0, who, "walk", **way), _does(11.0, who, "turn to device")]
        if chance.yes(SECOND_QUESTION):
            timeline.append(_does(round(chance.between(9, 13), 2), who, "say wake word"))
            innocent.append("second question")
        if "guest" in people and chance.yes(SHOWS_A_GUEST / GUEST):
            to_deg = round(chance.between(*self.place.range_deg))
            timeline.append(_does(round(chance.between(10, 14), 2), "hand", f"turn screen to {to_deg} ° for 2 s"))
            innocent.append("shown to a guest")
        timeline.sort(key=lambda item: item[0])
        text = self._text(day, minute, people, [entry for _, entry in timeline])
        return Visit(day=day, minute=minute, who=who, text=text, innocent=tuple(innocent))

    def _text(self, day: int, minute: int, people: dict[str, dict[str, Any]], timeline: list[dict[str, Any]]) -> str:
        clock = f"{minute // 60:02d}:{minute % 60:02d}"
        lines = [
            f"# Household {self.seed}, day {day + 1}, {clock}. Made by `swivel household {self.seed}`.\n",
            f"scene: 1\nname: household-{self.seed:06d}-day-{day + 1}-{clock.replace(':', '')}\n",
            f"tags: [household]\nduration: {VISIT_S:g} s\n",
            f"room: {flow(room_of(self.place))}\ndevice: {flow(device_of(self.place))}\n",
        ]
        if self.settings:
            lines += ["tuning:\n", *(f"  {path}: {value:g}\n" for path, value in self.settings.items())]
        lines += ["people:\n", *(f"  {name}: {flow(one)}\n" for name, one in people.items())]
        lines += ["timeline:\n", *(f"  - {flow(one)}\n" for one in timeline)]
        return "".join(lines)


def household(seed: int, *, moved_day: int | None = None, badly_set: bool | None = None) -> Household:
    """Draw a household; with `badly_set` given, one that is badly set up, or one that is as it ships."""
    purpose_of(seed)
    hard = Hardness(dial=0.5)
    for attempt in range(MOST_FLATS):
        place = draw_place(Chance(seed, f"household {attempt}"), hard)
        chance = Chance(seed, f"habits {attempt}")
        try:
            spots, later = _spots(seed, hard, place, chance), _spots(seed, hard, place, chance)
        except NoRoomError:
            continue
        people: dict[str, dict[str, Any]] = {}
        for name in NAMES[: 1 + int(chance.between(0, MOST_PEOPLE - 1e-9))]:
            people[name] = draw_person(chance, spots[0], others=people)
        habits = {block: _habit(chance) for block in range(24 // BLOCK_HOURS)}
        return Household(
            seed=seed, place=place, people=people, spots=spots, later_spots=later, moved_day=moved_day, habits=habits,
            settings=_settings(Chance(seed, "settings"), badly_set),
        )  # fmt: skip
    raise HomeSeedError(f"seed {seed}: none of {MOST_FLATS} flats has room for {SPOTS} places")


def _spots(seed: int, hard: Hardness, place: Place, chance: Chance) -> tuple[Point, ...]:
    draft = Draft(seed=seed, hard=hard, place=place, chance=chance)
    return tuple(draft.in_reach() for _ in range(SPOTS))


def _habit(chance: Chance) -> tuple[float, ...]:
    """Shares of the spots: a Dirichlet of half a count each puts most of a day's part at one or two of four places (guess)."""
    # Half a squared normal is a gamma variable of shape one half.
    raw = [0.5 * chance.around(0.0, 1.0, low=-9.0, high=9.0) ** 2 for _ in range(SPOTS)]
    total = math.fsum(raw)
    return tuple(one / total for one in raw)


def _settings(chance: Chance, badly_set: bool | None) -> dict[str, float]:
    total = sum(share for share, _ in BADLY_SET)
    roll = chance.between(0.0, 1.0)
    if badly_set is not None:
        roll = roll * total if badly_set else 1.0
    for share, settings in BADLY_SET:
        if roll < share:
            return dict(settings)
        roll -= share
    return {}


def _does(time_s: float, who: str, does: str, **more: Any) -> tuple[float, dict[str, Any]]:
    return time_s, {"at": f"{time_s:g} s", "who": who, "does": does, **more}
