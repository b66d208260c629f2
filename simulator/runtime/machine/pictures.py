"""OpenGL, with which the virtual camera draws, and the display, on which the window opens."""

from __future__ import annotations

import os

from simulator.runtime.machine.finding import Finding, Status, tried

OPEN_CONTEXT = """
import sys
from simulator.world.camera.gl import NoRenderer, open_context
try:
    context = open_context()
except NoRenderer as error:
    sys.exit(str(error))
print(context.info["GL_RENDERER"], context.version_code)
"""


def opengl() -> Finding:
    """Whether the virtual camera can draw; without it only modelled senses and sound run."""
    trial = tried(OPEN_CONTEXT)
    if trial.code == 0:
        name, _, version = trial.said.strip().rpartition(" ")
        return Finding(part="OpenGL", status=Status.GOOD, found=f"{name}, version {int(version) / 100:.1f}")
    do = "install a driver, on Debian: apt-get install libegl1 libegl-mesa0 libgl1 libgl1-mesa-dri (`make run` does it)"
    return Finding(part="OpenGL", status=Status.BAD, found=trial.reason, do=do)


def display(problem: str) -> Finding:
    """Whether the window can open; `problem` says why not, and is empty when it can."""
    if problem:
        do = "start it in a desktop session, or with xvfb-run; everything but the window works without"
        return Finding(part="display", status=Status.LESS, found=problem, do=do)
    names = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")
    used = next((f"{name}={os.environ[name]}" for name in names if os.environ.get(name)), "the system's own")
    return Finding(part="display", status=Status.GOOD, found=used)
