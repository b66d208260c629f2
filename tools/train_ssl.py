"""Grow the trees that tell talkers from walls and noises, and those that read places: python -m tools.train_ssl --lessons FOLDER

The lessons are made by `python -m tools.ssl_lessons --rooms 6000 --out FOLDER`; talkers are the prompts of the Debian packages
asterisk-core-sounds-{it,ru}-g722 where installed, and the shipped voices. Gradient-boosted trees are grown with scikit-learn and
written as plain arrays to assets/ssl/direct.npz, with a logistic calibration on rooms kept aside.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression

from benchmarks.ssl_rooms import CASES, Listener, active_clip, make_room, parts
from benchmarks.ssl_speech import prompts
from simulator.onboard.angles import RangeOfMotion, distance_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import SAMPLE_RATE_HZ
from simulator.onboard.ssl import dictionary
from simulator.onboard.ssl.candidates import lead, peaks, refined_deg
from simulator.onboard.ssl.evidence import gather, running
from simulator.onboard.ssl.features import FEATURES
from simulator.onboard.ssl.finders import RANKINGS, lead_of
from simulator.onboard.ssl.frames import spectra
from simulator.onboard.ssl.places import PLACE_FEATURES, mirrored
from simulator.onboard.ssl.question import Question, question
from tools.ssl_lessons import FIRST_SEED, KEPT

MOMENT_ROOMS = 150
RIGHT_ANSWER_DEG = 15.0
CALIBRATION_SHARE = 5  # every fifth room is kept aside
OUT = Path(__file__).resolve().parents[1] / "assets" / "ssl" / "direct.npz"
Grown = HistGradientBoostingClassifier | HistGradientBoostingRegressor
Arrays = dict[str, NDArray[np.generic] | int]
Curves = dict[str, tuple[float, float]]


def main() -> int:
    """Grow trees, calibrate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lessons", type=Path, required=True, help="folder of described rooms")
    lessons = read(parser.parse_args().lessons)
    rows, right, groups = lessons["rows"], lessons["right"], lessons["groups"]
    aside = groups % CALIBRATION_SHARE == 0
    grown = HistGradientBoostingClassifier(
        max_iter=400,
        max_leaf_nodes=15,
        learning_rate=0.05,
        l2_regularization=2.0,
        min_samples_leaf=40,
        random_state=1,
        early_stopping=False,
    ).fit(rows[~aside], right[~aside])
    raw = grown.decision_function(rows[aside])
    curve = LogisticRegression(C=1e3).fit(raw[:, None], right[aside])
    slope, bias = float(curve.coef_[0, 0]), float(curve.intercept_[0])
    curves = {**bare_curves(), **answer_curves(rows[aside], raw * slope + bias, right[aside])}
    place = grow_places(lessons)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        OUT,
        allow_pickle=False,
        features=np.array(FEATURES),
        place_features=np.array(PLACE_FEATURES),
        slope=slope,
        bias=slope * float(grown._baseline_prediction.ravel()[0]) + bias,
        curve_names=np.array(tuple(curves)),
        curves=np.array(tuple(curves.values())),
        **as_arrays(grown),
        **as_arrays(place, prefix="place_"),
    )
    print(f"{len(rows)} candidates of {len(np.unique(groups))} rooms; {OUT.stat().st_size / 1e3:.0f} kB")
    return 0


def read(folder: Path) -> dict[str, NDArray[np.generic]]:
    """All lessons of a folder."""
    parts_of: dict[str, list[NDArray[np.generic]]] = {name: [] for name in KEPT}
    for path in sorted(folder.glob("rooms-*.npz")):
        with np.load(path) as stored:
            for name in KEPT:
                parts_of[name].append(stored[name])
    return {name: np.concatenate(parts) for name, parts in parts_of.items()}


def grow_places(lessons: dict[str, NDArray[np.generic]]) -> HistGradientBoostingRegressor:
    """The trees that say how far from its summit a talker is; every lesson also as a mirror shows it."""
    rows, offsets = np.asarray(lessons["places"], np.float32), np.asarray(lessons["offsets"], float)
    aside = np.asarray(lessons["place_groups"]) % CALIBRATION_SHARE == 0
    grown = HistGradientBoostingRegressor(
        loss="absolute_error",
        max_iter=300,
        max_leaf_nodes=15,
        learning_rate=0.06,
        l2_regularization=2.0,
        min_samples_leaf=60,
        random_state=1,
        early_stopping=False,
    ).fit(np.concatenate([rows[~aside], mirrored(rows[~aside])]), np.concatenate([offsets[~aside], -offsets[~aside]]))
    read_off = 0.5 * (grown.predict(rows[aside]) - grown.predict(mirrored(rows[aside])))
    print(
        f"{len(rows)} places; on rooms kept aside the median distance is {np.median(np.abs(read_off - offsets[aside])):.2f} deg,"
        f" {np.median(np.abs(offsets[aside])):.2f} deg without them"
    )
    return grown


def bare_curves() -> Curves:
    """How far each ranking and the running map may be trusted, by their lead."""
    out: Curves = {}
    leads = map_leads()
    for k, name in enumerate((*RANKINGS, "running")):
        seen = leads[leads[:, 0] == k]
        fit = LogisticRegression(C=1e2).fit(seen[:, 1:2], seen[:, 2])
        out[name] = (float(fit.coef_[0, 0]), float(fit.intercept_[0]))
    return out


def answer_curves(rows: NDArray[np.generic], odds: NDArray[np.float64], right: NDArray[np.generic]) -> Curves:
    """How far the best of an answer may be trusted, by its own odds, with and without a range."""
    out: Curves = {}
    for name, known in (("answer in range", 1.0), ("answer anywhere", 0.0)):
        best, best_right = answers(np.asarray(rows, np.float32), odds, np.asarray(right, np.int64), known)
        fit = LogisticRegression(C=1e2).fit(best[:, None], best_right)
        out[name] = (float(fit.coef_[0, 0]), float(fit.intercept_[0]))
    return out


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


def as_arrays(grown: Grown, *, prefix: str = "") -> Arrays:
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
    arrays = {"feature": feature, "threshold": threshold, "left": left, "right": right, "value": value, "depth": depth}
    return {f"{prefix}{name}": values for name, values in arrays.items()}


if __name__ == "__main__":
    raise SystemExit(main())
