"""What a rater sees of one setting: how the screen turned in a moment of a scene, seen from where the person stands."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.lab.study.plan import Moment, Setting, StudyError
from simulator.onboard.angles import wrap_deg
from simulator.onboard.messages import TICKS_PER_S
from simulator.runtime.run import RunLog, run_scene
from simulator.scene.loader import load

VIEWER_WITHOUT_PEOPLE_M = 2.0
PICTURES_PER_S = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One turn of the screen, tick by tick. Angles are relative to the base; the viewer is the person who is nearest."""

    yaw_deg: tuple[float, ...]
    rate_dps: tuple[float, ...]
    viewer_deg: tuple[float, ...]
    viewer_m: tuple[float, ...]
    talking: tuple[bool, ...]
    viewer: str | None = None  # that person's name; None where nobody is in the room
    pictures: tuple[bytes, ...] = ()  # JPEG, so many a second, where the room is shown

    @property
    def duration_s(self) -> float:
        """How long it lasts."""
        return (len(self.yaw_deg) - 1) / TICKS_PER_S

    def at(self, time_s: float) -> tuple[float, float, float]:
        """Yaw, and the viewer's direction and distance, between two ticks."""
        place = min(max(time_s * TICKS_PER_S, 0.0), len(self.yaw_deg) - 1.0)
        tick = min(int(place), len(self.yaw_deg) - 2)
        share = place - tick

        def between(values: tuple[float, ...]) -> float:
            return values[tick] + share * wrap_deg(values[tick + 1] - values[tick])

        far = self.viewer_m[tick] + share * (self.viewer_m[tick + 1] - self.viewer_m[tick])
        return between(self.yaw_deg), between(self.viewer_deg), far

    def picture_at(self, time_s: float) -> bytes:
        """The picture of that moment."""
        return self.pictures[min(max(int(time_s * PICTURES_PER_S), 0), len(self.pictures) - 1)]

    def talking_at(self, time_s: float) -> bool:
        """Whether somebody talks, so that the light bar is lit."""
        return self.talking[min(max(int(time_s * TICKS_PER_S), 0), len(self.talking) - 1)]


def run_of(setting: Setting, moment: Moment, *, seed: int) -> RunLog:
    """Run the moment's scene with a setting, with modelled senses."""
    scene = load(moment.scene)
    return run_scene(scene, seed=seed, mode="feature", tuning=scene.tuning.patched(dict(setting.knobs)))


def cut(log: RunLog, moment: Moment) -> Clip:
    """The part of a run that a moment names, without pictures."""
    first, last = round(moment.from_s * TICKS_PER_S), round(moment.to_s * TICKS_PER_S)
    if last > len(log.traces):
        raise StudyError(f"{moment.name}: ends at {moment.to_s:g} s, after the run")
    truths = [truth for truth in log.truths[first:last] if truth is not None]
    if len(truths) < 2:
        raise StudyError(f"{moment.name}: there is nothing to see")
    people = truths[0].people
    viewer = min(people, key=lambda person: person.distance_m).name if people else None
    seen = [next((person for person in truth.people if person.name == viewer), None) for truth in truths]
    return Clip(
        yaw_deg=tuple(truth.yaw_deg for truth in truths),
        rate_dps=tuple(truth.rate_dps for truth in truths),
        viewer_deg=tuple(0.0 if person is None else person.azimuth_deg for person in seen),
        viewer_m=tuple(VIEWER_WITHOUT_PEOPLE_M if person is None else max(person.distance_m, 0.5) for person in seen),
        talking=tuple(any(person.talking for person in truth.people) for truth in truths),
        viewer=viewer,
    )
