"""The list of all knobs as text and as docs/tuning.md, made from their one declaration."""

from __future__ import annotations

from simulator.onboard.tuning import Leaf, Value, group_sentence, leaves

HEAD = """# Knobs

Made by `make docs` from `simulator/onboard/tuning/`; a test fails when this page is stale. A knob's path is its only
address: `swivel run SCENE --set zones.hysteresis_deg=3`, the `tuning:` part of a scene, a preset, a sweep axis.
Knobs marked *eng.* are for engineers; the window shows them under Expert.
"""


def as_text() -> str:
    """One line a knob, for a terminal."""
    width = max(len(leaf.path) for leaf in leaves())
    return "".join(
        f"{leaf.path:<{width}}  {_default(leaf):>18}  {_allowed(leaf):<22}  {leaf.label}\n" for leaf in leaves()
    )


def as_markdown() -> str:
    """The page docs/tuning.md."""
    parts = [HEAD]
    group = ""
    for leaf in leaves():
        if leaf.group != group:
            group = leaf.group
            parts.append(f"\n## {group}\n\n{group_sentence(group)}\n\n")
            parts.append("| knob | default | allowed | what it does |\n|---|---|---|---|\n")
        tier = " *eng.*" if leaf.tier == "engineering" else ""
        parts.append(
            f'| <a id="{leaf.path}"></a>**{leaf.label}**{tier}<br>`{leaf.path}` | {_default(leaf)} | {_allowed(leaf)} | '
            f"{leaf.sentence} |\n"
        )
    return "".join(parts)


def shown(value: Value, unit: str) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value
    gap = "" if unit.startswith("°") else " "
    return f"{value:g}{gap}{unit}".strip()


def _default(leaf: Leaf) -> str:
    return shown(leaf.default, leaf.unit)


def _allowed(leaf: Leaf) -> str:
    if leaf.kind == "choice":
        return leaf.allowed
    if leaf.kind == "switch":
        return "on, off"
    return f"{leaf.low:g} to {leaf.high:g}"
