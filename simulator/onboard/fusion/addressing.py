"""Whom the device is for: who faces it, who talks to it, who called it, and who had its attention before.

Two people who talk to each other face each other: their speech is not for the device, and nobody is addressed. When one
of them turns to the device and speaks, the probability crosses the threshold within half a second.
"""

from __future__ import annotations

import math
from typing import Final

from simulator.onboard.fusion.person import Person
from simulator.onboard.fusion.rules import FusionRules
from simulator.onboard.messages import TICK_S

# A wake word stands for attention for about this long without anything else.
WAKE_WORTH, WAKE_LIFE_S = 0.45, 8.0
HISTORY_WORTH: Final = 0.08
# Somebody else must mean the device this much more to take over: two people do not make the screen swing.
TAKE_OVER: Final = 0.12
TALKS: Final = 0.5


def addressed(people: list[Person], rules: FusionRules, *, before_id: int | None, tick: int) -> int | None:
    """Update everybody's probability of meaning the device, and say who does."""
    best: Person | None = None
    before: Person | None = None
    for person in people:
        person.addressing = _addressing(person, rules, history=person.track_id == before_id, tick=tick)
        if person.addressing < rules.engaged_threshold:
            continue
        if person.track_id == before_id:
            before = person
        if best is None or person.addressing > best.addressing:
            best = person
    if best is None:
        return None
    if before is not None and best.addressing < before.addressing + TAKE_OVER:
        return before.track_id
    return best.track_id


def talker(people: list[Person]) -> int | None:
    """Who talks now, if anybody known does."""
    talking = [person for person in people if person.talking >= TALKS]
    return max(talking, key=lambda person: person.talking).track_id if talking else None


def _addressing(person: Person, rules: FusionRules, *, history: bool, tick: int) -> float:
    if person.seen and person.person < rules.min_person:
        return 0.0
    facing, talk = person.engagement, person.talking
    # Speech counts as far as the speaker faces the device; how much is the designer's preference.
    both = facing * talk
    score = rules.face_me * facing + (1.0 - rules.face_me) * both + 0.2 * both
    wake_age_s = (tick - person.wake_tick) * TICK_S
    if wake_age_s < 10.0 * WAKE_LIFE_S:
        score += WAKE_WORTH * math.exp(-wake_age_s / WAKE_LIFE_S)
    if history:
        score += HISTORY_WORTH
    return min(score, 1.0)
