"""The process in which the device lives: one tick every ten milliseconds by the clock, whatever the server does.

Orders come on standard input, reports go to standard output (pipe.py). When the server hangs up, this process ends and gives
the motor back: a real one is braked by its guard.
"""

from __future__ import annotations

import simulator.runtime.last_words
import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import contextlib
import gc
import os
import select
import sys
from collections.abc import Callable
from pathlib import Path

from hardware_bridge.rigs.wall_clock import WallClockPace
from simulator.onboard.messages import TickTrace
from simulator.runtime.compose import build
from simulator.runtime.header import Header
from simulator.runtime.onlooker import Moment, Onlooker
from simulator.runtime.pipe import PipeError, Unpacker, own_output, pack, write_all
from simulator.runtime.recorder import Recorder
from simulator.server.clock import since_1970_s
from simulator.server.condition import condition_of, happened
from simulator.server.opening import header_for
from simulator.server.pipe import (
    LOOP_ORDERS,
    LOOP_REPORTS,
    Act,
    Backend,
    LookOn,
    LoopFailed,
    LoopOrder,
    LoopReady,
    LoopReport,
    LoopTick,
    OpenRoom,
)
from simulator.world.truth import TruthFrame

TELL_TICKS = 5  # twenty times a second, as often as anybody may ask for
DEADMAN: dict[Backend, str] = {
    "virtual": "the loop itself: it ends with the server",
    "hybrid": "the guard around the motor",
    "real": "the guard and the motor's own watchdog",
}


class Loop:
    """Steps the session and tells what came of it; without a clock of its own."""

    def __init__(self, header: Header, *, report: Callable[[LoopReport], None], record_to: Path | None = None) -> None:
        self._report = report
        gc.collect()
        gc.freeze()  # what is loaded now stays: no long search through it while a motor waits
        self._recorder = None if record_to is None else Recorder(record_to, header)
        self.session = build(header)  # last: from now on a motor waits for its next set point
        self._numbers: list[int] = []
        self._last: TickTrace | None = None
        self._header = header
        self._backend = backend_of(header)
        self._onlooker = Onlooker(header.spec)
        self._look_until_tick = -1

    def obey(self, order: Act | LookOn) -> None:
        """Let something happen in the next tick."""
        if isinstance(order, LookOn):
            self._look_until_tick = self.session.tick + order.ticks
            return
        self.session.send(order.action)
        self._numbers.append(order.number)

    def step(self, *, wall_s: float) -> None:
        """One tick."""
        session = self.session
        numbers, self._numbers = tuple(self._numbers), []
        trace = session.step()
        truth = session.truth
        if self._recorder is not None:
            self._recorder.write(trace, truth, session.applied)
        if (real := self._room_truth) is not None:
            self._onlooker.take(trace, real)
        last, self._last = self._last, trace
        news = () if last is None else tuple(happened(trace, last))
        if last is None:
            self._report(self._ready(trace))
        if numbers or trace.answers or news or trace.tick % TELL_TICKS == 0:
            now = condition_of(trace, self._room_truth, arc=session.stack.arc, tuning=session.tuning)
            self._report(
                LoopTick(
                    tick=trace.tick, wall_s=wall_s, done=numbers, answers=trace.answers, happened=news, condition=now,
                    moment=self._moment(trace.tick),
                )
            )  # fmt: skip

    def close(self) -> None:
        """Give the motor back, and finish the recording."""
        self.session.close()
        if self._recorder is not None:
            self._recorder.close(trace_hash=self.session.trace_hash)

    @property
    def _room_truth(self) -> TruthFrame | None:
        """The truth of a virtual room; of a real one the API tells only what the device knows."""
        return None if self.session.world is None else self.session.truth

    def _moment(self, tick: int) -> Moment | None:
        """Where everything stands, twenty times a second and only while somebody looks on."""
        return self._onlooker.now() if tick % TELL_TICKS == 0 and tick < self._look_until_tick else None

    def _ready(self, trace: TickTrace) -> LoopReady:
        spec = self._header.spec
        virtual_room = self.session.world is not None
        room = spec.room
        box = ((0.0, 0.0), (room.width_m, 0.0), (room.width_m, room.depth_m), (0.0, room.depth_m))
        return LoopReady(
            device=self._header.scene_name,
            backend=self._backend,
            deadman=DEADMAN[self._backend],
            corners=(room.corners or box) if virtual_room else (),
            place=(spec.device.x_m, spec.device.y_m),
            heading_deg=spec.device.heading_deg,
            people=tuple(person.name for person in spec.people) if virtual_room else (),
            condition=condition_of(trace, self._room_truth, arc=self.session.stack.arc, tuning=self.session.tuning),
        )


def backend_of(header: Header) -> Backend:
    """What turns, and what is around it."""
    kind = header.rig.partition(":")[0]
    return "virtual" if kind == "virtual" else "hybrid" if kind == "hybrid" else "real"


def main() -> int:
    """Run what the first order says until the server hangs up."""
    out = own_output()

    def report(message: LoopReport) -> None:
        write_all(out, pack(LOOP_REPORTS, message))

    unpacker = Unpacker(LOOP_ORDERS)
    try:
        opening = _first_order(unpacker)
        if opening is None:
            return 1
        loop = Loop(header_for(opening), report=report, record_to=opening.record_to)
    except (ValueError, OSError, RuntimeError) as error:
        report(LoopFailed(text=str(error)))
        return 1
    try:
        _by_the_clock(loop, unpacker)
    except (BrokenPipeError, KeyboardInterrupt):
        pass
    except Exception as error:
        with contextlib.suppress(OSError):
            report(LoopFailed(text=f"the device's loop ended: {type(error).__name__}: {error}"))
        raise
    finally:
        loop.close()
    return 0


def _by_the_clock(loop: Loop, unpacker: Unpacker[LoopOrder]) -> None:
    pace = WallClockPace()
    while True:
        pace.wait(loop.session.tick)
        while select.select([0], [], [], 0.0)[0]:
            data = os.read(0, 1 << 16)
            if not data:
                return
            for order in unpacker.feed(data):
                loop.obey(_act(order))
        loop.step(wall_s=since_1970_s())


def _first_order(unpacker: Unpacker[LoopOrder]) -> OpenRoom | None:
    """Which room it is; None when the server hung up before it said."""
    orders: list[LoopOrder | PipeError] = []
    while not orders:
        data = os.read(0, 1 << 16)
        if not data:
            return None
        orders = list(unpacker.feed(data))
    if not isinstance(orders[0], OpenRoom) or len(orders) > 1:
        raise ValueError(f"the server must begin with one room, not with {orders!r:.80}")
    return orders[0]


def _act(order: LoopOrder | PipeError) -> Act | LookOn:
    if not isinstance(order, (Act, LookOn)):
        raise ValueError(f"the server sent something else than a deed: {order}")
    return order


if __name__ == "__main__":
    sys.exit(main())
