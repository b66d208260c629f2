"""The lock fits pyproject.toml for every Python that Swivel runs on, holds a hash for every file, and names no registry."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
UNLOCKED = ("rerun", "gym", "docs", "cluster", "tune", "peers")
SYSTEMS = ("linux", "darwin", "win32")


def rows() -> list[tuple[Requirement, int]]:
    """Every row of the lock and how many hashes it has."""
    entries = re.split(r"\n(?=[a-z])", "\n" + "\n".join(line for line in LOCK.splitlines() if not line.startswith("#")))
    found = [entry.strip() for entry in entries if entry.strip()]
    return [(Requirement(entry.split("\\", 1)[0].strip()), entry.count("--hash=sha256:")) for entry in found]


def asked() -> list[Requirement]:
    """Everything that pyproject.toml asks for, but for what only some want: whoever does installs it with pip."""
    groups = PROJECT["optional-dependencies"].items()
    extras = [text for name, group in groups if name not in UNLOCKED for text in group]
    return [Requirement(text) for text in (*PROJECT["dependencies"], *extras)]


def applies(requirement: Requirement, python: str, system: str) -> bool:
    names = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system],
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    return requirement.marker is None or requirement.marker.evaluate(names)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_has_one_version_that_fits_each_dependency(python, system):
    locked: dict[str, list[str]] = {}
    for row, _ in rows():
        if applies(row, python, system):
            locked.setdefault(canonicalize_name(row.name), []).append(next(iter(row.specifier)).version)
    assert all(len(versions) == 1 for versions in locked.values())
    for wanted in asked():
        if applies(wanted, python, system):
            [version] = locked[canonicalize_name(wanted.name)]
            assert wanted.specifier.contains(version), f"{wanted}: locked at {version}; run tools/lock_dependencies.py"


def test_every_row_of_the_lock_is_pinned_and_has_a_hash():
    assert len(rows()) > 50
    for row, hashes in rows():
        assert [one.operator for one in row.specifier] == ["=="], row
        assert hashes > 0, row


def test_neither_the_lock_nor_the_table_names_a_registry():
    for text in (LOCK, (ROOT / "docs" / "wheels.md").read_text()):
        assert "://" not in text
        assert "index-url" not in text


def test_the_table_of_wheels_shows_the_locked_versions():
    table = (ROOT / "docs" / "wheels.md").read_text()
    versions = {canonicalize_name(row.name): next(iter(row.specifier)).version for row, _ in rows()}
    for wanted in asked():
        name = canonicalize_name(wanted.name)
        assert f"| {name} | {versions[name]} |" in table


def test_the_classifiers_name_the_pythons_that_the_lock_serves():
    named = {text.rsplit(" ", 1)[-1] for text in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", text)}
    assert named == set(PYTHONS)


def test_every_dependency_has_its_reason_written_down():
    page = (ROOT / "docs" / "dependencies.md").read_text().lower().replace(".", "-")
    for wanted in asked():
        assert canonicalize_name(wanted.name) in page, wanted


@pytest.mark.process
@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="asks Debian's package database")
def test_a_system_package_that_another_one_provides_is_not_asked_for_again(tmp_path):
    # awk is a name that mawk or gawk provides, as libglib2.0-0 is on Debian 13. Without apt-get nothing can be installed.
    for tool in ("sh", "dpkg-query", "sed", "tr", "grep", "id"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    script = ROOT / "tools" / "system_packages.sh"
    there = subprocess.run(
        ["/bin/sh", script, "dpkg", "awk"], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert (there.returncode, there.stdout, there.stderr) == (0, "", "")
    missing = subprocess.run(
        ["/bin/sh", script, "no-such-name"], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert "no-such-name" in missing.stderr
