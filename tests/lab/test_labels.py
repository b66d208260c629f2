"""Labels: truth beside belief, the right kind of pick, tables that can be read back, and documented columns."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import pytest

from simulator.cli.export import add_arguments, export
from simulator.lab.measure.labels import COLUMNS, FIGURES, pick_of
from simulator.onboard.messages import SoundReport
from simulator.runtime.run import run_scene
from simulator.scene.loader import loads
from simulator.world.mirrors import mirrors
from simulator.world.truth import TruthFrame

ROOT = Path(__file__).resolve().parents[2]
SCENE = """\
scene: 1
duration: 5 s
room: {walls: {west: tile}}
people: {anna: {at: [1.0, 2.4]}}
sounds: {radio: {kind: music, at: [4.5, 1.0], loudness: 30 dB}}
timeline: [{at: 1 s, who: anna, does: say wake word}]
"""


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "one.mcap"
    run_scene(loads(SCENE), mode="feature", record_to=path)
    return path


def exported(recording: Path, form: str) -> Path:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert export(parser.parse_args([str(recording), "--to", form, "--out", str(recording.parent)])) == 0
    return recording.parent


def test_csv_has_every_documented_column(recording: Path) -> None:
    folder = exported(recording, "csv")
    with (folder / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert 100 <= len(rows) <= 102  # each 50 ms, and the wake word
    spoken = [row for row in rows if row["talker"]]
    assert {row["talker"] for row in spoken} == {"anna"}
    assert {row["says"] for row in spoken} == {"wake word"}
    assert all(float(row["ideal_yaw_deg"]) == pytest.approx(36.87, abs=0.1) for row in spoken)
    woken = [row for row in rows if row["wake_word"] == "True"]
    assert [row["pick"] for row in woken] in (["direct"], ["nothing"])  # nobody speaks any more when it is reported
    with (folder / "figures.csv").open() as file:
        figures = list(csv.DictReader(file))
    assert list(figures[0]) == list(FIGURES)
    assert figures[0]["moves"] == "1.0"


def test_parquet_says_the_same_with_types_and_sentences(recording: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow comes with the extra [data]")
    table = parquet.read_table(exported(recording, "parquet") / "labels.parquet")
    assert table.column_names == list(COLUMNS)
    assert table.schema.field("pick").metadata[b"description"].decode() == COLUMNS["pick"]
    assert str(table.schema.field("wake_word").type) == "bool"


def test_each_kind_of_pick() -> None:
    scene = loads(SCENE)
    log = run_scene(scene, mode="feature")
    truth = next(truth for truth in log.truths if truth is not None and any(p.talking for p in truth.people))
    assert isinstance(truth, TruthFrame)
    anna = next(person for person in truth.people if person.talking)
    echo = next(m for m in mirrors(scene.spec, x_m=anna.x_m, y_m=anna.y_m) if m.wall == "west")

    def kind(azimuth_deg: float | None) -> str:
        return pick_of(SoundReport(tick=0, voice=1.0, azimuth_deg=azimuth_deg), truth, scene.spec, [anna])[0]

    assert kind(anna.azimuth_deg + 5.0) == "direct"
    assert kind(echo.azimuth_deg) == "reflection"
    assert kind(truth.sources[0].azimuth_deg) == "noise"
    assert kind(-150.0) == "nothing"
    assert kind(None) == ""
