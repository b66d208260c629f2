"""What an array can tell apart, and what is said of one that cannot."""

import math

import numpy as np
import pytest

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import ArrayFacts
from simulator.onboard.ssl import dictionary, frames, geometry
from simulator.onboard.ssl.answer import answer
from simulator.onboard.ssl.evidence import Noise, gather
from simulator.onboard.ssl.features import FEATURES
from simulator.onboard.ssl.finders import shipped
from simulator.onboard.ssl.forest import Forest
from simulator.onboard.ssl.geometry import ArrayDoubt
from simulator.onboard.ssl.hearing import NoisePattern
from simulator.onboard.ssl.places import PLACE_FEATURES
from simulator.onboard.ssl.question import question
from simulator.onboard.ssl.turning import frames_together, turned_back
from simulator.onboard.tuning import Tuning
from tests.onboard.ssl.kit import models

ACROSS = ArrayFacts(positions_m=tuple((0.0, 0.03 * k - 0.105, 0.0) for k in range(8)))
BODY = ArrayFacts(positions_m=((0.05, 0, 0), (-0.05, 0, 0), (0, 0.05, 0), (0, -0.05, 0), (0, 0, 0.05)))


def heard(array, azimuth_deg, *, yaw_dps=0.0, seconds=1.0):
    """A wave from an azimuth of the base at an array that turns, and the noise before it."""
    rng = np.random.default_rng(1)
    count = int(16_000 * seconds)
    out = np.zeros((len(array.positions_m), count), np.float32)
    wave = rng.standard_normal(count)
    wave[np.arange(count) // 1600 % 2 == 1] *= 0.01  # syllables: something must begin now and then
    for start in range(0, count, 160):
        piece = np.zeros(count)
        piece[start : start + 160] = wave[start : start + 160]
        bearing = azimuth_deg - yaw_dps * (start + 80) / 16_000
        frequencies = np.fft.rfftfreq(count, 1 / 16_000)
        at = dictionary.response(
            array, frequencies, azimuths_deg=np.array([bearing]), elevation_deg=10.0, measured=None
        )
        out += np.fft.irfft(np.fft.rfft(piece)[:, None] * at[:, 0], count, axis=0).T.astype(np.float32)
    quiet = (0.01 * rng.standard_normal((len(array.positions_m), 9600))).astype(np.float32)
    return out, quiet


def noise_of(quiet, plain):
    return Noise(covariance=frames.noise_covariance(frames.spectra(quiet, plain.bins)))


def told(array, azimuth_deg, range_of_motion):
    plain = dictionary.build(array, low_hz=500.0, high_hz=7000.0)
    sound, quiet = heard(array, azimuth_deg)
    finder = shipped(Forest(models().direct, features=FEATURES, place_features=PLACE_FEATURES))["fused"]
    evidence = gather(sound, noise=noise_of(quiet, plain), plain=plain, beside_walls=None)
    asked = question(evidence, range_of_motion=range_of_motion, yaw_deg=0.0)
    return answer(asked, finder, yaw_deg=0.0, doubt=Tuning().attention)


def test_the_extent_of_an_array_says_which_rings_are_searched():
    assert geometry.extent(ArrayFacts(positions_m=((0.0, 0.0, 0.0),))) == 0
    assert (geometry.extent(ACROSS), geometry.elevations_deg(ACROSS)) == (1, (0.0,))
    assert (geometry.extent(ArrayFacts()), geometry.elevations_deg(ArrayFacts())) == (2, geometry.RINGS_DEG)
    assert geometry.extent(BODY) == 3
    assert len(geometry.elevations_deg(ArrayFacts(response="rigid cylinder"))) == 1
    assert geometry.aperture_m(ArrayFacts()) == pytest.approx(0.12)


@pytest.mark.parametrize(
    ("places", "doubts"),
    [
        (ArrayFacts().positions_m, ()),
        (ACROSS.positions_m, (ArrayDoubt.LINE,)),
        (((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), (ArrayDoubt.POINT,)),
        (((0.01, 0.0, 0.0), (-0.01, 0.0, 0.0), (0.0, 0.01, 0.0)), (ArrayDoubt.SMALL,)),
        (((0.1, 0.0, 0.0), (-0.1, 0.0, 0.0), (0.0, 0.1, 0.0)), (ArrayDoubt.SPARSE,)),
    ],
)
def test_what_an_array_cannot_tell_is_said_when_it_is_loaded(places, doubts):
    assert geometry.doubts(ArrayFacts(positions_m=places)) == doubts


def test_a_line_knows_where_it_lies():
    assert geometry.line_deg(ArrayFacts()) is None
    assert geometry.line_deg(ACROSS) % 180 == pytest.approx(90.0)
    turn = math.radians(20.0)
    leaning = ArrayFacts(
        positions_m=tuple((0.02 * k * math.cos(turn), 0.02 * k * math.sin(turn), 0.0) for k in range(4))
    )
    assert geometry.line_deg(leaning) % 180 == pytest.approx(20.0)


def test_a_line_is_believed_in_its_front_half_and_doubted_where_its_back_is_allowed_too():
    front = told(ACROSS, 35.0, RangeOfMotion(min_deg=-84.0, max_deg=84.0))
    assert front.azimuth_deg == pytest.approx(35.0, abs=2.0)
    assert not front.ambiguous
    around = told(ACROSS, 35.0, None)
    assert around.ambiguous
    assert around.confidence <= 0.5
    assert not told(ArrayFacts(), 35.0, None).ambiguous


def test_turned_back_moments_point_where_the_sound_is_and_one_yaw_would_not():
    array, rate = ArrayFacts(), 80.0
    plain = dictionary.build(array, low_hz=500.0, high_hz=7000.0)
    sound, quiet = heard(array, 50.0, yaw_dps=rate)
    noise = noise_of(quiet, plain)
    yaws = rate * (np.arange(100) + 0.5) / 100
    ring, _ = turned_back(sound, yaws, noise=noise, pattern=None, plain=plain)
    assert abs(float(plain.azimuths_deg[ring.argmax()]) - 50.0) <= 3.0
    frozen, _ = turned_back(sound, np.full(100, yaws[50]), noise=noise, pattern=None, plain=plain)
    assert frozen.max() / frozen.mean() < ring.max() / ring.mean()


def test_what_stands_in_the_room_is_taken_off_wherever_the_array_pointed_when_it_was_learned():
    array = ArrayFacts()
    plain = dictionary.build(array, low_hz=500.0, high_hz=7000.0)
    fan, _ = heard(array, 50.0, seconds=0.4)
    learned, _ = heard(array, 50.0 - 30.0, seconds=0.4)
    covariance = 0.2 * frames.noise_covariance(frames.spectra(learned, plain.bins))
    pattern = NoisePattern(covariance=covariance.astype(np.complex64), yaw_deg=30.0)
    noise, yaws, at = Noise(covariance=pattern.covariance), np.zeros(40), round(50 / plain.azimuths_deg[1])
    there, _ = turned_back(fan, yaws, noise=noise, pattern=None, plain=plain)
    taken, _ = turned_back(fan, yaws, noise=noise, pattern=pattern, plain=plain)
    assert there.argmax() == at
    assert taken[at] < 0.95 * there[at]
    assert (there - taken).argmax() == at


def test_the_faster_it_turns_the_shorter_are_the_moments():
    assert frames_together(np.zeros(50)) == 8
    assert frames_together(0.9 * np.arange(50.0)) < 8
    assert frames_together(4.0 * np.arange(50.0)) == 2
