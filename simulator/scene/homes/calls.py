"""Stories of one person who calls: standing, turned away, from the sofa, from behind something, on the way, from outside the range."""

from __future__ import annotations

import math

from simulator.onboard.angles import wrap_deg
from simulator.scene.homes.draft import Draft, NoRoomError
from simulator.scene.homes.geometry import Point, fits, to_segment_m
from simulator.scene.homes.people import NAMES, draw_person, pace_mps
from simulator.scene.homes.place import TRIES
from simulator.scene.homes.promises import FACED_S, WORD_S, faced, faces, in_view, no_empty_turn, still

# The fastest walk that a screen at its top speed of 60 °/s keeps up with from a standing start, as seen from it.
MOST_DPS = 45.0
OBSTACLES = {"cabinet": (0.6, 0.4, 1.6), "shelf": (0.7, 0.3, 1.8), "column": (0.4, 0.4, 2.4)}


def person_at(draft: Draft, at: Point, *, faces: str | float = "device") -> str:
    """Put the next person there; returns the name."""
    name = NAMES[len(draft.people)]
    draft.people[name] = draw_person(draft.chance, at, faces=faces, others=draft.people)
    return name


def standing(draft: Draft) -> None:
    """Somebody who stands in the room calls, facing the device or nearly so."""
    at = draft.in_reach()
    aside_deg = draft.chance.around(0.0, 20.0, low=-40.0, high=40.0)
    towards_deg = wrap_deg(draft.place.azimuth_deg(at) + draft.place.heading_deg + 180.0 + aside_deg)
    who = person_at(draft, at, faces=towards_deg)
    _one_call(draft, who, at, claim=f"{who.title()} calls and is faced.")


def turned_away(draft: Draft) -> None:
    """Somebody calls while looking elsewhere."""
    at = draft.in_reach(far_m=3.0)
    aside_deg = draft.chance.sign() * draft.chance.between(80.0, draft.hard.of(100.0, 150.0, 180.0))
    towards_deg = wrap_deg(draft.place.azimuth_deg(at) + draft.place.heading_deg + 180.0 + aside_deg)
    who = person_at(draft, at, faces=towards_deg)
    _one_call(draft, who, at, claim=f"{who.title()} calls with the head turned away and is faced.")


def from_the_sofa(draft: Draft) -> None:
    """Somebody who sits calls."""
    at = draft.in_reach(near_m=1.4)
    who = person_at(draft, at)
    draft.people[who]["posture"] = "sitting"
    azimuth_deg = draft.place.azimuth_deg(at)
    behind = draft.place.point(azimuth_deg, draft.place.distance_m(at) + 0.35)
    if not fits(draft.place.plan, behind, (0.8, 1.8), azimuth_deg + draft.place.heading_deg, front_m=0.0):
        raise NoRoomError("no place for a sofa")
    draft.things["sofa"] = {
        "kind": "sofa", "at": behind, "size": [0.8, 1.8], "angle": f"{round(azimuth_deg + draft.place.heading_deg) % 180} °",
        "height": "0.7 m",
    }  # fmt: skip
    _one_call(draft, who, at, claim=f"{who.title()} calls from the sofa and is faced.")


def _one_call(draft: Draft, who: str, at: Point, *, claim: str) -> None:
    draft.claim, draft.duration_s = claim, 10.0
    call_s = round(draft.chance.between(1.5, 2.5), 1)
    draft.at(call_s, who, "say wake word")
    done_s = faced(draft, who, at, call_s=call_s)
    in_view(draft, who, from_s=done_s)
    no_empty_turn(draft)
    draft.duration_s = math.ceil(done_s + 3.0)


def behind_an_obstacle(draft: Draft) -> None:
    """Somebody calls from behind something as high as a person: it turns there, or stays, but nowhere else."""
    at = draft.in_reach(near_m=1.6, margin_deg=12.0)
    who = person_at(draft, at)
    kind = draft.chance.one_of(tuple(OBSTACLES))
    width_m, depth_m, height_m = OBSTACLES[kind]
    share = draft.chance.between(0.45, 0.6)
    between = tuple(round(a + share * (b - a), 2) for a, b in zip(draft.place.at, at, strict=True))
    angle_deg = round(draft.place.azimuth_deg(at) + draft.place.heading_deg + 90.0) % 180
    draft.things["obstacle"] = {
        "kind": kind, "at": between, "size": [width_m, depth_m], "angle": f"{angle_deg} °", "height": f"{height_m} m",
    }  # fmt: skip
    draft.claim = f"{who.title()} calls from behind a {kind}: the screen turns there or stays."
    draft.duration_s = 8.0
    draft.at(2.0, who, "say wake word")
    azimuth_deg = draft.place.azimuth_deg(at)
    draft.must(
        id="no-turn-elsewhere", never=f"goal > -361 ° and not goal within 35 ° of {azimuth_deg:.0f} °"
    )  # fmt: skip


def walking(draft: Draft) -> None:
    """Somebody says the word on the way from one place to another."""
    start = draft.in_reach(near_m=0.9)
    end = _a_walk_from(draft, start)
    pace = _followable_mps(draft, start, end)
    who = person_at(draft, start)
    way_s = math.dist(start, end) / pace
    call_s = round(1.5 + draft.chance.between(0.15, 0.6) * way_s, 1)
    arrives_s = 1.5 + way_s + 0.4
    draft.claim = f"{who.title()} calls while walking and is faced where the walk ends."
    draft.at(1.5, who, "walk", to=end, speed=f"{pace:g} m/s")
    draft.at(call_s, who, "say wake word")
    draft.must(
        id=f"faces-{who}-seen",
        after=f"{call_s:g} s",
        within=f"{WORD_S + FACED_S:g} s",
        then=f"{who} in view",
        **{"for": "0.5 s"},
    )
    # Someone who stops in the holding zone is turned to once settled, which is another second and a half.
    last_s = max(arrives_s, call_s) + 4.5
    draft.must(
        id=f"faces-{who}", after=f"{max(arrives_s, call_s):.1f} s", within="4.5 s",
        then=faces(who), **{"for": "1 s"},
    )  # fmt: skip
    draft.duration_s = math.ceil(last_s + 1.5)


def _a_walk_from(draft: Draft, start: Point) -> Point:
    """Where a walk ends that the screen can follow; raises NoRoomError."""
    place = draft.place
    for _ in range(TRIES):
        end = draft.spot(low_deg=place.range_deg[0] + 6, high_deg=place.range_deg[1] - 6, near_m=0.9, alone=False)
        draft.ways.pop()
        far = 0.8 <= math.dist(start, end) <= 3.5 and draft.apart_deg(start, end) >= 15.0
        # Around the front of the device, not behind an island's back.
        way = abs(place.azimuth_deg(start) - place.azimuth_deg(end)) <= 150.0
        if far and way and to_segment_m(place.at, start, end) >= 0.7:
            draft.keep_free(start, end)
            draft.keep_free(place.at, end)
            middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
            draft.keep_free(place.at, middle)
            return end
    raise NoRoomError("no way to walk")


def _followable_mps(draft: Draft, start: Point, end: Point) -> float:
    """How fast somebody walks, no faster than a screen can follow."""
    passes_m = to_segment_m(draft.place.at, start, end)
    return round(min(pace_mps(draft.chance), math.radians(MOST_DPS) * passes_m), 2)


def follow(draft: Draft) -> None:
    """Somebody who has called walks elsewhere and is kept in view."""
    start = draft.in_reach(near_m=0.9)
    end = _a_walk_from(draft, start)
    pace = _followable_mps(draft, start, end)
    who = person_at(draft, start)
    draft.claim = f"{who.title()}, once served, is kept in view on the way to another place."
    draft.at(1.5, who, "say wake word")
    walk_s = math.ceil(2.0 * faced(draft, who, start, call_s=1.5)) / 2 + 1.5
    draft.at(walk_s, who, "walk", to=end, speed=f"{pace:g} m/s")
    in_view(draft, who, from_s=walk_s)
    arrives_s = round(walk_s + math.dist(start, end) / pace + 0.4, 1)
    draft.must(
        id=f"faces-{who}", after=f"{arrives_s:g} s", within="4.5 s",
        then=faces(who), **{"for": "1 s"},
    )  # fmt: skip
    draft.duration_s = math.ceil(arrives_s + 6.0)


def out_of_range(draft: Draft) -> None:
    """Somebody calls from well outside the range of motion: a sound that set-up said to ignore."""
    if draft.place.site in ("island", "corner"):
        low_deg, high_deg = draft.place.range_deg
    else:
        low_deg, high_deg = -40.0, 40.0
        draft.device["range"] = ["-40 °", "40 °"]
    side = draft.chance.sign()
    nearest_deg, farthest_deg = (high_deg if side > 0 else -low_deg) + 45.0, 178.0
    if nearest_deg > 170.0:
        low_deg, high_deg, nearest_deg = -70.0, 70.0, 115.0
        draft.device["range"] = ["-70 °", "70 °"]
    at = draft.spot(
        low_deg=min(side * nearest_deg, side * farthest_deg), high_deg=max(side * nearest_deg, side * farthest_deg)
    )
    who = person_at(draft, at)
    draft.claim = f"{who.title()} calls from outside the range of motion: the screen stays."
    draft.duration_s = 7.0
    draft.at(2.0, who, "say wake word")
    still(draft)


def shutter_closed(draft: Draft) -> None:
    """Somebody calls while the camera is covered."""
    who = person_at(draft, draft.in_reach())
    draft.device["shutter"] = "closed"
    draft.claim = f"{who.title()} calls while the camera is covered: the screen stays."
    draft.duration_s = 6.0
    draft.at(2.0, who, "say wake word")
    still(draft)


def served_and_still(draft: Draft) -> None:
    """Somebody is served, speaks on and shifts from foot to foot: the screen stays."""
    at = draft.in_reach(near_m=0.8)
    who = person_at(draft, at)
    draft.claim = f"{who.title()}, once served, speaks and shifts from foot to foot: the screen stays."
    draft.at(1.5, who, "say wake word")
    done_s = faced(draft, who, at, call_s=1.5)
    # From here on the screen has had the time for a second, smaller turn after settling.
    rest_s = math.ceil(done_s + 2.5)
    far_m = draft.place.distance_m(at)
    for k, side in enumerate((1.0, -1.0, 0.0)):
        aside_deg = side * min(4.0, math.degrees(0.12 / far_m))
        draft.at(
            rest_s + 0.5 + k * 1.5, who, "walk", to=draft.place.point(draft.place.azimuth_deg(at) + aside_deg, far_m)
        )
    draft.at(rest_s + 1.0, who, "say speech for 3 s")
    draft.duration_s = rest_s + 6.0
    still(draft, from_s=rest_s)
    in_view(draft, who, from_s=done_s)
