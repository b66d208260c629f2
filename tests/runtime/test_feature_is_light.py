"""A run without samples and pixels loads nothing that only those need: each worker of a sweep would pay for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from simulator.runtime.children import environment
from simulator.world.assets import SCENES

RUN = """
import sys
import simulator.lab.qa.worker
from simulator.runtime.run import run_scene
from simulator.scene.loader import load
assert run_scene(load({path!r}), mode="feature").trace_hash
print(*(name for name in ("cv2", "numba", "scipy", "moderngl", "PySide6", "onnxruntime", "tflite_runtime") if name in sys.modules))
"""


@pytest.mark.process
def test_a_worker_that_runs_a_scene_in_feature_mode_loads_no_library_of_sound_and_pictures() -> None:
    command = [sys.executable, "-c", RUN.format(path=str(SCENES / "sample.scene.yaml"))]
    loaded = []
    for _ in range(
        2
    ):  # the first of all workers hears the scene's wake words, and keeps what came of it for the others
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=True)
        loaded.append(done.stdout.split())
    assert loaded[1] == []
