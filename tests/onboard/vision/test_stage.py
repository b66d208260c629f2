"""The eyes in a rendered room: who is seen, how the frame rate follows events, and what happens to the picture."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.onboard.messages import CameraFrame, Seeing, Shutter, VisionHints
from simulator.onboard.tuning import Tuning
from simulator.onboard.vision.models import VisionModels
from simulator.onboard.vision.stage import VisionStage
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.view import CameraView
from tests.onboard.vision.conftest import Watch, eyes_at_once, motor_state, place, someone

pytestmark = pytest.mark.render


@pytest.fixture
def eyes(models: VisionModels) -> VisionStage:
    return eyes_at_once(models)


def still(*people, things=(), **changes):  # type: ignore[no-untyped-def]
    def scene(tick: int) -> CameraView:
        return CameraView(tick=tick, yaw_deg=0.0, rate_dps=0.0, people=people, things=things, **changes)

    return scene


def test_somebody_who_faces_the_device_is_seen_where_they_are_and_engaged(eyes: VisionStage, watch: Watch) -> None:
    report, truth = watch(eyes, still(someone(1.9, 2.3)), range(120))[-1]
    (ann,) = report.people
    assert truth is not None
    real = truth.seen[0]
    assert ann.confirmed
    assert ann.has_face
    assert ann.azimuth_deg == pytest.approx(real.azimuth_deg, abs=1.0)
    assert ann.distance_m == pytest.approx(real.distance_m, rel=0.2)
    assert ann.head_yaw_deg == pytest.approx(real.head_yaw_deg, abs=10.0)
    assert ann.engagement > 0.8
    assert ann.life > 0.9


def test_the_sign_of_head_yaw_agrees_with_the_truth(eyes: VisionStage, watch: Watch) -> None:
    report, truth = watch(eyes, still(someone(facing_deg=40.0)), range(60))[-1]
    assert truth is not None
    assert truth.seen[0].head_yaw_deg == pytest.approx(40.0, abs=4.0)
    assert report.people[0].head_yaw_deg == pytest.approx(40.0, abs=12.0)
    assert report.people[0].engagement < 0.2


def test_azimuth_is_of_the_base_while_bearing_is_of_the_screen(eyes: VisionStage, watch: Watch) -> None:
    def turned(tick: int) -> CameraView:
        return CameraView(tick=tick, yaw_deg=-25.0, rate_dps=0.0, people=(someone(),))

    report, _ = watch(eyes, turned, range(60))[-1]
    assert report.people[0].azimuth_deg == pytest.approx(0.0, abs=1.5)
    assert report.people[0].bearing_deg == pytest.approx(25.0, abs=1.5)


def test_somebody_who_turns_away_is_kept_but_no_longer_engaged(eyes: VisionStage, watch: Watch) -> None:
    def scene(tick: int) -> CameraView:
        facing = 0.0 if tick < 100 else 180.0
        return CameraView(tick=tick, yaw_deg=0.0, rate_dps=0.0, people=(someone(1.8, 2.2, facing_deg=facing),))

    reports = [report for report, _ in watch(eyes, scene, range(420))]
    before, after = reports[4], reports[-1]
    assert before.people[0].engagement > 0.7
    assert [one.sighting_id for one in after.people if one.confirmed] == [before.people[0].sighting_id]
    assert not after.people[0].has_face
    assert after.people[0].engagement < 0.2


def test_two_people_keep_their_numbers_while_one_walks(eyes: VisionStage, watch: Watch) -> None:
    def scene(tick: int) -> CameraView:
        walker = someone(1.4 + 0.005 * tick, 2.9, name="bea", look="adult-4", stride_rad=0.05 * tick)
        return CameraView(tick=tick, yaw_deg=0.0, rate_dps=0.0, people=(someone(3.6, 2.0), walker))

    reports = [report for report, _ in watch(eyes, scene, range(200))]
    ids = [{one.sighting_id for one in report.people if one.confirmed} for report in reports[6:]]
    assert all(len(found) == 2 for found in ids)
    assert len(set.union(*ids)) == 2


def test_a_turning_screen_neither_loses_nor_moves_anybody(eyes: VisionStage, watch: Watch) -> None:
    def scene(tick: int) -> CameraView:
        turning = 60 <= tick < 110
        yaw = -30.0 + 60.0 * min(max(tick - 60, 0), 50) / 50
        return CameraView(tick=tick, yaw_deg=yaw, rate_dps=150.0 if turning else 0.0, people=(someone(2.6, 2.3),))

    reports = [report for report, _ in watch(eyes, scene, range(150))]
    confirmed = [one for report in reports[5:] for one in report.people if one.confirmed]
    assert {one.sighting_id for one in confirmed} == {confirmed[0].sighting_id}
    assert len(confirmed) >= len(reports) - 6
    assert np.ptp([one.azimuth_deg for one in confirmed]) < 4.0
    assert any(not report.sharp for report in reports)


@pytest.mark.parametrize("decoy", ["poster", "tv"])
def test_a_face_in_a_frame_is_not_a_lively_person(eyes: VisionStage, watch: Watch, decoy: str) -> None:
    reports = [report for report, _ in watch(eyes, still(things=(place(decoy),)), range(200))]
    believed = [one for report in reports for one in report.people if one.confirmed]
    assert believed  # the detectors do take it for a face
    assert all(one.life < 0.5 for one in believed)
    assert {thing.label for thing in reports[-1].objects} == {"television" if decoy == "tv" else "poster"}


@pytest.mark.parametrize("decoy", ["coat", "dog", "cat"])
def test_a_coat_and_pets_are_nobody(eyes: VisionStage, watch: Watch, decoy: str) -> None:
    reports = [report for report, _ in watch(eyes, still(things=(place(decoy),)), range(250))]
    assert not [one for report in reports for one in report.people if one.confirmed]


def test_somebody_near_who_shows_only_the_back_is_believed_within_a_second(eyes: VisionStage, watch: Watch) -> None:
    sitter = someone(2.9, 1.5, facing_deg=190.0, posture="sitting")
    reports = [report for report, _ in watch(eyes, still(sitter), range(200))]
    late = [report for report in reports if report.tick >= 100]
    assert all([one.confirmed and not one.has_face for one in report.people] == [True] for report in late)


def test_the_frame_rate_follows_what_happens(eyes: VisionStage, watch: Watch) -> None:
    def gaps(scene, ticks, **options):  # type: ignore[no-untyped-def]
        return [report.next_frame_in_ticks for report, _ in watch(eyes, scene, ticks, **options)]

    assert gaps(still(), range(0, 120))[-1] == 50  # nobody: 2 pictures a second
    assert gaps(still(someone()), range(120, 300))[-1] == 20  # somebody still: 5
    woken = gaps(still(someone()), range(300, 360), hints=lambda tick: VisionHints(wake_word=tick == 310))
    assert woken[-1] == 10
    turning = gaps(lambda t: CameraView(tick=t, yaw_deg=0.0, rate_dps=30.0, people=(someone(),)), range(600, 640))
    assert turning[-1] == 10
    slow = Tuning().patched({"vision.still_fps": 2.0})
    assert gaps(still(someone()), range(900, 1200), tuning=slow)[-1] == 50


def test_a_wake_word_asks_for_a_picture_at_once(eyes: VisionStage, watch: Watch) -> None:
    watch(eyes, still(), range(0, 102))
    assert not eyes.frame_wanted(110)
    eyes.tick(None, motor_state(110), Shutter.OPEN, VisionHints(wake_word=True), Tuning())
    assert eyes.frame_wanted(111)


def test_nothing_new_gives_the_same_report_again(eyes: VisionStage, watch: Watch) -> None:
    (first, _), *_ = watch(eyes, still(), range(1))
    assert eyes.tick(None, motor_state(1), Shutter.OPEN, VisionHints(), Tuning()) is first


def test_a_closed_shutter_ends_seeing_and_forgets_everybody(eyes: VisionStage, watch: Watch) -> None:
    watch(eyes, still(someone()), range(60))
    closed = eyes.tick(None, motor_state(60), Shutter.CLOSED, VisionHints(), Tuning())
    assert closed.seeing is Seeing.SHUTTER_CLOSED
    assert closed.people == ()
    assert closed.points is None
    assert not eyes.frame_wanted(61)
    assert eyes.tick(None, motor_state(61), Shutter.CLOSED, VisionHints(), Tuning()) is closed
    opened = eyes.tick(None, motor_state(62), Shutter.OPEN, VisionHints(), Tuning())
    assert opened.seeing is Seeing.NO_PICTURE
    assert eyes.frame_wanted(62)


def test_a_lost_camera_is_said(eyes: VisionStage, watch: Watch) -> None:
    watch(eyes, still(someone()), range(60))
    for tick in range(60, 260):
        report = eyes.tick(None, motor_state(tick), Shutter.OPEN, VisionHints(), Tuning())
    assert report.seeing is Seeing.NO_PICTURE
    assert report.people == ()


def test_eyes_with_nothing_but_the_face_detector_find_faces(models: VisionModels, watch: Watch) -> None:
    bare = eyes_at_once(VisionModels(yunet=models.yunet))
    report, _ = watch(bare, still(someone()), range(100))[-1]
    assert report.people[0].confirmed
    assert report.people[0].head_yaw_deg is None
    assert report.people[0].engagement == 0.0


def test_eyes_without_weights_see_nobody_and_go_on(watch: Watch) -> None:
    report, _ = watch(eyes_at_once(VisionModels()), still(someone()), range(100))[-1]
    assert report.seeing is Seeing.SEEING
    assert report.people == ()


def test_a_restored_snapshot_goes_on_bit_for_bit(eyes: VisionStage, models: VisionModels, room: VirtualCamera) -> None:
    def look(stage: VisionStage, tick: int, pixels: np.ndarray) -> object:
        frame = CameraFrame(tick=tick, pixels=pixels.copy(), yaw_deg=0.0, rate_dps=0.0)
        report = stage.tick(frame, motor_state(tick), Shutter.OPEN, VisionHints(), Tuning())
        return report.people, report.points.tobytes(), report.next_frame_in_ticks  # type: ignore[union-attr]

    pictures = [room.picture(still(someone(2.0, 2.0))(tick))[0] for tick in range(0, 80, 10)]
    for k in range(4):
        look(eyes, 10 * k, pictures[k])
    state = eyes.snapshot()
    going_on = [look(eyes, 10 * k, pictures[k]) for k in range(4, 8)]
    other = eyes_at_once(models)
    other.restore(state)
    assert [look(other, 10 * k, pictures[k]) for k in range(4, 8)] == going_on
