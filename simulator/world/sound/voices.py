"""The library of voices and noises: the shipped clips, or any folder of wav and flac files laid out the same way.

A folder holds one folder per voice with `wake_word*` and any number of other clips (`speech_1.flac`, …). Every clip is brought
to 60 dB of active speech (0.05 rms), so that a scene's loudness means the same with every library. A noise has its 60 dB as a
sound level meter says it (A-weighted): by plain power a hum that nobody hears would count as loud as a voice.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from simulator.onboard.messages import SAMPLE_RATE_HZ
from simulator.world.assets import ASSETS
from simulator.world.sound.noises import REFERENCE_RMS

F32 = NDArray[np.float32]
Kind = Literal["wake_word", "speech"]
SUFFIXES = (".flac", ".wav")
LONGEST_S = 60.0


class Voices:
    """Clips by voice, loaded when first asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        """Look into a folder; none is the shipped library."""
        self.folder = folder if folder is not None else ASSETS / "voices"
        if not self.folder.is_dir():
            raise ValueError(f"{self.folder}: no such folder of voices")
        self._files = {
            voice.name: sorted(clip for clip in voice.iterdir() if clip.suffix.lower() in SUFFIXES)
            for voice in sorted(self.folder.iterdir())
            if voice.is_dir()
        }
        self._files = {name: clips for name, clips in self._files.items() if clips}
        if not self._files:
            raise ValueError(f"{self.folder}: holds no folder with wav or flac clips; one folder per voice is needed")
        self._loaded: dict[Path, F32] = {}

    def __deepcopy__(self, memo: dict[int, object]) -> Voices:
        """Clips never change, so copies share them."""
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """All voices."""
        return tuple(self._files)

    def count(self, voice: str, kind: Kind) -> int:
        """How many clips of a kind a voice has."""
        return len(self._clips(voice, kind))

    def clip(self, voice: str, kind: Kind, *, index: int = 0) -> F32:
        """One clip at 60 dB; the index goes round and round. Read-only."""
        clips = self._clips(voice, kind)
        if not clips:
            wanted = "a clip whose name starts with wake_word" if kind == "wake_word" else "speech clips"
            raise ValueError(f"{self.folder / voice}: {wanted} missing")
        path = clips[index % len(clips)]
        if path not in self._loaded:
            self._loaded[path] = _at_reference(read_clip(path))
        return self._loaded[path]

    def _clips(self, voice: str, kind: Kind) -> list[Path]:
        if voice not in self._files:
            raise ValueError(f"{voice}: no such voice in {self.folder}; there are {', '.join(self._files)}")
        return [clip for clip in self._files[voice] if clip.stem.startswith("wake_word") == (kind == "wake_word")]


def noise_clip(kind: str, *, folder: Path | None = None) -> F32:
    """One shipped noise as an endless loop at 60 dB(A): kitchen, television, music, fan or kettle."""
    where = folder if folder is not None else ASSETS / "noises"
    path = where / f"{kind}.flac"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in where.glob("*.flac")))
        raise ValueError(f"{kind}: no such noise in {where}; there are {known}")
    samples = read_clip(path)
    return _frozen(samples * np.float32(REFERENCE_RMS / max(a_weighted_rms(samples), 1e-9)))


def active_rms(samples: F32) -> float:
    """Root mean square of the part of a clip in which something is said."""
    power = np.convolve(samples.astype(float) ** 2, np.ones(400) / 400, "same")
    active = samples[power > 0.05 * np.percentile(power, 95)]
    return float(np.sqrt(np.mean(active.astype(float) ** 2)))


def a_weighted_rms(samples: F32) -> float:
    """Root mean square as an ear weighs it (IEC 61672, curve A), of a sound that goes round and round."""
    frequencies = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE_HZ)
    f2 = np.maximum(frequencies, 1e-3) ** 2
    low, high = f2 + 20.598997**2, f2 + 12194.217**2
    middle = np.sqrt((f2 + 107.65265**2) * (f2 + 737.86223**2))
    weight = 10 ** (2.0 / 20) * 12194.217**2 * f2**2 / (low * middle * high)
    spectrum = np.abs(np.fft.rfft(samples.astype(float))) * weight
    return float(np.sqrt(2 * np.sum(spectrum**2)) / len(samples))


def read_clip(path: Path) -> F32:
    """One mono clip at 16 kHz; anything else is refused with the reason."""
    try:
        samples, rate_hz = sf.read(path, dtype="float32", always_2d=True)
    except sf.LibsndfileError as error:
        raise ValueError(f"{path}: cannot be read as sound ({error.error_string.strip()})") from error
    if rate_hz != SAMPLE_RATE_HZ:
        raise ValueError(f"{path}: {rate_hz} Hz; clips must have {SAMPLE_RATE_HZ} Hz")
    if samples.shape[1] != 1:
        raise ValueError(f"{path}: {samples.shape[1]} channels; clips must have one")
    if not 0 < len(samples) <= LONGEST_S * SAMPLE_RATE_HZ:
        raise ValueError(f"{path}: {len(samples) / SAMPLE_RATE_HZ:.1f} s; more than 0 and at most {LONGEST_S:g} s")
    if not np.isfinite(samples).all() or float(np.abs(samples).max()) < 1e-5:
        raise ValueError(f"{path}: holds no sound")
    return np.asarray(samples[:, 0])


def _at_reference(samples: F32) -> F32:
    """Bring the active part of a clip to 60 dB."""
    return _frozen(samples * np.float32(REFERENCE_RMS / active_rms(samples)))


def _frozen(samples: F32) -> F32:
    out = np.ascontiguousarray(samples, np.float32)
    out.setflags(write=False)
    return out
