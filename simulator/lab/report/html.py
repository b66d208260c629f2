"""The report of a `swivel qa` as one file that opens anywhere without a network: what failed first, with pictures of why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from simulator.lab.report.html_failure import badge, drift_words, line_of, margin_words, repeat_words, section
from simulator.lab.report.html_page import kept_together, many, page
from simulator.lab.report.scene_runs import SceneRuns, Standing, by_scene
from simulator.lab.report.service_table import service_table
from simulator.lab.run_result import RunResult, RunVerdict
from simulator.lab.statistics import wilson

# Beyond these nobody looks at pictures one by one; the table still lists everything.
MOST_PICTURED = 40
TILES = (
    ("good", Standing.PASS, "passed"),
    ("bad", Standing.FAIL, "failed"),
    ("bad", Standing.ERROR, "crashed"),
    ("odd", Standing.NOT_EXERCISED, "not exercised"),
    ("odd", Standing.GOLDEN, "golden drift"),
)
ALWAYS_TILED = (Standing.PASS, Standing.FAIL)


def html(results: Sequence[RunResult], *, title: str, wall_s: float) -> str:
    """The report."""
    scenes = by_scene(results)
    wrong = [runs for runs in scenes if runs.standing is not Standing.PASS]
    return page(
        title,
        "".join([
            *_summary(scenes, results, wall_s=wall_s),
            *(_list(wrong) if wrong else []),
            *(part for runs in wrong[:MOST_PICTURED] for part in section(runs)),
            *service_table(results),
            '<h2 id="all">All scenes</h2>',
            '<p class="find"><input id="find" placeholder="Find a scene, a claim or a check" aria-label="Find">',
            *(
                f'<button data-pick="{pick}" aria-pressed="{str(not pick).lower()}">{word}</button>'
                for pick, word in (("", "All"), ("wrong", "To look at"), ("pass", "Passed"))
            ),
            "</p><table><thead><tr><th>scene</th><th>verdict</th><th class=n>seeds passed</th><th>closest check</th>"
            "<th class=n>time</th></tr></thead><tbody>",
            *(_row(runs) for runs in scenes),
            '</tbody></table><p id="none" class="faint" hidden>No scene fits.</p>',
        ]),
    )  # fmt: skip


def _summary(scenes: Sequence[SceneRuns], results: Sequence[RunResult], *, wall_s: float) -> Iterable[str]:
    standings = [runs.standing for runs in scenes]
    simulated_s = sum(result.sim_s for result in results)
    spent_s = sum(result.processor_s for result in results)
    yield '<div class="row">'
    for colour, standing, word in TILES:
        count = standings.count(standing)
        if count or standing in ALWAYS_TILED:
            yield f'<div class="tile {colour if count else "faint"}"><b>{count}</b>{word}</div>'
    yield f'<div class="tile"><b>{len(results)}</b>{"run" if len(results) == 1 else "runs"}</div>'
    yield f'<div class="tile"><b>{simulated_s / 60:.1f} min</b>simulated in {wall_s:.1f} s</div>'
    yield f'<div class="tile"><b>{spent_s:.1f} s</b>of processor time</div></div>'


def _list(wrong: Sequence[SceneRuns]) -> Iterable[str]:
    """What went wrong, a line each, before any picture."""
    yield f"<h2>{many(len(wrong), 'scene')} to look at</h2>"
    yield "<table><tr><th>scene</th><th></th><th>why</th><th class=n>line</th></tr>"
    for number, runs in enumerate(wrong):
        name = escape(runs.title)
        link = f'<a href="#{escape(runs.scene)}">{name}</a>' if number < MOST_PICTURED else name
        colour, word = badge(runs.standing)
        why, line = _reason(runs.telling)
        yield f'<tr><td class=w>{link}</td><td class="w {colour}">{word}</td><td>{why}</td><td class=n>{line}</td></tr>'
    yield "</table>"


def _reason(result: RunResult) -> tuple[str, str]:
    """The first thing that is wrong with a run, and its line in the scene file."""
    if result.error:
        return escape(result.error.splitlines()[0]), ""
    if result.repeat:
        return repeat_words(result.repeat), ""
    for outcome in result.outcomes:
        if not outcome.passed:
            return f"<b>{escape(outcome.id)}</b>: {kept_together(outcome.detail)}", line_of(result, outcome)
    if result.golden is not None and result.drifted:
        return drift_words(result.golden), ""
    return "this scene has no expect block", ""


def _row(runs: SceneRuns) -> str:
    results, (colour, word) = runs.results, badge(runs.standing)
    passed = sum(not result.error and result.verdict is RunVerdict.PASS for result in results)
    low, high = wilson(passed, len(results))
    interval = f" ({low:.0%} to {high:.0%})" if len(results) > 1 else ""
    title, closest = escape(runs.title), runs.closest
    name = title if runs.standing is Standing.PASS else f'<a href="#{escape(runs.scene)}">{title}</a>'
    nearest = f"{escape(closest.id)}: {margin_words(closest)}" if closest is not None else ""
    return (
        f'<tr class="scene" data-is="{runs.standing}"><td>{name}<br><span class="faint">{escape(results[0].claim)}</span></td>'
        f'<td class="{colour}">{word}</td><td class="n">{passed} of {len(results)}{interval}</td>'
        f'<td>{nearest}</td><td class="n">{sum(result.wall_s for result in results):.2f} s</td></tr>'
    )
