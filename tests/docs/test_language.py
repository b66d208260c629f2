"""What of docs/language.md a machine can hold: labels that stand alone, and words that no user shall read."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.onboard.tuning import leaves

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("simulator", "hardware_bridge")
PRIVATE = re.compile(
    r"\banew\b|\bin vain\b|\b(of|are) ours\b|\b(left|leaving) off\b|\bthis is no\b|[Cc]alm middle|[Ww]aiting edge"
    r"|\bis no (list|file|preset|recording|scene|number)\b"
)
OLD_NAMES = ("calm middle", "waiting edge")


def strings(text: str) -> Iterator[tuple[int, str]]:
    """All texts of a Python file that may be shown: those that are not docstrings, also the fixed parts of f-strings."""
    tree = ast.parse(text)
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def private_words(text: str) -> list[tuple[int, str]]:
    """Where a shown text of a Python file says something that language.md has a trade word for."""
    if not PRIVATE.search(text):
        return []  # spares most files the parser
    return [(line, found[0]) for line, shown in strings(text) if (found := PRIVATE.search(shown))]


def test_every_label_stands_alone() -> None:
    labels = [leaf.label for leaf in leaves()]
    assert [label for label, count in Counter(labels).items() if count > 1] == []
    assert [label for label in labels if not re.match(r"[A-Z].*[^.! ]$", label)] == []
    assert [label for label in labels if re.match(r"(or|and|then|also|but|it|this)\b", label, re.IGNORECASE)] == []
    assert [
        label for label in labels if re.search(r"\b(means|believe|deaf|softness|sensitivity)\b", label.lower())
    ] == []


def test_every_knob_explains_itself_in_one_sentence_about_persons() -> None:
    sentences = {leaf.path: leaf.sentence for leaf in leaves()}
    assert [path for path, text in sentences.items() if not re.match(r"[A-Z].*[^.]\.$", text)] == []
    assert [
        path for path, text in sentences.items() if re.search(r"\b(some|no|every)body\b", text, re.IGNORECASE)
    ] == []
    assert [path for path, text in sentences.items() if text.startswith(("Or ", "And "))] == []


def test_no_shown_text_has_a_private_word() -> None:
    files = [path for folder in PRODUCT for path in (ROOT / folder).rglob("*.py")]
    assert {
        str(path.relative_to(ROOT)): found for path in files if (found := private_words(path.read_text("utf-8")))
    } == {}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('raise ValueError(f"{path}: this is no list")', [(1, "this is no")]),
        ('"""Sought in vain."""\nwords = "nothing"', []),
        ('def f():\n    """Made anew."""\n    return "made anew"', [(3, "anew")]),
        ('label = f"Calm middle at {at}"', [(1, "Calm middle")]),
    ],
)
def test_a_private_word_is_found_where_it_is_shown_only(code: str, found: list[tuple[int, str]]) -> None:
    assert private_words(code) == found


def test_pages_and_scenes_call_the_zones_by_their_names() -> None:
    pages = [path for kind in ("docs/**/*.md", "scenes/**/*.yaml", "*.md") for path in ROOT.glob(kind)]
    assert len(pages) > 200
    assert [path.name for path in pages if any(old in path.read_text("utf-8").lower() for old in OLD_NAMES)] == []
