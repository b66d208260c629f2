"""The inner loops of the sound field, compiled: image sources of a box room, impulse responses of an array, the late tail.

Image sources follow Allen and Berkley (J. Acoust. Soc. Am. 65, 1979): every wall is a mirror, each echo a copy of the source
behind it. A path of length d arrives after d/c seconds with 1/d of its pressure at 1 m, through a short windowed-sinc kernel
that places it between two samples. `plain.py` says the same in numpy, without a compiler; tests hold the two together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.world.compiled import compiled, compiled_fast

SPEED_OF_SOUND_MPS = 343.0
SAMPLE_RATE_HZ = 16_000
SAMPLES_PER_M = SAMPLE_RATE_HZ / SPEED_OF_SOUND_MPS
KERNEL_TAPS = 32
KERNEL_CENTRE = 15
# A path is placed on a grid of 1/64 sample: 1 microsecond, a third of a millimetre.
FRACTIONS = 64
# Octave-wide steps from where walls begin to differ; below 700 Hz a 2 ms kernel cannot tell more.
BAND_EDGES_HZ = (700.0, 1400.0, 2800.0)
BANDS = len(BAND_EDGES_HZ) + 1

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


def image_capacity(order: int) -> int:
    """How many images a box room has up to an order: the octahedral number's centred sum."""
    return (2 * order + 1) * (2 * order * order + 2 * order + 3) // 3


@compiled
def box_images(source: F64, size: F64, order: int, cells: NDArray[np.int64], positions: F64) -> int:
    """Mirror a source in the six walls of a box: fills the cell (nx, ny, nz) and the position of each image."""
    count = 0
    for nx in range(-order, order + 1):
        for ny in range(-order + abs(nx), order - abs(nx) + 1):
            rest = order - abs(nx) - abs(ny)
            for nz in range(-rest, rest + 1):
                cells[count, 0] = nx
                cells[count, 1] = ny
                cells[count, 2] = nz
                for axis in range(3):
                    n = cells[count, axis]
                    inside = source[axis] if n % 2 == 0 else size[axis] - source[axis]
                    positions[count, axis] = n * size[axis] + inside
                count += 1
    return count


@compiled
def box_wall_gains(cells: NDArray[np.int64], reflection: F64, gains: F64) -> None:
    """Multiply the pressure reflection factors (6 walls, bands) of the walls each image was mirrored in."""
    for i in range(cells.shape[0]):
        for band in range(reflection.shape[1]):
            gain = 1.0
            for axis in range(3):
                n = cells[i, axis]
                far = (abs(n) + 1) // 2 if n > 0 else abs(n) // 2
                gain *= reflection[2 * axis, band] ** (abs(n) - far) * reflection[2 * axis + 1, band] ** far
            gains[i, band] = gain


@compiled_fast
def ring_response(offsets: F64, gains: F32, microphones: F64, table: F32, response: F32) -> None:
    """Add all paths into the impulse responses of free-standing microphones, each at its own exact distance.

    offsets: image positions from the array's centre; gains: (path, band); table: (band, fraction, tap).
    """
    length = response.shape[1]
    bands = gains.shape[1]
    for i in range(offsets.shape[0]):
        flat = True
        for band in range(1, bands):
            if gains[i, band] != gains[i, 0]:
                flat = False
        for m in range(microphones.shape[0]):
            dx = offsets[i, 0] - microphones[m, 0]
            dy = offsets[i, 1] - microphones[m, 1]
            dz = offsets[i, 2] - microphones[m, 2]
            distance = np.sqrt(dx * dx + dy * dy + dz * dz)
            delay = distance * SAMPLES_PER_M
            whole = int(delay)
            if whole + KERNEL_TAPS >= length:
                continue
            fraction = int((delay - whole) * FRACTIONS)
            near = 1.0 / max(distance, 0.03)
            if flat:
                gain = np.float32(gains[i, 0] * near)
                for tap in range(KERNEL_TAPS):
                    response[m, whole + tap] += gain * table[bands, fraction, tap]
            else:
                low, below = np.float32(gains[i, 0] * near), np.float32(gains[i, 1] * near)
                above, high = np.float32(gains[i, 2] * near), np.float32(gains[i, 3] * near)
                for tap in range(KERNEL_TAPS):
                    response[m, whole + tap] += (
                        low * table[0, fraction, tap]
                        + below * table[1, fraction, tap]
                        + above * table[2, fraction, tap]
                        + high * table[3, fraction, tap]
                    )


@compiled_fast
def body_response(offsets: F64, gains: F32, directions_deg: F64, yaw_deg: float, table: F32, response: F32) -> None:
    """Add all paths through a body's measured or computed response: (microphone, azimuth, band + all, fraction, tap)."""
    length = response.shape[1]
    bands = gains.shape[1]
    azimuths = table.shape[1]
    taps = table.shape[4]
    step = 360.0 / azimuths
    for i in range(offsets.shape[0]):
        dx, dy, dz = offsets[i, 0], offsets[i, 1], offsets[i, 2]
        distance = np.sqrt(dx * dx + dy * dy + dz * dz)
        delay = distance * SAMPLES_PER_M
        whole = int(delay)
        if whole + taps >= length:
            continue
        fraction = int((delay - whole) * table.shape[3])
        near = 1.0 / max(distance, 0.03)
        index = int(np.floor((directions_deg[i] - yaw_deg) / step + 0.5)) % azimuths
        flat = True
        for band in range(1, bands):
            if gains[i, band] != gains[i, 0]:
                flat = False
        for m in range(table.shape[0]):
            if flat:
                gain = np.float32(gains[i, 0] * near)
                for tap in range(taps):
                    response[m, whole + tap] += gain * table[m, index, bands, fraction, tap]
            else:
                for band in range(bands):
                    gain = np.float32(gains[i, band] * near)
                    for tap in range(taps):
                        response[m, whole + tap] += gain * table[m, index, band, fraction, tap]


@compiled_fast
def tail_block(
    dry: F32,
    lines: F32,
    heads: NDArray[np.int64],
    lengths: NDArray[np.int64],
    decay: F32,
    damping: F32,
    memory: F32,
    waves: F32,
) -> None:
    """Run a feedback delay network (Jot 1991) over one block; `waves` receives the block of every line.

    Lines are mixed by a Householder mirror, which keeps all energy; `decay` and `damping` take it away as the room would.
    """
    count = lines.shape[0]
    spread = np.float32(2.0 / count)
    for t in range(dry.shape[0]):
        total = np.float32(0.0)
        for i in range(count):
            out = lines[i, heads[i]]
            memory[i] = out + damping[i] * (memory[i] - out)
            waves[i, t] = memory[i]
            total += memory[i] * decay[i]
        total *= spread
        for i in range(count):
            lines[i, heads[i]] = memory[i] * decay[i] - total + dry[t]
            heads[i] += 1
            if heads[i] == lengths[i]:
                heads[i] = 0


@compiled_fast
def spread_waves(history: F32, whole: NDArray[np.int64], weights: F32, signs: F32, out: F32) -> None:
    """Let each wave of the tail wash over the array from its own direction: out (microphones, block) += delayed waves."""
    block = out.shape[1]
    margin = history.shape[1] - block
    for m in range(out.shape[0]):
        for i in range(history.shape[0]):
            start = margin - whole[m, i]
            for k in range(weights.shape[2]):
                weight = weights[m, i, k] * signs[i]
                for t in range(block):
                    out[m, t] += weight * history[i, start - k + t]


def kernel_table() -> F32:
    """The windowed-sinc kernels (band or all, fraction, tap); the bands of a fraction add up to the whole kernel exactly."""
    table = np.zeros((BANDS + 1, FRACTIONS, KERNEL_TAPS))
    taps = np.arange(KERNEL_TAPS) - KERNEL_CENTRE
    for fraction in range(FRACTIONS):
        at = taps - (fraction + 0.5) / FRACTIONS
        window = np.cos(np.pi * at / (KERNEL_TAPS + 1)) ** 2
        cumulative = [np.sinc(at * 2 * edge / SAMPLE_RATE_HZ) * 2 * edge / SAMPLE_RATE_HZ for edge in BAND_EDGES_HZ]
        cumulative.append(np.sinc(at))
        below = np.zeros(KERNEL_TAPS)
        for band, low_pass in enumerate(cumulative):
            table[band, fraction] = (low_pass - below) * window
            below = low_pass
        table[BANDS, fraction] = table[:BANDS, fraction].sum(axis=0)
    return table.astype(np.float32)
