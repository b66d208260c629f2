"""The look of the HTML report, and its one script: everything is inside the file, so it opens without a network."""

from __future__ import annotations

from html import escape

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


def page(title: str, body: str) -> str:
    """A whole page."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1>{body}<script>{_SCRIPT}</script></body></html>\n"
    )


def kept_together(text: str) -> str:
    """A sentence, escaped, in which a number and its unit stay on one line."""
    return escape(text).replace(" °", "&nbsp;°")


def many(count: int, word: str) -> str:
    """A count with its word."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
