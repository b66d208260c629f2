"""The engine behind the window: a process of its own that runs the one loop as fast as it can and tells what happened.

Commands come in on standard input, digests of what happened go out on standard output (pipe.py says how). The window plays
what the engine has computed; to change the past the engine goes back to a checkpoint and runs again from there. A run told by
(scene, seed, mode, knobs, commands at ticks) is the same run headless: same trace hash.
"""

from __future__ import annotations

import simulator.runtime.last_words
import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import bisect
import contextlib
import os
import select
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from simulator.onboard.messages import BLOCK_SAMPLES, TICKS_PER_S, TickTrace
from simulator.onboard.tuning import Tuning
from simulator.runtime.compose import build, header_of
from simulator.runtime.digest import Change, Digester, Happening, rows_array
from simulator.runtime.header import Header
from simulator.runtime.kept import Kept, Past
from simulator.runtime.models import ModelProblem
from simulator.runtime.pacer import wall_s
from simulator.runtime.pipe import Unpacker, pack, write_all
from simulator.runtime.recorder import Recorder, RecordingError
from simulator.runtime.recording import read
from simulator.runtime.session import Checkpoint, Session
from simulator.scene.columns import Columns
from simulator.scene.judge import judge
from simulator.scene.loader import Scene, loads
from simulator.world.spec import Action, AnyAction
from simulator.world.truth import TruthFrame

NICENESS = 10  # the window comes first: measured 60 frames a second beside a busy engine, 5 without
SLICE_S = 0.02  # how long it runs before it looks for commands
CHECKPOINT_TICKS = TICKS_PER_S
DENSE_CHECKPOINTS = 60  # the newest are kept each second, older ones each ten
BLOCK_BYTES = 2 * BLOCK_SAMPLES
# Speech at 1 m is far below full scale in the array's samples; people listen at a comfortable level.
LISTENING_GAIN = 4.0
VIEW_TICKS = 10  # how often the state of the room is kept for pictures
_ACTION: TypeAdapter[AnyAction] = TypeAdapter(AnyAction)


@dataclass(slots=True)
class Run:
    """One run under way, with all that has come of it."""

    scene: Scene
    header: Header
    session: Session
    commands: list[tuple[int, Action]]
    total: int
    past: Past = field(default_factory=Past)
    checkpoints: dict[int, Checkpoint] = field(default_factory=dict)
    views: dict[int, Any] = field(default_factory=dict)
    kept: Kept | None = None
    send_from: int = 0
    busy_s: float = 0.0
    busy_ticks: int = 0


class Engine:
    """Obeys the window."""

    def __init__(self, *, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._run: Run | None = None
        self._running = False
        self._job = 0
        self._digester = Digester()
        self._painter: tuple[Header, Any] | None = None

    @property
    def busy(self) -> bool:
        """Whether there are ticks left to run."""
        return self._running and self._run is not None and self._run.session.tick < self._run.total

    def obey(self, order: dict[str, Any]) -> None:
        """Carry out one order; what a person can mend is told, not raised."""
        self._job = order.get("job", self._job)
        try:
            getattr(self, "_do_" + order["do"])(order)
        except (ValueError, OSError, RuntimeError, KeyError, RecordingError, ModelProblem) as error:
            self._tell({"kind": "failed", "job": self._job, "doing": order["do"], "text": str(error)})
            if order["do"] in ("open", "edit"):
                self._running = False

    def advance(self) -> None:
        """Run for a slice of time and tell what happened in it."""
        run = self._run
        assert run is not None
        started_s = wall_s()
        rows: list[tuple[float | int, ...]] = []
        changes: list[Change] = []
        happenings: list[Happening] = []
        first = -1
        while run.session.tick < run.total and wall_s() - started_s < SLICE_S:
            tick = run.session.tick
            trace, truth = self._tick(run)
            run.busy_ticks += 1
            if tick < run.send_from:
                continue
            first = tick if first < 0 else first
            rows.append(self._digester.row(trace, truth))
            changes += self._digester.changes(trace, truth)
            happenings += self._digester.happenings(trace, truth)
        run.busy_s += wall_s() - started_s
        if rows:
            header = {
                "kind": "ticks",
                "job": self._job,
                "first": first,
                "count": len(rows),
                "x": round(run.busy_ticks / TICKS_PER_S / max(run.busy_s, 1e-6), 2),
                "changes": [(change.tick, change.channel, len(change.data)) for change in changes],
                "happenings": [(one.tick, one.kind, one.text) for one in happenings],
                "notes": run.session.notes,
            }
            self._tell(header, rows_array(rows).tobytes() + b"".join(change.data for change in changes))
        if run.session.tick >= run.total:
            self._finish(run)

    # --- orders -------------------------------------------------------------------------------------------------------

    def _do_open(self, order: dict[str, Any]) -> None:
        """Begin a scene anew; up to `send_from` it only catches up and tells nothing."""
        if self._run is not None:
            self._run.session.close()
            self._run = None
        path = Path(order["path"])
        scene = loads(order["text"], path=path, root=Path(order["root"]) if order.get("root") else None)
        header = header_of(
            scene,
            seed=order["seed"],
            mode=order["mode"],
            tuning=Tuning().patched(order["tuning"]),
            rig=order.get("rig", "virtual"),
        )
        self._run = Run(
            scene=scene,
            header=header,
            session=build(header),
            commands=_commands(order["commands"]),
            total=order.get("ticks") or round(scene.spec.duration_s * TICKS_PER_S),
            send_from=order.get("send_from", 0),
        )
        self._keep_or_go_on(self._run, order)
        self._digester.forget()
        self._running = True
        self._tell({"kind": "opened", "job": self._job, "ticks": self._run.total, "from": self._run.session.tick})

    def _do_edit(self, order: dict[str, Any]) -> None:
        """Change the commands from a tick on: back to the checkpoint before it, and on from there."""
        run = self._need_run()
        tick = min(order["tick"], run.session.tick)
        back_to = max((at for at in run.checkpoints if at <= tick), default=None)
        run.commands = _commands(order["commands"])
        if back_to is None:  # an engine that went on after a death knows no earlier checkpoint
            run.session.close()
            run.session, back_to = build(run.header), 0
        elif back_to < run.session.tick:
            run.session.restore(run.checkpoints[back_to])
        for late in [at for at in run.checkpoints if at > back_to]:
            del run.checkpoints[late]
        for late in [at for at in run.views if at >= back_to]:
            del run.views[late]
        del run.past.traces[back_to:], run.past.truths[back_to:]
        if run.kept is not None:
            run.kept.forget(from_tick=back_to)
        run.send_from = tick
        self._digester.forget()
        self._running = True

    def _do_rest(self, _: dict[str, Any]) -> None:
        self._running = False

    def _do_run(self, _: dict[str, Any]) -> None:
        self._running = True

    def _do_record(self, order: dict[str, Any]) -> None:
        """Write what has run so far into a recording, and say its hash: the same as a headless run's."""
        run = self._need_run()
        ticks = run.session.tick
        sent: dict[int, list[Action]] = {}
        for tick, action in run.commands:
            if tick < ticks:
                sent.setdefault(tick, []).append(action)
        with Recorder(Path(order["path"]), run.header) as recorder:
            for trace, truth in zip(run.past.traces, run.past.truths, strict=True):
                recorder.write(trace, truth, tuple(sent.get(trace.tick, ())))
            recorder.close(trace_hash=run.session.trace_hash)
        self._tell(
            {
                "kind": "recorded",
                "job": self._job,
                "path": order["path"],
                "hash": run.session.trace_hash,
                "ticks": ticks,
            }
        )

    def _do_picture(self, order: dict[str, Any]) -> None:
        """Draw the synthetic picture of a moment. It is shown and forgotten, never written anywhere."""
        run = self._need_run()
        views = sorted(run.views)
        place = bisect.bisect_right(views, order["tick"]) - 1
        if place < 0:
            return
        pixels, _ = self._camera(run.header).picture(run.views[views[place]])
        size = {"rows": pixels.shape[0], "columns": pixels.shape[1]}
        self._tell({"kind": "picture", "job": self._job, "tick": views[place], **size}, pixels.tobytes())

    def _do_sound(self, order: dict[str, Any]) -> None:
        """Give what the first microphone heard over some ticks; nothing where sound is not rendered."""
        run = self._need_run()
        first, last = order["tick"] * BLOCK_BYTES, (order["tick"] + order["count"]) * BLOCK_BYTES
        if last <= len(run.past.heard):
            self._tell({"kind": "heard", "job": self._job, "tick": order["tick"]}, bytes(run.past.heard[first:last]))

    def _do_read(self, order: dict[str, Any]) -> None:
        """Open a recording: tell its header and everything that happened in it."""
        recording = read(Path(order["path"]))
        header = recording.header
        digester = Digester()
        self._tell(
            {
                "kind": "recording",
                "job": self._job,
                "path": order["path"],
                "ticks": len(recording.traces),
                "hash": recording.trace_hash,
                "commands": [[tick, action.model_dump(mode="json")] for tick, action in recording.commands],
            },
            header.as_json(),
        )
        for first in range(0, len(recording.traces), 500):
            part = list(zip(recording.traces[first : first + 500], recording.truths[first : first + 500], strict=True))
            changes = [change for trace, truth in part for change in digester.changes(trace, truth)]
            body = rows_array([digester.row(trace, truth) for trace, truth in part]).tobytes()
            self._tell(
                {
                    "kind": "ticks",
                    "job": self._job,
                    "first": first,
                    "count": len(part),
                    "x": 0.0,
                    "changes": [(change.tick, change.channel, len(change.data)) for change in changes],
                    "happenings": [
                        (one.tick, one.kind, one.text)
                        for trace, truth in part
                        for one in digester.happenings(trace, truth)
                    ],
                },
                body + b"".join(change.data for change in changes),
            )
        scene = loads(header.scene_text, path=Path(header.scene_path), files=None)
        outcomes = self._judged(scene, header, recording.traces, recording.truths)
        self._tell(
            {
                "kind": "done",
                "job": self._job,
                "ticks": len(recording.traces),
                "hash": recording.trace_hash,
                "outcomes": outcomes,
            }
        )

    def _keep_or_go_on(self, run: Run, order: dict[str, Any]) -> None:
        """Keep the run on disk where the window wants it; after a death, go on from what was kept."""
        if "keep" not in order:
            return
        parts = (order["text"], order["seed"], order["mode"], sorted(order["tuning"].items()))
        run.kept = Kept(Path(order["keep"]), run=repr(parts))
        if "checkpoint" not in order:
            return
        found = run.kept.past(order["checkpoint"], run.commands, heard=order["mode"] != "feature")
        if found is not None:
            checkpoint, run.past = found
            run.session.restore(checkpoint)
            run.checkpoints[checkpoint.tick] = checkpoint

    # --- inside -------------------------------------------------------------------------------------------------------

    def _need_run(self) -> Run:
        if self._run is None:
            raise RuntimeError("no scene is open")
        return self._run

    def _tick(self, run: Run) -> tuple[TickTrace, TruthFrame | None]:
        session, tick = run.session, run.session.tick
        if tick % CHECKPOINT_TICKS == 0 and tick not in run.checkpoints:
            run.checkpoints[tick] = session.checkpoint()
            if run.kept is not None and tick:
                data = run.kept.keep(run.checkpoints[tick], run.commands, run.past)
                if data:
                    self._tell({"kind": "checkpoint", "job": self._job, "tick": tick}, data)
            old = tick - DENSE_CHECKPOINTS * CHECKPOINT_TICKS
            if old > 0 and old % (10 * CHECKPOINT_TICKS):
                run.checkpoints.pop(old, None)
        if tick % VIEW_TICKS == 0 and session.world is not None:
            run.views[tick] = session.world.camera_view(tick)
        place = bisect.bisect_left(run.commands, tick, key=lambda item: item[0])
        for at, action in run.commands[place:]:
            if at != tick:
                break
            session.send(action)
        trace = session.step()
        if run.header.mode != "feature" and session.world is not None:
            block = session.world.heard
            samples = np.zeros(BLOCK_SAMPLES) if block is None else np.clip(block.samples[0] * LISTENING_GAIN, -1, 1)
            run.past.heard[tick * BLOCK_BYTES :] = (samples * 32767).astype("<i2").tobytes()
        run.past.traces.append(trace)
        run.past.truths.append(session.truth)
        return trace, session.truth

    def _finish(self, run: Run) -> None:
        self._running = False
        outcomes = self._judged(run.scene, run.header, run.past.traces, run.past.truths)
        self._tell({
            "kind": "done", "job": self._job, "ticks": run.session.tick, "hash": run.session.trace_hash, "outcomes": outcomes,
        })  # fmt: skip

    def _judged(
        self, scene: Scene, header: Header, traces: Sequence[TickTrace], truths: Sequence[TruthFrame | None]
    ) -> list[dict[str, Any]]:
        known = [truth for truth in truths if truth is not None]
        if not scene.expect or not traces or len(known) < len(truths):
            return []
        columns = Columns(traces, known, spec=header.spec, facts=header.facts, tuning=header.tuning)
        return [
            {
                "id": one.id, "verdict": str(one.verdict), "sentence": one.sentence, "detail": one.detail, "margin": one.margin,
                "unit": one.unit, "at_s": one.at_s, "line": one.place.line,
            }
            for one in judge(scene.expect, columns)
        ]  # fmt: skip

    def _camera(self, header: Header) -> Any:
        from simulator.runtime.seeds import stream
        from simulator.world.camera.camera import VirtualCamera

        if self._painter is None or self._painter[0] is not header:
            if self._painter is not None:
                self._painter[1].close()
            # A camera of its own: drawing for people's eyes must not use up the chance of the device's camera.
            self._painter = (
                header,
                VirtualCamera(header.spec, header.facts.camera, stream(header.seed, "window camera")),
            )
        return self._painter[1]

    def _tell(self, header: dict[str, Any], body: bytes = b"") -> None:
        self._send(pack(header, body))


def main() -> int:
    """Obey until the window hangs up."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)
    out = os.dup(1)
    os.dup2(2, 1)  # whatever libraries print must not get between the messages
    engine = Engine(send=lambda data: write_all(out, data))
    unpacker = Unpacker()
    write_all(out, pack({"kind": "ready", "pid": os.getpid()}))
    try:
        while True:
            ready, _, _ = select.select([0], [], [], 0.0 if engine.busy else None)
            if ready:
                data = os.read(0, 1 << 16)
                if not data:
                    return 0
                for order, body in unpacker.feed(data):
                    engine.obey({**order, "checkpoint": body} if body else order)
            if engine.busy:
                engine.advance()
    except (BrokenPipeError, KeyboardInterrupt):
        return 0


def _commands(plain: list[Any]) -> list[tuple[int, Action]]:
    return sorted(((int(tick), _ACTION.validate_python(action)) for tick, action in plain), key=lambda item: item[0])


if __name__ == "__main__":
    sys.exit(main())
