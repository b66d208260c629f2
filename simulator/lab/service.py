"""What a run was worth to whoever was there: seconds to face, degrees outside a fixed middle, motion, corrections, calls served.

All angles are measured against a fixed middle. The device's own zones would not do: they are knobs, and the share of time
inside a zone grows by widening it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import TICK_S
from simulator.scene.columns import NOTHING, REFLECTION, Columns

# Half the width of the fixed middle: the default of the dead zone at a usual distance, which nobody finds askew (guess).
CALM_DEG = 12.0
# Somebody who called and is not faced after this time takes it for not heard (guess; people repeat after 3 to 6 s).
PATIENCE_S = 6.0
# As near as this a moving screen can be touched without a step.
NEAR_M = 1.0
CALLS, TURNED_BY_HAND = " says wake word", "hand turn"
# The target of a turn is known this long after it began.
TARGET_TICKS = 3
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFigures:
    """Sums over one run, or over many: they add up."""

    sim_s: float = 0.0
    sessions: int = 0  # runs in which somebody called
    served: int = 0  # calls after which the caller was in the fixed middle in time
    again: int = 0  # calls that the same person had to repeat
    lost: int = 0  # calls without an answer in time
    pushes: int = 0  # turns of the screen by hand after a call
    face_s: float = 0.0  # time from call to the fixed middle, over the served ones
    outside_deg_s: float = 0.0  # degrees of the caller outside the fixed middle, times seconds
    asked_s: float = 0.0  # time in which there was a caller
    false_turns: int = 0  # turns to a reflection, or to nobody
    moves: int = 0
    turned_deg: float = 0.0
    near_top_dps: float = 0.0  # fastest turn while somebody was near
    tipped: int = 0

    @property
    def seconds_to_face(self) -> float | None:
        """Mean time until a served caller is faced."""
        return self.face_s / self.served if self.served else None

    @property
    def outside_deg(self) -> float | None:
        """Mean degrees by which a caller is outside the fixed middle."""
        return self.outside_deg_s / self.asked_s if self.asked_s else None

    @property
    def false_turns_per_min(self) -> float:
        """Turns to nobody, a minute."""
        return 60.0 * self.false_turns / self.sim_s if self.sim_s else 0.0

    @property
    def turned_deg_per_min(self) -> float:
        """Motion, a minute."""
        return 60.0 * self.turned_deg / self.sim_s if self.sim_s else 0.0

    @property
    def corrections_per_call(self) -> float | None:
        """How often somebody has to call again or push, for each call that came to an end."""
        ended = self.served + self.lost
        return (self.again + self.pushes) / ended if ended else None

    def __add__(self, other: ServiceFigures) -> ServiceFigures:
        """Of both together; the top speed is that of the faster."""
        made = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        return ServiceFigures(**{**made, "near_top_dps": max(self.near_top_dps, other.near_top_dps)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    tick: int
    who: str
    until: int  # the next call, or the end of the run


def service(c: Columns) -> ServiceFigures:
    """The figures of one run."""
    if len(c) == 0:
        return ServiceFigures()
    events, yaw_deg = c.events(), c.truth("yaw_deg")
    calls = _calls(events, len(c))
    starts = [tick for tick, name in events if name == "move"]
    target = c.target()
    served, again, lost, face_s = _answers(calls, c)
    outside_deg_s, asked_s = _outside(calls, c)
    first_call = calls[0].tick if calls else len(c)
    return ServiceFigures(
        sim_s=len(c) * TICK_S,
        sessions=int(bool(calls)),
        served=served,
        again=again,
        lost=lost,
        pushes=sum(name == TURNED_BY_HAND and tick > first_call for tick, name in events),
        face_s=round(face_s, 3),
        outside_deg_s=round(outside_deg_s, 3),
        asked_s=round(asked_s, 3),
        false_turns=sum(target[min(t + TARGET_TICKS, len(c) - 1)] in (NOTHING, REFLECTION) for t in starts),
        moves=len(starts),
        turned_deg=round(float(np.abs(np.diff(yaw_deg)).sum()), 3),
        near_top_dps=round(_near_top_dps(c), 3),
        tipped=sum(name.endswith(" tipped") for _, name in events),
    )


def _calls(events: list[tuple[int, str]], ticks: int) -> list[_Call]:
    found = [(tick, name.removesuffix(CALLS)) for tick, name in events if name.endswith(CALLS)]
    return [
        _Call(tick=tick, who=who, until=found[at + 1][0] if at + 1 < len(found) else ticks)
        for at, (tick, who) in enumerate(found)
    ]


def _answers(calls: list[_Call], c: Columns) -> tuple[int, int, int, float]:
    """How calls ended: served, called again, lost; what the run or another caller cut short does not count."""
    served = again = lost = 0
    face_s = 0.0
    for at, call in enumerate(calls):
        after = calls[at + 1] if at + 1 < len(calls) else None
        deadline = call.tick + round(PATIENCE_S / TICK_S)
        faced = np.flatnonzero(np.abs(c.bearing_of(call.who)[call.tick : min(call.until, deadline)]) <= CALM_DEG)
        if len(faced):
            served += 1
            face_s += float(faced[0]) * TICK_S
        elif after is not None and after.who == call.who:
            again += 1
        elif call.until >= deadline:
            lost += 1
    return served, again, lost, face_s


def _outside(calls: list[_Call], c: Columns) -> tuple[float, float]:
    outside_deg_s = asked_s = 0.0
    for call in calls:
        bearing_deg = np.abs(c.bearing_of(call.who)[call.tick : call.until])
        there = np.isfinite(bearing_deg)
        outside_deg_s += float(np.maximum(bearing_deg[there] - CALM_DEG, 0.0).sum()) * TICK_S
        asked_s += float(there.sum()) * TICK_S
    return outside_deg_s, asked_s


def _near_top_dps(c: Columns) -> float:
    near = np.zeros(len(c), dtype=bool)
    for person in c.spec.people:
        near |= np.nan_to_num(c.distance_of(person.name), nan=math.inf) < NEAR_M
    return float(np.abs(c.truth("rate_dps"))[near].max(initial=0.0))
