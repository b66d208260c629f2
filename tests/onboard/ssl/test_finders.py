"""Direction finders by name: the table, the trust in one that nobody calibrated, and what is made only when asked for."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import ArrayFacts, DeviceFacts
from simulator.onboard.ssl import dictionary, frames
from simulator.onboard.ssl.answer import answer
from simulator.onboard.ssl.evidence import Noise, gather
from simulator.onboard.ssl.features import FEATURES
from simulator.onboard.ssl.finders import RANKINGS, Found, by_summits, shipped
from simulator.onboard.ssl.forest import Forest
from simulator.onboard.ssl.places import PLACE_FEATURES
from simulator.onboard.ssl.question import question
from simulator.onboard.ssl.stage import SoundStage
from simulator.onboard.ssl.trust import CAUTIOUS
from simulator.onboard.tuning import FINDER_NAMES, Tuning, leaf_at
from tests.onboard.ssl.kit import models

PLAIN = dictionary.build(ArrayFacts(), low_hz=500.0, high_hz=7000.0)
FOREST = Forest(models().direct, features=FEATURES, place_features=PLACE_FEATURES)
LEADS = np.linspace(0.0, 14.0, 141)


@pytest.fixture
def asked():
    """Half a second of a wave from 60 degrees, over noise."""
    rng = np.random.default_rng(1)
    frequencies = np.fft.rfftfreq(8192, 1 / 16_000)
    wave = np.fft.rfft(rng.standard_normal(8192))
    at = dictionary.response(
        ArrayFacts(), frequencies, azimuths_deg=np.array([60.0]), elevation_deg=10.0, measured=None
    )
    samples = np.fft.irfft(wave[:, None] * at[:, 0], axis=0).T.astype(np.float32)
    quiet = (0.05 * rng.standard_normal((8, 9600))).astype(np.float32)
    noise = Noise(covariance=frames.noise_covariance(frames.spectra(quiet, PLAIN.bins)))
    evidence = gather(samples + quiet[:, :8192], noise=noise, plain=PLAIN, beside_walls=None)
    return question(evidence, range_of_motion=RangeOfMotion(min_deg=-90.0, max_deg=90.0), yaw_deg=0.0)


def ring_of(*summits: tuple[int, float]) -> np.ndarray:
    ring = np.zeros(PLAIN.directions, np.float32)
    for place, height in summits:
        ring[place] = height
    return np.stack([ring, 0.5 * ring])


def test_the_names_that_a_knob_takes_are_those_of_the_table():
    assert tuple(shipped(FOREST)) == FINDER_NAMES == leaf_at("sound.algorithm").choices


@pytest.mark.parametrize("name", FINDER_NAMES)
def test_every_finder_finds_a_plane_wave(asked, name):
    said = answer(asked, shipped(FOREST)[name], yaw_deg=0.0, doubt=Tuning().attention)
    assert said.azimuth_deg == pytest.approx(60.0, abs=1.5)


def test_a_method_that_nobody_calibrated_is_trusted_less_than_each_that_was():
    """It may turn the screen only where a calibrated method in its place would too."""
    cautious = np.array([CAUTIOUS.at(lead) for lead in LEADS])
    for name in set(RANKINGS) - {"srp-phat"}:
        calibrated = np.array([FOREST.curves[name].at(lead) for lead in LEADS])
        assert (cautious < calibrated).all(), name
    assert (np.diff(cautious) >= 0).all()
    gate = Tuning().attention.min_sound_confidence
    assert cautious[0] < gate < cautious[-1], "and yet it can turn it"
    noisy = np.array([FOREST.curves["srp-phat"].at(lead) for lead in LEADS])
    assert noisy[:31].max() < gate, "the classic one is not acted on, in noise it is wrong too often"


def test_a_ranking_without_a_curve_gets_the_cautious_one(asked):
    bare = SimpleNamespace(curves={})
    found = shipped(bare)["onset"].find(asked)
    assert found.confidence == pytest.approx(CAUTIOUS.at(np.inf), rel=1e-6), "one wave alone has no rival"
    assert found.confidence < shipped(FOREST)["onset"].find(asked).confidence


def test_of_two_summits_the_higher_wins_however_little_it_is_trusted(asked):
    found = by_summits(asked, ring_of((20, 1.0), (110, 0.98)))
    assert found.at[int(np.argmax(found.direct))] == 20
    assert found.confidence == pytest.approx(CAUTIOUS.at(0.02), abs=0.01)
    doubted = answer(asked, SimpleNamespace(find=lambda _: found), yaw_deg=0.0, doubt=Tuning().attention)
    assert doubted.ambiguous


@pytest.mark.parametrize(
    ("counts", "second", "doubted"), [(True, 0.12, True), (False, 0.3, False), (True, 0.08, False)]
)
def test_a_second_talker_is_doubted_where_each_has_a_probability_of_his_own(asked, counts, second, doubted):
    score = ring_of((20, 1.0), (110, 0.2))
    found = Found(score=score, at=[20, 110], direct=np.array([0.9, second]), confidence=0.9, counts_talkers=counts)
    said = answer(asked, SimpleNamespace(find=lambda _: found), yaw_deg=0.0, doubt=Tuning().attention)
    assert said.ambiguous == doubted


def test_maps_that_a_finder_does_not_ask_for_are_not_made(asked):
    by_summits(asked, ring_of((20, 1.0)))
    assert "maps" not in vars(asked.evidence)
    shipped(FOREST)["srp-phat"].find(asked)
    assert "maps" in vars(asked.evidence)
    assert "walled" not in vars(asked.evidence)


def test_an_unknown_finder_is_an_error_that_lists_those_there_are():
    """Nothing falls through to another method."""
    ears = SoundStage(DeviceFacts(), dataclasses.replace(models(), outside_finder=None))
    with pytest.raises(KeyError, match=r"sound\.algorithm = best/of-all.*fused, decomposition"):
        ears._directions._finder("best/of-all")
