"""Measures how wrong the real ears and eyes are on full runs, and writes the error models of feature mode.

    python -m simulator.lab.fit_feature RECORDINGS…          measure, print old and new values, write assets/feature/errors.json
    python -m simulator.lab.fit_feature --dry RECORDINGS…    only print

Recordings of full runs come from `swivel qa scenes --mode full --keep all`. A value changes only when there is enough to measure
it by; the rest stays as it was, and the file says from how many runs it comes.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from simulator.lab.labels import pick_of
from simulator.onboard.angles import difference_deg, distance_deg, wrap_deg
from simulator.onboard.messages import TICK_S, PersonSighting, Seeing, SoundReport, TickTrace
from simulator.runtime.recording import Recording, read
from simulator.world.feature_model import FILE, FeatureErrors, as_file, feature_errors
from simulator.world.sightlines import SightLines
from simulator.world.truth import PersonTruth, TruthFrame

FEWEST, FEWEST_IN_BIN = 12, 4
# A word is answered within this time or not at all.
ANSWER_S = 1.5
SAME_DEG = 8.0
SURE_DEG, EASY_DEG, EASY_M, EASY_HIDDEN = 15.0, 50.0, 3.0, 0.1


@dataclass(slots=True)
class Measured:
    """Everything counted on the runs."""

    runs: int = 0
    voice_delay_s: list[float] = field(default_factory=list)
    voice_hold_s: list[float] = field(default_factory=list)
    wake_delay_s: list[float] = field(default_factory=list)
    wake_words: int = 0
    errors_deg: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})  # by wake word
    blank: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    gross: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    confidence: dict[tuple[bool, bool], list[float]] = field(default_factory=dict)  # by wake word and right
    faces: list[tuple[float, float, float, str, bool]] = field(
        default_factory=list
    )  # far, turned, hidden, light, found
    bodies: list[tuple[float, bool]] = field(default_factory=list)
    bearing_deg: list[float] = field(default_factory=list)
    distance_share: list[float] = field(default_factory=list)
    head_yaw_deg: list[float] = field(default_factory=list)
    pictures: int = 0
    ghosts: int = 0


def measure(recordings: Iterable[Recording]) -> Measured:
    """Count over full runs."""
    m = Measured()
    for recording in recordings:
        if recording.header.mode != "full":
            continue
        m.runs += 1
        pairs = [(t, u) for t, u in zip(recording.traces, recording.truths, strict=False) if u is not None]
        _ears(m, pairs, recording)
        _eyes(m, pairs, recording)
    return m


def fitted(m: Measured, before: FeatureErrors) -> FeatureErrors:
    """The error models with every value that could be measured."""
    ears, eyes = before.ears.model_dump(), before.eyes.model_dump()
    for name, values in (
        ("voice_delay_s", m.voice_delay_s),
        ("voice_hold_s", m.voice_hold_s),
        ("wake_delay_s", m.wake_delay_s),
    ):
        if len(values) >= FEWEST:
            ears[name] = round(float(np.median(values)), 3)
    if m.wake_words >= FEWEST:
        ears["wake_rate"] = _share(len(m.wake_delay_s), m.wake_words)
    for wake, prefix in ((True, ""), (False, "running_")):
        errors = m.errors_deg[wake]
        if len(errors) >= FEWEST:
            right = [error for error in errors if abs(error) <= SURE_DEG]
            ears[f"{prefix}sigma_deg"] = round(_spread(right), 2)
            ears[f"{prefix}gross_rate"] = _share(m.gross[wake], len(errors))
    running = m.blank[False] + len(m.errors_deg[False])
    if running >= FEWEST:
        ears["running_blank_rate"] = _share(m.blank[False], running)
    for name, key in (("right_confidence", (True, True)), ("running_confidence", (False, True))):
        if len(m.confidence.get(key, [])) >= FEWEST:
            ears[name] = round(float(np.mean(m.confidence[key])), 3)
    wrong = m.confidence.get((True, False), []) + m.confidence.get((False, False), [])
    if len(wrong) >= FEWEST:
        ears["wrong_confidence"] = round(float(np.mean(wrong)), 3)
    _fit_eyes(m, eyes)
    return FeatureErrors.model_validate(
        {"ears": ears, "eyes": eyes, "fitted_from": f"{m.runs} full runs of the scene library, {m.pictures} pictures"}
    )


def _fit_eyes(m: Measured, eyes: dict[str, object]) -> None:
    easy = [
        found
        for far, turned, hidden, _, found in m.faces
        if far < EASY_M and turned < EASY_DEG and hidden < EASY_HIDDEN
    ]
    if len(easy) >= FEWEST:
        eyes["recall"] = _share(sum(easy), len(easy))
    near = [(turned, found) for far, turned, hidden, _, found in m.faces if far < EASY_M and hidden < EASY_HIDDEN]
    eyes["turned_deg"] = _half_point(near, otherwise=float(str(eyes["turned_deg"])))
    if len(m.bodies) >= FEWEST:
        eyes["body_recall"] = _share(sum(found for _, found in m.bodies), len(m.bodies))
    if len(m.bearing_deg) >= FEWEST:
        eyes["bearing_deg"] = round(_spread(m.bearing_deg), 2)
        eyes["distance_bias"] = round(float(np.median(m.distance_share)), 3)
        eyes["distance_share"] = round(_spread(np.array(m.distance_share) - np.median(m.distance_share)), 3)
    if len(m.head_yaw_deg) >= FEWEST:
        eyes["head_yaw_deg"] = round(_spread(m.head_yaw_deg), 2)
    if m.pictures >= 200:
        eyes["ghosts_per_frame"] = _share(m.ghosts, m.pictures)


def _share(hits: int, trials: int) -> float:
    """A rate that is never quite nothing or everything, because a few runs cannot show that (Jeffreys' prior)."""
    return round((hits + 0.5) / (trials + 1), 5)


def _spread(values: Sequence[float] | np.ndarray) -> float:
    """A standard deviation that a few outliers do not change: 1.48 times the median distance from zero."""
    return 1.4826 * float(np.median(np.abs(values)))


def _half_point(points: list[tuple[float, bool]], *, otherwise: float, step: float = 15.0) -> float:
    """The turn of a head at which the share found falls below one half; beyond what was seen, at least a bin farther."""
    farthest = 0.0
    for start in np.arange(0.0, 180.0, step):
        inside = [found for value, found in points if start <= value < start + step]
        if len(inside) >= FEWEST_IN_BIN:
            if float(np.mean(inside)) < 0.5:
                return float(start)
            farthest = float(start + step)
    return max(otherwise, farthest + step / 2)


# --- ears -------------------------------------------------------------------------------------------------------------


def _ears(m: Measured, pairs: list[tuple[TickTrace, TruthFrame]], recording: Recording) -> None:
    last: SoundReport | None = None
    began: int | None = None
    ended: int | None = None
    waiting: dict[str, int] = {}
    saying: dict[str, bool] = {}
    for trace, truth in pairs:
        tick, sound = trace.tick, trace.sound
        talkers = [person for person in truth.people if person.talking]
        noisy = any(source.on for source in truth.sources)
        if talkers and began is None and not noisy:
            began, ended = tick, None
        elif not talkers and began is not None:
            began, ended = None, tick
        speaks = sound.voice >= 0.5
        if began is not None and speaks and began >= 0:
            m.voice_delay_s.append((tick - began) * TICK_S)
            began = -1
        if ended is not None and sound.voice == 0.0:
            m.voice_hold_s.append((tick - ended) * TICK_S)
            ended = None
        for person in truth.people:
            says = person.says == "wake word"
            if saying.get(person.name) and not says and not noisy:
                waiting[person.name] = tick
                m.wake_words += 1
            saying[person.name] = says
        if sound is not last and sound.wake_word and waiting:
            name, end = next(iter(waiting.items()))
            if (tick - end) * TICK_S <= ANSWER_S:
                m.wake_delay_s.append((tick - end) * TICK_S)
            _pick(m, sound, truth, recording, speakers=[p for p in truth.people if p.name == name], wake=True)
            waiting.clear()
        elif sound is not last and len(talkers) == 1 and not noisy and not sound.frozen and speaks:
            _pick(m, sound, truth, recording, speakers=talkers, wake=False)
        last = sound


def _pick(
    m: Measured, sound: SoundReport, truth: TruthFrame, recording: Recording, *, speakers: list[PersonTruth], wake: bool
) -> None:
    if not speakers:
        return
    if sound.azimuth_deg is None:
        m.blank[wake] += 1
        return
    picked, _ = pick_of(sound, truth, recording.header.spec, speakers)
    error_deg = difference_deg(sound.azimuth_deg, speakers[0].azimuth_deg)
    right = abs(error_deg) <= SURE_DEG
    m.errors_deg[wake].append(error_deg)
    m.gross[wake] += not right and picked != "reflection"
    m.confidence.setdefault((wake, right), []).append(sound.confidence)


# --- eyes -------------------------------------------------------------------------------------------------------------


def _eyes(m: Measured, pairs: list[tuple[TickTrace, TruthFrame]], recording: Recording) -> None:
    header = recording.header
    lines = SightLines(header.spec, eye_height_m=header.spec.device.height_m + header.facts.camera.height_above_base_m)
    light: str = header.spec.room.light
    frame = None
    for trace, truth in pairs:
        for event in truth.events:
            light = event.removeprefix("light ") if event.startswith("light ") else light
        vision = trace.vision
        if vision.seeing is not Seeing.SEEING or vision.frame_tick != trace.tick or vision.frame_tick == frame:
            continue
        frame = vision.frame_tick
        if not vision.sharp:
            continue
        m.pictures += 1
        for person in truth.people:
            bearing_deg = wrap_deg(person.azimuth_deg - truth.yaw_deg)
            if abs(bearing_deg) > header.facts.camera.half_fov_deg - 6.0:
                continue
            sighting = min(vision.people, key=lambda s: distance_deg(s.azimuth_deg, person.azimuth_deg), default=None)
            if sighting is not None and distance_deg(sighting.azimuth_deg, person.azimuth_deg) > SAME_DEG:
                sighting = None
            hidden, _ = lines.hidden(person, people=truth.people, things=truth.things)
            _sighted(m, person, sighting, recording, hidden=hidden, light=light)
        likenesses = any(thing.kind in ("poster", "television", "mirror") for thing in header.spec.things)
        if not likenesses:
            m.ghosts += sum(s.has_face and _nobody_at(s, truth) for s in vision.people)


def _nobody_at(sighting: PersonSighting, truth: TruthFrame) -> bool:
    return all(distance_deg(sighting.azimuth_deg, person.azimuth_deg) > SAME_DEG for person in truth.people)


def _sighted(
    m: Measured,
    person: PersonTruth,
    sighting: PersonSighting | None,
    recording: Recording,
    *,
    hidden: float,
    light: str,
) -> None:
    place = recording.header.spec.device
    towards_deg = math.degrees(math.atan2(place.y_m - person.y_m, place.x_m - person.x_m))
    turned_deg = difference_deg(person.head_deg, towards_deg)
    face = sighting is not None and sighting.has_face
    m.faces.append((person.distance_m, abs(turned_deg), hidden, light, face))
    if abs(turned_deg) > 100.0 and hidden < EASY_HIDDEN:
        m.bodies.append((person.distance_m, sighting is not None))
    if sighting is None or not face:
        return
    m.bearing_deg.append(difference_deg(sighting.azimuth_deg, person.azimuth_deg))
    m.distance_share.append(sighting.distance_m / max(person.distance_m, 0.1) - 1.0)
    if sighting.head_yaw_deg is not None and abs(turned_deg) < EASY_DEG:
        m.head_yaw_deg.append(sighting.head_yaw_deg - turned_deg)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("recordings", nargs="+", type=Path, help="recordings of full runs, or folders of them")
    parser.add_argument("--dry", action="store_true", help="do not write the file")
    options = parser.parse_args(arguments)
    files = [f for path in options.recordings for f in (sorted(path.rglob("*.mcap")) if path.is_dir() else [path])]
    before = feature_errors()
    after = fitted(measure(read(file) for file in files), before)
    for part in ("ears", "eyes"):
        old, new = getattr(before, part).model_dump(), getattr(after, part).model_dump()
        for name in new:
            mark = "" if old[name] == new[name] else f"   was {old[name]}"
            sys.stdout.write(f"{part}.{name:<22} {new[name]}{mark}\n")
    sys.stdout.write(f"from {after.fitted_from}\n")
    if not options.dry:
        FILE.write_text(as_file(after), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
