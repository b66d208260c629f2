"""Golden traces: how a run went when somebody last looked and agreed, and where a new run first goes another way.

Events are aligned by kind and order and may shift by a tick; numbers may differ by a tolerance. What is reported is the
first divergence, and of all that diverge at that moment the stage nearest to the senses: the cause, not its consequences.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import orjson

from simulator.lab.qa.result_store import write_whole
from simulator.onboard.messages import TICK_S, TickTrace
from simulator.runtime.run import RunLog
from simulator.scene.columns import Columns

FORMAT = 1
TIME_TICKS = 1
YAW_EVERY_TICKS = 25
# Stages in the order in which a tick passes through them, with the tolerance of their numbers.
STAGES: dict[str, float] = {
    "truth": 0.0,
    "sound": 0.5,
    "vision": 0.0,
    "tracks": 0.0,
    "intent": 0.0,
    "decision": 0.5,
    "body": 0.0,
    "yaw": 0.1,
}
Row = list[Any]  # tick, then words and numbers


def trace_of(log: RunLog, columns: Columns) -> dict[str, Any]:
    """What a golden keeps of a run: changes of each stage, and the yaw four times a second."""
    stages: dict[str, list[Row]] = {name: [] for name in STAGES}
    for tick, name in columns.events():
        if name not in ("move", "move ends", "reversal", "wake word heard"):
            stages["truth"].append([tick, name])
    last: dict[str, Row] = {}
    for trace in log.traces:
        for name, row in _rows(trace).items():
            if last.get(name) != row:
                last[name] = row
                stages[name].append([trace.tick, *row])
    yaw_deg = columns.truth("yaw_deg")
    stages["yaw"] = [[tick, round(float(yaw_deg[tick]), 4)] for tick in range(0, len(yaw_deg), YAW_EVERY_TICKS)]
    return {"format": FORMAT, "ticks": len(log.traces), "stages": stages}


def _rows(trace: TickTrace) -> dict[str, Row]:
    decision, intent, sound = trace.decision, trace.intent, trace.sound
    return {
        "sound": [bool(sound.wake_word), sound.azimuth_deg if sound.wake_word else None],
        "vision": [str(trace.vision.seeing), sum(person.confirmed for person in trace.vision.people)],
        "tracks": [len(trace.tracks.tracks)],
        "intent": [str(intent.mode), str(intent.kind), str(intent.owner)],
        "decision": [str(decision.zone), str(decision.hold), decision.goal_yaw_deg],
        "body": [str(trace.body.contact), trace.body.blocked_left, trace.body.blocked_right],
    }


def read_golden(path: Path) -> dict[str, Any] | None:
    """A golden; None when there is none. Raises ValueError when it cannot be understood."""
    try:
        found = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("stages"), dict):
        raise ValueError(f"{path}: is no golden trace of format {FORMAT}")
    return found


def write_golden(path: Path, trace: dict[str, Any], *, reason: str) -> None:
    """Keep a run as golden."""
    stages = ",\n".join(
        f' "{name}": [\n  ' + ",\n  ".join(orjson.dumps(row).decode() for row in rows) + "\n ]"
        for name, rows in trace["stages"].items()
    )
    head = orjson.dumps({"format": trace["format"], "reason": reason, "ticks": trace["ticks"]}).decode()[1:-1]
    write_whole(path, f'{{{head}, "stages": {{\n{stages}\n}}}}\n'.encode())


def compare(golden: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What is different: {"same": True}, or the first divergence with the stage it began in."""
    found = []
    for order, (name, tolerance) in enumerate(STAGES.items()):
        difference = _first_difference(golden["stages"].get(name, []), now["stages"][name], tolerance=tolerance)
        if difference is not None:
            found.append((difference[0], order, name, difference[1]))
    if not found and golden["ticks"] == now["ticks"]:
        return {"same": True}
    if not found:
        return {
            "same": False,
            "at_s": 0.0,
            "stage": "truth",
            "text": f"{now['ticks']} ticks, were {golden['ticks']}",
            "stages": [],
        }
    first = min(tick for tick, *_ in found)
    # Divergences within a thought of the first one began together; the most upstream of them is named.
    tick, _, name, text = min((row for row in found if row[0] <= first + 5), key=lambda row: row[1])
    return {
        "same": False,
        "at_s": tick * TICK_S,
        "stage": name,
        "text": text,
        "stages": sorted({row[2] for row in found}),
    }


def _first_difference(was: list[Row], now: list[Row], *, tolerance: float) -> tuple[int, str] | None:
    for old, new in zip(was, now, strict=False):
        if not _same(old[1:], new[1:], tolerance=tolerance):
            return min(old[0], new[0]), f"{_said(new)}, was {_said(old)}"
        if abs(old[0] - new[0]) > TIME_TICKS:
            return min(old[0], new[0]), f"{_said(new[1:])} at {new[0] * TICK_S:.2f} s, was at {old[0] * TICK_S:.2f} s"
    if len(was) > len(now):
        return was[len(now)][0], f"{_said(was[len(now)])} is missing"
    if len(now) > len(was):
        return now[len(was)][0], f"{_said(now[len(was)])} is new"
    return None


def _same(old: Row, new: Row, *, tolerance: float) -> bool:
    if len(old) != len(new):
        return False
    for a, b in zip(old, new, strict=True):
        numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (a, b))
        if numbers and not math.isclose(a, b, abs_tol=tolerance, rel_tol=0.0):
            return False
        if not numbers and a != b:
            return False
    return True


def _said(row: Row) -> str:
    return ", ".join(f"{value:.2f}" if isinstance(value, float) else str(value) for value in row)
