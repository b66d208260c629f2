"""The table of docs/wheels.md: for which machine and Python each dependency has a wheel, from the file names in its lock."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import canonicalize_name, parse_wheel_filename

PYTHONS = (11, 12, 13, 14)
MACHINES = {  # how the platform part of a wheel's name begins and ends
    "Linux x86-64": ("manylinux", ("x86_64",)),
    "Linux arm64": ("manylinux", ("aarch64",)),
    "macOS arm64": ("macosx", ("arm64", "universal2")),
    "macOS x86-64": ("macosx", ("x86_64", "universal2")),
    "Windows x86-64": ("win", ("amd64",)),
}
INTRODUCTION = """\
# Wheels

For which machine and Python each package of [requirements.lock](../requirements.lock) has a wheel: a file that is installed as
it is. Where there is none, pip builds the package from source, which needs a compiler. Written by `tools/lock_dependencies.py`;
do not edit. [install.md](install.md) says what of this was tried.

"all" means Python 3.11 to 3.14.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheels:
    """One package and the tags of its wheels."""

    name: str
    version: str
    tags: frozenset[Tag]

    def pythons(self, machine: str) -> tuple[int, ...]:
        """The minor versions of Python that a wheel serves on a machine."""
        return tuple(minor for minor in PYTHONS if any(_serves(tag, machine, minor) for tag in self.tags))

    @property
    def everywhere(self) -> bool:
        """Whether no machine and no Python lacks a wheel."""
        return all(self.pythons(machine) == PYTHONS for machine in MACHINES)


def table(lock: str, *, direct: Path) -> str:
    """The page, from a lock in the format that names files (PEP 751) and the pyproject.toml that asked for it."""
    packages = [_package(entry) for entry in tomllib.loads(lock)["packages"]]
    run, dev = _asked(direct)
    lines = [INTRODUCTION]
    groups = {
        "What Swivel needs": [one for one in packages if one.name in run],
        "What its tests and tools need": [one for one in packages if one.name in dev - run],
    }
    for title, group in groups.items():
        lines += [f"## {title}\n", *_rows(group), ""]
    rest = [one for one in packages if one.name not in run | dev]
    lines += [
        "## What these need in turn\n",
        f"{sum(one.everywhere for one in rest)} of {len(rest)} have wheels everywhere.",
    ]
    partial = [one for one in rest if not one.everywhere]
    if partial:
        lines += ["The others:\n", *_rows(partial)]
    return "\n".join(lines) + "\n"


def _package(entry: dict[str, object]) -> Wheels:
    wheels = entry.get("wheels", [])
    assert isinstance(wheels, list)
    names = [str(wheel.get("name") or wheel["url"].rsplit("/", 1)[-1]) for wheel in wheels]
    tags = frozenset(tag for name in names for tag in parse_wheel_filename(name)[3])
    return Wheels(name=str(entry["name"]), version=str(entry["version"]), tags=tags)


def _asked(path: Path) -> tuple[set[str], set[str]]:
    """The names that pyproject.toml asks for itself: to run, and in any extra."""
    project = tomllib.loads(path.read_text())["project"]
    extras = [text for group in project["optional-dependencies"].values() for text in group]
    return _names(project["dependencies"]), _names(extras)


def _names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def _rows(packages: list[Wheels]) -> list[str]:
    rows = [f"| package | version | {' | '.join(MACHINES)} |", "|---" * (2 + len(MACHINES)) + "|"]
    for one in packages:
        cells = [_cell(one.pythons(machine)) for machine in MACHINES]
        rows.append(f"| {one.name} | {one.version} | {' | '.join(cells)} |")
    return rows


def _cell(pythons: tuple[int, ...]) -> str:
    if pythons == PYTHONS:
        return "all"
    return ", ".join(f"3.{minor}" for minor in pythons) or "none"


def _serves(tag: Tag, machine: str, minor: int) -> bool:
    begins, ends = MACHINES[machine]
    if tag.platform != "any" and not (tag.platform.startswith(begins) and tag.platform.endswith(ends)):
        return False
    if tag.interpreter in ("py3", f"py3{minor}"):
        return True
    built_for = re.fullmatch(r"cp3(\d+)", tag.interpreter)
    if built_for is None:
        return False
    if tag.abi == "abi3":  # the stable interface: from that Python on
        return int(built_for[1]) <= minor
    return int(built_for[1]) == minor and tag.abi in ("none", f"cp3{minor}")
