"""The real window for benchmarks, on a display of its own where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCENE = ROOT / "scenes" / "living-kitchen.scene.yaml"
SIZE = (1600, 1000)
DISPLAY = ":97"


class Bench:
    """The real window, with clocks at its doors."""

    def __init__(self, folder: Path, *, seconds: int | None = None) -> None:
        from PySide6.QtCore import QLocale
        from PySide6.QtWidgets import QApplication

        self.app = QApplication.instance() or QApplication(["swivel"])
        assert isinstance(self.app, QApplication)
        self.app.setStyle("Fusion")
        QLocale.setDefault(QLocale.c())
        from simulator.gui.look.theme import font, load_fonts
        from simulator.gui.session_model import SessionModel
        from simulator.gui.shell.settings import Settings
        from simulator.gui.views.canvas import Look
        from simulator.gui.window import MainWindow

        load_fonts()
        self.app.setFont(font())
        self.session = SessionModel()
        self.session.start()
        self.window = MainWindow(
            settings=Settings(folder / "home"), session=self.session, look=Look(), samples=ROOT / "scenes"
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


def display() -> list[subprocess.Popen[bytes]]:
    """Start a display with a window manager; the caller ends what is returned."""
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


def memory_mb(pid: int | str = "self") -> float:
    """What a process holds in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


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
