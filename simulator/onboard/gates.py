"""How a question is answered: at least, at most, or yes or no. Behaviour and zones make their gates here."""

from __future__ import annotations

from typing import Final

from simulator.onboard.gate_names import GateName
from simulator.onboard.messages import Gate, HoldReason


def at_least(name: GateName, value: float, threshold: float, unit: str = "") -> Gate:
    """A question whose value must reach a threshold."""
    margin = value - threshold
    return Gate(name=name, value=value, threshold=threshold, margin=margin, unit=unit, passed=margin >= 0.0)


def at_most(name: GateName, value: float, threshold: float, unit: str = "") -> Gate:
    """A question whose value must not exceed a threshold."""
    margin = threshold - value
    return Gate(name=name, value=value, threshold=threshold, margin=margin, unit=unit, passed=margin >= 0.0)


def yes_no(name: GateName, ok: bool) -> Gate:
    """A question without a number."""
    return (_PASSED if ok else _FAILED)[name]


# The same objects each time: most gates of most thoughts cost nothing.
_PASSED: Final = {name: at_least(name, 1.0, 1.0) for name in GateName}
_FAILED: Final = {name: at_least(name, 0.0, 1.0) for name in GateName}


class GateRecord:
    """The questions of one thought; the first that failed is why the screen stays."""

    __slots__ = ("_hold", "gates")

    def __init__(self) -> None:
        self.gates: list[Gate] = []
        self._hold: HoldReason | None = None

    def ask(self, gate: Gate, reason: HoldReason) -> bool:
        """Note an answered question and the reason to stay that it gives; returns whether it passed."""
        self.gates.append(gate)
        if not gate.passed:
            self.stay(reason)
        return gate.passed

    def stay(self, reason: HoldReason) -> None:
        """A reason to stay; the first one counts."""
        if self._hold is None:
            self._hold = reason

    def all_passed(self) -> bool:
        """Whether nothing so far says to stay."""
        return self._hold is None

    def hold(self) -> HoldReason | None:
        """Why the screen stays; None while nothing says so."""
        return self._hold
