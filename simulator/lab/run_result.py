"""What QA keeps of one run: the typed, versioned result that workers write and that reports, ledgers and fits read.

The names of the fields are the keys of the JSON that users read in results.jsonl.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import orjson
from pydantic import TypeAdapter, ValidationError

from simulator.lab.service import ServiceFigures
from simulator.lab.why.blame_result import Blame
from simulator.onboard.gate_words import label
from simulator.onboard.messages import Gate
from simulator.onboard.tuning import Value
from simulator.runtime.header import Senses
from simulator.scene.checks import Outcome, Verdict

# Goes up when a field changes its meaning or goes away. A stored result of another format is not read: the run is made again.
FORMAT = 3


class ResultError(ValueError):
    """Text that is not a result of this format; the message says why."""


class RunVerdict(StrEnum):
    """How a run ended: as its checks say, or by an error of the simulator."""

    PASS = "pass"
    FAIL = "fail"
    NOT_EXERCISED = "not exercised"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How one check of the scene ended, and where it is written."""

    id: str
    verdict: Verdict
    sentence: str
    detail: str
    margin: float | None
    unit: str
    at_s: float | None
    who: str
    judged: int
    file: str
    line: int
    column: int
    may_fail: bool = False

    @property
    def passed(self) -> bool:
        """Whether the promise was kept, or need not be."""
        return self.verdict is Verdict.PASS or self.may_fail

    def label(self, *, scene: str) -> str:
        """The check's name, with its scene where it comes from a shared file."""
        return self.id if self.file == scene else f"{self.id} of {scene}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """One gate of a decision, as a report shows it."""

    name: str
    value: float
    threshold: float
    margin: float
    unit: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionResult:
    """The decision in the worst moment of a failed check."""

    at_s: float
    why: str
    gates: tuple[GateResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPromise:
    """Why a check was broken, in a few words that are the same for the same reason."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """Where two runs of the same seed went different ways: the moment, and the stage nearest to the senses."""

    at_s: float
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenMatch:
    """How a run compares with its golden trace; the rest describes the first divergence."""

    same: bool
    at_s: float = 0.0
    stage: str = ""
    text: str = ""
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """One scene, one seed, one way of sensing, and what came of it."""

    format: int = FORMAT
    key: str
    scene: str
    name: str
    claim: str = ""
    seed: int
    mode: Senses
    verdict: RunVerdict
    counts_as: RunVerdict  # the verdict, unless the scene's pass rate over all seeds forgives a failure
    trace_hash: str = ""
    decisions_hash: str = ""
    sim_s: float = 0.0
    x_real_time: float = 0.0
    wall_s: float = 0.0
    processor_s: float = 0.0
    outcomes: tuple[CheckResult, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    knobs: Mapping[str, Value] = field(default_factory=dict)  # those that were not as they ship
    service: ServiceFigures | None = None  # None: it came to no end
    golden: GoldenMatch | None = None  # None: not compared
    repeat: Divergence | None = None  # None: repeatable, or run once only
    recording: str | None = None
    error: str | None = None
    picture: str = ""  # SVG, like film and plots; empty when the run passed
    film: str = ""
    plots: str = ""
    gates: tuple[DecisionResult, ...] = ()
    check_with_full: str = ""  # why a verdict of modelled senses is worth little here; empty: it is worth its name
    broken: tuple[BrokenPromise, ...] = ()
    blame: Blame | None = None  # None: the run passed, or nobody asked for it of a run that heard or saw

    @property
    def drifted(self) -> bool:
        """Whether the run differs from its golden trace."""
        return self.golden is not None and not self.golden.same

    @property
    def clean(self) -> bool:
        """Whether there is nothing to look at."""
        return not (self.error or self.repeat or self.verdict is not RunVerdict.PASS or self.drifted)

    def to_json(self) -> bytes:
        """One line of JSON."""
        return orjson.dumps(self, option=orjson.OPT_SERIALIZE_NUMPY)


def from_json(text: bytes | str) -> RunResult:
    """The result that `to_json` wrote; raises ResultError for anything else."""
    try:
        result = _ADAPTER.validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        raise ResultError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if result.format != FORMAT:
        raise ResultError(f"format {result.format}: must be {FORMAT}")
    return result


def crashed(*, key: str, scene: str, seed: int, mode: Senses, error: str, wall_s: float) -> RunResult:
    """The result of a run that came to no end: an error of the simulator, never a pass."""
    return RunResult(
        key=key, scene=scene, name=scene, seed=seed, mode=mode, verdict=RunVerdict.ERROR, counts_as=RunVerdict.ERROR,
        error=error, wall_s=wall_s,
    )  # fmt: skip


def check_result(outcome: Outcome) -> CheckResult:
    """What a result keeps of a judged check."""
    return CheckResult(
        id=outcome.id,
        verdict=outcome.verdict,
        sentence=outcome.sentence,
        detail=outcome.detail,
        margin=outcome.margin,
        unit=outcome.unit,
        at_s=outcome.at_s,
        who=outcome.who,
        judged=outcome.judged,
        file=outcome.place.file,
        line=outcome.place.line,
        column=outcome.place.column,
        may_fail=outcome.may_fail,
    )


def gate_result(gate: Gate) -> GateResult:
    """What a result keeps of a gate."""
    return GateResult(
        name=label(gate),
        value=gate.value,
        threshold=gate.threshold,
        margin=gate.margin,
        unit=gate.unit,
        passed=gate.passed,
    )


_ADAPTER = TypeAdapter(RunResult)
