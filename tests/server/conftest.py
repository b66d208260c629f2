"""A served display that the tests of a file share, in a room where nobody asks for anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.api_fuzz import QUIET, InOne
from swivel_client.serving import Served


@pytest.fixture(scope="session")
def quiet_scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scene") / "quiet.scene.yaml"
    path.write_text(QUIET)
    return path


@pytest.fixture(scope="module")
def served(quiet_scene: Path) -> Iterator[Served]:
    with Served(quiet_scene) as one:
        yield one


@pytest.fixture
def whole() -> InOne:
    return InOne()
