"""The fixture `swivel_device`: a virtual display for each test, in the scene that its marker names.

@pytest.mark.swivel(scene="kitchen.scene.yaml", rig="virtual", scope="app")
def test_it_turns(swivel_device):
    assert swivel_device.turn_to(30).wait().ok
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from swivel_client.synchronous import Display


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "swivel(scene, rig, scope): the scene in which swivel_device stands")


@pytest.fixture
def swivel_device(request: pytest.FixtureRequest) -> Iterator[Display]:
    """A client of a fresh virtual display; what the test asks of the room happens there."""
    from swivel_client.serving import Served  # loads what a test run without this fixture need not wait for

    marker = request.node.get_closest_marker("swivel")
    wanted = {} if marker is None else dict(marker.kwargs)
    options = ("--rig", wanted.get("rig", "virtual"))
    with (
        Served(wanted.get("scene"), options=options) as served,
        served.display(scope=wanted.get("scope", "app")) as display,
    ):
        yield display
