"""Recordings as one data set in LeRobot's layout (v3.0): an episode a recording, 20 rows a second, no pictures. Needs pyarrow.

`observation.state` is what the stack believes and `action` is the set point it sent, both in degrees, so a policy can be cloned from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.lab.qa.result_store import write_whole
from simulator.onboard.messages import TICKS_PER_S, TickTrace
from simulator.runtime.message_schemas import Json
from simulator.runtime.recording import Recording

EVERY_TICKS = 5
FPS = TICKS_PER_S // EVERY_TICKS
STATE = (
    "yaw_deg", "rate_dps", "torque_nm", "voice", "sound_azimuth_deg", "sound_confidence", "subject_there", "subject_azimuth_deg",
    "subject_engagement", "subject_talking", "subject_addressing",
)  # fmt: skip
Columns = dict[str, list[float | list[float]]]
ACTION = ("yaw_deg", "rate_dps")
DATA = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
FIRST = {"chunk_index": 0, "file_index": 0}
WHOLE_NUMBERS = ("frame_index", "episode_index", "index", "task_index")
FLOATS = ("observation.state", "action", "timestamp")


def lerobot(recordings: Sequence[Recording], folder: Path) -> int:
    """Write the data set; returns the number of rows."""
    tasks = list(dict.fromkeys(one.header.scene_name for one in recordings))
    columns: Columns = {name: [] for name in (*FLOATS, *WHOLE_NUMBERS)}
    episodes: list[Json] = []
    for number, recording in enumerate(recordings):
        start, task = len(columns["index"]), recording.header.scene_name
        for frame, trace in enumerate(recording.traces[::EVERY_TICKS]):
            columns["observation.state"].append(_state(trace))
            columns["action"].append([trace.command_sent.yaw_deg, trace.command_sent.rate_dps])
            columns["timestamp"].append(frame / FPS)
            for name, value in zip(WHOLE_NUMBERS, (frame, number, start + frame, tasks.index(task)), strict=True):
                columns[name].append(value)
        rows = {name: values[start:] for name, values in columns.items()}
        episodes.append(_episode(number, task, start, len(columns["index"]), rows))
    folder.mkdir(parents=True, exist_ok=True)
    _table(folder / DATA.format(**FIRST), _data(columns))
    _table(folder / "meta/episodes/chunk-000/file-000.parquet", pa.Table.from_pylist(episodes))
    _table(folder / "meta/tasks.parquet", _tasks(tasks))
    write_whole(folder / "meta/stats.json", orjson.dumps(_statistics(columns), option=orjson.OPT_INDENT_2))
    write_whole(folder / "meta/info.json", _info(len(recordings), len(columns["index"]), len(tasks)))
    return len(columns["index"])


def _state(trace: TickTrace) -> list[float]:
    """What the stack believes at a tick, in the order of STATE; zeros for who is not there."""
    motor, sound = trace.motor, trace.sound
    person = next((one for one in trace.tracks.tracks if one.track_id == trace.decision.subject_id), None)
    subject = [0.0] * 5
    if person is not None:
        subject = [1.0, person.azimuth_deg, person.engagement, person.talking, person.addressing]
    azimuth_deg = 0.0 if sound.azimuth_deg is None else sound.azimuth_deg
    return [motor.yaw_deg, motor.rate_dps, motor.torque_nm, sound.voice, azimuth_deg, sound.confidence, *subject]


def _episode(number: int, task: str, start: int, end: int, rows: Columns) -> Json:
    made: Json = {
        "episode_index": number, "tasks": [task], "length": end - start, "dataset_from_index": start, "dataset_to_index": end,
        "data/chunk_index": 0, "data/file_index": 0, "meta/episodes/chunk_index": 0, "meta/episodes/file_index": 0,
    }  # fmt: skip
    for name, figures in _statistics(rows).items():
        made |= {f"stats/{name}/{figure}": value for figure, value in figures.items()}
    return made


def _statistics(columns: Columns) -> dict[str, dict[str, list[float]]]:
    """What training scales its inputs by."""
    found = {}
    for name, values in columns.items():
        rows = np.asarray(values, dtype=np.float64).reshape(len(values), -1)
        found[name] = {
            "min": rows.min(axis=0).tolist(), "max": rows.max(axis=0).tolist(), "mean": rows.mean(axis=0).tolist(),
            "std": rows.std(axis=0).tolist(), "count": [len(rows)],
        }  # fmt: skip
    return found


def _data(columns: Columns) -> pa.Table:
    kinds = {
        "observation.state": pa.list_(pa.float32(), len(STATE)), "action": pa.list_(pa.float32(), len(ACTION)),
        "timestamp": pa.float32(), **dict.fromkeys(WHOLE_NUMBERS, pa.int64()),
    }  # fmt: skip
    return pa.table({name: pa.array(values, kinds[name]) for name, values in columns.items()})


def _tasks(tasks: list[str]) -> pa.Table:
    """The tasks by their words, which pandas is to take for the index of the table."""
    index = {"index_columns": ["__index_level_0__"], "columns": [], "column_indexes": []}
    table = pa.table({"task_index": pa.array(range(len(tasks)), pa.int64()), "__index_level_0__": pa.array(tasks)})
    return table.replace_schema_metadata({"pandas": orjson.dumps(index)})


def _info(episodes: int, frames: int, tasks: int) -> bytes:
    one = {"shape": [1], "names": None}
    features = {
        "observation.state": {"dtype": "float32", "shape": [len(STATE)], "names": list(STATE)},
        "action": {"dtype": "float32", "shape": [len(ACTION)], "names": list(ACTION)},
        "timestamp": {"dtype": "float32", **one}, **{name: {"dtype": "int64", **one} for name in WHOLE_NUMBERS},
    }  # fmt: skip
    info = {
        "codebase_version": "v3.0", "robot_type": "swivel", "total_episodes": episodes, "total_frames": frames, "total_tasks": tasks,
        "chunks_size": 1000, "data_files_size_in_mb": 100, "video_files_size_in_mb": 200, "fps": FPS,
        "splits": {"train": f"0:{episodes}"}, "data_path": DATA, "video_path": None, "features": features,
    }  # fmt: skip
    return orjson.dumps(info, option=orjson.OPT_INDENT_2)


def _table(path: Path, table: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_whole(path, bytes(sink.getvalue()))
