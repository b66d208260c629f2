"""Whoever leads for a syllable is asked about, though another talker drowns them over the whole stretch."""

import numpy as np

from simulator.onboard.angles import RangeOfMotion, distance_deg
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.ssl import dictionary
from simulator.onboard.ssl.candidates import peaks
from simulator.onboard.ssl.decomposition import decompose
from simulator.onboard.ssl.evidence import Noise, gather
from simulator.onboard.ssl.finders import candidates
from simulator.onboard.ssl.question import question
from simulator.onboard.ssl.syllables import HALF_FRAMES

ARRAY = ArrayFacts()
PLAIN = dictionary.build(ARRAY, low_hz=500.0, high_hz=7000.0)
RATE_HZ = 16_000
LOUD_DEG, SOFT_DEG = 60.0, 85.0


def from_azimuth(wave, azimuth_deg):
    """A plane wave at the microphones."""
    frequencies = np.fft.rfftfreq(len(wave), 1 / RATE_HZ)
    at = dictionary.response(
        ARRAY, frequencies, azimuths_deg=np.array([azimuth_deg]), elevation_deg=10.0, measured=None
    )
    return np.fft.irfft(np.fft.rfft(wave)[:, None] * at[:, 0], len(wave), axis=0).T.astype(np.float32)


def bursts(first, *, every=4800, seconds=0.9, seed=1):
    """Noise that begins again and again and dies away within 40 ms."""
    count = round(seconds * RATE_HZ)
    since = (np.arange(count) - first) % every
    fading = np.exp(-since / 200.0) * (np.arange(count) >= first)
    return np.random.default_rng(seed).standard_normal(count) * fading


def evidence_of(*waves):
    sound = np.sum(waves, axis=0) + 0.003 * np.random.default_rng(5).standard_normal(waves[0].shape)
    even = (1e-4 * np.eye(8)).astype(np.complex64)
    noise = Noise(covariance=np.repeat(even[None], len(PLAIN.bins), axis=0))
    return gather(sound.astype(np.float32), noise=noise, plain=PLAIN, beside_walls=None)


def nearest_deg(found, azimuth_deg):
    return min(distance_deg(float(PLAIN.azimuths_deg[k]), azimuth_deg) for k in found)


def test_a_soft_second_talker_beside_a_loud_one_is_a_candidate():
    loud = sum(from_azimuth(bursts(first, seed=first), LOUD_DEG) for first in (0, 800, 1600, 2400))
    soft = 0.3 * from_azimuth(bursts(3600, seed=9), SOFT_DEG)
    evidence = evidence_of(loud, soft)
    asked = question(evidence, range_of_motion=RangeOfMotion(min_deg=0.0, max_deg=120.0), yaw_deg=0.0)
    score, found = candidates(asked)
    assert nearest_deg(peaks(score, asked.allowed, PLAIN.azimuths_deg), SOFT_DEG) > 6.0
    assert nearest_deg(found, LOUD_DEG) <= 3.0
    assert nearest_deg(found, SOFT_DEG) <= 6.0


def test_a_piece_has_a_map_of_each_band_and_votes_for_its_summit():
    evidence = evidence_of(from_azimuth(bursts(0), LOUD_DEG))
    pieces = evidence.syllables
    bands, count, directions = pieces.rings.shape
    assert (bands, directions) == (5, PLAIN.directions)
    assert count == evidence.power.shape[1] // HALF_FRAMES - 1
    assert distance_deg(float(PLAIN.azimuths_deg[pieces.votes().argmax()]), LOUD_DEG) <= 3.0
    sharp = pieces.votes() / pieces.votes().max()
    plain = pieces.whole.sum(axis=0) / pieces.whole.sum(axis=0).max()
    assert sharp.mean() < plain.mean()


def test_a_stretch_shorter_than_a_piece_has_one():
    evidence = evidence_of(from_azimuth(bursts(0, seconds=0.05), LOUD_DEG))
    assert evidence.syllables.rings.shape[1] == 1


def test_an_echo_repeats_the_best_and_another_talker_does_not():
    wave = bursts(0)
    echo = 0.7 * np.roll(wave, 48)
    at = [int(np.argmin(np.abs(PLAIN.azimuths_deg - a))) for a in (LOUD_DEG, 210.0)]
    repeated = decompose(evidence_of(from_azimuth(wave, LOUD_DEG), from_azimuth(echo, 210.0)), at)
    other = 0.7 * bursts(2400, seed=3)
    independent = decompose(evidence_of(from_azimuth(wave, LOUD_DEG), from_azimuth(other, 210.0)), at)
    assert repeated.repeats_best[1] > 2 * independent.repeats_best[1]
    assert repeated.loud_with_best[1] > independent.loud_with_best[1]
