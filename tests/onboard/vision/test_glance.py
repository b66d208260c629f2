"""A glance finds people from any side; asked closely, a pet is none."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.onboard.angles import distance_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import Box, CameraFrame
from simulator.onboard.vision.glance import Glance, is_hint
from simulator.onboard.vision.models import VisionModels
from simulator.onboard.vision.names import NameFinder
from simulator.onboard.vision.observation import Observation, blended
from simulator.onboard.vision.optics import Optics
from simulator.onboard.vision.source import Source
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.view import CameraView, FrameTruth
from tests.onboard.vision.conftest import place, someone

CAMERA = DeviceFacts().camera


@pytest.fixture
def glance(models: VisionModels) -> Glance:
    if models.things is None:
        pytest.skip("the weights that name people and things could not be fetched: no npm registry")
    return Glance(NameFinder(models.things), Optics(CAMERA))


def pictured(room: VirtualCamera, **what: object) -> tuple[Source, FrameTruth]:
    pixels, truth = room.picture(CameraView(tick=0, yaw_deg=0.0, rate_dps=0.0, **what))  # type: ignore[arg-type]
    frame = CameraFrame(tick=0, pixels=pixels, yaw_deg=0.0, rate_dps=0.0, detail=room.detail)
    return Source(frame, columns=CAMERA.columns, rows=CAMERA.rows), truth


@pytest.mark.parametrize("facing_deg", [0.0, 100.0, 180.0])
@pytest.mark.parametrize(("x_m", "y_m"), [(2.5, 1.6), (3.4, 2.4), (1.7, 3.0)])
def test_somebody_is_found_about_where_they_are(
    glance: Glance, room: VirtualCamera, x_m: float, y_m: float, facing_deg: float
) -> None:
    source, truth = pictured(room, people=(someone(x_m, y_m, facing_deg=facing_deg),))
    (person,) = truth.seen
    best = glance.find(source, yaw_deg=0.0)[0]
    assert distance_deg(best.azimuth_deg, person.azimuth_deg) < 3 * best.azimuth_sigma_deg
    assert abs(best.distance_m / person.distance_m - 1) < 0.5
    assert best.score > 0.25


def test_who_is_cut_off_by_the_side_of_the_picture_is_placed_inside_it(glance: Glance, room: VirtualCamera) -> None:
    source, truth = pictured(room, people=(someone(3.75, 1.35, facing_deg=150.0, posture="sitting"),))
    (person,) = truth.seen
    assert person.box.x + person.box.width > 0.99
    best = glance.find(source, yaw_deg=0.0)[0]
    assert distance_deg(best.azimuth_deg, person.azimuth_deg) < 10.0
    assert abs(best.azimuth_deg) < CAMERA.half_fov_deg


@pytest.mark.parametrize("doubtful", [False, True])
@pytest.mark.parametrize("pet", ["cat", "dog"])
def test_asked_closely_a_person_is_one_and_a_pet_is_not(
    glance: Glance, room: VirtualCamera, pet: str, doubtful: bool
) -> None:
    source, _ = pictured(room, people=(someone(3.2, 2.3),), things=(place(pet),))
    thing, optics = place(pet), Optics(CAMERA)

    def ray(x_m: float, y_m: float, elevation_deg: float) -> np.ndarray:
        bearing = -float(np.degrees(np.arctan2(x_m - 2.5, y_m - 0.4)))
        return optics.ray_towards(bearing_deg=bearing, elevation_deg=elevation_deg)

    assert glance.vouch(source, ray(3.2, 2.3, 12.0), 2.0, doubtful=doubtful)
    assert not glance.vouch(source, ray(thing.x_m, thing.y_m, -18.0), 2.0, doubtful=doubtful)


def body(azimuth_deg: float, sigma_deg: float, *, score: float = 0.5, x: float = 0.4) -> Observation:
    return Observation(
        kind="body", azimuth_deg=azimuth_deg, distance_m=2.0, elevation_deg=5.0, azimuth_sigma_deg=sigma_deg,
        distance_sigma_m=0.4, score=score, box=Box(x=x, y=0.3, width=0.2, height=0.6),
    )  # fmt: skip


def test_two_looks_at_one_body_count_by_how_sure_they_are_also_across_the_back() -> None:
    both = blended(body(178.0, 1.0), body(-176.0, 2.0))
    assert both.azimuth_deg == pytest.approx(179.2)
    assert both.azimuth_sigma_deg == pytest.approx(np.sqrt(0.8))


def test_a_weak_find_at_the_side_of_the_picture_is_a_hint_only() -> None:
    assert is_hint(body(0.0, 1.0, score=0.25, x=0.8))
    assert not is_hint(body(0.0, 1.0, score=0.35, x=0.8))
    assert not is_hint(body(0.0, 1.0, score=0.25))
