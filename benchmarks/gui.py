"""How fluid the window is with the engine at full speed beside it: frames, slider to paint, the redrawn future, start, memory.

Needs an X display (the benchmark starts Xvfb and a window manager itself when there is none). Everything is drawn in software.
`--soak SECONDS` instead makes random gestures and looks for exceptions and growth.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.common import finish, parser
from benchmarks.gui_pictures import pictures
from benchmarks.gui_soak import soak
from benchmarks.gui_window import ROOT, SCENE, Bench, display, memory_mb

LONG_S = 600


def main() -> int:
    """Measure."""
    options = parser(__doc__)
    options.add_argument("--soak", type=float, metavar="SECONDS", help="random gestures for so long")
    options.add_argument("--offscreen", action="store_true", help="without a display")
    args = options.parse_args()
    servers = [] if args.offscreen or os.environ.get("DISPLAY") else display()
    if args.offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        figures = soak(args.soak) if args.soak else _measure(quick=args.quick)
    finally:
        for server in servers:
            server.terminate()
    finish(figures, args)
    return 0 if not args.soak or figures["soak.exceptions"] == 0 else 1


def _measure(*, quick: bool) -> dict[str, float | int | str]:
    import numpy as np

    figures: dict[str, float | int | str] = {"first_frame_s": _first_frame_s(repeats=2 if quick else 4)}
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), seconds=LONG_S)
        session = bench.session
        bench.until(lambda: len(session.run) > 1500, seconds=60)
        session.play(True)
        bench.spin(1.0)
        intervals, cpu = _frames(bench, seconds=8.0 if quick else 30.0)
        figures["engine_x_while_measured"] = session.engine.speed_x
        figures["frame.p50_ms"], figures["frame.p99_ms"] = (float(np.percentile(intervals, q)) for q in (50, 99))
        figures["frame.worst_ms"] = float(np.max(intervals))
        figures["frame.cpu_p50_ms"], figures["frame.cpu_p99_ms"] = (float(np.percentile(cpu, q)) for q in (50, 99))
        session.play(False)
        waits = _slider_to_paint(bench, count=60 if quick else 200)
        figures["slider_to_paint.p50_ms"], figures["slider_to_paint.p99_ms"] = (
            float(np.percentile(waits, q)) for q in (50, 99)
        )
        figures |= pictures(bench, quick=quick)  # while the engine computes
        bench.until(lambda: len(session.run) >= 6500, seconds=90)
        figures["ghost_60s_ms"] = _ghost_ms(bench)
        bench.until(lambda: session.engine.state == "done", seconds=20 if quick else 240)
        if session.shown.complete:  # a quick measurement does not wait for all of the run
            figures |= _strips(bench)
        figures["scrub_10min.p99_ms"] = _scrub_ms(bench, count=60)
        figures["ticks_loaded"] = len(session.run)
        figures["memory_mb"] = memory_mb()
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
        if not bench.session.head.playing:
            bench.session.play(True)
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
    session = bench.session
    for index in range(count):
        seen.clear()
        started = time.perf_counter()
        session.document.set_knobs({"zones.holding_half_width_deg": 26.0 + (index % 20) * 0.5}, gesture="bench")
        bench.until(lambda: bool(seen), seconds=2.0)
        waits.append(1e3 * (seen[0] - started))
        bench.spin(0.02)
    RoomView.draw = draw  # type: ignore[method-assign]
    session.document.history.undo()
    return waits


def _ghost_ms(bench: Bench) -> float:
    """The planner's re-run of a minute, as the next move of a drag costs: the median of some."""
    import numpy as np

    session = bench.session
    session.seek(100)
    session.document.set_knobs({"zones.dead_half_width_deg": 13.0}, gesture="ghost")
    session.foresee()
    found = []
    for index in range(9):
        session.document.set_knobs({"zones.dead_half_width_deg": 10.0 + index * 0.5}, gesture="ghost")
        started = time.perf_counter()
        session.foresee()
        found.append(1e3 * (time.perf_counter() - started))
    assert session.forecast.predicted is not None
    assert len(session.forecast.predicted[1]) >= 5900
    session.document.history.undo()
    session.forecast.clear()
    return float(np.median(found))


def _strips(bench: Bench) -> dict[str, float]:
    """The sketches of the ranges of three knobs over the first minute: how long all take, and how long the window waits for each piece."""
    import numpy as np

    sketches = bench.window.tune.panel.sketches
    sketches.cancel()
    pieces: list[float] = []
    work = sketches.work

    def clocked() -> None:
        started = time.perf_counter()
        work()
        pieces.append(1e3 * (time.perf_counter() - started))

    sketches.timer.timeout.disconnect()
    sketches.timer.timeout.connect(clocked)
    sketches.ask(["zones.hysteresis_deg", "motion.max_rate_dps", "attention.engaged_threshold"], first=True)
    started = time.perf_counter()
    bench.until(lambda: not sketches.busy, seconds=60)
    whole_s = time.perf_counter() - started
    return {"strip.three_knobs_s": whole_s, "strip.piece_p99_ms": float(np.percentile(pieces, 99))}


def _scrub_ms(bench: Bench, *, count: int) -> float:
    """A jump anywhere in the run until everything is painted."""
    import numpy as np

    found = []
    ticks = len(bench.session.run)
    for index in range(count):
        started = time.perf_counter()
        bench.session.seek((index * 7919) % ticks)
        bench.app.processEvents()
        found.append(1e3 * (time.perf_counter() - started))
    return float(np.percentile(found, 99))


if __name__ == "__main__":
    sys.exit(main())
