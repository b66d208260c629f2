"""Things get names: a pet is a pet, a person is none, and what is gone is forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.onboard.angles import distance_deg
from simulator.onboard.messages import ObjectSighting, Shutter, VisionHints, VisionReport
from simulator.onboard.tuning import Tuning
from simulator.onboard.vision.models import VisionModels
from simulator.onboard.vision.stage import VisionStage
from simulator.world.camera.view import CameraView, FrameTruth, ThingView
from tests.onboard.vision.conftest import eyes_at_once, motor_state, someone

pytestmark = pytest.mark.render

Watch = Callable[..., list[tuple[VisionReport, FrameTruth | None]]]
DOG = ThingView(name="dog", x_m=2.0, y_m=3.0, angle_deg=-90)  # wholly in two of the parts that are searched in turn
DOG_DEG = 10.9  # from the device at (2.5, 0.4)
ROUND = 800  # ticks in which every part of the picture is searched, after a second in which the dog may be somebody


@pytest.fixture
def eyes(models: VisionModels) -> VisionStage:
    if models.things is None:
        pytest.skip("the weights that name things could not be fetched: no npm registry")
    return eyes_at_once(models)


def view(*things: ThingView, people: tuple[object, ...] = (), yaw_deg: float = 0.0) -> Callable[[int], CameraView]:
    return lambda tick: CameraView(
        tick=tick,
        yaw_deg=yaw_deg,
        rate_dps=0.0,
        people=people,  # type: ignore[arg-type]
        things=things,
    )


def pets(report: VisionReport) -> list[ObjectSighting]:
    return [thing for thing in report.objects if thing.label in ("cat", "dog")]


def test_a_dog_is_named_where_it_is_and_forgotten_when_it_is_gone(eyes: VisionStage, watch: Watch) -> None:
    named = watch(eyes, view(DOG), range(ROUND))[-1][0]
    (dog,) = pets(named)
    assert distance_deg(dog.azimuth_deg, DOG_DEG) < 6.0
    assert 0.3 < dog.box.x < 0.5
    assert dog.box.y + dog.box.height > 0.6
    gone = watch(eyes, view(), range(ROUND, ROUND + 1200))[-1][0]
    assert pets(gone) == []


def test_one_look_is_not_enough(eyes: VisionStage, watch: Watch) -> None:
    reports = [report for report, _ in watch(eyes, view(DOG), range(95))]  # the second part is searched after a second
    assert all(pets(report) == [] for report in reports)


def test_a_person_is_no_pet(eyes: VisionStage, watch: Watch) -> None:
    people = (someone(3.4, 2.2, posture="sitting"), someone(1.6, 2.4, name="bea", look="child-1"))
    reports = [report for report, _ in watch(eyes, view(people=people), range(ROUND))]
    assert all(pets(report) == [] for report in reports)


def test_known_things_keep_their_place_while_the_screen_turns(eyes: VisionStage, watch: Watch) -> None:
    watch(eyes, view(DOG), range(ROUND))
    (turned,) = pets(watch(eyes, view(DOG, yaw_deg=30.0), range(ROUND, ROUND + 30))[-1][0])
    assert distance_deg(turned.azimuth_deg, DOG_DEG) < 6.0
    assert abs(turned.box.x + 0.5 * turned.box.width - 0.62) < 0.08  # now in the right half of the picture
    assert pets(watch(eyes, view(DOG, yaw_deg=-50.0), range(ROUND + 30, ROUND + 60))[-1][0]) == []


def test_a_closed_shutter_forgets_them(eyes: VisionStage, watch: Watch) -> None:
    watch(eyes, view(DOG), range(ROUND))
    eyes.tick(None, motor_state(ROUND), Shutter.CLOSED, VisionHints(), Tuning())
    assert pets(watch(eyes, view(DOG), range(ROUND + 1, ROUND + 60))[-1][0]) == []
