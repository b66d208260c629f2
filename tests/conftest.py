"""What all tests share: one thread for numeric libraries, how long chance is tried, which tests are quick, and clean Qt variables.

A test without a marker is quick: it starts no process, draws no picture and runs no scene library. docs/tests.md has the tiers.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import simulator.runtime.threads  # noqa: F401  (before numpy)

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import HealthCheck, settings

# How often chance is tried in each tier; a test that takes long for an example names a part of it. Deadlines and databases
# would make a test depend on the machine and on what ran before.
EXAMPLES = {"quick": 20, "test": 100, "soak": 2000}
for tier, examples in EXAMPLES.items():
    settings.register_profile(
        tier,
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("test")

# What a test that asks for one of these is, without saying so itself.
MARKS = {"built": "process", "watch": "render", "room": "render", "met": "long"}
SLOW = ("process", "render", "long")
# A hung test ends here. By the wall clock, so it is far more than what a test takes while twenty other programs want the machine.
BUSY_S = 600
# As they were before any test file could import OpenCV.
QT_BEFORE = {name: os.environ.get(name) for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")}
done: set[str] = set()  # of the markers that the test which runs now should have


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what fixtures say; let a pair of workers begin with the long files, so that both end at about the same time."""
    for item in items:
        for fixture, mark in MARKS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
        if any(item.get_closest_marker(mark) for mark in SLOW) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(BUSY_S))
    if "PYTEST_XDIST_WORKER" in os.environ:
        slow = {item.path for item in items if any(item.get_closest_marker(mark) for mark in SLOW)}
        items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Watch what the test does from here on."""
    done.clear()
    _watch()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test that is slower by its kind than it says."""
    result = yield
    if item.get_closest_marker("render") is not None:
        done.discard("process")  # the drawing library asks programs of the system for its way
    unsaid = sorted(mark for mark in done if item.get_closest_marker(mark) is None)
    assert not unsaid, f"this test does what the quick tier leaves out: mark it with {', '.join(unsaid)}"
    return result


def _watch() -> None:
    """Notice processes and drawn pictures, as soon as what makes them is loaded."""
    for module, name, method, mark in (
        ("subprocess", "Popen", "__init__", "process"),
        ("PySide6.QtCore", "QProcess", "start", "process"),
        ("simulator.world.camera.camera", "VirtualCamera", "__init__", "render"),
    ):
        if module in sys.modules:
            owner = getattr(sys.modules[module], name)
            if not hasattr(getattr(owner, method), "watched"):
                setattr(owner, method, _noticed(getattr(owner, method), mark))


def _noticed(method: Callable[..., Any], mark: str) -> Callable[..., Any]:
    @functools.wraps(method)
    def noticed(*arguments: Any, **named: Any) -> Any:
        done.add(mark)
        return method(*arguments, **named)

    noticed.watched = True  # type: ignore[attr-defined]
    return noticed


@pytest.fixture(autouse=True)
def _qt_variables_stay() -> Iterator[None]:
    """opencv-python points Qt at its own plugins when it is imported; undone, because tests share a process."""
    _put_back()
    yield
    _put_back()


def _put_back() -> None:
    for name, value in QT_BEFORE.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def repository_sources() -> list[tuple[str, str]]:
    """Every Python file of the product with its text."""
    root = Path(__file__).resolve().parents[1]
    return [
        (str(path.relative_to(root)), path.read_text(encoding="utf-8"))
        for folder in ("simulator", "hardware_bridge")
        for path in sorted((root / folder).rglob("*.py"))
    ]
