"""Algorithms of other packages: found by their entry points, loaded when a run names them, and blamed for what goes wrong in them.

A name has two parts, PACKAGE/NAME: the installed package and its entry point in the group of the kind. So a recording that
holds the name also says what has to be installed to run it again.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import metadata
from typing import Any, Literal, TypeVar

Kind = Literal["finder", "ears", "eyes", "tracker", "planner", "profile"]
Returned = TypeVar("Returned")
# Kind of algorithm: its entry point group, and what a run is given to name one.
KINDS: dict[Kind, tuple[str, str]] = {
    "finder": ("swivel.finders", "sound.algorithm"),
    "ears": ("swivel.ears", "--with ears"),
    "eyes": ("swivel.eyes", "--with eyes"),
    "tracker": ("swivel.trackers", "--with tracker"),
    "planner": ("swivel.planners", "--with planner"),
    "profile": ("swivel.profiles", "--with profile"),
}
PARTS = tuple(kind for kind in KINDS if kind != "finder")  # the finder is a knob


class OutsideMissing(ValueError):
    """A name that no installed package answers to; the text says what is missing."""


class OutsideCrash(RuntimeError):
    """An algorithm of another package failed, or answered what cannot be."""


def names(kind: Kind) -> tuple[str, ...]:
    """Everything installed of a kind, as PACKAGE/NAME."""
    return tuple(sorted(f"{_package(point)}/{point.name}" for point in metadata.entry_points(group=KINDS[kind][0])))


def parsed(settings: Iterable[str]) -> dict[Kind, str]:
    """What a command line puts in the place of a part: KIND=PACKAGE/NAME, each kind once."""
    found: dict[Kind, str] = {}
    for setting in settings:
        kind, _, name = setting.partition("=")
        part = next((one for one in PARTS if one == kind), None)
        if part is None or not name.partition("/")[2]:
            raise OutsideMissing(f"--with {setting}: must be KIND=PACKAGE/NAME, KIND one of {', '.join(PARTS)}")
        found[part] = name
    return found


def check(kind: Kind, name: str) -> None:
    """Refuse a name that no installed package answers to."""
    _point(kind, name)


def versions(names: Iterable[str]) -> dict[str, str]:
    """The versions of the packages that some names (PACKAGE or PACKAGE/NAME) belong to, as far as they are installed."""
    found = {}
    for package in dict.fromkeys(name.partition("/")[0] for name in names):
        with suppress(metadata.PackageNotFoundError):
            found[package] = metadata.version(package)
    return found


def make(kind: Kind, name: str, *given: Any) -> Any:
    """Let the class or function that an entry point names make its algorithm."""
    return called(name, called(name, _point(kind, name).load), *given)


def called(name: str, function: Callable[..., Returned], *given: Any, **named: Any) -> Returned:
    """Call into another package; whatever it raises names it and the line where it happened."""
    try:
        return function(*given, **named)
    except Exception as error:
        places = traceback.extract_tb(error.__traceback__)
        # The line of the package itself, not of a library that it calls.
        last = [place for place in places if place.filename == places[min(1, len(places) - 1)].filename][-1]
        place = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
        raise OutsideCrash(f"{name} failed: {type(error).__name__}: {error} ({place})") from error


def _point(kind: Kind, name: str) -> metadata.EntryPoint:
    package, _, short = name.partition("/")
    for point in metadata.entry_points(group=KINDS[kind][0]):
        if _package(point) == _plain(package) and point.name == short:
            return point
    raise OutsideMissing(f"{KINDS[kind][1]} = {name}: {_missing(kind, package, short)}")


def _missing(kind: Kind, package: str, short: str) -> str:
    group = KINDS[kind][0]
    offered = [name.partition("/")[2] for name in names(kind) if name.partition("/")[0] == _plain(package)]
    if offered:
        return f"package {package} has no {short} in {group}; it has {', '.join(offered)}"
    try:
        version = metadata.version(package)
    except (metadata.PackageNotFoundError, ValueError):
        return f"package {package} is not installed; {group} has {', '.join(names(kind)) or 'nothing'}"
    return f"package {package} {version} has nothing in {group}"


def _package(point: metadata.EntryPoint) -> str:
    return "" if point.dist is None else _plain(point.dist.name)


def _plain(package: str) -> str:
    return package.lower().replace("_", "-").replace(".", "-")
