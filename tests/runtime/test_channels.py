"""Recordings mean something to viewers: every channel has the schema of its messages, in the words that viewers know."""

from __future__ import annotations

import dataclasses
import itertools
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator
from mcap.reader import make_reader

from simulator.lab.report.recording_page import field_at
from simulator.onboard import messages
from simulator.runtime import header, recorder
from simulator.runtime.channels import (
    KINDS,
    SCALARS,
    STANDING,
    WHY,
    channel_schema,
    schema_name,
    schema_text,
)
from simulator.runtime.codec import encode, encode_present
from simulator.runtime.message_schemas import schema_of, unit_of
from simulator.runtime.recording import read
from simulator.runtime.run import run_scene
from simulator.scene.loader import load
from simulator.world import truth
from simulator.world.assets import SCENES

CHANNELS = ("tick", "truth", "command", *STANDING, WHY)
PLAIN = ("boolean", "integer", "number", "string")


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with requests, answers, people and sounds."""
    path = tmp_path_factory.mktemp("run") / "run.mcap"
    run_scene(load(SCENES / "app" / "a-wake-word-goes-first.scene.yaml"), mode="feature", record_to=path)
    return path


def contents(path: Path) -> Iterator[tuple[str, Any, Any]]:
    with path.open("rb") as file:
        for _, channel, message in make_reader(file).iter_messages():
            yield channel.topic, message, orjson.loads(message.data)


def test_every_message_is_valid_by_the_schema_in_the_file_and_by_the_full_one(recording: Path) -> None:
    checks = {name: (Draft202012Validator(orjson.loads(schema_text(name))), Draft202012Validator(channel_schema(name)))
              for name in CHANNELS}  # fmt: skip
    found = set()
    for topic, _, plain in contents(recording):
        found.add(topic)
        for check in checks[topic]:
            check.validate(plain)
    assert found == set(CHANNELS) - {"command"}


def test_a_wrong_message_is_not_valid() -> None:
    check = Draft202012Validator(channel_schema("decision"))
    good = {
        "value": orjson.loads(encode_present(messages.ZoneDecision(tick=1, zone=None, goal_yaw_deg=2.0, hold=None)))
    }
    check.validate(good)
    assert "zone" not in good["value"]
    for name, value in (("tick", "one"), ("zone", "no zone"), ("goal_yaw_deg", None)):
        assert not check.is_valid({"value": good["value"] | {name: value}})
    del good["value"]["tick"]
    assert not check.is_valid(good)


def plainly_typed(schema: dict[str, Any]) -> bool:
    """Whether Lichtblick's reader takes this: one plain type each, objects with properties, arrays of anything but arrays."""
    match schema["type"]:
        case "object":
            return all(map(plainly_typed, schema["properties"].values()))
        case "array":
            return schema["items"]["type"] != "array" and plainly_typed(schema["items"])
        case kind:
            return kind in PLAIN


def test_viewers_get_schemas_of_the_kind_that_they_read() -> None:
    assert [name for name in CHANNELS if not plainly_typed(orjson.loads(schema_text(name)))] == []
    assert not plainly_typed({"type": "object", "properties": {"x": {"type": ["number", "null"]}}})


def test_plotjuggler_finds_what_it_looks_for(recording: Path) -> None:
    """Its loader wants a summary with statistics, a schema for every channel and the encoding `json`, and takes either time."""
    with recording.open("rb") as file:
        summary = make_reader(file).get_summary()
    assert summary is not None
    assert summary.statistics is not None
    assert {channel.topic: summary.schemas[channel.schema_id].name for channel in summary.channels.values()} == {
        name: schema_name(name) for name in CHANNELS
    }
    assert {channel.message_encoding for channel in summary.channels.values()} == {"json"}
    ticks = set()
    for _, message, _ in contents(recording):
        assert message.log_time == message.publish_time == message.sequence * 10_000_000
        ticks.add(message.sequence)
    assert ticks == set(range(len(ticks)))


def test_what_is_plotted_first_is_a_number_at_its_path(recording: Path) -> None:
    assert {path: field_at(path)["type"] for path in SCALARS} == dict.fromkeys(SCALARS, "number")
    found = set()
    for topic, _, plain in contents(recording):
        for path in SCALARS:
            channel, *names = path.split(".")
            value = plain if channel == topic else None
            for name in names:
                value = None if value is None else value.get(name)
            if isinstance(value, int | float):
                found.add(path)
    assert set(SCALARS) - found == set()


def test_the_log_has_a_line_when_the_reason_changes_and_only_then(recording: Path) -> None:
    traces = read(recording).traces
    kept = [(trace.decision.hold, trace.decision.goal_yaw_deg is None, trace.intent.mode) for trace in traces]
    changes = 1 + sum(now != before for before, now in itertools.pairwise(kept))
    lines = [plain["message"] for topic, _, plain in contents(recording) if topic == WHY]
    assert len(lines) >= 3
    assert abs(len(lines) - changes) <= 2  # a turn to another person is a new reason too
    assert any(line.startswith("Turning to") for line in lines)
    assert any(line.startswith("Still: ") for line in lines)


def test_schemas_cost_little(recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(recorder, "schema_text", lambda _: b'{"type":"object"}')
        before.setattr(recorder, "encode_present", encode)
        before.setattr(header, "FORMAT", 2)
        before.setattr(recorder.WhyLog, "line", lambda *_: None)
        sample, bare = tmp_path / "sample.mcap", tmp_path / "bare.mcap"
        run_scene(load(SCENES / "sample.scene.yaml"), mode="feature", record_to=bare)
    run_scene(load(SCENES / "sample.scene.yaml"), mode="feature", record_to=sample)
    assert sample.stat().st_size <= 1.05 * bare.stat().st_size
    # A recording of before these schemas opens as before: None was written out in it.
    old, new = read(bare), read(sample)
    assert encode(old.traces) == encode(new.traces)
    assert old.truths == new.truths


def test_none_is_the_only_thing_that_a_missing_field_can_mean() -> None:
    """A field that may be None has no other default, or a recording could not tell the two apart."""
    kinds = [one for module in (messages, truth) for one in vars(module).values() if dataclasses.is_dataclass(one)]
    assert len(kinds) > 30
    for kind in kinds:
        hints = typing.get_type_hints(kind)
        for item in dataclasses.fields(kind):
            if type(None) in typing.get_args(hints[item.name]):
                assert item.default in (None, dataclasses.MISSING), f"{kind.__name__}.{item.name}"


def test_a_schema_says_unit_and_meaning() -> None:
    width = schema_of(KINDS["decision"])["properties"]["dead_half_width_deg"]
    assert width == {"type": "number", "unit": "°", "description": "at the subject's distance"}
    assert [unit_of(name) for name in ("torque_nm", "gain_db", "wake_tick", "name")] == [
        "N·m",
        "dB",
        "tick of 10 ms",
        "",
    ]
