"""The report of a `swivel qa` as one file that opens anywhere without a network: what failed first, with pictures of why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from simulator.lab.sequential import wilson

Result = dict[str, Any]
# Beyond these nobody looks at pictures one by one; the table still lists everything.
MOST_PICTURED = 40
BADGES = {"pass": "pass", "fail": "failed", "not exercised": "not exercised"}

_STYLE = """
:root{--ink:#1d2733;--faint:#5d6875;--paper:#fff;--card:#f5f7f9;--line:#dfe4ea;--good:#1f7a5a;--bad:#a3201a;--odd:#8a6a00}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf2;--faint:#9aa7b4;--paper:#14181d;--card:#1d232a;--line:#323b45;
--good:#5fd0a5;--bad:#ff8b80;--odd:#e6c04a}}
*{box-sizing:border-box}body{margin:0 auto;max-width:1180px;padding:28px 24px 80px;font:15px/1.5 Inter,Helvetica,Arial,sans-serif;
color:var(--ink);background:var(--paper)}h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 10px}
h3{font-size:16px;margin:0 0 2px}p{margin:4px 0}.faint{color:var(--faint)}.row{display:flex;gap:12px;flex-wrap:wrap;margin:18px 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 16px;min-width:120px}
.tile b{display:block;font-size:24px;line-height:1.2}.good{color:var(--good)}.bad{color:var(--bad)}.odd{color:var(--odd)}
input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:6px 10px;width:320px}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:5px 10px 5px 0;border-bottom:1px solid var(--line);
vertical-align:top}th{color:var(--faint);font-weight:500}td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
section{border:1px solid var(--line);border-radius:10px;padding:16px 18px;margin:14px 0}
.art{background:#fff;border-radius:8px;padding:10px;margin:12px 0;overflow-x:auto}
.art svg{max-width:100%;height:auto;display:block;margin:4px 0}
code{background:var(--card);border-radius:4px;padding:1px 5px;font-size:13px}
pre{background:var(--card);padding:10px;overflow:auto;border-radius:6px}
"""
_SCRIPT = """
const box=document.getElementById('find');box.addEventListener('input',()=>{const w=box.value.toLowerCase();
document.querySelectorAll('tr.scene').forEach(r=>{r.hidden=!r.textContent.toLowerCase().includes(w)})});
"""


def html(results: Sequence[Result], *, title: str, wall_s: float) -> str:
    """The report."""
    scenes = list(dict.fromkeys(result["scene"] for result in results))
    by_scene = {scene: [result for result in results if result["scene"] == scene] for scene in scenes}
    wrong = [scene for scene in scenes if _status(by_scene[scene]) != "pass"]
    return "".join([
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        *_summary(results, by_scene, wall_s=wall_s),
        *([f"<h2>{_many(len(wrong), 'scene')} to look at</h2>"] if wrong else []),
        *(part for scene in wrong[:MOST_PICTURED] for part in _failed(scene, by_scene[scene])),
        "<h2>All scenes</h2>",
        '<p><input id="find" placeholder="Find a scene, a claim or a check" aria-label="Find"></p>',
        "<table><tr><th>scene</th><th>verdict</th><th>seeds passed</th><th>closest check</th><th>time</th></tr>",
        *(_row(scene, by_scene[scene]) for scene in scenes),
        f"</table><script>{_SCRIPT}</script></body></html>\n",
    ])  # fmt: skip


def _summary(results: Sequence[Result], by_scene: dict[str, list[Result]], *, wall_s: float) -> Iterable[str]:
    states = [_status(found) for found in by_scene.values()]
    simulated_s = sum(result.get("sim_s", 0.0) for result in results)
    tiles = [
        ("good", states.count("pass"), "passed"),
        ("bad", states.count("fail"), "failed"),
        ("bad", states.count("error"), "crashed"),
        ("odd", states.count("not exercised"), "not exercised"),
        ("odd", states.count("golden"), "golden drift"),
    ]
    yield '<div class="row">'
    for colour, count, word in tiles:
        if count or word in ("passed", "failed"):
            yield f'<div class="tile {colour if count else "faint"}"><b>{count}</b>{word}</div>'
    yield f'<div class="tile"><b>{len(results)}</b>{"run" if len(results) == 1 else "runs"}</div>'
    yield f'<div class="tile"><b>{simulated_s / 60:.1f} min</b>simulated in {wall_s:.1f} s</div></div>'


def _failed(scene: str, results: Sequence[Result]) -> Iterable[str]:
    broken = [
        result
        for result in results
        if result["error"] or result["repeat"] or result["verdict"] != "pass" or _drifted(result)
    ]
    shown = next((result for result in broken if result.get("film")), broken[0])
    state = _status(results)
    yield f'<section id="{escape(scene)}"><h3>{escape(shown.get("name") or scene)} '
    yield f'<span class="{_colour(state)}">{_word(state)}</span></h3>'
    yield f'<p class="faint">{escape(shown.get("claim", ""))}</p>'
    passed = len(results) - len(broken)
    yield f"<p>{passed} of {_many(len(results), 'seed')} passed; shown is seed {shown['seed']}.</p>"
    if shown["error"]:
        yield f"<pre>{escape(shown['error'])}</pre>"
    if shown["repeat"]:
        repeat = shown["repeat"]
        yield f'<p class="bad">The same seed gave another run: first in {escape(repeat["stage"])} at {repeat["at_s"]:.2f} s.</p>'
    if _drifted(shown):
        golden = shown["golden"]
        yield f'<p class="odd">Golden drift: first divergence at {golden["at_s"]:.2f} s in {golden["stage"]}: {escape(golden["text"])}.</p>'
    if shown["outcomes"]:
        yield "<table><tr><th>check</th><th></th><th>what was found</th><th>margin</th><th>line</th></tr>"
        for outcome in shown["outcomes"]:
            colour = _colour("fail" if outcome["verdict"] == "fail" else outcome["verdict"])
            yield (
                f"<tr><td>{escape(outcome['sentence'])}</td><td class='{colour}'>{BADGES[outcome['verdict']]}</td>"
                f"<td>{escape(outcome['detail'])}</td><td class=n>{_margin(outcome)}</td><td class=n>{outcome['line']}</td></tr>"
            )
        yield "</table>"
    for gates in shown.get("gates") or []:
        yield f"<p>Gates at {gates['at_s']:.2f} s. {escape(gates['why'])}</p><table>"
        yield "<tr><th>gate</th><th>value</th><th>threshold</th><th>margin</th></tr>"
        for gate in gates["gates"]:
            colour = "good" if gate["passed"] else "bad"
            yield (
                f"<tr><td class={colour}>{escape(gate['name'])}</td><td class=n>{gate['value']:.3g} {gate['unit']}</td>"
                f"<td class=n>{gate['threshold']:.3g}</td><td class=n>{gate['margin']:+.3g}</td></tr>"
            )
        yield "</table>"
    for name in ("film", "plots", "picture"):
        if shown.get(name):
            yield f'<div class="art">{shown[name]}</div>'
    command = f"swivel run {scene} --seed {shown['seed']} --mode {shown['mode']}"
    yield f"<p>Run it again: <code>{escape(command)}</code></p>"
    if shown.get("recording"):
        yield f"<p>Recording: <code>{escape(shown['recording'])}</code></p>"
    yield "</section>"


def _row(scene: str, results: Sequence[Result]) -> str:
    state = _status(results)
    passed = sum(not result["error"] and result["verdict"] == "pass" for result in results)
    low, high = wilson(passed, len(results))
    interval = f" ({low:.0%} to {high:.0%})" if len(results) > 1 else ""
    first = results[0]
    name = f'<a href="#{escape(scene)}">{escape(scene)}</a>' if state != "pass" else escape(scene)
    closest = _closest(results)
    return (
        f'<tr class="scene"><td>{name}<br><span class="faint">{escape(first.get("claim", ""))}</span></td>'
        f'<td class="{_colour(state)}">{_word(state)}</td><td class="n">{passed} of {len(results)}{interval}</td>'
        f'<td>{closest}</td><td class="n">{sum(r.get("wall_s", 0.0) for r in results):.2f} s</td></tr>'
    )


def _closest(results: Sequence[Result]) -> str:
    """The check that was nearest to failing: the smallest margin in seconds or degrees, whichever is tighter for its unit."""
    steps = {"s": 0.5, "°": 10.0}
    found = [
        (outcome["margin"] / steps[outcome["unit"]], outcome)
        for result in results
        for outcome in result["outcomes"]
        if outcome["margin"] is not None and outcome["unit"] in steps
    ]
    if not found:
        return ""
    outcome = min(found, key=lambda item: item[0])[1]
    return f"{escape(outcome['id'])}: {_margin(outcome)}"


def _status(results: Sequence[Result]) -> str:
    if any(result["error"] or result["repeat"] for result in results):
        return "error"
    if any(result.get("counts_as") == "fail" for result in results):
        return "fail"
    if any(result.get("counts_as") == "not exercised" for result in results):
        return "not exercised"
    return "golden" if any(_drifted(result) for result in results) else "pass"


def _drifted(result: Result) -> bool:
    return result["golden"] is not None and not result["golden"]["same"]


def _colour(state: str) -> str:
    return {"pass": "good", "fail": "bad", "error": "bad"}.get(state, "odd")


def _word(state: str) -> str:
    return {"error": "crashed or not repeatable", "golden": "golden drift"}.get(state, BADGES.get(state, state))


def _margin(outcome: dict[str, Any]) -> str:
    return "" if outcome["margin"] is None else f"{outcome['margin']:+.3g} {escape(outcome['unit'])}".strip()


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
