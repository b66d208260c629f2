"""A room with people for the eyes to look at, shared because weights and rooms take a second to set up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from simulator.onboard.facts import CameraFacts, DeviceFacts
from simulator.onboard.messages import CameraFrame, MotorMode, MotorState, Shutter, VisionHints, VisionReport
from simulator.onboard.tuning import Tuning
from simulator.onboard.vision.faces import FaceFinder
from simulator.onboard.vision.looking import eyes as eyes_of
from simulator.onboard.vision.models import VisionModels
from simulator.onboard.vision.stage import VisionStage
from simulator.runtime.models import ensure, vision_models
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.view import CameraView, FrameTruth, PersonView, ThingView
from simulator.world.spec import RoomSpec, ThingSpec, WorldSpec

THINGS = (
    ThingSpec(name="poster", kind="poster", at=(2.2, 4.56), size=(0.02, 0.7), height_m=1.0, bottom_m=0.9, angle_deg=-90),
    ThingSpec(name="tv", kind="television", at=(3.3, 4.55), size=(0.06, 1.1), height_m=0.65, bottom_m=1.0, angle_deg=-90),
    ThingSpec(name="coat", kind="coat", at=(4.4, 3.6), size=(0.5, 0.5), height_m=1.75),
    ThingSpec(name="dog", kind="dog", at=(1.3, 2.2), size=(0.75, 0.3), height_m=0.6, angle_deg=-60),
    ThingSpec(name="cat", kind="cat", at=(3.6, 1.8), size=(0.45, 0.2), height_m=0.32, bottom_m=0.6, angle_deg=-120),
)  # fmt: skip


@pytest.fixture(scope="session")
def models() -> VisionModels:
    ensure()
    missing: list[str] = []
    found = vision_models(missing.append)
    assert found.face_mesh is not None, missing
    assert found.body is not None, missing
    return found  # the names of things are no need: their own tests say when they are not there


@pytest.fixture(scope="session")
def room() -> Iterator[VirtualCamera]:
    spec = WorldSpec(room=RoomSpec(depth_m=4.6, window="east"), things=THINGS)
    camera = VirtualCamera(spec, DeviceFacts().camera, np.random.default_rng(3))
    yield camera
    camera.close()


Watch = Callable[..., list[tuple[VisionReport, FrameTruth | None]]]


@pytest.fixture
def watch(room: VirtualCamera) -> Watch:
    """Let eyes watch a changing room for some ticks; gives a report and its truth for each picture."""

    def watched(
        eyes: VisionStage,
        scene: Callable[[int], CameraView],
        ticks: range,
        *,
        hints: Callable[[int], VisionHints] = lambda _: VisionHints(),
        tuning: Tuning | None = None,
    ) -> list[tuple[VisionReport, FrameTruth | None]]:
        seen: list[tuple[VisionReport, FrameTruth | None]] = []
        for tick in ticks:
            now = scene(tick)
            motor = motor_state(tick, now.yaw_deg, now.rate_dps)
            frame = truth = None
            if eyes.frame_wanted(tick):
                pixels, truth = room.picture(now)
                frame = CameraFrame(
                    tick=tick, pixels=pixels, yaw_deg=now.yaw_deg, rate_dps=now.rate_dps, detail=room.detail
                )
            report = eyes.tick(frame, motor, Shutter.OPEN, hints(tick), tuning or Tuning())
            if frame is not None:
                seen.append((report, truth))
        return seen

    return watched


def eyes_at_once(models: VisionModels, *, finder: FaceFinder | None = None) -> VisionStage:
    """Eyes that need no time: what a picture shows is said in its own tick."""
    return eyes_of(DeviceFacts(camera=CameraFacts(latency_ms=0.0)), models, finder=finder)


def motor_state(tick: int, yaw_deg: float = 0.0, rate_dps: float = 0.0) -> MotorState:
    return MotorState(tick=tick, yaw_deg=yaw_deg, rate_dps=rate_dps, torque_nm=0.0, mode=MotorMode.HOLDING)


def someone(x_m: float = 2.5, y_m: float = 2.2, *, facing_deg: float = 0.0, **changes: object) -> PersonView:
    """Somebody who faces the device at (2.5, 0.4), or looks `facing_deg` past it."""
    towards = float(np.degrees(np.arctan2(0.4 - y_m, 2.5 - x_m)))
    plain: dict[str, object] = {
        "name": "ann", "look": "adult-1", "x_m": x_m, "y_m": y_m,
        "body_deg": towards + facing_deg, "head_deg": towards + facing_deg,
    }  # fmt: skip
    return PersonView(**(plain | changes))  # type: ignore[arg-type]


def place(name: str) -> ThingView:
    thing = next(thing for thing in THINGS if thing.name == name)
    return ThingView(name=name, x_m=thing.at[0], y_m=thing.at[1], angle_deg=thing.angle_deg)
