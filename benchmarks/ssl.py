"""How well the ears find a talker beside a hard wall, beside classic methods on the same samples, and what hearing costs.

python -m benchmarks.ssl [--quick] [--json FILE]

300 rooms of the near-wall recipe (docs/sound.md) with seeds from 20 000 on, which nothing was tuned or trained on, and talkers
that the classifier never heard. An answer is wrong when it is more than 15 degrees off; a wrong one within 15 degrees of the
noise source is a noise pick, else within 12 degrees of an echo of first or second order a reflection pick. Covered are the
answers that the device would act on: confidence over GATE and not ambiguous.
"""

from __future__ import annotations

import argparse
import itertools
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyroomacoustics as pra
from numpy.typing import NDArray

from benchmarks.common import finish, parser, wilson
from benchmarks.ssl_cost import render_time
from benchmarks.ssl_rooms import CASES, LEAD_S, Heard, Listener, NearWallRoom, active_clip, make_room
from benchmarks.ssl_speech import prompts, real_prompts, wake_words
from simulator.onboard.angles import RangeOfMotion, distance_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import SAMPLE_RATE_HZ, KnownWall
from simulator.onboard.ssl import dictionary
from simulator.onboard.ssl.candidates import FEATURES
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.evidence import Noise, gather
from simulator.onboard.ssl.finder import Answer, choose
from simulator.onboard.ssl.forest import Forest
from simulator.onboard.ssl.frames import noise_covariance, spectra
from simulator.onboard.tuning import Tuning

F32 = NDArray[np.float32]
FIRST_SEED = 20_000
ROOMS, QUICK_ROOMS = 300, 24
WINDOW_S = 0.9
WRONG_DEG, REFLECTION_DEG, NOISE_DEG = 15.0, 12.0, 15.0
# What the device acts on as it is tuned by default.
DOUBT = Tuning().attention
GATE = DOUBT.min_sound_confidence
OURS = ("fused", "decomposition", "whitened", "onset", "srp-phat")
PEERS = ("SRP", "MUSIC", "NormMUSIC")
# The settings of the peers that measured best here: the same band, 32 ms frames, a one-degree grid.
PEER_FFT, PEER_HOP = 512, 256
RELIABILITY_EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0)
FOREST = Path(__file__).resolve().parents[1] / "assets" / "ssl" / "direct.npz"
Figures = dict[str, float | int | str]


@dataclass(frozen=True, slots=True)
class Pick:
    """One answer, judged."""

    error_deg: float
    reflection: bool
    noise: bool
    covered: bool
    confidence: float


def main() -> int:
    """Judge, time, report."""
    options = parser(__doc__)
    options.add_argument("--rooms", type=int, help=f"how many rooms; {ROOMS} unless --quick")
    args = options.parse_args()
    rooms = args.rooms or (QUICK_ROOMS if args.quick else ROOMS)
    figures: Figures = {
        "rooms": rooms,
        "speech": "recorded prompts" if real_prompts() else "shipped voices",
        "gate": GATE,
    }
    bench = Bench()
    bench.near_walls(range(FIRST_SEED, FIRST_SEED + rooms))
    extra = range(FIRST_SEED + 1000, FIRST_SEED + 1000 + max(rooms // 3, 8))
    bench.wrong_geometry(extra)
    bench.rotating(extra)
    bench.two_talkers(extra)
    bench.real_wake_words(extra)
    figures.update(bench.figures())
    figures.update(answer_time(args))
    figures.update(render_time())
    finish(figures, args)
    return 0


class Bench:
    """Collects judged answers by case and algorithm."""

    def __init__(self) -> None:
        """Prepare the product's array and its dictionary."""
        self._array = ArrayFacts()
        self._plain = dictionary.build(self._array, low_hz=500.0, high_hz=7000.0)
        self._forest = Forest(FOREST.read_bytes(), features=FEATURES)
        self._listener = Listener(self._array)
        self._clips = prompts("judge")
        self._picks: dict[tuple[str, str], list[Pick]] = defaultdict(list)
        self._both_found: list[bool] = []
        self._times: dict[str, list[float]] = defaultdict(list)
        self._peers = {name: peer(name, self._array) for name in PEERS}

    def near_walls(self, seeds: range) -> None:
        """The three cases, with and without a range of motion, with and without known walls, and the peers."""
        for seed in seeds:
            room = make_room(seed)
            for case in CASES:
                heard = self._listener.hear(room, case, (self._clip(seed),))
                noise, window = parts(heard, self._plain)
                for exact, name in ((True, "fused_walls"), (False, "fused_rough_walls")):
                    walled = dictionary.with_walls(
                        self._array, self._plain, known_walls(room, exact=exact), yaw_deg=0.0
                    )
                    evidence = gather(window, noise=noise, plain=self._plain, walled=walled)
                    self._judge(case, name, heard, self._choose(evidence, "fused", arc(room)))
                started = time.process_time()
                evidence = gather(window, noise=noise, plain=self._plain, walled=None)
                gathered = time.process_time()
                for algorithm in OURS:
                    before = time.process_time()
                    answer = self._choose(evidence, algorithm, arc(room))
                    self._times[algorithm].append(gathered - started + time.process_time() - before)
                    self._judge(case, key(algorithm), heard, answer)
                    self._judge(f"{case}_no_rom", key(algorithm), heard, self._choose(evidence, algorithm, None))
                for name, locate in self._peers.items():
                    before = time.process_time()
                    ring = locate(window)
                    self._times[name].append(time.process_time() - before)
                    low, high = room.range_deg
                    degrees = np.arange(360)
                    inside = np.where((degrees >= low) & (degrees <= high), ring, -np.inf)
                    self._judge_bare(case, f"pra_{name.lower()}", heard, float(np.argmax(inside)))
                    self._judge_bare(f"{case}_no_rom", f"pra_{name.lower()}", heard, float(np.argmax(ring)))
            if seed % 50 == 49:
                print(f"{seed - seeds.start + 1} rooms", file=sys.stderr, flush=True)

    def wrong_geometry(self, seeds: range) -> None:
        """A device file that lies about the ring: 36 mm believed on a 60 mm array, and the other way round."""
        small, large = ring_of(0.036), ring_of(0.060)
        pairs = {
            "wrong_geometry_36_on_60": (large, small),
            "wrong_geometry_60_on_36": (small, large),
            "ring_36": (small, small),
        }
        for name, (built, believed) in pairs.items():
            listener = Listener(built)
            plain = dictionary.build(believed, low_hz=500.0, high_hz=7000.0)
            self._simple(name, seeds, listener, plain)
        body = ArrayFacts(response="rigid cylinder")
        self._simple("cylinder", seeds, Listener(body), dictionary.build(body, low_hz=500.0, high_hz=7000.0))
        self._simple("cylinder_taken_for_ring", seeds, Listener(body), self._plain)

    def rotating(self, seeds: range) -> None:
        """The array turns at 60 degrees a second through the window, and the answer is for its middle."""
        rate_dps = 60.0
        middle_s = LEAD_S + 0.05 + WINDOW_S / 2
        for seed in seeds:
            room = make_room(seed)
            clip = self._clip(seed)
            lead = np.zeros(int(LEAD_S * SAMPLE_RATE_HZ), np.float32)
            still = self._listener.hear(room, "turned", (clip,))
            turning = self._listener.hear(room, "turned", (clip,), turning_dps=rate_dps)
            noise, _ = parts(still, self._plain)
            _, window = parts(turning, self._plain)
            yaw_deg = rate_dps * (middle_s - len(lead) / SAMPLE_RATE_HZ)
            evidence = gather(window, noise=noise, plain=self._plain, walled=None)
            self._judge("rotating", "fused", turning, self._choose(evidence, "fused", arc(room), yaw_deg=yaw_deg))

    def two_talkers(self, seeds: range) -> None:
        """Two people at once: right is whichever of them is found."""
        for seed in seeds:
            room = make_room(seed, talkers=2)
            heard = self._listener.hear(room, "facing", (self._clip(seed), self._clip(seed + 7)))
            noise, window = parts(heard, self._plain)
            evidence = gather(window, noise=noise, plain=self._plain, walled=None)
            for algorithm in ("fused", "srp-phat"):
                answer = self._choose(evidence, algorithm, arc(room))
                self._judge("two_talkers", key(algorithm), heard, answer)
                if algorithm == "fused":
                    named = [c.azimuth_deg for c in answer.candidates[:2]]
                    self._both_found.append(
                        all(min(distance_deg(a, n) for n in named) <= WRONG_DEG for a in heard.azimuths_deg)
                    )
            for name, locate in self._peers.items():
                low, high = room.range_deg
                degrees = np.arange(360)
                ring = np.where((degrees >= low) & (degrees <= high), locate(window), -np.inf)
                self._judge_bare("two_talkers", f"pra_{name.lower()}", heard, float(np.argmax(ring)))

    def real_wake_words(self, seeds: range) -> None:
        """Recordings of many people saying the wake word, turned away; skipped where the recordings are not installed."""
        clips = wake_words()
        for seed in seeds if clips else ():
            room = make_room(seed)
            heard = self._listener.hear(
                room, "turned", (active_clip(clips[seed % len(clips)], seconds=WINDOW_S + 0.1),)
            )
            noise, window = parts(heard, self._plain)
            evidence = gather(window, noise=noise, plain=self._plain, walled=None)
            self._judge("turned_wake_word", "fused", heard, self._choose(evidence, "fused", arc(room)))

    def figures(self) -> Figures:
        """All rates and times by name."""
        out: Figures = {}
        for (case, algorithm), picks in sorted(self._picks.items()):
            name = f"{case}.{algorithm}"
            wrong = sum(p.error_deg > WRONG_DEG for p in picks)
            covered = [p for p in picks if p.covered]
            covered_wrong = sum(p.error_deg > WRONG_DEG for p in covered)
            low, high = wilson(wrong, len(picks))
            out[f"{name}.median_deg"] = float(np.median([p.error_deg for p in picks]))
            out[f"{name}.wrong_pct"] = 100 * wrong / len(picks)
            out[f"{name}.wrong_low_pct"], out[f"{name}.wrong_high_pct"] = 100 * low, 100 * high
            out[f"{name}.reflection_pct"] = 100 * sum(p.reflection for p in picks) / len(picks)
            out[f"{name}.noise_pct"] = 100 * sum(p.noise for p in picks) / len(picks)
            out[f"{name}.coverage_pct"] = 100 * len(covered) / len(picks)
            if algorithm.startswith("fused"):
                low, high = wilson(covered_wrong, len(covered))
                out[f"{name}.covered_wrong_pct"] = 100 * covered_wrong / max(len(covered), 1)
                out[f"{name}.covered_wrong_low_pct"], out[f"{name}.covered_wrong_high_pct"] = 100 * low, 100 * high
        if self._both_found:
            out["two_talkers.fused.both_found_pct"] = 100 * float(np.mean(self._both_found))
        out.update(self._reliability())

        def wrong_in(algorithm: str, cases: tuple[str, ...], *, covered_only: bool = False) -> int:
            return sum(
                p.error_deg > WRONG_DEG and (p.covered or not covered_only)
                for c in cases
                for p in self._picks[c, algorithm]
            )

        peer_wrong = max(wrong_in("pra_srp", CASES), 1)
        out["wrong.ratio_to_pra_srp"] = wrong_in("fused", CASES) / peer_wrong
        out["wrong.covered_ratio_to_pra_srp"] = wrong_in("fused", CASES, covered_only=True) / peer_wrong
        out["wrong.walls_ratio_to_pra_srp"] = wrong_in("fused_walls", CASES) / peer_wrong
        unblocked = ("facing", "turned")
        out["wrong.unblocked_ratio_to_pra_srp"] = wrong_in("fused", unblocked) / max(wrong_in("pra_srp", unblocked), 1)
        return out

    def _reliability(self) -> Figures:
        """How often answers of each confidence are right, over the three cases with a range of motion."""
        picks = [p for case in CASES for p in self._picks[case, "fused"]]
        out: Figures = {}
        gap = 0.0
        for low, high in itertools.pairwise(RELIABILITY_EDGES):
            inside = [p for p in picks if low <= p.confidence < high or (high == 1.0 and p.confidence == 1.0)]
            if inside:
                said = float(np.mean([p.confidence for p in inside]))
                true = float(np.mean([p.error_deg <= WRONG_DEG for p in inside]))
                out[f"reliability.{low:g}_{high:g}.said_pct"] = 100 * said
                out[f"reliability.{low:g}_{high:g}.true_pct"] = 100 * true
                out[f"reliability.{low:g}_{high:g}.answers"] = len(inside)
                gap += abs(said - true) * len(inside) / len(picks)
        out["reliability.mean_gap_pct"] = 100 * gap
        return out

    def _simple(self, name: str, seeds: range, listener: Listener, plain: Dictionary) -> None:
        for seed in seeds:
            room = make_room(seed)
            heard = listener.hear(room, "turned", (self._clip(seed),))
            noise, window = parts(heard, plain)
            evidence = gather(window, noise=noise, plain=plain, walled=None)
            answer = choose(
                evidence,
                plain=plain,
                algorithm="fused",
                range_of_motion=arc(room),
                yaw_deg=0.0,
                forest=self._forest,
                doubt=DOUBT,
            )
            self._judge(name, "fused", heard, answer)

    def _clip(self, seed: int) -> F32:
        return active_clip(self._clips[seed % len(self._clips)], seconds=WINDOW_S + 0.1)

    def _choose(self, evidence, algorithm: str, rom: RangeOfMotion | None, *, yaw_deg: float = 0.0) -> Answer:  # type: ignore[no-untyped-def]
        return choose(
            evidence,
            plain=self._plain,
            algorithm=algorithm,
            range_of_motion=rom,
            yaw_deg=yaw_deg,
            forest=self._forest,
            doubt=DOUBT,
        )

    def _judge(self, case: str, name: str, heard: Heard, answer: Answer) -> None:
        covered = answer.confidence >= GATE and not answer.ambiguous
        self._picks[case, name].append(judged(answer.azimuth_deg, heard, covered=covered, confidence=answer.confidence))

    def _judge_bare(self, case: str, name: str, heard: Heard, azimuth_deg: float) -> None:
        self._picks[case, name].append(judged(azimuth_deg, heard, covered=True, confidence=1.0))


def judged(azimuth_deg: float, heard: Heard, *, covered: bool, confidence: float) -> Pick:
    """Compare one direction with the truth."""
    error = min(distance_deg(azimuth_deg, true) for true in heard.azimuths_deg)
    noise = error > WRONG_DEG and distance_deg(azimuth_deg, heard.noise_deg) < NOISE_DEG
    echo = any(distance_deg(azimuth_deg, float(a)) < REFLECTION_DEG for a in heard.reflections_deg)
    return Pick(error, error > WRONG_DEG and not noise and echo, noise, covered, confidence)


def parts(heard: Heard, plain: Dictionary) -> tuple[Noise, F32]:
    """The noise before the speech, and the window of the speech."""
    lead = int(LEAD_S * SAMPLE_RATE_HZ)
    start = lead + 800
    window = heard.samples[:, start : start + int(WINDOW_S * SAMPLE_RATE_HZ)]
    return Noise(covariance=noise_covariance(spectra(heard.samples[:, :lead], plain.bins))), window


def known_walls(room: NearWallRoom, *, exact: bool) -> tuple[KnownWall, ...]:
    """The near walls as set-up measured them: exactly, or 5 degrees and 3 cm off."""
    off_deg, off_m = (0.0, 0.0) if exact else (5.0, 0.03)
    return tuple(KnownWall(azimuth_deg=a + off_deg, distance_m=d + off_m) for a, d in room.walls)


def arc(room: NearWallRoom) -> RangeOfMotion:
    """The range of motion of a room's place."""
    low, high = room.range_deg
    return RangeOfMotion(min_deg=low, max_deg=high)


def ring_of(radius_m: float) -> ArrayFacts:
    """Eight microphones on a ring."""
    angles = [math.tau * k / 8 for k in range(8)]
    return ArrayFacts(positions_m=tuple((radius_m * math.cos(a), radius_m * math.sin(a), 0.0) for a in angles))


def key(algorithm: str) -> str:
    """An algorithm's name as part of a figure's name."""
    return algorithm.replace("-", "_")


def peer(name: str, array: ArrayFacts) -> Callable[[F32], NDArray[np.float64]]:
    """A direction finder of pyroomacoustics, as a function from a window to its ring of 360 values."""
    places = np.asarray(array.positions_m).T[:2]
    finder = pra.doa.algorithms[name](
        places, SAMPLE_RATE_HZ, PEER_FFT, c=343.0, num_src=1, azimuth=np.radians(np.arange(360))
    )
    window_function = np.hanning(PEER_FFT)

    def locate(window: F32) -> NDArray[np.float64]:
        short = pra.transform.stft.analysis(window.T.astype(float), PEER_FFT, PEER_HOP, win=window_function)
        finder.locate_sources(short.transpose(2, 1, 0), freq_range=[500.0, 7000.0])
        return np.asarray(finder.grid.values, dtype=float)

    return locate


def answer_time(args: argparse.Namespace) -> Figures:
    """Time from the end of the window to the answer, taken in turns with the peer on the same windows."""
    bench = Bench()
    seeds = range(FIRST_SEED + 5000, FIRST_SEED + 5000 + (5 if args.quick else 30))
    ours: list[float] = []
    theirs: list[float] = []
    forest = Forest(FOREST.read_bytes(), features=FEATURES)
    plain = dictionary.build(ArrayFacts(), low_hz=500.0, high_hz=7000.0)
    locate = peer("SRP", ArrayFacts())
    for seed in seeds:
        room = make_room(seed)
        heard = Listener(ArrayFacts()).hear(room, "turned", (bench._clip(seed),))
        noise, window = parts(heard, plain)
        for _ in range(3):
            started = time.process_time()
            evidence = gather(window, noise=noise, plain=plain, walled=None)
            choose(
                evidence,
                plain=plain,
                algorithm="fused",
                range_of_motion=arc(room),
                yaw_deg=0.0,
                forest=forest,
                doubt=DOUBT,
            )
            middle = time.process_time()
            locate(window)
            ours.append(middle - started)
            theirs.append(time.process_time() - middle)
    return {
        "time.answer_ms": 1e3 * float(np.median(ours)),
        "time.pra_srp_ms": 1e3 * float(np.median(theirs)),
        "time.ratio_to_pra_srp": float(np.median(ours) / np.median(theirs)),
    }


if __name__ == "__main__":
    raise SystemExit(main())
