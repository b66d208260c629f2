"""Says in one sentence why the screen moves or stays, from the gate record of a decision and nothing else.

The record holds every question of a thought with its numbers. The first that failed is the reason to stay; when all
passed, the last of the zones' own questions is the reason to turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.lab.why.hold_words import HOLD_WORDS
from simulator.onboard.angles import distance_deg
from simulator.onboard.gate_names import GateName
from simulator.onboard.gate_words import clause, is_flag, measured
from simulator.onboard.messages import TICK_S, HoldReason, TickTrace, Zone, ZoneDecision
from simulator.world.truth import TruthFrame

Names = Mapping[int, str]
# A track is called by a person's name when it is this near to them in most of its life.
SAME_PLACE_DEG = 15.0

ZONE_WORDS = {
    Zone.DEAD: "inside the dead zone",
    Zone.HOLDING: "in the holding zone",
    Zone.MOTION: "in the motion zone",
    Zone.OUT_OF_VIEW: "out of view",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A stretch of a run with one reason: a motion or a non-motion."""

    start_s: float
    end_s: float
    moving: bool
    reason: str  # the hold reason; "turn" while moving
    from_yaw_deg: float
    to_yaw_deg: float
    sentence: str


def sentence(decision: ZoneDecision, *, names: Names | None = None) -> str:
    """Why the screen turns or stays, as one sentence."""
    who = _who(decision, names or {})
    if decision.goal_yaw_deg is not None:
        return f"Turning to {_angle(decision.goal_yaw_deg)}: {_why_turn(decision, who)}."
    heard = any(gate.name is GateName.WAKE_TAKEN and not gate.passed for gate in decision.gates)
    called = "; a wake word was heard, but where it came from is in doubt" if heard else ""
    return f"Still: {_why_still(decision, who)}{called}."


def at(traces: Sequence[TickTrace], seconds: float) -> TickTrace:
    """The tick that was current at a time."""
    index = round(seconds / TICK_S) - traces[0].tick
    return traces[min(max(index, 0), len(traces) - 1)]


def episodes(traces: Iterable[TickTrace], *, names: Names | None = None) -> list[Episode]:
    """All motions and non-motions of a run, in order."""
    found: list[Episode] = []
    first: TickTrace | None = None
    last: TickTrace | None = None
    for trace in traces:
        if first is not None and last is not None and _kind(trace) != _kind(first):
            found.append(_episode(first, last, names))
            first = trace
        first, last = first or trace, trace
    if first is not None and last is not None:
        found.append(_episode(first, last, names))
    return found


def names_of(traces: Sequence[TickTrace], truths: Sequence[TruthFrame | None]) -> dict[int, str]:
    """Which track is which person of the scene: who was nearest for most of its life."""
    votes: dict[int, dict[str, int]] = {}
    before = None
    for trace, truth in zip(traces, truths, strict=False):
        if truth is None or trace.tracks is before:
            continue
        before = trace.tracks
        for track in trace.tracks.tracks:
            near = [
                (distance_deg(person.azimuth_deg, track.azimuth_deg), person.name)
                for person in truth.people
                if distance_deg(person.azimuth_deg, track.azimuth_deg) < SAME_PLACE_DEG
            ]
            if near:
                tally = votes.setdefault(track.track_id, {})
                tally[min(near)[1]] = tally.get(min(near)[1], 0) + 1
    return {
        track_id: max(sorted(tally), key=lambda name, tally=tally: tally[name])  # type: ignore[misc]
        for track_id, tally in votes.items()
    }


def _why_still(decision: ZoneDecision, who: str) -> str:
    hold = decision.hold or HoldReason.ON_TARGET
    failed = next((gate for gate in decision.gates if not gate.passed), None)
    if decision.subject_bearing_deg is not None:
        place = f"{who} is {_off(decision)} from centre"
        if hold is HoldReason.IN_DEAD_ZONE:
            return f"{place}, {_within(decision)}"
        if hold is HoldReason.NOBODY_THERE and failed is not None and failed.name is GateName.LATELY:
            return f"{who} was last seen or heard {failed.value:.1f} s ago, and is looked after for {failed.threshold:.1f} s"
        if hold is HoldReason.SETTLING and failed is not None:
            return f"{place}, {_zone(decision)}, {clause(failed)}"
    if hold is HoldReason.OUT_OF_RANGE and failed is not None:
        where = "that direction" if decision.subject_bearing_deg is None else who
        return f"{where} {clause(failed)}"
    if hold is HoldReason.ON_TARGET or failed is None or is_flag(failed):
        return HOLD_WORDS[hold].clause
    return f"{HOLD_WORDS[hold].clause} ({measured(failed)})"


def _within(decision: ZoneDecision) -> str:
    """A zone is left only a little beyond its edge, so that somebody on the edge does not make the screen start and stop."""
    edge = f"±{decision.dead_half_width_deg:.0f}°"
    if abs(decision.subject_bearing_deg or 0.0) > decision.dead_half_width_deg:
        return f"just over the edge of the dead zone ({edge}), but not far enough to leave it"
    return f"inside the dead zone ({edge})"


def _why_turn(decision: ZoneDecision, who: str) -> str:
    asked = "it was asked to"
    if decision.subject_bearing_deg is None:
        return asked
    if decision.zone is Zone.DEAD:
        return f"the turn to {who} is nearly done, {_off(decision)} are left"
    place = f"{who} is {_off(decision)} from centre, {_zone(decision)}"
    settled = next((gate for gate in decision.gates if gate.name is GateName.SETTLED), None)
    if settled is not None:
        return f"{place}, {clause(settled)}"
    if decision.urgent:
        return f"{place}, and asked for the screen"
    if decision.zone is Zone.MOTION:
        return f"{place} (beyond ±{decision.holding_half_width_deg:.0f}°)"
    return place


def _who(decision: ZoneDecision, names: Names) -> str:
    if decision.subject_id is None:
        return "the voice" if decision.subject_bearing_deg is not None else "nobody"
    return names.get(decision.subject_id, f"person {decision.subject_id}").capitalize()


def _off(decision: ZoneDecision) -> str:
    bearing_deg = decision.subject_bearing_deg or 0.0
    return f"{abs(bearing_deg):.0f}°"


def _zone(decision: ZoneDecision) -> str:
    return "somewhere" if decision.zone is None else ZONE_WORDS[decision.zone]


def _angle(yaw_deg: float) -> str:
    if abs(yaw_deg) < 0.5:
        return "the middle"
    return f"{abs(yaw_deg):.0f}° {'left' if yaw_deg > 0 else 'right'}"


def _kind(trace: TickTrace) -> tuple[bool, HoldReason | None]:
    moving = trace.decision.goal_yaw_deg is not None
    return moving, None if moving else trace.decision.hold


def _episode(first: TickTrace, last: TickTrace, names: Names | None) -> Episode:
    moving = first.decision.goal_yaw_deg is not None
    # A goal may move on while it is turned to: the sentence says where it led.
    decision = replace(first.decision, goal_yaw_deg=last.decision.goal_yaw_deg) if moving else first.decision
    return Episode(
        start_s=round(first.tick * TICK_S, 2),
        end_s=round((last.tick + 1) * TICK_S, 2),
        moving=moving,
        reason="turn" if moving else str(first.decision.hold),
        from_yaw_deg=round(first.motor.yaw_deg, 2),
        to_yaw_deg=round(last.motor.yaw_deg, 2),
        sentence=sentence(decision, names=names),
    )
