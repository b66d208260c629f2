"""Stories of what the device is used for: recipes, calls, an empty home, a hand on the screen, something in the way of the turn."""

from __future__ import annotations

import math

from simulator.scene.homes.calls import _a_walk_from, person_at
from simulator.scene.homes.draft import Draft
from simulator.scene.homes.geometry import to_segment_m
from simulator.scene.homes.promises import in_view, still

# Patrols turn at 15 °/s in steps of 45° with two seconds at each place.
COOK_DPS = 30.0
PATROL_DPS, PATROL_STEP_DEG, PATROL_DWELL_S = 15.0, 45.0, 2.0


def recipe(draft: Draft) -> None:
    """A cook walks between two places and never looks up."""
    start = draft.spot(low_deg=-35.0, high_deg=35.0, near_m=0.8, far_m=2.4)
    end = _a_walk_from(draft, start)
    who = person_at(draft, start)
    # In a recipe the holding zone reaches nearly to the edge of the picture, so who cooks is followed at a stroll.
    passes_m = to_segment_m(draft.place.at, start, end)
    pace = round(min(draft.chance.between(0.4, 0.8), math.radians(COOK_DPS) * passes_m), 2)
    draft.claim = f"{who.title()} cooks in two places and stays in view."
    draft.at(1.0, "app", "set mode recipe")
    draft.at(4.0, who, "walk", to=end, speed=f"{pace:g} m/s")
    back_s = math.ceil(4.0 + math.dist(start, end) / pace + 4.0)
    draft.at(back_s, who, "walk", to=start, speed=f"{pace:g} m/s")
    in_view(draft, who, from_s=3.0)
    draft.duration_s = math.ceil(back_s + math.dist(start, end) / pace + 3.0)


def video_call(draft: Draft) -> None:
    """One person, or two side by side, are framed and the picture stays calm."""
    first = draft.spot(low_deg=-35.0, high_deg=35.0, near_m=0.9, far_m=2.6)
    anna = person_at(draft, first)
    draft.at(1.0, "call", "set mode call")
    in_view(draft, anna, from_s=1.0)
    draft.claim = "In a video call everybody is framed and the picture stays calm."
    if draft.chance.yes(0.4):
        azimuth_deg = draft.place.azimuth_deg(first)
        second = draft.spot(low_deg=azimuth_deg - 40.0, high_deg=azimuth_deg + 40.0, near_m=0.9, far_m=2.6)
        ben = person_at(draft, second)
        in_view(draft, ben, from_s=6.0)
        draft.at(3.0, ben, "talk for 3 s")
    draft.at(6.5, anna, "talk for 4 s")
    draft.must(**{"at most": "2 reversals"}, id="calm")
    draft.duration_s = 12.0


def empty_home(draft: Draft) -> None:
    """An empty home is watched all over, and nothing that stands there raises an alarm."""
    low_deg, high_deg = draft.place.range_deg
    draft.claim = "An empty home is watched all over without an alarm."
    draft.at(1.0, "away", "set mode away")
    round_s = _round_s(draft)
    draft.duration_s = math.ceil(round_s + 6.0)
    for end, condition in (("left", f"yaw > {high_deg - 15:g} °"), ("right", f"yaw < {low_deg + 15:g} °")):
        draft.must(id=f"watches-{end}", after="1 s", within=f"{round_s:.0f} s", then=condition)
    draft.must(id="no-alarm", **{"at most": "0 alerts"})


def somebody_comes(draft: Draft) -> None:
    """Somebody comes into an empty home: one alert, soon."""
    at = draft.in_reach(far_m=3.2)
    who = person_at(draft, at)
    draft.claim = "Somebody comes into an empty home: an alert is sent once."
    draft.at(0.0, who, "leave")
    draft.at(1.0, "away", "set mode away")
    enters_s = round(draft.chance.between(5.0, 20.0), 1)
    draft.at(enters_s, who, "enter")
    # At the latest the next round finds them: the pause between two rounds, and the round.
    within_s = math.ceil(30.0 + _round_s(draft))
    draft.must(id="alerts", after=f"{who} enters", within=f"{within_s} s", then="alert")
    # The same presence is reported again after a minute.
    draft.must(id="alerts-once", **{"at most": "1 alert", "per": "55 s"})
    draft.duration_s = math.ceil(enters_s + within_s + 1.0)


def _round_s(draft: Draft) -> float:
    """One look around from the middle to both ends, with rests; and the way back."""
    low_deg, high_deg = draft.place.range_deg
    way_deg = (high_deg - low_deg) + min(high_deg, -low_deg)
    return 5.0 + way_deg / PATROL_DPS + (way_deg / PATROL_STEP_DEG + 2) * (PATROL_DWELL_S + 0.8)


def hand_turns(draft: Draft) -> None:
    """A hand turns the screen: it gives way, and stays where it was put."""
    at = draft.in_reach(far_m=2.5)
    person_at(draft, at)
    low_deg, high_deg = draft.place.range_deg
    to_deg = round(draft.chance.sign() * draft.chance.between(20.0, min(high_deg, -low_deg) - 8.0))
    draft.claim = "A hand turns the screen, which gives way and stays where it was put."
    draft.at(2.0, "hand", f"turn screen to {to_deg} ° for 1.5 s")
    draft.must(id="gives-way", after="2 s", within="3 s", then=f"yaw within 12 ° of {to_deg} °")
    still(draft, from_s=5.5)
    draft.duration_s = 10.0


def hand_scrolls(draft: Draft) -> None:
    """Fingers scroll and tap: nothing turns."""
    person_at(draft, draft.spot(low_deg=-50.0, high_deg=50.0, near_m=0.7, far_m=1.2))
    draft.claim = "Fingers scroll and tap, and the screen stays."
    draft.at(2.0, "hand", "scroll for 2 s")
    draft.at(5.0, "hand", "tap")
    still(draft)
    draft.must(id="hardly-moves", always="yaw between -2 ° and 2 °")
    draft.duration_s = 7.0


def in_the_way(draft: Draft) -> None:
    """Something stands in the way of the turn, and the person behind it calls twice: it is met once, and gently."""
    side = draft.chance.sign()
    low_deg, high_deg = draft.place.range_deg
    end_deg = high_deg if side > 0 else -low_deg
    near_deg, far_deg = min(55.0, end_deg - 8.0), min(end_deg - 4.0, 100.0)
    at = draft.spot(low_deg=min(side * near_deg, side * far_deg), high_deg=max(side * near_deg, side * far_deg))
    who = person_at(draft, at)
    # The screen is 28 cm wide: its trailing edge meets a pot that stands behind it to the other side.
    azimuth_deg = side * draft.chance.between(125.0, 140.0)
    draft.things["pot"] = {"kind": "pot", "at": draft.place.point(azimuth_deg, 0.2), "fixed": False}
    draft.claim = f"A pot stands in the way of the turn to {who.title()}, who calls twice: it is met once, and gently."
    draft.at(2.0, who, "say wake word")
    draft.at(9.0, who, "say wake word")
    draft.must(id="met-once", **{"at most": "1 bump"})
    draft.must(id="pot-stands", never="pot tipped")
    draft.duration_s = 14.0
