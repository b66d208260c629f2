"""The beams: what lasts is taken out, what is new passes, and going on from a snapshot is going on."""

import pickle

import numpy as np
import pytest

from simulator.onboard.facts import ArrayFacts
from simulator.onboard.ssl import beams, dictionary
from simulator.onboard.ssl.beams import COUNTED_BLOCKS, LATE_BLOCKS, STREAMS, Beams

ARRAY = ArrayFacts()
LINE = ArrayFacts(positions_m=tuple((0.0, 0.03 * k - 0.105, 0.0) for k in range(8)))


def wave(azimuth_deg, blocks, *, seed, array=ARRAY):
    """Noise from one direction in free air, at all microphones."""
    samples = blocks * 160
    frequencies = np.fft.rfftfreq(samples, 1 / 16_000)
    at = dictionary.response(
        array, frequencies, azimuths_deg=np.array([azimuth_deg]), elevation_deg=beams.LOOK_UP_DEG, measured=None
    )
    white = np.fft.rfft(np.random.default_rng(seed).standard_normal(samples))
    return np.fft.irfft(white[:, None] * at[:, 0], axis=0).T.astype(np.float32)


def listen(beam, sound, first, last):
    """All streams of some blocks, each with the sound up to it."""
    out = []
    for k in range(first, last):
        if k % COUNTED_BLOCKS == 0:
            beam.learn(sound[:, (k - 20) * 160 : k * 160], yaw_deg=0.0)
        out.append(beam.hear(sound[:, (k - 20) * 160 : (k + 1) * 160]))
    return np.concatenate(out, axis=1)


def test_before_anything_lasts_the_first_stream_is_the_front_microphone_a_little_later():
    sound = wave(30.0, 60, seed=1)
    heard = listen(Beams(ARRAY), sound, 20, 60)
    late = sound[0, (22 - LATE_BLOCKS) * 160 : (60 - LATE_BLOCKS) * 160]
    spectrum, wanted = np.fft.rfft(heard[0, 320:]), np.fft.rfft(late)
    inside = slice(len(wanted) // 20, len(wanted) * 9 // 10)
    apart = np.linalg.norm(spectrum[inside] - wanted[inside]) / np.linalg.norm(wanted[inside])
    assert apart < 0.1


def test_a_look_passes_what_comes_from_it_unchanged():
    sound = wave(90.0, 60, seed=2)
    heard = listen(Beams(ARRAY), sound, 20, 60)
    look = 1 + beams.LOOKS + 1
    assert heard[look, 320:].std() == pytest.approx(sound[0].std(), rel=0.1)
    behind = 1 + beams.LOOKS + 3
    assert heard[behind, 320:].std() < 0.6 * sound[0].std()


@pytest.mark.parametrize("array", [ARRAY, LINE])
def test_what_lasts_is_taken_out_and_what_is_new_passes(array):
    lasting = wave(70.0, 500, seed=3, array=array)
    beam = Beams(array)
    learned = listen(beam, lasting, 20, 480)[:, -100 * 160 :]
    assert (learned[: 1 + beams.LOOKS].std(axis=1) < 0.1 * lasting[0].std()).all()
    new = wave(-60.0, 500, seed=4, array=array)
    both = lasting.copy()
    both[:, 480 * 160 :] += new[:, 480 * 160 :]
    word = listen(beam, both, 480, 500)
    assert word[0, 800:].std() > 0.3 * new[0].std()


def test_a_word_of_a_second_does_not_cancel_itself():
    sound = np.concatenate([np.zeros((8, 480 * 160), np.float32), wave(20.0, 100, seed=5)], axis=1)
    sound += 1e-3 * np.random.default_rng(6).standard_normal(sound.shape).astype(np.float32)
    heard = listen(Beams(ARRAY), sound, 20, 575)
    assert heard[0, -60 * 160 :].std() > 0.7 * sound[0, -60 * 160 :].std()


def test_after_a_turn_the_old_noise_is_forgotten_sooner():
    lasting = wave(70.0, 420, seed=7)
    weights = []
    for yaw_deg in (0.0, 30.0):
        beam = Beams(ARRAY)
        listen(beam, lasting, 20, 400)
        beam.learn(lasting[:, 200 * 160 : 220 * 160], yaw_deg=yaw_deg)
        weights.append(beam.snapshot()["_weight"])
    assert weights[1] < 0.6 * weights[0]


def test_going_on_from_a_snapshot_gives_the_same_bits():
    sound = wave(70.0, 300, seed=8)
    beam = Beams(ARRAY)
    listen(beam, sound, 20, 203)
    kept = pickle.dumps(beam.snapshot())
    once = listen(beam, sound, 203, 300)
    again = Beams(ARRAY)
    again.restore(pickle.loads(kept))
    assert np.array_equal(once, listen(again, sound, 203, 300))
    assert once.shape[0] == STREAMS
