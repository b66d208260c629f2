"""Between the window and the process that runs all scenes with two sets of knobs: a line of JSON each."""

from __future__ import annotations

from dataclasses import dataclass

from hardware_bridge.json_messages import MessageSet
from simulator.onboard.tuning import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareSettings:
    """Run every scene with both."""

    a: dict[str, Value]
    b: dict[str, Value]


CompareOrder = CompareSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMargins:
    """By how much one check was kept with each set, in its unit; negative when it failed."""

    check: str
    unit: str
    a: float
    b: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneCompared:
    """One scene with both sets: which of its checks only one of them kept."""

    scene: str
    worse: tuple[str, ...] = ()  # kept with A only
    better: tuple[str, ...] = ()  # kept with B only
    checks: int = 0
    path: str = ""  # of the scene's file
    margins: tuple[CheckMargins, ...] = ()  # of the checks that can be measured, what lost most first


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneBroken:
    """A scene that could not run."""

    scene: str
    text: str


CompareReport = SceneCompared | SceneBroken

COMPARE_ORDERS: MessageSet[CompareOrder] = MessageSet(CompareOrder)
COMPARE_REPORTS: MessageSet[CompareReport] = MessageSet(CompareReport)
