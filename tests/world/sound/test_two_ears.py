"""Two microphones on a rigid cylinder as wide as a head hear a direction as two ears do."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest

from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from simulator.runtime.seeds import stream
from simulator.world.sound.field import SoundField
from simulator.world.sound.kernels import SPEED_OF_SOUND_MPS
from simulator.world.sound.room import room_of
from simulator.world.sound.view import SoundView, SourceNow
from simulator.world.spec import DevicePlace, RoomSpec

HEAD_M = 0.0875  # radius of the head in Woodworth's formula (Experimental Psychology, 1938)
AT, AWAY_M = (3.0, 2.5, 1.6), 1.5
BLOCKS, FINER = 40, 16  # cross-correlation on a grid of 4 µs
MOST_LAG = 16  # samples: a millisecond, more than any head


@pytest.mark.parametrize("bearing_deg", [-90.0, -65.0, -40.0, -15.0, 15.0, 40.0, 65.0, 90.0])
def test_the_nearer_ear_hears_first_by_as_much_as_woodworth_says(bearing_deg: float) -> None:
    angle = math.radians(bearing_deg)
    woodworth_us = 1e6 * HEAD_M / SPEED_OF_SOUND_MPS * (angle + math.sin(angle))
    assert _left_leads_us(angle) == pytest.approx(woodworth_us, abs=50.0)


def _left_leads_us(angle: float) -> float:
    room = room_of(RoomSpec(width_m=6.0, depth_m=5.0, height_m=2.7))
    ears = ArrayFacts(response="rigid cylinder", positions_m=((0, HEAD_M, 0), (0, -HEAD_M, 0)), noise_db=-110)
    place = DevicePlace(x_m=AT[0], y_m=AT[1], height_m=AT[2], heading_deg=0.0)
    field = SoundField.of_room(room, place, ears, partial(stream, 0))
    source_m = (AT[0] + AWAY_M * math.cos(angle), AT[1] + AWAY_M * math.sin(angle), AT[2])
    noise = np.random.default_rng(0).normal(0, 0.1, (BLOCKS, BLOCK_SAMPLES)).astype(np.float32)
    heard = np.concatenate(
        [
            field.block(
                SoundView(
                    tick=tick, yaw_deg=0.0, rate_dps=0.0,
                    sources=(SourceNow(name="noise", position_m=source_m, samples=block),),
                )
            )
            for tick, block in enumerate(noise)
        ], axis=1,
    )  # fmt: skip
    size = 2 * heard.shape[1]
    left, right = np.fft.rfft(heard, size)
    cross = left * np.conj(right)
    lags = np.fft.irfft(cross / (np.abs(cross) + 1e-12), FINER * size)
    most = MOST_LAG * FINER
    around = np.concatenate([lags[-most:], lags[:most]])
    return -1e6 * (int(np.argmax(around)) - most) / (FINER * SAMPLE_RATE_HZ)
