"""The system, Python, and whether every package that Swivel needs loads."""

from __future__ import annotations

import json
import platform
import sys

from simulator.runtime.crash_words import reinstall
from simulator.runtime.machine.finding import Finding, Status, tried

OLDEST, NEWEST_TRIED = (3, 11), (3, 14)
# One module of each package whose loading can fail: native code, system libraries.
MODULES = (
    "numpy", "scipy.signal", "numba", "orjson", "pydantic", "ruamel.yaml", "mcap", "zstandard", "pymunk", "ruckig", "cv2",
    "moderngl", "ai_edge_litert.interpreter", "pymicro_wakeword", "PySide6.QtCore", "PySide6.QtWidgets", "PySide6.QtSvg",
    "soundfile", "serial", "can", "canopen",
)  # fmt: skip
LOAD_ALL = f"""
import importlib, json
from simulator.runtime.crash_words import explained
for name in {MODULES!r}:
    print(json.dumps([name]), flush=True)
    try:
        importlib.import_module(name)
    except Exception as error:
        words = explained(error, loading=name)
        print(json.dumps([name, words.said, words.do]))
        break
"""


def system(name: str = sys.platform) -> Finding:
    """The operating system and the processor."""
    found = f"{platform.system()} {platform.release()}, {platform.machine()}"
    if name == "linux":
        return Finding(part="system", status=Status.GOOD, found=found)
    if name == "win32":
        do = "run Swivel inside WSL: the window, `swivel qa` and the supervisor need Linux or macOS"
        return Finding(part="system", status=Status.BAD, found=found, do=do)
    do = "nothing, but expect surprises: Swivel was tried on Linux only"
    return Finding(part="system", status=Status.LESS, found=found, do=do)


def python(version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    """The interpreter."""
    found = f"{platform.python_version()}, {sys.executable}"
    oldest, newest = (".".join(map(str, one)) for one in (OLDEST, NEWEST_TRIED))
    if version < OLDEST:
        do = f"use Python {oldest} or newer: make run PYTHON=python{oldest}"
        return Finding(part="Python", status=Status.BAD, found=found, do=do)
    if version > NEWEST_TRIED:
        do = f"use Python {newest} or older if something fails: this one is newer than what was tried"
        return Finding(part="Python", status=Status.LESS, found=found, do=do)
    return Finding(part="Python", status=Status.GOOD, found=found)


def packages() -> Finding:
    """Whether every package loads, each in turn in one process."""
    trial = tried(LOAD_ALL)
    lines = [json.loads(line) for line in trial.said.splitlines()]
    if trial.code == 0 and lines == [[name] for name in MODULES]:
        return Finding(part="packages", status=Status.GOOD, found=f"all {len(lines)} modules tried load")
    if lines and len(lines[-1]) == 3:
        _, found, do = lines[-1]
    elif lines:  # the process did not live to say more
        found, do = f"loading the module {lines[-1][0]} ends Python: {trial.reason}", reinstall(lines[-1][0])
    else:
        found, do = f"Python does not start: {trial.reason}", "set it up once more: make clean run"
    return Finding(part="packages", status=Status.BAD, found=found, do=do)
