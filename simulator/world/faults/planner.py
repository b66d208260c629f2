"""A behaviour and a zone planner that go wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from simulator.onboard.angles import wrap_deg
from simulator.onboard.messages import HoldReason, Intent, IntentKind, ZoneDecision
from simulator.world.faults.fault import Fault, Kind, Now, late_renewed

GIVES_UP_THOUGHTS = 6  # a third of a second: a turn has begun and is far from its end
SWING_TICKS = 80


def _held(decision: ZoneDecision) -> ZoneDecision:
    return replace(decision, goal_yaw_deg=None, hold=HoldReason.POLICY)


def _goal(change: Callable[[float, Fault, Now], float]) -> Kind:
    """Another goal, where there is one."""

    def changed(decision: ZoneDecision, fault: Fault, now: Now) -> ZoneDecision:
        goal_deg = decision.goal_yaw_deg
        return decision if goal_deg is None else replace(decision, goal_yaw_deg=change(goal_deg, fault, now))

    return Kind(at="decision", change=changed)


def _part_way(goal_deg: float, fault: Fault, now: Now) -> float:
    start_deg: float = fault.memory.setdefault("start", now.yaw_deg)
    return start_deg + fault.amount * (goal_deg - start_deg)


def _lazy(decision: ZoneDecision, fault: Fault, now: Now) -> ZoneDecision:
    goal_deg = decision.goal_yaw_deg
    return _held(decision) if goal_deg is not None and abs(goal_deg - now.yaw_deg) < fault.amount else decision


def _gives_up(decision: ZoneDecision, fault: Fault, now: Now) -> ZoneDecision:
    fault.memory["turning"] = fault.memory.get("turning", 0) + 1 if decision.goal_yaw_deg is not None else 0
    return _held(decision) if fault.memory["turning"] > GIVES_UP_THOUGHTS else decision


def _once_only(decision: ZoneDecision, fault: Fault, now: Now) -> ZoneDecision:
    if decision.goal_yaw_deg is not None:
        fault.memory["turned"] = True
    elif "turned" in fault.memory:
        fault.memory["done"] = True
    return _held(decision) if "done" in fault.memory else decision


def _restless(decision: ZoneDecision, fault: Fault, now: Now) -> ZoneDecision:
    goal_deg = fault.amount * math.sin(now.tick / SWING_TICKS)
    return replace(decision, goal_yaw_deg=goal_deg, hold=None, urgent=True, reason_tick=decision.tick)


def _wrong_side(intent: Intent, fault: Fault, now: Now) -> Intent:
    if intent.azimuth_deg is None:
        return intent
    return replace(intent, azimuth_deg=wrap_deg(-intent.azimuth_deg), track_ids=())


def _idle(intent: Intent, fault: Fault, now: Now) -> Intent:
    return replace(intent, kind=IntentKind.STAY, hold=HoldReason.NOBODY_ENGAGED, azimuth_deg=None)


PLANNER: dict[str, Kind] = {
    "bias": _goal(lambda goal_deg, fault, now: goal_deg + fault.amount),
    "mirror": _goal(lambda goal_deg, fault, now: -goal_deg),
    "scatter": _goal(lambda goal_deg, fault, now: goal_deg + fault.amount * float(fault.rng.standard_normal())),
    "part of the way": _goal(_part_way),
    "never turn": Kind(at="decision", change=lambda decision, fault, now: _held(decision)),
    "lazy": Kind(at="decision", change=_lazy),
    "late": Kind(at="decision", change=late_renewed),
    "give up": Kind(at="decision", change=_gives_up),
    "once only": Kind(at="decision", change=_once_only),
    "restless": Kind(at="decision", change=_restless),
    "wrong side": Kind(at="intent", change=_wrong_side),
    "idle": Kind(at="intent", change=_idle),
}
