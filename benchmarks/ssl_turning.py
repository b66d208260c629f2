"""Directions while the array turns at 30-90 degrees a second, motor noise on: the whole ears in the moving sound field.

Rooms of 4-7 x 3.5-6 x 2.4-2.8 m, the device 0.3-0.6 m from a wall, somebody talking 1.2-3 m away, a fan 8-30 dB softer at 1 m than
the voice. The screen turns to and fro; every 0.4 s the ears are asked as if the wake word had just been said.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import distance_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import BLOCK_SAMPLES, MicBlock, MotorMode, MotorState, Setup
from simulator.onboard.ssl.stage import SoundStage
from simulator.onboard.tuning import Tuning
from simulator.runtime.ear_models import load_ear_models
from simulator.world.sound.field import SoundField
from simulator.world.sound.room import box_room
from simulator.world.sound.view import Directivity, SoundView, SourceNow
from simulator.world.sound.voices import active_rms, noise_clip
from simulator.world.spec import DevicePlace

F32 = NDArray[np.float32]
LEAD_TICKS, TICKS, EVERY_TICKS, FIRST_TICKS = 80, 300, 40, 100
HALF_TURN_DEG = 70.0
VOICE_RMS = 0.05


def turning_errors(seed: int, clips: list[F32]) -> list[float]:
    """How far each answer of one scene is from the truth."""
    rng = np.random.default_rng([seed, 3])
    size = (rng.uniform(4, 7), rng.uniform(3.5, 6), rng.uniform(2.4, 2.8))
    sides = {name: float(rng.uniform(0.1, 0.4)) for name in ("east", "north", "west", "floor", "ceiling")}
    room = box_room(size_m=size, absorption={"south": float(rng.uniform(0.04, 0.12)), **sides})
    place = DevicePlace(
        x_m=float(size[0] / 2 + rng.uniform(-0.6, 0.6)),
        y_m=float(rng.uniform(0.3, 0.6)),
        height_m=0.95,
        heading_deg=90.0,
    )
    facts = DeviceFacts()
    field = SoundField.of_room(
        room, place, facts.microphones, lambda name: np.random.default_rng([seed, *name.encode()])
    )
    ears = SoundStage(facts, load_ear_models())
    azimuth_deg, away_m = float(rng.uniform(-70, 70)), float(rng.uniform(1.2, min(3.0, size[1] - place.y_m - 0.5)))
    around = math.radians(90.0 + azimuth_deg)
    talker = (place.x_m + away_m * math.cos(around), place.y_m + away_m * math.sin(around), 1.5)
    talker = (min(max(talker[0], 0.2), size[0] - 0.2), min(max(talker[1], 0.2), size[1] - 0.2), 1.5)
    true_deg = math.degrees(math.atan2(talker[1] - place.y_m, talker[0] - place.x_m)) - 90.0
    speech = spoken(clips, seed, TICKS * BLOCK_SAMPLES)
    fan = noise_clip("fan") * np.float32(10 ** (-rng.uniform(8, 30) / 20))
    fan_at = (float(rng.uniform(0.4, size[0] - 0.4)), float(rng.uniform(1.5, size[1] - 0.4)), 1.0)
    rate_dps = float(rng.uniform(30, 90))
    errors = []
    for tick in range(LEAD_TICKS + TICKS):
        k = tick - LEAD_TICKS
        yaw, turning = swing(max(k, 0), rate_dps)
        at = tick * BLOCK_SAMPLES % (len(fan) - BLOCK_SAMPLES)
        sources = [SourceNow(name="fan", position_m=fan_at, samples=fan[at : at + BLOCK_SAMPLES])]
        if k >= 0:
            sources.append(
                SourceNow(
                    name="talker",
                    position_m=talker,
                    facing_deg=math.degrees(around) + 180.0,
                    directivity=Directivity.MOUTH,
                    samples=speech[k * BLOCK_SAMPLES : (k + 1) * BLOCK_SAMPLES],
                )
            )
        rate = turning if k >= 0 else 0.0
        block = field.block(SoundView(tick=tick, yaw_deg=yaw, rate_dps=rate, sources=tuple(sources)))
        mode = MotorMode.MOVING if rate else MotorMode.HOLDING
        motor = MotorState(tick=tick, yaw_deg=yaw, rate_dps=rate, torque_nm=0.0, mode=mode)
        ears.tick(MicBlock(tick=tick, samples=block), motor=motor, setup=Setup(), tuning=Tuning())
        if k >= FIRST_TICKS and (k - FIRST_TICKS) % EVERY_TICKS == 0:
            said = ears.answer_now(tick, setup=Setup(), tuning=Tuning())
            errors.append(180.0 if said.azimuth_deg is None else distance_deg(said.azimuth_deg, true_deg))
    return errors


def swing(tick: int, rate_dps: float) -> tuple[float, float]:
    """Yaw and rate of a screen that turns to and fro."""
    way = rate_dps * tick / 100.0
    turns, rest = divmod(way + HALF_TURN_DEG, 2 * HALF_TURN_DEG)
    return (rest - HALF_TURN_DEG, rate_dps) if int(turns) % 2 == 0 else (HALF_TURN_DEG - rest, -rate_dps)


def spoken(clips: list[F32], first: int, length: int) -> F32:
    """Clips one after the other, at the level of a voice."""
    out, k = clips[first % len(clips)], first
    while len(out) < length:
        k += 11
        out = np.concatenate([out, clips[k % len(clips)]])
    return np.asarray(out[:length] * np.float32(VOICE_RMS / active_rms(out[:length])), np.float32)
