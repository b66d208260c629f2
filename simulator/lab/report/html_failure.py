"""The section of the HTML report about one scene that did not pass: its checks, gates and pictures, and how to run it again."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from simulator.lab.report.html_page import kept_together, many
from simulator.lab.report.scene_runs import SceneRuns, Standing
from simulator.lab.run_result import CheckResult, DecisionResult, Divergence, GateResult, GoldenMatch, RunResult
from simulator.scene.checks import Verdict

_BADGES = {
    Standing.PASS: ("good", "pass"),
    Standing.FAIL: ("bad", "failed"),
    Standing.ERROR: ("bad", "crashed or not repeatable"),
    Standing.NOT_EXERCISED: ("odd", "not exercised"),
    Standing.GOLDEN: ("odd", "golden drift"),
}
_OF_CHECKS = {
    Verdict.PASS: Standing.PASS,
    Verdict.FAIL: Standing.FAIL,
    Verdict.NOT_EXERCISED: Standing.NOT_EXERCISED,
}


def badge(standing: Standing) -> tuple[str, str]:
    """The colour class and the word of a standing."""
    return _BADGES[standing]


def section(runs: SceneRuns) -> Iterable[str]:
    """The whole section."""
    shown, (colour, word), results = runs.telling, badge(runs.standing), runs.results
    yield f'<section id="{escape(runs.scene)}"><header><h3>{escape(shown.name or runs.scene)} '
    yield f'<span class="{colour}">{word}</span></h3><a class="up w" href="#">to the top</a></header>'
    yield f'<p class="faint">{escape(shown.claim)}</p>'
    if len(results) > 1:
        passed = sum(result.clean for result in results)
        yield f"<p>{passed} of {many(len(results), 'seed')} passed; shown is seed {shown.seed}.</p>"
    if shown.error:
        yield f"<pre>{escape(shown.error)}</pre>"
    if shown.repeat:
        yield f'<p class="bad">{repeat_words(shown.repeat)}</p>'
    if shown.golden is not None and shown.drifted:
        yield f'<p class="odd">{drift_words(shown.golden)}</p>'
    yield from _checks(shown)
    for decision in shown.gates:
        yield from _gates(decision)
    if shown.blame is not None:
        yield f"<p><b>To blame</b>: {escape(shown.blame.text)} ({many(shown.blame.replays, 'replay')})</p>"
    yield from _art(shown)
    yield from _again(shown)
    yield "</section>"


def _art(shown: RunResult) -> Iterable[str]:
    plots = "".join(f"<div>{drawn}</div>" for drawn in (shown.film, shown.plots) if drawn)
    whole = f'<div class="whole">{shown.picture}</div>' if shown.picture else ""
    if plots or whole:
        yield f'<div class="art">{plots}{whole}</div>'


def _again(shown: RunResult) -> Iterable[str]:
    command = f"swivel run {shown.scene} --seed {shown.seed} --mode {shown.mode}"
    yield f"<p>Run it again: <code>{escape(command)}</code></p>"
    if shown.recording:
        recording = escape(shown.recording)
        yield f"<p>Recording: <code>{recording}</code>; the same run again: <code>swivel replay {recording}</code></p>"


def _checks(result: RunResult) -> Iterable[str]:
    """Broken checks in full, kept ones folded away."""
    broken = [outcome for outcome in result.outcomes if not outcome.passed]
    kept = [outcome for outcome in result.outcomes if outcome.passed]
    head = "<table><tr><th>check</th><th></th><th>what was found</th><th class=n>margin</th><th class=n>line</th></tr>"
    if broken:
        yield head + "".join(_check(result, outcome) for outcome in broken) + "</table>"
    if kept:
        yield f"<details><summary>{many(len(kept), 'check')} passed</summary>{head}"
        yield "".join(_check(result, outcome) for outcome in kept) + "</table></details>"


def _check(result: RunResult, outcome: CheckResult) -> str:
    colour, word = badge(_OF_CHECKS[outcome.verdict])
    return (
        f"<tr><td>{kept_together(outcome.sentence)}</td><td class='{colour} w'>{word}</td>"
        f"<td>{kept_together(outcome.detail)}</td><td class=n>{margin_words(outcome)}</td>"
        f"<td class=n>{line_of(result, outcome)}</td></tr>"
    )


def _gates(decision: DecisionResult) -> Iterable[str]:
    """The gates of one decision."""
    yield f"<h4>Decision at {decision.at_s:.2f} s: {escape(decision.why)}</h4><table class=narrow>"
    yield "<tr><th>gate</th><th></th><th class=n>value</th><th class=n>needed</th><th class=n>margin</th></tr>"
    for gate in decision.gates:
        colour, word = ("good", "passed") if gate.passed else ("bad", "stops it")
        cells = "".join(f"<td class=n>{escape(number)}</td>" for number in _numbers(gate))
        yield f"<tr><td>{escape(gate.name)}</td><td class={colour}>{word}</td>{cells}</tr>"
    yield "</table>"


def _numbers(gate: GateResult) -> tuple[str, str, str]:
    """Value, threshold and margin of a gate; a gate without a unit that is 0 or 1 asks yes or no."""
    if not gate.unit and gate.value in (0, 1) and gate.threshold in (0, 1):
        return "yes" if gate.value else "no", "yes" if gate.threshold else "no", ""
    unit = f" {gate.unit}".replace(" °", "°").rstrip()
    return f"{gate.value:.3g}{unit}", f"{gate.threshold:.3g}{unit}", f"{gate.margin:+.3g}{unit}"


def margin_words(outcome: CheckResult) -> str:
    """A check's margin with its unit; empty where nothing can be measured."""
    return "" if outcome.margin is None else kept_together(f"{outcome.margin:+.3g} {outcome.unit}".strip())


def drift_words(golden: GoldenMatch) -> str:
    """Where a run left its golden trace."""
    return f"Golden drift: first divergence at {golden.at_s:.2f} s in {escape(golden.stage)}: {escape(golden.text)}."


def repeat_words(repeat: Divergence) -> str:
    """Where the same seed gave another run."""
    return f"The same seed gave another run: first in {escape(repeat.stage)} at {repeat.at_s:.2f} s."


def line_of(result: RunResult, outcome: CheckResult) -> str:
    """The line of a check, with its file where that is not the scene's own."""
    file = "" if outcome.file == result.scene else f"{outcome.file.rpartition('/')[2]}:"
    return f"{escape(file)}{outcome.line}"
