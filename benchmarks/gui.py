"""How fluid the window is with the engine at full speed beside it: frames, slider to paint, the redrawn future, start, memory.

Needs an X display (the benchmark starts Xvfb and a window manager itself when there is none). Everything is drawn in software.
`--soak SECONDS` instead makes random gestures and looks for exceptions and growth.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.common import finish, parser

ROOT = Path(__file__).resolve().parents[1]
SCENE = ROOT / "scenes" / "living-kitchen.scene.yaml"
SIZE = (1600, 1000)
LONG_S = 600
DISPLAY = ":97"


def main() -> int:
    """Measure."""
    options = parser(__doc__)
    options.add_argument("--soak", type=float, metavar="SECONDS", help="random gestures for so long")
    options.add_argument("--offscreen", action="store_true", help="without a display")
    args = options.parse_args()
    servers = [] if args.offscreen or os.environ.get("DISPLAY") else _display()
    if args.offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        figures = _soak(args.soak) if args.soak else _measure(quick=args.quick)
    finally:
        for server in servers:
            server.terminate()
    finish(figures, args)
    return 0 if not args.soak or figures["soak.exceptions"] == 0 else 1


def _display() -> list[subprocess.Popen[bytes]]:
    os.environ["DISPLAY"] = DISPLAY
    xvfb = subprocess.Popen(
        ["Xvfb", DISPLAY, "-screen", "0", "1920x1200x24"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(1.0)
    started = [xvfb]
    if shutil.which("openbox"):
        started.append(subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        time.sleep(0.5)
    return started


class Bench:
    """The real window, with clocks at its doors."""

    def __init__(self, folder: Path, *, seconds: int | None = None) -> None:
        from PySide6.QtCore import QLocale
        from PySide6.QtWidgets import QApplication

        self.app = QApplication.instance() or QApplication(["swivel"])
        assert isinstance(self.app, QApplication)
        self.app.setStyle("Fusion")
        QLocale.setDefault(QLocale.c())
        from simulator.gui.settings import Settings
        from simulator.gui.studio import Studio
        from simulator.gui.theme import font, load_fonts
        from simulator.gui.views.canvas import Look
        from simulator.gui.window import MainWindow

        load_fonts()
        self.app.setFont(font())
        self.studio = Studio()
        self.studio.start()
        self.window = MainWindow(
            settings=Settings(folder / "home"), studio=self.studio, look=Look(), samples=ROOT / "scenes"
        )
        self.window.resize(*SIZE)
        self.window.show()
        path = folder / "bench.scene.yaml"
        text = SCENE.read_text(encoding="utf-8")
        if seconds is not None:
            text = _longer(text, seconds)
        path.write_text(text, encoding="utf-8")
        self.window.open(path)

    def spin(self, seconds: float) -> None:
        """Let the window live."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.app.processEvents()
            time.sleep(0.0005)

    def until(self, done: Any, *, seconds: float) -> bool:
        """Let the window live until something is so."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.app.processEvents()
            if done():
                return True
            time.sleep(0.0005)
        return False

    def close(self) -> None:
        """End."""
        self.window.close()
        self.app.processEvents()


def _longer(text: str, seconds: int) -> str:
    """The kitchen over many minutes: its half minute over and over."""
    head, rest = text.split("timeline:\n")
    entries, checks = rest.split("expect:\n")
    head = head.replace("duration: 34 s", f"duration: {seconds} s")
    lines = []
    for start in range(0, seconds - 34, 34):
        for line in entries.splitlines():
            at_s = float(line.split("at: ")[1].split(" s")[0])
            words = line.replace(f"at: {line.split('at: ')[1].split(' s')[0]} s", f"at: {at_s + start:.1f} s")
            lines.append(words)
            if "close shutter" in words:
                lines.append(f"  - {{at: {at_s + start + 2:.1f} s, who: device, does: open shutter}}")
    return head + "timeline:\n" + "\n".join(lines) + "\nexpect:\n" + checks


def _measure(*, quick: bool) -> dict[str, float | int | str]:
    import numpy as np

    figures: dict[str, float | int | str] = {"first_frame_s": _first_frame_s(repeats=2 if quick else 4)}
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), seconds=LONG_S)
        studio = bench.studio
        bench.until(lambda: len(studio.take) > 1500, seconds=60)
        studio.play(True)
        bench.spin(1.0)
        intervals, cpu = _frames(bench, seconds=8.0 if quick else 30.0)
        figures["engine_x_while_measured"] = studio.engine_x
        figures["frame.p50_ms"], figures["frame.p99_ms"] = (float(np.percentile(intervals, q)) for q in (50, 99))
        figures["frame.worst_ms"] = float(np.max(intervals))
        figures["frame.cpu_p50_ms"], figures["frame.cpu_p99_ms"] = (float(np.percentile(cpu, q)) for q in (50, 99))
        studio.play(False)
        waits = _slider_to_paint(bench, count=60 if quick else 200)
        figures["slider_to_paint.p50_ms"], figures["slider_to_paint.p99_ms"] = (
            float(np.percentile(waits, q)) for q in (50, 99)
        )
        bench.until(lambda: len(studio.take) >= 6500, seconds=90)
        figures["ghost_60s_ms"] = _ghost_ms(bench)
        bench.until(lambda: studio.engine_state == "done", seconds=20 if quick else 240)
        figures["scrub_10min.p99_ms"] = _scrub_ms(bench, count=60)
        figures["ticks_loaded"] = len(studio.take)
        figures["memory_mb"] = _memory_mb()
        bench.close()
    return figures


def _first_frame_s(*, repeats: int) -> float:
    """From starting Python to the first painted frame of the open scene, warm: the best of some."""
    code = (
        "import sys, time; from pathlib import Path; from PySide6.QtCore import QTimer, QEvent, QObject\n"
        "from PySide6.QtWidgets import QApplication\n"
        "import simulator.gui.app as a\n"
        "class Watch(QObject):\n"
        "    def eventFilter(self, o, e):\n"
        "        if e.type() == QEvent.Type.Paint and type(o).__name__ == 'TimelineView':\n"
        "            QTimer.singleShot(0, self.painted)\n"
        "        return False\n"
        "    def painted(self):\n"
        "        app.removeEventFilter(self)\n"
        "        print(time.clock_gettime(time.CLOCK_MONOTONIC), flush=True)\n"
        "        app.quit()\n"
        "app = QApplication(['x']); w = Watch(); app.installEventFilter(w)\n"
        "sys.exit(a.main(Path(sys.argv[1])))"
    )
    found = []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(repeats + 1):
            started = time.clock_gettime(time.CLOCK_MONOTONIC)
            done = subprocess.run(
                [sys.executable, "-c", code, str(SCENE)], check=True, env={**os.environ, "SWIVEL_HOME": home}, cwd=ROOT,
                stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            found.append(float(done.stdout.split()[0]) - started)
    return min(found[1:])


def _frames(bench: Bench, *, seconds: float) -> tuple[list[float], list[float]]:
    """Milliseconds between painted frames of the room, and processor time of the window in each."""
    from simulator.gui.views.room_view import RoomView

    stamps: list[tuple[float, float]] = []
    draw = RoomView.draw

    def clocked(self: Any, painter: Any) -> None:
        draw(self, painter)
        stamps.append((time.perf_counter(), time.process_time()))

    RoomView.draw = clocked  # type: ignore[method-assign]
    knob = 0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        bench.app.processEvents()
        time.sleep(0.0002)
        if not bench.studio.playing:
            bench.studio.play(True)
        knob += 1
    RoomView.draw = draw  # type: ignore[method-assign]
    walls = [1e3 * (b[0] - a[0]) for a, b in pairwise(stamps)]
    spent = [1e3 * (b[1] - a[1]) for a, b in pairwise(stamps)]
    return walls, [max(0.0, one - _POLL_MS) for one in spent]


# The benchmark's own loop polls; its share of a frame is taken off (measured: 60 polls of 3 microseconds).
_POLL_MS = 0.2


def _slider_to_paint(bench: Bench, *, count: int) -> list[float]:
    """From a turned knob to the room painted with it."""
    from simulator.gui.views.room_view import RoomView

    seen: list[float] = []
    draw = RoomView.draw

    def clocked(self: Any, painter: Any) -> None:
        draw(self, painter)
        seen.append(time.perf_counter())

    waits = []
    RoomView.draw = clocked  # type: ignore[method-assign]
    studio = bench.studio
    for index in range(count):
        seen.clear()
        started = time.perf_counter()
        studio.document.set_knobs({"zones.holding_half_width_deg": 26.0 + (index % 20) * 0.5}, gesture="bench")
        bench.until(lambda: bool(seen), seconds=2.0)
        waits.append(1e3 * (seen[0] - started))
        bench.spin(0.02)
    RoomView.draw = draw  # type: ignore[method-assign]
    studio.document.history.undo()
    return waits


def _ghost_ms(bench: Bench) -> float:
    """The planner's re-run of a minute, as the next move of a drag costs: the median of some."""
    import numpy as np

    studio = bench.studio
    studio.seek(100)
    studio.document.set_knobs({"zones.dead_half_width_deg": 13.0}, gesture="ghost")
    studio.foresee()
    found = []
    for index in range(9):
        studio.document.set_knobs({"zones.dead_half_width_deg": 10.0 + index * 0.5}, gesture="ghost")
        started = time.perf_counter()
        studio.foresee()
        found.append(1e3 * (time.perf_counter() - started))
    assert studio.forecast.predicted is not None
    assert len(studio.forecast.predicted[1]) >= 5900
    studio.document.history.undo()
    studio.forecast.clear()
    return float(np.median(found))


def _scrub_ms(bench: Bench, *, count: int) -> float:
    """A jump anywhere in the run until everything is painted."""
    import numpy as np

    found = []
    ticks = len(bench.studio.take)
    for index in range(count):
        started = time.perf_counter()
        bench.studio.seek((index * 7919) % ticks)
        bench.app.processEvents()
        found.append(1e3 * (time.perf_counter() - started))
    return float(np.percentile(found, 99))


def _memory_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def _soak(seconds: float) -> dict[str, float | int | str]:
    """Random gestures; a seeded walk through everything that a hand can do."""
    import gc
    import logging

    import numpy as np
    from PySide6.QtCore import QEvent, QPoint, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from simulator.gui import guard

    chance = np.random.default_rng(7)
    thrown: list[str] = []
    sys.excepthook = lambda kind, error, _: thrown.append(f"{kind.__name__}: {error}")
    logging.getLogger("swivel.window").addHandler(_Collect(thrown))
    skipped = {
        "scene.open",
        "scene.save",
        "scene.save_as",
        "export.picture",
        "export.pdf",
        "export.film",
        "export.table",
        "scene.senses",
        "view.full_screen",
        "view.sound",
        "time.record",
    }
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        bench.until(lambda: bench.studio.engine_state == "done", seconds=60)
        _see_all(bench)
        names = [command.name for command in bench.window.commands if command.name not in skipped]
        memory: list[float] = []
        handles = _handles()
        gestures = 0
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pick = chance.random()
            page = bench.window.stack.currentWidget()
            assert page is not None
            if pick < 0.35:
                bench.window.commands.run(names[int(chance.integers(len(names)))])
            elif pick < 0.8:
                target = page.childAt(int(chance.integers(page.width())), int(chance.integers(page.height()))) or page
                first, last = (
                    QPoint(int(chance.integers(max(1, target.width()))), int(chance.integers(max(1, target.height()))))
                    for _ in range(2)
                )
                _unselect(page)
                QTest.mousePress(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, first)
                QTest.mouseMove(target, last)
                QTest.mouseRelease(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, last)
            else:
                focus = QApplication.focusWidget() or page
                keys = (
                    Qt.Key.Key_Up,
                    Qt.Key.Key_Down,
                    Qt.Key.Key_Left,
                    Qt.Key.Key_Right,
                    Qt.Key.Key_Tab,
                    Qt.Key.Key_Return,
                    Qt.Key.Key_Escape,
                    Qt.Key.Key_Space,
                )
                QTest.keyClick(focus, keys[int(chance.integers(len(keys)))])
            for dialog in QApplication.topLevelWidgets():
                if dialog is not bench.window and dialog.isVisible():
                    dialog.close()
            bench.spin(0.01)
            gestures += 1
            if gestures % 100 == 0:
                # processEvents leaves deferred deletions to a running loop, which this benchmark does not have
                QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
                gc.collect()
                memory.append(_memory_mb())
        bench.window.bench.close()
        bench.until(lambda: bench.studio.engine_state == "done", seconds=60)
        bench.spin(1.0)
        handles = _handles() - handles
        bench.close()
    half = memory[len(memory) // 2 :] or [0.0]
    early = memory[len(memory) // 4 : len(memory) // 2] or half
    for line in dict.fromkeys([*thrown, *map(repr, guard.caught)]):
        print(line, file=sys.stderr)
    return {
        "soak.gestures": gestures,
        "soak.exceptions": len(thrown) + len(guard.caught),
        "soak.memory_growth_mb": float(np.mean(half) - np.mean(early)),
        "soak.handles_growth": handles,
        "memory_mb": memory[-1] if memory else 0.0,
    }


def _see_all(bench: Bench) -> None:
    """Look at everything once: what is loaded with the first look at it is no growth."""
    for name in ("tune", "scenario", "replay", "compare", "device"):
        bench.window.show_workspace(name)
        bench.spin(1.0)
    motor = bench.window.bench
    motor.connect_to("emulate:dynamixel")
    bench.until(lambda: motor.state != "connecting", seconds=60)
    bench.spin(2.0)
    motor.disconnect_all()
    bench.window.show_workspace("tune")
    bench.until(lambda: bench.studio.engine_state == "done", seconds=60)
    bench.spin(1.0)


def _handles() -> int:
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return len(os.listdir("/proc/self/fd"))


def _unselect(page: Any) -> None:
    """Selected text that is dragged waits in Qt for a real mouse to let go, which this benchmark does not have."""
    from PySide6.QtWidgets import QPlainTextEdit

    for edit in page.findChildren(QPlainTextEdit):
        cursor = edit.textCursor()
        cursor.clearSelection()
        edit.setTextCursor(cursor)


def _Collect(thrown: list[str]) -> Any:
    import logging

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            thrown.append(record.getMessage())

    return Collect()


if __name__ == "__main__":
    sys.exit(main())
