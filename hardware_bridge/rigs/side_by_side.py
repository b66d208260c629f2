"""Side by side: two motors get the same set point in the same tick, and somebody watches how differently they take it.

The lead motor's state is what the stack sees; the other one shadows it.  Usually the real one leads and the virtual one
predicts: when they part, something has changed about the real one.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.ports import Capabilities, Motor
from simulator.onboard.messages import CommandKind, MotorCommand, MotorMode, MotorState

KEPT_TICKS = 1_000
LARGEST_LAG_TICKS = 15
ALARM_DEG, ALARM_TICKS = 4.0, 30
SETTLED_DEG = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One tick of both motors."""

    tick: int
    asked_deg: float
    lead_deg: float
    shadow_deg: float
    lead_nm: float
    shadow_nm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two motors in numbers that mean something to a designer."""

    lag_ms: float  # by which the lead motor is behind the shadow; negative when it is ahead
    rms_deg: float  # what is left of the difference after shifting by the lag
    worst_deg: float
    settle_ms: float  # how much longer the lead motor takes to come to rest
    jerkiness: float  # of the lead motor, as a multiple of the shadow's

    @property
    def words(self) -> str:
        """For people."""
        late = f"{abs(self.lag_ms):.0f} ms {'later' if self.lag_ms >= 0 else 'earlier'}"
        rest = f"settles {abs(self.settle_ms):.0f} ms {'later' if self.settle_ms >= 0 else 'earlier'}"
        return f"{late}, {rest}, {self.rms_deg:.2f}° apart ({self.worst_deg:.2f}° at most), {self.jerkiness:.1f} times as jerky"


class SideBySideRig:
    """Two motors behind one door."""

    def __init__(self, lead: Motor, shadow: Motor) -> None:
        self._lead, self._shadow = lead, shadow
        self.pairs: deque[Pair] = deque(maxlen=KEPT_TICKS)
        self._asked_deg = math.nan
        self._apart_ticks = 0
        self._offset_deg: float | None = None

    @property
    def capabilities(self) -> Capabilities:
        """Of the lead motor."""
        return self._lead.capabilities

    @property
    def alarm(self) -> str:
        """What is wrong between the two, in plain words; empty while they agree."""
        if self._apart_ticks < ALARM_TICKS:
            return ""
        recent = list(self.pairs)[-ALARM_TICKS:]
        apart_deg = float(np.mean([abs(pair.lead_deg - pair.shadow_deg) for pair in recent]))
        effort = sum(abs(p.lead_nm) for p in recent) / max(sum(abs(p.shadow_nm) for p in recent), 1e-3)
        guess = (
            "it meets more resistance than before: check cable and bearing" if effort > 1.3 else "it does not follow"
        )
        return f"the real screen is {apart_deg:.1f}° from where the virtual one is; {guess}"

    def enable(self) -> None:
        """Both on; the shadow starts where the lead stands."""
        self._lead.enable()
        self._shadow.enable()
        self._offset_deg = None

    def command(self, command: MotorCommand) -> MotorCommand:
        """The same tick reaches both; the lead's answer counts."""
        offset_deg = self._offset_deg or 0.0
        self._asked_deg = command.yaw_deg if command.kind is CommandKind.MOVE else math.nan
        self._shadow.command(replace(command, yaw_deg=command.yaw_deg - offset_deg))
        return self._lead.command(command)

    def state(self, tick: int) -> MotorState:
        """The lead's state; the shadow's is compared with it."""
        lead, shadow = self._lead.state(tick), self._shadow.state(tick)
        if self._offset_deg is None:
            self._offset_deg = lead.yaw_deg - shadow.yaw_deg
        shadow_deg = shadow.yaw_deg + self._offset_deg
        self.pairs.append(
            Pair(
                tick=tick,
                asked_deg=self._asked_deg,
                lead_deg=lead.yaw_deg,
                shadow_deg=shadow_deg,
                lead_nm=lead.torque_nm,
                shadow_nm=shadow.torque_nm,
            )
        )
        driven = lead.mode in (MotorMode.MOVING, MotorMode.HOLDING, MotorMode.STOPPING)
        apart = driven and abs(lead.yaw_deg - shadow_deg) > ALARM_DEG
        self._apart_ticks = self._apart_ticks + 1 if apart else 0
        return lead

    def quick_stop(self) -> None:
        """Both."""
        self._lead.quick_stop()
        self._shadow.quick_stop()

    def free(self) -> None:
        """Both."""
        self._lead.free()
        self._shadow.free()

    def reset(self) -> None:
        """Both."""
        self._lead.reset()
        self._shadow.reset()
        self._apart_ticks = 0

    def close(self) -> None:
        """Both."""
        self._lead.close()
        self._shadow.close()


def compare(pairs: list[Pair]) -> Comparison:
    """Two motors over some ticks."""
    return compare_traces(np.array([pair.lead_deg for pair in pairs]), np.array([pair.shadow_deg for pair in pairs]))


def compare_traces(lead: NDArray[np.float64], shadow: NDArray[np.float64]) -> Comparison:
    """Shift one trace until it fits best, then say what is left.  Needs more than twice the largest lag in ticks."""
    lag = min(range(-LARGEST_LAG_TICKS, LARGEST_LAG_TICKS + 1), key=lambda k: _rms(_shifted(lead, shadow, k)))
    left = _shifted(lead, shadow, lag)
    return Comparison(
        lag_ms=10.0 * lag,
        rms_deg=_rms(left),
        worst_deg=float(np.abs(left).max()),
        settle_ms=10.0 * (_settled_at(lead) - _settled_at(shadow)),
        jerkiness=_jerk(lead) / max(_jerk(shadow), 1e-9),
    )


def _shifted(lead: NDArray[np.float64], shadow: NDArray[np.float64], lag: int) -> NDArray[np.float64]:
    edge = LARGEST_LAG_TICKS
    inner = slice(edge, len(lead) - edge)
    return lead[inner] - np.roll(shadow, lag)[inner]


def _settled_at(yaw_deg: NDArray[np.float64]) -> int:
    away = np.nonzero(np.abs(yaw_deg - yaw_deg[-1]) > SETTLED_DEG)[0]
    return int(away[-1]) + 1 if len(away) else 0


def _jerk(yaw_deg: NDArray[np.float64]) -> float:
    smooth = np.convolve(yaw_deg, np.ones(5) / 5.0, mode="valid")
    return _rms(np.diff(smooth, n=3))


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(values**2)))
