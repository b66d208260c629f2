"""The virtual camera: where people appear, what hides them, how blur, light and lens change the picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from simulator.onboard.facts import CameraFacts
from simulator.onboard.messages import Box
from simulator.world.camera.body import PEOPLE_DIR, body_of
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.view import CameraView, PersonView, ThingView
from simulator.world.spec import RoomSpec, ThingSpec, WorldSpec

pytestmark = pytest.mark.render

SHELF = ThingSpec(name="shelf", kind="shelf", at=(2.5, 1.6), size=(0.3, 1.2), height_m=1.9, angle_deg=-90)
# Bare, because what stands still is part of a furnished room, and these pictures are with and without it.
SPEC = WorldSpec(room=RoomSpec(window="west", style="plain"), things=(SHELF,))


@pytest.fixture(scope="module")
def camera() -> Iterator[VirtualCamera]:
    made = VirtualCamera(SPEC, CameraFacts(), np.random.default_rng(1))
    yield made
    made.close()


def person(x_m: float = 2.5, y_m: float = 2.4, **changes: object) -> PersonView:
    plain = PersonView(name="ann", look="adult-1", x_m=x_m, y_m=y_m, body_deg=-90.0, head_deg=-90.0)
    return replace(plain, **changes)  # type: ignore[arg-type]


def view(*people: PersonView, things: tuple[ThingView, ...] = (), **changes: object) -> CameraView:
    plain = CameraView(tick=0, yaw_deg=0.0, rate_dps=0.0, people=people, things=things)
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_there_are_ten_different_people_adults_and_children() -> None:
    looks = sorted(path.stem for path in PEOPLE_DIR.glob("*.npz"))
    assert len(looks) == 10
    heights = {look: body_of(look).height_m for look in looks}
    assert all(1.5 < heights[look] < 1.95 for look in looks if look.startswith("adult"))
    assert all(1.1 < heights[look] < 1.5 for look in looks if look.startswith("child"))
    assert len({body_of(look).atlas.tobytes() for look in looks}) == 10


def test_somebody_to_the_left_appears_on_the_left_with_a_positive_azimuth(camera: VirtualCamera) -> None:
    _, truth = camera.picture(view(person(x_m=1.5)))
    (ann,) = truth.seen
    assert ann.box.x + ann.box.width / 2 < 0.5
    assert ann.azimuth_deg == pytest.approx(math.degrees(math.atan2(1.0, 2.0)), abs=1.5)


def test_turning_the_screen_towards_somebody_brings_them_to_the_middle(camera: VirtualCamera) -> None:
    _, truth = camera.picture(view(person(x_m=1.5), yaw_deg=26.6))
    (ann,) = truth.seen
    assert ann.head_box.x + ann.head_box.width / 2 == pytest.approx(0.5, abs=0.03)
    assert ann.azimuth_deg == pytest.approx(26.6, abs=1.5)


def test_a_head_turned_to_its_left_has_a_positive_yaw(camera: VirtualCamera) -> None:
    _, truth = camera.picture(view(person(head_deg=-60.0)))
    assert truth.seen[0].head_yaw_deg == pytest.approx(30.0, abs=3.0)


def test_the_truth_box_is_where_the_pixels_change(camera: VirtualCamera) -> None:
    empty, _ = camera.picture(view())
    full, truth = camera.picture(view(person()))
    changed = np.abs(full.astype(int) - empty.astype(int)).max(2) > 40
    rows, columns = np.nonzero(changed[: int(0.6 * changed.shape[0])])  # above the shadow on the floor
    box = truth.seen[0].box
    assert columns.min() / 640 == pytest.approx(box.x, abs=0.03)
    assert columns.max() / 640 == pytest.approx(box.x + box.width, abs=0.03)
    assert rows.min() / 360 == pytest.approx(box.y, abs=0.03)


def test_a_shelf_hides_a_person_and_is_named(camera: VirtualCamera) -> None:
    there = ThingView(name="shelf", x_m=2.5, y_m=1.6, angle_deg=-90.0)
    _, free = camera.picture(view(person()))
    _, hidden = camera.picture(view(person(), things=(there,)))
    assert free.seen[0].head_visible == 1.0
    assert hidden.seen[0].visible < 0.1
    assert hidden.seen[0].hidden_by == ("shelf",)


def test_a_person_in_front_hides_the_one_behind(camera: VirtualCamera) -> None:
    behind = replace(person(y_m=3.2), name="bea", look="child-2")
    _, truth = camera.picture(view(person(y_m=1.6), behind))
    seen = {one.name: one for one in truth.seen}
    assert seen["bea"].visible < 0.5
    assert seen["bea"].hidden_by == ("ann",)
    assert seen["ann"].hidden_by == ()


def test_a_hand_held_out_hides_the_head_behind_it(camera: VirtualCamera) -> None:
    near = replace(person(x_m=2.75, y_m=1.0, posture="sitting"), name="ann")  # with a hand close to the lens
    shares = []
    for x_m in (2.0, 2.2, 2.4, 2.6):
        _, truth = camera.picture(view(near, replace(person(x_m=x_m, y_m=3.0), name="bea")))
        bea = next(one for one in truth.seen if one.name == "bea")
        shares.append(bea.head_visible)
        assert (bea.visible < 0.9) == ("ann" in bea.hidden_by)
    assert max(shares) == 1.0
    assert min(shares) < 0.8


def test_sitting_lowers_the_head_and_walking_moves_the_legs() -> None:
    body = body_of("adult-2")
    standing, _, _, _ = body.posed(person())
    sitting, _, _, _ = body.posed(person(posture="sitting"))
    walking, _, _, _ = body.posed(person(stride_rad=math.pi / 2))
    assert standing[:, 2].max() - sitting[:, 2].max() > 0.35
    assert np.ptp(walking[:, 1]) - np.ptp(standing[:, 1]) > 0.2  # steps reach out along the way it walks


def test_talking_opens_the_mouth_and_nothing_else() -> None:
    body = body_of("adult-2")
    shut, _, _, _ = body.posed(person())
    wide, _, _, _ = body.posed(person(mouth_open=1.0))
    moved = np.linalg.norm(wide - shut, axis=1)
    assert 0.008 < moved.max() < 0.05
    assert set(np.flatnonzero(moved > 0.002)) <= set(np.flatnonzero(shut[:, 2] > 1.4))


def test_still_people_are_no_statues(camera: VirtualCamera) -> None:
    _, now = camera.picture(view(person()))
    _, later = camera.picture(view(person(), tick=120))
    assert 0.2 < abs(now.seen[0].head_yaw_deg - later.seen[0].head_yaw_deg) < 5.0


def test_turning_smears_along_the_rows_by_rate_times_exposure(camera: VirtualCamera) -> None:
    sharp, still = camera.picture(view())
    smeared, moving = camera.picture(view(rate_dps=180.0, light="evening"))
    assert still.blur_px == 0.0
    assert moving.blur_px == pytest.approx(224 * math.radians(180) / 60, rel=0.02)
    across = np.abs(np.diff(smeared.astype(int), axis=1)).mean() / np.abs(np.diff(sharp.astype(int), axis=1)).mean()
    down = np.abs(np.diff(smeared.astype(int), axis=0)).mean() / np.abs(np.diff(sharp.astype(int), axis=0)).mean()
    assert across < down


def test_a_rolling_shutter_slants_upright_edges() -> None:
    spec = WorldSpec(room=RoomSpec(window="none"))
    facts = CameraFacts(noise_sigma=0.0, exposure_s=0.0005)
    rolling = VirtualCamera(spec, facts, np.random.default_rng(1))
    pillar = person(y_m=2.0)

    def lean(rate_dps: float) -> float:
        empty, _ = rolling.picture(view(rate_dps=rate_dps))
        full, _ = rolling.picture(view(pillar, rate_dps=rate_dps))
        changed = np.abs(full.astype(int) - empty.astype(int)).max(2) > 30
        middles = [np.nonzero(changed[row])[0].mean() for row in (140, 240)]
        return float(middles[1] - middles[0])

    # 100 rows later is 4.5 ms later: 180 deg/s turn the room by 0.8 deg, 3.1 pixels.
    assert lean(180.0) - lean(0.0) == pytest.approx(3.1, abs=1.2)
    assert lean(-180.0) - lean(0.0) == pytest.approx(-3.1, abs=1.2)
    rolling.close()


def test_light_settings_go_from_bright_to_nearly_black(camera: VirtualCamera) -> None:
    means = [camera.picture(view(light=light))[0].mean() for light in ("day", "dim", "dark")]
    assert means[0] > 1.6 * means[1] > 3.0 * means[2]
    assert means[2] > 5


def test_a_bent_lens_bends_the_truth_with_the_picture() -> None:
    facts = CameraFacts(distortion_k1=-0.04)
    bent = VirtualCamera(WorldSpec(), facts, np.random.default_rng(1))
    empty, _ = bent.picture(view())
    full, truth = bent.picture(view(person(x_m=0.5)))
    changed = np.abs(full.astype(int) - empty.astype(int)).max(2) > 40
    head = truth.seen[0].head_box
    rows = slice(round(head.y * 360), round((head.y + 0.6 * head.height) * 360))
    middle = np.nonzero(changed[rows])[1].mean() / 640
    assert middle == pytest.approx(head.x + head.width / 2, abs=0.008)  # an unbent lens would show it 0.016 farther out
    bent.close()


def test_a_lens_that_folds_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match=r"camera\.distortion_k1 = -0\.1: folds"):
        VirtualCamera(WorldSpec(), CameraFacts(distortion_k1=-0.1), np.random.default_rng(1))


def test_detail_shows_the_same_place_finer(camera: VirtualCamera) -> None:
    whole, _ = camera.picture(view(person()))
    fine = camera.detail(Box(x=0.4, y=0.3, width=0.2, height=0.3), 3.0)
    assert fine.shape == (324, 384, 3)
    small = fine.reshape(108, 3, 128, 3, 3).mean((1, 3))
    assert np.abs(small - whole[108:216, 256:384]).mean() < 6.0


def test_two_cameras_with_the_same_chance_take_the_same_picture() -> None:
    pictures = []
    for _ in range(2):
        made = VirtualCamera(SPEC, CameraFacts(), np.random.default_rng(5))
        made.picture(view(person()))
        pictures.append(made.picture(view(person(), tick=3))[0])
        made.close()
    assert np.array_equal(*pictures)


def test_a_snapshot_brings_the_noise_back(camera: VirtualCamera) -> None:
    state = camera.snapshot()
    first, _ = camera.picture(view(person()))
    camera.restore(state)
    again, _ = camera.picture(view(person()))
    assert np.array_equal(first, again)


def test_decoys_show_what_they_are() -> None:
    things = (
        ThingSpec(name="poster", kind="poster", at=(1.4, 3.97), size=(0.02, 0.7), height_m=1.0, bottom_m=0.9, angle_deg=-90),
        ThingSpec(name="tv", kind="television", at=(3.2, 3.95), size=(0.06, 1.1), height_m=0.65, bottom_m=1.0, angle_deg=-90),
    )  # fmt: skip
    made = VirtualCamera(WorldSpec(things=things), CameraFacts(noise_sigma=0.0), np.random.default_rng(2))

    def at(tick: int, on: bool = True) -> np.ndarray:
        places = tuple(ThingView(name=t.name, x_m=t.at[0], y_m=t.at[1], angle_deg=-90.0, on=on) for t in things)
        return made.picture(view(things=places, tick=tick))[0].astype(int)

    talking = np.abs(at(0) - at(12)).max(2)
    poster_side, screen_side = talking[:, 320:], talking[:, :320]
    assert poster_side.max() < 3 or screen_side.max() < 3  # only the television moves
    assert talking.max() > 20
    assert np.abs(at(0) - at(0, on=False)).max() > 80
    made.close()


def test_a_mirror_shows_the_back_of_somebody_who_faces_away_from_it() -> None:
    glass = ThingSpec(
        name="mirror", kind="mirror", at=(2.5, 3.96), size=(0.03, 1.6), height_m=1.8, bottom_m=0.2, angle_deg=-90
    )
    made = VirtualCamera(WorldSpec(things=(glass,)), CameraFacts(noise_sigma=0.0), np.random.default_rng(2))
    place = ThingView(name="mirror", x_m=2.5, y_m=3.96, angle_deg=-90.0)
    # Beside the camera, outside its view: only the mirror can show this person.
    beside = person(x_m=1.9, y_m=0.25, body_deg=90.0, head_deg=90.0)
    empty, _ = made.picture(view(things=(place,)))
    full, truth = made.picture(view(beside, things=(place,)))
    changed = np.abs(full.astype(int) - empty.astype(int)).max(2) > 25
    assert truth.seen == () or truth.seen[0].head_visible == 0.0
    assert np.count_nonzero(changed[100:260, 230:410]) > 150
    made.close()
