"""The command line as a person or a CI job meets it: exit codes, one clear line for a mistake, nothing half-written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = "scenes/sample.scene.yaml"


def swivel(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def refused(result: subprocess.CompletedProcess[str], *words: str, code: int = 2) -> None:
    """A mistake is answered with its exit code and clear lines, never with a traceback."""
    said = result.stdout + result.stderr
    assert result.returncode == code, said
    assert "Traceback" not in said
    for word in words:
        assert word in said


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outcome of one run with everything written."""
    folder = tmp_path_factory.mktemp("runs")
    result = swivel("run", SAMPLE, "--mode", "feature", "--out", str(folder))
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


def scene_file(folder: Path, text: str) -> str:
    path = folder / "x.scene.yaml"
    path.write_text(text)
    return str(path)


def test_a_passing_scene_ends_with_0_and_one_json_object():
    result = swivel("run", SAMPLE, "--mode", "feature", "--json")
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert set(report) >= {"verdict", "failed", "trace_hash", "sim_s", "x_real_time", "recording"}
    assert report["verdict"] == "pass"
    assert report["failed"] == []


def test_a_broken_promise_ends_with_1_and_names_it(tmp_path):
    turned = "scene: 1\nduration: 5 s\npeople: {anna: {at: [0.8, 1.4]}}\ntimeline:\n"
    turned += "  - {at: 1 s, who: anna, does: say wake word}\nexpect:\n  - {id: calm, never: yaw speed > 1 deg/s}\n"
    result = swivel("run", scene_file(tmp_path, turned), "--mode", "feature", "--json")
    refused(result, code=1)
    assert json.loads(result.stdout)["failed"] == ["calm"]


def test_an_expectation_that_was_never_put_to_the_test_ends_with_5(tmp_path):
    text = "scene: 1\nduration: 2 s\nexpect:\n  - {while: shutter closed, never: device moving}\n"
    refused(swivel("run", scene_file(tmp_path, text), "--mode", "feature"), code=5)


def test_a_recording_replays_to_the_same_run_and_a_changed_one_ends_with_6(run_folder, tmp_path):
    recording = next(run_folder.glob("*.mcap"))
    assert swivel("replay", str(recording)).returncode == 0
    from simulator.runtime.recorder import Recorder
    from simulator.runtime.recording import read

    kept = read(recording)
    forged = tmp_path / "forged.mcap"
    with Recorder(forged, kept.header) as recorder:
        for trace, truth in zip(kept.traces[:300], kept.truths[:300], strict=True):
            recorder.write(trace, truth)
        recorder.close(trace_hash="0" * 64)
    refused(swivel("replay", str(forged)), "not the same run", code=6)


def test_a_run_leaves_recording_verdict_and_picture(run_folder):
    assert {path.suffix for path in run_folder.iterdir()} == {".mcap", ".json", ".svg"}


def test_the_same_run_twice_has_the_same_hash():
    hashes = {
        json.loads(swivel("run", SAMPLE, "--mode", "feature", "--seed", "5", "--json").stdout)["trace_hash"]
        for _ in range(2)
    }
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "scenes/nothing.scene.yaml"), ("nothing.scene.yaml", "No such file")),
        (("run", "scenes"), ("scenes", "directory")),
        (("run", SAMPLE, "--set", "zones.nothing=1"), ("zones.nothing", "no such knob")),
        (("run", SAMPLE, "--set", "motion.max_rate_dps=900"), ("motion.max_rate_dps = 900", "5 to 180")),
        (("run", SAMPLE, "--set", "motion.max_rate_dps"), ("PATH=VALUE",)),
        (("run", SAMPLE, "--preset", "nothing.yaml"), ("nothing.yaml",)),
        (("run", SAMPLE, "--seed", "-1"), ("--seed",)),
        (("run", SAMPLE, "--mode", "dreamy"), ("--mode",)),
        (("replay", "README.md"), ("README.md",)),
        (("recover", "nothing.mcap"), ("nothing.mcap",)),
        (("dance",), ("dance",)),
        (("scene", "check", "README.md"), ("README.md:1:",)),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_2(arguments, words):
    refused(swivel(*arguments), *words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("scene: 2\n", ("x.scene.yaml:1:8", "scene")),
        ("scene: 1\nroom: {widht: 3 m}\n", ("x.scene.yaml:2:", "widht", "width")),
        ("scene: 1\ntuning: {motion.max_rate_dps: 900}\n", ("x.scene.yaml:2:", "5 to 180")),
        ("scene: 1\nduration: -3 s\n", ("x.scene.yaml:2:",)),
        ("", ("x.scene.yaml",)),
    ],
)
def test_a_bad_scene_says_file_line_and_what_is_allowed(tmp_path, text, words):
    refused(swivel("run", scene_file(tmp_path, text)), *words)


def test_no_permission_to_write_is_one_clear_line_and_nothing_is_left(tmp_path):
    (tmp_path / "file").write_text("in the way")
    refused(swivel("run", SAMPLE, "--mode", "feature", "--out", str(tmp_path / "file" / "deeper")), "cannot write")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_without_a_display_the_sample_runs_headless_and_says_so(tmp_path):
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {key: value for key, value in os.environ.items() if key not in names}
    result = subprocess.run(
        [sys.executable, str(ROOT / "main.py")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "no display" in result.stderr
    written = sorted(path.suffix for path in (tmp_path / "runs" / "sample").iterdir())
    assert written == [".json", ".mcap", ".svg"]


@pytest.mark.parametrize("command", [("run", SAMPLE, "--mode", "feature"), ("knobs",), ("scene", "check", SAMPLE)])
def test_commands_without_a_window_never_load_qt(command):
    program = (
        "import sys; sys.argv = ['swivel', *sys.argv[1:]]\n"
        "from simulator.cli.main import main\n"
        "code = main()\n"
        "loaded = [name for name in sys.modules if name.split('.')[0] in ('PySide6', 'shiboken6', 'pyqtgraph')]\n"
        "sys.exit(f'loaded {loaded}' if loaded else code)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_the_schema_and_the_knobs_come_out():
    assert json.loads(swivel("scene", "schema").stdout)["type"] == "object"
    assert "zones.dead_half_width_deg" in swivel("knobs").stdout
