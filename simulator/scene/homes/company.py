"""Stories of several people: two who call at once, one who calls amid talk, a chat, somebody who passes by, somebody who takes over."""

from __future__ import annotations

import math

from simulator.scene.homes.calls import person_at
from simulator.scene.homes.draft import Draft, NoRoomError
from simulator.scene.homes.geometry import Point
from simulator.scene.homes.noises import put_noise
from simulator.scene.homes.place import TRIES
from simulator.scene.homes.promises import faced, in_view, no_empty_turn, still

# Two voices that one device cannot tell by their strength, and directions that are very different.
ALIKE_DB, APART_DEG = 1.5, 70.0


def two_at_once(draft: Draft) -> None:
    """Two people call in the same moment from very different directions: it stays; whoever calls again alone is faced."""
    first, second = _apart(draft, APART_DEG)
    anna, ben = person_at(draft, first), person_at(draft, second)
    level_db = draft.voice_db(anna) + draft.chance.between(-ALIKE_DB, ALIKE_DB)
    at_1m_db = level_db + 20.0 * math.log10(draft.place.distance_m(second))
    draft.people[ben]["loudness"] = f"{at_1m_db:.1f} dB"
    draft.quiet = draft.hard.dial < 1.5
    draft.claim = "Two people call at once from very different directions: the screen stays until one calls alone."
    draft.at(2.0, anna, "say wake word")
    draft.at(round(2.0 + draft.chance.between(0.0, 0.12), 2), ben, "say wake word")
    still(draft, from_s=0.5, for_s=5.3)
    draft.at(6.0, anna, "say wake word")
    draft.duration_s = math.ceil(faced(draft, anna, first, call_s=6.0) + 1.5)


def amid_talk(draft: Draft) -> None:
    """Two people talk to each other while a third calls: the screen never turns to those who only talk."""
    first, second = _apart(draft, 50.0)
    anna = person_at(draft, first)
    ben = person_at(draft, second, faces="away")
    quieter_db = draft.chance.between(draft.hard.of(14.0, 8.0, 3.0), 16.0)
    at_1m_db = draft.voice_db(anna) - quieter_db + 20.0 * math.log10(draft.place.distance_m(second))
    draft.people[ben]["loudness"] = f"{min(max(at_1m_db, 42.0), 68.0):.1f} dB"
    draft.quiet = True
    draft.claim = f"Somebody calls while another person, {quieter_db:.0f} dB softer, talks on the other side."
    draft.at(1.0, ben, "talk for 7 s")
    draft.at(3.0, anna, "say wake word")
    draft.must(id="no-talker", never=f"target is {ben}")
    draft.duration_s = math.ceil(faced(draft, anna, first, call_s=3.0) + 2.0)
    no_empty_turn(draft)


def chat(draft: Draft) -> None:
    """Two people talk to each other and not to the device."""
    first, second = _apart(draft, 25.0)
    draft.people.clear()
    anna = person_at(draft, first, faces="ben")
    ben = person_at(draft, second, faces="anna")
    draft.claim = "Two people talk to each other and not to the device: the screen stays."
    for k, who in enumerate((anna, ben, anna)):
        draft.at(1.0 + 3.5 * k, who, "talk for 3 s")
    draft.duration_s = 12.0
    still(draft)


def television_talks(draft: Draft) -> None:
    """A television or music plays while somebody is busy elsewhere."""
    at = draft.spot(low_deg=-170.0, high_deg=170.0, near_m=1.0)
    who = person_at(draft, at, faces="away")
    kind = draft.chance.one_of(("television", "television", "music", "kitchen"))
    if put_noise(draft, draft.chance, kind) is None:
        raise NoRoomError(f"no place for {kind}")
    draft.claim = (
        f"A {kind if kind != 'kitchen' else 'kitchen noise'} plays and {who.title()} is busy: the screen stays."
    )
    draft.duration_s = 12.0
    still(draft)


def passer_by(draft: Draft) -> None:
    """Somebody walks past while another is served."""
    first, second = _apart(draft, 35.0)
    anna = person_at(draft, first)
    ben = person_at(draft, second, faces="away")
    draft.claim = "Somebody walks past while another is served: the screen stays with the one who called."
    draft.at(1.5, anna, "say wake word")
    done_s = faced(draft, anna, first, call_s=1.5)
    past = draft.spot(low_deg=-175.0, high_deg=175.0, near_m=0.9)
    draft.keep_free(second, past)
    draft.at(round(done_s + 1.0, 1), ben, "walk", to=past, speed=f"{draft.chance.between(0.7, 1.2):.2f} m/s")
    in_view(draft, anna, from_s=done_s)
    draft.must(id="no-passer-by", never=f"target is {ben}")
    draft.duration_s = math.ceil(done_s + 6.0)


def takes_over(draft: Draft) -> None:
    """Another person calls after the first was served."""
    first, second = _apart(draft, 30.0)
    anna, ben = person_at(draft, first), person_at(draft, second)
    draft.claim = "A second person calls and takes over."
    draft.at(1.5, anna, "say wake word")
    done_s = faced(draft, anna, first, call_s=1.5)
    call_s = math.ceil(done_s + 1.5)
    draft.at(call_s, ben, "say wake word")
    end_s = faced(draft, ben, second, call_s=call_s, from_deg=draft.place.azimuth_deg(first))
    draft.duration_s = math.ceil(end_s + 1.5)
    no_empty_turn(draft)


def _apart(draft: Draft, least_deg: float) -> tuple[Point, Point]:
    """Two free places in reach, so far apart as the device sees them; raises NoRoomError."""
    for _ in range(TRIES):
        ways = len(draft.ways)
        first = draft.in_reach(margin_deg=4.0)
        second = draft.in_reach(margin_deg=4.0)
        if draft.apart_deg(first, second) >= least_deg:
            return first, second
        del draft.ways[ways:]
    raise NoRoomError(f"no two places {least_deg:.0f}° apart")
