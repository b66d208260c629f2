"""The ears in a virtual room: who speaks from where, and when they rather say nothing."""

import pickle
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from simulator.onboard.angles import RangeOfMotion, distance_deg
from simulator.onboard.facts import ArrayFacts, DeviceFacts
from simulator.onboard.messages import MicBlock, MotorMode, MotorState, Setup
from simulator.onboard.ssl import dictionary
from simulator.onboard.ssl.stage import SoundStage
from simulator.onboard.tuning import SoundKnobs, Tuning
from simulator.runtime.ear_models import load_ear_models
from simulator.world.sound.response import cylinder_responses
from simulator.world.sound.voices import noise_clip
from tests.onboard.ssl.kit import HALF, Room, azimuth_deg, models, voices

pytestmark = pytest.mark.long  # each hears seconds of sound in a room

ANNA, BEN = (1.2, 2.6, 1.55), (4.2, 2.2, 1.5)
RECORDINGS = Path(__file__).resolve().parents[4] / "shared" / "data" / "wakeword" / "alexa"


def woken(reports):
    return next((report for report in reports if report.wake_word), None)


def same(a, b):
    """Whether two reports are equal to the bit, arrays included."""
    return all(
        np.array_equal(getattr(a, f.name), getattr(b, f.name))
        if f.name == "sound_map" and a.sound_map is not None
        else getattr(a, f.name) == getattr(b, f.name)
        for f in fields(a)
    )


@pytest.mark.long
def test_a_wake_word_is_heard_and_found():
    room = Room()
    room.says("anna", voices().clip("voice-1", "wake_word"), at_s=1.0, place=ANNA)
    report = woken(room.hear(260))
    assert report is not None
    assert report.wake_confidence >= 0.5
    assert distance_deg(report.azimuth_deg, azimuth_deg(ANNA)) < 4
    assert report.confidence > 0.8
    assert not report.ambiguous
    assert report.candidates[0].azimuth_deg == report.azimuth_deg
    assert report.sound_map.shape == (72,)
    assert float(report.sound_map.sum()) == pytest.approx(1.0, abs=1e-4)
    assert report.beam_azimuth_deg is not None
    assert sum(r.wake_word for r in room.reports) == 1


def test_speech_is_followed_and_its_track_dies_in_silence():
    room = Room()
    clip = voices().clip("voice-2", "speech")
    room.says("anna", clip, at_s=0.5, place=ANNA)
    reports = room.hear(50 + len(clip) // 160 + 100)
    named = [r.azimuth_deg for r in reports if r.azimuth_deg is not None]
    assert len(named) > 100
    errors = [distance_deg(azimuth, azimuth_deg(ANNA)) for azimuth in named]
    assert np.median(errors) < 3
    assert np.mean(np.array(errors) > 15) < 0.1
    assert woken(reports) is None
    assert reports[-1].azimuth_deg is None
    assert reports[-1].voice == 0.0
    assert reports[-1].sound_map is None


def test_silence_is_one_report_and_says_nothing():
    room = Room()
    room.hear(20)
    reports = room.hear(100)
    assert all(report is reports[0] for report in reports)
    assert reports[0].azimuth_deg is None


def test_a_fan_is_no_talker():
    room = Room()
    room.says("fan", noise_clip("fan"), at_s=0.0, place=BEN, loop=True)
    assert all(report.azimuth_deg is None and not report.wake_word for report in room.hear(400))


def test_a_talker_is_found_beside_a_fan():
    room = Room()
    room.says("fan", 0.3 * noise_clip("fan"), at_s=0.0, place=BEN, loop=True)
    room.says("anna", voices().clip("voice-1", "wake_word"), at_s=2.5, place=ANNA)
    report = woken(room.hear(420))
    assert report is not None
    assert distance_deg(report.azimuth_deg, azimuth_deg(ANNA)) < 8


def test_a_talker_is_followed_while_the_array_turns_and_the_own_motor_is_none():
    room = Room(
        yaw_deg=lambda tick: min(max(tick - 180, 0), 80) * 0.9,
        rate_dps=lambda tick: 90.0 if 180 <= tick < 260 else 0.0,
    )
    clip = np.concatenate([voices().clip("voice-2", "speech"), voices().clip("voice-2", "speech", index=1)])
    room.says("anna", clip, at_s=0.5, place=ANNA)
    assert room.hear(179)[-1].azimuth_deg is not None
    turning = [r for r in room.hear(80)[10:] if r.azimuth_deg is not None]
    assert len({r.tick for r in turning if not r.frozen}) >= 4
    assert np.median([distance_deg(r.azimuth_deg, azimuth_deg(ANNA)) for r in turning]) < 3
    after = [r for r in room.hear(100) if not r.frozen and r.azimuth_deg is not None]
    assert np.median([distance_deg(r.azimuth_deg, azimuth_deg(ANNA)) for r in after]) < 5
    silent = Room(yaw_deg=lambda tick: 0.9 * tick, rate_dps=lambda tick: 90.0)
    assert all(report.azimuth_deg is None and not report.wake_word for report in silent.hear(200))


def test_a_wake_word_said_during_a_turn_is_answered():
    room = Room(yaw_deg=lambda tick: 60.0 - 0.6 * max(tick - 90, 0), rate_dps=lambda tick: -60.0 if tick > 90 else 0.0)
    room.says("anna", voices().clip("voice-1", "wake_word"), at_s=1.0, place=ANNA)
    report = woken(room.hear(260))
    assert report is not None
    assert not report.frozen
    assert distance_deg(report.azimuth_deg, azimuth_deg(ANNA)) < 5
    assert report.confidence > 0.5


def test_a_wake_word_is_heard_over_a_talker_as_loud_who_does_not_stop():
    room = Room()
    talk = np.concatenate([voices().clip("voice-2", "speech", index=k) for k in range(4)])
    room.says("ben", talk, at_s=0.2, place=BEN, loop=True)
    room.says("anna", voices().clip("voice-1", "wake_word"), at_s=5.0, place=ANNA)
    report = woken(room.hear(620))
    assert report is not None
    assert report.tick > 520


def test_a_direction_is_one_of_the_base_wherever_the_screen_points():
    room = Room(yaw_deg=lambda tick: -40.0)
    room.says("anna", voices().clip("voice-1", "wake_word"), at_s=1.0, place=ANNA)
    report = woken(room.hear(260))
    assert distance_deg(report.azimuth_deg, azimuth_deg(ANNA)) < 4


def test_nobody_is_looked_for_outside_the_range_of_motion():
    room = Room(setup=Setup(range=RangeOfMotion(min_deg=-90.0, max_deg=-20.0)))
    room.says("anna", voices().clip("voice-1", "wake_word"), at_s=1.0, place=ANNA)
    report = woken(room.hear(260))
    assert -96 - 3 <= report.azimuth_deg <= -14 + 3
    assert report.confidence < 0.95, "an echo from inside is all there is"


def test_lost_microphones_are_silence():
    ears = SoundStage(DeviceFacts(), models())
    motor = MotorState(tick=4, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
    report = ears.tick(None, motor=motor, setup=HALF, tuning=Tuning())
    assert (report.voice, report.azimuth_deg) == (0.0, None)


def test_a_gap_in_the_sound_is_not_bridged():
    room = Room()
    room.says("anna", voices().clip("voice-2", "speech"), at_s=0.5, place=ANNA)
    room.hear(120)
    motor = MotorState(tick=120, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
    lost = [room.ears.tick(None, motor=motor, setup=HALF, tuning=Tuning()) for _ in range(30)]
    assert all(report.voice == 0.0 and report.azimuth_deg is None for report in lost)
    assert all(report.azimuth_deg is None for report in room.hear(10))
    assert any(report.azimuth_deg is not None for report in room.hear(60))


def test_sound_that_is_the_same_at_all_microphones_has_no_direction():
    """Straight above: a ghost that other trackers keep for ever."""
    ears = SoundStage(DeviceFacts(), models())
    clip = voices().clip("voice-2", "speech")
    noise = np.random.default_rng(3).standard_normal((8, len(clip))).astype(np.float32) * 2e-4
    motor = MotorState(tick=0, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
    reports = [
        ears.tick(
            MicBlock(tick=t, samples=clip[t * 160 : t * 160 + 160][None] + noise[:, t * 160 : t * 160 + 160]),
            motor=motor,
            setup=HALF,
            tuning=Tuning(),
        )
        for t in range(len(clip) // 160)
    ]
    assert max(report.voice for report in reports) > 0.8
    confident = [r for r in reports if r.azimuth_deg is not None and r.confidence > 0.55 and not r.ambiguous]
    assert len(confident) < 0.1 * len(reports)


@pytest.mark.long
def test_going_on_from_a_snapshot_gives_the_same_bits():
    room = Room()
    room.says("fan", 0.1 * noise_clip("fan"), at_s=0.0, place=BEN, loop=True)
    clip = np.concatenate([voices().clip("voice-2", "speech"), voices().clip("voice-1", "wake_word")])
    room.says("anna", clip, at_s=0.6, place=ANNA)
    ticks = 60 + len(clip) // 160 + 50
    # In silence, in the middle of speech, in the middle of the wake word.
    for start in (30, 150, ticks - 90):
        room.hear(start - room.tick)
        kept = pickle.dumps((room.tick, room.field.snapshot(), room.ears.snapshot()))
        once = room.hear(ticks - start)
        room.tick, field_state, ears_state = pickle.loads(kept)
        room.field.restore(field_state)
        room.ears.restore(ears_state)
        again = room.hear(ticks - start)
        assert woken(once) is not None
        assert all(same(a, b) for a, b in zip(once, again, strict=True))
        room.tick = start
        room.field.restore(field_state)
        room.ears.restore(ears_state)


@pytest.mark.parametrize("algorithm", ["fused", "decomposition", "whitened", "onset", "srp-phat"])
def test_every_direction_finder_finds_an_easy_talker(algorithm):
    room = Room(tuning=Tuning(sound=SoundKnobs(algorithm=algorithm)))
    room.says("anna", voices().clip("voice-1", "wake_word"), at_s=1.0, place=ANNA)
    report = woken(room.hear(260))
    assert distance_deg(report.azimuth_deg, azimuth_deg(ANNA)) < 8
    assert 0 < report.confidence <= 1
    assert sum(c.direct for c in report.candidates) > 0


def test_another_band_and_window_are_taken_up_at_once():
    room = Room(tuning=Tuning(sound=SoundKnobs(low_hz=1000.0, high_hz=5000.0, window_s=0.6)))
    room.says("anna", voices().clip("voice-1", "wake_word"), at_s=1.0, place=ANNA)
    assert distance_deg(woken(room.hear(260)).azimuth_deg, azimuth_deg(ANNA)) < 6


def test_recorded_people_are_heard():
    """Twelve people of the public recordings, two metres away, in a furnished room."""
    if not RECORDINGS.is_dir():
        pytest.skip("the recordings of the wake word are not installed beside the repository")
    heard = right = 0
    for number in (0, 15, 105, 12, 21, 30, 45, 60, 75, 90, 111, 120):
        path = RECORDINGS / f"{number}.flac"
        if not path.is_file():
            continue
        samples = sf.read(path, dtype="float32")[0]
        room = Room()
        room.says("anna", samples * np.float32(0.05 / (samples.std() * 2)), at_s=1.0, place=ANNA)
        report = woken(room.hear(120 + len(samples) // 160 + 40))
        heard += report is not None
        right += report is not None and distance_deg(report.azimuth_deg, azimuth_deg(ANNA)) < 10
    assert heard >= 8
    assert right >= heard - 1


def test_a_measured_device_is_read_by_both_sides(tmp_path):
    array = ArrayFacts(response="rigid cylinder")
    np.savez(tmp_path / "body.npz", responses=cylinder_responses(array))
    measured = ArrayFacts(response="measured", measured_file="body.npz")
    given = load_ear_models(array=measured, folder=tmp_path)
    plain = dictionary.build(measured, low_hz=500.0, high_hz=7000.0, measured=given.measured_responses)
    known = dictionary.build(array, low_hz=500.0, high_hz=7000.0)
    like = np.abs((plain.vectors.conj() * known.vectors).sum(axis=2))[:, ::4]
    assert like.mean() > 0.97
    with pytest.raises(ValueError, match="no measured responses were handed in"):
        dictionary.build(measured, low_hz=500.0, high_hz=7000.0)
    with pytest.raises(ValueError, match="no such model; there are alexa"):
        load_ear_models(wake_word="computer")
