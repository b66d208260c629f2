"""What needs Linux or macOS says so when it is used, and nothing else needs it: every module loads where those parts are missing.

Each test runs Python without the modules and sockets that Windows lacks, and with its `select`, which takes sockets only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[1]
ELSEWHERE = """
import select, socket, sys
import os
for name in ("fcntl", "pty", "termios", "tty", "pwd", "grp", "resource"):
    sys.modules[name] = None
del socket.AF_UNIX, os.nice
real = select.select
def sockets_only(*sides):
    if any(not isinstance(one, socket.socket) for side in sides[:3] for one in side):
        raise OSError(10038, "An operation was attempted on something that is not a socket")
    return real(*sides)
select.select = sockets_only
"""
EVERY_MODULE = """
import importlib, pkgutil
import simulator, hardware_bridge
bad, loaded = [], 0
for package in (simulator, hardware_bridge):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        try:
            importlib.import_module(module.name)
            loaded += 1
        except ModuleNotFoundError as error:
            if error.name not in ("rerun", "gymnasium", "distributed"):  # of extras, said where they are used
                bad.append(f"{module.name}: {error!r}")
        except Exception as error:
            if "pip install 'swivel-display[" not in str(error):
                bad.append(f"{module.name}: {error!r}")
assert loaded > 250, loaded
sys.exit("\\n".join(bad) if bad else 0)
"""
COMMAND = "from simulator.cli.main import main; sys.exit(main())"
BRIDGE = """
from hardware_bridge.ports import PortError
from hardware_bridge.programs import supervisor
from hardware_bridge.supervisor.client import SupervisedMotor
try:
    SupervisedMotor("somewhere")
except PortError as error:
    print(error, file=sys.stderr)
sys.exit(supervisor.main(["emulated:dynamixel", "somewhere"]))
"""


def elsewhere(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program as on a system that has less."""
    return subprocess.run(
        [sys.executable, "-c", ELSEWHERE + program, *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_module_loads():
    result = elsewhere(EVERY_MODULE)
    assert result.returncode == 0, result.stderr


def test_a_scene_runs_is_recorded_and_explained(tmp_path):
    result = elsewhere(COMMAND, "run", "scenes/sample.scene.yaml", "--mode", "feature", "--out", str(tmp_path))
    assert result.returncode == 0, result.stderr
    [recording] = tmp_path.glob("*.mcap")
    for command in ("explain", "replay"):
        result = elsewhere(COMMAND, command, str(recording))
        assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("gui",), 2, ("the window waits for pipes", "use Linux, macOS, or WSL")),
        (("qa", "scenes/sample.scene.yaml"), 2, ("running many scenes waits for pipes", "use Linux, macOS, or WSL")),
        (("emulate", "dynamixel"), 1, ("pseudo terminals need Linux or macOS",)),
    ],
)
def test_a_command_that_needs_more_says_what_in_one_line(tmp_path, arguments, code, words):
    result = elsewhere(COMMAND, *arguments, *(("--out", str(tmp_path / "out")) if arguments[0] == "qa" else ()))
    said = result.stdout + result.stderr
    assert result.returncode == code, said
    assert len(said.splitlines()) == 1, said
    for word in words:
        assert word in said


def test_both_ends_of_the_supervisors_socket_say_what_they_need():
    result = elsewhere(BRIDGE)
    assert result.returncode == 1
    app, supervisor = result.stderr.splitlines()
    for line in (app, supervisor):
        assert "Unix socket, which this system lacks; use Linux or macOS" in line
