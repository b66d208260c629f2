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

from benchmarks.ssl_rooms import CASES, LEAD_S, Heard, Listener, active_clip, make_room
from benchmarks.ssl_speech import prompts
from simulator.onboard.angles import RangeOfMotion, distance_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import SAMPLE_RATE_HZ, KnownWall
from simulator.onboard.ssl import dictionary
from simulator.onboard.ssl.candidates import FEATURES, describe, lead, peaks, refined_deg, score, with_mirrored
from simulator.onboard.ssl.evidence import Evidence, Noise, gather, running
from simulator.onboard.ssl.finder import DELAY_WEIGHT, allowed_azimuths, arc_edges_deg
from simulator.onboard.ssl.frames import noise_covariance, spectra
from simulator.world.sound.voices import noise_clip

FIRST_SEED = 100_000
MOMENT_ROOMS = 150
RIGHT_WITHIN_DEG = 12.0
RIGHT_ANSWER_DEG = 15.0
CALIBRATION_SHARE = 5  # every fifth room is kept aside
OUT = Path(__file__).resolve().parents[1] / "assets" / "ssl" / "direct.npz"
NOISES = ("fan", "kettle", "kitchen", "music", "television")
BARE = ("srp-phat", "onset", "whitened", "decomposition")


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
    for k, name in enumerate((*BARE, "running")):
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
                evidence = gather(window, noise=noise, plain=plain, walled=walled if with_walls else None)
                low, high = room.range_deg
                if number % 4 == 0:  # customers do not set the range exactly along the walls
                    low, high = low + rng.uniform(-20, 10), high + rng.uniform(-10, 20)
                arc = RangeOfMotion(min_deg=low, max_deg=high) if with_range else None
                allowed = allowed_azimuths(plain.azimuths_deg, arc, yaw_deg=0.0)
                edges = arc_edges_deg(arc, yaw_deg=0.0)
                scored = score(evidence, "fused", range_known=with_range)
                found = with_mirrored(
                    scored, peaks(scored, allowed, plain.azimuths_deg), allowed, edges, plain.azimuths_deg
                )
                described_rows, _ = describe(evidence, found, plain, allowed=allowed, arc_deg=edges)
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


def parts(heard: Heard, plain: dictionary.Dictionary, *, seconds: float) -> tuple[Noise, NDArray[np.float32]]:
    """The noise before the speech, and the window of the speech."""
    lead = int(LEAD_S * SAMPLE_RATE_HZ)
    start = lead + 800
    window = heard.samples[:, start : start + int(seconds * SAMPLE_RATE_HZ)]
    return Noise(covariance=noise_covariance(spectra(heard.samples[:, :lead], plain.bins))), window


def bare_leads(
    evidence: Evidence,
    allowed: NDArray[np.bool_],
    plain: dictionary.Dictionary,
    azimuth_deg: float,
    edges: tuple[float, float] | None,
) -> list[tuple[float, float, float]]:
    """For every bare algorithm: its number, how far its best summit leads, and whether that is right."""
    out = []
    for k, name in enumerate(BARE):
        scored = score(evidence, name, range_known=True)
        found = peaks(scored, allowed, plain.azimuths_deg)
        ring = scored.max(axis=0)
        heights = np.maximum(ring[found] - ring[allowed].mean(), 1e-6)
        ranking = np.log(heights / heights.sum())
        if name == "decomposition":
            ranking = describe(evidence, found, plain, allowed=allowed, arc_deg=edges)[1].likelihood(
                delay_weight=DELAY_WEIGHT
            )
        order = np.argsort(-ranking)
        above = float(ranking[order[0]] - ranking[order[1]]) if len(order) > 1 else 3.0
        error = distance_deg(refined_deg(scored, found[order[0]], plain.azimuths_deg), azimuth_deg)
        out.append((float(k), above, float(error <= RIGHT_ANSWER_DEG)))
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
    """For every bare algorithm and the running map: its number, how far its best summit leads, and whether that is right."""
    array = ArrayFacts()
    plain = dictionary.build(array, low_hz=500.0, high_hz=7000.0)
    listener = Listener(array)
    clips = prompts("train")
    out = []
    for number in range(MOMENT_ROOMS):
        room = make_room(FIRST_SEED - 1 - number)
        clip = active_clip(clips[number % len(clips)], seconds=1.0)
        arc = RangeOfMotion(min_deg=room.range_deg[0], max_deg=room.range_deg[1])
        allowed = allowed_azimuths(plain.azimuths_deg, arc, yaw_deg=0.0)
        for case in CASES:
            heard = listener.hear(room, case, (clip,))
            noise, window = parts(heard, plain, seconds=0.9)
            evidence = gather(window, noise=noise, plain=plain, walled=None)
            out.extend(bare_leads(evidence, allowed, plain, heard.azimuths_deg[0], arc_edges_deg(arc, yaw_deg=0.0)))
            for start_s in (0.0, 0.4):
                start = int(start_s * SAMPLE_RATE_HZ)
                moment = window[:, start : start + int(0.4 * SAMPLE_RATE_HZ)]
                ring, _ = running(spectra(moment, plain.bins), noise=noise, plain=plain)
                found = peaks(ring[None], allowed, plain.azimuths_deg, most=3)
                error = distance_deg(float(plain.azimuths_deg[found[0]]), heard.azimuths_deg[0])
                out.append((float(len(BARE)), lead(ring, found), float(error <= RIGHT_ANSWER_DEG)))
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
