"""Attacks on the record that stays of a picture: can a trained decoder draw the picture again, can people be told apart?

    python -m benchmarks.vision_privacy [--quick] [--json FILE]

Two attackers with the strongest helps that there are: they know the room, and own hundreds of pictures with their records
from this very camera. Each result says whether the attack beat its baseline, never that something is impossible.
"""

from __future__ import annotations

import simulator.runtime.threads  # isort: skip  # noqa: F401  (before numpy)

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.neural_network import MLPRegressor

from benchmarks.common import finish, parser, wilson
from benchmarks.vision_scenes import LOOKS, PROMPT
from simulator.onboard.messages import CameraFrame, MotorMode, MotorState, Shutter, VisionHints
from simulator.onboard.opencv import cv2
from simulator.onboard.tuning import Tuning
from simulator.onboard.vision.looking import eyes as eyes_of
from simulator.onboard.vision.points import COLUMNS, ROWS, SLOT_NUMBERS, SLOTS
from simulator.runtime.models import vision_models
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.view import CameraView, PersonView
from simulator.world.spec import RoomSpec, WorldSpec

Floats = NDArray[np.float64]
SMALL, FACE_PX = (128, 72), 24
SEED = 61
MARGIN = 0.03  # an attack on a picture counts as a success from this much likeness above its baseline


def main() -> None:
    """Make pictures and records, attack, report."""
    args = parser(__doc__).parse_args()
    count = 160 if args.quick else 700
    records, pictures, faces, who = _data(count)
    cut = int(0.8 * count)
    figures: dict[str, float | int | str] = {"pictures": count, "record.numbers": records.shape[1]}
    for name, targets, shape in (
        ("picture", pictures, (SMALL[1], SMALL[0], 3)),
        ("face", faces, (FACE_PX, FACE_PX, 3)),
    ):
        _reconstruct(name, records, targets, shape, cut, figures)
    _identify(records, who, cut, figures)
    finish(figures, args)


def _data(count: int) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    """(records, small pictures, close-ups of the face, who it is) of one person at a time in one room."""
    chance = np.random.default_rng(SEED)
    spec = WorldSpec(room=RoomSpec(depth_m=4.4, window="east"))
    facts, device = PROMPT, spec.device
    camera = VirtualCamera(spec, facts.camera, np.random.default_rng([SEED, 1]))
    eyes = eyes_of(facts, vision_models(print))
    rows: tuple[list[Floats], list[Floats], list[Floats], list[int]] = ([], [], [], [])
    tick = 0
    while len(rows[0]) < count:
        tick += 1000
        person = int(chance.integers(len(LOOKS)))
        azimuth, distance = np.radians(90 + chance.uniform(-40, 40)), chance.uniform(0.9, 2.6)
        x, y = device.x_m + distance * np.cos(azimuth), device.y_m + distance * np.sin(azimuth)
        towards = float(np.degrees(np.arctan2(device.y_m - y, device.x_m - x)))
        view = CameraView(
            tick=tick,
            yaw_deg=0.0,
            rate_dps=0.0,
            light=str(chance.choice(["day", "evening", "lamp"])),  # type: ignore[arg-type]
            people=(
                PersonView(
                    name="one", look=LOOKS[person], x_m=float(x), y_m=float(y),
                    body_deg=towards + float(chance.uniform(-30, 30)), head_deg=towards + float(chance.uniform(-30, 30)),
                    posture=str(chance.choice(["standing", "sitting"])),  # type: ignore[arg-type]
                ),
            ),
        )  # fmt: skip
        pixels, truth = camera.picture(view)
        if not truth.seen or truth.seen[0].head_visible < 1.0:
            continue
        small = cv2.resize(pixels, SMALL, interpolation=cv2.INTER_AREA)
        box = truth.seen[0].head_box
        x0, y0 = int(box.x * 640), int(box.y * 360)
        face = pixels[y0 : y0 + max(2, int(box.height * 360)), x0 : x0 + max(2, int(box.width * 640))]
        face = cv2.resize(face, (FACE_PX, FACE_PX), interpolation=cv2.INTER_AREA)
        frame = CameraFrame(tick=tick, pixels=pixels, yaw_deg=0.0, rate_dps=0.0, detail=camera.detail)
        motor = MotorState(tick=tick, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
        report = eyes.tick(frame, motor, Shutter.OPEN, VisionHints(), Tuning())
        assert report.points is not None
        for store, value in zip(rows, (report.points, small.ravel(), face.ravel(), person), strict=True):
            store.append(value)  # type: ignore[arg-type]
    camera.close()
    return (
        np.array(rows[0], np.float64), np.array(rows[1], np.float64), np.array(rows[2], np.float64), np.array(rows[3]),
    )  # fmt: skip


def _reconstruct(
    name: str,
    records: Floats,
    targets: Floats,
    shape: tuple[int, int, int],
    cut: int,
    figures: dict[str, float | int | str],
) -> None:
    """A neural decoder and the nearest known record against the mean of the known pictures."""
    scale = records[:cut].std(0) + 1e-6
    known, asked = (records[:cut] - records[:cut].mean(0)) / scale, (records[cut:] - records[:cut].mean(0)) / scale
    mean = targets[:cut].mean(0)
    basis = PCA(n_components=min(96, cut - 1), random_state=0).fit(targets[:cut])
    spread = basis.transform(targets[:cut]).std(0).max()
    net = MLPRegressor(hidden_layer_sizes=(256,), alpha=0.01, max_iter=300, early_stopping=True, random_state=0)
    net.fit(known, basis.transform(targets[:cut]) / spread)
    drawn = basis.inverse_transform(net.predict(asked) * spread)
    nearest = targets[np.argmin(((asked[:, None] - known[None]) ** 2).sum(2), 1)]
    base = _likeness(np.tile(mean, (len(asked), 1)), targets[cut:], shape)
    best = 0.0
    figures[f"{name}.mean_ssim"] = base
    for attack, guess in (("decoder", drawn), ("nearest", nearest)):
        likeness = _likeness(guess, targets[cut:], shape)
        figures[f"{name}.{attack}_ssim"] = likeness
        best = max(best, likeness)
    verdict = "succeeded" if best > base + MARGIN else "failed"
    figures[f"{name}.attack"] = f"reconstruction of the {name} {verdict}: likeness {best:.3f} against {base:.3f}"


def _identify(records: Floats, who: NDArray[np.int64], cut: int, figures: dict[str, float | int | str]) -> None:
    """Which of ten known people is it? From all numbers, and from the numbers of boxes and face points alone."""
    people = SLOTS * SLOT_NUMBERS
    chance = max(np.bincount(who[cut:])) / len(who[cut:])
    figures["identity.chance"] = float(chance)
    parts = {"all": slice(None), "face_points": slice(0, people), "grid": slice(people, people + COLUMNS * ROWS * 8)}
    for name, part in parts.items():
        forest = RandomForestClassifier(300, random_state=0).fit(records[:cut, part], who[:cut])
        hits = int((forest.predict(records[cut:, part]) == who[cut:]).sum())
        low, high = wilson(hits, len(who) - cut)
        verdict = "succeeded" if low > chance else "failed"
        figures[f"identity.{name}"] = hits / (len(who) - cut)
        figures[f"identity.{name}.attack"] = (
            f"telling ten people apart {verdict}: {low:.2f} to {high:.2f} right, chance {chance:.2f}"
        )


def _likeness(guess: Floats, truth: Floats, shape: tuple[int, int, int]) -> float:
    """Mean structural similarity (Wang et al. 2004) of grey pictures, with a Gaussian window of 1.5 pixels."""
    total = []
    for a, b in zip(guess, truth, strict=True):
        x, y = (np.clip(v, 0, 255).reshape(shape).mean(2).astype(np.float32) for v in (a, b))
        blur = [cv2.GaussianBlur(v, (0, 0), 1.5) for v in (x, y, x * x, y * y, x * y)]
        mx, my, sxx, syy, sxy = (
            blur[0],
            blur[1],
            blur[2] - blur[0] ** 2,
            blur[3] - blur[1] ** 2,
            blur[4] - blur[0] * blur[1],
        )
        c1, c2 = 6.5025, 58.5225
        total.append((((2 * mx * my + c1) * (2 * sxy + c2)) / ((mx**2 + my**2 + c1) * (sxx + syy + c2))).mean())
    return float(np.mean(total))


if __name__ == "__main__":
    main()
