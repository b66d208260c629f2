"""Wake words by kind: how many were said, heard and rightly placed, by voice, noise, facing, pace and range of who said them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from simulator.lab.qa.trust import HIDDEN
from simulator.onboard.angles import difference_deg, distance_deg
from simulator.onboard.messages import TICK_S, SoundReport, TickTrace
from simulator.runtime.header import Header
from simulator.world.feature_ears import TAKEN_KINDS, WALKED_M
from simulator.world.sightlines import SightLines
from simulator.world.truth import PersonTruth, TruthFrame

# A word is answered within this time or not at all, and is right within this angle.
ANSWER_S, SURE_DEG = 1.5, 15.0
# Who looks farther aside than this is turned away, and who is farther off than this is far.
AWAY_DEG, FAR_M = 75.0, 2.5
Pairs = Sequence[tuple[TickTrace, TruthFrame]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One wake word that was said, and what the ears made of it."""

    person: PersonTruth  # at its end
    walked_m: float
    noise: str  # the kind of what sounded meanwhile; "" in a quiet room
    noise_deg: float
    sound: SoundReport | None  # None: not heard


@dataclass(slots=True)
class WordCounts:
    """Everything counted on some runs."""

    by: dict[str, list[int]] = field(default_factory=dict)  # said, heard, right
    noise_taken: list[bool] = field(default_factory=list)
    walking_deg: list[float] = field(default_factory=list)


def count_words(counts: WordCounts, pairs: Pairs, header: Header) -> None:
    """Count one run; words that somebody else talks over, or whose speaker cannot be found, say nothing."""
    arc = header.spec.device.range
    voices = {person.name: person.voice for person in header.spec.people}
    for word in _words(pairs, header):
        person, sound = word.person, word.sound
        if arc is not None and arc.outside_by_deg(person.azimuth_deg) > 0.0:
            continue
        kinds = (
            f"voice {voices[person.name]}",
            f"noise {word.noise or 'none'}",
            "turned away" if person.facing_deg > AWAY_DEG else "facing",
            "walking" if word.walked_m > WALKED_M else "standing",
            "far" if person.distance_m > FAR_M else "near",
        )
        heard = sound is not None
        off_deg = None
        if sound is not None and sound.azimuth_deg is not None:
            off_deg = difference_deg(sound.azimuth_deg, person.azimuth_deg)
        right = off_deg is not None and abs(off_deg) <= SURE_DEG
        for kind in kinds:
            row = counts.by.setdefault(kind, [0, 0, 0])
            for k, one in enumerate((True, heard, right)):
                row[k] += one
        if off_deg is None or sound is None or sound.azimuth_deg is None:
            continue
        if word.noise in TAKEN_KINDS and distance_deg(word.noise_deg, person.azimuth_deg) > 2.0 * SURE_DEG:
            counts.noise_taken.append(not right and distance_deg(sound.azimuth_deg, word.noise_deg) <= SURE_DEG)
        if right and word.walked_m > WALKED_M:
            counts.walking_deg.append(off_deg)


def _words(pairs: Pairs, header: Header) -> Iterator[Word]:
    lines = SightLines(header.spec, eye_height_m=header.spec.device.height_m)
    begun: dict[str, tuple[float, float]] = {}
    waiting: list[tuple[PersonTruth, int, float, str, float]] = []
    last: SoundReport | None = None
    for trace, truth in pairs:
        now = {person.name: person for person in truth.people if person.says == "wake word"}
        for person in truth.people:
            if person.name in now:
                begun.setdefault(person.name, (person.x_m, person.y_m))
            elif person.name in begun:
                walked_m = math.dist(begun.pop(person.name), (person.x_m, person.y_m))
                others = any(other.talking for other in truth.people if other.name != person.name)
                hidden = lines.hidden(person, people=(), things=truth.things)[0] > HIDDEN
                if not others and not hidden:
                    kind, noise_deg = _noise(truth)
                    waiting.append((person, trace.tick, walked_m, kind, noise_deg))
        fresh = trace.sound is not last and trace.sound.wake_word
        last = trace.sound
        while waiting and (fresh or (trace.tick - waiting[0][1]) * TICK_S > ANSWER_S):
            person, _, walked_m, kind, noise_deg = waiting.pop(0)
            yield Word(
                person=person, walked_m=walked_m, noise=kind, noise_deg=noise_deg, sound=trace.sound if fresh else None
            )
            fresh = False
    for person, _, walked_m, kind, noise_deg in waiting:
        yield Word(person=person, walked_m=walked_m, noise=kind, noise_deg=noise_deg, sound=None)


def _noise(truth: TruthFrame) -> tuple[str, float]:
    """What sounds, such kinds first that may be taken for somebody."""
    sounding = sorted((source for source in truth.sources if source.on), key=lambda s: s.kind not in TAKEN_KINDS)
    return (sounding[0].kind, sounding[0].azimuth_deg) if sounding else ("", 0.0)
