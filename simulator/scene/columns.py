"""A run as a table: one numpy column per named quantity, made once and only when a check asks for it.

Messages stay the same object while nothing changes, so a column is computed once per object and stretched over its ticks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import distance_deg, wrap_all_deg, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    TICK_S,
    TICKS_PER_S,
    Answer,
    IntentKind,
    Request,
    Shutter,
    TickTrace,
    Zone,
)
from simulator.onboard.tuning import Tuning
from simulator.scene.event_names import ANSWER_NAMES, REQUEST_NAMES, event_name
from simulator.scene.zone_widths import half_widths_deg
from simulator.world.mirrors import mirrors
from simulator.world.spec import TuneAction, WorldSpec
from simulator.world.truth import PersonTruth, TruthFrame

NOTHING, REFLECTION, REQUEST = "nobody", "reflection", "request"
# A goal this near to somebody is meant for them: half a dead zone plus the eyes' and ears' error.
TARGET_DEG = 15.0
# Somebody whom the camera was the last to notice may run ahead of the estimate or stop before it; still it is them.
SEEN_TARGET_DEG = 40.0
# From now to two seconds ago: a word, the time to think about it, and half a turn.
LATELY_TICKS = (0, 50, 100, 150, 200)
Numbers = NDArray[np.float64]
Stretches = tuple[NDArray[Any], NDArray[np.int64]]  # values, and for how many ticks each stands
Spoken = tuple[int, tuple[Request, ...], tuple[Answer, ...]]  # a tick with requests or answers


class Columns:
    """The columns of one run."""

    def __init__(
        self,
        traces: Sequence[TickTrace],
        truths: Sequence[TruthFrame],
        *,
        spec: WorldSpec,
        facts: DeviceFacts,
        tuning: Tuning,
    ) -> None:
        self._traces, self._truths = traces, truths
        self.spec, self.facts = spec, facts
        self._tuning = tuning
        self._made: dict[Any, NDArray[Any]] = {}
        self._runs: dict[str, tuple[list[Any], NDArray[np.int64]]] = {}
        self._spoken: list[Spoken] | None = None
        self.read: dict[Any, Stretches] = {}  # what was computed once per message, by the name of the column

    def __len__(self) -> int:
        """Ticks of the run."""
        return len(self._traces)

    def time_s(self, tick: int) -> float:
        """Time of a tick."""
        return tick * TICK_S

    # --- raw columns --------------------------------------------------------------------------------------------------

    def truth(self, field: str) -> Numbers:
        """A number of the truth."""
        return self._once(
            ("truth", field), lambda: self._stretched(("truth", field), "", lambda frame: getattr(frame, field))
        )

    def truth_over(self, field: str, *, ticks: int) -> Numbers:
        """The mean of a number of the truth over the last ticks."""

        def make() -> Numbers:
            sums = np.concatenate(([0.0], np.cumsum(self.truth(field))))
            first = np.maximum(np.arange(len(self)) - ticks + 1, 0)
            means: Numbers = (sums[1:] - sums[first]) / ticks
            return means

        return self._once(("truth over", field, ticks), make)

    def trace(self, part: str, field: str) -> Numbers:
        """A number of a message; not-a-number where it is None."""
        return self.per_object(part, field, lambda report: getattr(report, field))

    def word(self, part: str, field: str) -> NDArray[Any]:
        """An enum of a message as text; "none" where it is None."""

        def read(report: Any) -> str:
            value = getattr(report, field)
            return "none" if value is None else str(value)

        key = ("word", part, field)
        return self._once(key, lambda: self._stretched(key, part, read, text=True))

    def per_object(self, part: str, name: str, read: Callable[[Any], float | None]) -> Numbers:
        """A number computed once per message object; the name is another one for every other `read`."""
        return self._once((part, name), lambda: self._stretched((part, name), part, read))

    # --- people and things --------------------------------------------------------------------------------------------

    def person(self, name: str, field: str) -> Numbers:
        """A number of one person; not-a-number while they are not in the room."""

        def read(frame: TruthFrame) -> float:
            found = _named(frame.people, name)
            return math.nan if found is None else float(getattr(found, field))

        key = ("person", name, field)
        return self._once(key, lambda: self._stretched(key, "", read))

    def thing(self, name: str, field: str) -> Numbers:
        """A number of one thing."""

        def read(frame: TruthFrame) -> float:
            found = _named(frame.things, name)
            return math.nan if found is None else float(getattr(found, field))

        key = ("thing", name, field)
        return self._once(key, lambda: self._stretched(key, "", read))

    def azimuth_of(self, name: str) -> Numbers:
        """Direction of a person, a source or a thing, relative to the base."""
        key = ("azimuth", name)
        return self._once(key, lambda: self._stretched(key, "", lambda frame: self._azimuth(frame, name)))

    def bearing_of(self, name: str) -> Numbers:
        """Direction as seen from the screen."""

        def make() -> Numbers:
            return wrap_all_deg(self.azimuth_of(name) - self.truth("yaw_deg"))

        return self._once(("bearing", name), make)

    def distance_of(self, name: str) -> Numbers:
        """Distance of a person, a source or a thing along the floor."""

        def read(frame: TruthFrame) -> float:
            found = _named(frame.people, name) or _named(frame.sources, name) or _named(frame.things, name)
            if found is None:
                return math.nan
            return math.hypot(found.x_m - self.spec.device.x_m, found.y_m - self.spec.device.y_m)

        key = ("distance", name)
        return self._once(key, lambda: self._stretched(key, "", read))

    def zone_of(self, name: str) -> NDArray[Any]:
        """The zone that a person really is in, with the knobs as they were at that time."""

        def make() -> NDArray[Any]:
            off_deg = np.abs(self.bearing_of(name))
            dead_deg, holding_deg = self._edges_of(name)
            zones = np.full(len(self), str(Zone.OUT_OF_VIEW), dtype="<U11")
            zones[off_deg <= self.facts.camera.half_fov_deg] = str(Zone.MOTION)
            zones[off_deg <= holding_deg] = str(Zone.HOLDING)
            zones[off_deg <= dead_deg] = str(Zone.DEAD)
            return zones

        return self._once(("zone", name), make)

    def zone_slack_of(self, name: str, zone: Zone | None) -> Numbers:
        """By how many degrees somebody is inside a zone, negative outside; None for the whole picture."""
        off_deg, half_deg = np.abs(self.bearing_of(name)), self.facts.camera.half_fov_deg
        dead_deg, holding_deg = self._edges_of(name)
        if zone is Zone.DEAD:
            return dead_deg - off_deg
        if zone is Zone.HOLDING:
            return np.minimum(holding_deg - off_deg, off_deg - dead_deg)
        if zone is Zone.MOTION:
            return np.minimum(half_deg - off_deg, off_deg - holding_deg)
        return off_deg - half_deg if zone is Zone.OUT_OF_VIEW else half_deg - off_deg

    def _edges_of(self, name: str) -> tuple[Numbers, Numbers]:
        def make() -> NDArray[Any]:
            far_m, edges = self.distance_of(name), np.zeros((2, len(self)))
            for first, last, tuning in self._tunings():
                edges[:, first:last] = half_widths_deg(far_m[first:last], tuning=tuning)
            return edges

        dead_deg, holding_deg = self._once(("edges", name), make)
        return dead_deg, holding_deg

    def target(self) -> NDArray[Any]:
        """Whom or what the screen turns to or aims at, judged by the truth."""
        return self._once("target", lambda: np.repeat(*self._values("target", self._targets)))

    def answer(self, field: str, client: str) -> NDArray[Any]:
        """What the last answer so far says, to one client or (without a name) to any; "none" before the first."""
        answers = ((tick, one) for tick, _, given in self.said() for one in given if client in ("", one.client))
        key = ("answer", field, client)
        return self._once(
            key, lambda: self._last_of("none", [(tick, str(getattr(one, field))) for tick, one in answers])
        )

    def answered_yaw(self) -> Numbers:
        """Where the screen will end by the last answer that says so; not-a-number before the first."""
        yaws_deg = ((tick, one.will_yaw_deg) for tick, _, given in self.said() for one in given)
        known = [(tick, yaw_deg) for tick, yaw_deg in yaws_deg if yaw_deg is not None]
        return self._once("answered yaw", lambda: self._last_of(math.nan, known))

    def shutter_closed(self) -> NDArray[Any]:
        """Whether the camera is covered."""
        return self.per_object("shutter", "closed", lambda shutter: float(shutter is Shutter.CLOSED)) > 0

    def guarded(self) -> NDArray[Any]:
        """Whether the guard changed or refused a command."""
        return self.per_object("guard", "said", lambda remark: float(remark != "")) > 0

    # --- events -------------------------------------------------------------------------------------------------------

    def events(self) -> list[tuple[int, str]]:
        """What happened, as (tick, text), in order: of the truth, of requests, and of the screen's own moves."""
        return sorted([*self.happened(), *self._moves()])

    def happened(self) -> list[tuple[int, str]]:
        """What single messages say happened."""
        found = [(tick, event_name(event)) for tick, frame in self._firsts("") for event in frame.events]
        found += [(tick, "alert") for tick, intent in self._firsts("intent") if intent.alert is not None]
        found += [(tick, "wake word heard") for tick, sound in self._firsts("sound") if sound.wake_word]
        for tick, requests, answers in self.said():
            found += [(tick, REQUEST_NAMES[type(request)]) for request in requests]
            found += [(tick, ANSWER_NAMES[answer.kind]) for answer in answers]
        return found + [(tick, str(body.contact)) for tick, body in self._changes("body", "contact")]

    def said(self) -> list[Spoken]:
        """The ticks on which something was asked or answered."""
        if self._spoken is None:
            self._spoken = [
                (tick, trace.requests, trace.answers)
                for tick, trace in enumerate(self._traces)
                if trace.requests or trace.answers
            ]
        return self._spoken

    def _moves(self) -> list[tuple[int, str]]:
        turning = self.per_object("body", "moving", lambda body: float(body.moving)) > 0
        yaw_deg = self.truth("yaw_deg")
        found, last_sign = [], 0.0
        starts = np.flatnonzero(turning & ~np.concatenate(([False], turning[:-1])))
        stops = np.flatnonzero(~turning & np.concatenate(([False], turning[:-1])))
        for start in starts:
            later = stops[stops > start]
            stop = int(later[0]) if len(later) else len(self) - 1
            found.append((int(start), "move"))
            sign = math.copysign(1.0, yaw_deg[stop] - yaw_deg[start])
            if last_sign and sign != last_sign:
                found.append((int(start), "reversal"))
            last_sign = sign
        return found + [(int(stop), "move ends") for stop in stops]

    def _changes(self, part: str, field: str) -> list[tuple[int, Any]]:
        found, last = [], None
        for tick, report in self._firsts(part):
            if getattr(report, field) != last:
                last = getattr(report, field)
                found.append((tick, report))
        return found[1:]

    # --- helpers ------------------------------------------------------------------------------------------------------

    def _once(self, key: Any, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def _stretched(self, key: Any, part: str, read: Callable[[Any], Any], *, text: bool = False) -> NDArray[Any]:
        def make() -> Stretches:
            objects, lengths = self._objects(part)
            values = [read(item) for item in objects]
            made = np.array(values) if text else np.array([math.nan if v is None else v for v in values], dtype=float)
            return made, lengths

        return np.repeat(*self._values(key, make))

    def _values(self, key: Any, make: Callable[[], Stretches]) -> Stretches:
        self.read[key] = made = make()
        return made

    def _last_of(self, before: Any, said: Sequence[tuple[int, Any]]) -> NDArray[Any]:
        """The last thing said so far on each tick."""
        ticks = [0, *(tick for tick, _ in said), len(self)]
        return np.repeat(np.array([before, *(word for _, word in said)]), np.diff(ticks))

    def _objects(self, part: str) -> tuple[list[Any], NDArray[np.int64]]:
        if part not in self._runs:
            rows: Sequence[Any] = self._truths if part == "" else [getattr(trace, part) for trace in self._traces]
            objects: list[Any] = []
            firsts: list[int] = []
            last: Any = None
            for tick, item in enumerate(rows):
                if item is not last:
                    objects.append(item)
                    firsts.append(tick)
                    last = item
            self._runs[part] = (objects, np.diff([*firsts, len(rows)]))
        return self._runs[part]

    def _firsts(self, part: str) -> list[tuple[int, Any]]:
        objects, lengths = self._objects(part)
        return list(zip(np.concatenate(([0], np.cumsum(lengths)[:-1])).tolist(), objects, strict=True))

    def _azimuth(self, frame: TruthFrame, name: str) -> float:
        found = _named(frame.people, name) or _named(frame.sources, name)
        if found is not None:
            return float(found.azimuth_deg)
        thing = _named(frame.things, name)
        if thing is None:
            return math.nan
        device = self.spec.device
        return wrap_deg(math.degrees(math.atan2(thing.y_m - device.y_m, thing.x_m - device.x_m)) - device.heading_deg)

    def _tunings(self) -> list[tuple[int, int, Tuning]]:
        parts, tuning, first = [], self._tuning, 0
        turns = [action for action in self.spec.actions if isinstance(action, TuneAction)]
        for action in sorted(turns, key=lambda action: action.at_s):
            tick = min(round(action.at_s * TICKS_PER_S), len(self))
            parts.append((first, tick, tuning))
            tuning, first = tuning.patched({action.path: action.value}), tick
        return [*parts, (first, len(self), tuning)]

    def _targets(self) -> Stretches:
        decisions, lengths = self._objects("decision")
        firsts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        said = [self._target_at(int(tick)) for tick in firsts] if decisions else []
        return np.array(said, dtype=None if said else "<U1"), lengths

    def _target_at(self, tick: int) -> str:
        trace, frame = self._traces[tick], self._truths[tick]
        aim_deg = trace.decision.goal_yaw_deg
        if aim_deg is None:
            return NOTHING
        if trace.intent.kind is IntentKind.GO:
            return REQUEST
        if trace.intent.azimuth_deg is not None:
            aim_deg = trace.intent.azimuth_deg
        track = next((t for t in trace.tracks.tracks if t.track_id == trace.decision.subject_id), None)
        near_deg = TARGET_DEG
        if track is not None:
            aim_deg = track.azimuth_deg
            by_eye = track.seen and (track.in_view or track.seen_age_s < track.heard_age_s)
            near_deg = SEEN_TARGET_DEG if by_eye else TARGET_DEG
        # Who walks was heard where they were: an aim at a place that somebody left a moment ago is meant for them.
        lately = [self._truths[max(tick - back, 0)] for back in LATELY_TICKS]
        by_distance = sorted(
            (distance_deg(person.azimuth_deg, aim_deg), person.name) for past in lately for person in past.people
        )
        if by_distance and by_distance[0][0] <= near_deg:
            return by_distance[0][1]
        others = [(distance_deg(self._azimuth(frame, one.name), aim_deg), one.name) for one in frame.sources]
        others += [(distance_deg(self._azimuth(frame, one.name), aim_deg), one.name) for one in frame.things]
        if others and min(others)[0] <= TARGET_DEG:
            return min(others)[1]
        mirrors_deg = [angle for person in frame.people for angle in self._mirrors_deg(person)]
        return REFLECTION if any(distance_deg(angle, aim_deg) <= TARGET_DEG for angle in mirrors_deg) else NOTHING

    def _mirrors_deg(self, person: PersonTruth) -> list[float]:
        return [mirror.azimuth_deg for mirror in mirrors(self.spec, x_m=person.x_m, y_m=person.y_m)]


def _named(items: Sequence[Any], name: str) -> Any | None:
    return next((item for item in items if item.name == name), None)
