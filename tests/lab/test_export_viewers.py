"""Exports for viewers: what Foxglove publishes as valid is valid, the frames fit, and nothing of the recording is missing."""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator
from mcap.reader import make_reader

from simulator.cli.export import add_arguments, export
from simulator.lab.export import foxglove as fg
from simulator.lab.export.foxglove_messages import scene_update, schemas
from simulator.lab.report.recording_page import field_at
from simulator.lab.why.why_sentences import episodes, names_of
from simulator.runtime.recording import Recording, read
from simulator.runtime.run import run_scene
from simulator.scene.loader import load
from simulator.world.assets import SCENES

PUBLISHED = json.loads((Path(__file__).parent / "published" / "foxglove.json").read_text())


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    path = tmp_path_factory.mktemp("run") / "sample.mcap"
    run_scene(load(SCENES / "sample.scene.yaml"), mode="feature", record_to=path)
    return read(path)


def exported(recording: Recording, form: str, folder: Path) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return export(parser.parse_args([str(recording.path), "--to", form, "--out", str(folder)]))


@pytest.fixture(scope="module")
def for_foxglove(recording: Recording, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foxglove")
    assert exported(recording, "foxglove", folder) == 0
    return folder / "sample.foxglove.mcap"


def contents(path: Path) -> Iterator[tuple[str, str, int, Any]]:
    with path.open("rb") as file:
        for schema, channel, message in make_reader(file).iter_messages():
            assert schema is not None
            yield channel.topic, schema.name, message.log_time, orjson.loads(message.data)


def test_every_message_is_valid_by_the_schemas_that_foxglove_publishes(for_foxglove: Path) -> None:
    published = {name: Draft202012Validator(schema) for name, schema in PUBLISHED.items()}
    in_file = {name: Draft202012Validator(orjson.loads(schema) if isinstance(schema, bytes) else schema)
               for name, schema in schemas().items()}  # fmt: skip
    counts = dict.fromkeys(PUBLISHED, 0)
    for _, name, _, message in contents(for_foxglove):
        if name in published:
            counts[name] += 1
            if counts[name] % 5 != 1 and name != "foxglove.Log":
                continue  # a thousand of the same kind: one in five is looked at
            published[name].validate(message)
            in_file[name].validate(message)
    assert counts["foxglove.SceneUpdate"] == 401  # the room once, and 20 s of 20 a second
    assert counts["foxglove.FrameTransforms"] == 1000
    assert counts["foxglove.Log"] >= 5


def test_the_published_schemas_refuse_what_is_wrong(recording: Recording) -> None:
    check = Draft202012Validator(PUBLISHED["foxglove.SceneUpdate"])
    _, _, room = next(fg.messages(recording))
    check.validate(room)
    assert len(room["entities"][0]["lines"]) == 6  # floor, ceiling, four corners
    del room["entities"][0]["frame_locked"]
    assert not check.is_valid(room)


def test_the_head_of_a_person_lies_where_the_frames_put_the_screens_view(
    recording: Recording, for_foxglove: Path
) -> None:
    """From room to base to screen and back: seen from the screen a person is at its azimuth less the yaw."""
    frames: dict[int, Any] = {}
    people: dict[int, Any] = {}
    for topic, _, at_ns, message in contents(for_foxglove):
        if topic == fg.FRAMES:
            frames[at_ns] = message["transforms"]
        if topic == fg.SCENE:
            people[at_ns] = next(one for one in message["entities"] if one["id"] == "person anna")
    at_ns = 7_000_000_000
    base, screen = frames[at_ns]
    head = people[at_ns]["spheres"][0]["pose"]["position"]
    turned = sum(2 * math.degrees(math.atan2(one["rotation"]["z"], one["rotation"]["w"])) for one in (base, screen))
    x, y = head["x"] - base["translation"]["x"], head["y"] - base["translation"]["y"]
    bearing = (math.degrees(math.atan2(y, x)) - turned + 180) % 360 - 180
    truth = recording.truths[700]
    assert truth is not None
    assert bearing == pytest.approx(truth.people[0].azimuth_deg - truth.yaw_deg, abs=1e-6)


def test_the_log_says_each_reason_once(recording: Recording, for_foxglove: Path) -> None:
    said = [message["message"] for topic, _, _, message in contents(for_foxglove) if topic == fg.REASONS]
    names = names_of(recording.traces, recording.truths)
    assert said == [one.sentence for one in episodes(recording.traces, names=names)]


def test_the_recording_itself_is_in_the_file_and_times_only_rise(recording: Recording, for_foxglove: Path) -> None:
    with recording.path.open("rb") as file:
        own = [(f"/{channel.topic}", message.log_time, message.data)
               for _, channel, message in make_reader(file).iter_messages() if channel.topic != "why"]  # fmt: skip
    with for_foxglove.open("rb") as file:
        copied = [
            (channel.topic, message.log_time, message.data)
            for schema, channel, message in make_reader(file).iter_messages()
            if schema is not None and schema.name.startswith("swivel.")
        ]
    assert sorted(copied) == sorted(own)
    with for_foxglove.open("rb") as file:
        times = [message.log_time for _, _, message in make_reader(file).iter_messages(log_time_order=False)]
    assert times == sorted(times)


def test_the_layout_shows_what_is_there(for_foxglove: Path) -> None:
    layout = json.loads((for_foxglove.parent / "swivel.layout.json").read_text())
    topics = {topic for topic, *_ in contents(for_foxglove)}
    shown = layout["configById"]
    assert set(shown["3D!room"]["topics"]) <= topics
    assert shown["RosOut!why"]["topicToRender"] in topics
    paths = [path["value"] for name, panel in shown.items() if name.startswith("Plot!") for path in panel["paths"]]
    assert len(paths) >= 10
    assert {field_at(path.removeprefix("/"))["type"] for path in paths} == {"number"}

    def panels(part: Any) -> list[str]:
        return [part] if isinstance(part, str) else panels(part["first"]) + panels(part["second"])

    assert sorted(panels(layout["layout"])) == sorted(shown)


def test_a_person_that_leaves_is_taken_away() -> None:
    update = scene_update([], gone=["person anna"], tick=250)
    Draft202012Validator(PUBLISHED["foxglove.SceneUpdate"]).validate(update)
    assert update["deletions"] == [{"timestamp": {"sec": 2, "nsec": 500_000_000}, "type": 0, "id": "person anna"}]


@pytest.mark.process
def test_rerun_reads_what_is_written(recording: Recording, tmp_path: Path) -> None:
    pytest.importorskip("rerun")
    assert exported(recording, "rerun", tmp_path) == 0
    # A home without settings is a first session, of which rerun sends no usage data.
    own = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "NO_COLOR": "1"}

    def told(*words: str) -> str:
        command = [sys.executable, "-m", "rerun", "rrd", *words, str(tmp_path / "sample.rrd")]
        return subprocess.run(command, env=own, capture_output=True, text=True, check=True).stdout

    told("verify")
    shown = told("print", "-v")
    for entity in (
        "/room/walls",
        "/room/people/body",
        "/room/base/screen",
        "/room/base/screen/zones",
        "/why",
        "/yaw/measured",
    ):
        assert entity in shown, entity


@pytest.fixture(scope="module")
def data_set(recording: Recording, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two recordings as LeRobot's data set."""
    folder = tmp_path_factory.mktemp("data")
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    runs = [str(recording.path)] * 2
    assert export(parser.parse_args([*runs, "--to", "lerobot", "--out", str(folder)])) == 0
    return folder


def test_a_lerobot_data_set_says_what_is_in_it(recording: Recording, data_set: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    info = json.loads((data_set / "meta" / "info.json").read_text())
    rows = parquet.read_table(data_set / info["data_path"].format(chunk_index=0, file_index=0)).to_pylist()
    assert (info["total_frames"], info["total_episodes"], info["fps"]) == (len(rows), 2, 20)
    assert set(rows[0]) == set(info["features"])
    assert [row["index"] for row in rows] == list(range(800))
    episodes = parquet.read_table(data_set / "meta/episodes/chunk-000/file-000.parquet").to_pylist()
    assert [(one["dataset_from_index"], one["dataset_to_index"]) for one in episodes] == [(0, 400), (400, 800)]
    for name, feature in info["features"].items():
        value = rows[450][name]
        assert len(value if isinstance(value, list) else [value]) == feature["shape"][0], name
    state = dict(zip(info["features"]["observation.state"]["names"], rows[450]["observation.state"], strict=True))
    trace = recording.traces[250]
    assert state["yaw_deg"] == pytest.approx(trace.motor.yaw_deg, abs=1e-4)
    assert rows[450]["action"][0] == pytest.approx(trace.command_sent.yaw_deg, abs=1e-4)
    assert state["subject_there"] == 1.0
    yaws = [row["observation.state"][0] for row in rows]
    stats = json.loads((data_set / "meta" / "stats.json").read_text())["observation.state"]
    assert (stats["min"][0], stats["max"][0]) == (
        pytest.approx(min(yaws), abs=1e-4),
        pytest.approx(max(yaws), abs=1e-4),
    )


def test_another_reader_takes_the_lerobot_data_set(data_set: Path) -> None:
    experimental = pytest.importorskip("rerun.experimental")
    reader = experimental.LeRobotReader(str(data_set))
    assert list(reader.episodes()) == [0, 1]
    rows = {str(chunk.entity_path): chunk.num_rows for chunk in reader.stream(1)}
    assert (rows["/observation.state"], rows["/action"], rows["/task"]) == (400, 400, 400)


def test_without_rerun_the_command_says_what_to_install(
    recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "rerun", None)
    monkeypatch.delitem(sys.modules, "simulator.lab.export.rerun", raising=False)
    assert exported(recording, "rerun", tmp_path) == 2
    assert "pip install 'swivel-display[rerun]'" in capsys.readouterr().err
