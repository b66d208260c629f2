"""The one model behind all workspaces: the open document, the run that the engine makes of it, the playhead, and the ghost.

Views listen to its signals and call its verbs; it knows no view. The engine computes ahead, the playhead plays what is there.
A knob that is turned is turned for the whole run: it is sketched at once, computed in the background, and shown when it is there. Only in a
what-if (workbench/what_if.py) it takes effect at a seam: the engine goes back to the checkpoint before it and runs on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from simulator.gui.engine_listener import SessionListener
from simulator.gui.pictures import Pictures
from simulator.gui.processes.engine_process import EngineProcess
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICK_S
from simulator.onboard.tuning import Tuning, Value
from simulator.runtime.header import Senses
from simulator.runtime.orders.engine_pipe import EngineReport
from simulator.scene.include import scene_root
from simulator.scene.loader import loads
from simulator.workbench.document import Document, Slot
from simulator.workbench.engine_session import EngineSession
from simulator.workbench.floor_plan import Sight, Sights
from simulator.workbench.forecast import Forecast, sketch_start
from simulator.workbench.live_script import Script, at_tick, in_words
from simulator.workbench.playhead import Playhead
from simulator.workbench.run_data import RunData, RunMoment
from simulator.workbench.run_label import RunLabel, knob_words
from simulator.workbench.run_spans import CheckMark
from simulator.workbench.shown_run import ShownRun
from simulator.workbench.what_if import WhatIfs
from simulator.world.spec import AnyAction, WorldSpec

FRAME_MS = 15
IDLE_MS = 300
# Turns of a knob while playing are gathered for this long before the engine runs again, unless the mouse is released.
SETTLE_MS = 350


class SessionModel(QObject):
    """The open work."""

    document_changed = Signal(str)  # which part
    run_changed = Signal()  # there are more ticks, or other ones
    moment_changed = Signal()  # the playhead moved
    playing_changed = Signal()
    engine_changed = Signal()  # speed, progress or state of the engine
    ghost_changed = Signal()
    what_ifs_changed = Signal()
    heard = Signal(int, bytes)  # first tick and samples of the first microphone
    recorded = Signal(str, str)  # path, hash
    opened_recording = Signal(object, object)  # the report, and the header of the recording
    notice = Signal(str, str)  # kind (info, warning, error) and text

    def __init__(
        self, *, mode: Senses = "feature", link: EngineProcess | None = None, pictures: Pictures | None = None,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """An engine that was started already may be given, and who makes pictures for another session too."""
        super().__init__(parent)
        self.document = Document()
        self.document.on_change.append(self._changed)
        self.shown = ShownRun()
        self.what_ifs = WhatIfs()
        self.forecast = Forecast()
        self.record_to: Path | None = None  # where the run is recorded as soon as it is complete
        self.mode, self.seed = mode, 0
        self.head = Playhead()
        self.held_slot: Slot | None = None
        self._link = link or EngineProcess(self)
        self._link.arrived.connect(self._arrived)
        self._link.died.connect(self._engine_died)
        self.engine = EngineSession(self._link.send, SessionListener(self))
        self.pictures = pictures or Pictures(self)
        self.script = Script()
        self._sights = Sights()
        self._frames = QTimer(self)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._frame)
        self._since_frame = QElapsedTimer()
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(SETTLE_MS)
        self._late.timeout.connect(self.commit_knobs)

    # --- what there is ------------------------------------------------------------------------------------------------

    @property
    def run(self) -> RunData:
        """The run on the screen."""
        return self.shown.run

    @property
    def before(self) -> RunData | None:
        """The run as it was before the last change of knobs."""
        return self.shown.before

    @property
    def checks(self) -> list[CheckMark]:
        """What came of the checks; empty until the run is complete."""
        return self.shown.checks

    @property
    def trace_hash(self) -> str:
        """The run's hash; empty until it is complete."""
        return self.shown.trace_hash

    @property
    def label(self) -> RunLabel:
        """Which run it is that is on the screen."""
        scene, trying = self.document.scene, self.what_ifs.open
        return RunLabel(
            scene=scene.name if scene else "", knobs=knob_words(self.document), mode=self.mode, seed=self.seed,
            ticks=len(self.run), of_ticks=self.duration_ticks, complete=self.shown.complete, old=self.shown.old,
            what_if=trying.words if trying else "", trace_hash=self.trace_hash,
        )  # fmt: skip

    @property
    def spec(self) -> WorldSpec:
        """The room and what happens in it."""
        return self.document.scene.spec if self.document.scene else WorldSpec()

    @property
    def facts(self) -> DeviceFacts:
        """The device."""
        return self.document.scene.facts if self.document.scene else DeviceFacts()

    @property
    def tuning(self) -> Tuning:
        """The knobs as they are set now."""
        return self.document.tuning(self.held_slot)

    @property
    def tick(self) -> int:
        """The tick under the playhead."""
        return self.head.tick(len(self.run))

    @property
    def duration_ticks(self) -> int:
        """How long the run is, or will be."""
        return max(self.document.duration_ticks, len(self.run))

    @property
    def progress(self) -> float:
        """Share of the run that the engine has computed."""
        return self.shown.computed / max(1, self.duration_ticks)

    @property
    def moment(self) -> RunMoment | None:
        """Everything that stood under the playhead; None before the first tick."""
        return self.run.moment(self.tick) if len(self.run) else None

    @property
    def sight(self) -> Sight:
        """How far one sees from the device, with the things where they are now."""
        moment = self.moment
        things = moment.truth.things if moment and moment.truth else ()
        return self._sights.of(self.spec, things)

    @property
    def engine_pid(self) -> int:
        """The engine's process."""
        return self._link.pid

    def start(self) -> None:
        """Start engine and clock."""
        if not self._link.pid:
            self._link.start()
        self._since_frame.start()
        self._frames.start()

    def close(self) -> None:
        """Stop everything."""
        self._frames.stop()
        self._late.stop()
        self._link.stop()
        if self.pictures.parent() is self:
            self.pictures.close()
        self.engine.close()

    def open_scene(self, path: Path, *, kept: Mapping[str, JsonValue] | None = None, play: bool = True) -> None:
        """Open a scene file, with the work kept on it; raises SceneError or OSError."""
        self.document.open(path, path.read_text(encoding="utf-8"), kept=kept)
        self.head.playing = play
        self.head.at = 0.0
        self.forget_runs()
        self.script.begin({}, by_hand=self.document.state.commands)
        self.run_whole()
        self.playing_changed.emit()

    def open_text(self, path: Path, text: str) -> None:
        """Open a scene whose text differs from its file: the file had mistakes; raises SceneError when it still has."""
        loads(text, path=path, root=scene_root(path))
        self.head.playing, self.head.at = False, 0.0
        self.document.open(path, text)
        self.document.saved_text = path.read_text(encoding="utf-8")
        self.forget_runs()
        self.script.begin({}, by_hand=())
        self.run_whole()
        self.document_changed.emit("saved")

    def run_whole(self) -> None:
        """Run the scene from its beginning with the knobs as they are; what is on the screen goes."""
        self.script.begin(self.document.tuning().changed())
        self.shown.clear(self.script.start)
        self.head.at = min(self.head.at, 0.0)
        self._open_run()

    def run_behind(self) -> None:
        """Run the scene from its beginning with the knobs as they are, while the run before it stays on the screen."""
        self.script.begin(self.document.tuning().changed())
        self.shown.replace(self.script.start)
        self._open_run()

    def forget_runs(self) -> None:
        """Other work is open: what is kept beside the run is not of it."""
        self.shown.before = None
        self.forecast.forget()
        self.what_ifs.forget()
        self.what_ifs_changed.emit()
        self.record_to = None

    def set_mode(self, mode: Senses) -> None:
        """Modelled senses (fast) or rendered sound and pictures (full)."""
        if mode != self.mode:
            self.mode = mode
            self.run_whole()

    def _open_run(self, *, send_from: int = 0, go_on: bool = False, ticks: int | None = None) -> None:
        if self.document.scene is None:
            return
        self.engine.open(
            self.document, self.script, seed=self.seed, mode=self.mode, send_from=send_from, go_on=go_on, ticks=ticks
        )  # fmt: skip
        self.run_changed.emit()
        self.engine_changed.emit()
        self.moment_changed.emit()

    def turn(self, changes: Mapping[str, Value], *, gesture: str = "") -> None:
        """Turn knobs; while a gesture goes on only the planner's re-run is drawn, the full run follows on release."""
        self.document.set_knobs(changes, gesture=gesture)
        self.forecast.due = True
        self._late.start()

    def foresee(self) -> None:
        """Sketch the run with the knobs as they are set, by the planner over what was sensed in the run on the screen."""
        if len(self.run) < 2:
            return
        trying = self.what_ifs.open
        first = trying.seam_tick if trying else sketch_start(self.tick, len(self.run))
        standing = Tuning().patched(self.shown.settings)
        self.forecast.answer(self.run, self.spec, self.facts, tick=first, now=standing, wanted=self.document.tuning())
        self.ghost_changed.emit()

    def think_ahead(self) -> None:
        """Load the planner while nobody waits, so that the first sketch does not wait for it."""
        QTimer.singleShot(IDLE_MS, self, self._load_planner)

    def _load_planner(self) -> None:
        if len(self.run) > 1:
            self.forecast.prepared(self.run, self.spec, self.facts)

    def release(self) -> None:
        """The mouse let go of a knob: run again."""
        self.document.history.end_gesture()
        self.commit_knobs()

    def commit_knobs(self) -> None:
        """Let the knobs take effect: on the whole run, or in a what-if from its seam on."""
        self._late.stop()
        trying, wanted = self.what_ifs.open, self.document.tuning()
        if trying is not None:
            if self.script.turn(trying.seam_tick, wanted):
                self.shown.before = self.what_ifs.main
                self._rerun_from(trying.seam_tick)
        elif self.script.tunes or self.script.start != wanted.changed():
            self.run_behind()
        else:
            self.forecast.clear()
            self.ghost_changed.emit()

    def act(self, action: AnyAction) -> None:
        """Do something to the running room or device at the playhead: a hand, the shutter, a request."""
        tick = self.tick
        commands = [*self.document.state.commands, at_tick(action, tick)]
        words = f"{in_words(action)} at {tick * TICK_S:.1f} s"
        self.document.set_commands(sorted(commands, key=lambda one: one.tick), words=words)

    def _rerun_from(self, tick: int) -> None:
        if self.shown.coming is not None:  # nothing of it is on the screen yet
            self.shown.replace(self.script.start)
            self._open_run()
            return
        self.shown.cut(tick)
        if not self.engine.holds_run:
            self._open_run(send_from=tick)
            return
        self.engine.edit(tick, self.script.commands(self.document.state.commands))
        self.run_changed.emit()
        self.engine_changed.emit()

    def play(self, on: bool) -> None:
        """Play or pause; at the end, play begins again."""
        if on and self.head.at >= self.duration_ticks - 1:
            self.head.at = float(self._loop()[0])
        self.head.playing = on
        if on:
            self.engine.resume()
        self._since_frame.restart()
        self.playing_changed.emit()
        self.moment_changed.emit()

    def seek(self, tick: float) -> None:
        """Move the playhead; it never starts or stops the playing."""
        self.head.seek(tick, computed=len(self.run))
        self.moment_changed.emit()

    def _loop(self) -> tuple[int, int]:
        loop = self.document.loop
        return (loop[0], min(loop[1], self.duration_ticks)) if loop else (0, self.duration_ticks)

    def _frame(self) -> None:
        passed_s = min(0.25, self._since_frame.restart() / 1000)
        if self.forecast.due:
            self.foresee()
        if not self.head.playing or len(self.run) == 0:
            return
        first, last = self._loop()
        waited, before = self.head.waits, self.head.at
        reached = self.head.move_on(passed_s, computed=len(self.run), last=last)
        if self.head.waits != waited:
            self.engine_changed.emit()
        if reached == "end":
            self.head.at = float(first)
            self.moment_changed.emit()
        elif self.head.at != before:
            self.moment_changed.emit()

    # --- the engine ---------------------------------------------------------------------------------------------------

    def record(self, path: Path) -> bool:
        """Write the run into a recording: at once when it is complete, else as soon as it is; says whether at once."""
        if self.shown.complete:
            self.engine.record(path)
        else:
            self.record_to = path
            self.engine.resume()
        return self.shown.complete

    def rest(self) -> None:
        """Stop playing and computing until somebody plays or turns a knob."""
        self.play(False)
        self.engine.pause()

    def open_recording(self, path: Path) -> None:
        """Open a recording: its scene and knobs become the document, its ticks the run; it arrives in pieces."""
        self.head.playing = False
        self.engine.read(path)
        self.playing_changed.emit()

    def run_again(self) -> None:
        """Run the open recording again, tick for tick, and keep the recorded run beside it to be compared."""
        self.shown.before = self.run.copy()
        ticks = len(self.run)
        self.shown.cut(0)
        self._open_run(ticks=ticks)

    # --- what the engine reports --------------------------------------------------------------------------------------

    def _arrived(self, report: EngineReport) -> None:
        self.engine.take(report)

    def _engine_died(self, why: str) -> None:
        if self.engine.died(why):
            self._link.start()
            self._open_run(send_from=self.shown.computed, go_on=True)

    # --- the document -------------------------------------------------------------------------------------------------

    def _changed(self, part: str) -> None:
        if part in ("text", "whole") and self.document.scene is not None:
            self.head.at = min(self.head.at, float(self.document.duration_ticks))
            self.forget_runs()
            self._keep_place_and_run()
        elif part == "commands":
            self._rerun_from(self.script.first_news(self.document.state.commands, end=len(self.run)))
        self.document_changed.emit(part)
        if part.startswith("settings") or part == "all":
            self.moment_changed.emit()

    def _keep_place_and_run(self) -> None:
        place = self.head.at
        self.run_whole()
        self.head.at = place if not self.head.playing else 0.0
