"""Takes docs/pictures/rerun.png: the sample scene, exported and opened in rerun's own viewer, without a window.

Needs rerun-sdk and a Vulkan driver (mesa-vulkan-drivers draws on the processor). Run it as `python -m tools.make_rerun_picture`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import simulator.runtime.threads  # noqa: F401  (before anything numeric)

# isort: split
from rerun.experimental import ViewerClient

from simulator.lab.export.rerun import rerun
from simulator.runtime.recording import read
from simulator.runtime.run import run_scene
from simulator.scene.loader import load
from simulator.world.assets import SCENES

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "pictures" / "rerun.png"
PORT, SIZE, MOMENT_S = 9871, "1600x900", 7.0
PATIENCE_S = 300
VIEWS, SETTLE_S = 5, 10.0  # of the blueprint; a processor draws slowly


def main() -> int:
    """Run, export, open, look at one moment, and leave."""
    with tempfile.TemporaryDirectory() as folder:
        run, drawn = Path(folder) / "sample.mcap", Path(folder) / "sample.rrd"
        run_scene(load(SCENES / "sample.scene.yaml"), mode="feature", record_to=run)
        rerun(read(run), drawn)
        viewer = subprocess.Popen(
            [Path(sys.executable).with_name("rerun"), "--headless", "--port", str(PORT), "--window-size", SIZE, drawn],
            start_new_session=True,
        )
        try:
            client = _connected()
            _looked_at(client)
            client.save_screenshot(str(PICTURE))
            _complaints(client)
        finally:
            os.killpg(viewer.pid, signal.SIGTERM)  # the command starts the viewer itself as another process
            viewer.wait(20)
    print(f"{PICTURE}: {PICTURE.stat().st_size} bytes")
    return 0


def _connected() -> ViewerClient:
    until_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            client = ViewerClient(f"rerun+http://127.0.0.1:{PORT}/proxy")
            client.get_state()
        except Exception:
            if time.monotonic() > until_s:
                raise
            time.sleep(1.0)
        else:
            return client


def _looked_at(client: ViewerClient) -> None:
    """Wait until everything is loaded and drawn once, then go to the moment."""
    until_s = time.monotonic() + PATIENCE_S
    while len(client.get_state().views) < VIEWS:
        if time.monotonic() > until_s:
            raise TimeoutError(f"rerun shows {len(client.get_state().views)} of {VIEWS} views")
        time.sleep(1.0)
    client.set_time("time", duration=MOMENT_S, play_state="paused")
    time.sleep(SETTLE_S)


def _complaints(client: ViewerClient) -> None:
    """Fail on what the viewer itself calls an error."""
    errors = [entry.message for entry in client.get_logs() if entry.level == "ERROR"]
    if errors:
        raise RuntimeError(f"rerun complains: {errors}")


if __name__ == "__main__":
    sys.exit(main())
