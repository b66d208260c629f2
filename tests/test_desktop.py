"""The entry in the desktop's menu, the version, and how quick the help is."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.runtime.desktop_entry import entry_text

ROOT = Path(__file__).resolve().parents[1]


def swivel(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "main.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def read_back(exec_value: str) -> list[str]:
    """The arguments of an Exec value, by the rules of the specification."""
    plain = re.sub(r"\\(.)", r"\1", exec_value)
    found = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', plain)
    return [re.sub(r"\\(.)", r"\1", quoted).replace("%%", "%") if quoted else bare for quoted, bare in found]


@pytest.mark.process
@pytest.mark.skipif(sys.platform != "linux", reason="a desktop entry is a thing of Linux")
def test_the_entry_is_written_starts_this_installation_and_goes_again(tmp_path):
    assert swivel("install-desktop", XDG_DATA_HOME=str(tmp_path)).returncode == 0
    entry, icon = tmp_path / "applications/swivel.desktop", tmp_path / "icons/hicolor/scalable/apps/swivel.svg"
    ElementTree.parse(icon)
    lines = dict(line.split("=", 1) for line in entry.read_text().splitlines()[1:])
    assert lines["Icon"] == icon.stem
    *command, verb, dropped = read_back(lines["Exec"])
    assert (verb, dropped) == ("gui", "%f")
    said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout
    assert metadata.version("swivel-display") in said
    again = swivel("install-desktop", XDG_DATA_HOME=str(tmp_path))
    assert again.returncode == 0
    gone = swivel("install-desktop", "--remove", XDG_DATA_HOME=str(tmp_path))
    assert gone.returncode == 0
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert "no entry" in swivel("install-desktop", "--remove", XDG_DATA_HOME=str(tmp_path)).stdout


@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1).map(lambda text: f"/a b/{text}"))
def test_any_path_survives_in_the_entry(path):
    [line] = [line for line in entry_text([path]).splitlines() if line.startswith("Exec=")]
    assert read_back(line.removeprefix("Exec=")) == [path, "gui", "%f"]


@pytest.mark.process
def test_the_version_names_itself_python_and_the_place_of_the_scenes():
    said = swivel("--version")
    assert said.returncode == 0
    assert metadata.version("swivel-display") in said.stdout
    assert str(ROOT / "scenes") in said.stdout


@pytest.mark.process
def test_help_takes_less_than_0_3_s_of_processor_time():
    def used_s() -> float:
        use = resource.getrusage(resource.RUSAGE_CHILDREN)
        return use.ru_utime + use.ru_stime

    times = []
    for _ in range(5):
        before = used_s()
        assert swivel("--help").returncode == 0
        times.append(used_s() - before)
    assert min(times) < 0.3, times
