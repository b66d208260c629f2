"""Modelled ears: what the sound stage would report, drawn from the truth and its error model.

A mistake belongs to an utterance and a place: whoever is heard from the wall once is heard from there until something changes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from simulator.onboard.angles import distance_deg, wrap_deg
from simulator.onboard.messages import SOUND_MAP_STEP_DEG, TICKS_PER_S, SoundCandidate, SoundReport
from simulator.onboard.seams import Moment
from simulator.onboard.state import copied
from simulator.onboard.tuning import Tuning
from simulator.world.chances import Chances
from simulator.world.feature_model import EarErrors
from simulator.world.mirrors import mirrors
from simulator.world.sightlines import SightLines
from simulator.world.spec import FailAction, PersonSpec, WorldSpec
from simulator.world.truth import PersonTruth, TruthFrame

MAP_EVERY_TICKS = 10
RANGE_SLACK_DEG = 6.0
WAKE_REST_TICKS = 100
# Level of a quiet home at the microphones.
ROOM_NOISE_DB = 32.0
WALL_NOTICED_M = 6.0
# So many of the strongest reflections are modelled.
MIRRORS = 2
# Who gets so far while saying the wake word walks.
WALKED_M = 0.12
# Noises with beginnings of their own, which a direction finder may take for somebody.
TAKEN_KINDS = frozenset({"television", "music", "kitchen"})
_SILENCE_KINDS = frozenset({"fan", "kettle", "kitchen", "noise"})
_KERNEL = np.exp(-0.5 * (np.arange(-36, 36) * SOUND_MAP_STEP_DEG / 12.0) ** 2).astype(np.float32)


class HearsWord(Protocol):
    """Whether a wake word is heard where it is said, by the real detector in the scene's own room."""

    def __call__(self, who: PersonSpec, person: PersonTruth, truth: TruthFrame) -> bool | None:
        """None: nobody can say."""


@dataclass(slots=True)
class _Sound:
    """One thing that sounds at the moment."""

    name: str
    azimuth_deg: float
    level_db: float  # of the direct sound at the device
    voice: bool
    mirrors: tuple[tuple[float, float], ...]  # azimuth and level of its strongest reflections


@dataclass(slots=True)
class _Utterance:
    """What chance decided for one stretch of speech."""

    luck: float  # 0..1: which reflection balance turns it wrong
    gross: float  # 0..1: low for a direction out of nothing, high for that of a noise
    gross_share: float  # 0..1: where in the range of motion such a direction lies
    bias: float  # of the direction, in sigmas
    wake_luck: float
    from_m: tuple[float, float]  # where it began


@dataclass(slots=True)
class _State:
    """Everything that changes."""

    talking: dict[str, _Utterance]
    wakes: dict[str, bool]  # who is saying the wake word
    due: list[tuple[int, str, PersonTruth]]
    lately: dict[str, tuple[int, _Sound]]  # who sounded, and when last
    voice_since: int = -1
    voice_last: int = -(10**6)
    map_tick: int = -(10**6)
    wake_tick: int = -(10**6)
    noise_voice_until: int = 0
    noise_voice: bool = False


class ModelledEars:
    """State and one verb."""

    def __init__(
        self, spec: WorldSpec, errors: EarErrors, *, chances: Chances, lines: SightLines, hears: HearsWord | None = None
    ) -> None:
        self._spec, self._e, self._chances, self._lines, self._hears = spec, errors, chances, lines, hears
        self._lost = [
            (round(a.at_s * TICKS_PER_S), 10**9 if a.for_s is None else round((a.at_s + a.for_s) * TICKS_PER_S))
            for a in spec.actions
            if isinstance(a, FailAction) and a.what == "microphones"
        ]
        self._s = _State(talking={}, wakes={}, due=[], lately={})
        self._truth: TruthFrame | None = None
        self._sounds: list[_Sound] = []
        self._report = SoundReport(tick=0, voice=0.0)

    def __call__(self, own: SoundReport | None, truth: TruthFrame, moment: Moment) -> SoundReport:
        """The report of one tick, whatever real ears said; the same object again while nothing new is known."""
        sensors, tuning = moment.sensors, moment.tuning
        s, tick = self._s, sensors.tick
        if truth is not self._truth:
            self._follow(truth, tick)
        if self._lost and any(first <= tick < last for first, last in self._lost):
            return self._silent(tick)
        woken = self._woken(tick, tuning) if s.due else None
        if woken is not None:
            self._report = woken
            return woken
        speaking = bool(s.talking) or (bool(self._sounds) and self._noise_speaks(tick))
        if speaking:
            if s.voice_since < 0:
                s.voice_since = tick
            if tick - s.voice_since >= self._e.voice_delay_s * TICKS_PER_S:
                s.voice_last = tick
        elif not s.due:
            s.voice_since = -1
        if tick - s.voice_last > self._e.voice_hold_s * TICKS_PER_S:
            return self._silent(tick)
        if abs(sensors.motor.rate_dps) > tuning.sound.freeze_rate_dps:
            return self._frozen(tick)
        if speaking and tick - s.map_tick >= MAP_EVERY_TICKS:
            s.map_tick = tick
            self._report = self._located(tick, self._sounds, tuning, sigma_deg=self._e.running_sigma_deg, wake=False)
        elif self._report.voice == 0.0 or self._report.wake_word:
            self._report = SoundReport(tick=tick, voice=0.9)
        return self._report

    def snapshot(self) -> Any:
        """Everything that changes."""
        return copied((self._s, self._sounds, self._chances.snapshot())), self._truth, self._report

    def restore(self, state: Any) -> None:
        """Go back to a snapshot."""
        kept, self._truth, self._report = state
        self._s, self._sounds, chances = copied(kept)
        self._chances.restore(chances)

    # --- who sounds ---------------------------------------------------------------------------------------------------

    def _follow(self, truth: TruthFrame, tick: int) -> None:
        self._truth, s = truth, self._s
        talking = {person.name: person for person in truth.people if person.talking}
        for person in truth.people:
            name = person.name
            says_wake = person.says == "wake word"
            if s.wakes.get(name) and not says_wake:
                s.due.append((tick + max(1, round(self._e.wake_delay_s * TICKS_PER_S)), name, person))
            s.wakes[name] = says_wake
            if person.talking and name not in s.talking:
                rng = self._chances.of(name)
                draw = rng.random(4)
                s.talking[name] = _Utterance(
                    luck=float(draw[0]),
                    gross=float(draw[1]),
                    gross_share=float(draw[2]),
                    bias=float(rng.standard_normal()),
                    wake_luck=float(draw[3]),
                    from_m=(person.x_m, person.y_m),
                )
        # Until its wake word is answered an utterance keeps its luck.
        waiting = {name for _, name, _ in s.due}
        for name in [name for name in s.talking if name not in talking and name not in waiting]:
            del s.talking[name]
        if talking or truth.sources:
            self._sounds = [self._voice(truth, person) for person in talking.values()]
            self._sounds += [self._source(k) for k, source in enumerate(truth.sources) if source.on]
        else:
            self._sounds = []
        for sound in self._sounds:
            s.lately[sound.name] = (tick, sound)

    def _voice(self, truth: TruthFrame, person: PersonTruth) -> _Sound:
        spec = next(p for p in self._spec.people if p.name == person.name)
        behind = self._e.behind_db * 0.5 * (1.0 - math.cos(math.radians(person.facing_deg)))
        hidden, _ = self._lines.hidden(person, people=(), things=truth.things)
        level_db = spec.loudness_db - 20.0 * math.log10(max(person.distance_m, 0.3)) - behind
        level_db -= self._e.blocked_db * hidden
        return _Sound(
            name=person.name,
            azimuth_deg=person.azimuth_deg,
            level_db=level_db,
            voice=True,
            mirrors=self._mirrored(person.x_m, person.y_m, spec.loudness_db, head_deg=person.head_deg),
        )

    def _source(self, index: int) -> _Sound:
        source = self._spec.sources[index]
        device = self._spec.device
        dx, dy = source.at[0] - device.x_m, source.at[1] - device.y_m
        return _Sound(
            name=source.name,
            azimuth_deg=wrap_deg(math.degrees(math.atan2(dy, dx)) - device.heading_deg),
            level_db=source.loudness_db - 20.0 * math.log10(max(math.hypot(dx, dy), 0.3)),
            voice=source.kind in ("television", "music"),
            mirrors=(),
        )

    def _mirrored(
        self, x_m: float, y_m: float, loudness_db: float, *, head_deg: float
    ) -> tuple[tuple[float, float], ...]:
        """The strongest reflections: azimuth, and level at the device with the direction in which the mouth spoke."""
        found = []
        for mirror in mirrors(self._spec, x_m=x_m, y_m=y_m)[:MIRRORS]:
            if mirror.way_m > WALL_NOTICED_M:
                continue
            leaves = math.radians(mirror.leaves_deg - head_deg)
            behind = self._e.behind_db * 0.5 * (1.0 - math.cos(leaves))
            level_db = loudness_db - 20.0 * math.log10(max(mirror.way_m, 0.3)) - behind
            level_db += 10.0 * math.log10(max(mirror.kept, 1e-3))
            found.append((mirror.azimuth_deg, level_db))
        return tuple(found)

    def _noise_speaks(self, tick: int) -> bool:
        """Whether a television or music passes for speech just now; decided again each second."""
        sounding = [sound for sound in self._sounds if sound.voice and sound.name not in self._s.talking]
        if not sounding:
            return False
        s = self._s
        if tick >= s.noise_voice_until:
            s.noise_voice_until = tick + TICKS_PER_S
            kinds = {source.name: source.kind for source in self._spec.sources}
            television = any(kinds.get(sound.name) == "television" for sound in sounding)
            share = self._e.television_voice if television else self._e.music_voice
            s.noise_voice = bool(self._chances.of("noise").random() < share)
        return s.noise_voice

    def _noise_db(self, but: str) -> float:
        power = 10.0 ** (ROOM_NOISE_DB / 10.0)
        for sound in self._sounds:
            if sound.name != but:
                power += 10.0 ** (sound.level_db / 10.0)
        return 10.0 * math.log10(power)

    # --- reports ------------------------------------------------------------------------------------------------------

    def _woken(self, tick: int, tuning: Tuning) -> SoundReport | None:
        s = self._s
        if s.due[0][0] > tick:
            return None
        _, name, person = s.due.pop(0)
        luck, truth = s.talking.get(name), self._truth
        if luck is None or truth is None:
            return None
        report = None
        if tick - s.wake_tick >= WAKE_REST_TICKS and self._noticed(luck, name, person, truth):
            s.wake_tick = tick
            # The direction comes from a window that began before the word ended, so whoever spoke in it counts.
            first = tick - round(tuning.sound.window_s * TICKS_PER_S)
            others = [sound for heard, sound in s.lately.values() if sound.name != name and heard >= first]
            walks = math.dist(luck.from_m, (person.x_m, person.y_m)) > WALKED_M
            sigma_deg = self._e.walking_sigma_deg if walks else self._e.sigma_deg
            report = self._located(tick, [self._voice(truth, person), *others], tuning, sigma_deg=sigma_deg, wake=True)
        if not any(p.talking for p in truth.people if p.name == name):
            del s.talking[name]
        return report

    def _noticed(self, luck: _Utterance, name: str, person: PersonTruth, truth: TruthFrame) -> bool:
        """Whether this wake word is heard: by the detector while nobody else speaks, else by the odds of its level."""
        heard = None
        if self._hears is not None and not any(other.talking and other.name != name for other in truth.people):
            heard = self._hears(next(p for p in self._spec.people if p.name == name), person, truth)
        if heard is not None:
            return heard
        snr_db = self._voice(truth, person).level_db - self._noise_db(name)
        return luck.wake_luck <= self._e.wake_rate / (1.0 + math.exp(-(snr_db - self._e.wake_snr_db)))

    def _located(self, tick: int, sounds: list[_Sound], tuning: Tuning, *, sigma_deg: float, wake: bool) -> SoundReport:
        e, said = self._e, [sound for sound in sounds if sound.voice]
        rng = self._chances.of(said[0].name if said else "noise")
        chance = rng.random(3)
        blank = not wake and chance[0] < e.running_blank_rate
        options: list[tuple[float, float, bool]] = []  # level, azimuth, right
        for sound in said:
            options += self._options(sound, wake=wake)
        arc = self._spec.device.range
        allowed = [o for o in options if arc is None or arc.contains_azimuth(o[1], slack_deg=RANGE_SLACK_DEG)]
        base = SoundReport(tick=tick, voice=0.9, wake_word=wake, wake_confidence=0.97 if wake else 0.0)
        if not allowed or blank:
            return base
        allowed.sort(key=lambda option: -option[0])
        level, azimuth_deg, right = allowed[0]
        azimuth_deg = wrap_deg(azimuth_deg + sigma_deg * float(rng.standard_normal()))
        # Only a wake word's answer is judged well enough for the ears to doubt a wrong one.
        mean = e.running_confidence if not wake else e.right_confidence if right else e.wrong_confidence
        confidence = min(max(mean + e.confidence_spread * float(rng.standard_normal()), 0.02), 0.99)
        gap_deg = tuning.attention.ambiguity_gap_deg
        rivals = [
            option
            for option in allowed[1:]
            if distance_deg(option[1], azimuth_deg) > gap_deg and level - option[0] < e.ambiguous_db
        ]
        powers = [10.0 ** ((option[0] - level) / 10.0) for option in [allowed[0], *rivals]]
        candidates = tuple(
            SoundCandidate(
                azimuth_deg=azimuth_deg if k == 0 else option[1],
                elevation_deg=20.0,
                weight=power / sum(powers),
                direct=confidence if k == 0 or option[2] else 0.5 * confidence,
            )
            for k, (option, power) in enumerate(zip([allowed[0], *rivals], powers, strict=True))
        )
        direct_rivals = [option for option in rivals if option[2] == right]
        ambiguous = wake and bool(direct_rivals) and len(said) > 1
        return replace(
            base,
            azimuth_deg=None if ambiguous else azimuth_deg,
            confidence=0.0 if ambiguous else confidence,
            ambiguous=ambiguous,
            candidates=candidates,
            sound_map=_map(azimuth_deg),
            beam_azimuth_deg=max(options)[1],
        )

    def _options(self, sound: _Sound, *, wake: bool) -> list[tuple[float, float, bool]]:
        """Directions that this sound may be heard from: level, azimuth, and whether that is where it is."""
        e, luck = self._e, self._s.talking.get(sound.name)
        if luck is None:
            return [(sound.level_db, sound.azimuth_deg, True)]
        if luck.gross < (e.gross_rate if wake else e.running_gross_rate):
            return [(sound.level_db, self._within_range(luck.gross_share), False)]
        noise_deg = self._noise_deg() if wake and 1.0 - luck.gross < e.noise_taken_rate else None
        if noise_deg is not None:
            return [(sound.level_db, noise_deg, False)]
        direct = (sound.level_db, wrap_deg(sound.azimuth_deg + 0.5 * e.sigma_deg * luck.bias), True)
        middle_db = e.reflection_db if wake else e.running_reflection_db
        # The utterance's luck says how many decibels a reflection needs to win this time.
        needed_db = middle_db + e.reflection_spread_db * math.log(luck.luck / max(1.0 - luck.luck, 1e-9) + 1e-9)
        wrong = [(level, angle, False) for angle, level in sound.mirrors]
        if wrong and max(wrong)[0] - sound.level_db > needed_db:
            # What is taken for the talker counts as the loudest, whatever it really is.
            return [(max(max(wrong)[0], sound.level_db) + 1.0, max(wrong)[1], False), direct]
        return [direct, *((level - needed_db, angle, False) for level, angle, _ in wrong)]

    def _noise_deg(self) -> float | None:
        """Where the loudest noise comes from that may be taken for somebody; None while there is none."""
        taken = {source.name for source in self._spec.sources if source.kind in TAKEN_KINDS}
        noises = [sound for sound in self._sounds if sound.name in taken]
        return max(noises, key=lambda sound: sound.level_db).azimuth_deg if noises else None

    def _within_range(self, share: float) -> float:
        """A direction that the ears may name at all."""
        arc = self._spec.device.range
        return wrap_deg(360.0 * share - 180.0 if arc is None else arc.min_deg + share * arc.width_deg)

    def _frozen(self, tick: int) -> SoundReport:
        before = self._report
        if before.frozen:
            return before
        if before.azimuth_deg is None:
            self._report = SoundReport(tick=tick, voice=0.9, frozen=True)
        else:
            self._report = replace(before, tick=tick, frozen=True, wake_word=False, wake_confidence=0.0)
        return self._report

    def _silent(self, tick: int) -> SoundReport:
        before = self._report
        if before.voice != 0.0 or before.wake_word:
            self._report = SoundReport(tick=tick, voice=0.0)
        return self._report


def _map(azimuth_deg: float) -> Any:
    bins = np.roll(_KERNEL, round((azimuth_deg + 180.0) / SOUND_MAP_STEP_DEG) - 36)
    bins = bins / bins.sum()
    bins.setflags(write=False)
    return bins
