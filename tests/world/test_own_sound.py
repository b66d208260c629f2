"""What the device itself plays is really in the room: its microphones hear it, and are told what it was."""

import numpy as np

from simulator.onboard.messages import BLOCK_SAMPLES
from simulator.world.spec import DevicePlace
from simulator.world.views import own_loudspeaker_now


def loop(kind):
    return np.arange(10 * BLOCK_SAMPLES, dtype=np.float32) * (1.0 if kind == "music" else -1.0)


def test_a_device_that_plays_nothing_is_silent():
    assert own_loudspeaker_now(DevicePlace(), tick=3, loops=loop) is None
    assert own_loudspeaker_now(DevicePlace(plays="music"), tick=3, loops=None) is None


def test_it_plays_its_loop_block_by_block_at_its_level():
    first = own_loudspeaker_now(DevicePlace(plays="music"), tick=0, loops=loop)
    second = own_loudspeaker_now(DevicePlace(plays="music"), tick=1, loops=loop)
    louder = own_loudspeaker_now(DevicePlace(plays="music", own_loudness_db=70.0), tick=1, loops=loop)
    assert np.array_equal(np.concatenate([first, second]), loop("music")[: 2 * BLOCK_SAMPLES])
    np.testing.assert_allclose(20 * np.log10(louder[1:] / second[1:]), 10.0, atol=1e-4)
    assert own_loudspeaker_now(DevicePlace(plays="television"), tick=1, loops=loop)[5] < 0
