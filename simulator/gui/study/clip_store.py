"""The clips of a study: what each setting does in each moment, run once, and drawn in its room where the study says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from simulator.gui.customer.drawn_room import DrawnRoom
from simulator.lab.study.clips import PICTURES_PER_S, Clip, cut, run_of
from simulator.lab.study.plan import Moment, Setting, StudyPlan
from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.opencv import cv2
from simulator.runtime.onlooker import Moments
from simulator.runtime.run import RunLog
from simulator.world.camera.customer_place import Standpoint

QUALITY = 88


class ClipStore:
    """Clips that were made already; a new one is made when it is asked for."""

    def __init__(self, plan: StudyPlan) -> None:
        self._plan = plan
        self._clips: dict[tuple[str, str], Clip] = {}

    def __call__(self, setting: Setting, moment: Moment) -> Clip:
        """The clip of a setting in a moment; raises NoRenderer where a room cannot be drawn."""
        for _ in self.make(setting, moment):
            pass
        return self._clips[setting.name, moment.name]

    def has(self, setting: Setting, moment: Moment) -> bool:
        """Whether it was made already."""
        return (setting.name, moment.name) in self._clips

    def make(self, setting: Setting, moment: Moment) -> Iterator[float]:
        """Make a clip; yields how much of it is done."""
        key = setting.name, moment.name
        if key in self._clips:
            return
        log = run_of(setting, moment, seed=self._plan.seed)
        clip = cut(log, moment)
        if self._plan.view == "room":
            pictures: list[bytes] = []
            whole = round((moment.to_s - moment.from_s) * PICTURES_PER_S)
            for picture in _pictures(log, moment, who=clip.viewer):
                pictures.append(picture)
                yield len(pictures) / whole
            clip = replace(clip, pictures=tuple(pictures))
        self._clips[key] = clip

    def prepare(self) -> Iterator[tuple[float, int]]:
        """Make all that is known to be needed; yields how many of how many are done."""
        needed = [(setting, moment) for setting in self._plan.shown for moment in self._plan.moments]
        for done, (setting, moment) in enumerate(needed):
            for share in self.make(setting, moment):
                yield done + share, len(needed)
            yield done + 1, len(needed)


def _pictures(log: RunLog, moment: Moment, *, who: str | None) -> Iterator[bytes]:
    """The display as that person sees it, or from a corner where nobody is in the room."""
    header = log.header
    moments = Moments(header.spec, log.traces, log.truths)
    place = Standpoint(view="watch", who=who or "")
    room = DrawnRoom(header.spec, header.facts, seed=header.seed)
    every = TICKS_PER_S // PICTURES_PER_S
    try:
        for tick in range(round(moment.from_s * TICKS_PER_S), round(moment.to_s * TICKS_PER_S), every):
            seen = moments.at(tick)
            assert seen is not None  # a moment is checked to lie in its run
            pixels = room.person(seen, place)
            good, jpeg = cv2.imencode(".jpg", pixels[:, :, ::-1], (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
            if not good:
                raise RuntimeError("a picture could not be written as JPEG")
            yield bytes(jpeg)
    finally:
        room.close()
