"""The table as one HTML file that needs no network, and as rows for files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from html import escape

from simulator.lab.bench.board import COLUMNS, RUN_COLUMNS, BoardRow
from simulator.lab.bench.draws import PUBLIC, Draw
from simulator.lab.bench.runner import BenchRun
from simulator.lab.bench.tracks import TRACKS
from simulator.lab.measure.labels import Row
from simulator.lab.report.html_page import page

HEADS = (
    "entry",
    "score",
    "95 % interval",
    "worst group",
    "wrong a minute",
    "motion a minute",
    "speed",
    "memory",
    "failed",
    "trace",
)


def leaderboard(rows: Sequence[BoardRow], runs: Sequence[BenchRun], draw: Draw) -> str:
    """The page."""
    homes = f"{len(draw.seeds)} homes"
    if draw.name == PUBLIC:
        head = f"<p>{homes} of the public set.</p>"
    else:
        head = f"<p>{homes} drawn by a secret with SHA-256 <code>{draw.name}</code>, published before the entries came in.</p>"
    parts = [head]
    for name in dict.fromkeys(row.track for row in rows):
        track = TRACKS[name]
        parts.append(
            f"<h2>{escape(track.title)}</h2><p class=faint>Score: {escape(track.sentence)}; {track.mode} mode.</p>"
        )
        cells = "".join(f"<th{' class=n' if k else ''}>{head}</th>" for k, head in enumerate(HEADS))
        body = "".join(_line(row) for row in rows if row.track == name)
        parts.append(f"<table><tr>{cells}</tr>{body}</table>")
    failed = [run for run in runs if run.error]
    if failed:
        parts.append("<h2>Failures</h2><table><tr><th>entry</th><th>home</th><th>mode</th><th>why</th></tr>")
        parts += [
            f"<tr><td>{escape(run.entry)}</td><td>{run.seed}</td><td>{run.mode}</td><td>{escape(run.error[:400])}</td></tr>"
            for run in failed
        ]
        parts.append("</table>")
    return page("Swivel bench", "".join(parts))


def _line(row: BoardRow) -> str:
    worst = "" if row.worst_score is None else f"{escape(row.worst_group)} {_percent(row.worst_score)}"
    cells = (
        _percent(row.score), f"{_percent(row.low)} to {_percent(row.high)}", worst, _number(row.wrong_per_min, ".2f"),
        _number(row.turned_deg_per_min, ".0f", "°"), _number(row.x_real_time, ".1f", "x"), f"{row.memory_mb:.0f} MB",
        f"{row.failed} of {row.homes}", f"<code>{row.trace_hash[:12]}</code>",
    )  # fmt: skip
    bad = " class=bad" if row.failed else ""
    return f"<tr><td{bad}>{escape(row.entry)}</td>{''.join(f'<td class=n>{cell}</td>' for cell in cells)}</tr>"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}&nbsp;%"


def _number(value: float | None, form: str, unit: str = "") -> str:
    return "–" if value is None else f"{value:{form}}{unit}"


def board_rows(rows: Sequence[BoardRow]) -> list[Row]:
    """The table's rows for CSV and Parquet."""
    return [asdict(row) for row in rows]


def run_rows(runs: Sequence[BenchRun], draw: Draw) -> list[Row]:
    """A row for each run on each track, and one for each failed run."""
    found: list[Row] = []
    for run in runs:
        base = {"draw": draw.name, **{name: getattr(run, name) for name in RUN_COLUMNS if hasattr(run, name)}}
        for name, score in run.scores.items():
            found.append(base | {"track": name, "group": score.group, "asked": score.asked, "right": score.right})
        if run.error:
            found.append(base | {"track": None, "group": None, "asked": None, "right": None})
    return [{name: row[name] for name in RUN_COLUMNS} for row in found]


def as_markdown() -> str:
    """The columns of the two tables, for the page about the bench."""
    lines = []
    for title, columns in (("`leaderboard`", COLUMNS), ("`runs`", RUN_COLUMNS)):
        lines += [f"**{title}**", "", "| column | what it is |", "|---|---|"]
        lines += [f"| `{name}` | {sentence} |" for name, sentence in columns.items()]
        lines.append("")
    lines += ["**Tracks**", "", "| track | score | mode | entries bring |", "|---|---|---|---|"]
    for track in TRACKS.values():
        kinds = ", ".join(track.kinds)
        lines.append(f"| `{track.name}` | {track.sentence} | {track.mode} | {kinds} |")
    return "\n".join(lines) + "\n"
