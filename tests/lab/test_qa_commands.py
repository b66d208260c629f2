"""`swivel qa` where something goes wrong around it: interrupted, no room on the disk, odd names, workers that do not start."""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from simulator.lab.qa.pool import MOST_TRIES, RunLimits, WorkerPool
from simulator.lab.qa.worker_messages import RunTask
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.progress import ProgressLine

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]
RESTS = "scene: 1\nduration: 2 s\nexpect:\n  - {id: still, never: device moving}\n"


def swivel(
    *arguments: str | bytes | Path, before: Callable[[], None] | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        preexec_fn=before,
    )


def one_line(done: subprocess.CompletedProcess[bytes], words: str) -> None:
    """Refused with exit code 2 and a single line."""
    said = done.stderr.decode("utf-8", "replace")
    assert done.returncode == ExitCode.BAD_USAGE, said
    assert len(said.strip().splitlines()) == 1, said
    assert words in said


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    """A folder with one scene that rests."""
    folder = tmp_path / "scenes"
    folder.mkdir()
    (folder / "rests.scene.yaml").write_text(RESTS)
    return folder


def test_ctrl_c_writes_all_reports_and_ends_with_130(scenes: Path) -> None:
    out = scenes.parent / "out"
    places = {name: scenes.parent / f"r.{name}" for name in ("xml", "html")}
    command = [sys.executable, "main.py", "qa", str(scenes), "--seeds", "4000", "--out", str(out)]
    command += ["--junit", str(places["xml"]), "--html", str(places["html"]), "--json"]
    # A shell gives what it starts in the background a deaf ear for Ctrl-C, and children inherit that: hear it here whoever started us.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        driver = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        while driver.poll() is None and len(list((out / "results").rglob("*.json"))) < 5:
            time.sleep(0.05)
        driver.send_signal(signal.SIGINT)
        said, _ = driver.communicate(timeout=120)
    finally:
        driver.kill()
        driver.communicate()
    assert driver.returncode == ExitCode.CANCELLED
    summary = json.loads(said)
    assert summary["exit"] == ExitCode.CANCELLED
    assert summary["complete"] is False
    assert 4 <= summary["runs"] < 4000
    assert int(Xml.parse(places["xml"]).getroot().get("tests", "0")) == summary["runs"]
    assert places["html"].stat().st_size > 1000
    lines = (out / "results.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["complete"] is False
    assert len(lines) == 1 + summary["runs"]
    one_line(swivel("qa", "merge", out), "this run was interrupted")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--durations", "/nope"), "/nope: must be a JSON object of seconds by scene"),
        (("--durations", "/nope", "--shard", "1/2"), "/nope: must be a JSON object"),
    ],
)
def test_a_missing_file_of_durations_is_refused(scenes: Path, arguments: tuple[str, ...], words: str) -> None:
    one_line(swivel("qa", scenes, "--out", scenes.parent / "out", *arguments), words)


@pytest.mark.parametrize(
    ("option", "value", "bound"),
    [
        ("--timeout", "-1", "from 1 to 86400 s"),
        ("--timeout", "nan", "from 1"),
        ("--memory", "1", "from 300 to"),
        ("--memory", "x", "from 300"),
    ],
)
def test_limits_that_no_run_could_keep_are_refused(scenes: Path, option: str, value: str, bound: str) -> None:
    done = swivel("qa", scenes, option, value)
    assert done.returncode == ExitCode.BAD_USAGE
    assert bound in done.stderr.decode()


def test_a_full_disk_is_one_line(scenes: Path) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    one_line(swivel("qa", scenes, "--out", scenes.parent / "out", before=small_files), "out")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "main.py", "knobs"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (ExitCode.BAD_USAGE, b"swivel: No space left on device\n")


def test_a_report_that_grows_beyond_the_disk_is_named(scenes: Path) -> None:
    (scenes / "falls.scene.yaml").write_text(RESTS.replace("never", "always"))
    html = scenes.parent / "r.html"
    assert swivel("qa", scenes, "--out", scenes.parent / "out", "--html", html).returncode == ExitCode.FAILED
    assert html.stat().st_size > 20_000

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    results = scenes.parent / "out" / "results.jsonl"
    merged = swivel("qa", "merge", results, "--html", scenes.parent / "s.html", before=small_files)
    one_line(merged, "s.html: File too large")
    assert not (scenes.parent / "s.html").exists()


def test_a_name_that_is_no_text_is_one_line(scenes: Path) -> None:
    bad = os.fsencode(scenes) + b"/a\xff.scene.yaml"
    Path(os.fsdecode(bad)).write_text(RESTS)
    one_line(swivel("run", bad), "cannot be read as utf-8 text")
    one_line(swivel("qa", scenes, "--out", scenes.parent / "out"), "this name cannot be read as utf-8 text")
    one_line(swivel("scene", "check", scenes), "this name cannot be read as utf-8 text")


def test_a_locale_without_letters_is_one_line_or_works(scenes: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    (scenes / "rests.scene.yaml").write_text(RESTS.replace("device moving", "yaw > 5 °"), encoding="utf-8")
    out = str(scenes.parent / "out")
    assert swivel("qa", scenes, "--out", out, "--junit", scenes.parent / "r.xml", **plain).returncode == 0
    assert swivel("run", scenes / "rests.scene.yaml", "--mode", "feature", **plain).returncode == 0
    far = scenes.parent / "k\u00fcche"
    scenes.rename(far)
    one_line(swivel("qa", far, "--out", out, **plain), "set PYTHONUTF8=1")
    assert swivel("qa", far, "--out", out, LC_ALL="C.UTF-8").returncode == 0


def test_progress_without_a_terminal_is_a_line_now_and_then(scenes: Path) -> None:
    said = io.StringIO()
    progress = ProgressLine("swivel qa", to=said, line_every_s=0.05)
    progress(0.1, "1 of 10 runs")
    assert said.getvalue() == ""
    time.sleep(0.06)
    progress(0.5, "5 of 10 runs, 1 not passed")
    progress(0.6, "6 of 10 runs")
    progress.done()
    (line,) = said.getvalue().splitlines()
    assert line.startswith("swivel qa   50%  5 of 10 runs, 1 not passed  ")
    assert line.endswith(" s left")
    # The pool tells it also while a long run is under way.
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1

    task = _task(scenes, 0)
    pool = WorkerPool(jobs=1, store=scenes.parent / "results", limits=RunLimits())
    pool.run([task], on_begin=lambda _: None, on_end=lambda *_: (), on_look=look)
    assert looks >= 3


def _task(scenes: Path, seed: int) -> RunTask:
    return RunTask(key=f"{seed:064}", scene=str(scenes / "rests.scene.yaml"), seed=seed, mode="feature", keep="none")


def test_workers_that_died_long_ago_do_not_end_a_sweep(scenes: Path) -> None:
    """Every run kills its worker twice: many more deaths than starts may fail in a row."""
    jobs = 1
    mark = scenes.parent / "deaths"
    os.environ["QA_TEST_MARK"] = str(mark)
    try:
        pool = WorkerPool(
            jobs=jobs, store=scenes.parent / "results", limits=RunLimits(), fault="faults:die_every_other_time"
        )
        ended: list[str] = []
        pool.run(
            [_task(scenes, seed) for seed in range(2 * MOST_TRIES * jobs)],
            on_begin=lambda _: None,
            on_end=lambda _, error, __: ended.append(error) or (),
        )
    finally:
        del os.environ["QA_TEST_MARK"]
    assert ended == [""] * (2 * MOST_TRIES * jobs)
    assert len(pool.deaths) >= 2 * MOST_TRIES * jobs
    assert any("while it started" in death for death in pool.deaths)


def test_workers_that_never_start_end_it(scenes: Path) -> None:
    pool = WorkerPool(jobs=1, store=scenes.parent / "results", limits=RunLimits(), fault="faults:die_at_start")
    with pytest.raises(RuntimeError, match="workers do not start"):
        pool.run([_task(scenes, 0)], on_begin=lambda _: None, on_end=lambda *_: ())
    assert len(pool.deaths) == MOST_TRIES


def test_scene_check_reads_folders_and_lists_words(scenes: Path) -> None:
    done = swivel("scene", "check", scenes)
    assert (done.returncode, done.stdout.decode()) == (0, f"{scenes}/rests.scene.yaml: good, 1 expectations\n")
    (scenes / "b.scene.yaml").write_text("scene: 1\npeople: {anna: {at: [1, 2], voice: zzz}}\n")
    done = swivel("scene", "check", scenes)
    assert done.returncode == ExitCode.BAD_USAGE
    assert "voice: zzz: must be one of voice-1, voice-2" in done.stderr.decode()
    words = swivel("scene", "words").stdout.decode()
    assert "tap-double" in words
    assert "voice-8" in words
    (scenes / "empty").mkdir()
    assert swivel("scene", "check", scenes / "empty").returncode == ExitCode.NOT_EXERCISED
