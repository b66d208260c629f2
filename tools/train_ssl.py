"""Grow the classifier that tells talkers from walls and noises: python -m tools.train_ssl [--rooms N]  (seed and rooms fixed).

Rooms come from the near-wall recipe with seeds from 100 000 up, which no benchmark uses; talkers are the prompts of the
Debian packages asterisk-core-sounds-{it,ru,es}-g722 where installed, and the shipped voices. Gradient-boosted trees are grown
with scikit-learn and written as plain arrays to assets/ssl/direct.npz, with a logistic calibration on rooms kept aside.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from benchmarks.ssl_rooms import CASES, Listener, active_clip, make_room, parts
from benchmarks.ssl_speech import prompts
from simulator.onboard.angles import RangeOfMotion, distance_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import SAMPLE_RATE_HZ, KnownWall
from simulator.onboard.ssl import dictionary
from simulator.onboard.ssl.candidates import lead, peaks, refined_deg
from simulator.onboard.ssl.evidence import gather, running
from simulator.onboard.ssl.features import FEATURES, describe
from simulator.onboard.ssl.finders import RANKINGS, candidates, lead_of
from simulator.onboard.ssl.frames import spectra
from simulator.onboard.ssl.question import Question, question
from simulator.world.sound.voices import noise_clip

FIRST_SEED = 100_000
MOMENT_ROOMS = 150
RIGHT_WITHIN_DEG = 12.0
RIGHT_ANSWER_DEG = 15.0
CALIBRATION_SHARE = 5  # every fifth room is kept aside
OUT = Path(__file__).resolve().parents[1] / "assets" / "ssl" / "direct.npz"
NOISES = ("fan", "kettle", "kitchen", "music", "television")


def main() -> int:
    """Make rooms, grow trees, calibrate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=1200)
    parser.add_argument("--cache", type=Path, help="keep the described rooms here and use them again")
    rooms = parser.parse_args().rooms
    cache = parser.parse_args().cache
    if cache is not None and cache.is_file():
        with np.load(cache) as kept:
            rows, right, groups = kept["rows"], kept["right"], kept["groups"]
    else:
        rows, right, groups = described(rooms)
        if cache is not None:
            np.savez_compressed(cache, rows=rows, right=right, groups=groups)
    aside = groups % CALIBRATION_SHARE == 0
    grown = HistGradientBoostingClassifier(
        max_iter=250,
        max_leaf_nodes=15,
        learning_rate=0.05,
        l2_regularization=2.0,
        min_samples_leaf=40,
        random_state=1,
        early_stopping=False,
    ).fit(rows[~aside], right[~aside])
    arrays = as_arrays(grown)
    raw = grown.decision_function(rows[aside])
    curve = LogisticRegression(C=1e3).fit(raw[:, None], right[aside])
    names, curves = [], []
    leads = map_leads()
    for k, name in enumerate((*RANKINGS, "running")):
        seen = leads[leads[:, 0] == k]
        fit = LogisticRegression(C=1e2).fit(seen[:, 1:2], seen[:, 2])
        names.append(name)
        curves.append((float(fit.coef_[0, 0]), float(fit.intercept_[0])))
    for name, known in (("answer in range", 1.0), ("answer anywhere", 0.0)):
        best, best_right = answers(
            rows[aside], raw * float(curve.coef_[0, 0]) + float(curve.intercept_[0]), right[aside], known
        )
        fit = LogisticRegression(C=1e2).fit(best[:, None], best_right)
        names.append(name)
        curves.append((float(fit.coef_[0, 0]), float(fit.intercept_[0])))
    baseline = float(grown._baseline_prediction.ravel()[0])
    slope = float(curve.coef_[0, 0])
    OUT.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        OUT,
        features=np.array(FEATURES),
        slope=slope,
        bias=slope * baseline + float(curve.intercept_[0]),
        curve_names=np.array(names),
        curves=np.array(curves),
        **arrays,
    )
    print(
        f"{len(rows)} candidates of {len(np.unique(groups))} rooms; {len(arrays['feature'])} trees; {OUT.stat().st_size / 1e3:.0f} kB"
    )
    return 0


def described(rooms: int) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Rows, whether each is a talker, and the room each belongs to."""
    array = ArrayFacts()
    plain = dictionary.build(array, low_hz=500.0, high_hz=7000.0)
    listener = Listener(array)
    clips = prompts("train")
    noises = [noise_clip(kind) for kind in NOISES]
    rows, right, groups = [], [], []
    for number in range(rooms):
        room = make_room(FIRST_SEED + number)
        rng = np.random.default_rng([number, 5])
        seconds = float(rng.uniform(0.6, 1.0))
        clip = active_clip(clips[int(rng.integers(len(clips)))], seconds=seconds + 0.1)
        walls = tuple(
            KnownWall(azimuth_deg=a + rng.normal(0, 2), distance_m=max(0.05, d + rng.normal(0, 0.015)))
            for a, d in room.walls
        )
        walled = dictionary.with_walls(array, plain, walls, yaw_deg=0.0)
        # Every third room is noisier than the recipe, with a real kind of noise.
        noise_of_room, snr_db = None, None
        if number % 3 == 0:
            loop = noises[int(rng.integers(len(noises)))]
            noise_of_room = np.roll(np.resize(loop, len(loop) * 2), int(rng.integers(len(loop))))
            snr_db = float(rng.uniform(-3, 20))
        for case in CASES:
            heard = listener.hear(room, case, (clip,), noise=noise_of_room, snr_db=snr_db)
            noise, window = parts(heard, plain, seconds=seconds)
            for with_walls, with_range in ((False, True), (True, True), (False, False), (True, False)):
                evidence = gather(window, noise=noise, plain=plain, beside_walls=walled if with_walls else None)
                low, high = room.range_deg
                if number % 4 == 0:  # customers do not set the range exactly along the walls
                    low, high = low + rng.uniform(-20, 10), high + rng.uniform(-10, 20)
                arc = RangeOfMotion(min_deg=low, max_deg=high) if with_range else None
                asked = question(evidence, range_of_motion=arc, yaw_deg=0.0)
                scored, found = candidates(asked)
                described_rows = describe(asked, found)
                errors = np.array(
                    [distance_deg(refined_deg(scored, k, plain.azimuths_deg), heard.azimuths_deg[0]) for k in found]
                )
                rows.append(described_rows)
                right.append((errors <= RIGHT_WITHIN_DEG) & (errors == errors.min()))
                groups.append(np.full(len(found), number))
        if number % 100 == 99:
            print(number + 1, flush=True, file=sys.stderr)
    return (
        np.concatenate(rows).astype(np.float32),
        np.concatenate(right).astype(np.int64),
        np.concatenate(groups),
    )


def bare_leads(asked: Question, azimuth_deg: float) -> list[tuple[float, float, float]]:
    """For every ranking: its number, how far its best summit leads, and whether that is right."""
    out = []
    for k, method in enumerate(RANKINGS.values()):
        scored, found, ranking = method.ranked(asked)
        azimuths_deg = asked.evidence.plain.azimuths_deg
        error = distance_deg(refined_deg(scored, found[int(np.argmax(ranking))], azimuths_deg), azimuth_deg)
        out.append((float(k), lead_of(ranking), float(error <= RIGHT_ANSWER_DEG)))
    return out


def answers(
    rows: NDArray[np.float32], odds: NDArray[np.float64], right: NDArray[np.int64], known: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The best candidate of every answer, by its logarithmic odds, and whether it is right; answers begin at rank 0."""
    starts = np.flatnonzero(rows[:, FEATURES.index("rank")] == 0)
    best = np.array([a + int(np.argmax(odds[a:b])) for a, b in zip(starts, [*starts[1:], len(rows)], strict=True)])
    best = best[rows[best, FEATURES.index("range_known")] == known]
    return odds[best], right[best]


def map_leads() -> NDArray[np.float64]:
    """For every ranking and the running map: its number, how far its best summit leads, and whether that is right."""
    array = ArrayFacts()
    plain = dictionary.build(array, low_hz=500.0, high_hz=7000.0)
    listener = Listener(array)
    clips = prompts("train")
    out = []
    for number in range(MOMENT_ROOMS):
        room = make_room(FIRST_SEED - 1 - number)
        clip = active_clip(clips[number % len(clips)], seconds=1.0)
        arc = RangeOfMotion(min_deg=room.range_deg[0], max_deg=room.range_deg[1])
        for case in CASES:
            heard = listener.hear(room, case, (clip,))
            noise, window = parts(heard, plain, seconds=0.9)
            evidence = gather(window, noise=noise, plain=plain, beside_walls=None)
            asked = question(evidence, range_of_motion=arc, yaw_deg=0.0)
            out.extend(bare_leads(asked, heard.azimuths_deg[0]))
            for start_s in (0.0, 0.4):
                start = int(start_s * SAMPLE_RATE_HZ)
                moment = window[:, start : start + int(0.4 * SAMPLE_RATE_HZ)]
                ring, _ = running(spectra(moment, plain.bins), noise=noise, plain=plain)
                found = peaks(ring[None], asked.allowed, plain.azimuths_deg, most=3)
                error = distance_deg(float(plain.azimuths_deg[found[0]]), heard.azimuths_deg[0])
                out.append((float(len(RANKINGS)), lead(ring, found), float(error <= RIGHT_ANSWER_DEG)))
    return np.array(out)


def as_arrays(grown: HistGradientBoostingClassifier) -> dict[str, NDArray[np.generic] | int]:
    """The trees of scikit-learn as padded arrays; leaves point to themselves."""
    trees = [stage[0].nodes for stage in grown._predictors]
    size = max(len(nodes) for nodes in trees)
    shape = (len(trees), size)
    feature, left, right = (np.zeros(shape, np.int16) for _ in range(3))
    threshold, value = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for k, nodes in enumerate(trees):
        n = len(nodes)
        leaf = nodes["is_leaf"].astype(bool)
        own = np.arange(n)
        feature[k, :n] = np.where(leaf, 0, nodes["feature_idx"])
        threshold[k, :n] = np.where(leaf, 0, nodes["num_threshold"])
        left[k, :n] = np.where(leaf, own, nodes["left"])
        right[k, :n] = np.where(leaf, own, nodes["right"])
        value[k, :n] = np.where(leaf, nodes["value"], 0)
    depth = int(max(nodes["depth"].max() for nodes in trees))
    return {"feature": feature, "threshold": threshold, "left": left, "right": right, "value": value, "depth": depth}


if __name__ == "__main__":
    raise SystemExit(main())
