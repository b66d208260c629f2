"""What a session does with each report of its engine."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

from PySide6.QtCore import SignalInstance

from simulator.runtime.header import Header, Senses
from simulator.runtime.orders.engine_pipe import RecordingOpened, RunDone, RunRecorded, SoundFetched
from simulator.runtime.orders.run_messages import Ticks
from simulator.workbench.document import Document
from simulator.workbench.engine_session import EngineSession
from simulator.workbench.forecast import Forecast
from simulator.workbench.live_script import Script, check_mark
from simulator.workbench.playhead import Playhead
from simulator.workbench.shown_run import ShownRun
from simulator.workbench.what_if import WhatIf, WhatIfs
from simulator.world.spec import TuneAction


class Listening(Protocol):
    """What is told: a session, without knowing its verbs."""

    shown: ShownRun
    what_ifs: WhatIfs
    forecast: Forecast
    head: Playhead
    engine: EngineSession
    script: Script
    document: Document
    record_to: Path | None
    seed: int
    mode: Senses
    notice: SignalInstance
    run_changed: SignalInstance
    moment_changed: SignalInstance
    engine_changed: SignalInstance
    ghost_changed: SignalInstance
    what_ifs_changed: SignalInstance
    heard: SignalInstance
    recorded: SignalInstance
    opened_recording: SignalInstance

    @property
    def tick(self) -> int:
        """The tick under the playhead."""

    def forget_runs(self) -> None:
        """Other work is open."""

    def think_ahead(self) -> None:
        """Load the planner."""


class SessionListener:
    """Hears the engine for one session."""

    def __init__(self, session: Listening) -> None:
        self._session = session

    def tell(self, kind: Literal["info", "warning", "error"], text: str) -> None:
        """Show a person something."""
        session = self._session
        session.notice.emit(kind, text)

    def engine_moved(self) -> None:
        """The engine's state or speed is another one."""
        session = self._session
        session.engine_changed.emit()

    def ticks_computed(self, batch: Ticks) -> None:
        """Take in more ticks, or other ones."""
        session = self._session
        swapped = session.shown.coming is not None
        if not session.shown.feed(batch, at_tick=session.tick):
            session.engine_changed.emit()
            return
        if swapped:
            session.ghost_changed.emit()
        session.run_changed.emit()
        session.engine_changed.emit()
        if batch.first == 0 or not session.head.playing:
            session.moment_changed.emit()

    def run_done(self, report: RunDone) -> None:
        """Show what came of the checks, and load the planner while nobody waits."""
        session = self._session
        session.shown.finish(report.trace_hash, [check_mark(one, report.ticks) for one in report.outcomes])
        session.forecast.clear()
        session.run_changed.emit()
        session.engine_changed.emit()
        session.moment_changed.emit()
        if session.record_to is not None:
            session.engine.record(session.record_to)
            session.record_to = None
        session.think_ahead()

    def recording_opened(self, report: RecordingOpened) -> None:
        """Make the recording's scene and knobs the document."""
        session = self._session
        header = Header.from_json(report.body)
        tunes = [(tick, action) for tick, action in report.commands if isinstance(action, TuneAction)]
        by_hand = [one for one in report.commands if not isinstance(one.action, TuneAction)]
        final = header.tuning.patched({action.path: action.value for _, action in tunes})
        session.seed, session.mode = header.seed, header.mode
        session.shown.clear({})
        session.shown.recording = report.path
        session.forget_runs()
        session.head.at = 0.0
        session.script.begin(header.tuning.changed(), tunes=tunes, by_hand=by_hand)
        session.shown.settings = session.script.start
        session.document.open_run(Path(header.scene_path), header.scene_text, tuning=final, by_hand=by_hand)
        if tunes and tunes[0][0] > 0:  # its knobs were turned on the way, and that has to be seen
            found = session.what_ifs
            found.open = WhatIf("As recorded", tunes[0][0])
            found.main_settings = dict(session.document.state.settings["A"])
            session.what_ifs_changed.emit()
        session.opened_recording.emit(report, header)

    def run_recorded(self, report: RunRecorded) -> None:
        """A recording is written."""
        session = self._session
        session.recorded.emit(str(report.path), report.trace_hash)

    def sound_fetched(self, report: SoundFetched) -> None:
        """What the first microphone heard has come."""
        session = self._session
        session.heard.emit(report.tick, report.body)
