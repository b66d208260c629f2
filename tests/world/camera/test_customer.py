"""The room as people see it: the device stands and turns as it truly does, on whatever it is shown."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.opencv import cv2
from simulator.world.camera.customer import CustomerView
from simulator.world.camera.customer_place import Standpoint
from simulator.world.camera.device_model import device_model
from simulator.world.camera.view import CameraView, PersonView
from simulator.world.spec import RoomSpec, WallSpec, WorldSpec

pytestmark = pytest.mark.render

SPEC = WorldSpec(room=RoomSpec(walls={"south": WallSpec(material="tile")}))
SIZE = (960, 540)
WHITE, BLACK = np.full((8, 8, 3), 255, np.uint8), np.zeros((8, 8, 3), np.uint8)


@pytest.fixture(scope="module")
def room() -> Iterator[CustomerView]:
    made = CustomerView(SPEC, DeviceFacts())
    yield made
    made.close()


def view(yaw_deg: float = 0.0, *people: PersonView) -> CameraView:
    return CameraView(tick=0, yaw_deg=yaw_deg, rate_dps=0.0, people=people)


def watcher(azimuth_deg: float, away_m: float = 0.9, **changes: float) -> PersonView:
    turn = math.radians(90.0 + azimuth_deg)
    x, y = 2.5 + away_m * math.cos(turn), 0.4 + away_m * math.sin(turn)
    facing = 90.0 + azimuth_deg + 180.0
    return PersonView(name="ann", look="adult-1", x_m=x, y_m=y, body_deg=facing, **{"head_deg": facing, **changes})


def glass_mask(room: CustomerView, seen: CameraView, standpoint: Standpoint) -> np.ndarray:
    pictures = []
    for glass in (WHITE, BLACK):
        room.show(glass)
        pictures.append(room.picture(seen, standpoint).astype(int))
    return (np.abs(pictures[0] - pictures[1]).max(2) > 100).astype(np.uint8)


def projected(room: CustomerView, yaw_deg: float, lens_view: CameraView, standpoint: Standpoint) -> np.ndarray:
    lens, _ = room.lens(lens_view, standpoint)
    clip = np.column_stack([room.glass_corners(yaw_deg), np.ones(4)]) @ lens.to_clip().T
    x = (0.5 + 0.5 * clip[:, 0] / clip[:, 3]) * SIZE[0]
    y = (0.5 - 0.5 * clip[:, 1] / clip[:, 3]) * SIZE[1]
    return np.stack([x, y], 1)


@pytest.mark.parametrize("yaw_deg", [-50.0, -17.0, 0.0, 33.0])
def test_the_yaw_in_the_picture_is_the_true_one(room: CustomerView, yaw_deg: float) -> None:
    seen = view(yaw_deg, watcher(yaw_deg + 25.0))
    standpoint = Standpoint(pixels=SIZE, finer=2)
    mask = glass_mask(room, seen, standpoint)

    def fits(guess_deg: float) -> float:
        drawn = np.zeros(SIZE[::-1], np.uint8)
        corners = projected(room, guess_deg, seen, standpoint) - 0.5
        cv2.fillPoly(drawn, [np.round(corners * 16).astype(np.int32)], 1, shift=4)
        return float((drawn & mask).sum() / (drawn | mask).sum())

    guesses = yaw_deg + np.arange(-2.0, 2.01, 0.1)
    shares = np.array([fits(float(guess)) for guess in guesses])
    assert shares.max() > 0.97
    best = guesses[shares > shares.max() - 0.002].mean()
    assert best == pytest.approx(yaw_deg, abs=0.3)


def test_text_is_not_mirrored_and_stands_upright(room: CustomerView) -> None:
    marked = np.zeros((100, 150, 3), np.uint8)
    marked[:50, :75] = 255  # upper left as it is read
    seen, standpoint = view(0.0, watcher(0.0)), Standpoint(pixels=SIZE)
    lit = []
    for glass in (marked, BLACK):
        room.show(glass)
        lit.append(room.picture(seen, standpoint).astype(int))
    rows, columns = np.nonzero(np.abs(lit[0] - lit[1]).max(2) > 100)
    corners = projected(room, 0.0, seen, standpoint)
    assert columns.mean() < corners[:, 0].mean()
    assert rows.mean() < corners[:, 1].mean()


def test_two_views_of_the_same_room_draw_the_same_picture(room: CustomerView) -> None:
    other = CustomerView(SPEC, DeviceFacts())
    seen = view(12.0, watcher(20.0))
    pictures = []
    for one in (room, other):
        one.show(WHITE)
        pictures.append(one.picture(seen, Standpoint(view="third", pixels=SIZE)).copy())
    other.close()
    assert np.array_equal(*pictures)


def test_who_looks_is_not_in_the_own_picture_but_in_that_of_others(room: CustomerView) -> None:
    ann = watcher(0.0)
    bob = PersonView(name="bob", look="adult-2", x_m=1.6, y_m=2.0, body_deg=-60.0, head_deg=-60.0)
    room.show(BLACK)
    own = room.picture(view(0.0, ann, bob), Standpoint(who="ann", pixels=SIZE)).copy()
    alone = room.picture(view(0.0, ann), Standpoint(who="ann", pixels=SIZE)).copy()
    assert np.abs(own.astype(int) - alone).max() < 60 or (own == alone).mean() > 0.9  # bob stands behind her
    third = room.picture(view(0.0, ann, bob), Standpoint(view="third", pixels=SIZE)).copy()
    without = room.picture(view(0.0, bob), Standpoint(view="third", pixels=SIZE)).copy()
    assert (np.abs(third.astype(int) - without).max(2) > 40).sum() > 2000


def test_eyes_follow_the_device_as_far_as_eyes_turn(room: CustomerView) -> None:
    towards, _ = room.lens(view(0.0, watcher(0.0)), Standpoint())
    aside, _ = room.lens(view(0.0, watcher(0.0, head_deg=270.0 + 20.0)), Standpoint())
    away, _ = room.lens(view(0.0, watcher(0.0, head_deg=270.0 + 80.0)), Standpoint())
    assert abs(towards.direction_deg + 90.0) < 3.0
    assert abs(aside.direction_deg + 90.0) < 8.0  # she turns her eyes to it
    assert away.direction_deg == pytest.approx(-45.0, abs=1.0)  # no farther than eyes go


@pytest.mark.parametrize("shell", ["drum", "post", "tower"])
def test_every_shell_stands_on_the_table_and_turns_within_its_swept_radius(shell: str) -> None:
    facts = DeviceFacts.model_validate({"shell": shell})
    model, motor = device_model(facts), facts.motor
    base = np.concatenate([mesh.vertices for mesh in model.base])
    head = np.concatenate([mesh.vertices for mesh in model.head])
    assert base[:, 2].min() == pytest.approx(0.0, abs=1e-6)
    assert np.hypot(base[:, 0], base[:, 1]).max() <= motor.base_radius_m + 1e-6
    assert head[:, 2].min() > 0.01
    assert head[:, 2].max() <= motor.screen_below_m + motor.screen_above_m + 0.003
    assert np.hypot(head[:, 0], head[:, 1]).max() <= motor.edge_radius_m + 0.015
    top = model.corners[:2].mean(0)  # the lens sits above the middle of the glass
    assert top[0] == pytest.approx(facts.camera.forward_m, abs=0.01)
    assert top[2] == pytest.approx(motor.screen_below_m + facts.camera.height_above_base_m, abs=0.01)
