"""One run of one scene for QA: runs it, judges it, keeps what is needed to see why it failed. Called in a worker process."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from simulator.lab.homes.reasons import reasons
from simulator.lab.qa.golden import compare, read_golden, trace_of
from simulator.lab.qa.trust import check_with_full
from simulator.lab.qa.worker_messages import RunTask
from simulator.lab.report.film import film
from simulator.lab.report.plots import margin_plots, zone_plot
from simulator.lab.report.run_picture import picture
from simulator.lab.run_result import (
    DecisionResult,
    Divergence,
    RunResult,
    RunVerdict,
    check_result,
    gate_result,
)
from simulator.lab.service import service
from simulator.lab.why.blame import blame
from simulator.lab.why.replays import Replays
from simulator.lab.why.why_sentences import names_of, sentence
from simulator.onboard.messages import TICK_S, TICKS_PER_S, TickTrace
from simulator.onboard.tuning import Tuning
from simulator.runtime.pacer import processor_s
from simulator.runtime.run import RunLog, run_scene
from simulator.scene.checks import Outcome, Verdict
from simulator.scene.columns import Columns
from simulator.scene.gathered import BLOCK_TICKS, Gatherer
from simulator.scene.judge import judge, overall
from simulator.scene.loader import Scene, load
from simulator.world.spec import PersonSpec, WorldSpec
from simulator.world.truth import TruthFrame

# How many failed checks have the gates of their worst moment told in a report: the first ones say what went wrong.
MOST_EXPLAINED = 2


def perform(task: RunTask, *, scene: Scene | None = None) -> RunResult:
    """Run a task, with the scene that its file holds unless another is given; raises what the run raises."""
    began_s = processor_s()
    scene = cast_as(load(task.scene) if scene is None else scene, task.people)
    stem = f"{Path(task.scene).name.removesuffix('.scene.yaml')}.{task.seed}.{task.mode}"
    recording = Path(task.out) / "recordings" / f"{stem}.mcap" if task.out else None
    tuning = scene.tuning.patched(task.changes)
    record_to = recording if task.keep == "all" else None
    # Where only a verdict is wanted, the messages of a long run are forgotten minute by minute.
    forgets = scene.spec.duration_s * TICKS_PER_S > BLOCK_TICKS and not (task.golden or task.twice)
    table = TableReader(scene, tuning=tuning) if forgets else None
    log = run_scene(scene, seed=task.seed, mode=task.mode, tuning=tuning, record_to=record_to, reader=table)
    columns = log.columns() if table is None else table.columns()
    outcomes = judge(scene.expect, columns)
    decided = decisions_hash(log.traces) if table is None else table.decisions_hash
    result = _result(task, scene, log, columns, outcomes, decided=decided)
    failed = result.verdict is not RunVerdict.PASS
    if failed and forgets:  # why it failed is in the messages
        log = run_scene(scene, seed=task.seed, mode=task.mode, tuning=tuning)
        columns = log.columns()
    again_to = recording if failed and task.keep == "failures" else None
    if task.twice or again_to is not None:
        again = run_scene(scene, seed=task.seed, mode=task.mode, tuning=tuning, record_to=again_to)
        result = replace(result, repeat=_difference(log, again))
    if recording is not None and (task.keep == "all" or again_to is not None):
        result = replace(result, recording=str(recording))
    blamed = task.blamed or task.mode == "feature"
    if failed and task.explained:
        result = replace(
            result,
            picture=picture(log, ()),
            film=film(scene, log, outcomes),
            plots=zone_plot(log) + margin_plots(log, columns, scene.expect, outcomes),
            gates=_gates(log, outcomes),
            broken=reasons(log, columns, outcomes),
            blame=blame(Replays(log.header, scene.expect, default=scene.tuning)) if blamed else None,
        )
    return replace(result, processor_s=round(processor_s() - began_s, 3))


def cast_as(scene: Scene, people: Mapping[str, str]) -> Scene:
    """The same scene with everybody of another look, voice or posture."""
    if not people:
        return scene
    cast = tuple(PersonSpec.model_validate(person.model_dump() | dict(people)) for person in scene.spec.people)
    spec = WorldSpec.model_validate(
        {name: getattr(scene.spec, name) for name in WorldSpec.model_fields} | {"people": cast}
    )
    return replace(scene, spec=spec)


class TableReader:
    """What a verdict needs of a run, taken block by block."""

    def __init__(self, scene: Scene, *, tuning: Tuning) -> None:
        self._gatherer = Gatherer(partial(_ask, scene), spec=scene.spec, facts=scene.facts, tuning=tuning)
        self._decisions = _Decisions()

    def take(self, traces: Sequence[TickTrace], truths: Sequence[TruthFrame]) -> None:
        """The next ticks."""
        self._gatherer.take(traces, truths)
        self._decisions.take(traces)

    def columns(self) -> Columns:
        """The table of the run."""
        return self._gatherer.columns()

    @property
    def decisions_hash(self) -> str:
        """As `decisions_hash` of all messages."""
        return self._decisions.hash


def _ask(scene: Scene, columns: Columns) -> None:
    """Read every column that a verdict and its figures may read."""
    judge(scene.expect, columns)
    figures(columns)
    service(columns)
    for person in scene.spec.people:  # whoever calls is asked for, and not in every minute somebody does
        columns.bearing_of(person.name)


def _result(
    task: RunTask, scene: Scene, log: RunLog, columns: Columns, outcomes: tuple[Outcome, ...], *, decided: str
) -> RunResult:
    verdict = RunVerdict(overall(outcomes))
    golden = read_golden(Path(task.golden)) if task.golden else None
    return RunResult(
        key=task.key,
        scene=task.scene,
        name=scene.name,
        claim=scene.claim,
        seed=task.seed,
        mode=task.mode,
        verdict=verdict,
        counts_as=verdict,
        check_with_full=check_with_full(scene.spec) if task.mode == "feature" else "",
        trace_hash=log.trace_hash,
        decisions_hash=decided,
        sim_s=log.sim_s,
        x_real_time=round(log.x_real_time, 2),
        outcomes=tuple(check_result(outcome) for outcome in outcomes),
        figures=figures(columns),
        knobs=log.header.tuning.changed(),
        service=service(columns),
        golden=None if golden is None else compare(golden, trace_of(log, columns)),
    )


def _gates(log: RunLog, outcomes: tuple[Outcome, ...]) -> tuple[DecisionResult, ...]:
    """The gates at the worst moments of the first failed checks."""
    found = []
    names = names_of(log.traces, log.truths)
    moments_s = [o.at_s for o in outcomes if o.verdict is not Verdict.PASS and o.at_s is not None]
    for at_s in moments_s[:MOST_EXPLAINED]:
        decision = log.traces[min(round(at_s / TICK_S), len(log.traces) - 1)].decision
        gates = tuple(gate_result(gate) for gate in decision.gates)
        found.append(DecisionResult(at_s=at_s, why=sentence(decision, names=names), gates=gates))
    return tuple(found)


def figures(columns: Columns) -> dict[str, float]:
    """What a run comes down to in a few numbers."""
    yaw_deg, rate_dps = columns.truth("yaw_deg"), np.abs(columns.truth("rate_dps"))
    events = [name for _, name in columns.events()]
    return {
        "moves": float(events.count("move")),
        "reversals": float(events.count("reversal")),
        "wake_words_heard": float(events.count("wake word heard")),
        "alerts": float(events.count("alert")),
        "turned_deg": round(float(np.abs(np.diff(yaw_deg)).sum()), 3),
        "final_yaw_deg": round(float(yaw_deg[-1]), 4) if len(yaw_deg) else 0.0,
        "top_speed_dps": round(float(rate_dps.max(initial=0.0)), 3),
        "top_force_n": round(float(columns.truth("contact_force_n").max(initial=0.0)), 3),
    }


def decisions_hash(traces: Sequence[TickTrace]) -> str:
    """A fingerprint of what was decided and when, without the numbers that differ by a last bit between processors."""
    found = _Decisions()
    found.take(traces)
    return found.hash


class _Decisions:
    def __init__(self) -> None:
        self._found = hashlib.sha256()
        self._last: tuple[object, ...] = ()

    def take(self, traces: Sequence[TickTrace]) -> None:
        for trace in traces:
            decision, intent = trace.decision, trace.intent
            now: tuple[object, ...] = (
                intent.mode, intent.kind, intent.owner, intent.hold, decision.zone, decision.hold,
                decision.goal_yaw_deg is None, decision.subject_id, trace.body.contact, trace.body.moving, bool(trace.guard),
            )  # fmt: skip
            if now != self._last:
                self._found.update(f"{trace.tick}{now}".encode())
                self._last = now

    @property
    def hash(self) -> str:
        return self._found.hexdigest()


def _difference(first: RunLog, second: RunLog) -> Divergence | None:
    """Where two runs that should be the same part: tick and the stage nearest to the senses."""
    if first.trace_hash == second.trace_hash:
        return None
    stages = ("sound", "vision", "tracks", "intent", "decision", "body", "command_wanted", "command_sent", "motor")
    for a, b in zip(first.traces, second.traces, strict=False):
        for stage in stages:
            if repr(getattr(a, stage)) != repr(getattr(b, stage)):
                return Divergence(at_s=a.tick * TICK_S, stage=stage)
    return Divergence(at_s=min(len(first.traces), len(second.traces)) * TICK_S, stage="end")
