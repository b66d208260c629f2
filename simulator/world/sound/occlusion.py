"""Sound bends around things: a blocked way grows quieter and duller, it does not vanish.

After Maekawa (Applied Acoustics 1, 1968): a way that must detour by d metres around an edge loses 10 log10(3 + 20 N) dB with
the Fresnel number N = 2 d / wavelength. The ways over the top and around both sides (and under a raised thing) add up.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.world.compiled import compiled
from simulator.world.sound.kernels import SPEED_OF_SOUND_MPS
from simulator.world.sound.view import Obstacle

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
# Measurements end near 24 dB: then sound comes by ways that no edge explains.
LEAST_ENERGY = 0.004
# One frequency stands for each band of the kernels: where speech has most of its energy in it.
BAND_CENTRES_HZ = np.array([400.0, 1000.0, 2000.0, 4000.0])


def blocks(obstacles: tuple[Obstacle, ...]) -> F64:
    """The obstacles as rows of numbers: x, y, half width, half depth, cosine, sine, low, high."""
    rows = np.zeros((len(obstacles), 8))
    for row, thing in zip(rows, obstacles, strict=True):
        turn = np.radians(thing.heading_deg)
        row[:] = (
            thing.x_m,
            thing.y_m,
            thing.width_m / 2,
            thing.depth_m / 2,
            np.cos(turn),
            np.sin(turn),
            thing.low_m,
            thing.high_m,
        )
    return rows


@compiled
def shadow(points: F64, orders: I64, rows: F64, most_order: int, gains: F64, blocked: NDArray[np.bool_]) -> None:
    """Write what each way keeps of its pressure in each band, and which obstacles stand in it."""
    start, end = np.empty(3), np.empty(3)
    for i in range(points.shape[0]):
        gains[i, :] = 1.0
        if orders[i] > most_order:
            continue
        for k in range(rows.shape[0]):
            for leg in range(orders[i] + 1):
                _into_block(points[i, leg], rows[k], start)
                _into_block(points[i, leg + 1], rows[k], end)
                if _hits(start, end, rows[k]):
                    blocked[i, k] = True
                    for band in range(gains.shape[1]):
                        gains[i, band] *= _kept(start, end, rows[k], BAND_CENTRES_HZ[band])


@compiled
def _into_block(point: F64, row: F64, out: F64) -> None:
    """Room coordinates to those of the block, with its middle at the origin."""
    dx, dy = point[0] - row[0], point[1] - row[1]
    out[0] = dx * row[4] + dy * row[5]
    out[1] = -dx * row[5] + dy * row[4]
    out[2] = point[2]


@compiled
def _hits(a: F64, b: F64, row: F64) -> bool:
    """Whether a leg runs through the block (slab test)."""
    enter, leave = 0.0, 1.0
    for axis in range(3):
        low = row[6] if axis == 2 else -row[2 + axis]
        high = row[7] if axis == 2 else row[2 + axis]
        step = b[axis] - a[axis]
        if abs(step) < 1e-12:
            if a[axis] <= low or a[axis] >= high:
                return False
            continue
        t0, t1 = (low - a[axis]) / step, (high - a[axis]) / step
        enter, leave = max(enter, min(t0, t1)), min(leave, max(t0, t1))
    return enter < leave


@compiled
def _kept(a: F64, b: F64, row: F64, frequency_hz: float) -> float:
    """Pressure that reaches b around the block, relative to the straight way."""
    straight = np.sqrt((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2 + (b[2] - a[2]) ** 2)
    energy = _edge(_over(a, b, row, row[7]) - straight, frequency_hz)
    if row[6] > 0.02:
        energy += _edge(_over(a, b, row, row[6]) - straight, frequency_hz)
    for side in (-1.0, 1.0):
        energy += _edge(_around(a, b, row, side) - straight, frequency_hz)
    return float(np.sqrt(min(max(energy, LEAST_ENERGY), 1.0)))


@compiled
def _edge(detour_m: float, frequency_hz: float) -> float:
    """Maekawa's law for one edge, as a share of energy."""
    fresnel = 2.0 * max(detour_m, 0.0) * frequency_hz / SPEED_OF_SOUND_MPS
    return 1.0 / (3.0 + 20.0 * fresnel)


@compiled
def _over(a: F64, b: F64, row: F64, height: float) -> float:
    """Length of the way over (or under) the block, in the upright plane of the leg."""
    enter, leave = 0.0, 1.0
    for axis in range(2):
        step = b[axis] - a[axis]
        if abs(step) > 1e-12:
            t0, t1 = (-row[2 + axis] - a[axis]) / step, (row[2 + axis] - a[axis]) / step
            enter, leave = max(enter, min(t0, t1)), min(leave, max(t0, t1))
    flat = np.hypot(b[0] - a[0], b[1] - a[1])
    up, down = np.hypot(enter * flat, height - a[2]), np.hypot((1 - leave) * flat, height - b[2])
    return float(up + max(leave - enter, 0.0) * flat + down)


@compiled
def _around(a: F64, b: F64, row: F64, side: float) -> float:
    """Length of the way around one side: by way of the corner that needs the longest detour there."""
    longest = 0.0
    for cx in (-row[2], row[2]):
        for cy in (-row[3], row[3]):
            cross = (b[0] - a[0]) * (cy - a[1]) - (b[1] - a[1]) * (cx - a[0])
            if cross * side > 0:
                first, second = np.hypot(cx - a[0], cy - a[1]), np.hypot(b[0] - cx, b[1] - cy)
                longest = max(longest, np.hypot(first + second, b[2] - a[2]))
    return longest if longest > 0 else 1e3
