"""Files and functions stay short enough to be read at once, and a value without a type stays the exception."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "hardware_bridge",
    *sorted(f"simulator/{init.parent.name}" for init in (ROOT / "simulator").glob("*/__init__.py")),
)
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
# Over all files of the product: half of them, and nine of ten.
MEDIAN_LINES, TENTH_LINES = 110, 300
MOST_ANY = 30  # in gui, runtime and lab together


def sources(room: str) -> list[tuple[Path, str]]:
    return [(path, path.read_text()) for path in sorted((ROOT / room).rglob("*.py"))]


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_and_no_function_is_long(room):
    long = []
    for path, text in sources(room):
        lines = len(text.splitlines())
        if lines > LONGEST_FILE:
            long.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION:
                long.append(f"{path.relative_to(ROOT)}: {node.name}: {node.end_lineno - node.lineno + 1} lines")
    assert long == []


def test_most_files_are_short():
    lines = sorted(len(text.splitlines()) for room in ("simulator", "hardware_bridge") for _, text in sources(room))
    assert statistics.median(lines) <= MEDIAN_LINES
    assert lines[int(0.9 * len(lines))] <= TENTH_LINES


def test_a_value_without_a_type_is_rare():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ("simulator/gui", "simulator/runtime", "simulator/lab")
        for path, text in sources(room)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Name) and node.id == "Any"
    ]
    assert len(found) <= MOST_ANY, found
