"""The tracks: what is asked of an entry, which of its parts answer, and how one run is scored as right out of so many.

Every score is a share of things that came to an end, so that rows can be compared and given an interval. The truth of the room is the
judge; no score reads what the device thinks of itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from simulator.lab.service import service
from simulator.onboard.angles import distance_deg
from simulator.onboard.messages import TICKS_PER_S, Track
from simulator.runtime.header import Senses
from simulator.runtime.outside import Kind
from simulator.runtime.run import RunLog
from simulator.scene.checks import Verdict
from simulator.scene.judge import judge, overall
from simulator.scene.loader import Scene
from simulator.world.truth import PersonTruth, TruthFrame
from simulator.world.truth_events import Says

RIGHT_DEG: Final = 15.0  # the ears' own promise, and how near a track must be to be the person's
HEARD_WITHIN_S: Final = 1.5  # a wake word is decided by then
KNOWN_AFTER_S: Final = 1.0  # a wake word takes most of a second, and nobody can know before its end
FACES_DEG: Final = 30.0  # who talks with the head this near to the device means it
LOOK_EVERY_TICKS: Final = 20  # beliefs are looked at five times a second
SETTLED_S: Final = 1.0  # a person is to be followed from then on
NEAR_M: Final = 5.0  # and no farther away than this


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One run on one track."""

    right: float
    asked: float
    group: str  # whom the run was about: a voice, or a story
    more: dict[str, float] = field(default_factory=dict)  # sums that the table divides by minutes or calls


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchTrack:
    """What is asked."""

    name: str
    title: str
    sentence: str
    mode: Senses
    kinds: tuple[Kind, ...]  # an entry takes part with any of these
    score: Callable[[Scene, RunLog], Score]


def direction(scene: Scene, log: RunLog) -> Score:
    """Wake words whose direction is right, of those that were said where the screen may turn to."""
    said = [(tick, who) for tick, who in _said(log) if _in_range(scene, log.truths[tick], who)]
    right = wrong = 0
    for tick, who in said:
        heard = _answer(log, tick)
        if heard is None or heard[1] is None:
            continue
        truth = log.truths[tick]
        error_deg = min(
            (distance_deg(one.azimuth_deg, heard[1]) for one in _people(truth) if one.name == who), default=180.0
        )
        right, wrong = right + (error_deg <= RIGHT_DEG), wrong + (error_deg > RIGHT_DEG)
    return Score(right=right, asked=len(said), group=_voice(scene), more={"wrong": wrong, "minutes": log.sim_s / 60})


def wake_word(scene: Scene, log: RunLog) -> Score:
    """Wake words that were heard, of those that were said."""
    said = _said(log)
    heard = [_answer(log, tick) for tick, _ in said]
    reports = sum(
        log.traces[k].sound.wake_word and log.traces[k - 1].sound is not log.traces[k].sound
        for k in range(1, len(log.traces))
    )
    right = sum(one is not None for one in heard)
    return Score(
        right=right, asked=len(said), group=_voice(scene), more={"false": reports - right, "minutes": log.sim_s / 60}
    )


def addressed(scene: Scene, log: RunLog) -> Score:
    """Moments of talk for which the device is right, a second later, about whether it is meant, and by whom."""
    right = asked = 0
    later = round(KNOWN_AFTER_S * TICKS_PER_S)
    for trace, truth in zip(log.traces[later::LOOK_EVERY_TICKS], log.truths[::LOOK_EVERY_TICKS], strict=False):
        talkers = [one for one in _people(truth) if one.talking]
        if not talkers:
            continue
        asked += 1
        meant = [one for one in talkers if one.facing_deg <= FACES_DEG]
        believed = next((one for one in trace.tracks.tracks if one.track_id == trace.tracks.addressed_id), None)
        # A person who was served before and is silent now is no mistake: only one who talks can be taken for meaning it.
        taken = believed is not None and any(_is(believed, one) for one in meant or talkers)
        right += taken if meant else not taken
    return Score(right=right, asked=asked, group=_story(scene))


def tracking(scene: Scene, log: RunLog) -> Score:
    """How well tracks and people fit each other: twice the pairs, over all of both (the F measure)."""
    pairs = both = 0
    since: dict[str, int] = {}
    for trace, truth in zip(log.traces[::LOOK_EVERY_TICKS], log.truths[::LOOK_EVERY_TICKS], strict=True):
        for one in _people(truth):
            since.setdefault(one.name, trace.tick)
        here = [
            one
            for one in _people(truth)
            if one.distance_m <= NEAR_M and trace.tick - since[one.name] >= SETTLED_S * TICKS_PER_S
        ]
        free = [one for one in trace.tracks.tracks if one.seen]
        both += len(here) + len(free)
        for person in here:
            match = next((one for one in free if _is(one, person)), None)
            if match is not None:
                free.remove(match)
                pairs += 1
    return Score(right=2 * pairs, asked=both, group=_story(scene))


def planning(scene: Scene, log: RunLog) -> Score:
    """Calls that were served, of those that came to an end."""
    figures = service(log.columns())
    more = {
        "false": figures.false_turns, "minutes": figures.sim_s / 60, "turned_deg": figures.turned_deg,
        "corrections": figures.again + figures.pushes,
    }  # fmt: skip
    return Score(right=figures.served, asked=figures.served + figures.lost, group=_story(scene), more=more)


def whole(scene: Scene, log: RunLog) -> Score:
    """Homes in which every promise was kept."""
    kept = overall(judge(scene.expect, log.columns())) is Verdict.PASS
    return Score(right=float(kept), asked=1.0, group=_story(scene), more={"minutes": log.sim_s / 60})


TRACKS: Final = {
    track.name: track
    for track in (
        BenchTrack(name="direction", title="Direction", sentence="wake words within 15°, of those said where the screen may turn to",
                   mode="audio", kinds=("finder", "ears"), score=direction),
        BenchTrack(name="wake-word", title="Wake word", sentence="wake words heard within 1.5 s, of all that were said",
                   mode="audio", kinds=("ears",), score=wake_word),
        BenchTrack(name="addressed", title="Who is addressed", sentence="moments of talk for which it knows a second later who means it",
                   mode="feature", kinds=("tracker",), score=addressed),
        BenchTrack(name="tracking", title="Tracking", sentence="how well tracks and people fit each other within 15° (F measure)",
                   mode="feature", kinds=("tracker",), score=tracking),
        BenchTrack(name="planning", title="Planning", sentence="calls that were served, of those that came to an end",
                   mode="feature", kinds=("tracker", "planner", "profile"), score=planning),
        BenchTrack(name="whole", title="Whole device", sentence="homes in which every promise was kept",
                   mode="feature", kinds=("tracker", "planner", "profile"), score=whole),
    )
}  # fmt: skip


def _said(log: RunLog) -> list[tuple[int, str]]:
    """Every wake word that was said early enough to be judged: its first tick, and who said it."""
    found, last = [], None
    for tick, truth in enumerate(log.truths):
        if truth is None or truth is last:
            continue
        last = truth
        found += [(tick, one.who) for one in truth.events if isinstance(one, Says) and one.what == "wake word"]
    return [(tick, who) for tick, who in found if tick + HEARD_WITHIN_S * TICKS_PER_S < len(log.truths)]


def _in_range(scene: Scene, truth: TruthFrame | None, who: str) -> bool:
    """Whether a person is where the screen may turn to: a finder is not asked about other directions."""
    arc = scene.spec.device.range
    return arc is not None and any(
        one.name == who and arc.min_deg <= one.azimuth_deg <= arc.max_deg for one in _people(truth)
    )


def _answer(log: RunLog, tick: int) -> tuple[int, float | None] | None:
    """The report of a wake word that was said at a tick: when, and from where; None if there was none in time."""
    last = min(tick + round(HEARD_WITHIN_S * TICKS_PER_S), len(log.traces) - 1)
    for k in range(tick, last + 1):
        if log.traces[k].sound.wake_word:
            return k, log.traces[k].sound.azimuth_deg
    return None


def _people(truth: TruthFrame | None) -> tuple[PersonTruth, ...]:
    return () if truth is None else truth.people


def _is(track: Track, person: PersonTruth) -> bool:
    return distance_deg(track.azimuth_deg, person.azimuth_deg) <= RIGHT_DEG


def _voice(scene: Scene) -> str:
    return scene.spec.people[0].voice if scene.spec.people else "nobody"


def _story(scene: Scene) -> str:
    return next((tag for tag in scene.tags if tag != "home"), "home")
