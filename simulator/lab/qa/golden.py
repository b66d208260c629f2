"""Golden traces: how a run went when somebody last looked and agreed, and where a new run first goes another way.

Events are aligned by kind and order and may shift by a tick; numbers may differ by a tolerance. What is reported is the
first divergence, and of all that diverge at that moment the stage nearest to the senses: the cause, not its consequences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from simulator.lab.qa.result_store import write_whole
from simulator.lab.run_result import GoldenMatch
from simulator.onboard.messages import TICK_S, TickTrace
from simulator.runtime.run import RunLog
from simulator.scene.columns import Columns
from simulator.scene.event_names import ANSWER_NAMES

FORMAT = 2
TIME_TICKS = 1
YAW_EVERY_TICKS = 25
TOGETHER_TICKS = 5
# Stages in the order in which a tick passes through them, with the tolerance of their numbers.
STAGES: dict[str, float] = {
    "truth": 0.0,
    "sound": 0.5,
    "vision": 0.0,
    "tracks": 0.0,
    "intent": 0.0,
    "answers": 0.0,
    "decision": 0.5,
    "body": 0.0,
    "yaw": 0.1,
}
Value = int | float | str | bool | None
# Events that the rows of another stage tell.
ELSEWHERE = frozenset({"move", "move ends", "reversal", "wake word heard", *ANSWER_NAMES.values()})


@dataclass(frozen=True, slots=True)
class GoldenTrace:
    """How a run went: for each stage, rows of a tick and then words and numbers."""

    ticks: int
    stages: dict[str, list[list[Value]]]
    format: int = FORMAT
    reason: str = ""  # why it was last accepted


class GoldenError(ValueError):
    """A golden that cannot be read: damaged, or written by another version."""


def trace_of(log: RunLog, columns: Columns) -> GoldenTrace:
    """What a golden keeps of a run: changes of each stage, and the yaw four times a second."""
    stages: dict[str, list[list[Value]]] = {name: [] for name in STAGES}
    for tick, name in columns.events():
        if name not in ELSEWHERE:
            stages["truth"].append([tick, name])
    last: dict[str, list[Value]] = {}
    for trace in log.traces:
        for name, row in _rows(trace).items():
            if last.get(name) != row:
                last[name] = row
                stages[name].append([trace.tick, *row])
        stages["answers"] += [[trace.tick, one.client, str(one.kind), str(one.code)] for one in trace.answers]
    yaw_deg = columns.truth("yaw_deg")
    stages["yaw"] = [[tick, round(float(yaw_deg[tick]), 4)] for tick in range(0, len(yaw_deg), YAW_EVERY_TICKS)]
    return GoldenTrace(ticks=len(log.traces), stages=stages)


def _rows(trace: TickTrace) -> dict[str, list[Value]]:
    decision, intent, sound = trace.decision, trace.intent, trace.sound
    return {
        "sound": [bool(sound.wake_word), sound.azimuth_deg if sound.wake_word else None],
        "vision": [str(trace.vision.seeing), sum(person.confirmed for person in trace.vision.people)],
        "tracks": [len(trace.tracks.tracks)],
        "intent": [str(intent.mode), str(intent.kind), str(intent.owner)],
        "decision": [str(decision.zone), str(decision.hold), decision.goal_yaw_deg],
        "body": [str(trace.body.contact), trace.body.blocked_left, trace.body.blocked_right],
    }


def read_golden(path: Path) -> GoldenTrace | None:
    """A golden; None when there is none. Raises GoldenError when it cannot be understood."""
    try:
        found = _ADAPTER.validate_json(path.read_bytes(), strict=True)
    except FileNotFoundError:
        return None
    except ValidationError:
        found = None
    if found is None or found.format != FORMAT or not all(_fits(rows) for rows in found.stages.values()):
        raise GoldenError(f"{path} is not a golden trace of format {FORMAT}")
    return found


def _fits(rows: list[list[Value]]) -> bool:
    return all(row and isinstance(row[0], int) for row in rows)


def write_golden(path: Path, trace: GoldenTrace, *, reason: str) -> None:
    """Keep a run as golden."""
    stages = ",\n".join(
        f' "{name}": [\n  ' + ",\n  ".join(orjson.dumps(row).decode() for row in rows) + "\n ]"
        for name, rows in trace.stages.items()
    )
    head = orjson.dumps({"format": trace.format, "reason": reason, "ticks": trace.ticks}).decode()[1:-1]
    write_whole(path, f'{{{head}, "stages": {{\n{stages}\n}}}}\n'.encode())


def compare(golden: GoldenTrace, now: GoldenTrace) -> GoldenMatch:
    """What is different: the first divergence, with the stage it began in."""
    found = []
    for order, (name, tolerance) in enumerate(STAGES.items()):
        difference = _first_difference(golden.stages.get(name, []), now.stages[name], tolerance=tolerance)
        if difference is not None:
            found.append((difference[0], order, name, difference[1]))
    if not found and golden.ticks == now.ticks:
        return GoldenMatch(same=True)
    if not found:
        return GoldenMatch(same=False, stage="truth", text=f"{now.ticks} ticks, were {golden.ticks}")
    first = min(tick for tick, *_ in found)
    # Divergences within a thought of the first one began together; the most upstream of them is named.
    tick, _, name, text = min((row for row in found if row[0] <= first + TOGETHER_TICKS), key=lambda row: row[1])
    stages = tuple(sorted({row[2] for row in found}))
    return GoldenMatch(same=False, at_s=tick * TICK_S, stage=name, text=text, stages=stages)


def _first_difference(was: list[list[Value]], now: list[list[Value]], *, tolerance: float) -> tuple[int, str] | None:
    for old, new in zip(was, now, strict=False):
        old_tick, new_tick = _tick(old), _tick(new)
        if not _same(old[1:], new[1:], tolerance=tolerance):
            return min(old_tick, new_tick), f"{_said(new)}, was {_said(old)}"
        if abs(old_tick - new_tick) > TIME_TICKS:
            text = f"{_said(new[1:])} at {new_tick * TICK_S:.2f} s, was at {old_tick * TICK_S:.2f} s"
            return min(old_tick, new_tick), text
    if len(was) > len(now):
        return _tick(was[len(now)]), f"{_said(was[len(now)])} is missing"
    if len(now) > len(was):
        return _tick(now[len(was)]), f"{_said(now[len(was)])} is new"
    return None


def _tick(row: list[Value]) -> int:
    assert isinstance(row[0], int)
    return row[0]


def _same(old: list[Value], new: list[Value], *, tolerance: float) -> bool:
    return len(old) == len(new) and all(_equal(a, b, tolerance=tolerance) for a, b in zip(old, new, strict=True))


def _equal(old: Value, new: Value, *, tolerance: float) -> bool:
    """Numbers may differ by the tolerance; a yes or no is not a number."""
    if (
        isinstance(old, int | float)
        and isinstance(new, int | float)
        and not isinstance(old, bool) | isinstance(new, bool)
    ):
        return math.isclose(old, new, abs_tol=tolerance, rel_tol=0.0)
    return old == new


def _said(row: list[Value]) -> str:
    return ", ".join(f"{value:.2f}" if isinstance(value, float) else str(value) for value in row)


_ADAPTER = TypeAdapter(GoldenTrace)
