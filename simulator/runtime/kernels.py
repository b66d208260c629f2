"""Compiles the inner loops of sound and light once, so that the first run does not stand still at its first sound.

They are kept on disk beside their sources, or where numba keeps what has no place there. A note in the cache says for which sources,
packages and Python that was done; a note without what it promises costs the first run those seconds and nothing else.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from simulator.runtime.header import Senses
from simulator.runtime.models import cache_dir
from simulator.world.assets import SCENES

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("simulator/onboard/ssl", "simulator/world/sound", "simulator/world/camera")
DECORATORS = ("@compiled\n", "@compiled_fast\n")
# Somebody calls behind a kitchen island from 1.5 s on: walls, furniture, a turning array and the picture of a dressed home.
STORY = SCENES / "living-kitchen.scene.yaml"
PARTS: tuple[tuple[Senses, int], ...] = (("audio", 260), ("full", 1))


def sources() -> list[Path]:
    """The files with inner loops."""
    files = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return [path for path in files if any(one in path.read_text(encoding="utf-8") for one in DECORATORS)]


def note() -> Path:
    """Where it is noted that the loops as they are now were compiled for this Python."""
    parts = [sys.version, platform.machine()]
    parts += [f"{name} {importlib.metadata.version(name)}" for name in ("numba", "llvmlite", "numpy")]
    found = hashlib.sha256("\n".join(parts).encode())
    for path in sources():
        found.update(f"{path} {path.stat().st_mtime_ns}".encode() + path.read_bytes())
    return cache_dir() / "kernels" / found.hexdigest()[:16]


def compile_kernels(progress: Callable[[str], None] = lambda _: None) -> None:
    """Compile what is not compiled yet, by running a story with sound and looking into its room."""
    done = note()
    if done.is_file():
        return
    progress("compiling the inner loops of sound and light (once)")
    from simulator.runtime.compose import compose
    from simulator.scene.loader import load

    scene = load(STORY)
    for mode, ticks in PARTS:
        session = compose(scene, mode=mode)
        try:
            for _ in range(ticks):
                session.step()
        finally:
            session.close()
    done.parent.mkdir(parents=True, exist_ok=True)
    done.touch()
