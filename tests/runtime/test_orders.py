"""Every message on every pipe: it survives the way there, both ends handle every kind, and nonsense gets one clear report."""

from __future__ import annotations

import ast
import dataclasses
import enum
import re
import struct
import subprocess
import sys
import types
import typing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware_bridge.json_messages import LineReader, MessageError, MessageSet
from hardware_bridge.program_reports import PROGRAM_REPORTS, as_json_line
from simulator.onboard.messages import TurnTo
from simulator.runtime.digest import ROW, Change, Happening
from simulator.runtime.engine import Engine
from simulator.runtime.orders.compare_pipe import COMPARE_ORDERS, COMPARE_REPORTS
from simulator.runtime.orders.engine_pipe import (
    ENGINE_ORDERS,
    ENGINE_REPORTS,
    EditCommands,
    OpenScene,
    OrderFailed,
    PauseEngine,
    SceneOpened,
)
from simulator.runtime.orders.explore_pipe import EXPLORE_REPORTS
from simulator.runtime.orders.live_pipe import LIVE_ORDERS, LIVE_REPORTS
from simulator.runtime.orders.run_messages import Body, Ticks
from simulator.runtime.pipe import PipeError, Unpacker, pack
from simulator.world.spec import AnyAction, HandAction, RequestAction, ShutterAction, TuneAction, Walk

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "scenes" / "sample.scene.yaml"
PIPES = {
    "orders to the engine": ENGINE_ORDERS,
    "reports of the engine": ENGINE_REPORTS,
    "orders to the device's loop": LIVE_ORDERS,
    "reports of the device's loop": LIVE_REPORTS,
    "orders to the comparison": COMPARE_ORDERS,
    "reports of the comparison": COMPARE_REPORTS,
    "reports of the exploring": EXPLORE_REPORTS,
    "reports of the bridge's programs": PROGRAM_REPORTS,
}
KINDS = [(name, kind) for name, messages in PIPES.items() for kind in messages.kinds]
ACTIONS = (
    HandAction(at_s=1.0, gesture="turn", to_deg=-3.5),
    RequestAction(at_s=0.0, request=TurnTo(angle_deg=10.0)),
    ShutterAction(at_s=2.5, closed=True),
    TuneAction(at_s=0.25, path="patience.settle_s", value=2.0),
    TuneAction(at_s=0.25, path="motion.profile", value="jerk limited"),
    Walk(at_s=3.0, who="ana", to=(1.0, 2.0)),
)


def values_of(hint: object) -> st.SearchStrategy:
    """Everything that may stand in a field of this type."""
    if hint == AnyAction:
        return st.sampled_from(ACTIONS)
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint == Body:
        return st.binary(max_size=50)
    if origin is typing.Literal:
        return st.sampled_from(parts)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*map(values_of, parts))
    if origin is tuple:
        if parts[1:] == (Ellipsis,):
            return st.lists(values_of(parts[0]), max_size=3).map(tuple)
        return st.tuples(*map(values_of, parts))
    if origin is dict:
        return st.dictionaries(*map(values_of, parts), max_size=3)
    if hint is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if hint is int:
        return st.integers(-(2**53), 2**53)
    if hint is Path:
        return st.text("ab/ü ", min_size=1).map(Path)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from(hint)
    if dataclasses.is_dataclass(hint) or hasattr(hint, "_fields"):
        hints = typing.get_type_hints(hint, include_extras=True)
        return st.builds(hint, **{name: values_of(one) for name, one in hints.items()})
    assert hint in (str, bool, type(None)), f"no values for {hint}"
    return st.from_type(hint)


@pytest.mark.parametrize(("pipe", "kind"), KINDS, ids=lambda one: getattr(one, "__name__", one))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_message_arrives_as_it_was_sent(pipe, kind, data):
    message = data.draw(values_of(kind))
    messages = PIPES[pipe]
    whole = pack(messages, message)
    cut = data.draw(st.integers(0, len(whole)))
    unpacker = Unpacker(messages)
    assert [*unpacker.feed(whole[:cut]), *unpacker.feed(whole[cut:])] == [message]
    assert b"\n" not in messages.to_json(message)


def test_every_kind_is_known_under_one_name_only():
    names = [kind.__name__ for _, kind in KINDS]
    twice = {name for name in names if names.count(name) > 1}
    assert twice == {"Ticks"}, "a batch of ticks comes from the engine and from the device's loop"


HANDLERS = {
    "orders to the engine": ("simulator/runtime/engine.py", "_carry_out"),
    "reports of the engine": ("simulator/workbench/engine_session.py", "_take_current"),
    "orders to the device's loop": ("simulator/runtime/live.py", "_carry_out"),
    "reports of the device's loop": ("simulator/gui/device_session.py", "_arrived"),
}


@pytest.mark.parametrize("pipe", HANDLERS)
def test_every_kind_has_a_case_and_a_forgotten_one_is_a_type_error(pipe):
    """mypy finds what `assert_never` can still be reached by; that the last case is one is looked up here."""
    file, name = HANDLERS[pipe]
    tree = ast.parse((ROOT / file).read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name]
    (match,) = (node for node in ast.walk(functions[0]) if isinstance(node, ast.Match))
    *cases, last = match.cases
    assert ast.unparse(last.body[0]).startswith("assert_never(")
    handled = {
        part.cls.id for case in cases for part in ast.walk(case.pattern) if isinstance(part, ast.MatchClass)
    }  # fmt: skip
    assert handled == {kind.__name__ for kind in PIPES[pipe].kinds} - {"EngineReady"}  # it belongs to no job


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"[1, 2", "not JSON"),
        (b"[1, 2]", "unknown message None: expected one of OpenScene, "),
        (b'{"type": "Dance"}', "unknown message 'Dance': expected one of OpenScene, "),
        (b'{"type": ["PauseEngine"]}', "unknown message ['PauseEngine']"),
        (b'{"type": "PauseEngine"}', "malformed PauseEngine: job: "),
        (b'{"type": "PauseEngine", "job": "3"}', "malformed PauseEngine: job: input should be a valid integer"),
        (
            b'{"type": "EditCommands", "job": 1, "tick": 2, "commands": [[1, {"do": "fly"}]]}',
            "malformed EditCommands: ",
        ),
    ],
)
def test_what_is_no_order_is_one_clear_report_and_the_engine_lives(text, problem):
    with pytest.raises(MessageError, match=re.escape(problem)):
        ENGINE_ORDERS.from_json(text)
    told: list[object] = []
    reports, orders = Unpacker(ENGINE_REPORTS), Unpacker(ENGINE_ORDERS)
    engine = Engine(send=lambda data: told.extend(reports.feed(data)))
    stream = struct.pack("<II", len(text), 0) + text + pack(ENGINE_ORDERS, PauseEngine(job=1))
    for order in orders.feed(stream):
        engine.obey(order)
    (report,) = told
    assert isinstance(report, OrderFailed)
    assert problem in report.text
    assert "\n" not in report.text


def test_an_order_that_cannot_be_carried_out_says_whether_the_run_is_lost():
    told: list[object] = []
    reports = Unpacker(ENGINE_REPORTS)
    engine = Engine(send=lambda data: told.extend(reports.feed(data)))
    engine.obey(EditCommands(job=3, tick=1, commands=()))
    engine.obey(OpenScene(job=4, path=SAMPLE, text="scene: [", seed=0, mode="feature", settings={}))
    assert told[0] == OrderFailed(job=3, text="no scene is open", run_lost=True)
    assert told[1].job == 4
    assert told[1].run_lost


@pytest.mark.process
def test_an_engine_process_outlives_nonsense():
    """Lengths that cannot be, then a message that is none, then a real order."""
    scene = OpenScene(job=7, path=SAMPLE, text=SAMPLE.read_text(), seed=0, mode="feature", settings={}, ticks=5)
    nonsense = (b"\xff" * 16, struct.pack("<II", 2, 0) + b"{}", pack(ENGINE_ORDERS, scene))
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator.runtime.engine"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    unpacker, told = Unpacker(ENGINE_REPORTS), []
    for data in nonsense:  # each on its own, as bytes of a broken sender come
        process.stdin.write(data)
        process.stdin.flush()
        wanted = len([one for one in told if not isinstance(one, Ticks)]) + 1 + (not told)
        while len([one for one in told if not isinstance(one, Ticks)]) < wanted:
            told += unpacker.feed(process.stdout.read1())
    process.stdin.close()
    assert process.wait(timeout=30) == 0
    process.stdout.close()
    failed = [one.text for one in told if isinstance(one, OrderFailed)]
    assert len(failed) == 2
    assert "the limit is" in failed[0]
    assert "unknown message None" in failed[1]
    assert any(isinstance(one, SceneOpened) for one in told)


def test_a_pipe_is_cut_anywhere_and_a_length_that_cannot_be_is_refused():
    sent = [OrderFailed(job=n, text="x" * n) for n in range(20)]
    stream = b"".join(pack(ENGINE_REPORTS, one) for one in sent)
    unpacker, found = Unpacker(ENGINE_REPORTS), []
    for start in range(0, len(stream), 7):
        found += unpacker.feed(stream[start : start + 7])
    assert found == sent
    (problem,) = unpacker.feed(b"\xff" * 16)
    assert isinstance(problem, PipeError)
    assert "the limit is" in str(problem)
    assert list(unpacker.feed(pack(ENGINE_REPORTS, sent[3]))) == [sent[3]]


def test_a_body_behind_a_message_that_has_none_is_refused():
    head = ENGINE_ORDERS.to_json(PauseEngine(job=1))
    (problem,) = Unpacker(ENGINE_ORDERS).feed(struct.pack("<II", len(head), 3) + head + b"abc")
    assert isinstance(problem, PipeError)


def test_a_batch_of_ticks_holds_its_rows_and_changes():
    rows = [tuple(float(n + k) if k < 6 else n for k in range(len(ROW.names))) for n in range(3)]
    changes = [Change(10, 0, b'{"a":1}'), Change(12, 5, b"[]")]
    happenings = [Happening(11, "guard", "held")]
    batch = Ticks.of(10, rows, changes, happenings, job=2)
    assert np.array_equal(batch.rows, np.array(rows, dtype=ROW))
    assert list(batch.changed) == changes
    (again,) = Unpacker(ENGINE_REPORTS).feed(pack(ENGINE_REPORTS, batch))
    assert list(again.changed) == changes
    assert list(again.happenings) == happenings


def test_lines_are_read_as_messages_however_they_are_cut():
    reports = [kind(**{f.name: example(f.type) for f in dataclasses.fields(kind)}) for kind in PROGRAM_REPORTS.kinds]
    text = "".join(as_json_line(one) + "\n" for one in reports).encode()
    reader: LineReader = LineReader(PROGRAM_REPORTS)
    found = [one for start in range(0, len(text), 11) for one in reader.feed(text[start : start + 11])]
    assert found == reports
    assert all("\n" not in one.sentence and one.sentence for one in found)
    with pytest.raises(MessageError, match="not JSON"):
        reader.feed(b"starting up\n")


EXAMPLES = {"bool": True, "str": "words", "int": 3, "int | None": 4, "float": 0.5, "Path": Path("/a/b")}


def example(hint: str) -> object:
    """A value of a type as it is written; of a choice the last."""
    if hint.startswith("Literal["):
        return ast.literal_eval(hint.removeprefix("Literal"))[-1]
    return EXAMPLES[hint]


def test_a_set_may_have_one_member():
    assert MessageSet(PauseEngine).kinds == (PauseEngine,)
