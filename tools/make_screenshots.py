"""Makes the pictures of docs/pictures from the real window: each workspace, both themes, and a short film of a drag.

python -m tools.make_screenshots [--only tune] [--size 1600x1000] [--scale 1] [--out docs/pictures]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCENE = ROOT / "scenes" / "living-kitchen.scene.yaml"
WORKSPACES = ("tune", "scenario", "replay", "compare", "device")
PATIENCE_S = 240.0


def main() -> int:
    """Make them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=WORKSPACES, action="append")
    parser.add_argument("--themes", default="dark,light")
    parser.add_argument("--size", default="1600x1000")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--mode", default="feature", choices=("feature", "full"))
    parser.add_argument("--at", type=float, default=15.3)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    options = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    from PySide6.QtCore import QLocale
    from PySide6.QtWidgets import QApplication

    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    QLocale.setDefault(QLocale.c())
    from simulator.gui.look.theme import font, load_fonts
    from simulator.gui.shell.settings import Settings
    from simulator.gui.studio import Studio
    from simulator.gui.views.canvas import Look
    from simulator.gui.window import MainWindow

    load_fonts()
    app.setFont(font())
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(mode=options.mode)
        studio.start()
        look = Look("dark")
        window = MainWindow(settings=Settings(Path(folder)), studio=studio, look=look, samples=ROOT / "scenes")
        wide, high = map(int, options.size.split("x"))
        window.resize(wide, high)
        window.show()
        _open(app, window)
        for name in options.only or WORKSPACES:
            window.show_workspace(name)
            _prepare(app, window, name, options)
            for theme in options.themes.split(","):
                look.set(theme)
                _settle(app)
                path = options.out / f"{name}-{theme}.png"
                window.grab().save(str(path))
                print(path)
        look.set("dark")
        window.close()
    return 0


def _open(app: Any, window: Any) -> None:
    """The kitchen with a calmer second set of knobs."""
    studio = window.studio
    window.open(SCENE)
    studio.play(False)
    _wait(app, lambda: studio.engine_state == "done")
    document = studio.document
    document.state.settings["B"] = window.presets.settings("Calmer", document.base)
    document.state.preset["B"] = "Calmer"


def _prepare(app: Any, window: Any, name: str, options: argparse.Namespace) -> None:
    studio = window.studio
    studio.seek(options.at * 100)
    if name == "tune":
        studio.seek(7.2 * 100)
        studio.turn({"zones.holding_half_width_deg": 34.0}, gesture="shown")
        studio.foresee()
        studio._late.stop()
        window.workspace("tune").room.view.hot = ("holding", 1)
        if options.mode == "full":
            window.workspace("tune").camera.kind.buttons["points"].click()
    else:
        studio.forecast.clear()
        if studio.document.state.settings["A"]:
            studio.document.history.undo()
    if name == "replay":
        window.open(_a_failed_night(window.settings.folder))
        results = window.workspace("replay").results
        results.setCurrentRow(0)
        results.itemActivated.emit(results.item(0))
        _wait(app, lambda: studio.engine_state == "done")
        studio.seek(16.4 * 100)
    elif studio.document.path != SCENE:
        _open(app, window)
        studio.seek(options.at * 100)
    if name == "scenario":
        window.workspace("scenario").view.choose("ana")
    if name == "compare":
        other = window.workspace("compare").other
        _wait(app, lambda: other.engine_state == "done")
        studio.seek(options.at * 100)
    if name == "device":
        _drive(app, window.bench)
        studio.turn({"patience.settle_s": 2.0})
        studio._late.stop()
    _settle(app)


def _drive(app: Any, bench: Any) -> None:
    """An emulated motor behind its own port, turned to both sides beside its virtual twin."""
    bench.connect_to("emulate:dynamixel")
    _wait(app, lambda: bench.connected)
    for by_deg in (30.0, -50.0, 20.0):
        _wait(app, lambda: _ready(bench))
        bench.turn_by(by_deg)
        _wait(app, lambda: bench.driven or bench.waits_for_reset)
        _wait(app, lambda: not bench.driven)
    _wait(app, lambda: _ready(bench))


def _ready(bench: Any) -> bool:
    """Whether it may turn; a wire that was late on a busy machine, and so faulted, is reset."""
    if bench.waits_for_reset and bench.now.guard != "braking":
        bench.reset()
    return bool(bench.now.guard == "off")


def _a_failed_night(folder: Path) -> Path:
    """What QA gets in the morning: some scenes passed, and the kitchen failed because somebody made the motor slow."""
    scenes = folder / "scenes"
    shutil.copytree(ROOT / "scenes", scenes)
    slow = scenes / SCENE.name
    slow.write_text(slow.read_text().replace("timeline:", "tuning: {motion.max_rate_dps: 20}\ntimeline:", 1))
    run = [slow, *sorted((scenes / "wake").glob("*.scene.yaml"))[:9]]
    junit = folder / "night.xml"
    command = [
        sys.executable,
        str(ROOT / "main.py"),
        "qa",
        "--keep",
        "all",
        "--out",
        str(folder),
        "--junit",
        str(junit),
    ]
    done = subprocess.run([*command, *map(str, run)], capture_output=True, text=True, check=False)
    if done.returncode != 1:
        raise SystemExit(f"one scene was to fail, but: {done.stdout[-500:]}{done.stderr[-500:]}")
    return junit


def _wait(app: Any, done: Any) -> None:
    started = time.monotonic()
    while not done():
        app.processEvents()
        time.sleep(0.01)
        if time.monotonic() - started > PATIENCE_S:
            raise SystemExit("the engine did not finish in time")


def _settle(app: Any) -> None:
    for _ in range(12):
        app.processEvents()
        time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main())
