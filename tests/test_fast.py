"""What is compiled for sweeps can be: it is there, and nothing in it is copied or pickled by a checkpoint."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
UNFIT = re.compile(r"\bclass \w+\((?:Remembers|Unchanging)\b|@message\b|dataclass\(frozen=True")


def compiled() -> list[str]:
    for node in ast.parse((ROOT / "setup.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "COMPILED":
            found: list[str] = ast.literal_eval(node.value)
            return found
    raise AssertionError("setup.py names no modules to compile")


@pytest.mark.parametrize("path", compiled())
def test_a_compiled_module_holds_nothing_that_a_checkpoint_copies(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not UNFIT.findall(text)


def test_what_a_checkpoint_copies_would_be_found() -> None:
    for path in (
        "simulator/onboard/fusion/kalman.py",
        "simulator/onboard/messages/body.py",
        "simulator/onboard/angles.py",
    ):
        assert UNFIT.search((ROOT / path).read_text(encoding="utf-8"))
