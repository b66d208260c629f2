"""The same run again with some parts repaired: same seed, same luck, same people, and the checks judged anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from simulator.onboard.algorithms import Algorithms
from simulator.onboard.seams import NO_SEAMS, Seams
from simulator.onboard.tuning import Tuning
from simulator.runtime.compose import build
from simulator.runtime.header import Header
from simulator.runtime.revision import Reference
from simulator.runtime.run import RunLog, run_session
from simulator.runtime.seeds import stream
from simulator.scene.checks import Check, Outcome, Verdict
from simulator.scene.judge import judge
from simulator.world.oracles.seams import PARTS, oracle_seams, repaired
from simulator.world.spec import Action, FaultAction, TuneAction

SETTINGS = "settings"
# The tracker as it is built, without the fault that was planted in it, and without the truth: what the senses say still reaches it.
PLAIN_FUSION = "plain fusion"


@dataclass(slots=True)
class Replays:
    """Counterfactual runs of one run, each made once."""

    header: Header
    checks: Sequence[Check]
    commands: tuple[tuple[int, Action], ...] = ()
    reference: Reference | None = None  # None: repaired by oracles; else by the stages of another revision
    at_s: float | None = None  # None: every check counts; else only the one that was broken nearest to this moment
    default: Tuning = field(default_factory=Tuning)
    made: int = 0
    _asked: frozenset[str] | None = None
    _outcomes: dict[frozenset[str], tuple[Outcome, ...]] = field(default_factory=dict)
    _yaws: dict[frozenset[str], np.ndarray] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts whose repair can change this run, from the senses to the motor."""
        if self.reference is not None:
            return ("eyes", "fusion", "planner", "motion")
        planted = {action.part for action in self.header.spec.actions if isinstance(action, FaultAction)}
        return tuple(part for part in PARTS if part in ("ears", "eyes", "fusion") or part in planted)

    @property
    def broken(self) -> tuple[Outcome, ...]:
        """The promises that the run itself broke, and that are asked about."""
        broken = [outcome for outcome in self.outcomes(()) if outcome.verdict is not Verdict.PASS]
        timed = [outcome for outcome in broken if outcome.at_s is not None]
        if self.at_s is not None and timed:
            at_s = self.at_s
            return (min(timed, key=lambda outcome: abs((outcome.at_s or 0.0) - at_s)),)
        return tuple(broken)

    def good(self, parts: Collection[str]) -> bool:
        """Whether the run keeps what is asked about once these parts are repaired."""
        if self._asked is None:
            asked = self.broken if self.at_s is not None else ()
            self._asked = frozenset(outcome.id for outcome in asked)
        outcomes = self.outcomes(parts)
        return all(o.verdict is Verdict.PASS for o in outcomes if not self._asked or o.id in self._asked)

    def outcomes(self, parts: Collection[str]) -> tuple[Outcome, ...]:
        """How the checks end once these parts are repaired."""
        self._make(self._key(parts))
        return self._outcomes[self._key(parts)]

    def yaw_deg(self, parts: Collection[str]) -> np.ndarray:
        """Where the screen points, tick by tick, once these parts are repaired."""
        self._make(self._key(parts))
        return self._yaws[self._key(parts)]

    def _key(self, parts: Collection[str]) -> frozenset[str]:
        return frozenset(parts) & {*self.parts, SETTINGS, PLAIN_FUSION}

    def _make(self, parts: frozenset[str]) -> None:
        if parts in self._outcomes:
            return
        self.made += 1
        log = self._run(parts)
        self._outcomes[parts] = judge(self.checks, log.columns())
        self._yaws[parts] = np.array([trace.motor.yaw_deg if truth is None else truth.yaw_deg
                                      for trace, truth in zip(log.traces, log.truths, strict=True)])  # fmt: skip

    def _run(self, parts: frozenset[str]) -> RunLog:
        header = self.header
        if SETTINGS in parts:
            header = self._with_other_settings(header)
        streams = partial(stream, header.seed)
        seams: Seams = NO_SEAMS
        algorithms: Algorithms | None = None
        if self.reference is not None:
            seams = self.reference.seams(parts, spec=header.spec, facts=header.facts, streams=streams)
            algorithms = self.reference.algorithms(parts)
        else:
            gone = {*parts, "fusion"} if PLAIN_FUSION in parts else parts
            header = replace(header, spec=repaired(header.spec, gone))
            seams = oracle_seams(parts, spec=header.spec, facts=header.facts, streams=streams)
        return run_session(build(header, seams=seams, algorithms=algorithms), header, commands=self.commands)

    def _with_other_settings(self, header: Header) -> Header:
        """The knobs of the scene in place of a command line's; where those are the scene's own, the ones that ship."""
        if header.tuning != self.default:
            return replace(header, tuning=self.default)
        kept = tuple(action for action in header.spec.actions if not isinstance(action, TuneAction))
        return replace(header, tuning=Tuning(), spec=header.spec.model_copy(update={"actions": kept}))
