"""The real screen beside its virtual twin, in words that a designer would use. Plain data without Qt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.rigs.side_by_side import LARGEST_LAG_TICKS, Comparison, compare_traces

STILL_TICKS = 40  # set points that stand for so long end a move
BEFORE_TICKS, AFTER_TICKS = 20, 80
LEAST_TICKS = 2 * LARGEST_LAG_TICKS + 20
MOVES_DEG = 0.02
WORTH_DEG = 2.0  # smaller moves say little


def last_move(rows: NDArray[np.void]) -> slice | None:
    """Where the last move is that both screens were asked for; None while there is none."""
    asked = rows["asked_deg"].astype(np.float64)
    both = np.isfinite(rows["virtual_deg"])
    steps = np.abs(np.diff(asked, prepend=asked[:1]))
    moving = np.flatnonzero((np.nan_to_num(steps) > MOVES_DEG) & both)
    if len(moving) == 0:
        return None
    gaps = np.flatnonzero(np.diff(moving) > STILL_TICKS)
    starts = [int(moving[0]), *(int(moving[gap + 1]) for gap in gaps)]
    ends = [*(int(moving[gap]) for gap in gaps), int(moving[-1])]
    for start, end in reversed(list(zip(starts, ends, strict=True))):
        first, last = max(0, start - BEFORE_TICKS), min(len(rows), end + AFTER_TICKS)
        alone = np.flatnonzero(~both[first:start])
        first = first + int(alone[-1]) + 1 if len(alone) else first
        inside = np.flatnonzero(~both[start:last])
        last = start + int(inside[0]) if len(inside) else last
        if last - first >= LEAST_TICKS and float(np.ptp(rows["real_deg"][first:last])) >= WORTH_DEG:
            return slice(first, last)
    return None


def compare(rows: NDArray[np.void]) -> Comparison | None:
    """How the real screen took a stretch; None where it is too short."""
    if len(rows) < LEAST_TICKS or not np.isfinite(rows["virtual_deg"]).all():
        return None
    return compare_traces(rows["real_deg"].astype(np.float64), rows["virtual_deg"].astype(np.float64))


def in_words(found: Comparison) -> str:
    """One sentence."""
    parts = [
        "answers at the same moment" if abs(found.lag_ms) < 5 else f"answers {_later(found.lag_ms)}",
        "comes to rest at the same moment" if abs(found.settle_ms) < 15 else f"comes to rest {_later(found.settle_ms)}",
        f"stays within {found.rms_deg:.2f}° of the virtual one ({found.worst_deg:.2f}° at most)",
    ]
    if found.jerkiness > 1.3:
        parts.append(f"moves {found.jerkiness:.1f} times as jerkily")
    elif found.jerkiness < 0.75:
        parts.append("moves more smoothly")
    return "The real screen " + ", ".join(parts[:-1]) + " and " + parts[-1] + "."


def aligned_difference(rows: NDArray[np.void], lag_ms: float) -> NDArray[np.float64]:
    """Real minus virtual, the virtual one shifted by the lag; not a number where there is no partner."""
    shift = round(lag_ms / 10.0)
    virtual = np.full(len(rows), np.nan)
    source = rows["virtual_deg"].astype(np.float64)
    if shift >= 0:
        virtual[shift:] = source[: len(source) - shift]
    else:
        virtual[:shift] = source[-shift:]
    real = rows["real_deg"].astype(np.float64)
    difference: NDArray[np.float64] = real - virtual
    return difference


def _later(ms: float) -> str:
    return f"{abs(ms):.0f} ms {'later' if ms > 0 else 'earlier'}"
