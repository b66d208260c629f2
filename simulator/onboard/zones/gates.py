"""The record of every question answered on the way to a turn: the first one that failed is why the screen stays."""

from __future__ import annotations

from simulator.onboard.messages import Gate, HoldReason
from simulator.onboard.quick import maker

make_gate = maker(Gate)


class GateRecord:
    """Collects gates of one thought; keeps the reason of the first that failed."""

    __slots__ = ("gates", "hold")

    def __init__(self) -> None:
        self.gates: list[Gate] = []
        self.hold: HoldReason | None = None

    def at_least(self, name: str, value: float, threshold: float, unit: str, reason: HoldReason) -> bool:
        """The value must reach the threshold."""
        return self._ask(name, value, threshold, value - threshold, unit, reason)

    def at_most(self, name: str, value: float, threshold: float, unit: str, reason: HoldReason) -> bool:
        """The value must not exceed the threshold."""
        return self._ask(name, value, threshold, threshold - value, unit, reason)

    def yes(self, name: str, ok: bool, reason: HoldReason) -> bool:
        """A question without a number."""
        self.gates.append((PASSED if ok else FAILED)[name])
        if not ok and self.hold is None:
            self.hold = reason
        return ok

    def _ask(self, name: str, value: float, threshold: float, margin: float, unit: str, reason: HoldReason) -> bool:
        passed = margin >= 0.0
        self.gates.append(
            make_gate(name=name, value=value, threshold=threshold, margin=margin, unit=unit, passed=passed)
        )
        if not passed and self.hold is None:
            self.hold = reason
        return passed


def _flag(name: str, *, passed: bool) -> Gate:
    value = 1.0 if passed else 0.0
    return Gate(name=name, value=value, threshold=1.0, margin=value - 1.0, unit="", passed=passed)


FLAG_NAMES = (
    "healthy",
    "range of motion set",
    "shutter open",
    "eyes working",
    "hands off",
    "asked for",
    "somebody there",
    "seen by the camera",
    "left side free",
    "right side free",
)
# The same objects each time: most gates of most thoughts cost nothing.
PASSED = {name: _flag(name, passed=True) for name in FLAG_NAMES}
FAILED = {name: _flag(name, passed=False) for name in FLAG_NAMES}
