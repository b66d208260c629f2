"""Without OpenGL the camera still shows people whom the detectors find, and says why it draws simply."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from simulator.onboard.facts import CameraFacts
from simulator.onboard.messages import Box
from simulator.onboard.vision.faces import YuNet
from simulator.runtime.models import ensure, path_of
from simulator.world.camera import stage
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.gl import NoRenderer
from simulator.world.camera.view import CameraView, PersonView, ThingView
from simulator.world.spec import ThingSpec, WorldSpec

pytestmark = pytest.mark.render

THINGS = (
    ThingSpec(name="table", kind="table", at=(2.5, 1.6), size=(0.6, 1.0), height_m=0.75),
    ThingSpec(name="poster", kind="poster", at=(1.4, 3.97), size=(0.02, 0.7), height_m=1.0, bottom_m=0.9, angle_deg=-90),
    ThingSpec(name="tv", kind="television", at=(3.6, 3.95), size=(0.06, 1.1), height_m=0.65, bottom_m=1.0, angle_deg=-90),
)  # fmt: skip
PLACES = tuple(
    ThingView(name=thing.name, x_m=thing.at[0], y_m=thing.at[1], angle_deg=thing.angle_deg) for thing in THINGS
)
ANN = PersonView(name="ann", look="adult-2", x_m=2.5, y_m=2.3, body_deg=-90.0, head_deg=-90.0)


@pytest.fixture(scope="module")
def simple() -> Iterator[VirtualCamera]:
    made = VirtualCamera(WorldSpec(things=THINGS), CameraFacts(), np.random.default_rng(1), renderer="sprites")
    yield made
    made.close()


@pytest.fixture(scope="module")
def faces_in() -> YuNet:
    ensure()
    return YuNet(path_of("faces").read_bytes())


def view(*people: PersonView, tick: int = 0) -> CameraView:
    return CameraView(tick=tick, yaw_deg=0.0, rate_dps=0.0, people=people, things=PLACES)


def test_without_a_driver_the_camera_falls_back_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise NoRenderer("no OpenGL for the virtual camera: libEGL.so.1 not found")

    monkeypatch.setattr(stage, "GlRenderer", missing)
    camera = VirtualCamera(WorldSpec(), CameraFacts(), np.random.default_rng(1))
    _, truth = camera.picture(CameraView(tick=0, yaw_deg=0.0, rate_dps=0.0))
    assert truth.drawn_by == "sprites"
    assert camera.note == "no OpenGL for the virtual camera: libEGL.so.1 not found; drawing simple sprites instead"
    with pytest.raises(NoRenderer):
        VirtualCamera(WorldSpec(), CameraFacts(), np.random.default_rng(1), renderer="gl")


def test_a_drawn_face_is_found_where_the_truth_has_it(simple: VirtualCamera, faces_in: YuNet) -> None:
    picture, truth = simple.picture(view(ANN))
    head = truth.seen[0].head_box
    faces = faces_in.find(picture)
    middles = [((f.box[0] + f.box[2] / 2) / 640, (f.box[1] + f.box[3] / 2) / 360) for f in faces if f.score > 0.6]
    assert any(head.x < x < head.x + head.width and head.y < y < head.y + head.height for x, y in middles)


def test_the_newsreader_on_a_television_is_a_face_and_moves(simple: VirtualCamera, faces_in: YuNet) -> None:
    picture, _ = simple.picture(view())
    faces = [face for face in faces_in.find(picture) if face.score > 0.5]
    assert any(340 < face.box[0] < 440 for face in faces)
    later, _ = simple.picture(view(tick=12))
    changed = np.abs(later.astype(int) - picture.astype(int)).max(2) > 40
    assert changed[:, 340:440].any()
    assert not changed[:, :320].any()  # the poster on the left stays as it is


def test_what_is_nearer_covers_what_is_farther(simple: VirtualCamera) -> None:
    far = PersonView(name="bea", look="adult-1", x_m=2.5, y_m=3.2, body_deg=-90.0, head_deg=-90.0)
    both, _ = simple.picture(view(ANN, far))
    swapped, _ = simple.picture(view(far, ANN))
    assert (np.abs(both.astype(int) - swapped.astype(int)).max(2) > 40).mean() < 0.002


def test_a_detail_is_the_enlarged_picture(simple: VirtualCamera) -> None:
    picture, _ = simple.picture(view(ANN))
    part = simple.detail(Box(x=0.4, y=0.3, width=0.2, height=0.3), 2.0)
    assert part.shape == (216, 256, 3)
    small = part.reshape(108, 2, 128, 2, 3).mean((1, 3))
    assert np.abs(small - picture[108:216, 256:384]).mean() < 4
