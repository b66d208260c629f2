"""`swivel doctor` finds what is missing: each part is really taken away, and what it says to do is looked at."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.cli.doctor import page
from simulator.runtime.machine import devices, helpers, pictures, python_parts
from simulator.runtime.machine.finding import Finding, Status

ROOT = Path(__file__).resolve().parents[1]
NOBODY = 65534


def doctor(*arguments: str, **changed: str | None) -> subprocess.CompletedProcess[str]:
    """Run the command with some variables changed, or taken away where None."""
    environment = {**os.environ, **{name: value for name, value in changed.items() if value is not None}}
    for name, value in changed.items():
        if value is None:
            environment.pop(name, None)
    command = [sys.executable, "main.py", "doctor", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def parts(result: subprocess.CompletedProcess[str]) -> dict[str, dict[str, str]]:
    return {part["part"]: part for part in json.loads(result.stdout)["parts"]}


@pytest.fixture
def port() -> Iterator[Path]:
    """A device that only its owner may open, in a folder that everybody may look into."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "video0"
        path.touch(0o600)
        yield path


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """The rights of a user without any, where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.process
def test_a_machine_that_runs_the_tests_is_told_that_it_works():
    result = doctor()
    assert result.returncode == 0, result.stdout
    assert "Swivel runs here." in result.stdout
    for part in ("system", "Python", "packages", "weights", "OpenGL", "display", "sound", "cameras", "serial ports",
                 "ffmpeg", "real-time priority"):  # fmt: skip
        assert part in result.stdout


@pytest.mark.process
def test_what_is_taken_away_is_found_and_mended_by_name(tmp_path):
    (tmp_path / "ruckig.py").write_text("raise ImportError('ruckig.so: undefined symbol')")
    result = doctor(
        "--json",
        PATH=str(tmp_path),
        SWIVEL_CACHE=str(tmp_path / "cache"),
        PYTHONPATH=str(tmp_path),
        DISPLAY=None,
        WAYLAND_DISPLAY=None,
        QT_QPA_PLATFORM=None,
        __EGL_VENDOR_LIBRARY_FILENAMES=str(tmp_path / "no-driver.json"),
    )
    assert result.returncode == 1
    assert json.loads(result.stdout)["works"] is False
    found = parts(result)
    bad = {name for name, part in found.items() if part["status"] == "bad"}
    assert bad == {"packages", "weights", "OpenGL"}
    assert "ruckig" in found["packages"]["found"]
    assert "-m pip install --force-reinstall 'ruckig==" in found["packages"]["do"]
    assert "faces" in found["weights"]["found"]
    assert "swivel setup" in found["weights"]["do"]
    assert "libegl1" in found["OpenGL"]["do"]
    assert found["display"]["status"] == found["ffmpeg"]["status"] == "less"
    assert "apt-get install ffmpeg" in found["ffmpeg"]["do"]


@pytest.mark.process
def test_a_module_that_ends_python_is_named(tmp_path, monkeypatch):
    (tmp_path / "pymunk.py").write_text("import os; os.abort()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    finding = python_parts.packages()
    assert finding.status is Status.BAD
    assert "loading the module pymunk ends Python" in finding.found
    assert "pymunk" in finding.do


def test_a_damaged_file_of_weights_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("SWIVEL_CACHE", str(tmp_path))
    from simulator.runtime.models import models

    (tmp_path / "models").mkdir()
    for model in models():
        name, sha256 = model.kept
        (tmp_path / "models" / f"{sha256[:12]}-{name}").write_bytes(b"cut off")
    finding = helpers.weights()
    assert finding.status is Status.BAD
    for model in models():
        assert model.name in finding.found


def test_a_device_that_this_user_may_not_open_names_the_group(port, as_nobody):
    if os.geteuid() != NOBODY:
        port.chmod(0)
    for finding, group in ((devices.cameras(port.parent), "video"), (devices.serial_ports([str(port)]), "dialout")):
        assert finding.status is Status.LESS
        assert f"may not open {port}" in finding.found
        assert "usermod -aG" in finding.do
        if port.stat().st_gid == 0:  # root's own group would help nobody
            assert group in finding.do


def test_a_device_that_may_be_opened_is_good(port):
    assert devices.cameras(port.parent) == Finding(part="cameras", status=Status.GOOD, found=str(port))
    assert devices.serial_ports([str(port)]).status is Status.GOOD


def test_without_the_right_to_it_real_time_priority_is_refused(as_nobody):
    if resource.getrlimit(resource.RLIMIT_RTPRIO)[0] != 0:
        pytest.skip("this user has the right to real-time priority")
    before = os.sched_getscheduler(0)
    finding = helpers.realtime()
    assert finding.status is Status.LESS
    assert "limits.conf" in finding.do
    assert os.sched_getscheduler(0) == before


def test_asking_for_real_time_priority_leaves_none_behind():
    before = os.sched_getscheduler(0)
    helpers.realtime()
    assert os.sched_getscheduler(0) == before


@pytest.mark.process
@pytest.mark.skipif(sys.platform != "linux", reason="takes ALSA's devices away")
def test_a_sound_system_without_its_configuration_ends_nothing_here(monkeypatch):
    monkeypatch.setenv("ALSA_CONFIG_PATH", os.devnull)  # some versions of it abort the process
    finding = devices.sound()
    assert finding.status is Status.LESS
    assert finding.do


@pytest.mark.parametrize(
    ("finding", "status"),
    [
        (python_parts.python((3, 10)), Status.BAD),
        (python_parts.python((3, 14)), Status.GOOD),
        (python_parts.python((3, 99)), Status.LESS),
        (python_parts.system("win32"), Status.BAD),
        (python_parts.system("darwin"), Status.LESS),
        (python_parts.system("linux"), Status.GOOD),
        (pictures.display("there is no display"), Status.LESS),
    ],
)
def test_each_part_that_is_not_good_has_one_thing_to_do(finding, status):
    assert finding.status is status
    assert bool(finding.do) == (status is not Status.GOOD)
    assert (finding.do in page([finding], works=True)) if finding.do else True
