"""A whole run in a few lines: each reason to move or to stay once, with its span and range, and every wake word that was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.lab.why.hold_words import HOLD_WORDS
from simulator.lab.why.why_sentences import Episode, Names, episodes, sentence
from simulator.onboard.messages import TICK_S, HoldReason, TickTrace

# What came of a wake word is looked up this long after it: the eyes may confirm somebody first.
CAME_OF_IT_S = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonSpan:
    """One reason over the whole run."""

    reason: str  # the hold reason; "turn" for motions
    first_s: float
    last_s: float
    times: int
    total_s: float
    low_yaw_deg: float
    high_yaw_deg: float
    sentence: str  # of its longest stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeHeard:
    """A wake word that the ears reported, and what came of it."""

    at_s: float
    azimuth_deg: float | None  # none when its direction was not clear
    doubt: HoldReason | None  # why it was not acted on; None when it was
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What `swivel explain` prints of a run."""

    reasons: tuple[ReasonSpan, ...]  # in the order in which they first came
    wake_words: tuple[WakeHeard, ...]


def digest(traces: Sequence[TickTrace], *, names: Names | None = None) -> Digest:
    """The digest of a run."""
    spans: dict[str, list[Episode]] = {}
    for episode in episodes(traces, names=names):
        spans.setdefault(episode.reason, []).append(episode)
    reasons = tuple(_span(reason, found, traces) for reason, found in spans.items())
    return Digest(reasons=reasons, wake_words=_wake_words(traces, names))


def _span(reason: str, found: list[Episode], traces: Sequence[TickTrace]) -> ReasonSpan:
    start = traces[0].tick
    yaws_deg = [
        trace.motor.yaw_deg
        for episode in found
        for trace in traces[round(episode.start_s / TICK_S) - start : round(episode.end_s / TICK_S) - start]
    ]
    longest = max(found, key=lambda episode: episode.end_s - episode.start_s)
    return ReasonSpan(
        reason=reason,
        first_s=found[0].start_s,
        last_s=found[-1].end_s,
        times=len(found),
        total_s=round(sum(episode.end_s - episode.start_s for episode in found), 2),
        low_yaw_deg=round(min(yaws_deg), 2),
        high_yaw_deg=round(max(yaws_deg), 2),
        sentence=longest.sentence,
    )


def _wake_words(traces: Sequence[TickTrace], names: Names | None) -> tuple[WakeHeard, ...]:
    heard = [
        index
        for index, trace in enumerate(traces)
        if trace.sound.wake_word and (index == 0 or traces[index - 1].sound is not trace.sound)
    ]
    found = []
    ends = [*heard[1:], len(traces)] if heard else []
    for index, after in zip(heard, ends, strict=True):
        later = traces[index : min(after, index + round(CAME_OF_IT_S / TICK_S))]
        # A doubt that goes away in time was none: the eyes have found somebody there.
        known = [trace for trace in later if trace.tracks.wake_tick is not None]
        doubt = None
        if known and all(trace.tracks.wake_doubt is not None for trace in known):
            doubt = known[-1].tracks.wake_doubt
        azimuth_deg = traces[index].sound.azimuth_deg
        turn = next((trace for trace in later if trace.decision.goal_yaw_deg is not None), later[-1])
        came = (
            f"not acted on: {HOLD_WORDS[doubt].clause}" if doubt is not None else sentence(turn.decision, names=names)
        )
        where = (
            "somewhere" if azimuth_deg is None else f"{abs(azimuth_deg):.0f}° {'left' if azimuth_deg >= 0 else 'right'}"
        )
        found.append(
            WakeHeard(
                at_s=round(traces[index].tick * TICK_S, 2),
                azimuth_deg=azimuth_deg,
                doubt=doubt,
                sentence=f"Wake word heard from {where}: {came.rstrip('.')}.",
            )
        )
    return tuple(found)
