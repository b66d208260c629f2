"""How well the ears find a talker beside a hard wall, beside classic methods on the same samples, and what hearing costs.

python -m benchmarks.ssl [--quick] [--finder NAME] [--sets NAME ...] [--legacy-noise] [--json FILE]

300 rooms of the near-wall recipe (docs/sound.md) with seeds from 20 000 on, which nothing was tuned or trained on, and talkers
that the classifier never heard. An answer is wrong when it is more than 15 degrees off; a wrong one within 15 degrees of the
noise source is a noise pick, else within 12 degrees of an echo of first or second order a reflection pick. Covered are the
answers that the device would act on: confidence over GATE and not ambiguous. Sets: `true` these rooms, `two` talkers, `elsewhere`
another renderer's rooms and arrays, `line` a measured line of microphones, `turning` while the array turns; `worst` names the set
with the most wrong answers. With --finder, one direction finder (PACKAGE/NAME
for one of an installed package) is judged beside the default one and the classic methods, alone and with a second talker.
"""

from __future__ import annotations

import itertools
import math
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import finish, parser, wilson
from benchmarks.ssl_cost import answer_time, render_time
from benchmarks.ssl_peers import PEERS, peer
from benchmarks.ssl_rooms import CASES, Heard, Listener, NearWallRoom, active_clip, arc, make_room, parts
from benchmarks.ssl_sets import TURNING_SCENES, Figures, Tally, other_rooms, two_talkers, while_turning, worst
from benchmarks.ssl_speech import prompts, real_prompts, wake_words
from simulator.onboard.angles import RangeOfMotion, distance_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import KnownWall
from simulator.onboard.ssl import dictionary
from simulator.onboard.ssl.answer import Answer, answer
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.evidence import Evidence, gather
from simulator.onboard.ssl.features import FEATURES
from simulator.onboard.ssl.finders import Finder, shipped
from simulator.onboard.ssl.forest import Forest
from simulator.onboard.ssl.places import PLACE_FEATURES
from simulator.onboard.ssl.question import question
from simulator.onboard.tuning import Tuning
from simulator.runtime.ear_models import DIRECT
from simulator.runtime.outside_finder import outside_finder

F32 = NDArray[np.float32]
FIRST_SEED = 20_000
ROOMS, QUICK_ROOMS = 300, 24
WINDOW_S = 0.9
WRONG_DEG, REFLECTION_DEG, NOISE_DEG = 15.0, 12.0, 15.0
# What the device acts on as it is tuned by default.
DOUBT = Tuning().attention
GATE = DOUBT.min_sound_confidence
RELIABILITY_EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0)
SETS = ("true", "two", "elsewhere", "line", "turning")
WRONG_IN = {
    **{f"true, {case}": f"true.{case}.wrong_pct" for case in CASES},
    "elsewhere": "elsewhere.wrong_pct",
    "line": "line.wrong_pct",
    "turning": "turning.wrong_pct",
}


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
    options.add_argument("--finder", metavar="NAME", help="judge this direction finder, and no costs")
    options.add_argument("--sets", nargs="+", choices=SETS, default=SETS, help="judge these sets only")
    options.add_argument(
        "--legacy-noise", action="store_true", help="the recipe before noise was said in the band of speech"
    )
    args = options.parse_args()
    rooms = args.rooms or (QUICK_ROOMS if args.quick else ROOMS)
    figures: Figures = {
        "rooms": rooms,
        "speech": "recorded prompts" if real_prompts() else "shipped voices",
        "gate": GATE,
    }
    bench = Bench(args.finder, legacy_noise=args.legacy_noise)
    extra = range(FIRST_SEED + 1000, FIRST_SEED + 1000 + max(rooms // 3, 8))
    if "true" in args.sets:
        bench.near_walls(range(FIRST_SEED, FIRST_SEED + rooms))
        bench.two_talkers(extra)
        if args.finder is None:
            bench.wrong_geometry(extra)
            bench.real_wake_words(extra)
        figures.update(bench.figures())
    figures.update(bench.further_sets(args.sets, rooms=rooms, quick=args.quick))
    figures.update(worst(figures, WRONG_IN))
    if args.finder is None and "true" in args.sets:
        figures.update(answer_time(quick=args.quick))
        figures.update(render_time())
    finish(figures, args)
    return 0


class Bench:
    """Collects judged answers by case and method."""

    def __init__(self, finder: str | None = None, *, legacy_noise: bool = False) -> None:
        """Prepare the product's array, its dictionary, and the finders to be judged: all that ship, or the default and one."""
        self._array = ArrayFacts()
        self._plain = dictionary.build(self._array, low_hz=500.0, high_hz=7000.0)
        ships = shipped(Forest(DIRECT.read_bytes(), features=FEATURES, place_features=PLACE_FEATURES))
        self._fused = ships["fused"]
        self._finders = dict(ships) if finder is None else {"fused": self._fused, finder: finder_named(finder, ships)}
        self._named = finder
        self._listener = Listener(self._array, legacy_noise=legacy_noise)
        self._clips = prompts("judge")
        self._picks: dict[tuple[str, str], list[Pick]] = defaultdict(list)
        self._both_found: list[bool] = []
        self._times: dict[str, list[float]] = defaultdict(list)
        self._peers = {name: peer(name, self._array) for name in PEERS}

    def near_walls(self, seeds: range) -> None:
        """The four cases, with and without a range of motion, with and without known walls, and the peers."""
        for seed in seeds:
            room = make_room(seed)
            for case in CASES:
                heard = self._listener.hear(room, case, (self._clip(seed),))
                if self._named is None:
                    self._beside_known_walls(case, room, heard)
                noise, window = parts(heard, self._plain, seconds=WINDOW_S)
                for name, finder in self._finders.items():
                    before = time.process_time()
                    evidence = gather(window, noise=noise, plain=self._plain, beside_walls=None)
                    said = self._answer(evidence, finder, arc(room))
                    self._times[name].append(time.process_time() - before)
                    self._judge(case, key(name), heard, said)
                    self._judge(f"{case}_no_rom", key(name), heard, self._answer(evidence, finder, None))
                for name, locate in self._peers.items():
                    before = time.process_time()
                    ring = locate(window)
                    self._times[f"pra_{name.lower()}"].append(time.process_time() - before)
                    self._judge_bare(case, f"pra_{name.lower()}", heard, best_inside(ring, room))
                    self._judge_bare(f"{case}_no_rom", f"pra_{name.lower()}", heard, float(np.argmax(ring)))
            if seed % 50 == 49:
                print(f"{seed - seeds.start + 1} rooms", file=sys.stderr, flush=True)

    def _beside_known_walls(self, case: str, room: NearWallRoom, heard: Heard) -> None:
        noise, window = parts(heard, self._plain, seconds=WINDOW_S)
        for exact, name in ((True, "fused_walls"), (False, "fused_rough_walls")):
            walled = dictionary.with_walls(self._array, self._plain, known_walls(room, exact=exact), yaw_deg=0.0)
            evidence = gather(window, noise=noise, plain=self._plain, beside_walls=walled)
            self._judge(case, name, heard, self._answer(evidence, self._fused, arc(room)))

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

    def two_talkers(self, seeds: range) -> None:
        """Two people at once: right is whichever of them is found."""
        for seed in seeds:
            room = make_room(seed, talkers=2)
            heard = self._listener.hear(room, "facing", (self._clip(seed), self._clip(seed + 7)))
            noise, window = parts(heard, self._plain, seconds=WINDOW_S)
            evidence = gather(window, noise=noise, plain=self._plain, beside_walls=None)
            for name in ("fused", self._named or "srp-phat"):
                said = self._answer(evidence, self._finders[name], arc(room))
                self._judge("two_talkers", key(name), heard, said)
                if name == "fused":
                    named = [c.azimuth_deg for c in said.candidates[:2]]
                    self._both_found.append(
                        all(min(distance_deg(a, n) for n in named) <= WRONG_DEG for a in heard.azimuths_deg)
                    )
            for name, locate in self._peers.items():
                self._judge_bare("two_talkers", f"pra_{name.lower()}", heard, best_inside(locate(window), room))

    def further_sets(self, sets: tuple[str, ...], *, rooms: int, quick: bool) -> Figures:
        """The figures of the sets that are not the recipe's rooms, by the finder that is judged."""
        finder = self._fused if self._named is None else self._finders[self._named]
        out: Figures = {}
        if "two" in sets:
            seeds = range(FIRST_SEED + 2000, FIRST_SEED + 2000 + rooms)
            out.update(two_talkers(seeds, self._clips, self._listener, self._plain, finder))
        if {"elsewhere", "line"} & set(sets):
            out.update(other_rooms(rooms if "elsewhere" in sets else 0, self._clips, finder))
        if "turning" in sets and self._named is None:
            out.update(while_turning(4 if quick else TURNING_SCENES, self._clips))
        return out

    def real_wake_words(self, seeds: range) -> None:
        """Recordings of many people saying the wake word, turned away; skipped where the recordings are not installed."""
        clips = wake_words()
        for seed in seeds if clips else ():
            room = make_room(seed)
            heard = self._listener.hear(
                room, "turned", (active_clip(clips[seed % len(clips)], seconds=WINDOW_S + 0.1),)
            )
            noise, window = parts(heard, self._plain, seconds=WINDOW_S)
            evidence = gather(window, noise=noise, plain=self._plain, beside_walls=None)
            self._judge("turned_wake_word", "fused", heard, self._answer(evidence, self._fused, arc(room)))

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
            if algorithm.startswith("fused") or algorithm == key(self._named or ""):
                low, high = wilson(covered_wrong, len(covered))
                out[f"{name}.covered_wrong_pct"] = 100 * covered_wrong / max(len(covered), 1)
                out[f"{name}.covered_wrong_low_pct"], out[f"{name}.covered_wrong_high_pct"] = 100 * low, 100 * high
        if self._both_found:
            out["two_talkers.fused.both_found_pct"] = 100 * float(np.mean(self._both_found))
        for name, times_s in self._times.items():
            out[f"answer_ms.{key(name)}"] = 1e3 * float(np.median(times_s))
        out.update(self._reliability("fused"))
        out.update(self._as_one_set())

        def wrong_in(algorithm: str, cases: tuple[str, ...], *, covered_only: bool = False) -> int:
            return sum(
                p.error_deg > WRONG_DEG and (p.covered or not covered_only)
                for c in cases
                for p in self._picks[c, algorithm]
            )

        peer_wrong = max(wrong_in("pra_srp", CASES), 1)
        out["wrong.ratio_to_pra_srp"] = wrong_in("fused", CASES) / peer_wrong
        out["wrong.covered_ratio_to_pra_srp"] = wrong_in("fused", CASES, covered_only=True) / peer_wrong
        unblocked = ("facing", "turned")
        if self._named is None:
            out["wrong.walls_ratio_to_pra_srp"] = wrong_in("fused_walls", CASES) / peer_wrong
        else:
            name = key(self._named)
            out[f"wrong.{name}_ratio_to_pra_srp"] = wrong_in(name, CASES) / peer_wrong
            out.update({f"{name}.{figure}": value for figure, value in self._reliability(name).items()})
        out["wrong.unblocked_ratio_to_pra_srp"] = wrong_in("fused", unblocked) / max(wrong_in("pra_srp", unblocked), 1)
        return out

    def _as_one_set(self) -> Figures:
        """The recipe's rooms in the range of motion, by the finder that is judged: each case and all together."""
        name = key(self._named or "fused")
        out: Figures = {}
        for case in (*CASES, "all"):
            picks = [p for c in CASES if case in (c, "all") for p in self._picks[c, name]]
            tally = Tally([p.error_deg for p in picks], [p.confidence for p in picks], [p.covered for p in picks])
            out.update(tally.figures(f"true.{case}"))
        return out

    def _reliability(self, name: str) -> Figures:
        """How often answers of each confidence are right, over the four cases with a range of motion."""
        picks = [p for case in CASES for p in self._picks[case, name]]
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
            noise, window = parts(heard, plain, seconds=WINDOW_S)
            evidence = gather(window, noise=noise, plain=plain, beside_walls=None)
            said = self._answer(evidence, self._fused, arc(room))
            self._judge(name, "fused", heard, said)

    def _clip(self, seed: int) -> F32:
        return active_clip(self._clips[seed % len(self._clips)], seconds=WINDOW_S + 0.1)

    def _answer(self, evidence: Evidence, finder: Finder, rom: RangeOfMotion | None, *, yaw_deg: float = 0.0) -> Answer:
        asked = question(evidence, range_of_motion=rom, yaw_deg=yaw_deg)
        return answer(asked, finder, yaw_deg=yaw_deg, doubt=DOUBT)

    def _judge(self, case: str, name: str, heard: Heard, answer: Answer) -> None:
        covered = answer.confidence >= GATE and not answer.ambiguous
        self._picks[case, name].append(judged(answer.azimuth_deg, heard, covered=covered, confidence=answer.confidence))

    def _judge_bare(self, case: str, name: str, heard: Heard, azimuth_deg: float) -> None:
        self._picks[case, name].append(judged(azimuth_deg, heard, covered=True, confidence=1.0))


def finder_named(name: str, ships: Mapping[str, Finder]) -> Finder:
    """A finder that ships, or one of an installed package."""
    return ships[name] if name in ships else outside_finder(name)


def best_inside(ring: NDArray[np.float64], room: NearWallRoom) -> float:
    """The best degree of a ring of 360 inside the range of motion of a room's place."""
    low, high = room.range_deg
    degrees = np.arange(360)
    return float(np.argmax(np.where((degrees >= low) & (degrees <= high), ring, -np.inf)))


def judged(azimuth_deg: float, heard: Heard, *, covered: bool, confidence: float) -> Pick:
    """Compare one direction with the truth."""
    error = min(distance_deg(azimuth_deg, true) for true in heard.azimuths_deg)
    noise = error > WRONG_DEG and distance_deg(azimuth_deg, heard.noise_deg) < NOISE_DEG
    echo = any(distance_deg(azimuth_deg, float(a)) < REFLECTION_DEG for a in heard.reflections_deg)
    return Pick(error, error > WRONG_DEG and not noise and echo, noise, covered, confidence)


def known_walls(room: NearWallRoom, *, exact: bool) -> tuple[KnownWall, ...]:
    """The near walls as set-up measured them: exactly, or 5 degrees and 3 cm off."""
    off_deg, off_m = (0.0, 0.0) if exact else (5.0, 0.03)
    return tuple(KnownWall(azimuth_deg=a + off_deg, distance_m=d + off_m) for a, d in room.walls)


def ring_of(radius_m: float) -> ArrayFacts:
    """Eight microphones on a ring."""
    angles = [math.tau * k / 8 for k in range(8)]
    return ArrayFacts(positions_m=tuple((radius_m * math.cos(a), radius_m * math.sin(a), 0.0) for a in angles))


def key(name: str) -> str:
    """A finder's name as part of a figure's name."""
    return name.replace("-", "_").replace("/", "_")


if __name__ == "__main__":
    raise SystemExit(main())
