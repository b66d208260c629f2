"""One run under way in the engine, with all that has come of it: it steps, keeps checkpoints and goes back to them."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from simulator.onboard.messages import BLOCK_SAMPLES, TICKS_PER_S, TickTrace
from simulator.onboard.tuning import Tuning
from simulator.runtime.children import has_a_core
from simulator.runtime.compose import build, header_of
from simulator.runtime.dry_sound import DrySound
from simulator.runtime.header import Header
from simulator.runtime.kept import Kept, Past
from simulator.runtime.orders.engine_pipe import OpenScene
from simulator.runtime.orders.run_messages import Command
from simulator.runtime.recorder import Recorder
from simulator.runtime.session import Checkpoint, Session
from simulator.scene.checks import Outcome
from simulator.scene.columns import Columns
from simulator.scene.judge import judge
from simulator.scene.loader import Scene, loads
from simulator.world.spec import Action
from simulator.world.truth import TruthFrame

CHECKPOINT_TICKS = TICKS_PER_S
DENSE_CHECKPOINTS = 60  # the newest are kept each second, older ones each ten
BLOCK_BYTES = 2 * BLOCK_SAMPLES
# Speech at 1 m is far below full scale in the array's samples; people listen at a comfortable level.
LISTENING_GAIN = 4.0


@dataclass(slots=True)
class EngineRun:
    """A session, its commands, and everything up to the tick at which it stands."""

    scene: Scene
    header: Header
    session: Session
    commands: Sequence[Command]
    total: int
    past: Past = field(default_factory=Past)
    checkpoints: dict[int, Checkpoint] = field(default_factory=dict)
    kept: Kept | None = None
    dry: DrySound | None = None
    send_from: int = 0
    busy_s: float = 0.0
    busy_ticks: int = 0

    @property
    def tick(self) -> int:
        """The next tick to run."""
        return self.session.tick

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to run."""
        return self.session.tick >= self.total

    @property
    def speed_x(self) -> float:
        """Simulated seconds a second of real time."""
        return round(self.busy_ticks / TICKS_PER_S / max(self.busy_s, 1e-6), 2)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What came of the scene's checks."""
        return judged(self.scene, self.header, self.past.traces, self.past.truths)

    def keep_checkpoint(self) -> bytes:
        """Take a checkpoint when one is due; gives it as bytes when the window should have it."""
        tick = self.session.tick
        if tick % CHECKPOINT_TICKS or tick in self.checkpoints:
            return b""
        self.checkpoints[tick] = self.session.checkpoint()
        old = tick - DENSE_CHECKPOINTS * CHECKPOINT_TICKS
        if old > 0 and old % (10 * CHECKPOINT_TICKS):
            self.checkpoints.pop(old, None)
        if self.kept is None or not tick:
            return b""
        return self.kept.keep(self.checkpoints[tick], self.commands, self.past)

    def step(self) -> tuple[TickTrace, TruthFrame | None]:
        """Run one tick, with the commands that are due."""
        session, tick = self.session, self.session.tick
        place = bisect.bisect_left(self.commands, tick, key=lambda one: one.tick)
        for command in self.commands[place:]:
            if command.tick != tick:
                break
            session.send(command.action)
        trace = session.step()
        if self.header.mode != "feature" and session.world is not None:
            block = session.world.heard
            samples = np.zeros(BLOCK_SAMPLES) if block is None else np.clip(block.samples[0] * LISTENING_GAIN, -1, 1)
            self.past.heard[tick * BLOCK_BYTES :] = (samples * 32767).astype("<i2").tobytes()
        self.past.traces.append(trace)
        self.past.truths.append(session.truth)
        return trace, session.truth

    def go_back(self, tick: int, commands: Sequence[Command]) -> None:
        """Stand at the last checkpoint before a tick, with other commands from that tick on."""
        tick = min(tick, self.session.tick)
        back_to = max((at for at in self.checkpoints if at <= tick), default=None)
        self.commands = in_order(commands)
        if back_to is None:  # an engine that went on after a death knows no earlier checkpoint
            self.session.close()
            self.session, back_to = build(self.header, eyes_apart=has_a_core()), 0
        elif back_to < self.session.tick:
            self.session.restore(self.checkpoints[back_to])
        for late in [at for at in self.checkpoints if at > back_to]:
            del self.checkpoints[late]
        del self.past.traces[back_to:], self.past.truths[back_to:]
        if self.kept is not None:
            self.kept.forget(from_tick=back_to)
        self.send_from = tick

    def record(self, path: Path) -> None:
        """Write what has run so far into a recording."""
        sent: dict[int, list[Action]] = {}
        for command in self.commands:
            if command.tick < self.session.tick:
                sent.setdefault(command.tick, []).append(command.action)
        with Recorder(path, self.header) as recorder:
            for trace, truth in zip(self.past.traces, self.past.truths, strict=True):
                recorder.write(trace, truth, tuple(sent.get(trace.tick, ())))
            recorder.close(trace_hash=self.session.trace_hash)

    def heard(self, tick: int, count: int) -> bytes:
        """What the first microphone heard over some ticks, else the dry mix of what sounds; empty where nothing is there yet."""
        if self.header.mode == "feature":
            self.dry = self.dry or DrySound(self.header.spec)
            return self.dry.mix(self.past.truths, tick, count, gain=LISTENING_GAIN)
        first, last = tick * BLOCK_BYTES, (tick + count) * BLOCK_BYTES
        return bytes(self.past.heard[first:last]) if last <= len(self.past.heard) else b""


def opened(order: OpenScene) -> EngineRun:
    """A run from its beginning, or from the checkpoint that an engine before this one has left."""
    scene = loads(order.text, path=order.path, root=order.root)
    header = header_of(
        scene, seed=order.seed, mode=order.mode, tuning=Tuning().patched(order.settings), rig=order.rig
    )  # fmt: skip
    run = EngineRun(
        scene=scene,
        header=header,
        session=build(header, eyes_apart=has_a_core()),
        commands=in_order(order.commands),
        total=order.ticks or round(scene.spec.duration_s * TICKS_PER_S),
        send_from=order.send_from,
    )
    if order.keep is not None:
        identity = (order.text, order.seed, order.mode, sorted(order.settings.items()))
        run.kept = Kept(order.keep, run=repr(identity))
        found = run.kept.past(order.body, run.commands, heard=order.mode != "feature") if order.body else None
        if found is not None:
            checkpoint, run.past = found
            run.session.restore(checkpoint)
            run.checkpoints[checkpoint.tick] = checkpoint
    return run


def judged(
    scene: Scene, header: Header, traces: Sequence[TickTrace], truths: Sequence[TruthFrame | None]
) -> tuple[Outcome, ...]:
    """What came of a scene's checks; nothing where the truth is not known throughout."""
    known = [truth for truth in truths if truth is not None]
    if not scene.expect or not traces or len(known) < len(truths):
        return ()
    return judge(scene.expect, Columns(traces, known, spec=header.spec, facts=header.facts, tuning=header.tuning))


def in_order(commands: Sequence[Command]) -> Sequence[Command]:
    """By their ticks; those of one tick stay as they were given."""
    return sorted(commands, key=lambda one: one.tick)
