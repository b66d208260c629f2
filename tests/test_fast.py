"""What `make fast` compiles is the same program: the rewritten modules, run by Python, make messages that say the same."""

from __future__ import annotations

import ast
import copy
import pickle
import sys
import types
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

import pytest

from simulator.onboard import messages
from simulator.onboard.described import state_of
from simulator.runtime.codec import decode, encode
from tools.fast import modules
from tools.native import native

ROOT = Path(__file__).resolve().parents[1]
BODY = ROOT / "simulator/onboard/messages/body.py"


@pytest.fixture
def rewritten(monkeypatch: pytest.MonkeyPatch) -> Any:
    made = types.ModuleType("body_for_a_compiler")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    exec(compile(native(BODY.read_text(encoding="utf-8")), BODY, "exec"), made.__dict__)
    return made


@pytest.mark.parametrize("path", modules())
def test_no_class_is_left_to_be_made_while_the_program_runs(path: str) -> None:
    for node in ast.parse(native((ROOT / path).read_text(encoding="utf-8"))).body:
        if isinstance(node, ast.ClassDef):
            decorators = [ast.unparse(one) for one in node.decorator_list]
            made = [one for one in decorators if one.startswith(("message", "dataclass"))]
            assert not made or "_interpreted" in decorators, node.name


def test_a_rewritten_message_says_what_the_message_says(rewritten: Any) -> None:
    values = {"tick": 7, "yaw_deg": -3.5, "rate_dps": 0.25, "torque_nm": 0.01, "mode": messages.MotorMode.MOVING}
    usual, other = messages.MotorState(**values), rewritten.MotorState(**values)
    assert repr(other) == repr(usual)
    assert hash(other) == hash(replace(other))
    assert replace(other, tick=8) != other == copy.copy(other) == pickle.loads(pickle.dumps(other))
    assert encode(other) == encode(usual)
    assert decode(rewritten.MotorState, encode(other)).yaw_deg == -3.5
    with pytest.raises(TypeError, match="yaw_deg"):
        rewritten.MotorState(tick=1)


@pytest.mark.parametrize("name", ["MotorState", "Touch", "Setup", "MotorCommand", "BodyReport", "MotionReport"])
def test_its_fields_are_those_of_the_message(rewritten: Any, name: str) -> None:
    def said(kind: Any) -> list[tuple[str, object, object, object]]:
        return [(one.name, one.type, one.default, one.default_factory is MISSING) for one in fields(kind)]

    assert said(getattr(rewritten, name))[0][:2] == said(getattr(messages, name))[0][:2]
    assert [row[:3] for row in said(getattr(rewritten, name))] == [row[:3] for row in said(getattr(messages, name))]


def test_an_object_of_a_compiled_base_keeps_what_python_added() -> None:
    class Compiled:
        __slots__ = ("unset", "yaw_deg")
        __mypyc_attrs__ = ("unset", "yaw_deg")

    class Stage(Compiled):
        pass

    stage = Stage()
    stage.yaw_deg, stage.heard = 4.0, [1]  # type: ignore[attr-defined]
    assert state_of(stage) == {"yaw_deg": 4.0, "heard": [1]}
