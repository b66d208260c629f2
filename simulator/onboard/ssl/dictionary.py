"""What the array would hear from each direction: the device's acoustic dictionary, made from the device file.

For direction g and frequency f it holds a vector a(f, g) of one complex number per microphone. Every map in this package asks
one question of a covariance R: how much of it looks like a(f, g)? That is a^H R a, and it is linear in R, so the products of
all pairs of microphones are laid out once (`pairs`), and a map becomes one multiplication of matrices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import h2vp, hankel2, jv, jvp

from simulator.onboard.facts import ArrayFacts
from simulator.onboard.messages import SAMPLE_RATE_HZ, KnownWall
from simulator.onboard.ssl import geometry

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
C64 = NDArray[np.complex64]
SPEED_OF_SOUND_MPS: Final = 343.0
FFT_SIZE: Final = 256
AZIMUTH_STEP_DEG: Final = 3
SERIES_TERMS: Final = 40
# Share of the pressure that a hard kitchen wall sends back.
WALL_REFLECTION: Final = 0.93


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """Directions in the array's own frame, and what they look like at the microphones."""

    azimuths_deg: F64  # of one ring of directions
    elevations_deg: F64
    bins: NDArray[np.int64]  # of the short spectra that are used
    vectors: C64  # (frequency, direction, microphone), unit length; directions: elevation by elevation
    pairs: F32  # (frequency, microphone pair products, direction)
    ring_pairs: F32  # the lower ring alone, (frequency x pair, azimuth)
    aperture_m: float  # the longest way between two microphones
    line_deg: float | None  # where a line of microphones lies; None: the array tells front from back

    @property
    def directions(self) -> int:
        """How many directions one elevation has."""
        return len(self.azimuths_deg)


def build(array: ArrayFacts, *, low_hz: float, high_hz: float, measured: F64 | None = None) -> Dictionary:
    """The dictionary of a device; `measured` holds impulse responses (microphone, azimuth, tap) where the file has them."""
    frequencies: F64 = np.arange(FFT_SIZE // 2 + 1, dtype=np.float64) * (SAMPLE_RATE_HZ / FFT_SIZE)
    bins = np.flatnonzero((frequencies >= low_hz) & (frequencies <= high_hz))
    azimuths: F64 = np.arange(0.0, 360.0, AZIMUTH_STEP_DEG)
    elevations = np.asarray(geometry.elevations_deg(array))
    vectors = np.concatenate(
        [
            response(array, frequencies[bins], azimuths_deg=azimuths, elevation_deg=float(elevation), measured=measured)
            for elevation in elevations
        ],
        axis=1,
    )
    return of_vectors(array, vectors, azimuths_deg=azimuths, elevations_deg=elevations, bins=bins)


def of_vectors(
    array: ArrayFacts,
    vectors: NDArray[np.complex128],
    *,
    azimuths_deg: F64,
    elevations_deg: F64,
    bins: NDArray[np.int64],
) -> Dictionary:
    """Bring vectors to unit length and lay out their pair products."""
    unit = (vectors / np.linalg.norm(vectors, axis=2, keepdims=True)).astype(np.complex64)
    pairs = pair_products(unit)
    ring = pairs[:, :, : len(azimuths_deg)].reshape(-1, len(azimuths_deg))
    return Dictionary(
        azimuths_deg=azimuths_deg,
        elevations_deg=elevations_deg,
        bins=bins,
        vectors=np.ascontiguousarray(unit),
        pairs=pairs,
        ring_pairs=np.ascontiguousarray(ring),
        aperture_m=geometry.aperture_m(array),
        line_deg=geometry.line_deg(array),
    )


def pair_products(vectors: C64) -> F32:
    """Lay out a so that a^H R a is a sum of products with the packed covariance: diagonal, real parts, imaginary parts."""
    first, second = np.triu_indices(vectors.shape[2], 1)
    across = 2 * vectors[:, :, first].conj() * vectors[:, :, second]
    packed = np.concatenate([np.abs(vectors) ** 2, across.real, -across.imag], axis=2)
    return np.ascontiguousarray(packed.transpose(0, 2, 1).astype(np.float32))


def response(
    array: ArrayFacts, frequencies_hz: F64, *, azimuths_deg: F64, elevation_deg: float, measured: F64 | None
) -> NDArray[np.complex128]:
    """Pressure at the microphones (frequency, direction, microphone) of a plane wave, relative to the array's centre."""
    if array.response == "measured":
        if measured is None:
            raise ValueError("microphones.response is measured, but no measured responses were handed in")
        return _measured(measured, frequencies_hz, azimuths_deg)
    if array.response == "rigid cylinder":
        return _cylinder(array, frequencies_hz, azimuths_deg)
    return _free(array, frequencies_hz, azimuths_deg, elevation_deg)


def with_walls(
    array: ArrayFacts, plain: Dictionary, walls: tuple[KnownWall, ...], *, yaw_deg: float, measured: F64 | None = None
) -> Dictionary:
    """The dictionary of the same device beside walls: every direction comes with its mirror images, later and weaker."""
    frequencies = plain.bins.astype(np.float64) * (SAMPLE_RATE_HZ / FFT_SIZE)
    parts = []
    for elevation in plain.elevations_deg:
        flat = math.cos(math.radians(float(elevation)))
        ways: list[tuple[F64, F64, float]] = [(plain.azimuths_deg, np.zeros(plain.directions), 1.0)]
        for wall in walls:
            towards_wall_deg = wall.azimuth_deg - yaw_deg
            for azimuths, extra_m, gain in tuple(ways):
                away = -np.cos(np.radians(azimuths - towards_wall_deg)) * flat
                mirrored = 2 * towards_wall_deg + 180.0 - azimuths
                later = extra_m + 2 * wall.distance_m * np.maximum(away, 0.0)
                ways.append((mirrored, later, gain * WALL_REFLECTION))
        total: NDArray[np.complex128] | None = None
        for azimuths, extra_m, gain in ways:
            wave = response(
                array, frequencies, azimuths_deg=azimuths, elevation_deg=float(elevation), measured=measured
            )
            late = gain * np.exp(-2j * np.pi * frequencies[:, None] * extra_m / SPEED_OF_SOUND_MPS)
            total = wave * late[:, :, None] if total is None else total + wave * late[:, :, None]
        assert total is not None
        parts.append(total)
    return of_vectors(
        array,
        np.concatenate(parts, axis=1),
        azimuths_deg=plain.azimuths_deg,
        elevations_deg=plain.elevations_deg,
        bins=plain.bins,
    )


def _free(array: ArrayFacts, frequencies_hz: F64, azimuths_deg: F64, elevation_deg: float) -> NDArray[np.complex128]:
    azimuths, elevation = np.radians(azimuths_deg), math.radians(elevation_deg)
    towards = np.stack(
        [
            math.cos(elevation) * np.cos(azimuths),
            math.cos(elevation) * np.sin(azimuths),
            np.full(len(azimuths), math.sin(elevation)),
        ]
    )
    earlier_s = (np.asarray(array.positions_m) @ towards / SPEED_OF_SOUND_MPS).T
    return np.asarray(np.exp(2j * np.pi * frequencies_hz[:, None, None] * earlier_s))


def _cylinder(array: ArrayFacts, frequencies_hz: F64, azimuths_deg: F64) -> NDArray[np.complex128]:
    """Plane wave on an endless rigid cylinder, as a sum of cylinder waves (Morse and Ingard)."""
    places = np.asarray(array.positions_m)
    radius = float(np.hypot(places[:, 0], places[:, 1]).mean())
    angles = np.radians(azimuths_deg)[:, None] - np.arctan2(places[:, 1], places[:, 0])
    ka = 2 * np.pi * np.maximum(frequencies_hz, 20.0) / SPEED_OF_SOUND_MPS * radius
    out = np.zeros((len(ka), *angles.shape), complex)
    for n in range(SERIES_TERMS):
        with np.errstate(over="ignore", invalid="ignore"):
            term = jv(n, ka) - jvp(n, ka) / h2vp(n, ka) * hankel2(n, ka)
        term = np.where(np.isfinite(term), term, 0.0)
        out += (1 if n == 0 else 2) * 1j**n * term[:, None, None] * np.cos(n * angles)
    return out


def _measured(measured: F64, frequencies_hz: F64, azimuths_deg: F64) -> NDArray[np.complex128]:
    taps = np.arange(measured.shape[2])
    spectra = np.einsum("mat,ft->fam", measured, np.exp(-2j * np.pi * frequencies_hz[:, None] * taps / SAMPLE_RATE_HZ))
    nearest = np.round(azimuths_deg / 360.0 * measured.shape[1]).astype(int) % measured.shape[1]
    return np.asarray(spectra[:, nearest])
