"""Serving this room to apps: the API server as a process, and what it tells of who is connected."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QDateTime, QObject, Signal

from simulator.gui.customer import LIVE_PROGRAM
from simulator.gui.processes.engine_process import PipeProcess
from simulator.gui.session_model import SessionModel
from simulator.server.pipe import OpenRoom
from simulator.server.window_pipe import (
    SERVING_ORDERS,
    SERVING_REPORTS,
    ServeRoom,
    Serving,
    ServingFailed,
    ServingReport,
    ServingStatus,
)

ServingState = Literal["off", "starting", "serving"]


class ServingSession(QObject):
    """One server at a time, for the room as it is in the window when it begins."""

    changed = Signal()
    notice = Signal(str, str)  # kind (info, warning, error) and text
    ended = Signal(object)  # the path of the recording

    def __init__(self, session: SessionModel, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._folder = session, folder
        self._process: PipeProcess[ServeRoom, ServingReport] | None = None
        self.state: ServingState = "off"
        self.served: Serving | None = None
        self.status: ServingStatus | None = None
        self.recording: Path | None = None

    def start(self) -> None:
        """Serve the room that is open, with its knobs, senses and seed."""
        document = self._session.document
        if self.state != "off" or document.scene is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        stem = f"{document.path.name.partition('.')[0]}-{QDateTime.currentDateTime().toString('yyyy-MM-dd-HHmmss')}"
        self.recording = self._folder / f"{stem}.mcap"
        room = OpenRoom(
            path=document.path, text=document.text, root=document.path.parent, settings=document.tuning().changed(),
            seed=self._session.seed, mode=self._session.mode, rig="virtual", record_to=self.recording,
        )  # fmt: skip
        self._process = PipeProcess(
            lambda: (SERVING_ORDERS, SERVING_REPORTS),
            name="The API server",
            arguments=("-m", "simulator.server.behind_window"),
            parent=self,
        )
        self._process.arrived.connect(self._arrived)
        self._process.died.connect(self._died)
        self._process.start()
        self._process.send(ServeRoom(room=room, view_program=LIVE_PROGRAM))
        self._become("starting")

    def stop(self) -> None:
        """Hang up: clients are told, and what they did is in the recording."""
        process, self._process = self._process, None
        if process is None:
            return
        process.stop(within_ms=ENDING_MS)
        process.deleteLater()
        self._close()

    def _arrived(self, report: ServingReport) -> None:
        match report:
            case Serving():
                self.served = report
                self._become("serving")
            case ServingStatus():
                self.status = report
                self.changed.emit()
            case ServingFailed(text=text):
                self.notice.emit("error", f"The room cannot be served: {text}")

    def _died(self, why: str) -> None:
        self._process = None
        if self.state != "off":
            self.notice.emit("warning", f"{why}.")
            self._close()

    def _close(self) -> None:
        served, recording = self.state == "serving", self.recording
        self.served = self.status = self.recording = None
        self._become("off")
        if served and recording is not None and recording.exists():
            self.ended.emit(recording)

    def _become(self, state: ServingState) -> None:
        self.state = state
        self.changed.emit()


ENDING_MS = 8_000  # the recording is finished and clients are told
