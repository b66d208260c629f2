"""Reads off runs how wrong the ears were: delays, spreads, wrong directions, confidences, noises taken for speech.

The same code reads runs with real and with modelled ears, so what it cannot see is unseen in both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from simulator.lab.measure.tallies import Readings, share, spread
from simulator.lab.measure.word_errors import WordCounts, count_words
from simulator.lab.qa.trust import HIDDEN
from simulator.onboard.angles import difference_deg, distance_deg
from simulator.onboard.messages import TICK_S, TICKS_PER_S, SoundReport, TickTrace
from simulator.runtime.header import Header
from simulator.world.feature_ears import MIRRORS
from simulator.world.mirrors import mirrors
from simulator.world.sightlines import SightLines
from simulator.world.truth import PersonTruth, TruthFrame

# A word is answered within this time or not at all.
ANSWER_S = 1.5
SURE_DEG = 15.0
# A direction counts once in this time: those between are made of the same sound.
RUNNING_EVERY_TICKS = 20
Pairs = list[tuple[TickTrace, TruthFrame]]


@dataclass(slots=True)
class EarCounts:
    """Everything counted on some runs."""

    voice_delay_s: list[float] = field(default_factory=list)
    voice_hold_s: list[float] = field(default_factory=list)
    wake_delay_s: list[float] = field(default_factory=list)
    heard: dict[bool, list[bool]] = field(default_factory=lambda: {True: [], False: []})  # by noise
    errors_deg: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})  # by wake word
    picks: dict[bool, list[str]] = field(default_factory=lambda: {True: [], False: []})
    confidence: dict[tuple[bool, bool], list[float]] = field(default_factory=dict)  # by wake word and right
    ambiguous: list[bool] = field(default_factory=list)  # by wake words against another voice
    noise_voice: dict[str, list[bool]] = field(default_factory=lambda: {"television": [], "music": []})
    words: WordCounts = field(default_factory=WordCounts)
    ways: list[tuple[float, float, float]] = field(default_factory=list)  # behind, hidden, level of the direct sound

    def readings(self) -> Readings:
        """What the counts come down to."""
        found: Readings = {}
        for name, values in (
            ("voice_delay_s", self.voice_delay_s),
            ("voice_hold_s", self.voice_hold_s),
            ("wake_delay_s", self.wake_delay_s),
        ):
            if values:
                found[name] = (float(np.median(values)), len(values))
        found["wake_rate"] = share(self.heard[False])
        found["wake_snr_db"] = share(self.heard[True])
        for wake, prefix in ((True, ""), (False, "running_")):
            right = [error for error in self.errors_deg[wake] if abs(error) <= SURE_DEG]
            found[f"{prefix}sigma_deg"] = spread(right)
            picks = self.picks[wake]
            nowhere = [pick == "nothing" for pick in picks if pick]
            # benchmarks/ssl: 1 in 100 of a thousand answers; a tenth of that weight beside the few words of the library.
            found[f"{prefix}gross_rate"] = share(nowhere, before=0.01, weight=100.0) if wake else share(nowhere)
            found[f"{prefix}reflection_db"] = share([pick == "reflection" for pick in picks if pick])
        found["running_blank_rate"] = share([not pick for pick in self.picks[False]])
        right_ones = self.confidence.get((True, True), [])
        for name, values in (
            ("right_confidence", right_ones),
            ("running_confidence", self.confidence.get((False, True), []) + self.confidence.get((False, False), [])),
            ("wrong_confidence", self.confidence.get((True, False), [])),
        ):
            if values:
                found[name] = (float(np.mean(values)), len(values))
        if right_ones:
            found["confidence_spread"] = (float(np.std(right_ones)), len(right_ones))
        found["noise_taken_rate"] = share(self.words.noise_taken, before=0.05, weight=10.0)
        found["walking_sigma_deg"] = spread(self.words.walking_deg)
        found["ambiguous_db"] = share(self.ambiguous)
        found["television_voice"] = share(self.noise_voice["television"])
        found["music_voice"] = share(self.noise_voice["music"])
        return found

    def shades_db(self) -> dict[str, tuple[float, int]]:
        """How much softer speech is behind a head and behind a thing, from the sound field's own paths."""
        if len(self.ways) < 100:
            return {}
        behind, hidden, level = np.array(self.ways).T
        table = np.column_stack([np.ones(len(level)), -behind, -hidden])
        _, head_db, thing_db = np.linalg.lstsq(table, level, rcond=None)[0]
        found = {"behind_db": (float(head_db), len(level))}
        if int((hidden > 0.5).sum()) >= 20:
            found["blocked_db"] = (float(thing_db), int((hidden > 0.5).sum()))
        return found


def count_ears(counts: EarCounts, pairs: Pairs, header: Header) -> None:
    """Count one run."""
    _speech(counts, pairs)
    _noises(counts, pairs)
    count_words(counts.words, pairs, header)
    _directions(counts, pairs, header)
    _ways(counts, pairs, header)


def _speech(counts: EarCounts, pairs: Pairs) -> None:
    """When speech is noticed, and until when."""
    began: int | None = None
    ended: int | None = None
    for trace, truth in pairs:
        talking = any(person.talking for person in truth.people)
        noisy = any(source.on for source in truth.sources)
        if talking and ended is None and began is None and not noisy and trace.sound.voice < 0.5:
            began = trace.tick
        elif not talking and began is not None:
            began, ended = None, trace.tick
        if began is not None and began >= 0 and trace.sound.voice >= 0.5:
            counts.voice_delay_s.append((trace.tick - began) * TICK_S)
            began = -1
        if ended is not None and (talking or trace.sound.voice < 0.5):
            if not talking:
                counts.voice_hold_s.append((trace.tick - ended) * TICK_S)
            ended = None


def _noises(counts: EarCounts, pairs: Pairs) -> None:
    """How often a television or music alone passes for speech."""
    quiet_since = 0
    for trace, truth in pairs:
        if any(person.talking for person in truth.people):
            quiet_since = trace.tick + TICKS_PER_S
        kinds = {source.kind for source in truth.sources if source.on}
        alone = trace.tick >= quiet_since and trace.tick % TICKS_PER_S == 0 and trace.tick > TICKS_PER_S
        for kind in ("television", "music"):
            if alone and kind in kinds:
                counts.noise_voice[kind].append(trace.sound.voice >= 0.5)


def _directions(counts: EarCounts, pairs: Pairs, header: Header) -> None:
    """Wake words heard and missed, and where sound was taken to come from."""
    last: SoundReport | None = None
    waiting: list[tuple[str, int, bool, bool]] = []  # who, when the word ended, in noise, beside another voice
    saying: set[str] = set()
    lately: dict[str, int] = {}
    running_tick = -RUNNING_EVERY_TICKS
    for trace, truth in pairs:
        tick, sound = trace.tick, trace.sound
        noisy = any(source.on for source in truth.sources)
        talkers = [person for person in truth.people if person.talking]
        lately |= {person.name: tick for person in talkers}
        now = {person.name for person in truth.people if person.says == "wake word"}
        for name in sorted(saying - now):
            others = [other for other, heard in lately.items() if other != name and tick - heard < TICKS_PER_S]
            waiting.append((name, tick, noisy, bool(others)))
        saying = now
        while waiting and (tick - waiting[0][1]) * TICK_S > ANSWER_S:
            counts.heard[waiting.pop(0)[2]].append(False)
        if sound is last:
            continue
        last = sound
        if sound.wake_word and waiting:
            name, end, noise, contested = waiting.pop(0)
            counts.heard[noise].append(True)
            if contested:
                counts.ambiguous.append(sound.ambiguous)
            elif not noise:
                counts.wake_delay_s.append((tick - end) * TICK_S)
                _picked(counts, sound, header, truth, speakers=[p for p in truth.people if p.name == name])
        elif (
            len(talkers) == 1
            and not noisy
            and not sound.frozen
            and sound.voice >= 0.5
            and tick - running_tick >= RUNNING_EVERY_TICKS
        ):
            running_tick = tick
            _picked(counts, sound, header, truth, speakers=talkers, wake=False)
    for _, _, noise, _ in waiting:
        counts.heard[noise].append(False)


def _picked(
    counts: EarCounts,
    sound: SoundReport,
    header: Header,
    truth: TruthFrame,
    *,
    speakers: list[PersonTruth],
    wake: bool = True,
) -> None:
    arc = header.spec.device.range
    # Who is outside the range of motion cannot be named, and whom something hides is often not: no errors that chance makes.
    if not speakers or (arc is not None and arc.outside_by_deg(speakers[0].azimuth_deg) > 0.0):
        return
    lines = SightLines(header.spec, eye_height_m=header.spec.device.height_m)
    if lines.hidden(speakers[0], people=(), things=truth.things)[0] > HIDDEN:
        return
    if sound.azimuth_deg is None:
        counts.picks[wake].append("")
        return
    error_deg = difference_deg(sound.azimuth_deg, speakers[0].azimuth_deg)
    right = abs(error_deg) <= SURE_DEG
    # Only echoes that the modelled ears know, so that both modes are judged alike.
    echoes = mirrors(header.spec, x_m=speakers[0].x_m, y_m=speakers[0].y_m)[:MIRRORS]
    echo = any(distance_deg(mirror.azimuth_deg, sound.azimuth_deg) <= SURE_DEG for mirror in echoes)
    counts.picks[wake].append("direct" if right else "reflection" if echo else "nothing")
    counts.errors_deg[wake].append(error_deg)
    counts.confidence.setdefault((wake, right), []).append(sound.confidence)


def _ways(counts: EarCounts, pairs: Pairs, header: Header) -> None:
    """The levels of direct sound, which the truth of a full run holds."""
    spec = header.spec
    lines = SightLines(spec, eye_height_m=spec.device.height_m)
    seen: object = None
    for _, truth in pairs:
        if truth.paths is seen or not truth.paths:
            continue
        seen = truth.paths
        for path in truth.paths:
            person = next((p for p in truth.people if p.name == path.source), None)
            if path.order == 0 and person is not None:
                hidden, _ = lines.hidden(person, people=(), things=truth.things)
                behind = 0.5 * (1.0 - math.cos(math.radians(person.facing_deg)))
                counts.ways.append((behind, hidden, path.gain_db + 20.0 * math.log10(max(person.distance_m, 0.3))))
