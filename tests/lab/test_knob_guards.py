"""Every scene that is named as guard of an end of a knob passes as it is and fails with the knob there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from simulator.cli.main import main
from simulator.lab.qa import knob_guard
from simulator.lab.qa.batch import Table
from simulator.lab.qa.knob_guard import KnobEnd, can_notice, ends, guard_knobs
from simulator.lab.qa.knob_guard_table import EXEMPT, GUARDS
from simulator.onboard.tuning import Tuning, leaves
from simulator.runtime.run import run_scene
from simulator.scene.checks import Verdict
from simulator.scene.judge import judge, overall
from simulator.scene.loader import Scene, load

ROOT = Path(__file__).resolve().parents[2]
GUARDED = "scenes/guards"
ENDS = {(end.path, end.end): end for end in ends()}


def test_both_ends_of_every_design_knob_are_asked() -> None:
    design = [leaf for leaf in leaves() if leaf.tier == "design"]
    assert {end.path for end in ENDS.values()} == {leaf.path for leaf in design}
    for leaf in design:
        mine = [end for end in ENDS.values() if end.path == leaf.path]
        assert len(mine) == (len(leaf.choices) - 1 if leaf.kind == "choice" else 1 if leaf.kind == "switch" else 2)
        for end in mine:
            Tuning().patched({end.path: end.value})  # the other knobs allow it
            assert end.value != leaf.default


def test_the_table_speaks_of_ends_that_there_are_and_says_each_once() -> None:
    assert set(GUARDS) | set(EXEMPT) == set(ENDS), (
        "an end that nobody guards: add a scene to scenes/guards, or say why not"
    )
    assert set(GUARDS) & set(EXEMPT) == set()
    assert all(len(reason) > 20 for reason in EXEMPT.values())


@pytest.mark.long
@pytest.mark.parametrize("end", [ENDS[key] for key in GUARDS], ids=lambda end: f"{end.path} {end.end}")
def test_the_named_scene_objects(end: KnobEnd) -> None:
    scene = load(ROOT / "scenes" / GUARDS[end.path, end.end])
    assert end.path not in scene.tuning.changed()
    log = run_scene(scene, seed=0, mode="feature", tuning=scene.tuning.patched({end.path: end.value}))
    assert overall(judge(scene.expect, log.columns())) is not Verdict.PASS


FEW = [("recipe.widen", "low"), ("recipe.widen", "high"), ("call.framing", "centre")]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knob_guard, "ends", lambda: [ENDS[key] for key in FEW])


def of(*names: str) -> list[tuple[Path, Scene]]:
    return [(path, load(path)) for name in names if (path := ROOT / "scenes" / name)]


@pytest.mark.process
@pytest.mark.usefixtures("few")
def test_where_the_named_scene_is_missing_another_one_is_found(tmp_path: Path) -> None:
    other = tmp_path / "scenes" / "other.scene.yaml"
    other.parent.mkdir()
    shutil.copy(ROOT / GUARDED / "a-cook-steps-aside.scene.yaml", other)
    told: list[str] = []
    found = guard_knobs(
        [(other, load(other)), *of("range/just-outside.scene.yaml")],
        out=tmp_path / "out",
        workers=1,
        on_progress=lambda _share, note: told.append(note),
    )
    assert found.complete
    assert [(end.scene, end.exempt) for end in found.ends] == [
        ("other.scene.yaml", ""),  # recipe.widen low, found by asking
        ("", ""),  # this scene does not object to the other end
        ("", EXEMPT["call.framing", "centre"]),
    ]
    assert told


@pytest.mark.process
@pytest.mark.usefixtures("few")
def test_the_command_fails_while_an_end_is_bare_and_passes_when_none_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = tmp_path / "scenes" / "guards"
    few.mkdir(parents=True)
    shutil.copy(ROOT / GUARDED / "a-cook-two-steps-aside-is-faced.scene.yaml", few)
    line = ["qa", str(few), "--guard-knobs", "--json", "--out", str(tmp_path / "out")]
    assert main(line) == 1  # recipe.widen low: this scene does not object
    shutil.copy(ROOT / GUARDED / "a-cook-steps-aside.scene.yaml", few)
    capsys.readouterr()
    assert main(line) == 0
    assert [row["scene"] for row in json.loads(capsys.readouterr().out)] == [
        "guards/a-cook-steps-aside.scene.yaml", "guards/a-cook-two-steps-aside-is-faced.scene.yaml", "",
    ]  # fmt: skip


@pytest.mark.usefixtures("few")
def test_interrupted_it_says_what_was_not_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knob_guard, "chosen_runs", lambda *_args, **_more: Table(complete=False))
    line = ["qa", str(ROOT / GUARDED), "--guard-knobs", "--out", str(tmp_path)]
    assert main(line) == 130
    assert "NOT ASKED YET" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("path", "scene", "can"),
    [
        ("call.settle_s", "call/frames-one", True),
        ("call.settle_s", "wake/from-the-left", False),
        ("recipe.widen", "guards/a-cook-steps-aside", True),
        ("recipe.widen", "call/frames-one", False),
        ("away.dwell_s", "away/looks-around", True),
        ("away.remote_rate_dps", "away/looks-around", False),
        ("away.remote_rate_dps", "guards/a-remote-look-around-is-slow", True),
        ("bump.push_hold_s", "guards/a-nudge-is-no-hand", True),
        ("bump.push_hold_s", "guards/a-look-aside-is-none", False),
        ("zones.hysteresis_deg", "guards/a-look-aside-is-none", True),
    ],
)
def test_only_scenes_that_can_notice_a_knob_are_run(path: str, scene: str, can: bool) -> None:
    assert can_notice(load(ROOT / "scenes" / f"{scene}.scene.yaml"), path) is can
