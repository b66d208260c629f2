"""The page in front of each stage says what is so: every file, what goes in and comes out, and the knobs that it reads."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

from simulator.onboard.tuning import leaves

ROOT = Path(__file__).resolve().parents[2]
STAGES = {
    "ssl": "SoundStage",
    "vision": "VisionStage",
    "fusion": "FusionStage",
    "behaviour": "BehaviourStage",
    "zones": "ZoneStage",
    "motion": "MotionStage",
}
PATHS = [leaf.path for leaf in leaves()]


def page(stage: str) -> str:
    text = importlib.import_module(f"simulator.onboard.{stage}").__doc__
    assert text is not None
    return text


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_every_file_is_on_the_page_and_no_other(stage: str) -> None:
    files = {path.name for path in (ROOT / "simulator/onboard" / stage).glob("*.py")} - {"__init__.py"}
    assert set(re.findall(r"`(\w+\.py)`", page(stage))) == files


def test_what_goes_in_and_comes_out_is_on_the_page(stage: str) -> None:
    kind = getattr(importlib.import_module(f"simulator.onboard.{stage}.stage"), STAGES[stage])
    signature = inspect.signature(kind.tick)
    said = " ".join([str(signature.return_annotation), *(str(one.annotation) for one in signature.parameters.values())])
    messages = {name for name in re.findall(r"[A-Z]\w+", said) if name != "None"}
    assert len(messages) >= 4
    assert messages <= set(re.findall(r"`(\w+)`", page(stage)))


def test_the_knobs_on_the_page_are_the_knobs_that_are_read(stage: str) -> None:
    read = {
        node.attr
        for path in (ROOT / "simulator/onboard" / stage).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert set(re.findall(r"\b[a-z]+\.\w+\b(?<!\.py)", page(stage))) == {
        path for path in PATHS if path.split(".")[1] in read
    }
