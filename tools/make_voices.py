"""Make the shipped voices and noises: python -m tools.make_voices  (needs the free engines flite and espeak-ng from Debian).

Each talker gets a wake word that the real detector hears at every alignment tried, and a few sentences in which it hears
none. Everything is written as 16 kHz mono FLAC, so the app itself needs no speech engine.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray
from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model
from scipy.signal import butter, fftconvolve, lfilter, resample_poly, sosfilt

RATE_HZ = 16_000
ASSETS = Path(__file__).resolve().parents[1] / "assets"
SENTENCES = (
    "What is the weather going to be like tomorrow morning?",
    "Show me the next step of the recipe, please.",
    "I think we should leave before the traffic gets bad.",
    "Set a timer for twenty five minutes.",
    "Did you remember to call your sister about the weekend?",
    "Add olive oil, two lemons and fresh bread to my list.",
)
# name: (engine, voice, seconds stretched or words a minute, pitch)
TALKERS: dict[str, tuple[str, str, float, int]] = {
    "voice-1": ("flite", "slt", 1.0, 0),
    "voice-2": ("flite", "rms", 1.0, 0),
    "voice-3": ("espeak-ng", "en-gb+f3", 165, 60),
    "voice-4": ("espeak-ng", "en-gb-x-rp+m3", 165, 45),
    "voice-5": ("espeak-ng", "en-us+m3", 170, 40),
    "voice-6": ("flite", "kal16", 1.0, 0),
    "voice-7": ("espeak-ng", "en-gb-scotland+f2", 165, 50),
    "voice-8": ("espeak-ng", "en-gb+m7", 160, 35),
}
WAKE_RATES = {"flite": (1.0, 1.1, 1.2, 0.9), "espeak-ng": (165, 175, 185, 155, 150)}
# Rooms in which a wake word must be heard: an ear at the talker's lips says little. flite's awb is heard in 3 of 20 at best.
ROOMS, LEAST_ROOMS = 20, 18
Samples = NDArray[np.float64]


def main() -> int:
    """Write both folders; stop with one clear line when an engine is missing."""
    for engine in ("flite", "espeak-ng"):
        if shutil.which(engine) is None:
            print(f"{engine} is not installed: apt-get install {engine}", file=sys.stderr)
            return 1
    hears = Detector()
    for name, (engine, voice, rate, pitch) in TALKERS.items():
        folder = ASSETS / "voices" / name
        folder.mkdir(parents=True, exist_ok=True)
        said = [speak(engine, voice, "Alexa", r, pitch) for r in WAKE_RATES[engine]]
        wake = max((clip for clip in said if hears.always(clip)), key=hears.rooms, default=None)
        if wake is None or hears.rooms(wake) < LEAST_ROOMS:
            print(f"{name}: the detector does not hear its wake word in every room; left out", file=sys.stderr)
        else:
            write(folder / "wake_word.flac", wake)
        for k, sentence in enumerate(SENTENCES):
            clip = speak(engine, voice, sentence, rate, pitch)
            if hears.ever(clip):
                print(f"{name}: the detector hears a wake word in {sentence!r}; left out", file=sys.stderr)
                continue
            write(folder / f"speech_{k + 1}.flac", clip)
    rng = np.random.default_rng(1)
    speech = [read(path) for path in sorted((ASSETS / "voices").glob("*/speech_*.flac"))]
    for noise, make in NOISES.items():
        write(ASSETS / "noises" / f"{noise}.flac", loop(audible(make(rng, speech))))
    return 0


class Detector:
    """The wake-word detector that the device runs, used as a judge."""

    def __init__(self) -> None:
        """Load the packaged model."""
        self._model = MicroWakeWord.from_builtin(Model.ALEXA)
        self._features = MicroWakeWordFeatures()

    def always(self, clip: Samples) -> bool:
        """Whether it fires wherever the clip starts within the model's stride of 30 ms."""
        return all(self._fires(clip, lead) for lead in (16_000, 16_080, 16_160, 16_240, 16_320, 16_400))

    def rooms(self, clip: Samples) -> int:
        """In how many of some rooms it fires: 0.3 to 0.6 s of reverberation, 4 to 12 dB above the direct sound."""
        rng, heard = np.random.default_rng(5), 0
        for k in range(ROOMS):
            length = int(rng.uniform(0.3, 0.6) * RATE_HZ)
            tail = rng.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length)
            tail[:40] = 0.0
            response = tail * np.sqrt(10 ** (rng.uniform(0.4, 1.2)) / np.sum(tail**2))
            response[0] += 1.0
            heard += self._fires(0.5 * fftconvolve(clip, response)[: len(clip) + 6000], 16_000 + 80 * k)
        return heard

    def ever(self, clip: Samples) -> bool:
        """Whether it fires at some alignment."""
        return any(self._fires(clip, lead) for lead in (16_000, 16_160, 16_320))

    def _fires(self, clip: Samples, lead: int) -> bool:
        self._model.reset()
        self._features.reset()
        noise = np.random.default_rng(lead).standard_normal(lead + len(clip) + 12_000) * 3e-4
        noise[lead : lead + len(clip)] += clip
        pcm = (noise * 32767).astype(np.int16)
        blocks = (pcm[i : i + 160].tobytes() for i in range(0, len(pcm) - 159, 160))
        return any(
            self._model.process_streaming(f) for block in blocks for f in self._features.process_streaming(block)
        )


def speak(engine: str, voice: str, text: str, rate: float, pitch: int) -> Samples:
    """One sentence, trimmed, at 60 dB of loudness (0.05 rms while active)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.wav"
        if engine == "flite":
            command = ["flite", "-voice", voice, "--setf", f"duration_stretch={rate}", "-t", text, "-o", str(path)]
        else:
            command = ["espeak-ng", "-v", voice, "-s", str(int(rate)), "-p", str(pitch), "-w", str(path), text]
        subprocess.run(command, check=True, capture_output=True)
        samples, file_rate = sf.read(io.BytesIO(path.read_bytes()))
    samples = resample_poly(samples, RATE_HZ, file_rate) if file_rate != RATE_HZ else samples
    loud = np.convolve(samples**2, np.ones(400) / 400, "same")
    active = np.flatnonzero(loud > 0.01 * np.percentile(loud, 95))
    samples = samples[max(0, active[0] - 480) : active[-1] + 800]
    loud = np.convolve(samples**2, np.ones(400) / 400, "same")
    return np.asarray(samples * 0.05 / np.sqrt(np.mean(samples[loud > 0.05 * np.percentile(loud, 95)] ** 2)))


def kitchen(rng: np.random.Generator, _speech: list[Samples]) -> Samples:
    """Running water with clinks of dishes."""
    n = 8 * RATE_HZ
    water = sosfilt(butter(2, (400, 6000), "bandpass", fs=RATE_HZ, output="sos"), rng.standard_normal(n))
    water *= 1 + 0.3 * sosfilt(butter(1, 3, fs=RATE_HZ, output="sos"), rng.standard_normal(n)) * 20
    out = 0.6 * water / water.std()
    for _ in range(22):
        at, length = int(rng.uniform(0, n - 6000)), 5000
        time = np.arange(length) / RATE_HZ
        ring = sum(
            rng.uniform(0.3, 1) * np.sin(2 * np.pi * f * time + rng.uniform(0, 6)) * np.exp(-time * rng.uniform(20, 70))
            for f in rng.uniform(1500, 6500, 5)
        )
        out[at : at + length] += rng.uniform(0.6, 2.5) * ring
    return out


def television(rng: np.random.Generator, speech: list[Samples]) -> Samples:
    """Two announcers in turn over a bed of music, through a small loudspeaker."""
    parts = [np.concatenate([speech[k], np.zeros(int(rng.uniform(2000, 6000)))]) for k in rng.permutation(len(speech))]
    talk = np.concatenate(parts)[: 12 * RATE_HZ]
    bed = music(rng, speech)[: len(talk)]
    out = talk / talk.std() + 0.25 * bed / bed.std()
    return np.asarray(sosfilt(butter(2, (200, 7000), "bandpass", fs=RATE_HZ, output="sos"), out))


def music(rng: np.random.Generator, _speech: list[Samples]) -> Samples:
    """Plucked chords with a soft beat, twelve seconds."""
    n = 12 * RATE_HZ
    out = np.zeros(n + RATE_HZ)
    chords = ((220, 277.2, 329.6), (196, 246.9, 293.7), (174.6, 220, 261.6), (196, 246.9, 329.6))
    for step in range(48):
        at = step * RATE_HZ // 4
        for base in chords[step // 4 % 4]:
            if rng.random() < 0.7:
                out[at : at + RATE_HZ] += pluck(rng, base * rng.choice([1, 2]), RATE_HZ) * rng.uniform(0.4, 1)
        if step % 2 == 0:
            hit = rng.standard_normal(1600) * np.exp(-np.arange(1600) / 250)
            out[at : at + 1600] += (0.5 if step % 4 else 0.2) * hit
    return out[:n]


def pluck(rng: np.random.Generator, pitch_hz: float, length: int) -> Samples:
    """A string after Karplus and Strong: a noise burst that goes round a damped loop."""
    period = int(RATE_HZ / pitch_hz)
    burst = np.zeros(length)
    burst[:period] = rng.standard_normal(period)
    loop_filter = np.zeros(period + 2)
    loop_filter[0], loop_filter[period], loop_filter[period + 1] = 1.0, -0.498, -0.498
    return np.asarray(lfilter([1.0], loop_filter, burst))


def fan(rng: np.random.Generator, _speech: list[Samples]) -> Samples:
    """Air with the hum of a motor and the beat of blades."""
    n = 6 * RATE_HZ
    time = np.arange(n) / RATE_HZ
    air = lfilter([1.0], [1.0, -0.93], rng.standard_normal(n))
    hum = sum(np.sin(2 * np.pi * 50 * k * time) / k for k in (2, 4, 6))
    return np.asarray(air / air.std() * (1 + 0.15 * np.sin(2 * np.pi * 23 * time)) + 0.4 * hum)


def kettle(rng: np.random.Generator, _speech: list[Samples]) -> Samples:
    """Water near boiling: a broad hiss with bubbling and a thin whistle."""
    n = 8 * RATE_HZ
    time = np.arange(n) / RATE_HZ
    hiss = sosfilt(butter(2, (800, 5000), "bandpass", fs=RATE_HZ, output="sos"), rng.standard_normal(n))
    bubbles = np.abs(sosfilt(butter(2, 25, fs=RATE_HZ, output="sos"), rng.standard_normal(n)))
    whistle = np.sin(2 * np.pi * (2100 * time + 8 * np.sin(2 * np.pi * 5 * time)))
    return np.asarray(hiss / hiss.std() * (0.5 + bubbles / bubbles.mean()) + 0.2 * whistle)


NOISES: dict[str, Callable[[np.random.Generator, list[Samples]], Samples]] = {
    "kitchen": kitchen,
    "television": television,
    "music": music,
    "fan": fan,
    "kettle": kettle,
}


def audible(samples: Samples) -> Samples:
    """Without what nobody hears: a plucked loop keeps the mean of its burst for seconds, a third of the music's energy."""
    return np.asarray(sosfilt(butter(4, 60, "highpass", fs=RATE_HZ, output="sos"), samples))


def loop(samples: Samples) -> Samples:
    """Make the end run into the beginning, and set the loudness to 60 dB (0.05 rms)."""
    fade = RATE_HZ // 5
    rise = np.sin(0.5 * np.pi * np.arange(fade) / fade)
    body = samples[fade:].copy()
    body[-fade:] = body[-fade:] * rise[::-1] + samples[:fade] * rise
    return body * 0.05 / body.std()


def read(path: Path) -> Samples:
    """One clip."""
    return np.asarray(sf.read(path)[0])


def write(path: Path, samples: Samples) -> None:
    """One FLAC of 16 bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sf.write(path, np.clip(samples, -0.99, 0.99), RATE_HZ, subtype="PCM_16")


if __name__ == "__main__":
    raise SystemExit(main())
