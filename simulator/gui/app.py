"""Opens the window: the first start opens a living kitchen that is already playing, without any dialog."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.world.assets import ASSETS, SCENES

if TYPE_CHECKING:  # loading them is what starting takes longest for
    from collections.abc import Mapping

    from PySide6.QtWidgets import QApplication

    from simulator.gui.window import MainWindow
    from simulator.onboard.tuning import Value

SAMPLES = SCENES
COLLECT_AFTER_MS = 1000  # the first picture is there
SOUND_AFTER_MS = 1500  # the sound output takes longer to open than a person waits for the first picture
TICKS_PER_S = 100  # written out: loading the messages would delay the first picture
FIRST_SCENES = ("living-kitchen.scene.yaml", "sample.scene.yaml")
NO_DISPLAY = 7
PROBE = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"


def main(
    scene: Path | None = None,
    *,
    at_s: float | None = None,
    knobs: Mapping[str, Value] | None = None,
    automation_state: Path | None = None,
    theme: str | None = None,
) -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    gc.disable()  # all that is loaded now stays: looking through it for what may go costs a tenth of the start
    problem = display_problem()
    if problem:
        print(f"swivel: {problem}", file=sys.stderr)  # noqa: T201
        return NO_DISPLAY
    from PySide6.QtCore import QLocale, Qt, QTimer
    from PySide6.QtGui import QGuiApplication, QIcon
    from PySide6.QtWidgets import QApplication

    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("swivel")
    app.setDesktopFileName("swivel")
    app.setWindowIcon(QIcon(str(ASSETS / "icons" / "swivel.svg")))
    app.setStyle("Fusion")
    QLocale.setDefault(QLocale.c())

    from simulator.runtime.models import not_fetched

    kept: list[object] = []  # a window that nothing holds is gone

    def open_window(_: int = 0) -> None:
        window = _opened(app, scene, automation_state=automation_state, theme=theme)
        go_to(window, at_s=at_s, knobs=knobs or {})
        kept.append(window)
        QTimer.singleShot(COLLECT_AFTER_MS, collect_again)
        app.setQuitOnLastWindowClosed(True)

    if not_fetched():
        from simulator.gui.shell.first_start import FirstStart

        first = FirstStart()
        kept.append(first)
        app.setQuitOnLastWindowClosed(False)
        first.finished.connect(open_window)
        first.show()
    else:
        open_window()
    try:
        return int(app.exec())
    finally:
        collect_again()


def collect_again() -> None:
    """Look for garbage from now on, but not among what the start has loaded."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _opened(app: QApplication, scene: Path | None, *, automation_state: Path | None, theme: str | None) -> MainWindow:
    """The window, with its engine behind it."""
    # The engine loads on the other core while this process loads the window.
    from PySide6.QtCore import QTimer

    from simulator.gui.processes.engine_process import EngineProcess

    link = EngineProcess()
    link.start()

    from simulator.gui.look.theme import BODY_PX, font, load_fonts
    from simulator.gui.session_model import SessionModel
    from simulator.gui.shell.settings import Settings
    from simulator.gui.shell.window_place import put
    from simulator.gui.views.canvas import Look
    from simulator.gui.window import MainWindow

    load_fonts()
    app.setFont(font(BODY_PX))
    settings = Settings()
    session = SessionModel(link=link)
    session.start()
    look = Look(theme or settings.values.theme, unit=settings.values.lengths)
    window = MainWindow(settings=settings, session=session, look=look, samples=SAMPLES)
    if settings.values.follow_system and theme is None:
        _follow_system(window)
    if automation_state is not None:
        from simulator.gui.shell.test_reporter import Reporter

        Reporter(window, automation_state)
    put(window, settings.values)
    window.show()
    window.open(scene if scene is not None else first_scene(settings.values.recent))
    _show_pictures(window)
    if settings.values.calm:
        window.tune.one_move.set_calm(True)
    if settings.values.sound:
        QTimer.singleShot(SOUND_AFTER_MS, window, window.toggle_sound)
    if settings.first_start:
        window.start_tour()
    return window


def _follow_system(window: MainWindow) -> None:
    """Dark or light as the desktop is, also when that changes while the window is open."""
    from PySide6.QtGui import QGuiApplication

    from simulator.gui.shell.preferences import SYSTEM, choose_theme

    def changed() -> None:
        if window.settings.values.follow_system:
            choose_theme(window, SYSTEM)

    changed()
    QGuiApplication.styleHints().colorSchemeChanged.connect(changed)


def go_to(window: MainWindow, *, at_s: float | None, knobs: Mapping[str, Value]) -> None:
    """Stand at a moment with some knobs, as a link to it says; the playhead waits there for the run."""
    session = window.session
    if knobs:
        base = session.document.base
        wanted = session.document.tuning().patched(dict(knobs))
        values = {path: theirs for path, (_, theirs) in base.differences(wanted).items()}
        session.document.take_settings(
            values, name=session.document.state.preset["A"], text="Take the knobs of the link"
        )
        session.release()
    if at_s is not None:
        session.play(False)
        session.head.at = max(0.0, at_s * TICKS_PER_S)


def _show_pictures(window: MainWindow) -> None:
    """With modelled senses nothing is kept of a picture, so one is drawn instead, as soon as the first run is there."""

    def run_is_there() -> None:
        session = window.session
        if session.shown.complete:
            session.run_changed.disconnect(run_is_there)
            if session.mode == "feature":
                window.tune.camera.show_kind("picture")

    window.session.run_changed.connect(run_is_there)


def first_scene(recent: list[str]) -> Path:
    """The scene of last time, else the living kitchen."""
    for text in recent:
        if text.endswith(".yaml") and Path(text).exists():
            return Path(text)
    for name in FIRST_SCENES:
        if (SAMPLES / name).exists():
            return SAMPLES / name
    return SAMPLES / FIRST_SCENES[-1]


def display_problem() -> str:
    """Why no window can open here, in one line; empty when one can.

    Qt ends the whole process when its platform cannot start, so that is tried in another process first, and only when the
    environment gives reason to doubt.
    """
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal", "vnc"):
        return ""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open"
    if _x_answers():
        return ""
    tried = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, check=False)
    if tried.returncode == 0:
        return ""
    said = [line for line in tried.stderr.decode(errors="replace").splitlines() if line.strip()]
    return f"the display does not work, so no window can open: {said[0] if said else 'Qt cannot start'}"


def _x_answers() -> bool:
    """Whether a local X server listens on its socket and Qt's libraries for it are there."""
    display = os.environ.get("DISPLAY", "")
    number = display.removeprefix(":").split(".")[0]
    if not display.startswith(":") or not Path(f"/tmp/.X11-unix/X{number}").exists():
        return False
    import ctypes

    try:
        for name in ("libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-keysyms.so.1", "libxkbcommon-x11.so.0"):
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description="Open Swivel's window.")
    parser.add_argument("scene", nargs="?", type=Path)
    parser.add_argument(
        "--automation-state", type=Path, help="write positions of handles and the state there, for tests"
    )
    parser.add_argument("--theme", choices=("dark", "light"))
    options = parser.parse_args()
    sys.exit(main(options.scene, automation_state=options.automation_state, theme=options.theme))
