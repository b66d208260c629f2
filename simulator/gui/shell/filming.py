"""Makes a film of the run in the window: records it first, films the recording in a process of its own, and can be cancelled."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import QObject

from hardware_bridge.json_messages import LineReader
from simulator.gui.customer.film_reports import FILM_REPORTS, FilmProgress, FilmReport
from simulator.gui.panels.progress_notice import ProgressNotice
from simulator.gui.processes.report_process import COMMAND_LINE, ReportProcess
from simulator.gui.shell.window_protocol import Host
from simulator.onboard.messages import TICK_S
from simulator.world.camera.customer_place import Standpoint


class Filming(QObject):
    """One film under way; it lives as long as its window."""

    def __init__(self, window: Host, path: Path, place: Standpoint) -> None:
        super().__init__(window.stack)
        self._window, self._path, self._place = window, path, place
        self._folder = tempfile.TemporaryDirectory(prefix="swivel-film-")
        self._recording = Path(self._folder.name) / "run.mcap"
        self._process: ReportProcess | None = None
        self._notice = ProgressNotice(window.stack, f"Film {path.name}", self.cancel)
        self.running = True

    def start(self) -> None:
        """Begin; the window stays usable."""
        session = self._window.session
        opened = session.shown.recording
        if opened is not None:
            self._film(opened)
        elif not session.record(self._recording):
            self._notice.say("waits for the run to be computed")

    def takes(self, recorded: Path) -> bool:
        """Whether a recording that was written is the one that this film is of."""
        if recorded != self._recording or not self.running:
            return recorded == self._recording
        self._film(recorded)
        return True

    def cancel(self) -> None:
        """Leave off; what there is of the film is taken away."""
        self._window.session.record_to = None
        if self._process is not None:
            self._process.stop()
        self._end()

    def _film(self, recording: Path) -> None:
        loop, view = self._window.session.document.loop, self._place.view
        words = ["film", str(recording), "--out", str(self._path)]
        words += ["--view", "third" if view == "walk" else view]
        words += ["--who", self._place.who] if self._place.who else []
        if loop is not None:
            words += ["--from", f"{loop[0] * TICK_S:.2f}", "--to", f"{loop[1] * TICK_S:.2f}"]
        self._process = ReportProcess([*COMMAND_LINE, *words], self, reader=LineReader(FILM_REPORTS))
        self._process.reported.connect(self._said)
        self._process.ended.connect(self._ended)

    def _said(self, report: FilmReport) -> None:
        if isinstance(report, FilmProgress):
            self._notice.show_share(report.share)

    def _ended(self, code: int, problem: str) -> None:
        banner = self._window.banner
        self._end()
        if code == 0:
            banner.tell("info", f"Exported {self._path.name}")
        else:
            banner.tell("error", f"The film was not made: {problem or 'the program ended'}")

    def _end(self) -> None:
        self.running = False
        self._notice.hide()
        self._notice.deleteLater()
        self._folder.cleanup()
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
