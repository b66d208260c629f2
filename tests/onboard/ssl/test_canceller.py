"""What the device itself plays is taken out of its microphones, and nothing else is."""

import pickle

import numpy as np

from simulator.onboard.ssl.canceller import RING_OUT_BLOCKS, Canceller

RNG = np.random.default_rng(3)
WAY = RNG.standard_normal((4, 1200)) * np.exp(-np.arange(1200) / 250.0)


def played_and_heard(blocks, *, seed):
    """Coloured noise out of the loudspeaker, and what four microphones get of it."""
    far = np.convolve(np.random.default_rng(seed).standard_normal(blocks * 160), [1.0, 0.7, 0.3], "same")
    far = (0.05 * far).astype(np.float32)
    heard = np.stack([np.convolve(far, way)[: len(far)] for way in WAY]).astype(np.float32)
    return far, heard


def run(canceller, far, heard, first, last):
    blocks = (slice(160 * k, 160 * k + 160) for k in range(first, last))
    return np.concatenate([canceller.block(heard[:, b], None if far is None else far[b]) for b in blocks], axis=1)


def test_the_echo_is_taken_down_by_twenty_five_decibels_in_four_seconds():
    far, heard = played_and_heard(400, seed=1)
    left = run(Canceller(4), far, heard, 0, 400)
    assert np.std(left[:, -8000:]) < 10 ** (-25 / 20) * np.std(heard[:, -8000:])


def test_a_caller_over_the_echo_comes_through_unchanged():
    far, heard = played_and_heard(450, seed=2)
    caller = np.zeros_like(heard)
    caller[:, 400 * 160 :] = 0.3 * np.random.default_rng(5).standard_normal((4, 50 * 160))
    left = run(Canceller(4), far, heard + caller, 0, 450)[:, 400 * 160 :]
    apart = np.std(left - caller[:, 400 * 160 :]) / np.std(caller[:, 400 * 160 :])
    assert apart < 0.3


def test_with_a_silent_loudspeaker_nothing_is_touched_and_nothing_is_done():
    heard = np.random.default_rng(6).standard_normal((4, 160)).astype(np.float32)
    canceller = Canceller(4)
    assert canceller.block(heard, None) is heard
    far, echo = played_and_heard(20, seed=7)
    run(canceller, far, echo, 0, 20)
    for _ in range(RING_OUT_BLOCKS):
        canceller.block(heard, None)
    assert canceller.block(heard, None) is heard


def test_going_on_from_a_snapshot_gives_the_same_bits():
    far, heard = played_and_heard(120, seed=8)
    canceller = Canceller(4)
    run(canceller, far, heard, 0, 60)
    kept = pickle.dumps(canceller.snapshot())
    once = run(canceller, far, heard, 60, 120)
    again = Canceller(4)
    again.restore(pickle.loads(kept))
    assert np.array_equal(once, run(again, far, heard, 60, 120))
