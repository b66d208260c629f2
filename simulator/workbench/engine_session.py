"""One side of the talk with the engine: the orders, job by job, what its reports say, and how to go on when it dies.

Each new run is a new job; reports on an older one are late and dropped. An engine that dies again and again on one scene is not
started any more.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol, assert_never

from simulator.runtime.header import Senses
from simulator.runtime.orders.engine_pipe import (
    CheckpointKept,
    EditCommands,
    EngineOrder,
    EngineReady,
    EngineReport,
    FetchSound,
    JobReport,
    OpenScene,
    OrderFailed,
    PauseEngine,
    ReadRecording,
    RecordingOpened,
    RecordRun,
    ResumeEngine,
    RunDone,
    RunRecorded,
    SceneOpened,
    SoundFetched,
)
from simulator.runtime.orders.run_messages import Command, Ticks
from simulator.scene.include import scene_root
from simulator.workbench.document import Document
from simulator.workbench.live_script import Script

RESTARTS_ALLOWED = 5


EngineState = Literal["starting", "ready", "running", "done", "failed", "restarting"]


class EngineListener(Protocol):
    """Who hears what the engine reports on the newest job."""

    def engine_moved(self) -> None:
        """Its state or its speed is another one."""

    def ticks_computed(self, batch: Ticks) -> None:
        """There are more ticks, or other ones."""

    def run_done(self, report: RunDone) -> None:
        """The run has come to its end."""

    def recording_opened(self, report: RecordingOpened) -> None:
        """A recording is read; its ticks follow."""

    def run_recorded(self, report: RunRecorded) -> None:
        """A recording is written."""

    def sound_fetched(self, report: SoundFetched) -> None:
        """Sound was asked for."""

    def tell(self, kind: Literal["info", "warning", "error"], text: str) -> None:
        """Something that a person should know."""


class EngineSession:
    """One engine after another, as a session sees them."""

    def __init__(self, send: Callable[[EngineOrder], None], listener: EngineListener) -> None:
        self._send, self._listener = send, listener
        # The engine keeps what happened in this folder, and its checkpoint here.
        self._keep, self._checkpoint = Path(tempfile.mkdtemp(prefix="swivel-run-")), b""
        self.state: EngineState = "starting"
        self.speed_x = 0.0
        self.went_on_from = 0  # the tick at which the engine began: after a death, that of its last checkpoint
        self.notes: list[str] = []  # what is simpler than it could be, a sentence each; told once a session
        self.job, self.deaths = 0, 0
        self.holds_run = False  # whether the engine has a run that can be gone back in
        self._paused = False
        self._before_read: tuple[bool, EngineState] | None = None  # while a recording is being opened
        self._ticks: int | None = None  # of the run, when it is not as long as its scene

    def close(self) -> None:
        """Take away what was kept."""
        shutil.rmtree(self._keep, ignore_errors=True)

    def take(self, report: EngineReport) -> None:
        """Hear a report; one on an older job comes too late."""
        if isinstance(report, EngineReady):
            self.state = "ready" if self.state == "starting" else self.state
            self._listener.engine_moved()
        elif report.job == self.job:
            self._take_current(report)

    def died(self, why: str) -> bool:
        """The engine is gone; says whether another is to be started."""
        self.deaths += 1
        again = self.deaths <= RESTARTS_ALLOWED
        self.state = "restarting" if again else "failed"
        if again:
            self._listener.tell("warning", f"{why}. It runs again; what was computed is kept.")
        else:
            self._listener.tell(
                "error", f"{why}. It died {self.deaths} times on this scene, so it is not started again."
            )  # fmt: skip
        self._listener.engine_moved()
        return again

    def _take_current(self, report: JobReport) -> None:
        listener = self._listener
        match report:
            case Ticks():
                self._note(report)
                listener.ticks_computed(report)
            case CheckpointKept():
                self._checkpoint = report.body
            case SceneOpened():
                self.went_on_from = report.from_tick
            case RunDone():
                self.state, self.deaths = "done", 0
                listener.run_done(report)
            case SoundFetched():
                listener.sound_fetched(report)
            case RunRecorded():
                listener.run_recorded(report)
            case RecordingOpened():
                self._before_read = None
                listener.recording_opened(report)
            case OrderFailed():
                self.state = "failed" if report.run_lost else self.state
                self._stay_with_run()
                listener.tell("error", report.text)
                listener.engine_moved()
            case _:
                assert_never(report)

    def _stay_with_run(self) -> None:
        """The recording cannot be read: what was open goes on."""
        if self._before_read is None:
            return
        self.holds_run, self.state = self._before_read
        self._before_read = None
        if self.state == "running":
            self._send(ResumeEngine(job=self.job))

    def _note(self, batch: Ticks) -> None:
        self.speed_x = batch.speed_x
        for note in batch.notes:
            if note not in self.notes:
                self.notes.append(note)
                self._listener.tell("warning", note[0].upper() + note[1:])

    # --- orders -------------------------------------------------------------------------------------------------------

    def open(
        self,
        document: Document,
        script: Script,
        *,
        seed: int,
        mode: Senses,
        send_from: int = 0,
        go_on: bool = False,
        ticks: int | None = None,
    ) -> None:
        """Run the document's scene from its beginning, or from the last checkpoint of an engine that died.

        `ticks` is how long, where that is not as long as the scene: a session with apps ends when somebody ends it.
        """
        self.job += 1
        self._ticks = self._ticks if go_on else ticks
        self.holds_run, self._paused, self.state = True, False, "running"
        self._send(
            OpenScene(
                job=self.job,
                path=document.path,
                root=scene_root(document.path),
                text=document.text,
                seed=seed,
                mode=mode,
                settings=script.start,
                commands=script.commands(document.state.commands),
                send_from=send_from,
                ticks=self._ticks,
                keep=self._keep,
                body=self._checkpoint if go_on else b"",
            )
        )

    def edit(self, tick: int, commands: Sequence[Command]) -> None:
        """Run again from a tick on, with other commands."""
        self.job += 1
        self._paused, self.state = False, "running"
        self._send(EditCommands(job=self.job, tick=tick, commands=tuple(commands)))

    def read(self, path: Path) -> None:
        """Read a recording."""
        self.job += 1
        self._before_read = (self.holds_run, self.state)
        self.holds_run, self.state = False, "running"
        self._send(ReadRecording(job=self.job, path=path))

    def record(self, path: Path) -> None:
        """Write the run so far into a recording."""
        self._send(RecordRun(job=self.job, path=path))

    def fetch_sound(self, tick: int, count: int) -> None:
        """Send what the first microphone heard."""
        self._send(FetchSound(job=self.job, tick=tick, count=count))

    def pause(self) -> None:
        """Compute nothing until somebody plays or turns a knob."""
        self._paused = True
        self._send(PauseEngine(job=self.job))

    def resume(self) -> None:
        """Go on computing, if it was paused."""
        if self._paused:
            self._paused = False
            self._send(ResumeEngine(job=self.job))
