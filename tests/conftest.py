"""What all tests share: one thread for numeric libraries, a home of their own, and no Qt variables left behind by OpenCV."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import simulator.runtime.threads  # noqa: F401  (before numpy)

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import HealthCheck, settings

# Deadlines and databases would make a test depend on the machine and on what ran before.
settings.register_profile(
    "ci", deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _qt_variables_stay() -> Iterator[None]:
    """opencv-python points Qt at its own plugins when it is imported; undone, because tests share a process."""
    names = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
    before = {name: os.environ.get(name) for name in names}
    yield
    for name, value in before.items():
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
