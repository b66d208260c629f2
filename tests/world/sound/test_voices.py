"""The shipped voices, and any folder in their place."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model

from simulator.world.sound.voices import Voices, a_weighted_rms, noise_clip

ASSETS = Path(__file__).resolve().parents[3] / "assets"


def test_shipped_voices_are_small_and_complete():
    voices = Voices()
    assert len(voices.names) >= 6
    assert sum(path.stat().st_size for path in (ASSETS / "voices").rglob("*.flac")) < 3_000_000
    for name in voices.names:
        assert voices.count(name, "wake_word") == 1
        assert voices.count(name, "speech") >= 4
        clip = voices.clip(name, "speech")
        loud = np.convolve(clip.astype(float) ** 2, np.ones(400) / 400, "same")
        assert np.sqrt(np.mean(clip[loud > 0.05 * np.percentile(loud, 95)] ** 2)) == pytest.approx(0.05, rel=0.02)
        assert not clip.flags.writeable


def test_the_real_detector_hears_every_shipped_wake_word_and_no_sentence():
    detector, features = MicroWakeWord.from_builtin(Model.ALEXA), MicroWakeWordFeatures()

    def fires(clip):
        detector.reset()
        features.reset()
        padded = np.concatenate([np.zeros(16_000), clip, np.zeros(8_000)])
        padded += 1e-4 * np.random.default_rng(1).standard_normal(len(padded))
        pcm = (padded * 32767).astype(np.int16)
        blocks = (pcm[i : i + 160].tobytes() for i in range(0, len(pcm) - 159, 160))
        return any(detector.process_streaming(f) for block in blocks for f in features.process_streaming(block))

    voices = Voices()
    for name in voices.names:
        assert fires(voices.clip(name, "wake_word")), name
        assert not fires(voices.clip(name, "speech", index=1)), name


@pytest.mark.parametrize("kind", ["kitchen", "television", "music", "fan", "kettle"])
def test_noises_are_loops_of_one_level(kind):
    clip = noise_clip(kind)
    assert a_weighted_rms(clip) == pytest.approx(0.05, rel=1e-3)
    power = np.abs(np.fft.rfft(clip)) ** 2
    below = np.fft.rfftfreq(len(clip), 1 / 16_000) < 30
    assert power[below].sum() < 0.01 * power.sum()  # nothing of it is rumble that nobody hears
    assert abs(float(clip[0]) - float(clip[-1])) < 6 * float(np.abs(np.diff(clip)).mean()) + 0.02


@pytest.mark.parametrize(("pitch_hz", "weight_db"), [(100.0, -19.1), (1000.0, 0.0), (4000.0, 1.0)])
def test_levels_are_weighed_as_the_standard_says(pitch_hz, weight_db):
    tone = np.sin(2 * np.pi * pitch_hz * np.arange(16_000) / 16_000).astype(np.float32)
    assert 20 * np.log10(a_weighted_rms(tone) * np.sqrt(2)) == pytest.approx(weight_db, abs=0.1)


def test_an_index_goes_round():
    voices = Voices()
    count = voices.count("voice-1", "speech")
    assert voices.clip("voice-1", "speech", index=count) is voices.clip("voice-1", "speech")


def test_another_folder_takes_the_place_of_the_library(tmp_path):
    folder = tmp_path / "mara"
    folder.mkdir()
    tone = 0.3 * np.sin(np.arange(16_000) / 5)
    sf.write(folder / "wake_word.wav", tone, 16_000)
    sf.write(folder / "hello.flac", tone, 16_000)
    voices = Voices(tmp_path)
    assert voices.names == ("mara",)
    assert len(voices.clip("mara", "speech")) == 16_000


@pytest.mark.parametrize(
    ("rate", "channels", "length", "complaint"),
    [
        (44_100, 1, 8000, "44100 Hz; clips must have 16000 Hz"),
        (16_000, 2, 8000, "2 channels; clips must have one"),
        (16_000, 1, 61 * 16_000, "at most 60 s"),
        (16_000, 1, 0, "more than 0"),
    ],
)
def test_wrong_clips_are_refused_with_the_reason(tmp_path, rate, channels, length, complaint):
    folder = tmp_path / "mara"
    folder.mkdir()
    sf.write(folder / "speech_1.wav", 0.1 * np.ones((length, channels)), rate)
    with pytest.raises(ValueError, match=complaint):
        Voices(tmp_path).clip("mara", "speech")


def test_clips_that_are_no_sound_are_refused(tmp_path):
    folder = tmp_path / "mara"
    folder.mkdir()
    (folder / "speech_1.wav").write_bytes(b"not sound at all")
    sf.write(folder / "speech_2.wav", np.zeros(8000), 16_000)
    voices = Voices(tmp_path)
    with pytest.raises(ValueError, match="cannot be read as sound"):
        voices.clip("mara", "speech")
    with pytest.raises(ValueError, match="holds no sound"):
        voices.clip("mara", "speech", index=1)
    with pytest.raises(ValueError, match="wake_word missing"):
        voices.clip("mara", "wake_word")
    with pytest.raises(ValueError, match="no such voice"):
        voices.clip("nobody", "speech")


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="one folder per voice"):
        Voices(tmp_path)
    with pytest.raises(ValueError, match="no such folder"):
        Voices(tmp_path / "gone")


def test_an_unknown_noise_names_the_known_ones():
    with pytest.raises(ValueError, match="fan, kettle, kitchen, music, television"):
        noise_clip("train")
