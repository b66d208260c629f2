"""Fits the error models of feature mode: half of some random homes says how wrong the ears and eyes are, the other half how well
the models do.

    python -m simulator.lab.measure.fit_senses --homes 80 --out runs/fit          runs what is not known yet, fits, writes the file
    python -m simulator.lab.measure.fit_senses --homes 80 --out runs/fit --dry    the same without writing
    python -m simulator.lab.measure.fit_senses scenes --out runs/fit              scenes of one's own instead of random homes

Full runs are made by `swivel qa`, so a killed fit goes on where it was. A hash of a scene's name says to which half it belongs.
The modelled senses are measured on their own runs with the same ruler as the real ones, and their numbers turned until both
read alike: a delay by the difference, a spread by the ratio, a rate by its odds. Each scene then has seeds of its own, because
one seed is one person's luck in every scene.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from simulator.lab.homes.files import write_homes
from simulator.lab.measure.ear_errors import EarCounts, count_ears
from simulator.lab.measure.eye_errors import LIGHTS, EyeCounts, count_eyes
from simulator.lab.measure.tallies import Readings
from simulator.lab.qa.plan import PlanError, find_scenes, short_name
from simulator.lab.qa.result_store import code_digest, write_whole
from simulator.lab.qa.results_file import read_results
from simulator.lab.qa.trust import senses_digest
from simulator.lab.run_result import CheckResult, RunResult, RunVerdict, check_result
from simulator.lab.statistics import wilson
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.recorder import RecordingError
from simulator.runtime.recording import Recording, read
from simulator.runtime.run import RunLog, run_scene
from simulator.scene.homes.seeds import FIRST, HomeSeedError, Purpose, purpose_of, seeds_from
from simulator.scene.judge import judge, overall
from simulator.scene.loader import load
from simulator.world.assets import CHECKOUT
from simulator.world.feature_model import FILE, FeatureErrors, Fitted, as_file, feature_errors

ROUNDS, SEEDS = 4, 2
FEWEST = 12
# Decibels by which a level moves for each unit of log odds: the width of that step in the model.
DECIBELS = {"reflection_db": -2.5, "running_reflection_db": -2.5, "wake_snr_db": -1.0, "ambiguous_db": 1.5}
# Such a level moves only when what it makes rarer or more frequent was met this often.
LEAST_MET = 3
# The models read these as they are set, so the measured value is taken over.
TAKEN = {
    "gross_rate", "noise_taken_rate", "running_gross_rate",
    "right_confidence", "running_confidence", "wrong_confidence", "confidence_spread",
}  # fmt: skip
SHIFTED = {"voice_delay_s", "voice_hold_s", "wake_delay_s", "distance_bias"}
RATES = {
    "wake_rate", "running_blank_rate", "television_voice", "music_voice", "recall",
    "body_recall", "ghosts_per_frame", "poster_rate", "television_rate", "television_seen", *(f"light {x}" for x in LIGHTS),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedScene:
    """One run's verdict and those of its checks."""

    scene: str
    verdict: RunVerdict
    outcomes: tuple[CheckResult, ...]


def fitting(scene: str) -> bool:
    """Whether a scene belongs to the half that is fitted on."""
    return hashlib.sha256(scene.encode()).digest()[0] % 2 == 0


def measure(runs: Iterable[Recording | RunLog]) -> tuple[Readings, EarCounts]:
    """Read the ruler over some runs."""
    ears, eyes = EarCounts(), EyeCounts()
    for run in runs:
        pairs = [(t, u) for t, u in zip(run.traces, run.truths, strict=True) if u is not None]
        count_ears(ears, pairs, run.header)
        count_eyes(eyes, pairs, run.header)
    return ears.readings() | eyes.readings(), ears


def modelled_runs(paths: Sequence[Path], errors: FeatureErrors, *, seeds: int) -> Iterator[RunLog]:
    """Each scene with modelled senses, with seeds that no other scene has; 0: once, with the seed that CI uses."""
    for path in paths:
        scene = load(path)
        own = int.from_bytes(hashlib.sha256(short_name(path).encode()).digest()[1:4], "big")
        for seed in range(own, own + seeds) if seeds else [0]:
            if "feature" in scene.modes:
                yield run_scene(scene, seed=seed, mode="feature", errors=errors)


def turned(errors: FeatureErrors, *, real: Readings, modelled: Readings) -> FeatureErrors:
    """The models, turned by how far they read from the real senses."""
    plain = errors.model_dump()
    for part in ("ears", "eyes"):
        values = plain[part]
        for name in [*values, *(f"light {light}" for light in LIGHTS)]:
            if name not in real or name not in modelled or min(real[name][1], modelled[name][1]) < FEWEST:
                continue
            if name in DECIBELS and real[name][0] * (real[name][1] + 1) - 0.5 < LEAST_MET:
                continue
            if name.startswith("light "):
                lights = plain["eyes"]["light"]
                light = name.removeprefix("light ")
                lights[light] = _turned(name, lights[light], real[name][0], modelled[name][0])
            else:
                values[name] = _turned(name, values[name], real[name][0], modelled[name][0])
    return FeatureErrors.model_validate(_inside(plain))


def _turned(name: str, value: float, real: float, modelled: float) -> float:
    if name in TAKEN:
        found = real
    elif name in SHIFTED:
        found = value + real - modelled
    elif name in RATES:
        found = 1.0 / (1.0 + math.exp(-(_odds(value) + _odds(real) - _odds(modelled))))
    elif name in DECIBELS:
        found = value + DECIBELS[name] * min(max(_odds(real) - _odds(modelled), -2.0), 2.0)
    else:
        found = value * min(max(real / max(modelled, 1e-6), 1 / 3), 3.0)
    return float(f"{found:.4g}")


def _inside(plain: dict[str, Any]) -> dict[str, Any]:
    """Every number within what its field allows."""
    for part, kind in FeatureErrors.model_fields.items():
        fields = getattr(kind.annotation, "model_fields", {})
        for name, field in fields.items() if part != "fitted" else ():
            for bound in field.metadata:
                low, high = getattr(bound, "ge", None), getattr(bound, "le", None)
                if low is not None:
                    plain[part][name] = max(plain[part][name], low)
                if high is not None:
                    plain[part][name] = min(plain[part][name], high)
    return plain


def _odds(rate: float) -> float:
    rate = min(max(rate, 1e-4), 1.0 - 1e-4)
    return math.log(rate / (1.0 - rate))


def agreement(full: Sequence[JudgedScene | RunResult], feature: Sequence[JudgedScene | RunResult]) -> dict[str, float]:
    """How often both modes come to the same verdict, by scene and by check, and how far apart their margins are."""
    other = {result.scene: result for result in feature}
    pairs = [(result, other[result.scene]) for result in full if result.scene in other]
    same = sum(a.verdict == b.verdict for a, b in pairs)
    checks = [
        (one, two) for a, b in pairs for one, two in zip(a.outcomes, b.outcomes, strict=False) if one.id == two.id
    ]
    same_checks = sum(one.verdict == two.verdict for one, two in checks)
    late_s = [
        abs(one.margin - two.margin)
        for one, two in checks
        if one.unit == two.unit == "s" and one.passed and two.passed
        if one.margin is not None and two.margin is not None
    ]
    low, high = wilson(same, len(pairs))
    return {
        "scenes": len(pairs),
        "same": same,
        "pct": round(100 * same / max(len(pairs), 1), 1),
        "low_pct": round(100 * low, 1),
        "high_pct": round(100 * high, 1),
        "checks": len(checks),
        "checks_same": same_checks,
        "time_apart_median_s": round(float(np.median(late_s)), 3) if late_s else 0.0,
    }


def _judged(log: RunLog) -> JudgedScene:
    scene = load(Path(log.header.scene_path))
    outcomes = judge(scene.expect, log.columns())
    return JudgedScene(
        scene=log.header.scene_path,
        verdict=RunVerdict(overall(outcomes)),
        outcomes=tuple(check_result(outcome) for outcome in outcomes),
    )


def full_runs(paths: Sequence[Path], *, out: Path, jobs: int) -> list[RunResult]:
    """All results with real senses, by `swivel qa`; raises when a run crashed."""
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "main.py"), "qa", *map(str, paths), "--mode", "full", "--keep", "all", "--out", str(out),
         "--jobs", str(jobs), "--timeout", "1800"],
        stdout=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    if done.returncode in (ExitCode.BAD_USAGE, ExitCode.CRASHED):
        raise PlanError(f"swivel qa --mode full ended with exit {done.returncode}; the fit needs all runs")
    return read_results(out)[0]


def fit(paths: Sequence[Path], *, out: Path, jobs: int) -> FeatureErrors:
    """Run, measure, turn and check the models."""
    full = full_runs(paths, out=out, jobs=jobs)
    ours = [result for result in full if fitting(short_name(Path(result.scene)))]
    held = [result for result in full if result not in ours]
    real, ears = measure(read(Path(result.recording)) for result in ours if result.recording)
    errors = FeatureErrors()
    shades = {name: float(f"{value:.4g}") for name, (value, _) in ears.shades_db().items()}
    errors = errors.model_copy(update={"ears": errors.ears.model_copy(update=shades)})
    for _ in range(ROUNDS):
        modelled, _ = measure(modelled_runs([Path(result.scene) for result in ours], errors, seeds=SEEDS))
        errors = turned(errors, real=real, modelled=modelled)
    feature = [_judged(log) for log in modelled_runs(paths, errors, seeds=0)]
    other_seeds = [_judged(log) for log in modelled_runs([Path(result.scene) for result in held], errors, seeds=1)]
    fitted = Fitted(
        on=date.today().isoformat(),
        code=code_digest(modelled=False)[:16],
        senses=senses_digest(),
        scenes=len(ours),
        held_out=len(held),
        simulated_s=round(sum(result.sim_s for result in ours), 1),
        by={kind: (row[0], row[1], row[2]) for kind, row in sorted(ears.words.by.items())},
        cases={name: cases for name, (_, cases) in real.items() if cases >= FEWEST},
        agreement_held_out=agreement(held, feature),
        agreement_other_seeds=agreement(held, other_seeds),
        agreement_all=agreement(full, feature),
    )
    return errors.model_copy(update={"fitted": fitted})


def _asked_for(options: argparse.Namespace) -> list[Path]:
    """The scenes to fit on; raises PlanError without any, and HomeSeedError for homes that are kept for something else."""
    paths = find_scenes(options.scenes) if options.scenes else []
    if options.homes:
        seeds = seeds_from(options.seed, options.homes)
        if purpose_of(seeds[0]) is not Purpose.TRAIN:
            raise HomeSeedError(
                f"seed {seeds[0]}: is not for fitting; those from 0 to {FIRST[Purpose.DEVELOPMENT] - 1} are"
            )
        paths += write_homes(options.out, seeds, hard=1.0)
    if not paths:
        raise PlanError("nothing to fit on: name scenes, or ask for homes with --homes N")
    return paths


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("scenes", nargs="*", type=Path, help="scenes, or folders of them")
    parser.add_argument(
        "--homes", type=int, default=0, metavar="N", help="fit on N random homes of the seeds for fitting"
    )
    parser.add_argument("--seed", type=int, default=FIRST[Purpose.TRAIN], help="of the first home")
    parser.add_argument("--out", type=Path, default=Path("runs/fit"), help="where runs are kept (default runs/fit)")
    parser.add_argument("--jobs", type=int, default=1, help="worker processes (default 1)")
    parser.add_argument("--dry", action="store_true", help="leave the file as it was")
    options = parser.parse_args(arguments)
    old = feature_errors()
    try:
        errors = fit(_asked_for(options), out=options.out, jobs=options.jobs)
    except (PlanError, RecordingError, HomeSeedError) as error:
        sys.stderr.write(f"swivel: {error}\n")
        return 2
    if not options.dry:
        write_whole(FILE, as_file(errors).encode())
    for part in ("ears", "eyes"):
        was, now = getattr(old, part).model_dump(), getattr(errors, part).model_dump()
        for name, value in now.items():
            mark = "" if was.get(name) == value else f"   was {was.get(name)}"
            sys.stdout.write(f"{part}.{name:<22} {value}{mark}\n")
    assert errors.fitted is not None
    for title in ("agreement_held_out", "agreement_other_seeds", "agreement_all"):
        sys.stdout.write(f"{title}: {json.dumps(getattr(errors.fitted, title))}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
