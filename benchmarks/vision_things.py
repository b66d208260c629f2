"""Do the eyes name what stands around? Furniture and pets in rooms they were not tuned on, and people who are none of these."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np

from benchmarks.common import finish, parser, wilson
from benchmarks.vision_scenes import LIGHTS, PROMPT, Scene, _actors, camera_view, rooms
from simulator.onboard.angles import azimuth_deg, distance_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import CameraFrame, MotorMode, MotorState, ObjectSighting, Shutter, VisionHints
from simulator.onboard.tuning import Tuning
from simulator.onboard.vision.looking import eyes as eyes_of
from simulator.onboard.vision.stage import VisionStage
from simulator.runtime.models import vision_models
from simulator.world.camera.camera import VirtualCamera
from simulator.world.spec import ThingSpec, WorldSpec

SEED = 412  # never looked at while the detector's settings were chosen
TICKS = 2100  # five parts, one a second, four times over
KINDS = {"chair": "chair", "cat": "pet", "dog": "pet"}
NAMES = {"chair": "chair", "cat": "pet", "dog": "pet"}
FARTHEST_M, WIDEST_DEG, SAME_DEG = 3.2, 42.0, 12.0
LEAST_PX, CHANGED = 900, 40


def main() -> None:
    """Run it."""
    args = parser(__doc__).parse_args()
    facts = PROMPT
    models = vision_models(print)
    there: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    watched_s = 0.0
    for scene, spec in _cases(2 if args.quick else 8):
        camera = VirtualCamera(spec, facts.camera, np.random.default_rng([SEED, 1]))
        named = _watch(scene, spec, camera, eyes_of(facts, models))
        camera.close()
        watched_s += TICKS / 100
        things = [(KINDS[thing.kind], _place(thing.at, spec)[0]) for thing in _in_view(scene, spec)]
        for kind, azimuth in things:
            there[kind] += 1
            found[kind] += any(NAMES.get(one.label) == kind and _near(one, azimuth) for one in named)
        for one in named:
            label = NAMES.get(one.label)
            if label is not None and not any(label == kind and _near(one, a) for kind, a in things + _furniture(spec)):
                wrong[label] += 1
    figures: dict[str, float | int | str] = {}
    for kind in ("chair", "pet"):
        low, high = wilson(found[kind], there[kind])
        figures[f"things.{kind}_recall_pct"] = 100 * found[kind] / max(1, there[kind])
        figures[f"things.{kind}_recall_interval"] = f"{100 * low:.0f}-{100 * high:.0f} of {there[kind]}"
        figures[f"things.{kind}_wrong_per_min"] = 60 * wrong[kind] / watched_s
    finish(figures, args)


def _cases(count: int) -> Iterator[tuple[Scene, WorldSpec]]:
    """Each room in turn: its furniture, one pet, and people in half of them."""
    for k, spec in enumerate(rooms(SEED)[:count]):
        for j, yaw in enumerate((0.0, 35.0, -35.0)):
            chance = np.random.default_rng([SEED, k, j])
            actors = _actors(2, "still", (yaw,), chance, far_first=j + 2) if (k + j) % 2 else ()
            pets: tuple[str, ...] = (("cat",), ("dog",), ())[(k + j) % 3]
            yield (
                Scene(
                    kind="decoys", room=k, light=LIGHTS[(k + j) % 3], actors=actors, yaws_deg=(yaw,), rate_dps=60.0,
                    decoys=pets, long_ticks=TICKS,
                ),
                spec,
            )  # fmt: skip


def _watch(scene: Scene, spec: WorldSpec, camera: VirtualCamera, eyes: VisionStage) -> tuple[ObjectSighting, ...]:
    """What is named in the end."""
    yaw = scene.yaws_deg[0]
    report = None
    for tick in range(TICKS):
        frame = None
        if eyes.frame_wanted(tick):
            pixels, _ = camera.picture(camera_view(scene, spec, tick, yaw, 0.0))
            frame = CameraFrame(tick=tick, pixels=pixels, yaw_deg=yaw, rate_dps=0.0, detail=camera.detail)
        motor = MotorState(tick=tick, yaw_deg=yaw, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
        report = eyes.tick(frame, motor, Shutter.OPEN, VisionHints(), Tuning())
    return () if report is None else report.objects


def _in_view(scene: Scene, spec: WorldSpec) -> list[ThingSpec]:
    """Everything near enough that fills enough of the picture: nobody stands before it."""
    shown = {thing.name for thing in camera_view(scene, spec, 0, 0.0, 0.0).things}
    found = []
    for thing in spec.things:
        azimuth, far = _place(thing.at, spec)
        near = far < FARTHEST_M and distance_deg(azimuth, scene.yaws_deg[0]) < WIDEST_DEG
        if thing.kind in KINDS and thing.name in shown and near and _seen_px(scene, spec, thing) > LEAST_PX:
            found.append(thing)
    return found


def _seen_px(scene: Scene, spec: WorldSpec, thing: ThingSpec) -> int:
    """Pixels that change when a thing is taken away (its shadow is among them, so it is asked for a lot)."""
    pictures = []
    without = spec.model_copy(update={"things": tuple(other for other in spec.things if other is not thing)})
    for room in (spec, without):
        camera = VirtualCamera(room, DeviceFacts().camera, np.random.default_rng([SEED, 2]))
        pictures.append(camera.picture(camera_view(scene, room, TICKS - 1, scene.yaws_deg[0], 0.0))[0].astype(int))
        camera.close()
    return int((np.abs(pictures[0] - pictures[1]).max(2) > CHANGED).sum())


def _furniture(spec: WorldSpec) -> list[tuple[str, float]]:
    """What may rightly be called a chair though it is out of reach, or a sofa."""
    return [("chair", _place(thing.at, spec)[0]) for thing in spec.things if thing.kind in ("chair", "sofa")]


def _place(at: tuple[float, float], spec: WorldSpec) -> tuple[float, float]:
    x, y = at[0] - spec.device.x_m, at[1] - spec.device.y_m
    return azimuth_deg(bearing_deg=math.degrees(math.atan2(y, x)) - spec.device.heading_deg, yaw_deg=0.0), math.hypot(
        x, y
    )


def _near(one: ObjectSighting, azimuth: float) -> bool:
    return distance_deg(one.azimuth_deg, azimuth) < SAME_DEG


if __name__ == "__main__":
    main()
