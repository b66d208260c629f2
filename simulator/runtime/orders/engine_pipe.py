"""Between the window and the engine: orders go to the engine's standard input, reports come from its standard output.

Each order has the number of the job it belongs to, and reports on it carry the same number: the window drops those of older jobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hardware_bridge.json_messages import MessageSet
from simulator.onboard.tuning import Value
from simulator.runtime.header import Senses
from simulator.runtime.orders.run_messages import Body, Command, Ticks
from simulator.scene.checks import Outcome

# --- orders -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenScene:
    """Run a scene from its beginning."""

    job: int
    path: Path
    root: Path | None = None  # includes are looked for here
    text: str
    seed: int
    mode: Senses
    settings: dict[str, Value]  # the knobs that are not the usual ones
    commands: tuple[Command, ...] = ()
    send_from: int = 0  # up to this tick the engine only catches up and reports nothing
    ticks: int | None = None  # none: as long as the scene is
    keep: Path | None = None  # a folder for what happened, so that the next engine can go on after a death
    rig: str = "virtual"
    body: Body = b""  # the last checkpoint of an engine that died; empty to begin at the beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class EditCommands:
    """Change what is done from a tick on: back to the checkpoint before it, and on from there."""

    job: int
    tick: int
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseEngine:
    """Compute nothing until the next order."""

    job: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeEngine:
    """Go on computing."""

    job: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRun:
    """Write what has run so far into a recording."""

    job: int
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSound:
    """Send what the first microphone heard over some ticks."""

    job: int
    tick: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecording:
    """Open a recording and report everything that happened in it."""

    job: int
    path: Path


EngineOrder = OpenScene | EditCommands | PauseEngine | ResumeEngine | RecordRun | FetchSound | ReadRecording

# --- reports ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineReady:
    """The engine has started."""

    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneOpened:
    """A run has begun."""

    job: int
    ticks: int  # how long it will be
    from_tick: int  # 0, or the tick of the checkpoint from which it goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointKept:
    """The newest checkpoint, to be handed to the next engine should this one die."""

    job: int
    tick: int
    body: Body = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDone:
    """A run has come to its end."""

    job: int
    ticks: int
    trace_hash: str
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecorded:
    """A recording is written."""

    job: int
    path: Path
    trace_hash: str
    ticks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFetched:
    """What the first microphone heard from a tick on, 16 bits a sample."""

    job: int
    tick: int
    body: Body = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingOpened:
    """A recording is read; its ticks follow."""

    job: int
    path: Path
    ticks: int
    trace_hash: str
    commands: tuple[Command, ...]
    body: Body = b""  # its header, as the recording keeps it


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFailed:
    """An order could not be carried out."""

    job: int
    text: str
    run_lost: bool = False  # there is no run now


JobReport = SceneOpened | Ticks | CheckpointKept | RunDone | RunRecorded | SoundFetched | RecordingOpened | OrderFailed
EngineReport = EngineReady | JobReport

ENGINE_ORDERS: MessageSet[EngineOrder] = MessageSet(EngineOrder)
ENGINE_REPORTS: MessageSet[EngineReport] = MessageSet(EngineReport)
