"""Blame: it names the part that a fault was planted in, nobody for what is well, and the stage that a change of code broke."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.cli.main import main
from simulator.lab.qa.run_task import perform
from simulator.lab.qa.worker_messages import RunTask
from simulator.lab.report.html import html
from simulator.lab.report.junit import junit
from simulator.lab.run_result import from_json
from simulator.lab.why.blame import MOST_REPLAYS, blame
from simulator.lab.why.blame_result import Blame
from simulator.lab.why.replays import Replays
from simulator.runtime.compose import header_of
from simulator.runtime.recorder import Recorder
from simulator.runtime.revision import Copier, reference, unrun
from simulator.scene.loader import load, loads
from simulator.world.assets import SCENES
from simulator.world.oracles.seams import PARTS

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
FAULTS = SCENES / "faults"
CALL = """scene: 1
use: [homes/kitchen-wall.yaml]
duration: 6 s
people:
  anna: {at: [0.74, 1.25]}
timeline:
  - {at: 1 s, who: anna, does: say wake word}
"""
EXPECT = """expect:
  - {id: faces-anna, after: anna says wake word, within: 3 s, then: anna in dead zone, for: 0.5 s}
"""


def replays(*faults: str, tuning: dict[str, float] | None = None) -> Replays:
    scene = loads(CALL + "".join(f"  - {line}\n" for line in faults) + EXPECT, root=SCENES)
    header = header_of(scene, mode="feature", tuning=scene.tuning.patched(tuning or {}))
    return Replays(header, scene.expect, default=scene.tuning)


@pytest.mark.parametrize(
    ("part", "does"),
    [
        ("ears", "hear mirrored"),
        ("fusion", "mirror tracks"),
        ("planner", "never turn"),
        ("motion", "stay stuck"),
        ("motor", "stand still"),
    ],
)
def test_the_faulty_part_is_named(part: str, does: str) -> None:
    found = blame(replays(f"{{at: 0 s, who: {part}, does: {does}}}"))
    assert found.culprits == (part,)
    assert found.broken == ("faces-anna",)
    assert found.replays <= MOST_REPLAYS
    assert part in found.text.lower()


def test_two_faulty_parts_are_both_named() -> None:
    found = blame(replays("{at: 0 s, who: ears, does: hear mirrored}", "{at: 0 s, who: motor, does: stand still}"))
    assert found.culprits == ("ears", "motor")


def test_a_fault_of_the_ears_does_not_hide_behind_a_tracker_that_knows_the_truth() -> None:
    found = blame(replays("{at: 0 s, who: ears, does: go deaf}", "{at: 0 s, who: fusion, does: mirror tracks}"))
    assert found.culprits == ("ears", "fusion")


def test_a_fault_of_the_eyes_does_not_hide_either() -> None:
    alone = blame(replays("{at: 0 s, who: eyes, does: see shifted by 25 °}"))
    assert alone.culprits == ("eyes",)
    found = blame(
        replays("{at: 0 s, who: eyes, does: see shifted by 25 °}", "{at: 0 s, who: fusion, does: mirror tracks}")
    )
    assert found.culprits == ("eyes", "fusion")
    assert found.replays <= MOST_REPLAYS


def test_other_repairs_that_would_do_are_told() -> None:
    found = blame(replays("{at: 0 s, who: ears, does: hear mirrored}"))
    assert found.also == ("fusion",)
    assert "also fusion alone" in found.text


def test_nobody_is_blamed_for_what_is_well_or_for_knobs() -> None:
    well = blame(replays())
    assert (well.culprits, well.broken, well.replays) == ((), (), 1)
    knobs = blame(replays(tuning={"motion.max_rate_dps": 5.0}))
    assert knobs.culprits == ("settings",)


def test_nobody_is_blamed_for_what_no_device_can_do() -> None:
    scene = loads(CALL + "expect:\n  - {id: never, never: device moving}\n", root=SCENES)
    found = blame(Replays(header_of(scene, mode="feature"), scene.expect, default=scene.tuning))
    assert found.culprits == ()
    assert found.broken == ("never",)
    assert found.text.startswith("Nobody")


def test_the_shares_add_up_to_the_error_and_are_the_same_twice() -> None:
    made = [
        blame(
            replays("{at: 0 s, who: eyes, does: see shifted by 25 °}", "{at: 0 s, who: motor, does: stand still}"),
            bars=True,
        )
        for _ in range(2)
    ]
    assert made[0].bars_deg == made[1].bars_deg
    assert made[0].error_deg > 1.0
    assert abs(sum(made[0].bars_deg.values()) - made[0].error_deg) < 1e-9
    assert set(made[0].bars_deg) <= set(PARTS)


def test_only_the_promise_of_a_moment_is_asked_about() -> None:
    both = "  - {id: still, never: device moving}\n"
    scene = loads(CALL + "  - {at: 0 s, who: motor, does: stand still}\n" + EXPECT + both, root=SCENES)
    header = header_of(scene, mode="feature")
    found = blame(Replays(header, scene.expect, default=scene.tuning, at_s=4.5))
    assert len(found.broken) == 1


def test_the_command_says_it_and_keeps_the_exit_code_of_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(FAULTS / "ears-hear-mirrored-lasting.scene.yaml")
    assert main(["blame", path, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["culprits"] == ["ears"]
    assert main(["blame", path, "--bars"]) == 1
    assert "█" in capsys.readouterr().out
    assert main(["blame", str(SCENES / "wake" / "from-the-left.scene.yaml")]) == 0


def test_a_recording_is_blamed_like_its_scene(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = FAULTS / "planner-never-turn-lasting.scene.yaml"
    main(["run", str(path), "--mode", "feature", "--out", str(tmp_path)])
    capsys.readouterr()
    recording = next(tmp_path.glob("*.mcap"))
    assert main(["blame", str(recording)]) == 1
    assert capsys.readouterr().out.startswith("Planner: faces-anna")


def test_a_real_room_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene = load(SCENES / "wake" / "from-the-left.scene.yaml")
    header = header_of(scene, mode="full", rig="real:bench.json")
    recorder = Recorder(tmp_path / "real.mcap", header)
    recorder.close(trace_hash="")
    assert main(["blame", str(tmp_path / "real.mcap")]) == 2
    assert "made in a real room" in capsys.readouterr().err


@pytest.mark.process
def test_a_revision_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(SCENES / "wake" / "from-the-left.scene.yaml")
    assert main(["blame", path, "--against", "no-such-revision"]) == 2
    told = capsys.readouterr().err.strip()
    assert told == "swivel: --against no-such-revision: must be a revision of this checkout that git knows"


@pytest.fixture
def here() -> None:
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no checkout")


@pytest.mark.process
@pytest.mark.usefixtures("here")
def test_the_stage_that_a_change_broke_is_named(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    subprocess.run(["git", "clone", "--quiet", "--shared", str(ROOT), str(copy)], check=True)
    stage = copy / "simulator" / "onboard" / "zones" / "stage.py"
    text = stage.read_text()
    assert text.count("moment.arc, target_deg)") == 1
    stage.write_text(text.replace("moment.arc, target_deg)", "moment.arc, -target_deg)"))
    scene = copy / "scenes" / "wake" / "from-the-left.scene.yaml"
    done = subprocess.run(
        [sys.executable, "main.py", "blame", str(scene), "--against", "HEAD", "--json"],
        cwd=copy, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["culprits"] == ["planner"]


@pytest.mark.parametrize(
    ("files", "parts"),
    [
        (["simulator/onboard/ssl/finders.py"], ("ears",)),
        (["simulator/onboard/vision/follow.py"], ()),  # modelled eyes run it
        (["simulator/onboard/vision/faces.py", "hardware_bridge/body/motor.py"], ("eyes", "motor")),
        (["simulator/onboard/zones/stage.py"], ()),
    ],
)
def test_changes_that_no_replay_runs_are_told(files: list[str], parts: tuple[str, ...]) -> None:
    assert unrun(files) == parts
    found = Blame(culprits=("planner",), broken=("faces-anna",), against="main", unrun=parts)
    assert ("no replay runs it" in found.text) is bool(parts)
    assert all(part in found.text for part in parts)


@pytest.mark.process
@pytest.mark.usefixtures("here")
def test_with_all_stages_of_the_same_revision_a_run_is_the_same() -> None:
    scene = load(SCENES / "people" / "a-conversation.scene.yaml")
    made = Replays(header_of(scene, mode="feature"), scene.expect, default=scene.tuning, reference=reference("HEAD"))
    own, theirs = made.yaw_deg(()), made.yaw_deg(made.parts)
    assert (own == theirs).all()


@pytest.mark.process
@pytest.mark.usefixtures("here")
def test_a_message_comes_back_from_a_revision_as_it_went() -> None:
    scene = load(SCENES / "people" / "a-conversation.scene.yaml")
    copier = Copier(reference("HEAD").package)
    header = header_of(scene, mode="feature")
    assert copier.here(copier.there(header.tuning)) == header.tuning
    assert copier.here(copier.there(header.facts)) == header.facts


def test_a_failed_run_of_qa_tells_the_culprit_in_every_report(tmp_path: Path) -> None:
    scene = tmp_path / "scenes" / "broken.scene.yaml"
    scene.parent.mkdir()
    text = CALL.replace("use: [homes/kitchen-wall.yaml]\n", "claim: It is faced.\n")
    scene.write_text(f"{text}  - {{at: 0 s, who: planner, does: never turn}}\n{EXPECT}")
    result = perform(RunTask(key="k", scene=str(scene), seed=0, mode="feature", keep="none"))
    assert result.blame is not None
    assert result.blame.culprits == ("planner",)
    assert b'name="blame" value="planner"' in junit([result])
    assert "To blame</b>: Planner: faces-anna is kept" in html([result], title="t", wall_s=1.0)
    assert from_json(result.to_json()).blame == result.blame
