"""What a glance proposes is looked at closely, and who was found already is not found twice."""

from __future__ import annotations

from typing import cast

import numpy as np

from simulator.onboard.messages import Box, CameraFrame
from simulator.onboard.tuning import VisionKnobs
from simulator.onboard.vision.look import Looker
from simulator.onboard.vision.observation import Observation
from simulator.onboard.vision.search import Search
from simulator.onboard.vision.source import Source


def find(kind: str, azimuth_deg: float, distance_m: float) -> Observation:
    return Observation(
        kind=kind,  # type: ignore[arg-type]
        azimuth_deg=azimuth_deg,
        distance_m=distance_m,
        elevation_deg=10.0,
        azimuth_sigma_deg=1.0,
        distance_sigma_m=0.3,
        score=0.9,
        box=Box(x=0.5 - azimuth_deg / 110, y=0.4, width=0.04, height=0.1),
    )


class Eyes:
    """A looker that sees one face, and at a glance somebody else, where a close look shows what it is told to."""

    def __init__(self, close: Observation | None) -> None:
        self.close = close

    def scan(self, *_: object, **__: object) -> list[Observation]:
        return [find("face", 25.0, 2.9)]

    def glance(self, *_: object, **__: object) -> list[Observation]:
        return [find("body", 40.0, 2.5)]

    def close_up(self, *_: object, **__: object) -> Observation | None:
        return self.close


def seen(close: Observation | None) -> list[float]:
    frame = CameraFrame(tick=0, pixels=np.zeros((360, 640, 3), np.uint8), yaw_deg=0.0, rate_dps=0.0)
    source = Source(frame, columns=640, rows=360)
    found = Search().look(cast(Looker, Eyes(close)), source, [], tick=0, yaw_deg=0.0, knobs=VisionKnobs())
    return [one.azimuth_deg for one in found.seen]


def test_a_close_look_that_shows_somebody_found_already_finds_nobody() -> None:
    assert seen(find("body", 25.5, 2.8)) == [25.0]


def test_a_close_look_that_shows_somebody_new_counts_and_an_empty_one_leaves_a_clear_glance() -> None:
    assert seen(find("body", 39.0, 2.6)) == [25.0, 39.0]
    assert seen(None) == [25.0, 40.0]
