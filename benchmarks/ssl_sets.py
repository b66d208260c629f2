"""The sets of `benchmarks.ssl` beyond the recipe's rooms: two talkers, another renderer, a measured line, a turning array."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import wilson
from benchmarks.ssl_elsewhere import Case, elsewhere, measured_lines
from benchmarks.ssl_rooms import Listener, active_clip, arc, make_room, parts
from benchmarks.ssl_turning import turning_errors
from simulator.onboard.angles import distance_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.ssl import dictionary
from simulator.onboard.ssl.answer import Answer, answer
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.evidence import gather
from simulator.onboard.ssl.finders import Finder
from simulator.onboard.ssl.question import question
from simulator.onboard.tuning import Tuning

F32 = NDArray[np.float32]
Figures = dict[str, float | int | str]
WRONG_DEG, APART_DEG = 15.0, 60.0
WINDOW_S = 0.9
DOUBT = Tuning().attention
FIRST_SEED = 60_000
TURNING_SCENES = 48
BINS = 10


@dataclass
class Tally:
    """Answers of one set: how far each is off, how sure it is, and whether the device would act on it."""

    errors_deg: list[float] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    acted_on: list[bool] = field(default_factory=list)

    def add(self, said: Answer, azimuths_deg: Iterable[float]) -> None:
        """Judge one answer; any of the true directions is right."""
        self.errors_deg.append(min(distance_deg(said.azimuth_deg, true) for true in azimuths_deg))
        self.confidences.append(said.confidence)
        self.acted_on.append(acted_on(said))

    def figures(self, name: str) -> Figures:
        """Median, rates with intervals, and the mean gap between what is said and what is true."""
        errors = np.array(self.errors_deg)
        wrong, covered = errors > WRONG_DEG, np.array(self.acted_on)
        low, high = wilson(int(wrong.sum()), len(errors))
        return {
            f"{name}.answers": len(errors),
            f"{name}.median_deg": float(np.median(errors)),
            f"{name}.wrong": int(wrong.sum()),
            f"{name}.wrong_pct": 100.0 * float(wrong.mean()),
            f"{name}.wrong_low_pct": 100.0 * low,
            f"{name}.wrong_high_pct": 100.0 * high,
            f"{name}.coverage_pct": 100.0 * float(covered.mean()),
            f"{name}.covered_wrong_pct": 100.0 * float(wrong[covered].mean()) if covered.any() else 0.0,
            f"{name}.ece_pct": 100.0 * calibration_error(np.array(self.confidences), ~wrong),
        }


def acted_on(said: Answer) -> bool:
    """Whether the device would turn for an answer as it is tuned."""
    return said.confidence >= DOUBT.min_sound_confidence and not said.ambiguous


def calibration_error(said: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error: the gap between what is said and what is true, over ten bins of what is said."""
    inside = np.minimum((said * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(said[inside == k].mean() - right[inside == k].mean())) * float((inside == k).mean())
        for k in np.unique(inside)
    ]
    return sum(gaps)


def two_talkers(seeds: range, clips: list[F32], listener: Listener, plain: Dictionary, finder: Finder) -> Figures:
    """Both among the first two directions; and nobody is turned to while two call at once, 60 degrees or more apart."""
    both, one, doubted = [], [], []
    for seed in seeds:
        room = make_room(seed, talkers=2)
        said = (clips[seed % len(clips)], clips[(seed + 7) % len(clips)])
        speech = tuple(active_clip(clip, seconds=WINDOW_S + 0.1) for clip in said)
        heard = listener.hear(room, "facing", speech)
        noise, window = parts(heard, plain, seconds=WINDOW_S)
        evidence = gather(window, noise=noise, plain=plain, beside_walls=None)
        asked = question(evidence, range_of_motion=arc(room), yaw_deg=0.0)
        told = answer(asked, finder, yaw_deg=0.0, doubt=DOUBT)
        named = [c.azimuth_deg for c in told.candidates[:2]]
        both.append(all(min(distance_deg(a, n) for n in named) <= WRONG_DEG for a in heard.azimuths_deg))
        one.append(min(distance_deg(told.azimuth_deg, a) for a in heard.azimuths_deg) <= WRONG_DEG)
        if distance_deg(*heard.azimuths_deg) >= APART_DEG:
            doubted.append(not acted_on(told))
    return {
        "two.rooms": len(both),
        "two.both_pct": 100.0 * float(np.mean(both)),
        "two.one_of_them_pct": 100.0 * float(np.mean(one)),
        "two.far_apart": len(doubted),
        "two.doubted_pct": 100.0 * float(np.mean(doubted)) if doubted else 0.0,
    }


def other_rooms(count: int, clips: list[F32], finder: Finder) -> Figures:
    """The other renderer, all rings together and each by itself, and the measured line."""
    tallies = {"elsewhere": Tally(), **{f"elsewhere.{n}_microphones": Tally() for n in (4, 6, 8)}, "line": Tally()}
    for number in range(count):
        case = elsewhere(FIRST_SEED + number, clips)
        said = _said(case, finder)
        for name in ("elsewhere", f"elsewhere.{len(case.array.positions_m)}_microphones"):
            tallies[name].add(said, (case.azimuth_deg,))
    for case in measured_lines(clips):
        tallies["line"].add(_said(case, finder), (case.azimuth_deg,))
    out: Figures = {}
    for name, tally in tallies.items():
        if tally.errors_deg:
            out.update(tally.figures(name))
    return out


def while_turning(scenes: int, clips: list[F32]) -> Figures:
    """Answers while the array turns."""
    each = [turning_errors(FIRST_SEED + seed, clips) for seed in range(scenes)]
    errors = np.concatenate([np.array(one) for one in each])
    wrong = int((errors > WRONG_DEG).sum())
    low, high = wilson(wrong, len(errors))
    return {
        "turning.scenes": scenes,
        "turning.answers": len(errors),
        "turning.median_deg": float(np.median(errors)),
        "turning.wrong_pct": 100.0 * wrong / len(errors),
        "turning.wrong_low_pct": 100.0 * low,
        "turning.wrong_high_pct": 100.0 * high,
    }


def worst(figures: Figures, sets: dict[str, str]) -> Figures:
    """The set with the most wrong answers: the first row of every table."""
    rates = {name: float(figures[key]) for name, key in sets.items() if key in figures}
    name = max(rates, key=lambda one: rates[one])
    return {"worst.set": name, "worst.wrong_pct": rates[name]}


_dictionaries: dict[ArrayFacts, Dictionary] = {}


def _said(case: Case, finder: Finder) -> Answer:
    plain = _dictionaries.get(case.array)
    if plain is None:
        plain = _dictionaries[case.array] = dictionary.build(case.array, low_hz=500.0, high_hz=7000.0)
    evidence = gather(case.window, noise=case.noise(plain), plain=plain, beside_walls=None)
    asked = question(evidence, range_of_motion=case.range_of_motion, yaw_deg=0.0)
    return answer(asked, finder, yaw_deg=0.0, doubt=DOUBT)
