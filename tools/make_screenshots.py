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
    from simulator.gui.session_model import SessionModel
    from simulator.gui.shell.settings import Settings
    from simulator.gui.views.canvas import Look
    from simulator.gui.window import MainWindow

    load_fonts()
    app.setFont(font())
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        session = SessionModel(mode=options.mode)
        session.start()
        look = Look("dark")
        window = MainWindow(settings=Settings(Path(folder)), session=session, look=look, samples=ROOT / "scenes")
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
    session = window.session
    window.open(SCENE)
    session.play(False)
    _wait(app, lambda: session.engine.state == "done")
    document = session.document
    document.state.settings["B"] = window.presets.settings("Calmer", document.base)
    document.state.preset["B"] = "Calmer"


def _prepare(app: Any, window: Any, name: str, options: argparse.Namespace) -> None:
    session = window.session
    session.seek(options.at * 100)
    if name == "tune":
        session.seek(7.2 * 100)
        session.turn({"zones.holding_half_width_deg": 34.0}, gesture="shown")
        session.foresee()
        session._late.stop()
        window.workspace("tune").room.view.hot = ("holding", 1)
        camera = window.workspace("tune").camera
        camera.show_kind("points" if options.mode == "full" else "picture")
        _wait(app, lambda: options.mode == "full" or camera.view.scene().picture is not None)
    else:
        session.forecast.clear()
        if session.document.state.settings["A"]:
            session.document.history.undo()
    if name == "replay":
        window.open(_a_failed_night(window.settings.folder))
        results = window.workspace("replay").results.list
        results.setCurrentRow(0)
        results.itemActivated.emit(results.item(0))
        _wait(app, lambda: session.engine.state == "done")
        session.seek(16.4 * 100)
    elif session.document.path != SCENE:
        _open(app, window)
        session.seek(options.at * 100)
    if name == "scenario":
        window.workspace("scenario").view.choose("ana")
    if name == "compare":
        other = window.workspace("compare").other
        _wait(app, lambda: other.engine.state == "done")
        session.seek(options.at * 100)
        compare = window.workspace("compare")
        compare._see("seen")
        compare.room_a.place.choose("third")
        compare._same_place()
        rooms = (compare.room_a.customer, compare.room_b.customer)
        _wait(app, lambda: all(room.picture is not None for room in rooms))
    if name == "device":
        _drive(app, window.device)
        session.turn({"patience.settle_s": 2.0})
        session._late.stop()
    _settle(app)


def _drive(app: Any, device: Any) -> None:
    """An emulated motor behind its own port, turned to both sides beside its virtual twin."""
    device.connect_to("emulate:dynamixel")
    _wait(app, lambda: device.connected)
    for by_deg in (30.0, -50.0, 20.0):
        _wait(app, lambda: _ready(device))
        device.turn_by(by_deg)
        _wait(app, lambda: device.driven or device.waits_for_reset)
        _wait(app, lambda: not device.driven)
    _wait(app, lambda: _ready(device))


def _ready(device: Any) -> bool:
    """Whether it may turn; a wire that was late on a busy machine, and so faulted, is reset."""
    if device.waits_for_reset and device.now.guard != "braking":
        device.reset()
    return bool(device.now.guard == "off")


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
