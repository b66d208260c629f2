"""Speech for training and judging direction finding: real prompts where Debian's packages are installed, else the shipped voices.

SWIVEL_PROMPTS names the folder of the prompts where the packages are unpacked elsewhere.

The two sets share no talker: Italian, Russian and half of the shipped voices train; English, Spanish (the same talker), French
and the other half judge.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.world.sound.voices import Voices, read_clip

F32 = NDArray[np.float32]
PROMPTS = Path(os.environ.get("SWIVEL_PROMPTS", "/usr/share/asterisk/sounds"))
TALKERS = {
    "train": ("it_IT_m_Carlo", "ru_RU_f_IvrvoiceRU"),
    "judge": ("en_US_f_Allison", "fr_CA_f_June"),
}
SHIPPED = {
    "train": ("voice-1", "voice-3", "voice-5", "voice-6"),
    "judge": ("voice-2", "voice-4", "voice-7", "voice-8"),
}
CLIPS_EACH = 60


def prompts(purpose: Literal["train", "judge"]) -> list[F32]:
    """Clips of speech, in an order that depends on nothing but the installed packages."""
    clips: list[F32] = []
    if shutil.which("ffmpeg") is not None:
        for talker in TALKERS[purpose]:
            longest = sorted((PROMPTS / talker).glob("*.g722"), key=lambda p: (-p.stat().st_size, p.name))
            clips.extend(_decode(path) for path in longest[:CLIPS_EACH])
    voices = Voices()
    if not clips or purpose == "train":
        for name in SHIPPED[purpose]:
            clips.extend(voices.clip(name, "speech", index=k) for k in range(voices.count(name, "speech")))
    return clips


def everything_said(purpose: Literal["train", "judge"]) -> F32:
    """All prompts of the first talker, one after the other: twenty minutes, short ones too; empty without the packages."""
    files = sorted((PROMPTS / TALKERS[purpose][0]).glob("*.g722"))
    if not files or shutil.which("ffmpeg") is None:
        return np.zeros(0, np.float32)
    return decoded(b"".join(path.read_bytes() for path in files))


def real_prompts() -> bool:
    """Whether the judging clips are recordings of people."""
    return shutil.which("ffmpeg") is not None and any((PROMPTS / name).is_dir() for name in TALKERS["judge"])


def wake_words() -> list[F32]:
    """Recordings of people saying the wake word, where the shared data folder is beside the repository; else none."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data" / "wakeword" / "alexa"
    return (
        [read_clip(path) for path in sorted(folder.glob("*.flac"), key=lambda p: int(p.stem))]
        if folder.is_dir()
        else []
    )


def _decode(path: Path) -> F32:
    """One G.722 prompt as 16 kHz samples."""
    return decoded(path.read_bytes())


def decoded(coded: bytes) -> F32:
    """G.722 as 16 kHz samples."""
    command = "ffmpeg -nostdin -loglevel error -f g722 -i pipe:0 -f f32le -ac 1 -ar 16000 -"
    done = subprocess.run(command.split(), input=coded, check=True, capture_output=True)
    return np.frombuffer(done.stdout, np.float32)
