"""Who called, when the ears name several directions: what the eyes see there decides how much a direction has to be worth."""

from __future__ import annotations

import pytest

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.fusion.stage import FusionStage
from simulator.onboard.messages import (
    Box,
    HoldReason,
    PersonSighting,
    Seeing,
    SoundCandidate,
    SoundReport,
    TrackReport,
    VisionReport,
)
from simulator.onboard.tuning import Tuning

ARC = RangeOfMotion(min_deg=-90.0, max_deg=90.0)
Found = tuple[float, float, float]  # azimuth, share of the sound, how likely a talker's


def _sees(azimuth_deg: float, sighting_id: int = 1, *, engagement: float = 0.9) -> PersonSighting:
    return PersonSighting(
        sighting_id=sighting_id, azimuth_deg=azimuth_deg, bearing_deg=azimuth_deg, distance_m=1.5, score=0.9,
        box=Box(x=0.4, y=0.3, width=0.1, height=0.2), has_face=True, engagement=engagement, confirmed=True,
    )  # fmt: skip


def _called(*found: Found, people: tuple[PersonSighting, ...] = (), confidence: float, ambiguous: bool) -> TrackReport:
    """A second of looking at these people, then a wake word whose main direction is the first of those found."""
    stage, report = FusionStage(DeviceFacts()), None
    for tick in range(5, 106, 5):
        vision = VisionReport(tick=tick, frame_tick=tick, seeing=Seeing.SEEING, people=people, frame_yaw_deg=0.0)
        sound = SoundReport(tick=tick, voice=0.0)
        if tick == 105:
            sound = SoundReport(
                tick=tick, voice=0.9, wake_word=True, azimuth_deg=found[0][0], confidence=confidence, ambiguous=ambiguous,
                candidates=tuple(SoundCandidate(azimuth_deg=a, elevation_deg=0.0, weight=w, direct=d) for a, w, d in found),
            )  # fmt: skip
        report = stage.tick(sound, vision, Tuning(), tick=tick, arc=ARC)
    assert report is not None
    return report


@pytest.mark.parametrize(
    ("engagement", "likely", "doubt"),
    [
        (0.9, 0.1, HoldReason.SOUND_AMBIGUOUS),
        (0.9, 0.05, None),
        (0.0, 0.42, None),
        (0.0, 0.6, HoldReason.SOUND_AMBIGUOUS),
    ],
    ids=["faces-the-device", "silent", "talks-to-others", "surely-speaks"],
)
def test_who_is_seen_to_face_the_device_may_have_called_too_who_looks_elsewhere_hardly(
    engagement: float, likely: float, doubt: HoldReason | None
) -> None:
    people = (_sees(40.0, engagement=engagement),)
    report = _called(
        (-75.0, 0.9, 0.97), (40.0, 0.1, likely), people=people, confidence=0.99, ambiguous=True
    )  # fmt: skip
    assert report.wake_doubt is doubt


@pytest.mark.parametrize(("likely", "doubt"), [(0.3, None), (0.5, HoldReason.SOUND_AMBIGUOUS)])
def test_out_of_view_an_echo_does_not_silence_a_caller_but_a_likely_talker_does(
    likely: float, doubt: HoldReason | None
) -> None:
    report = _called((75.0, 0.7, 0.97), (-75.0, 0.1, likely), confidence=0.99, ambiguous=True)
    assert report.wake_doubt is doubt


def test_the_echo_of_a_caller_whom_a_cabinet_hides_is_not_trusted() -> None:
    report = _called((16.0, 0.6, 0.9), (70.0, 0.3, 0.18), confidence=0.97, ambiguous=False)
    assert report.wake_azimuth_deg == pytest.approx(70.0)
    assert report.wake_confidence < Tuning().attention.min_sound_confidence


def test_a_caller_out_of_view_is_trusted_beside_music_that_is_seen_to_be_nobody() -> None:
    report = _called((20.0, 0.5, 0.78), (-74.0, 0.3, 0.45), confidence=0.95, ambiguous=False)
    assert report.wake_azimuth_deg == pytest.approx(-74.0)
    assert report.wake_confidence >= Tuning().attention.min_sound_confidence


@pytest.mark.parametrize(
    ("found", "confidence", "trusted"),
    [
        (((-80.0, 0.7, 0.6),), 0.93, False),
        (((-80.0, 0.7, 0.6), (-72.0, 0.3, 0.38)), 0.93, True),
        (((-80.0, 0.7, 0.97),), 0.99, True),
        (((-80.0, 0.7, 0.6),), 0.6, True),
    ],
    ids=["half-likely", "two-peaks-of-one-talker", "likely", "a-method-that-says-so-itself"],
)
def test_a_turn_to_a_place_out_of_view_needs_a_direction_that_is_likely_a_talker(
    found: tuple[Found, ...], confidence: float, trusted: bool
) -> None:
    report = _called(*found, confidence=confidence, ambiguous=False)
    assert (report.wake_confidence >= Tuning().attention.min_sound_confidence) is trusted


@pytest.mark.parametrize(("engagement", "doubt"), [(0.9, None), (0.0, HoldReason.NOBODY_THERE)])
def test_a_word_that_music_hides_is_that_of_whoever_faces_the_device(
    engagement: float, doubt: HoldReason | None
) -> None:
    people = (_sees(-36.0, engagement=engagement),)
    report = _called((31.0, 0.97, 0.75), (-32.0, 0.002, 0.02), people=people, confidence=0.95, ambiguous=False)
    assert report.wake_doubt is doubt
    assert (report.wake_id is not None) is (doubt is None)
