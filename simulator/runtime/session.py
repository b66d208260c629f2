"""The one loop. A headless check, the engine behind the window, a replay and a real device all call the same `step`.

sense -> stack -> guard -> motor -> world, one tick of 10 ms, one TickTrace.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from hardware_bridge.ports import Rig
from simulator.onboard.messages import MotorCommand, Request, TickTrace
from simulator.onboard.seams import NO_SEAMS, Seams
from simulator.onboard.stack import Stack
from simulator.onboard.tuning import Tuning
from simulator.runtime.codec import encode
from simulator.runtime.observers import Host, Witness
from simulator.world.spec import Action, RequestAction, TuneAction
from simulator.world.truth import TruthFrame
from simulator.world.world import World

TICKS_PER_LINK = 100  # the hash is chained once a simulated second
# Messages of a trace that stand over many ticks; the hash knows them by their place in this row.
FOLDED = ("shutter", "touch", "sound", "vision", "tracks", "intent", "decision", "body", "requests", "guard", "answers")
# What moves in every tick is folded in as numbers: their text would cost ten times as much. Words are folded in when they change.
_MOTOR, _COMMAND = struct.Struct("<2q3d").pack, struct.Struct("<2q4d").pack
# A run without requests has no answers and leaves no trace of them.
_UNFOLDED = [b"[]" if name == "answers" else b"" for name in FOLDED]


# What a part gives of itself to be put back later; only the part knows what is in it.
Snapshot: TypeAlias = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A whole session at the start of one tick; continued from here it is bit-identical."""

    tick: int
    tuning: Tuning
    next_action: int
    digest: bytes
    pending: bytes
    last_texts: tuple[bytes, ...]
    words: tuple[str, ...]
    stack: Snapshot
    world: Snapshot
    seams: Snapshot


class Session:
    """One run of one device in one room."""

    def __init__(
        self,
        *,
        rig: Rig,
        stack: Stack,
        tuning: Tuning,
        timeline: Sequence[tuple[int, Action]] = (),
        world: World | None = None,
        seams: Seams = NO_SEAMS,
        witness: Witness | None = None,
        closes: tuple[Callable[[], None], ...] = (),
        host: Host | None = None,
    ) -> None:
        """`closes` is what else is to be given back in the end; `host` is given where a real motor lives by the clock."""
        self._rig, self._stack, self._world, self._seams = rig, stack, world, seams
        self._witness, self._closes, self._host = witness, closes, host
        self._witnessed: TruthFrame | None = None
        self._timeline = tuple(timeline)
        self._next_action = 0
        self._waiting: list[Action] = []
        self._arc = stack.arc
        self._pending = bytearray()
        self._digest_bytes = b"swivel trace 2"
        self._last: TickTrace | None = None  # folded in; None before the first tick, and after a restore
        self._last_texts: list[bytes] = list(_UNFOLDED)
        self._words: tuple[str, ...] = ()
        self.tick = 0
        self.tuning = tuning
        self.applied: tuple[Action, ...] = ()  # the commands (not the scene's own actions) of the last tick

    @property
    def truth(self) -> TruthFrame | None:
        """What is really so; where the room is real, what is known of it."""
        return self._witnessed if self._world is None else self._world.truth

    @property
    def world(self) -> World | None:
        """The virtual room; None where the room is real."""
        return self._world

    @property
    def notes(self) -> tuple[str, ...]:
        """What is simpler or slower in this run than it could be, a sentence each: pictures drawn without OpenGL."""
        simpler = () if self._world is None else self._world.notes
        return simpler if self._host is None else (*simpler, *self._host.notes)

    @property
    def by_the_clock(self) -> bool:
        """Whether a real motor is driven."""
        return self._host is not None

    @property
    def stack(self) -> Stack:
        """The device's mind and senses."""
        return self._stack

    @property
    def trace_hash(self) -> str:
        """A fingerprint of every message so far."""
        return hashlib.sha256(self._digest_bytes + self._pending).hexdigest()

    def send(self, action: Action) -> None:
        """Queue a command; it takes effect at the start of the next tick."""
        self._waiting.append(action)

    def step(self) -> TickTrace:
        """Let one tick pass."""
        requests = self._begin_tick()
        sensors = self._rig.sense(self.tick, frame_wanted=self._stack.frame_wanted)
        if requests:
            sensors = replace(sensors, requests=requests)
        if self._witness is not None:
            self._witnessed = self._witness.frame(sensors)
        trace = self._stack.tick(sensors, self.tuning, self._seams, self.truth)
        sent, remark = self._rig.actuate(trace.command_wanted)
        if sent is not trace.command_wanted or remark:
            trace = replace(trace, command_sent=sent, guard=remark)
        if self._stack.arc is not self._arc:
            self._arc = self._stack.arc
            self._rig.set_range(self._arc)
        self._fold_in(trace)
        self.tick += 1
        return trace

    def checkpoint(self) -> Checkpoint:
        """Everything that is needed to go on from here."""
        return Checkpoint(
            tick=self.tick,
            tuning=self.tuning,
            next_action=self._next_action,
            digest=self._digest_bytes,
            pending=bytes(self._pending),
            last_texts=tuple(self._last_texts),
            words=self._words,
            stack=self._stack.snapshot(),
            world=None if self._world is None else self._world.snapshot(),
            seams=self._seams.snapshot(),
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back (or forward) to a checkpoint of the same scene, seed and mode."""
        self.tick, self.tuning = checkpoint.tick, checkpoint.tuning
        self._next_action, self._digest_bytes = checkpoint.next_action, checkpoint.digest
        self._pending, self._last_texts = bytearray(checkpoint.pending), list(checkpoint.last_texts)
        self._last, self._words = None, checkpoint.words
        self._waiting.clear()
        self._stack.restore(checkpoint.stack)
        self._arc = self._stack.arc
        if self._world is not None:
            self._world.restore(checkpoint.world)
        self._seams.restore(checkpoint.seams)

    def close(self) -> None:
        """Give back the motor and the senses."""
        try:
            self._rig.close()
        finally:
            for close in self._closes:
                close()

    def _begin_tick(self) -> tuple[Request, ...]:
        due: list[Action] = []
        while self._next_action < len(self._timeline) and self._timeline[self._next_action][0] <= self.tick:
            due.append(self._timeline[self._next_action][1])
            self._next_action += 1
        self.applied = tuple(self._waiting)
        if not due and not self.applied:
            return ()
        self._waiting.clear()
        requests: list[Request] = []
        for action in (*due, *self.applied):
            if isinstance(action, TuneAction):
                self.tuning = self.tuning.patched({action.path: action.value})
            elif isinstance(action, RequestAction):
                requests.append(self._named(action.request, place=len(requests)))
            elif self._world is not None:
                self._world.begin(action, tick=self.tick)
        return tuple(requests)

    def _named(self, request: Request, *, place: int) -> Request:
        """The request with an id: its tick and its place among those of the tick, where whoever asks gave it none."""
        return request if request.request_id else replace(request, request_id=f"{self.tick}.{place}")

    def _fold_in(self, trace: TickTrace) -> None:
        motor, wanted, sent = trace.motor, trace.command_wanted, trace.command_sent
        self._pending += _MOTOR(trace.tick, motor.tick, motor.yaw_deg, motor.rate_dps, motor.torque_nm) + _packed(
            wanted
        )
        if sent is not wanted:
            self._pending += b"sent" + _packed(sent)
        words = (motor.mode, motor.fault, wanted.kind, sent.kind)
        if words != self._words:
            self._words = words
            self._pending += encode(words)
        # A message that stands unchanged is folded in once. The same object needs no second look; a restored one is a copy.
        last, self._last = self._last, trace
        if last is None or not _stands(trace, last):
            for index, name in enumerate(FOLDED):
                part = getattr(trace, name)
                if last is None or part is not getattr(last, name):
                    text = encode(part)
                    if text != self._last_texts[index]:
                        self._last_texts[index] = text
                        self._pending += b"%d" % index + text
        if trace.tick % TICKS_PER_LINK == TICKS_PER_LINK - 1:
            self._digest_bytes = hashlib.sha256(self._digest_bytes + self._pending).digest()
            self._pending.clear()


def _packed(command: MotorCommand) -> bytes:
    return _COMMAND(
        command.tick,
        command.seq,
        command.yaw_deg,
        command.rate_dps,
        command.accel_dps2,
        command.torque_limit_nm,
    )


def _stands(now: TickTrace, last: TickTrace) -> bool:
    """Whether every message of FOLDED is still the same object, as in four ticks of five."""
    return (
        now.tracks is last.tracks
        and now.intent is last.intent
        and now.decision is last.decision
        and now.body is last.body
        and now.sound is last.sound
        and now.vision is last.vision
        and now.touch is last.touch
        and now.shutter is last.shutter
        and now.requests is last.requests
        and now.guard is last.guard
        and now.answers is last.answers
    )
