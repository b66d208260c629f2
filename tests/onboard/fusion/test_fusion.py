"""Who is there: tracks all around, what the ears add, what is learned not to be a person, and who means the device."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.onboard.angles import RangeOfMotion, distance_deg, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.fusion.assign import assigned
from simulator.onboard.fusion.kalman import AngleFilter
from simulator.onboard.fusion.stage import FusionStage
from simulator.onboard.messages import (
    Box,
    HoldReason,
    ObjectSighting,
    PersonSighting,
    Seeing,
    SoundCandidate,
    SoundReport,
    TrackReport,
    VisionReport,
)
from simulator.onboard.tuning import Tuning

ARC = RangeOfMotion(min_deg=-90.0, max_deg=90.0)
QUIET = SoundReport(tick=0, voice=0.0)


def _seen(azimuth_deg: float, sighting_id: int = 1, **changes: object) -> PersonSighting:
    made: dict[str, object] = {
        "sighting_id": sighting_id, "azimuth_deg": azimuth_deg, "bearing_deg": azimuth_deg, "distance_m": 1.5,
        "score": 0.9, "box": Box(x=0.4, y=0.3, width=0.1, height=0.2), "has_face": True, "engagement": 0.8,
        "confirmed": True,
    }  # fmt: skip
    return PersonSighting(**(made | changes))  # type: ignore[arg-type]


class Ears:
    """Fusion alone, thinking twenty times a second, with a picture every second thought."""

    def __init__(self, **knobs: float) -> None:
        self.stage = FusionStage(DeviceFacts())
        self.tuning = Tuning().patched({path.replace("__", "."): value for path, value in knobs.items()})
        self.tick = 0

    def run(
        self,
        seconds: float,
        *people: PersonSighting,
        voice_from: tuple[float, ...] = (),
        wake: bool = False,
        yaw_deg: float = 0.0,
        objects: tuple[ObjectSighting, ...] = (),
        confidence: float = 0.8,
        arc: RangeOfMotion | None = ARC,
        seeing: Seeing = Seeing.SEEING,
        ambiguous: bool = False,
        direct: tuple[float, ...] = (0.8, 0.8),
    ) -> TrackReport:
        """Let time pass with these people in view and these directions sounding."""
        report = None
        steps = max(round(seconds * 20), 1)
        for step in range(steps):
            self.tick += 5
            picture_tick = self.tick // 10 * 10
            vision = VisionReport(
                tick=picture_tick, frame_tick=picture_tick, seeing=seeing, people=people, objects=objects,
                frame_yaw_deg=yaw_deg,
            )  # fmt: skip
            sound = SoundReport(tick=self.tick, voice=0.0)
            if voice_from:
                sound = SoundReport(
                    tick=self.tick, voice=0.9, azimuth_deg=voice_from[0], confidence=confidence, ambiguous=ambiguous,
                    wake_word=wake and step == steps - 1,
                    candidates=tuple(
                        SoundCandidate(azimuth_deg=a, elevation_deg=0.0, weight=1.0 / len(voice_from), direct=d)
                        for a, d in zip(voice_from, direct, strict=False)
                    ),
                )  # fmt: skip
            report = self.stage.tick(sound, vision, self.tuning, tick=self.tick, arc=arc)
        assert report is not None
        return report


# --- the parts --------------------------------------------------------------------------------------------------------


@given(
    costs=st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.floats(0, 20) | st.just(math.nan), min_size=columns, max_size=columns), min_size=1, max_size=4
        )
    )
)
def test_the_assignment_is_the_cheapest_of_all(costs: list[list[float]]) -> None:
    limit = 10.0
    pairs = assigned(costs, limit=limit)
    rows, columns = len(costs), len(costs[0])
    assert len({r for r, _ in pairs}) == len({c for _, c in pairs}) == len(pairs)
    assert all(costs[r][c] < limit for r, c in pairs)

    def total(chosen: tuple[int | None, ...]) -> float:
        return sum(limit if c is None or not costs[r][c] < limit else costs[r][c] for r, c in enumerate(chosen))

    options = [None, *range(columns)]
    best = min(
        total(chosen)
        for chosen in itertools.product(options, repeat=rows)
        if len({c for c in chosen if c is not None}) == sum(c is not None for c in chosen)
    )
    found = dict(pairs)
    assert total(tuple(found.get(r) for r in range(rows))) == pytest.approx(best)


def test_fifty_people_are_assigned_in_bounded_time_and_rightly() -> None:
    costs = [[abs(i - j) * 0.5 for j in range(50)] for i in range(50)]
    assert assigned(costs, limit=9.0) == [(i, i) for i in range(50)]


@pytest.mark.parametrize("latency_s", [0.0, 0.08, 0.2])
@pytest.mark.parametrize("speed_dps", [0.0, 30.0, -30.0])
def test_a_late_direction_does_not_drag_a_walker_back(speed_dps: float, latency_s: float) -> None:
    angle = AngleFilter(170.0, sigma_deg=3.0)
    for k in range(1, 40):
        angle.predict(0.1, seen=True)
        then_s = 0.1 * k - latency_s
        angle.correct(wrap_deg(170.0 + speed_dps * then_s), sigma_deg=1.5, age_s=latency_s)
        assert angle.p_aa > 0.0
        assert angle.p_rr > 0.0
        assert angle.p_aa * angle.p_rr > angle.p_ar**2
    assert distance_deg(angle.azimuth_deg, 170.0 + speed_dps * 0.1 * 39) < 1.5


def test_a_walker_whose_pictures_come_late_is_where_they_are_now() -> None:
    """Without the age of the picture the track would be 2.4 degrees behind: 30 deg/s for 80 ms."""
    stage, walk_dps, errors = FusionStage(DeviceFacts()), 30.0, []
    for tick in range(5, 300, 5):
        frame_tick = (tick - 8) // 10 * 10
        vision = VisionReport(
            tick=frame_tick + 8, frame_tick=frame_tick, seeing=Seeing.SEEING,
            people=(_seen(-40.0 + 0.01 * walk_dps * frame_tick),),
        )  # fmt: skip
        report = stage.tick(QUIET, vision, Tuning(), tick=tick, arc=ARC)
        errors.append(report.tracks[0].azimuth_deg - (-40.0 + 0.01 * walk_dps * tick))
    assert max(map(abs, errors[20:])) < 1.0


@pytest.mark.parametrize("speed_dps", [0.0, 30.0, -30.0])
def test_the_filter_follows_through_the_direction_behind(speed_dps: float) -> None:
    angle = AngleFilter(170.0, sigma_deg=3.0)
    for k in range(1, 40):
        angle.predict(0.1, seen=True)
        angle.correct(wrap_deg(170.0 + speed_dps * 0.1 * k), sigma_deg=1.5)
        assert -180.0 < angle.azimuth_deg <= 180.0
    assert distance_deg(angle.azimuth_deg, 170.0 + speed_dps * 3.9) < 2.5
    assert angle.rate_dps == pytest.approx(speed_dps, abs=6.0)
    assert angle.p_aa > 0.0
    assert angle.p_aa * angle.p_rr - angle.p_ar**2 > 0.0


# --- tracks -----------------------------------------------------------------------------------------------------------


def test_a_person_is_tracked_remembered_out_of_view_and_slowly_forgotten() -> None:
    ears = Ears()
    ears.run(2.0, _seen(40.0))
    away = ears.run(10.0, yaw_deg=-80.0)
    assert [track.track_id for track in away.tracks] == [1]
    track = away.tracks[0]
    assert not track.in_view
    assert track.seen_age_s == pytest.approx(10.0, abs=0.2)
    assert track.sigma_deg > 3.0
    assert track.azimuth_deg == pytest.approx(40.0, abs=5.0)
    assert ears.run(14.0, yaw_deg=-80.0).tracks == ()


def test_the_same_person_is_found_again() -> None:
    ears = Ears()
    ears.run(2.0, _seen(40.0))
    ears.run(5.0, yaw_deg=-80.0)
    again = ears.run(1.0, _seen(47.0, sighting_id=9))
    assert [track.track_id for track in again.tracks] == [1]


def test_who_is_not_where_the_camera_looks_is_forgotten_soon() -> None:
    ears = Ears()
    ears.run(2.0, _seen(10.0))
    assert ears.run(1.0).tracks
    assert ears.run(1.5).tracks == ()


def test_two_people_who_cross_keep_their_names() -> None:
    ears = Ears()
    for k in range(60):
        report = ears.run(0.1, _seen(-30.0 + k, 1, distance_m=1.0), _seen(30.0 - k, 2, distance_m=3.0))
    by_distance = {round(track.distance_m or 0.0): track.track_id for track in report.tracks}
    assert by_distance == {1: 1, 3: 2}


def test_settling_counts_from_the_last_change_of_place() -> None:
    ears = Ears()
    assert ears.run(3.0, _seen(10.0)).tracks[0].settled_s == pytest.approx(3.0, abs=0.3)
    assert ears.run(1.0, _seen(20.0)).tracks[0].settled_s < 1.05


def test_who_is_only_believed_through_a_gap_does_not_lead_the_track_away() -> None:
    ears = Ears()
    ears.run(2.0, _seen(20.0))
    for k in range(10):
        phantom = _seen(20.0 + 4.0 * k, in_picture=False, has_face=False)
        report = ears.run(0.1, phantom, _seen(21.0, sighting_id=5, confirmed=k > 4))
    assert [track.track_id for track in report.tracks] == [1]
    assert report.tracks[0].azimuth_deg == pytest.approx(21.0, abs=1.5)


def test_somebody_who_runs_past_stays_the_same_person() -> None:
    ears = Ears()
    ears.run(2.0, _seen(45.0))
    for k in range(10):
        # In each picture a new face to the eyes, which they do not believe yet.
        report = ears.run(0.1, _seen(45.0 - 8.0 * (k + 1), sighting_id=10 + k, confirmed=False))
    report = ears.run(0.3, _seen(-36.0, sighting_id=30))
    assert [track.track_id for track in report.tracks] == [1]
    assert report.tracks[0].azimuth_deg == pytest.approx(-36.0, abs=3.0)


# --- sound ------------------------------------------------------------------------------------------------------------


def test_a_voice_is_credited_to_the_person_seen_there() -> None:
    ears = Ears()
    ears.run(1.0, _seen(30.0, 1), _seen(-30.0, 2))
    report = ears.run(1.0, _seen(30.0, 1), _seen(-30.0, 2), voice_from=(26.0,))
    assert report.talker_id == 1
    assert len(report.tracks) == 2, "no third person is made of it"


def test_a_word_said_on_the_way_is_matched_to_where_it_was_said() -> None:
    ears = Ears()
    for step in range(20):
        ears.run(0.1, _seen(-45.0 + 4.0 * step))
    report = ears.run(0.05, _seen(35.0), voice_from=(3.0,), wake=True)
    assert report.wake_doubt is None, "the place is empty now, but she stood there while she said it"
    assert report.wake_id == report.tracks[0].track_id
    assert report.wake_azimuth_deg == pytest.approx(report.tracks[0].azimuth_deg), "and is faced where she is now"


def test_where_somebody_was_seconds_ago_explains_no_word() -> None:
    ears = Ears()
    for step in range(20):
        ears.run(0.1, _seen(-45.0 + 4.0 * step))
    ears.run(2.0, _seen(35.0))
    assert ears.run(0.05, _seen(35.0), voice_from=(3.0,), wake=True).wake_doubt is HoldReason.NOBODY_THERE


def test_a_voice_out_of_view_makes_a_question_that_a_look_answers_with_a_reflector() -> None:
    ears = Ears()
    asked = ears.run(1.0, voice_from=(80.0,))
    assert [(track.seen, track.distance_m) for track in asked.tracks] == [(False, None)]
    answered = ears.run(1.0, yaw_deg=70.0)
    assert answered.tracks == ()
    assert answered.reflectors[0].azimuth_deg == pytest.approx(80.0, abs=3.0)
    again = ears.run(1.0, voice_from=(79.0,), wake=True)
    assert again.tracks == ()
    assert again.wake_doubt is HoldReason.NOT_CONFIRMED


def test_a_reflector_is_forgotten_with_time_and_doubted_when_a_person_stands_there() -> None:
    for seconds, people, trusted in ((2.0, (), False), (200.0, (), True), (6.0, (_seen(80.0),), True)):
        ears = Ears()
        ears.run(1.0, voice_from=(80.0,))
        ears.run(1.0, yaw_deg=70.0)
        ears.run(seconds, *people, yaw_deg=70.0 if people else 0.0)
        report = ears.run(0.5, voice_from=(80.0,), wake=True)
        assert (report.wake_doubt is None) == trusted


def test_sound_from_an_empty_part_of_the_picture_is_nobody() -> None:
    ears = Ears()
    ears.run(1.0)
    report = ears.run(1.0, voice_from=(20.0,), wake=True)
    assert report.wake_doubt is HoldReason.NOBODY_THERE
    assert report.tracks == ()


def test_a_faint_direction_does_not_inherit_the_trust_of_a_dismissed_one() -> None:
    for faint, doubt in ((0.004, HoldReason.NOBODY_THERE), (0.5, None)):
        ears = Ears()
        ears.run(1.0)
        sound = SoundReport(
            tick=ears.tick + 5, voice=0.9, azimuth_deg=20.0, confidence=0.8, wake_word=True,
            candidates=(
                SoundCandidate(azimuth_deg=20.0, elevation_deg=0.0, weight=1.0 - faint, direct=0.75),
                SoundCandidate(azimuth_deg=-80.0, elevation_deg=0.0, weight=faint, direct=0.1),
            ),
        )  # fmt: skip
        vision = VisionReport(tick=ears.tick + 5, frame_tick=ears.tick + 5, seeing=Seeing.SEEING, people=())
        report = ears.stage.tick(sound, vision, ears.tuning, tick=ears.tick + 5, arc=ARC)
        assert report.wake_doubt is doubt


def test_sound_from_outside_the_range_is_ignored() -> None:
    ears = Ears()
    report = ears.run(1.0, voice_from=(150.0,), wake=True)
    assert report.wake_doubt is HoldReason.OUT_OF_RANGE
    assert report.tracks == ()


def test_a_television_is_not_a_person_and_neither_is_who_is_on_it() -> None:
    box = Box(x=0.3, y=0.2, width=0.3, height=0.3)
    screen = ObjectSighting(label="television", azimuth_deg=20.0, score=0.9, box=box)
    face = _seen(20.0, box=Box(x=0.35, y=0.22, width=0.1, height=0.2))
    ears = Ears()
    report = ears.run(3.0, face, objects=(screen,), voice_from=(20.0,), wake=True)
    assert report.talker_id is None
    assert report.addressed_id is None
    assert all(track.person < 0.5 for track in report.tracks)
    assert report.wake_doubt is HoldReason.NOT_CONFIRMED
    # Remembered while the camera looks elsewhere.
    assert ears.run(1.0, yaw_deg=-80.0, voice_from=(22.0,), wake=True).wake_doubt is HoldReason.NOT_CONFIRMED


def test_a_poster_never_counts() -> None:
    report = Ears().run(6.0, _seen(10.0, life=0.0), voice_from=(10.0,))
    assert report.addressed_id is None
    assert report.talker_id is None


@pytest.mark.parametrize(
    ("second", "doubt"), [(0.42, None), (0.8, HoldReason.SOUND_AMBIGUOUS)], ids=["an-echo", "who-surely-speaks"]
)
def test_facing_decides_between_a_talker_and_an_echo_but_not_between_two_who_surely_speak(
    second: float, doubt: HoldReason | None
) -> None:
    ears = Ears()
    unclear = ears.run(0.5, voice_from=(70.0, -70.0), wake=True, ambiguous=True)
    assert unclear.sound_ambiguous
    assert unclear.wake_doubt is HoldReason.SOUND_AMBIGUOUS
    assert unclear.wake_azimuth_deg is None
    ears = Ears()
    ears.run(1.0, _seen(40.0))
    called = ears.run(0.5, _seen(40.0), voice_from=(40.0, -70.0), wake=True, ambiguous=True, direct=(0.8, second))
    assert called.wake_doubt is doubt
    assert called.wake_id == (1 if doubt is None else None)


def test_two_who_call_at_once_are_ambiguous_also_when_one_carries_most_of_the_sound() -> None:
    ears = Ears()
    people = (_seen(-40.0, 1), _seen(40.0, 2))
    ears.run(1.0, *people)
    ears.tick += 5
    tick = ears.tick // 10 * 10
    word = SoundReport(
        tick=ears.tick, voice=0.9, azimuth_deg=-40.0, confidence=0.98, ambiguous=True, wake_word=True,
        candidates=tuple(
            SoundCandidate(azimuth_deg=a, elevation_deg=0.0, weight=w, direct=d)
            for a, w, d in ((-40.0, 0.92, 0.98), (40.0, 0.08, 0.6))
        ),
    )  # fmt: skip
    vision = VisionReport(tick=tick, frame_tick=tick, seeing=Seeing.SEEING, people=people, frame_yaw_deg=0.0)
    report = ears.stage.tick(word, vision, ears.tuning, tick=ears.tick, arc=ARC)
    assert report.wake_doubt is HoldReason.SOUND_AMBIGUOUS


def test_a_known_reflector_does_not_make_a_voice_ambiguous() -> None:
    ears = Ears()
    ears.run(1.0, voice_from=(80.0,))
    ears.run(1.0, yaw_deg=70.0)
    report = ears.run(0.5, voice_from=(-70.0, 80.0), wake=True, ambiguous=True)
    assert report.wake_doubt is None
    assert report.wake_azimuth_deg == pytest.approx(-70.0, abs=1.0)


def test_a_wake_word_without_direction_is_in_doubt() -> None:
    ears = Ears()
    ears.run(0.5)
    ears.tick += 5
    sound = SoundReport(tick=ears.tick, voice=0.9, wake_word=True)
    vision = VisionReport(tick=ears.tick, frame_tick=None, seeing=Seeing.NO_PICTURE)
    assert ears.stage.tick(sound, vision, ears.tuning, tick=ears.tick, arc=ARC).wake_doubt is HoldReason.SOUND_AMBIGUOUS


# --- who means the device ---------------------------------------------------------------------------------------------


def test_facing_and_talking_is_meant_and_talking_to_each_other_is_not() -> None:
    facing = Ears().run(2.0, _seen(20.0), voice_from=(20.0,))
    assert facing.addressed_id == 1
    aside = Ears().run(2.0, _seen(20.0, engagement=0.05), _seen(-20.0, 2, engagement=0.1), voice_from=(20.0,))
    assert aside.talker_id == 1
    assert aside.addressed_id is None


def test_the_one_addressed_stays_it_while_two_are_nearly_equal() -> None:
    ears = Ears()
    first = ears.run(1.5, _seen(20.0, engagement=0.8), _seen(-20.0, 2, engagement=0.6)).addressed_id
    for k in range(10):
        wobble = 0.05 if k % 2 else -0.05
        report = ears.run(0.3, _seen(20.0, engagement=0.72 + wobble), _seen(-20.0, 2, engagement=0.75 - wobble))
        assert report.addressed_id == first


# --- bad numbers ------------------------------------------------------------------------------------------------------

ANY = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([180.0, -180.0, 0.0, 1e12])


@given(
    sightings=st.lists(st.tuples(ANY, ANY, ANY, ANY), max_size=6),
    sounds=st.lists(st.tuples(ANY, ANY, ANY), max_size=4),
    voice=ANY,
    azimuth=st.none() | ANY,
    confidence=ANY,
)
def test_bad_numbers_never_raise_and_never_leak(
    sightings: list[tuple[float, float, float, float]],
    sounds: list[tuple[float, float, float]],
    voice: float,
    azimuth: float | None,
    confidence: float,
) -> None:
    ears = Ears()
    for wake in (False, True, True):
        ears.tick += 5
        vision = VisionReport(
            tick=ears.tick, frame_tick=ears.tick, seeing=Seeing.SEEING,
            people=tuple(
                _seen(a, k, distance_m=d, engagement=e, life=life) for k, (a, d, e, life) in enumerate(sightings)
            ),
        )  # fmt: skip
        sound = SoundReport(
            tick=ears.tick, voice=voice, azimuth_deg=azimuth, confidence=confidence, wake_word=wake,
            candidates=tuple(
                SoundCandidate(azimuth_deg=a, elevation_deg=0.0, weight=w, direct=d) for a, w, d in sounds
            ),
        )  # fmt: skip
        report = ears.stage.tick(sound, vision, ears.tuning, tick=ears.tick, arc=ARC)
        for track in report.tracks:
            numbers = (
                track.azimuth_deg,
                track.rate_dps,
                track.sigma_deg,
                track.engagement,
                track.talking,
                track.person,
            )
            assert all(math.isfinite(number) for number in numbers)
            assert -180.0 < track.azimuth_deg <= 180.0
            assert 0.0 <= track.addressing <= 1.0
            assert track.distance_m is None or track.distance_m > 0.0


def test_fifty_people_are_survived() -> None:
    crowd = tuple(_seen(-50.0 + 2.0 * k, k) for k in range(50))
    report = Ears().run(1.0, *crowd)
    assert 10 <= len(report.tracks) <= 24
