"""A person, a sound or a thing as text: it can be pasted into the same scene, another one, or an editor."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from simulator.scene.saver import SceneText
from simulator.workbench.scene_edits import SECTIONS

LONGEST = 20_000  # letters: no single thing of a scene is that long


def copied(text: str, section: str, name: str) -> str:
    """One entry of a scene, as its file has it."""
    values = SceneText(text).get([section, name])
    yaml, out = YAML(), io.StringIO()
    yaml.dump({section: {name: dict(values)}}, out)
    return out.getvalue()


def pasted(text: str, words: str, *, taken: set[str]) -> tuple[str, str] | None:
    """The scene with what was copied, under a name that is free, and that name; None when the words are no such thing."""
    found = _entry(words)
    if found is None:
        return None
    section, name, values = found
    stem = name.rstrip("0123456789") or name
    new = name if name not in taken else next(f"{stem}{n}" for n in range(2, 1000) if f"{stem}{n}" not in taken)
    edited = SceneText(text)
    edited.set([section, new], values)
    return edited.text, new


def _entry(words: str) -> tuple[str, str, dict[str, Any]] | None:
    if len(words) > LONGEST:
        return None
    try:
        whole = YAML(typ="safe", pure=True).load(words)
    except (YAMLError, ValueError):
        return None
    if not isinstance(whole, dict) or len(whole) != 1:
        return None
    section, block = next(iter(whole.items()))
    if section not in SECTIONS or not isinstance(block, dict) or len(block) != 1:
        return None
    name, values = next(iter(block.items()))
    return (section, str(name), values) if isinstance(values, dict) else None
