"""Light by casting rays at turned boxes: what falls on each lumel from sky, sun and lamps, and what comes back from surfaces.

Every lumel looks through its own ninth of a pattern of rays; a blur over three by three lumels then takes the noise of the
pattern away wholly, with a ninth of the rays. Sums run in the order in which they are written, so that a bake is the same on
every start.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.world.compiled import compiled

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
OFF_M = 0.004  # rays start this far in front of a surface
FAR_M = 30.0
SUN_RAYS, SUN_SPREAD, LAMP_RAYS = 12, 0.035, 6
GOLDEN_RAD = 2.399963
WINDOW_RAYS = (5, 4)
SIX_AXES = 6  # surfaces are remembered by place and by which of six ways they face
OPEN_PER_M = 2.2  # a surface this near counts as half closed: corners grow dark


@compiled
def _through(box: F64, x: float, y: float, z: float, dx: float, dy: float, dz: float) -> tuple[float, float, int]:
    """Where a ray enters and leaves a box, and by which pair of sides it enters; it misses where it enters after it left."""
    px, py, pz = x - box[0], y - box[1], z - box[2]
    c, s = box[6], box[7]
    enter, leave, side = -1e30, 1e30, 0
    for axis in range(3):
        if axis == 0:
            start, way = c * px + s * py, c * dx + s * dy
        elif axis == 1:
            start, way = c * py - s * px, c * dy - s * dx
        else:
            start, way = pz, dz
        half = box[3 + axis]
        if abs(way) < 1e-9:
            if abs(start) > half:
                enter = 1e30
            continue
        near, beyond = (-half - start) / way, (half - start) / way
        if near > beyond:
            near, beyond = beyond, near
        if near > enter:
            enter, side = near, axis
        if beyond < leave:
            leave = beyond
    return enter, leave, side


@compiled
def cast(
    boxes: F64, x: float, y: float, z: float, dx: float, dy: float, dz: float, far: float, own: int, anything: bool
) -> tuple[float, int, int]:
    """(how far, which box or -1, which pair of its sides) a ray meets first; `anything` ends at whatever it meets."""
    best, who, face = far, -1, 0
    for k in range(boxes.shape[0]):
        if k == own:
            continue
        enter, leave, side = _through(boxes[k], x, y, z, dx, dy, dz)
        if enter < leave and leave > 1e-4 and enter > 1e-4 and enter < best:
            best, who, face = enter, k, side
            if anything:
                return best, who, face
    return best, who, face


@compiled
def _across(nx: float, ny: float, nz: float) -> tuple[float, float, float, float, float, float]:
    """Two directions at right angles to a third."""
    if abs(nz) < 0.9:
        tx, ty, tz = -ny, nx, 0.0
    else:
        tx, ty, tz = 1.0, 0.0, -nx / nz
    long = math.sqrt(tx * tx + ty * ty + tz * tz) + 1e-12
    tx, ty, tz = tx / long, ty / long, tz / long
    return tx, ty, tz, ny * tz - nz * ty, nz * tx - nx * tz, nx * ty - ny * tx


@compiled
def _sky(boxes: F64, at: F64, normal: F64, own: int, window: F64, j1: float, j2: float) -> float:
    """Light from the window's pane, brighter towards its top; window rows: corner, across, up, inward."""
    total = 0.0
    for a in range(WINDOW_RAYS[0]):
        for b in range(WINDOW_RAYS[1]):
            u, v = (a + j1) / WINDOW_RAYS[0], (b + j2) / WINDOW_RAYS[1]
            dx = window[0, 0] + u * window[1, 0] + v * window[2, 0] - at[0]
            dy = window[0, 1] + u * window[1, 1] + v * window[2, 1] - at[1]
            dz = window[0, 2] + u * window[1, 2] + v * window[2, 2] - at[2]
            far2 = dx * dx + dy * dy + dz * dz
            far = math.sqrt(far2)
            dx, dy, dz = dx / far, dy / far, dz / far
            falls = dx * normal[0] + dy * normal[1] + dz * normal[2]
            leaves = -(dx * window[3, 0] + dy * window[3, 1] + dz * window[3, 2])
            if falls <= 0 or leaves <= 0:
                continue
            if cast(boxes, at[0], at[1], at[2], dx, dy, dz, far - 0.01, own, True)[1] < 0:
                total += falls * leaves / (far2 + 0.04) * (0.65 + 0.55 * v)
    return total


@compiled
def direct(
    places: F64, normals: F64, owns: I64, cells: I64, boxes: F64, window: F64, area_m2: float, lamps: F64, sun: F64,
    out: F64,
) -> None:  # fmt: skip
    """Fill columns 0 (sky), 1 (sun) and 2 (lamps) for each lumel; lamps: x, y, z, radius, open above, strength."""
    at = np.empty(3)
    for i in range(places.shape[0]):
        n = normals[i]
        for k in range(3):
            at[k] = places[i, k] + OFF_M * n[k]
        j1, j2 = (cells[i] % 3 + 0.5) / 3, (cells[i] // 3 + 0.5) / 3
        if area_m2 > 0:
            out[i, 0] = (
                _sky(boxes, at, n, owns[i], window, j1, j2) * area_m2 / (WINDOW_RAYS[0] * WINDOW_RAYS[1]) / math.pi
            )
        falls = n[0] * sun[0] + n[1] * sun[1] + n[2] * sun[2]
        if falls > 0 and area_m2 > 0:
            tx, ty, tz, bx, by, bz = _across(sun[0], sun[1], sun[2])
            seen = 0
            for k in range(SUN_RAYS):
                turn, reach = GOLDEN_RAD * k + 2 * math.pi * j1, SUN_SPREAD * math.sqrt((k + 0.5) / SUN_RAYS)
                e, g = math.cos(turn) * reach, math.sin(turn) * reach
                dx, dy, dz = sun[0] + e * tx + g * bx, sun[1] + e * ty + g * by, sun[2] + e * tz + g * bz
                if cast(boxes, at[0], at[1], at[2], dx, dy, dz, FAR_M, owns[i], True)[1] < 0:
                    seen += 1
            out[i, 1] = falls * seen / SUN_RAYS
        total = 0.0
        for m in range(lamps.shape[0]):
            for k in range(LAMP_RAYS):
                turn, reach = 2 * math.pi / LAMP_RAYS * k + j1, lamps[m, 3]
                dx = lamps[m, 0] + reach * math.cos(turn) - at[0]
                dy = lamps[m, 1] + reach * math.sin(turn) - at[1]
                dz = lamps[m, 2] + reach * ((k % 3) - 1) - at[2]
                far2 = dx * dx + dy * dy + dz * dz
                far = math.sqrt(far2)
                dx, dy, dz = dx / far, dy / far, dz / far
                falls = dx * n[0] + dy * n[1] + dz * n[2]
                if falls <= 0:
                    continue
                form = 0.30 + 0.70 * max(dz, 0.0) if lamps[m, 4] == 0 else 0.40 + 0.60 * abs(dz)
                if cast(boxes, at[0], at[1], at[2], dx, dy, dz, far, owns[i], True)[1] < 0:
                    total += lamps[m, 5] * form * falls / (far2 + 0.10) / LAMP_RAYS
        out[i, 2] = total


@compiled
def gather(
    places: F64, normals: F64, owns: I64, cells: I64, boxes: F64, rays: F64, low: F64, step: float, lit: F64, out: F64
) -> None:
    """Fill columns 0 (daylight given back), 1 (lamplight given back) and 2 (openness) from a coarse grid of what is lit."""
    count = rays.shape[0]
    for i in range(places.shape[0]):
        nx, ny, nz = normals[i, 0], normals[i, 1], normals[i, 2]
        x, y, z = places[i, 0] + OFF_M * nx, places[i, 1] + OFF_M * ny, places[i, 2] + OFF_M * nz
        tx, ty, tz, bx, by, bz = _across(nx, ny, nz)
        turn = 2 * math.pi * cells[i] / 9
        c, s = math.cos(turn), math.sin(turn)
        day, lamp, open_ = 0.0, 0.0, 0.0
        for k in range(count):
            u, v, w = c * rays[k, 0] - s * rays[k, 1], s * rays[k, 0] + c * rays[k, 1], rays[k, 2]
            dx, dy, dz = u * tx + v * bx + w * nx, u * ty + v * by + w * ny, u * tz + v * bz + w * nz
            far, who, face = cast(boxes, x, y, z, dx, dy, dz, FAR_M, owns[i], False)
            if who < 0:
                open_ += 1
                continue
            open_ += 1 - math.exp(-OPEN_PER_M * far)
            axis = _faces(boxes[who, 6], boxes[who, 7], face, dx, dy, dz)
            q0 = int((x + dx * (far - 0.02) - low[0]) / step)
            q1 = int((y + dy * (far - 0.02) - low[1]) / step)
            q2 = int((z + dz * (far - 0.02) - low[2]) / step)
            if 0 <= q0 < lit.shape[1] and 0 <= q1 < lit.shape[2] and 0 <= q2 < lit.shape[3]:
                day += lit[axis, q0, q1, q2, 0] * boxes[who, 8]
                lamp += lit[axis, q0, q1, q2, 1] * boxes[who, 8]
        out[i, 0], out[i, 1], out[i, 2] = day / count, lamp / count, open_ / count


@compiled
def _faces(cos: float, sin: float, side: int, dx: float, dy: float, dz: float) -> int:
    """Which of six ways the side of a box faces that a ray meets: +x, -x, +y, -y, +z, -z."""
    if side == 2:
        return 4 if dz < 0 else 5
    vx, vy = (cos, sin) if side == 0 else (-sin, cos)
    if vx * dx + vy * dy > 0:
        vx, vy = -vx, -vy
    if abs(vx) > abs(vy):
        return 0 if vx > 0 else 1
    return 2 if vy > 0 else 3
