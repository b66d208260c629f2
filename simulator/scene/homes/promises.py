"""What must come of a story: from the truth of the home and from what such a device is for, never from what it does.

* Who calls from inside the range is faced within 2.5 s of the end of the word, with a second more for each 60° beyond a quarter
  circle, and stays in view. Faced: no more than 15° from the middle of the screen, from where it can be read as if
  straight, or in the dead zone, which is wider for who stands close by.
* The screen turns to people who are meant: never to an echo, a noise, a television, a picture or a coat, nor to a place where nobody is.
* It stays when it should: when two call from very different directions at once, when people talk to each other, when the camera is
  covered, when the sound comes from outside the range, and while nobody moves.
* It stays inside its range, keeps below its top speed, and pushes with no more than 12 N.
"""

from __future__ import annotations

from simulator.scene.homes.draft import Draft
from simulator.scene.homes.geometry import Point

# The longest wake word of the library lasts 0.6 s.
WORD_S = 0.6
FACED_S, FACED_DEG = 2.5, 15.0
# The ids of promises by what is counted of them.
STILL, FACES, NO_TURN_TO = "still", "faces", "no-"


def universal(draft: Draft) -> None:
    """What holds in every home."""
    low_deg, high_deg = draft.place.range_deg
    draft.must(id="speed-limit", never="commanded speed > 180.01 °/s")
    draft.must(id="range-limit", always=f"yaw between {low_deg - 2:g} ° and {high_deg + 2:g} °")
    draft.must(id="gentle", never="contact force > 12 N")
    draft.must(id="no-echo", never="target is reflection")


def faces(who: str) -> str:
    """The condition that somebody is faced."""
    return f"angle to {who} < {FACED_DEG:g} ° or {who} in dead zone"


def no_empty_turn(draft: Draft) -> None:
    """The screen aims at no place where nobody is."""
    draft.must(id="no-empty-turn", never="goal > -361 ° and target is nobody")


def faced(draft: Draft, who: str, at: Point, *, call_s: float, from_deg: float = 0.0, more_s: float = 0.0) -> float:
    """Somebody who has called is faced in time; returns when at the latest."""
    within_s = round(WORD_S + FACED_S + draft.turn_s(draft.place.azimuth_deg(at), from_deg=from_deg) + more_s, 2)
    draft.must(
        id=f"{FACES}-{who}-{call_s:g}",
        after=f"{call_s:g} s",
        within=f"{within_s:g} s",
        then=faces(who),
        **{"for": "1 s"},
    )
    return call_s + within_s


def in_view(draft: Draft, who: str, *, from_s: float) -> None:
    """Somebody stays in the picture from a moment on."""
    draft.must(id=f"in-view-{who}", always=f"{who} in view", **{"from": f"{from_s:g} s"})


def still(draft: Draft, *, from_s: float = 0.0, for_s: float | None = None) -> None:
    """The screen does not turn."""
    check: dict[str, str] = {"id": STILL if from_s == 0 else f"{STILL}-{from_s:g}", "never": "device turning"}
    if from_s > 0:
        check["from"] = f"{from_s:g} s"
    if for_s is not None:
        check["until"] = f"{from_s + for_s:g} s"
    draft.must(**check)
