"""The scene library: every file loads, says what it claims, is short, and together they meet every word of the messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.onboard.messages import HoldReason, Mode, Zone
from simulator.scene.checks import Verdict
from simulator.scene.handbook import handbook
from simulator.scene.loader import Scene, load
from simulator.scene.schema import schema_text
from simulator.world.mirrors import ABSORPTION
from simulator.world.sound.room import ABSORPTION as BANDS

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "scenes"
FILES = sorted(LIBRARY.rglob("*.scene.yaml"))
# The whole library runs once here: half a minute on a quiet core, much more on one that has other things to do.
pytestmark = pytest.mark.timeout(600)
HOMES = {"kitchen-wall", "kitchen-corner", "kitchen-island", "living-room", "bedside"}


@pytest.fixture(scope="module")
def scenes() -> dict[Path, Scene]:
    return {path: load(path) for path in FILES}


def test_the_library_is_large_and_lives_in_several_homes(scenes: dict[Path, Scene]) -> None:
    assert len(scenes) >= 100
    used = {Path(name).stem for scene in scenes.values() for name in scene.files if name.startswith("homes/")}
    assert used == HOMES
    assert len({path.parent for path in scenes}) >= 15
    assert 15 <= sum("smoke" in scene.tags for scene in scenes.values()) <= 45


def test_every_scene_claims_something_and_checks_it(scenes: dict[Path, Scene]) -> None:
    for path, scene in scenes.items():
        assert scene.claim.endswith("."), path
        assert scene.tags, path
        own = [check for check in scene.expect if check.place.file.endswith(path.name)]
        assert own, path


def test_adding_a_scene_takes_few_lines(scenes: dict[Path, Scene]) -> None:
    lengths = sorted(len(scene.text.splitlines()) for scene in scenes.values())
    assert lengths[len(lengths) // 2] <= 15


def test_some_scenes_have_parameters_to_sweep(scenes: dict[Path, Scene]) -> None:
    for path, scene in scenes.items():
        for name, param in scene.params.items():
            assert param.low is not None, (path, name)
            for end in (param.low, param.high):
                load(path, params={name: end})
    assert sum(bool(scene.params) for scene in scenes.values()) >= 3


def test_the_schema_file_is_the_schema() -> None:
    # swivel scene schema > scenes/schema/scene-1.schema.json
    assert (LIBRARY / "schema" / "scene-1.schema.json").read_text() == schema_text()


def test_the_handbook_is_that_of_the_code() -> None:
    # python -m simulator.scene.handbook > docs/scene-format.md
    assert (ROOT / "docs" / "scene-format.md").read_text() == handbook()


def test_the_light_table_of_walls_agrees_with_the_sound_fields() -> None:
    for material, bands in BANDS.items():
        middle = sum(bands[1:]) / 3
        assert ABSORPTION[material] == pytest.approx(middle, abs=0.02), material


@pytest.fixture(scope="module")
def met() -> tuple[set[str], set[str], set[str], set[tuple[str, str]], dict[Path, Verdict]]:
    """What happens somewhere in the library, in feature mode."""
    from simulator.runtime.run import run_scene
    from simulator.scene.columns import Columns
    from simulator.scene.judge import judge, overall

    holds: set[str] = set()
    zones: set[str] = set()
    modes: set[str] = set()
    steps: set[tuple[str, str]] = set()
    verdicts = {}
    for path in FILES:
        scene = load(path)
        if "feature" not in scene.modes:
            continue
        log = run_scene(scene, mode="feature")
        mode = Mode.IDLE
        for trace in log.traces:
            holds.add(str(trace.decision.hold))
            zones.add(str(trace.decision.zone))
            if trace.intent.mode is not mode:
                steps.add((str(mode), str(trace.intent.mode)))
                mode = trace.intent.mode
        modes |= {str(mode) for pair in steps for mode in pair}
        columns = Columns(log.traces, log.truths, spec=scene.spec, facts=scene.facts, tuning=scene.tuning)
        verdicts[path] = overall(judge(scene.expect, columns))
    return holds, zones, modes, steps, verdicts


def test_every_reason_zone_and_mode_has_a_scene(
    met: tuple[set[str], set[str], set[str], set[tuple[str, str]], dict[Path, Verdict]],
) -> None:
    holds, zones, modes, _, _ = met
    assert {str(reason) for reason in HoldReason} - holds == set()
    assert {str(zone) for zone in Zone} - zones == set()
    assert {str(mode) for mode in Mode} - modes == set()


def test_every_mode_is_entered_and_left_in_some_scene(
    met: tuple[set[str], set[str], set[str], set[tuple[str, str]], dict[Path, Verdict]],
) -> None:
    steps = met[3]
    for mode in Mode:
        assert any(after == mode for _, after in steps), f"no scene enters {mode}"
        assert any(before == mode for before, _ in steps), f"no scene leaves {mode}"


def test_every_scene_keeps_its_promises(
    met: tuple[set[str], set[str], set[str], set[tuple[str, str]], dict[Path, Verdict]],
) -> None:
    wrong = {path.relative_to(LIBRARY).as_posix(): verdict for path, verdict in met[4].items() if verdict != "pass"}
    assert wrong == {}
