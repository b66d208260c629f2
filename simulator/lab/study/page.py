"""The report of a study as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from simulator.lab.qa.result_store import write_whole
from simulator.lab.study.findings import Findings, consistency_words
from simulator.lab.study.plan import StudyPlan, beside
from simulator.lab.study.preference import Interval

STYLE = """
:root{color-scheme:light dark;--ink:#1d2733;--faint:#5b6672;--line:#d5dbe1;--bar:#2f6fdb;--back:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e7ebf0;--faint:#9aa5b1;--line:#37414c;--bar:#7aa7f7;--back:#14191f}}
body{font:15px/1.5 Inter,system-ui,sans-serif;color:var(--ink);background:var(--back);max-width:46rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:2rem 0 .4rem}.verdict{font-size:1.2rem;margin:1rem 0}
p.faint,td.faint{color:var(--faint)}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem .3rem 0;
border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums}svg{display:block}
"""
WIDTH, HEIGHT = 320, 18


def page(plan: StudyPlan, found: Findings) -> str:
    """The whole page."""
    parts = [
        f"<h1>{escape(plan.name)}</h1>",
        f'<p class="faint">{escape(plan.question)}</p>',
        f'<p class="verdict">{escape(_sentence(found.verdict))}</p>',
        f"<p>{escape(_counts(found))}</p>",
    ]
    if found.shown_on:
        parts.append(f"<p>{escape(_looked_at(found))}</p>")
    if found.could_be_seen:
        parts.append(f"<p>{escape(_sentence(found.could_be_seen))}</p>")
    if found.preference is not None:
        parts += _strengths(plan, found)
    if found.sliders:
        parts += _bars("What raters said in the end (0 to 100)", tuple(found.sliders.items()), low=0.0, high=100.0)
    parts += _raters(found)
    body = "\n".join(parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(plan.name)}</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def write_report(plan: StudyPlan, found: Findings) -> Path:
    """Write the page beside the study; returns where."""
    target = beside(plan.path, "report.html")
    write_whole(target, page(plan, found).encode())
    return target


def as_text(plan: StudyPlan, found: Findings) -> str:
    """The same for a terminal."""
    lines = [f"{plan.name}: {found.verdict}", _counts(found)]
    if found.shown_on:
        lines.append(_looked_at(found))
    if found.could_be_seen:
        lines.append(found.could_be_seen)
    if found.preference is not None:
        for setting, strength in zip(plan.settings, found.preference.strengths, strict=True):
            lines.append(f"  {setting.name:24} {strength.value:+.2f} ({strength.low:+.2f} to {strength.high:+.2f})")
        lines.append(_order(found.preference.first_bonus))
    lines += [f"left out {one.rater}: {one.why}" for one in found.left_out]
    return "".join(f"{line}\n" for line in lines)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _counts(found: Findings) -> str:
    return f"{len(found.counted)} raters counted, {found.judged} pairs judged; {consistency_words(*found.consistent)}."


def _looked_at(found: Findings) -> str:
    """What they saw, told apart: opinions of a picture are not opinions of a display."""
    words = {"room": "the display drawn in its home", "screen": "a drawing of the turning screen"}
    parts = [
        f"{count} looked at {words.get(what, f'a real display ({what})')}" for what, count in found.shown_on.items()
    ]
    return f"Of them {' and '.join(parts)}."


def _order(bonus: Interval) -> str:
    seen = bonus.low > 0 or bonus.high < 0
    words = "what is shown first is" if bonus.value > 0 else "what is shown second is"
    found = f"{bonus.value:+.2f} ({bonus.low:+.2f} to {bonus.high:+.2f})"
    return f"effect of the order: {found}; {words} liked more" if seen else f"effect of the order: none seen, {found}"


def _strengths(plan: StudyPlan, found: Findings) -> list[str]:
    assert found.preference is not None
    named = tuple(zip((setting.name for setting in plan.settings), found.preference.strengths, strict=True))
    low, high = min(s.low for _, s in named), max(s.high for _, s in named)
    return [
        *_bars("How strongly each is preferred", named, low=min(low, -0.1), high=max(high, 0.1)),
        f'<p class="faint">{escape(_sentence(_order(found.preference.first_bonus)))} '
        "The bars are 95 % intervals; strengths sum to zero, and a difference of 0.85 means 70:30.</p>",
    ]


def _bars(title: str, named: Sequence[tuple[str, Interval]], *, low: float, high: float) -> list[str]:
    def at(value: float) -> float:
        return 4 + (min(max(value, low), high) - low) / (high - low) * (WIDTH - 8)

    rows = []
    for name, found in named:
        y = HEIGHT / 2
        drawing = (
            f'<svg width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{found.value:.2f}">'
            f'<line x1="{at(found.low):.1f}" y1="{y}" x2="{at(found.high):.1f}" y2="{y}" stroke="var(--bar)" stroke-width="3"/>'
            f'<circle cx="{at(found.value):.1f}" cy="{y}" r="5" fill="var(--bar)"/></svg>'
        )
        words = f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
        rows.append(f"<tr><td>{escape(name)}</td><td>{drawing}</td><td class=faint>{words}</td></tr>")
    return [f"<h2>{escape(title)}</h2>", f"<table>{''.join(rows)}</table>"]


def _raters(found: Findings) -> list[str]:
    if not found.left_out:
        return ["<h2>Left out</h2>", "<p>Nobody.</p>"]
    rows = "".join(f"<tr><td>{one.rater}</td><td>{escape(one.why)}</td></tr>" for one in found.left_out)
    return ["<h2>Left out</h2>", f"<table>{rows}</table>"]
