"""The one model behind all workspaces: the open document, the run that the engine makes of it, the playhead, and the ghost.

Views listen to its signals and call its verbs; it knows no view. The engine computes ahead, the playhead plays what is there.
A knob that is turned takes effect at the playhead: the engine goes back to the checkpoint before it and runs on from there.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, assert_never

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from simulator.gui.processes.engine_process import EngineProcess
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.onboard.tuning import Tuning, Value
from simulator.runtime.header import Header, Senses
from simulator.runtime.orders.engine_pipe import (
    CheckpointKept,
    DrawPicture,
    EditCommands,
    EngineReady,
    EngineReport,
    FetchSound,
    OpenScene,
    OrderFailed,
    PauseEngine,
    PictureDrawn,
    ReadRecording,
    RecordingOpened,
    RecordRun,
    ResumeEngine,
    RunDone,
    RunRecorded,
    SceneOpened,
    SoundFetched,
)
from simulator.runtime.orders.run_messages import Ticks
from simulator.workbench.document import Document, Slot
from simulator.workbench.floor_plan import Sight, Sights
from simulator.workbench.forecast import Forecast
from simulator.workbench.live_script import Script, at_tick, check_mark, in_words
from simulator.workbench.playhead import advance
from simulator.workbench.run_data import RunData, RunMoment
from simulator.workbench.run_spans import CheckMark
from simulator.world.spec import AnyAction, TuneAction, WorldSpec

FRAME_MS = 15
RESTARTS_ALLOWED = 5
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
    picture_arrived = Signal(int, int, int, bytes)  # tick, rows, columns, pixels
    heard = Signal(int, bytes)  # first tick and samples of the first microphone
    recorded = Signal(str, str)  # path, hash
    opened_recording = Signal(object, object)  # the report, and the header of the recording
    notice = Signal(str, str)  # kind (info, warning, error) and text

    def __init__(
        self, *, mode: Senses = "feature", link: EngineProcess | None = None, parent: QObject | None = None
    ) -> None:
        """An engine that was started already may be given."""
        super().__init__(parent)
        self.document = Document()
        self.document.on_change.append(self._changed)
        self.run = RunData()
        self.before: RunData | None = None  # the run as it was before the last change of knobs
        self.forecast = Forecast()
        self.checks: list[CheckMark] = []
        self.notes: list[str] = []  # what is simpler than it could be, a sentence each; told once a session
        self.trace_hash = ""
        self.mode, self.seed = mode, 0
        self.speed, self.playing, self.playhead = 1.0, False, 0.0
        self.engine_x, self.engine_state = 0.0, "starting"
        self.went_on_from = 0  # the tick at which the engine began: after a death, that of its last checkpoint
        self.waiting = False  # the playhead waits for the engine
        self.held_slot: Slot | None = None
        self._link = link or EngineProcess(self)
        self._link.arrived.connect(self._arrived)
        self._link.died.connect(self._engine_died)
        self._job, self._restarts = 0, 0
        # The engine keeps what happened there and its checkpoint here, so that the next one can go on after a death.
        self._keep, self._checkpoint = Path(tempfile.mkdtemp(prefix="swivel-run-")), b""
        self._script = Script()
        self._resting = False  # whether the engine was told to compute nothing
        self._has_run = False  # whether the engine holds a run that can be gone back in
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
        return max(0, min(int(self.playhead), max(0, len(self.run) - 1)))

    @property
    def duration_ticks(self) -> int:
        """How long the run is, or will be."""
        return max(self.document.duration_ticks, len(self.run))

    @property
    def progress(self) -> float:
        """Share of the run that the engine has computed."""
        return len(self.run) / max(1, self.duration_ticks)

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
        shutil.rmtree(self._keep, ignore_errors=True)

    def open_scene(self, path: Path, *, kept: dict[str, Any] | None = None, play: bool = True) -> None:
        """Open a scene file, with the work kept on it; raises SceneError or OSError."""
        self.document.open(path, path.read_text(encoding="utf-8"), kept=kept)
        self.playing = play
        self.playhead = 0.0
        self.before = None
        self.forecast.forget()
        self._script.begin({}, by_hand=self.document.state.commands)
        self.run_whole()
        self.playing_changed.emit()

    def run_whole(self) -> None:
        """Run the scene from its beginning with the knobs as they are."""
        self._script.begin(self.document.tuning().changed())
        self._open_run(send_from=0)

    def set_mode(self, mode: Senses) -> None:
        """Modelled senses (fast) or rendered sound and pictures (full)."""
        if mode != self.mode:
            self.mode = mode
            self.run_whole()

    def _open_run(self, *, send_from: int, go_on: bool = False) -> None:
        scene = self.document.scene
        if scene is None:
            return
        self._job += 1
        self._has_run = True
        if send_from == 0:
            self.run.cut(0)
            self.checks, self.trace_hash = [], ""
            self.playhead = min(self.playhead, 0.0)
        self.engine_state = "running"
        self._link.send(
            OpenScene(
                job=self._job,
                path=self.document.path,
                root=self.document.path.parent,
                text=self.document.state.text,
                seed=self.seed,
                mode=self.mode,
                settings=self._script.start,
                commands=self._script.commands(self.document.state.commands),
                send_from=send_from,
                keep=self._keep,
                body=self._checkpoint if go_on else b"",
            )
        )
        self.run_changed.emit()
        self.engine_changed.emit()
        self.moment_changed.emit()

    def turn(self, changes: Mapping[str, Value], *, gesture: str = "") -> None:
        """Turn knobs; while a gesture goes on only the planner's re-run is drawn, the full run follows on release."""
        self.document.set_knobs(changes, gesture=gesture)
        self.forecast.due = True
        self._late.start()

    def foresee(self) -> None:
        """Draw the future anew by the planner, over what was sensed in this run."""
        if len(self.run) < 2:
            return
        standing = Tuning().patched(self._script.settings_at(self.tick))
        self.forecast.answer(
            self.run, self.spec, self.facts, tick=self.tick, now=standing, wanted=self.document.tuning()
        )
        self.ghost_changed.emit()

    def _think_ahead(self) -> None:
        if len(self.run) > 1:
            self.forecast.prepare(self.run, self.spec, self.facts)

    def release(self) -> None:
        """The mouse let go of a knob: run again from the playhead."""
        self.document.history.end_gesture()
        self.commit_knobs()

    def commit_knobs(self) -> None:
        """Let the knobs take effect at the playhead."""
        self._late.stop()
        tick = self.tick if len(self.run) else 0
        if not self._script.turn(tick, self.document.tuning()):
            self.forecast.clear()
            self.ghost_changed.emit()
            return
        self.before = self.run.copy()
        if tick == 0:
            self.run_whole()
        else:
            self._rerun_from(tick)

    def act(self, action: AnyAction) -> None:
        """Do something to the running room or device at the playhead: a hand, the shutter, a request."""
        tick = self.tick
        commands = [*self.document.state.commands, at_tick(action, tick)]
        words = f"{in_words(action)} at {tick * TICK_S:.1f} s"
        self.document.set_commands(sorted(commands, key=lambda one: one.tick), words=words)

    def _rerun_from(self, tick: int) -> None:
        self._job += 1
        self.run.cut(tick)
        self.checks, self.trace_hash = [], ""
        self.engine_state = "running"
        if not self._has_run:
            self._open_run(send_from=tick)
            return
        commands = self._script.commands(self.document.state.commands)
        self._link.send(EditCommands(job=self._job, tick=tick, commands=commands))
        self.run_changed.emit()
        self.engine_changed.emit()

    def play(self, on: bool) -> None:
        """Play or pause; at the end, play begins anew."""
        if on and self.playhead >= self.duration_ticks - 1:
            self.playhead = float(self._loop()[0])
        self.playing = on
        if on and self._resting:
            self._resting = False
            self._link.send(ResumeEngine(job=self._job))
        self._since_frame.restart()
        self.playing_changed.emit()
        self.moment_changed.emit()

    def seek(self, tick: float) -> None:
        """Move the playhead; it never starts or stops the playing."""
        self.playhead = float(max(0, min(tick, max(0, len(self.run) - 1))))
        self.moment_changed.emit()

    def _loop(self) -> tuple[int, int]:
        loop = self.document.state.loop
        return (loop[0], min(loop[1], self.duration_ticks)) if loop else (0, self.duration_ticks)

    def _frame(self) -> None:
        passed_s = min(0.25, self._since_frame.restart() / 1000)
        if self.forecast.due:
            self.foresee()
        if not self.playing or len(self.run) == 0:
            return
        first, last = self._loop()
        by_ticks = passed_s * self.speed * TICKS_PER_S
        place, reached = advance(self.playhead, by_ticks=by_ticks, computed=len(self.run), last=last)
        if (reached == "waits") != self.waiting:
            self.waiting = reached == "waits"
            self.engine_changed.emit()
        if reached == "end":
            self._wrap(first)
        elif place != self.playhead:
            self.playhead = place
            self.moment_changed.emit()

    def _wrap(self, first: int) -> None:
        """The end was reached: begin anew, with the knobs as they are now for the whole scene."""
        if self._has_run and self.document.state.loop is None and self._script.tunes:
            self.before = self.run.copy()
            self.playhead = 0.0
            self.run_whole()
            return
        self.playhead = float(first)
        self.moment_changed.emit()

    # --- the engine ---------------------------------------------------------------------------------------------------

    def record(self, path: Path) -> None:
        """Write the run so far into a recording; `recorded` follows."""
        self._link.send(RecordRun(job=self._job, path=path))

    def draw_picture(self, tick: int) -> None:
        """Ask for the synthetic picture of a moment; `picture_arrived` follows."""
        self._link.send(DrawPicture(job=self._job, tick=tick))

    def fetch_sound(self, tick: int, count: int) -> None:
        """Ask for what the first microphone heard; `heard` follows where sound is rendered."""
        self._link.send(FetchSound(job=self._job, tick=tick, count=count))

    def rest(self) -> None:
        """Stop playing and computing until somebody plays or turns a knob."""
        self.play(False)
        self._resting = True
        self._link.send(PauseEngine(job=self._job))

    def open_recording(self, path: Path) -> None:
        """Open a recording: its scene and knobs become the document, its ticks the run; it arrives in pieces."""
        self._job += 1
        self.run.cut(0)
        self.checks, self.trace_hash, self.playhead, self.playing = [], "", 0.0, False
        self.before = None
        self.forecast.forget()
        self._has_run, self.engine_state = False, "running"
        self._link.send(ReadRecording(job=self._job, path=path))
        self.playing_changed.emit()

    def _recording(self, report: RecordingOpened) -> None:
        header = Header.from_json(report.body)
        self._has_run = False
        tunes = [(tick, action) for tick, action in report.commands if isinstance(action, TuneAction)]
        by_hand = [one for one in report.commands if not isinstance(one.action, TuneAction)]
        final = header.tuning.patched({action.path: action.value for _, action in tunes})
        self.seed, self.mode = header.seed, header.mode
        self._script.begin(header.tuning.changed(), tunes=tunes, by_hand=by_hand)
        self.document.open_run(Path(header.scene_path), header.scene_text, tuning=final, by_hand=by_hand)
        self.opened_recording.emit(report, header)

    def run_again(self) -> None:
        """Run the open recording again, tick for tick, and keep the recorded run beside it to be compared."""
        self.before = self.run.copy()
        self._open_run(send_from=0)

    def _arrived(self, report: EngineReport) -> None:
        if isinstance(report, EngineReady):
            self.engine_state = "ready" if self.engine_state == "starting" else self.engine_state
            self.engine_changed.emit()
        elif report.job == self._job:
            self._take_report(report)

    def _take_report(self, report: EngineReport) -> None:
        match report:
            case Ticks():
                self._ticks(report)
            case CheckpointKept():
                self._checkpoint = report.body
            case SceneOpened():
                self.went_on_from = report.from_tick
            case RunDone():
                self._done(report)
            case PictureDrawn():
                self.picture_arrived.emit(report.tick, report.rows, report.columns, report.body)
            case SoundFetched():
                self.heard.emit(report.tick, report.body)
            case RunRecorded():
                self.recorded.emit(str(report.path), report.trace_hash)
            case RecordingOpened():
                self._recording(report)
            case OrderFailed():
                self.engine_state = "failed" if report.run_lost else self.engine_state
                self.notice.emit("error", report.text)
                self.engine_changed.emit()
            case EngineReady():
                pass  # told once, before any job
            case _:
                assert_never(report)

    def _done(self, report: RunDone) -> None:
        self.engine_state = "done"
        self.trace_hash = report.trace_hash
        self.checks = [check_mark(one, report.ticks) for one in report.outcomes]
        self.forecast.clear()
        self._restarts = 0
        self.run_changed.emit()
        self.engine_changed.emit()
        QTimer.singleShot(IDLE_MS, self, self._think_ahead)

    def _ticks(self, batch: Ticks) -> None:
        if batch.first > len(self.run):
            return
        self.run.feed(batch)
        self.engine_x = batch.speed_x
        news = [note for note in batch.notes if note not in self.notes]
        self.notes += news
        for note in news:
            self.notice.emit("warning", note[0].upper() + note[1:])
        self.run_changed.emit()
        self.engine_changed.emit()
        if batch.first == 0 or not self.playing:
            self.moment_changed.emit()

    def _engine_died(self, why: str) -> None:
        self._restarts += 1
        if self._restarts > RESTARTS_ALLOWED:
            self.engine_state = "failed"
            self.notice.emit(
                "error", f"{why}. It died {self._restarts} times on this scene, so it is not started again."
            )
            self.engine_changed.emit()
            return
        self.engine_state = "restarting"
        self.notice.emit("warning", f"{why}. It runs again; what was computed is kept.")
        self._link.start()
        if self.document.scene is not None:
            self._open_run(send_from=len(self.run), go_on=True)

    def _changed(self, part: str) -> None:
        if part in ("text", "whole") and self.document.scene is not None:
            self.playhead = min(self.playhead, float(self.document.duration_ticks))
            self.before = None
            self.forecast.forget()
            self._keep_place_and_run()
        elif part == "commands":
            self._rerun_from(self._script.first_news(self.document.state.commands, end=len(self.run)))
        self.document_changed.emit(part)
        if part.startswith("settings") or part == "all":
            self.moment_changed.emit()

    def _keep_place_and_run(self) -> None:
        place = self.playhead
        self.run_whole()
        self.playhead = place if not self.playing else 0.0
