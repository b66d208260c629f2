"""The scene library: every file loads, says what it claims, is short, and together they meet every word of the messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from simulator.lab.why.transitions import Transition, caused, resumed, seen
from simulator.onboard.messages import Contact, HoldReason, Mode, Zone
from simulator.runtime.compose import build, header_of
from simulator.runtime.run import run_scene
from simulator.scene.checks import Verdict
from simulator.scene.columns import Columns
from simulator.scene.judge import judge, overall
from simulator.scene.loader import Scene, load
from simulator.world.mirrors import ABSORPTION
from simulator.world.sound.room import ABSORPTION as BANDS

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "scenes"
FILES = sorted(LIBRARY.rglob("*.scene.yaml"))
# The whole library runs here, once for all that look at it and once more to see that it goes the same way again.
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


def test_the_light_table_of_walls_agrees_with_the_sound_fields() -> None:
    for material, bands in BANDS.items():
        middle = sum(bands[1:]) / 3
        assert ABSORPTION[material] == pytest.approx(middle, abs=0.02), material


@dataclass
class Met:
    """What happens somewhere in the library, in feature mode."""

    holds: set[HoldReason | None] = field(default_factory=set)
    zones: set[Zone | None] = field(default_factory=set)
    modes: set[Mode] = field(default_factory=set)
    contacts: set[Contact] = field(default_factory=set)
    transitions: set[Transition] = field(default_factory=set)
    verdicts: dict[Path, Verdict] = field(default_factory=dict)
    hashes: dict[Path, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def met(scenes: dict[Path, Scene]) -> Met:
    found = Met()
    for path, scene in scenes.items():
        log = run_scene(scene, mode="feature")
        found.hashes[path] = log.trace_hash
        if "feature" not in scene.modes:
            continue
        for trace in log.traces:
            found.holds.add(trace.decision.hold)
            found.zones.add(trace.decision.zone)
            found.modes.add(trace.intent.mode)
            found.contacts.add(trace.body.contact)
        found.transitions |= seen(log.traces)
        columns = Columns(log.traces, log.truths, spec=scene.spec, facts=scene.facts, tuning=scene.tuning)
        found.verdicts[path] = overall(judge(scene.expect, columns))
    return found


def test_every_reason_zone_mode_and_contact_has_a_scene(met: Met) -> None:
    assert set(HoldReason) - met.holds == set()
    assert set(Zone) - met.zones == set()
    assert set(Mode) - met.modes == set()
    assert set(Contact) - met.contacts == set()


def test_every_transition_of_the_table_has_a_scene(met: Met) -> None:
    assert set(caused()) - met.transitions == set()
    steps = {(step.before, step.after) for step in met.transitions}
    assert set(resumed()) - steps == set()


def test_no_scene_takes_a_way_that_the_table_does_not_show(met: Met) -> None:
    known = {(step.before, step.after) for step in caused()} | set(resumed())
    assert {(step.before, step.after) for step in met.transitions} - known == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.split(".")[0])
def test_every_scene_is_the_same_twice(path: Path, scenes: dict[Path, Scene], met: Met) -> None:
    session = build(header_of(scenes[path], seed=0, mode="feature"))
    for _ in range(round(scenes[path].spec.duration_s * 100)):
        session.step()
    session.close()
    assert session.trace_hash == met.hashes[path]


def test_every_scene_keeps_its_promises(met: Met) -> None:
    wrong = {
        path.relative_to(LIBRARY).as_posix(): verdict for path, verdict in met.verdicts.items() if verdict != "pass"
    }
    assert wrong == {}
