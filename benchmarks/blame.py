"""Whom blame names when the culprit is known: planted faults of six parts, settings, and real changes of the stack's code.

Every draw is fresh: scene, seed, fault and how bad it is come from the number that the run is given.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

import simulator.runtime.threads  # noqa: F401  (before numpy is used)
from benchmarks.blame_mutants import mutants
from benchmarks.blame_oracles import oracles
from benchmarks.blame_seams import seams
from benchmarks.common import finish, parser, wilson
from simulator.lab.why.blame import blame, shapley
from simulator.lab.why.blame_result import Blame
from simulator.lab.why.replays import Replays
from simulator.runtime.compose import header_of
from simulator.runtime.header import Header
from simulator.scene.loader import Scene, load
from simulator.world.assets import SCENES
from simulator.world.faults.kinds import FAULTS
from simulator.world.oracles.seams import PARTS
from simulator.world.spec import FaultAction

FOLDERS = ("wake", "follow", "zones", "recipe", "call", "people", "range", "reflection", "light")
LONGEST_S = 10.0
# Kind of fault: how bad a weak one and a strong one is. What is not here has no degree.
Range = tuple[float, float]
AMOUNTS: dict[tuple[str, str], tuple[Range, Range]] = {
    ("ears", "bias"): ((10, 20), (30, 80)),
    ("ears", "scatter"): ((8, 16), (30, 60)),
    ("ears", "one direction"): ((-80, 80), (-80, 80)),
    ("ears", "late"): ((0.5, 1.0), (1.5, 5.0)),
    ("ears", "miss wake words"): ((0.4, 0.7), (1, 1)),
    ("ears", "unsure"): ((0.5, 0.7), (0.1, 0.3)),
    ("ears", "false wake words"): ((6, 9), (2, 4)),
    ("eyes", "bias"): ((7, 14), (20, 50)),
    ("eyes", "scatter"): ((4, 9), (15, 30)),
    ("eyes", "miss people"): ((0.5, 0.7), (0.88, 1)),
    ("eyes", "narrow"): ((25, 40), (6, 15)),
    ("eyes", "farther"): ((1.4, 1.8), (2.2, 4)),
    ("eyes", "late"): ((0.2, 0.4), (0.6, 2.5)),
    ("eyes", "ghost"): ((-50, 50), (-50, 50)),
    ("fusion", "bias"): ((8, 14), (25, 60)),
    ("fusion", "weak addressing"): ((0.6, 0.8), (0.1, 0.4)),
    ("fusion", "new ids"): ((2, 3), (0.4, 0.9)),
    ("fusion", "late"): ((0.4, 0.8), (1.5, 5)),
    ("fusion", "ghost"): ((-75, 75), (-75, 75)),
    ("planner", "bias"): ((8, 14), (25, 60)),
    ("planner", "scatter"): ((4, 8), (12, 25)),
    ("planner", "part of the way"): ((0.65, 0.8), (0.2, 0.5)),
    ("planner", "lazy"): ((25, 35), (45, 80)),
    ("planner", "late"): ((0.5, 1), (2, 6)),
    ("planner", "restless"): ((8, 14), (25, 50)),
    ("motion", "bias"): ((8, 14), (20, 50)),
    ("motion", "scale"): ((0.7, 0.8), (0.1, 0.5)),
    ("motion", "late"): ((0.5, 1), (1.5, 5)),
    ("motion", "crawl"): ((12, 20), (3, 7)),
    ("motion", "wobble"): ((4, 7), (15, 30)),
    ("motion", "weak"): ((0.06, 0.1), (0.005, 0.03)),
    ("motor", "stiction"): ((0.3, 0.5), (1.0, 1.4)),
    ("motor", "friction"): ((0.3, 0.4), (0.8, 1.3)),
    ("motor", "grease"): ((0.5, 1), (2.5, 5)),
    ("motor", "play"): ((6, 10), (20, 40)),
    ("motor", "soft"): ((1, 2), (0.02, 0.08)),
    ("motor", "encoder offset"): ((8, 14), (25, 50)),
    ("motor", "encoder scale"): ((0.8, 0.9), (1.6, 2.5)),
    ("motor", "late"): ((0.5, 1), (1.5, 5)),
    ("motor", "slow"): ((14, 20), (3, 7)),
    ("motor", "weak"): ((0.06, 0.1), (0.005, 0.03)),
}
SETTINGS: tuple[dict[str, float | str], ...] = (
    {"patience.settle_s": 9.0, "recipe.settle_s": 5.0, "call.settle_s": 5.0, "patience.motion_delay_s": 2.0},
    {"motion.max_rate_dps": 5.0},
    {"attention.wake_policy": "do not move"},
    {"attention.max_distance_m": 1.0},
    {"motion.max_accel_dps2": 20.0, "motion.max_jerk_dps3": 200.0, "motion.max_rate_dps": 15.0},
)


@dataclass(frozen=True, slots=True)
class Case:
    """One run with known culprits."""

    scene: Scene
    replays: Replays
    culprits: tuple[str, ...]
    what: str
    faults: int = 1


@cache
def library() -> tuple[Scene, ...]:
    """The short scenes in which something must come of what happens."""
    found = (load(path) for folder in FOLDERS for path in sorted((SCENES / folder).glob("*.scene.yaml")))
    return tuple(s for s in found if "feature" in s.modes and s.spec.duration_s <= LONGEST_S)


def drawn(rng: np.random.Generator, part: str, *, weak: bool) -> FaultAction:
    """A fault of a part."""
    kinds = [kind for kind in FAULTS[part] if not weak or (part, kind) in AMOUNTS]
    kind = kinds[rng.integers(len(kinds))]
    low, high = AMOUNTS.get((part, kind), ((0, 0), (0, 0)))[0 if weak else 1]
    amount = float(rng.uniform(low, high))
    if kind in ("bias", "encoder offset") and rng.random() < 0.5:
        amount = -amount
    begins_s = 0.0 if FAULTS[part][kind].at == "facts" else round(float(rng.uniform(0.0, 1.0)), 2)
    return FaultAction(at_s=begins_s, part=part, kind=kind, amount=round(amount, 3))  # type: ignore[arg-type]


def planted(scene: Scene, seed: int, faults: tuple[FaultAction, ...]) -> Header:
    """A run of a scene with these faults."""
    header = header_of(scene, seed=seed, mode="feature")
    return replace(header, spec=scene.spec.model_copy(update={"actions": (*scene.spec.actions, *faults)}))


def replays_of(scene: Scene, header: Header) -> Replays:
    """The runs that blame will ask for."""
    return Replays(header, scene.expect, default=scene.tuning)


def sound_scene(rng: np.random.Generator) -> tuple[Scene, int]:
    """A scene and a seed that are good without a fault."""
    while True:
        scene, seed = library()[rng.integers(len(library()))], int(rng.integers(1, 10_000))
        if replays_of(scene, header_of(scene, seed=seed, mode="feature")).good(()):
            return scene, seed


def singles(rng: np.random.Generator, *, each: int) -> Iterator[Case]:
    """Runs with one fault, until each part has broken a promise so often; a third of the faults is weak."""
    broken: Counter[str] = Counter()
    while any(broken[part] < each for part in PARTS):
        part = min(PARTS, key=lambda one: broken[one])
        scene, seed = sound_scene(rng)
        fault = drawn(rng, part, weak=rng.random() < 1 / 3)
        replays = replays_of(scene, planted(scene, seed, (fault,)))
        what = f"{part}: {fault.kind} {fault.amount:g}, seed {seed}"
        defect = not replays.good(())
        broken[part] += defect
        yield Case(scene, replays, (part,) if defect else (), what)


def doubles(rng: np.random.Generator, *, count: int) -> Iterator[Case]:
    """Runs with two faults, and who of the two breaks a promise alone."""
    made = 0
    while made < count:
        scene, seed = sound_scene(rng)
        pair = sorted(rng.choice(len(PARTS), 2, replace=False))
        faults = [drawn(rng, PARTS[place], weak=rng.random() < 1 / 3) for place in pair]
        replays = replays_of(scene, planted(scene, seed, tuple(faults)))
        if replays.good(()):
            continue
        runs = {fault.part: replays_of(scene, planted(scene, seed, (fault,))) for fault in faults}
        alone = tuple(part for part, one in runs.items() if not one.good(()))
        if alone:  # else either of the two repairs is right
            made += 1
            what = " and ".join(f"{fault.part}: {fault.kind} {fault.amount:g}" for fault in faults)
            yield Case(scene, replays, alone, f"{what}, seed {seed}", faults=2)


def settings(rng: np.random.Generator, *, count: int) -> Iterator[Case]:
    """Runs in which nothing is faulty but the knobs."""
    made = 0
    while made < count:
        scene, seed = sound_scene(rng)
        knobs = SETTINGS[rng.integers(len(SETTINGS))]
        changed = {path: value for path, value in knobs.items() if path not in scene.tuning.changed()}
        tuning = scene.tuning.patched(changed)
        replays = replays_of(scene, header_of(scene, seed=seed, mode="feature", tuning=tuning))
        if not replays.good(()):
            made += 1
            yield Case(scene, replays, ("settings",), f"settings: {knobs}, seed {seed}")


def in_turn(*drawing: Iterator[Case]) -> Iterator[Case]:
    """One of each, for as long as there are any: whoever stops early has some of all."""
    waiting = list(drawing)
    while waiting:
        for cases in tuple(waiting):
            case = next(cases, None)
            if case is None:
                waiting.remove(cases)
            else:
                yield case


@dataclass(slots=True)
class Tally:
    """What came of the cases."""

    hits: Counter[str]
    trials: Counter[str]
    replays: list[int]
    cpu_s: list[float]
    misses: list[str]

    def judge(self, case: Case, found: Blame) -> None:
        """Count one case in every rate that it is part of."""
        hit = found.culprits == case.culprits
        if case.culprits == ("settings",):
            self.take("nobody", not set(found.culprits) & set(PARTS), case, found)
            self.take("settings named", hit, case, found)
        elif not case.culprits:
            self.take("nobody", not found.culprits, case, found)
        elif case.faults == 2:
            self.take("double both" if len(case.culprits) == 2 else "double one", hit, case, found)
        else:
            self.take("single", hit, case, found)
            self.take(case.culprits[0], hit, case, found)

    def take(self, name: str, good: bool, case: Case, found: Blame) -> None:
        """Count one case."""
        self.trials[name] += 1
        self.hits[name] += good
        if found.broken:
            self.replays.append(found.replays)
            self.cpu_s.append(found.processor_s * 12.0 / case.replays.header.spec.duration_s)
        if not good:
            self.misses.append(
                f"{name}: {case.scene.name}, {case.what}: blamed {', '.join(found.culprits) or 'nobody'}"
            )

    def percent(self, name: str) -> float:
        """Share of hits."""
        return 100.0 * self.hits[name] / max(self.trials[name], 1)


def main() -> None:
    """Run the benchmark."""
    options = parser(__doc__)
    options.add_argument("--draw", type=int, default=2026, help="another number draws other faults")
    options.add_argument(
        "--no-mutants", action="store_true", help="leave out the changes of code, which need a checkout"
    )
    args: argparse.Namespace = options.parse_args()
    rng = np.random.default_rng(args.draw)
    each, pairs, knobs = (4, 6, 6) if args.quick else (65, 130, 60)
    tally = Tally(Counter(), Counter(), [], [], [])
    planted_count = 0
    one, two, three = rng.spawn(3)
    cases = in_turn(singles(one, each=each), doubles(two, count=pairs), settings(three, count=knobs))
    explained: list[Case] = []
    try:
        for case in cases:
            planted_count += case.culprits != ("settings",)
            tally.judge(case, blame(case.replays))
            if case.faults == 2 and len(explained) < (2 if args.quick else 8):
                explained.append(case)
    except KeyboardInterrupt:
        print(f"stopped early, after {planted_count} planted faults")
    figures = _figures(tally, planted_count) | bars(explained) | oracles(quick=args.quick) | seams(quick=args.quick)
    if not args.no_mutants:
        figures |= mutants(quick=args.quick)
    for miss in tally.misses:
        print(miss)
    finish(figures, args)


def bars(cases: list[Case]) -> dict[str, float | int | str]:
    """How far the shares of runs with two faults are from adding up to the error, and whether they come out the same twice."""
    worst_deg, same = 0.0, 0
    for case in cases:
        (shares, error_deg), again = shapley(case.replays), shapley(replays_of(case.scene, case.replays.header))
        worst_deg = max(worst_deg, abs(sum(shares.values()) - error_deg))
        same += (shares, error_deg) == again
    return {
        "bars.runs": len(cases),
        "bars.worst_gap_deg": worst_deg,
        "bars.same_pct": 100.0 * same / max(len(cases), 1),
    }


def _figures(tally: Tally, planted_count: int) -> dict[str, float | int | str]:
    low, _ = wilson(tally.hits["single"], tally.trials["single"])
    exact = tally.hits["double both"] + tally.hits["double one"]
    pairs = tally.trials["double both"] + tally.trials["double one"]
    return {
        "planted": planted_count,
        "single.defects": tally.trials["single"],
        "single.top1_pct": tally.percent("single"),
        "single.top1_low_pct": 100.0 * low,
        **{f"single.{part}_pct": tally.percent(part) for part in PARTS},
        "double.defects": pairs,
        "double.exact_pct": 100.0 * exact / max(pairs, 1),
        "double.both_pct": tally.percent("double both"),
        "double.both": tally.trials["double both"],
        "nobody.runs": tally.trials["nobody"],
        "nobody.pct": tally.percent("nobody"),
        "settings.named_pct": tally.percent("settings named"),
        "replays.mean": float(np.mean(tally.replays)),
        "replays.max": int(max(tally.replays)),
        "cpu_s.mean": float(np.mean(tally.cpu_s)),
    }


if __name__ == "__main__":
    main()
