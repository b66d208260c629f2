"""Grow the trees that tell talkers from walls and noises, and those that read places: python -m tools.train_ssl --lessons FOLDER

The lessons are made by `python -m tools.ssl_lessons --rooms 3000 --out FOLDER`; talkers are the prompts of the Debian packages
asterisk-core-sounds-{it,ru}-g722 where installed, and the shipped voices. Gradient-boosted trees are grown with scikit-learn and
written as plain arrays to assets/ssl/direct.npz, with a logistic calibration on rooms kept aside; how far whole answers may be
trusted is fitted on further rooms of the near-wall recipe, which has none of the lessons' faults.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression

from benchmarks.ssl_rooms import CASES, Listener, active_clip, arc, make_room, parts
from benchmarks.ssl_speech import prompts
from simulator.onboard.angles import distance_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import SAMPLE_RATE_HZ
from simulator.onboard.ssl import dictionary, geometry
from simulator.onboard.ssl.candidates import lead, peaks, refined_deg
from simulator.onboard.ssl.evidence import gather, running
from simulator.onboard.ssl.features import FEATURES, describe
from simulator.onboard.ssl.finders import RANKINGS, candidates, lead_of
from simulator.onboard.ssl.frames import spectra
from simulator.onboard.ssl.places import PLACE_FEATURES, mirrored
from simulator.onboard.ssl.question import Question, question
from tools.ssl_lessons import FIRST_SEED, KEPT

MOMENT_ROOMS = 150
RIGHT_ANSWER_DEG = 15.0
# Without it the many other arrays cost the device's own 0.2 degrees in the median (80 rooms, facing).
OWN_ARRAY_COUNTS = 4.0
CALIBRATION_SHARE = 5  # every fifth room is kept aside
OUT = Path(__file__).resolve().parents[1] / "assets" / "ssl" / "direct.npz"
Grown = HistGradientBoostingClassifier | HistGradientBoostingRegressor
Arrays = dict[str, NDArray[np.generic] | int]
Curves = dict[str, tuple[float, float]]
F32 = NDArray[np.float32]


def main() -> int:
    """Grow trees, calibrate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lessons", type=Path, required=True, help="folder of described rooms")
    parser.add_argument("--out", type=Path, default=OUT, help="the file to write; without it the weights that ship")
    options = parser.parse_args()
    lessons, out = read(options.lessons), options.out
    rows, right, groups = lessons["rows"], lessons["right"], lessons["groups"]
    aside = groups % CALIBRATION_SHARE == 0
    grown = HistGradientBoostingClassifier(
        max_iter=400,
        max_leaf_nodes=63,
        learning_rate=0.04,
        l2_regularization=2.0,
        min_samples_leaf=40,
        random_state=1,
        early_stopping=False,
    ).fit(rows[~aside], right[~aside])
    raw = grown.decision_function(rows[aside])
    curve = LogisticRegression(C=1e3).fit(raw[:, None], right[aside])
    slope, bias = float(curve.coef_[0, 0]), float(curve.intercept_[0])
    curves = curves_of(grown, slope=slope, bias=bias)
    place = grow_places(lessons)
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        out,
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
    print(f"{len(rows)} candidates of {len(np.unique(groups))} rooms; {out.stat().st_size / 1e3:.0f} kB")
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
    ).fit(
        np.concatenate([rows[~aside], mirrored(rows[~aside])]),
        np.concatenate([offsets[~aside], -offsets[~aside]]),
        sample_weight=np.tile(np.where(own_array(rows[~aside]), OWN_ARRAY_COUNTS, 1.0), 2),
    )
    read_off = 0.5 * (grown.predict(rows[aside]) - grown.predict(mirrored(rows[aside])))
    print(
        f"{len(rows)} places; on rooms kept aside the median distance is {np.median(np.abs(read_off - offsets[aside])):.2f} deg,"
        f" {np.median(np.abs(offsets[aside])):.2f} deg without them"
    )
    return grown


def own_array(rows: F32) -> NDArray[np.bool_]:
    """Which places were heard by an array like the device's own."""
    own = ArrayFacts()
    microphones, aperture_mm = (rows[:, PLACE_FEATURES.index(name)] for name in ("microphones", "aperture_mm"))
    alike = np.abs(aperture_mm - 1e3 * geometry.aperture_m(own)) < 1.0
    return np.asarray(alike & (microphones == len(own.positions_m)))


def curves_of(grown: HistGradientBoostingClassifier, *, slope: float, bias: float) -> Curves:
    """How far every method may be trusted in rooms of the near-wall recipe: bare rankings and the running map by their lead, the
    trees' answer by its own odds, with and without a range.
    """
    leads: list[tuple[str, float, bool]] = []
    for asked, anywhere, azimuth_deg, window in recipe_questions():
        leads.extend(bare_leads(asked, azimuth_deg))
        leads.extend(running_leads(asked, azimuth_deg, window))
        for name, one in (("answer in range", asked), ("answer anywhere", anywhere)):
            score, found = candidates(one)
            odds = grown.decision_function(describe(one, found)) * slope + bias
            leads.append((name, float(odds.max()), is_right(one, score, found[int(np.argmax(odds))], azimuth_deg)))
    out: Curves = {}
    for name in dict.fromkeys(name for name, _, _ in leads):
        seen = np.array([(lead_by, right) for one, lead_by, right in leads if one == name], float)
        fit = LogisticRegression(C=1e2).fit(seen[:, :1], seen[:, 1])
        out[name] = (float(fit.coef_[0, 0]), float(fit.intercept_[0]))
    return out


def recipe_questions() -> Iterator[tuple[Question, Question, float, F32]]:
    """What is heard in rooms of the near-wall recipe, asked with and without a range, with the truth and the samples."""
    array = ArrayFacts()
    plain = dictionary.build(array, low_hz=500.0, high_hz=7000.0)
    listener = Listener(array)
    clips = prompts("train")
    for number in range(MOMENT_ROOMS):
        room = make_room(FIRST_SEED - 1 - number)
        clip = active_clip(clips[number % len(clips)], seconds=1.0)
        for case in CASES:
            heard = listener.hear(room, case, (clip,))
            noise, window = parts(heard, plain, seconds=0.9)
            evidence = gather(window, noise=noise, plain=plain, beside_walls=None)
            asked = question(evidence, range_of_motion=arc(room), yaw_deg=0.0)
            anywhere = question(evidence, range_of_motion=None, yaw_deg=0.0)
            yield asked, anywhere, heard.azimuths_deg[0], window


def bare_leads(asked: Question, azimuth_deg: float) -> Iterator[tuple[str, float, bool]]:
    """For every ranking: its name, how far its best summit leads, and whether that is right."""
    for name, method in RANKINGS.items():
        scored, found, ranking = method.ranked(asked)
        yield name, lead_of(ranking), is_right(asked, scored, found[int(np.argmax(ranking))], azimuth_deg)


def running_leads(asked: Question, azimuth_deg: float, window: F32) -> Iterator[tuple[str, float, bool]]:
    """The same of the running map, at two moments of a stretch."""
    plain = asked.evidence.plain
    for start_s in (0.0, 0.4):
        start = int(start_s * SAMPLE_RATE_HZ)
        moment = window[:, start : start + int(0.4 * SAMPLE_RATE_HZ)]
        ring, _ = running(spectra(moment, plain.bins), noise=asked.evidence.noise, plain=plain)
        found = peaks(ring[None], asked.allowed, plain.azimuths_deg, most=3)
        error = distance_deg(float(plain.azimuths_deg[found[0]]), azimuth_deg)
        yield "running", lead(ring, found), error <= RIGHT_ANSWER_DEG


def is_right(asked: Question, score: F32, at: int, azimuth_deg: float) -> bool:
    """Whether a summit is near enough to the talker."""
    return distance_deg(refined_deg(score, at, asked.evidence.plain.azimuths_deg), azimuth_deg) <= RIGHT_ANSWER_DEG


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
