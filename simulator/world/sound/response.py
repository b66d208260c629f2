"""How the body of the device shapes sound at its microphones: free-standing, on a rigid cylinder, or as measured.

A body is a table of short impulse responses (microphone, azimuth, band, fraction of a sample, tap) around the array's centre.
The cylinder is the textbook series for a plane wave on an endless rigid cylinder (Morse and Ingard, Theoretical Acoustics).
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.special import h2vp, hankel2, jv, jvp

from simulator.onboard.facts import ArrayFacts
from simulator.world.sound.kernels import (
    FRACTIONS,
    KERNEL_CENTRE,
    SAMPLE_RATE_HZ,
    SPEED_OF_SOUND_MPS,
    kernel_table,
)

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
BODY_AZIMUTHS = 120
BODY_FRACTIONS = 16
BODY_TAPS = 48
# The kernel of a body starts this much earlier than its centre, so that the near side can hear before the centre would.
BODY_LEAD = KERNEL_CENTRE
SERIES_TERMS = 40
FFT_SIZE = 256


def microphones(facts: ArrayFacts) -> F64:
    """Positions (microphones, 3) with yaw 0."""
    return np.asarray(facts.positions_m, dtype=float)


def body_table(facts: ArrayFacts, *, folder: Path | None = None) -> F32 | None:
    """The table of a body; None for microphones in free air."""
    if facts.response == "open ring":
        return None
    responses = cylinder_responses(facts) if facts.response == "rigid cylinder" else read_measured(facts, folder=folder)
    return _with_fractions_and_bands(responses)


def cylinder_responses(facts: ArrayFacts) -> F64:
    """Impulse responses (microphone, azimuth, BODY_TAPS) on a rigid cylinder through the microphones' ring."""
    places = microphones(facts)
    radius = float(np.hypot(places[:, 0], places[:, 1]).mean())
    frequencies: F64 = np.asarray(np.fft.rfftfreq(FFT_SIZE, 1 / SAMPLE_RATE_HZ), dtype=np.float64)
    azimuths = np.arange(BODY_AZIMUTHS) * 2 * math.pi / BODY_AZIMUTHS
    lead = np.exp(-2j * math.pi * frequencies * BODY_LEAD / SAMPLE_RATE_HZ)
    out = np.empty((len(places), BODY_AZIMUTHS, BODY_TAPS))
    for k, (x, y, _) in enumerate(places):
        spectra = cylinder_spectra(frequencies, azimuths - math.atan2(y, x), radius) * lead[:, None]
        out[k] = np.fft.irfft(spectra, axis=0)[:BODY_TAPS].T
    return out


def cylinder_spectra(frequencies_hz: F64, angles_rad: F64, radius_m: float) -> NDArray[np.complex128]:
    """Pressure on the cylinder (frequency, angle from the wave's origin), relative to the free wave at its centre."""
    ka = 2 * math.pi * np.maximum(frequencies_hz, 20.0) / SPEED_OF_SOUND_MPS * radius_m
    out = np.zeros((len(ka), len(angles_rad)), complex)
    for n in range(SERIES_TERMS):
        with np.errstate(over="ignore", invalid="ignore"):
            term = jv(n, ka) - jvp(n, ka) / h2vp(n, ka) * hankel2(n, ka)
        term = np.where(np.isfinite(term), term, 0.0)
        out += (1 if n == 0 else 2) * 1j**n * term[:, None] * np.cos(n * angles_rad)[None]
    return out


def read_measured(facts: ArrayFacts, *, folder: Path | None) -> F64:
    """Measured impulse responses from an .npz with `responses` (microphone, azimuth, tap) at 16 kHz, azimuth 0 in front."""
    path = Path(facts.measured_file) if folder is None else folder / facts.measured_file
    if not facts.measured_file or not path.is_file():
        raise ValueError(f"microphones.measured_file {facts.measured_file!r}: no such file")
    with np.load(path) as data:
        if "responses" not in data:
            raise ValueError(f"{path.name}: holds no array called responses")
        responses = np.asarray(data["responses"], dtype=float)
    if responses.ndim != 3 or responses.shape[0] != len(facts.positions_m) or responses.shape[2] > BODY_TAPS:
        raise ValueError(
            f"{path.name}: responses {responses.shape}; ({len(facts.positions_m)}, azimuths, at most {BODY_TAPS})"
        )
    return np.pad(responses, ((0, 0), (0, 0), (0, BODY_TAPS - responses.shape[2])))


def _with_fractions_and_bands(responses: F64) -> F32:
    """Delay every response by each fraction of a sample and split it into the bands."""
    kernels = kernel_table()[:, FRACTIONS // BODY_FRACTIONS // 2 :: FRACTIONS // BODY_FRACTIONS]
    size = FFT_SIZE * 2
    kernel_spectra = fft.rfft(kernels, size)
    out = np.empty((*responses.shape[:2], *kernels.shape[:2], BODY_TAPS), np.float32)
    for k, own in enumerate(responses.astype(np.float32)):
        full = fft.irfft(fft.rfft(own, size)[:, None, None, :] * kernel_spectra, size)
        # The kernel's own centre is taken out again: paths through a body arrive in step with those through free air.
        out[k] = full[..., KERNEL_CENTRE : KERNEL_CENTRE + BODY_TAPS]
    return out
