"""The layers hold, and each import contract really catches the fault it is there for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINT = Path(sys.executable).with_name("lint-imports")

# contract, file that gets the fault, the fault
FAULTS = {
    "imports point down": ("simulator/world/people.py", "import simulator.runtime.seeds"),
    "every folder has a layer": ("simulator/elsewhere/__init__.py", '"""A folder without a layer."""'),
    "onboard could ship on a device": ("simulator/onboard/angles.py", "import pymunk"),
    "workbench has no Qt": ("simulator/workbench/run_data.py", "import PySide6.QtCore"),
    "Qt stays in gui": ("simulator/world/people.py", "import PySide6.QtCore"),
    "stages meet only in messages and stack": (
        "simulator/onboard/zones/__init__.py",
        "import simulator.onboard.fusion",
    ),
    "the mind is light": ("simulator/onboard/fusion/__init__.py", "import scipy"),
    "the client knows nothing of the simulator": ("swivel_client/answers.py", "import simulator.onboard.angles"),
    "no import cycles": ("simulator/onboard/angles.py", "import simulator.onboard.fusion.planted"),
}
CYCLE_CLOSER = ("simulator/onboard/fusion/planted.py", "import simulator.onboard.angles")


def _contracts_broken(root: Path) -> list[str]:
    run = subprocess.run(
        [str(LINT), "--no-cache", "--config", "pyproject.toml"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts" in run.stdout, run.stdout + run.stderr
    return re.findall(r"^(.*?) BROKEN", run.stdout, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for folder in ("simulator", "hardware_bridge", "swivel_client"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.mark.process
def test_all_contracts_are_kept(tree):
    assert _contracts_broken(tree) == []


@pytest.mark.process
@pytest.mark.parametrize("contract", FAULTS)
def test_a_planted_fault_is_caught(tree, contract):
    name, fault = FAULTS[contract]
    planted = [(name, fault)] + ([CYCLE_CLOSER] if contract == "no import cycles" else [])
    before = {}
    for file, line in planted:
        path = tree / file
        before[path] = path.read_text() if path.exists() else None
        path.parent.mkdir(exist_ok=True)
        path.write_text((before[path] or "") + f"\n{line}\n")
    try:
        broken = _contracts_broken(tree)
    finally:
        for path, text in before.items():
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        shutil.rmtree(tree / "simulator" / "elsewhere", ignore_errors=True)
    assert contract in broken


BANNED = {
    "time": "import time\nNOW = time.time()\n",
    "monotonic": "from time import monotonic\n",
    "random": "import random\n",
    "default_rng": "import numpy as np\nRNG = np.random.default_rng()\n",
    "pickle": "import pickle\nX = pickle.loads(b'')\n",
}


@pytest.mark.process
@pytest.mark.parametrize("what", BANNED)
def test_wall_clocks_unseeded_chance_and_pickled_files_are_refused(tmp_path, what):
    (tmp_path / "simulator" / "world").mkdir(parents=True)
    (tmp_path / "simulator" / "world" / "planted.py").write_text('"""Planted."""\n\n' + BANNED[what])
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    run = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "TID251", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "TID251" in run.stdout


def test_the_stack_does_not_ask_whether_the_world_is_virtual(repository_sources):
    words = re.compile(r"simulated|is_simulation|virtual|emulat|\bmock", re.IGNORECASE)
    offenders = [
        f"{path}: {match.group()}"
        for path, text in repository_sources
        if path.startswith("simulator/onboard/")
        for match in words.finditer(text)
    ]
    assert offenders == []


@pytest.mark.process
def test_the_stack_and_the_bridge_alone_import_without_the_simulator_packages(tmp_path):
    """Copied to a device, without Qt, physics, acoustics and renderer, both still import."""
    for folder in ("simulator/onboard", "hardware_bridge"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "simulator" / "__init__.py", tmp_path / "simulator")
    check = (
        "import sys\n"
        "for name in ('PySide6', 'pymunk', 'pyroomacoustics', 'moderngl', 'mcap', 'ruamel'): sys.modules[name] = None\n"
        "import simulator.onboard.stack, hardware_bridge.ports, hardware_bridge.guard\n"
    )
    run = subprocess.run([sys.executable, "-c", check], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
