"""The report of a `swivel qa` as one file that opens anywhere without a network: what failed first, with pictures of why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from simulator.lab.statistics import wilson

Result = dict[str, Any]
# Beyond these nobody looks at pictures one by one; the table still lists everything.
MOST_PICTURED = 40
BADGES = {"pass": "pass", "fail": "failed", "not exercised": "not exercised"}

_STYLE = """
:root{--ink:#1d2733;--faint:#5d6875;--paper:#fff;--card:#f5f7f9;--line:#dfe4ea;--good:#1f7a5a;--bad:#a3201a;--odd:#8a6a00;--link:#1f4fd1}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e8edf2;--faint:#9aa7b4;--paper:#14181d;--card:#1d232a;--line:#323b45;
--good:#5fd0a5;--bad:#ff8b80;--odd:#e6c04a;--link:#8fb0ff}.art svg{filter:invert(.91) hue-rotate(180deg)}}
*{box-sizing:border-box}html{scroll-behavior:smooth}
body{margin:0 auto;max-width:1240px;padding:28px 24px 80px;font:15px/1.5 Inter,"Segoe UI",Helvetica,Arial,sans-serif;
color:var(--ink);background:var(--paper)}h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 10px}
h3{font-size:17px;margin:0}h4{font-size:13px;font-weight:600;color:var(--faint);margin:18px 0 4px}p{margin:4px 0}a{color:var(--link)}
.faint{color:var(--faint)}.row{display:flex;gap:12px;flex-wrap:wrap;margin:18px 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 16px;min-width:120px}
.tile b{display:block;font-size:24px;line-height:1.2}.good{color:var(--good)}.bad{color:var(--bad)}.odd{color:var(--odd)}
.find{display:flex;gap:8px;flex-wrap:wrap;margin:0 0 10px}
input,button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:6px 12px}
input{width:320px}button{cursor:pointer}button[aria-pressed=true]{background:var(--ink);color:var(--paper);border-color:var(--ink)}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:5px 14px 5px 0;border-bottom:1px solid var(--line);
vertical-align:top}th{color:var(--faint);font-weight:500}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td:last-child,th:last-child{padding-right:0}.narrow{width:auto;min-width:50%}.w{white-space:nowrap}
section{border:1px solid var(--line);border-radius:10px;padding:16px 18px;margin:14px 0}
section>header{display:flex;justify-content:space-between;gap:16px}summary{cursor:pointer;color:var(--faint);padding:6px 0}
.art{display:flex;flex-wrap:wrap;gap:8px 28px;align-items:flex-start;margin:14px 0}.art>*{flex:1 1 480px;min-width:0}
.art svg{max-width:100%;height:auto;display:block;margin:0 0 6px;overflow:visible}.art>.whole{flex-basis:100%}
code{background:var(--card);border-radius:4px;padding:1px 5px;font-size:13px;overflow-wrap:anywhere}
pre{background:var(--card);padding:10px;overflow:auto;border-radius:6px;white-space:pre-wrap}
@media print{body{max-width:none;padding:0;font-size:12px}.find,.up{display:none}section{break-before:page;border:0;padding:0}
tr,.art svg{break-inside:avoid}details::details-content{content-visibility:visible;display:block}a{color:inherit;text-decoration:none}
tr.scene[hidden]{display:table-row}}
"""
_SCRIPT = """
const box=document.getElementById('find'),picks=[...document.querySelectorAll('[data-pick]')];let pick='';
function show(){const w=box.value.toLowerCase();let n=0;document.querySelectorAll('tr.scene').forEach(r=>{
r.hidden=!(r.textContent.toLowerCase().includes(w)&&(!pick||(pick==='pass')===(r.dataset.is==='pass')));n+=!r.hidden});
document.getElementById('none').hidden=n>0}
box.addEventListener('input',show);picks.forEach(b=>b.addEventListener('click',()=>{pick=b.dataset.pick;
picks.forEach(o=>o.setAttribute('aria-pressed',o===b));show()}));
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
        *(_list(wrong, by_scene) if wrong else []),
        *(part for scene in wrong[:MOST_PICTURED] for part in _failed(scene, by_scene[scene])),
        '<h2 id="all">All scenes</h2>',
        '<p class="find"><input id="find" placeholder="Find a scene, a claim or a check" aria-label="Find">',
        *(
            f'<button data-pick="{pick}" aria-pressed="{str(not pick).lower()}">{word}</button>'
            for pick, word in (("", "All"), ("wrong", "To look at"), ("pass", "Passed"))
        ),
        "</p><table><thead><tr><th>scene</th><th>verdict</th><th class=n>seeds passed</th><th>closest check</th>"
        "<th class=n>time</th></tr></thead><tbody>",
        *(_row(scene, by_scene[scene]) for scene in scenes),
        '</tbody></table><p id="none" class="faint" hidden>No scene fits.</p>',
        f"<script>{_SCRIPT}</script></body></html>\n",
    ])  # fmt: skip


def _summary(results: Sequence[Result], by_scene: dict[str, list[Result]], *, wall_s: float) -> Iterable[str]:
    states = [_status(found) for found in by_scene.values()]
    simulated_s = sum(result.get("sim_s", 0.0) for result in results)
    spent_s = sum(result.get("processor_s", 0.0) for result in results)
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
    yield f'<div class="tile"><b>{simulated_s / 60:.1f} min</b>simulated in {wall_s:.1f} s</div>'
    yield f'<div class="tile"><b>{spent_s:.1f} s</b>of processor time</div></div>'


def _list(wrong: Sequence[str], by_scene: dict[str, list[Result]]) -> Iterable[str]:
    """What went wrong, a line each, before any picture."""
    yield f"<h2>{_many(len(wrong), 'scene')} to look at</h2>"
    yield "<table><tr><th>scene</th><th></th><th>why</th><th class=n>line</th></tr>"
    for number, scene in enumerate(wrong):
        state, shown = _status(by_scene[scene]), _shown(by_scene[scene])
        name = escape(_short(scene))
        link = f'<a href="#{escape(scene)}">{name}</a>' if number < MOST_PICTURED else name
        why, line = _reason(shown)
        yield f'<tr><td class=w>{link}</td><td class="w {_colour(state)}">{_word(state)}</td><td>{why}</td><td class=n>{line}</td></tr>'
    yield "</table>"


def _reason(result: Result) -> tuple[str, str]:
    """The first thing that is wrong with a run, and its line in the scene file."""
    if result["error"]:
        return escape(result["error"].splitlines()[0]), ""
    if result["repeat"]:
        return _unlike(result["repeat"]), ""
    for outcome in result["outcomes"]:
        if outcome["verdict"] != "pass":
            return f"<b>{escape(outcome['id'])}</b>: {_said(outcome['detail'])}", _line(result, outcome)
    return (_drift(result["golden"]), "") if _drifted(result) else ("this scene has no expect block", "")


def _shown(results: Sequence[Result]) -> Result:
    """The run of a scene that its section is about."""
    broken = [result for result in results if _broken(result)]
    return next((result for result in broken if result.get("film")), broken[0])


def _broken(result: Result) -> bool:
    return bool(result["error"] or result["repeat"] or result["verdict"] != "pass" or _drifted(result))


def _failed(scene: str, results: Sequence[Result]) -> Iterable[str]:
    shown, state = _shown(results), _status(results)
    yield f'<section id="{escape(scene)}"><header><h3>{escape(shown.get("name") or scene)} '
    yield f'<span class="{_colour(state)}">{_word(state)}</span></h3><a class="up w" href="#">to the top</a></header>'
    yield f'<p class="faint">{escape(shown.get("claim", ""))}</p>'
    if len(results) > 1:
        passed = sum(not _broken(result) for result in results)
        yield f"<p>{passed} of {_many(len(results), 'seed')} passed; shown is seed {shown['seed']}.</p>"
    if shown["error"]:
        yield f"<pre>{escape(shown['error'])}</pre>"
    if shown["repeat"]:
        yield f'<p class="bad">{_unlike(shown["repeat"])}</p>'
    if _drifted(shown):
        yield f'<p class="odd">{_drift(shown["golden"])}</p>'
    yield from _checks(shown)
    for gates in shown.get("gates") or []:
        yield from _gates(gates)
    plots = "".join(f"<div>{shown[name]}</div>" for name in ("film", "plots") if shown.get(name))
    whole = f'<div class="whole">{shown["picture"]}</div>' if shown.get("picture") else ""
    if plots or whole:
        yield f'<div class="art">{plots}{whole}</div>'
    command = f"swivel run {scene} --seed {shown['seed']} --mode {shown['mode']}"
    yield f"<p>Run it again: <code>{escape(command)}</code></p>"
    if shown.get("recording"):
        recording = escape(shown["recording"])
        yield f"<p>Recording: <code>{recording}</code>; the same run again: <code>swivel replay {recording}</code></p>"
    yield "</section>"


def _checks(result: Result) -> Iterable[str]:
    """Broken checks in full, kept ones folded away."""
    broken = [outcome for outcome in result["outcomes"] if outcome["verdict"] != "pass"]
    kept = [outcome for outcome in result["outcomes"] if outcome["verdict"] == "pass"]
    head = "<table><tr><th>check</th><th></th><th>what was found</th><th class=n>margin</th><th class=n>line</th></tr>"
    if broken:
        yield head + "".join(_check(result, outcome) for outcome in broken) + "</table>"
    if kept:
        yield f"<details><summary>{_many(len(kept), 'check')} passed</summary>{head}"
        yield "".join(_check(result, outcome) for outcome in kept) + "</table></details>"


def _check(result: Result, outcome: Result) -> str:
    colour = {"pass": "good", "fail": "bad"}.get(outcome["verdict"], "odd")
    return (
        f"<tr><td>{_said(outcome['sentence'])}</td><td class='{colour} w'>{BADGES[outcome['verdict']]}</td>"
        f"<td>{_said(outcome['detail'])}</td><td class=n>{_margin(outcome)}</td><td class=n>{_line(result, outcome)}</td></tr>"
    )


def _gates(gates: Result) -> Iterable[str]:
    """The questions of one decision; those that were answered by yes or no in words."""
    yield f"<h4>Decision at {gates['at_s']:.2f} s: {escape(gates['why'])}</h4><table class=narrow>"
    yield "<tr><th>gate</th><th></th><th class=n>value</th><th class=n>needed</th><th class=n>margin</th></tr>"
    for gate in gates["gates"]:
        colour, word = ("good", "passed") if gate["passed"] else ("bad", "stops it")
        plain = not gate["unit"] and gate["value"] in (0, 1) and gate["threshold"] in (0, 1)
        unit = f" {gate['unit']}".replace(" °", "°").rstrip()
        numbers = ("yes" if gate["value"] else "no", "yes" if gate["threshold"] else "no", "") if plain else (
            f"{gate['value']:.3g}{unit}", f"{gate['threshold']:.3g}{unit}", f"{gate['margin']:+.3g}{unit}"
        )  # fmt: skip
        cells = "".join(f"<td class=n>{escape(number)}</td>" for number in numbers)
        yield f"<tr><td>{escape(gate['name'])}</td><td class={colour}>{word}</td>{cells}</tr>"
    yield "</table>"


def _row(scene: str, results: Sequence[Result]) -> str:
    state = _status(results)
    passed = sum(not result["error"] and result["verdict"] == "pass" for result in results)
    low, high = wilson(passed, len(results))
    interval = f" ({low:.0%} to {high:.0%})" if len(results) > 1 else ""
    first = results[0]
    name = f'<a href="#{escape(scene)}">{escape(_short(scene))}</a>' if state != "pass" else escape(_short(scene))
    closest = _closest(results)
    return (
        f'<tr class="scene" data-is="{state}"><td>{name}<br><span class="faint">{escape(first.get("claim", ""))}</span></td>'
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
    return "" if outcome["margin"] is None else _said(f"{outcome['margin']:+.3g} {outcome['unit']}".strip())


def _said(text: str) -> str:
    """A sentence in which a number and its unit stay on one line."""
    return escape(text).replace(" °", "&nbsp;°")


def _drift(golden: Result) -> str:
    return f"Golden drift: first divergence at {golden['at_s']:.2f} s in {escape(golden['stage'])}: {escape(golden['text'])}."


def _unlike(repeat: Result) -> str:
    return f"The same seed gave another run: first in {escape(repeat['stage'])} at {repeat['at_s']:.2f} s."


def _line(result: Result, outcome: Result) -> str:
    """The line of a check, with its file where that is not the scene's own."""
    file = "" if outcome["file"] == result["scene"] else f"{outcome['file'].rpartition('/')[2]}:"
    return f"{escape(file)}{outcome['line']}"


def _short(scene: str) -> str:
    """A scene's path without its ending."""
    return scene.removesuffix(".scene.yaml")


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
