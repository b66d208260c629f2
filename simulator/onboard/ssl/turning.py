"""Hearing while the array turns: the map of each short moment is turned back by the yaw of that moment, and then they are added.

A turning array is a larger array: walls and the steps of the ring pull every moment aside in another way, and the sum is truer than
one map at rest. One yaw for a whole window would be wrong in every fifth answer, and confident. The pattern of the noise across the
microphones belongs to the yaw at which it was learned, so no moment can be freed of it; but what stands still in the room is always
in the same direction of the base, so its share is taken off the sum.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import FULL_TURN_DEG, distance_deg, positive_all_deg, wrap_deg
from simulator.onboard.messages import BLOCK_SAMPLES, SoundCandidate
from simulator.onboard.ssl import frames
from simulator.onboard.ssl.answer import Answer
from simulator.onboard.ssl.candidates import peaks, refined_deg, shares
from simulator.onboard.ssl.dictionary import FFT_SIZE, Dictionary
from simulator.onboard.ssl.evidence import Noise, moments
from simulator.onboard.ssl.finders import lead_of
from simulator.onboard.ssl.hearing import NoisePattern
from simulator.onboard.ssl.trust import Curve
from simulator.onboard.tuning import AttentionKnobs

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
# Frames that share a yaw: 64 ms, or fewer where the array turns by more than a step of the ring meanwhile.
MOST_FRAMES, FEWEST_FRAMES = 8, 2
SMEAR_DEG: Final = 4.0
# Of 120 answers in 24 scenes with many hard ones (7014 to 7029 and 7038 to 7045), a margin as at rest leaves 14 wrong, a doubled one
# 5, four times as much 7; the noise's own map taken off twice, because moments of loud noise are let through rather than others: 4.
MARGIN: Final = 2.0
TAKEN_OFF: Final = 2.0


def turned_back(
    samples: F32, yaw_deg: F64, *, noise: Noise, pattern: NoisePattern | None, plain: Dictionary
) -> tuple[F32, F32]:
    """The two maps of the running ear as rings of the base's azimuth; `yaw_deg` is the yaw of every block of the samples."""
    x = frames.spectra(samples, plain.bins)
    size = frames_together(yaw_deg)
    starts = np.arange(0, x.shape[1], size)
    each, counted = moments(x, starts, noise=noise.even(times=MARGIN), plain=plain)
    # The middle of each moment, in blocks.
    ends = np.minimum(starts + size, x.shape[1])
    middles = ((starts + ends - 1) / 2 * frames.HOP + FFT_SIZE / 2) / BLOCK_SAMPLES - 0.5
    yaws = np.interp(middles, np.arange(len(yaw_deg)), np.degrees(np.unwrap(np.radians(yaw_deg))))
    out = np.zeros((2, plain.directions))
    for moment, yaw in zip(each, yaws, strict=True):
        for k in range(2):
            out[k] += _turned(moment[k], float(yaw), plain)
    if pattern is not None:
        packed = frames.pack(pattern.covariance) * counted[:, None]
        lasting = packed.ravel() @ plain.ring_pairs
        out[0] = np.maximum(out[0] - TAKEN_OFF * _turned(lasting, pattern.yaw_deg, plain), 0.0)
    return out[0].astype(np.float32), out[1].astype(np.float32)


def _turned(ring: F32 | F64, yaw_deg: float, plain: Dictionary) -> F64:
    """A ring of the array's frame as one of the base's azimuth."""
    around = np.append(plain.azimuths_deg, FULL_TURN_DEG)
    return np.asarray(np.interp(positive_all_deg(plain.azimuths_deg - yaw_deg), around, np.append(ring, ring[0])))


def frames_together(yaw_deg: F64) -> int:
    """How many frames may share a yaw."""
    fastest = float(np.abs(np.diff(np.unwrap(np.radians(yaw_deg)))).max(initial=0.0))
    step_deg = np.degrees(fastest) * frames.HOP / BLOCK_SAMPLES
    return int(np.clip(SMEAR_DEG / max(step_deg, 1e-6), FEWEST_FRAMES, MOST_FRAMES))


def answer_from_ring(
    ring: F32, allowed: NDArray[np.bool_], plain: Dictionary, *, trust: Curve, doubt: AttentionKnobs
) -> Answer:
    """Where the talker is, from one ring of the base's azimuth: the highest summit, trusted as far as it leads."""
    at = peaks(ring[None], allowed, plain.azimuths_deg)
    weights = shares(ring, at, allowed)
    confidence = trust.at(lead_of(np.log(weights)))
    azimuths = [wrap_deg(refined_deg(ring[None], k, plain.azimuths_deg)) for k in at]
    best = int(np.argmax(weights))
    direct = np.minimum(weights / weights[best] * confidence, np.where(np.arange(len(at)) == best, 1.0, 1 - confidence))
    rivals = [
        float(weights[k]) for k in range(len(at)) if distance_deg(azimuths[k], azimuths[best]) > doubt.ambiguity_gap_deg
    ]
    return Answer(
        azimuth_deg=azimuths[best],
        confidence=confidence,
        ambiguous=max(rivals, default=0.0) > doubt.ambiguity_ratio * float(weights[best]),
        candidates=tuple(
            SoundCandidate(
                azimuth_deg=azimuths[k],
                elevation_deg=float(plain.elevations_deg[0]),
                weight=float(weights[k]),
                direct=float(direct[k]),
            )
            for k in np.argsort(-direct)
        ),
        ring=ring,
    )
