"""What a report of the ears means, given what the eyes know: who spoke, or why nobody can be said to have.

Each candidate direction is first held against what is known not to be a person (outside the range of motion, a
television, a learned reflector, a place the camera sees empty). What remains is compared: two strong directions far
apart are ambiguous unless the camera sees just one of the two facing the device.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from simulator.onboard.angles import RangeOfMotion, distance_deg, wrap_deg
from simulator.onboard.fusion.echoes import DISTRUST, Echoes
from simulator.onboard.fusion.habits import Habits, Tie
from simulator.onboard.fusion.person import Person
from simulator.onboard.fusion.rules import SAME_PLACE_DEG, FusionRules
from simulator.onboard.messages import HoldReason, Seeing, SoundReport, VisionReport

# Directions this little outside the range still count: the person is visible from its end.
RANGE_SLACK_DEG: Final = 10.0
# Ears are right within 15 deg at the stated confidence: one sigma at full and at no confidence.
SURE_SIGMA_DEG, UNSURE_SIGMA_DEG = 5.0, 18.0
# A seen person is taken for the talker up to this many joint sigmas away, and never beyond this angle.
# What carries less than this share of a dismissed direction is no voice: it must not inherit the trust in that direction.
FAINT: Final = 0.1
# When the ears call a sound ambiguous, another direction this likely is one of those meant, however little of the sound it carries. Of
# 110 lone callers in random homes four had an echo or a noise above 0.3, two above 0.4; of 24 pairs who called at once eleven had the
# other one above 0.4. Who is seen to look elsewhere talks to others; where the eyes see somebody who faces the device, far less will
# do: nine of nine such pairs, none of 110 lone callers.
RIVAL_DIRECT, RIVAL_TURNED_AWAY, RIVAL_FACING = 0.4, 0.5, 0.08
# Facing the device decides between a talker and an echo, or somebody softer who talks to others; it does not decide between two who
# surely speak and of whom the one is not this much softer at the device than the other: both may have called.
RIVAL_SURE: Final = 0.45
RIVAL_SHARE: Final = 0.2
# Where nobody is seen, a direction less likely than this to be a talker's is more often that of a wall or of a noise: of nine such
# answers in random homes six were wrong, of 93 others two. It is then worth half of its likelihood, and the screen rather stays. For
# another direction than the one that was found, once that one is dismissed, less is asked: a caller beside music had 0.45, echoes of
# callers whom a cabinet hid from the eyes 0.04 to 0.25.
UNSEEN_DIRECT, OTHER_DIRECT, UNSEEN_WORTH = 0.7, 0.4, 0.5
# The peaks around a direction are one talker's as far as this.
ONE_TALKER_DEG: Final = 15.0
# A direction is that of the sound it was worked out from: a second of it around a wake word, a third for the running map.
WORD_TICKS, MAP_TICKS = 110, 35
MATCH_SIGMAS, MATCH_MAX_DEG = 2.5, 25.0


@dataclass(slots=True)
class Heard:
    """One direction of sound after the check against what the eyes know."""

    azimuth_deg: float
    sigma_deg: float
    confidence: float
    direct: float = 1.0  # how likely somebody speaks just there
    person: Person | None = None  # the track it is matched to; None for a place without one
    doubt: HoldReason | None = None  # why it is not to be acted on
    tie: Tie | None = None  # where habits have a say


def heard(
    report: SoundReport,
    people: list[Person],
    echoes: Echoes,
    rules: FusionRules,
    arc: RangeOfMotion | None,
    empty: list[tuple[float, float]],
    *,
    tick: int,
    habits: Habits | None = None,
) -> Heard | None:
    """The one direction that counts; None when there is none. `empty` are the arcs seen without anybody."""
    main_deg = report.azimuth_deg
    if main_deg is None and habits is not None and report.ambiguous and report.candidates:
        # The ears name no direction of a tie; the louder of the two stands for it.
        main_deg = max(report.candidates, key=lambda one: one.weight).azimuth_deg
    if main_deg is None or not math.isfinite(main_deg):
        return None
    confidence = min(max(report.confidence, 0.0), 1.0) if math.isfinite(report.confidence) else 0.0
    sigma_deg = SURE_SIGMA_DEG + (UNSURE_SIGMA_DEG - SURE_SIGMA_DEG) * (1.0 - confidence)
    since_tick = tick - (WORD_TICKS if report.wake_word else MAP_TICKS)
    options: list[tuple[float, Heard]] = []
    dismissed: list[tuple[float, Heard]] = []
    for azimuth_deg, evidence, direct in _directions(report, main_deg):
        option = Heard(azimuth_deg, sigma_deg, confidence, direct=direct)
        option.person = matched(azimuth_deg, sigma_deg, people, rules, since_tick=since_tick)
        if option.person is None or not option.person.seen:
            option.confidence = _unseen(option, report, main_deg)
        option.doubt = _doubt(option, echoes, arc, empty)
        (dismissed if option.doubt is not None else options).append((evidence, option))
    options.sort(key=lambda item: -item[0])
    if dismissed:
        dismissed_evidence, least_bad = max(dismissed, key=lambda item: item[0])
        if not options or options[0][0] < FAINT * dismissed_evidence:
            # However faint it is beside a noise: a word that somebody in plain sight may have said, who faces the device, is theirs.
            return _only_facing([option for _, option in options], rules) or least_bad
    best_evidence, best = options[0]
    rivals = [
        option
        for evidence, option in options[1:]
        if (evidence >= rules.ambiguity_ratio * best_evidence or (report.ambiguous and _also_meant(option, rules)))
        and distance_deg(option.azimuth_deg, best.azimuth_deg) > rules.ambiguity_gap_deg
    ]
    unresolved = report.ambiguous and len(options) + len(dismissed) == 1
    if rivals or unresolved:
        chosen = _only_facing([best, *rivals], rules)
        if chosen is not None and not unresolved and not _may_have_called(options, chosen, rules):
            return chosen
        best.doubt = HoldReason.SOUND_AMBIGUOUS
        if habits is not None and chosen is None and not unresolved and len(rivals) == 1:
            return _by_habit(best, rivals[0], habits)
    return best


def _by_habit(best: Heard, rival: Heard, habits: Habits) -> Heard:
    """The likelier of two directions that tie; the doubt stays where habits may not act, or know too little."""
    if all(option.person is not None and option.person.seen for option in (best, rival)):
        return best  # two people are there, and both may have called
    tie = habits.tie(best.azimuth_deg, rival.azimuth_deg)
    if tie is None or not tie.acted:
        best.tie = tie
        return best
    likelier = min(best, rival, key=lambda option: distance_deg(option.azimuth_deg, tie.azimuth_deg))
    likelier.tie, likelier.doubt = tie, None
    # One of the two it is, and so many times rather this one.
    likelier.confidence = max(likelier.confidence, tie.odds / (1.0 + tie.odds))
    return likelier


def matched(
    azimuth_deg: float, sigma_deg: float, people: list[Person], rules: FusionRules, *, since_tick: int
) -> Person | None:
    """The living person, seen or remembered, whose direction fits a sound best, now or while it was made."""
    best, best_ratio = None, MATCH_SIGMAS
    for person in people:
        if person.seen and person.person < rules.min_person:
            continue
        apart_deg = min(distance_deg(place_deg, azimuth_deg) for place_deg in person.places_deg(since_tick=since_tick))
        if apart_deg > MATCH_MAX_DEG:
            continue
        ratio = apart_deg / math.sqrt(sigma_deg * sigma_deg + person.angle.p_aa)
        # A wide memory must not win over somebody in plain sight.
        ratio += 0.0 if person.in_view else 0.5
        if ratio < best_ratio:
            best, best_ratio = person, ratio
    return best


def seen_empty(
    vision: VisionReport, people: list[Person], rules: FusionRules, *, since_tick: int
) -> list[tuple[float, float]]:
    """Arcs (middle, half width) of the last picture in which nobody stands or has just stood."""
    if vision.seeing is not Seeing.SEEING or vision.frame_tick is None or not vision.sharp:
        return []
    half_deg, yaw_deg = rules.clear_half_fov_deg, vision.frame_yaw_deg
    taken = [s.azimuth_deg for s in vision.people if math.isfinite(s.azimuth_deg)]
    for person in people:
        if person.seen and (person.empty_looks == 0 or person.seen_tick >= since_tick):
            taken += person.places_deg(since_tick=since_tick)
    edges = [-half_deg]
    for bearing_deg in sorted(wrap_deg(azimuth_deg - yaw_deg) for azimuth_deg in taken):
        if abs(bearing_deg) <= half_deg + SAME_PLACE_DEG:
            edges += [bearing_deg - SAME_PLACE_DEG, bearing_deg + SAME_PLACE_DEG]
    edges.append(half_deg)
    return [
        (wrap_deg(yaw_deg + 0.5 * (low + high)), 0.5 * (high - low))
        for low, high in zip(edges[::2], edges[1::2], strict=True)
        if high > low
    ]


def _directions(report: SoundReport, main_deg: float) -> list[tuple[float, float, float]]:
    """The directions of a report: azimuth, evidence, and how likely somebody speaks there."""
    found = [
        (c.azimuth_deg, c.weight * (0.3 + 0.7 * c.direct), c.direct)
        for c in report.candidates
        if math.isfinite(c.azimuth_deg) and math.isfinite(c.weight) and math.isfinite(c.direct) and c.weight > 0.0
    ]
    if not found:
        return [(main_deg, 1.0, 1.0)]
    nearest = min(range(len(found)), key=lambda k: distance_deg(found[k][0], main_deg))
    if distance_deg(found[nearest][0], main_deg) < 10.0:
        # The main direction is the finer estimate of the same peak.
        found[nearest] = (main_deg, *found[nearest][1:])
        return found
    return [(main_deg, max(evidence for _, evidence, _ in found), 1.0), *found]


def _unseen(option: Heard, report: SoundReport, main_deg: float) -> float:
    """The confidence in a direction where nobody is seen."""
    likely, enough = option.direct, OTHER_DIRECT
    if option.azimuth_deg == main_deg:
        near = [c.direct for c in report.candidates if distance_deg(c.azimuth_deg, main_deg) < ONE_TALKER_DEG]
        likely, enough = max(likely, sum(direct for direct in near if math.isfinite(direct))), UNSEEN_DIRECT
    # Methods whose confidence is how likely the direction is have said it themselves.
    return (
        option.confidence if likely >= min(enough, option.confidence) else min(option.confidence, UNSEEN_WORTH * likely)
    )


def _also_meant(option: Heard, rules: FusionRules) -> bool:
    """Whether a direction beside the best one of an ambiguous sound may be that of a second caller."""
    person = option.person
    if person is None or not (person.seen and person.in_view):
        return option.direct >= RIVAL_DIRECT
    return option.direct >= (RIVAL_FACING if _faces(person, rules) else RIVAL_TURNED_AWAY)


def _doubt(
    option: Heard, echoes: Echoes, arc: RangeOfMotion | None, empty: list[tuple[float, float]]
) -> HoldReason | None:
    azimuth_deg, person = option.azimuth_deg, option.person
    if person is not None and person.seen:
        return None
    if arc is not None and arc.outside_by_deg(azimuth_deg) > RANGE_SLACK_DEG:
        return HoldReason.OUT_OF_RANGE
    if echoes.thing_at(azimuth_deg) or echoes.weight_at(azimuth_deg) >= DISTRUST:
        return HoldReason.NOT_CONFIRMED
    if any(distance_deg(azimuth_deg, middle_deg) <= half_deg for middle_deg, half_deg in empty):
        return HoldReason.NOBODY_THERE
    return None


def _only_facing(options: list[Heard], rules: FusionRules) -> Heard | None:
    """The one direction in which somebody in view faces the device."""
    facing = [o for o in options if o.person is not None and o.person.in_view and _faces(o.person, rules)]
    return facing[0] if len(facing) == 1 else None


def _may_have_called(options: list[tuple[float, Heard]], chosen: Heard, rules: FusionRules) -> bool:
    """Whether somebody else, far from the one who faces the device, surely speaks and is about as loud."""
    loud = RIVAL_SHARE * next(evidence for evidence, option in options if option is chosen)
    return any(
        option.direct >= RIVAL_SURE
        and evidence >= loud
        and distance_deg(option.azimuth_deg, chosen.azimuth_deg) > rules.ambiguity_gap_deg
        for evidence, option in options
        if option is not chosen
    )


def _faces(person: Person, rules: FusionRules) -> bool:
    return person.engagement >= rules.engaged_threshold
