"""How well the eyes see people in rendered rooms: precision, recall, directions, distance, engagement, decoys and cost.

    python -m benchmarks.vision [--quick] [--json FILE] [--seed N]
    python -m benchmarks.vision --pictures DIR      real pictures: whom the eyes believe, and what the face detector finds at each
        size; DIR/boxes.csv has file,x,y,width,height (pixels) of faces, pictures without a row show nobody

The thresholds were chosen on other seeds than the one that is used here.
"""

from __future__ import annotations

import simulator.runtime.threads  # isort: skip  # noqa: F401  (before numpy)

import math
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.common import finish, parser, wilson
from benchmarks.vision_photos import believed_in
from benchmarks.vision_pictures import faces_at_each_size
from benchmarks.vision_scenes import (
    FARTHEST_M,
    NEAREST_M,
    PAN_TICKS,
    PROMPT,
    Scene,
    camera_view,
    rooms,
    scenes,
    typical,
)
from simulator.onboard.angles import distance_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    CameraFrame,
    MotorMode,
    MotorState,
    PersonSighting,
    Shutter,
    VisionHints,
    VisionReport,
)
from simulator.onboard.tuning import Tuning
from simulator.onboard.vision.faces import YuNet
from simulator.onboard.vision.looking import eyes as eyes_of
from simulator.onboard.vision.models import VisionModels
from simulator.onboard.vision.stage import VisionStage
from simulator.runtime.models import path_of, vision_models
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.view import FrameTruth
from simulator.world.spec import WorldSpec
from simulator.world.truth import SeenTruth

HELD_OUT_SEED = 31415
# A person counts as to be seen while at least half the head is in the picture and not hidden. A track may take a second to
# be confirmed; somebody who was out of the picture for longer than the eyes remember comes again and has that second again.
IN_VIEW, SETTLED_TICKS, ANEW_TICKS = 0.5, 100, 150
SAME_DEG = 6.0
FACE_YAW_DEG = 60.0
FACING_DEG, BAND_DEG = 25.0, 10.0
DISTANCE_BINS = {"1m": (0.7, 1.3), "2m": (1.7, 2.3), "3m": (2.7, 3.05)}
RATIO = float | int | str


@dataclass(slots=True)
class Tally:
    """Everything counted."""

    right: int = 0
    wrong: int = 0
    tracks: int = 0
    ghosts: int = 0
    faces: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    kept: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    bearing: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    yaw: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    engaged: list[bool] = field(default_factory=list)
    distance: list[float] = field(default_factory=list)
    decoy_scenes: int = 0
    decoys_engaged: int = 0
    frame_s: list[float] = field(default_factory=list)
    frames: int = 0
    misses: list[str] = field(default_factory=list)


def main() -> None:
    made = parser(__doc__)
    made.add_argument("--pictures", type=Path, metavar="DIR", help="a folder with real pictures and boxes.csv")
    made.add_argument("--seed", type=int, default=HELD_OUT_SEED)
    made.add_argument("--scenes", type=int, default=0, help="how many scenes; 0 for the usual number")
    made.add_argument("--misses", action="store_true", help="print what was missed")
    args = made.parse_args()
    if args.pictures:
        figures = believed_in(args.pictures, vision_models(print), seed=args.seed)
        if not args.quick:
            figures |= faces_at_each_size(args.pictures, YuNet(path_of("faces").read_bytes()))
        finish(figures, args)
        return
    tally = Tally()
    specs = rooms(args.seed)
    facts, models = PROMPT, vision_models(print)
    cameras: dict[int, VirtualCamera] = {}
    for scene in scenes(args.scenes or (30 if args.quick else 300), args.seed):
        if scene.room not in cameras:
            cameras[scene.room] = VirtualCamera(
                specs[scene.room], facts.camera, np.random.default_rng([args.seed, scene.room])
            )
        _play(scene, specs[scene.room], cameras[scene.room], eyes_of(facts, models), tally)
    share, frame_ms = _cost(specs[0], cameras[0], facts, models)
    for camera in cameras.values():
        camera.close()
    if args.misses:
        print("\n".join(tally.misses))
    finish(_figures(tally) | {"cost.real_time_share": share, "cost.frame_ms": frame_ms}, args)


def _cost(spec: WorldSpec, camera: VirtualCamera, facts: DeviceFacts, models: VisionModels) -> tuple[float, float]:
    """Processor time for each second, and for each picture in ms: two people, still, walking, then a turning screen."""
    tally, seconds = Tally(), 0.0
    for scene in typical():
        _play(scene, spec, camera, eyes_of(facts, models), tally)
        seconds += scene.ticks / 100
    return sum(tally.frame_s) / seconds, 1000 * float(np.mean(tally.frame_s))


def _play(scene: Scene, spec: WorldSpec, camera: VirtualCamera, eyes: VisionStage, tally: Tally) -> None:
    """Run one scene at the eyes' own frame rate."""
    in_view_since: dict[str, tuple[int, int]] = {}
    matched_ids: dict[int, bool] = {}
    decoy_engaged = False
    frames = 0
    yaw_deg, rate_dps = scene.yaws_deg[0], 0.0
    for tick in range(scene.ticks):
        yaw_deg, rate_dps = _turned(scene, tick, yaw_deg, rate_dps)
        motor = MotorState(tick=tick, yaw_deg=yaw_deg, rate_dps=rate_dps, torque_nm=0.0, mode=MotorMode.HOLDING)
        if not eyes.frame_wanted(tick):
            eyes.tick(None, motor, Shutter.OPEN, VisionHints(), Tuning())
            continue
        start = time.process_time()
        pixels, truth = camera.picture(camera_view(scene, spec, tick, yaw_deg, rate_dps))
        frame = CameraFrame(tick=tick, pixels=pixels, yaw_deg=yaw_deg, rate_dps=rate_dps, detail=camera.detail)
        report = eyes.tick(frame, motor, Shutter.OPEN, VisionHints(), Tuning())
        spent = time.process_time() - start
        frames += 1
        tally.frame_s.append(spent)
        decoy_engaged |= _judge(scene, tick, rate_dps, truth, report, in_view_since, matched_ids, tally)
    tally.frames += frames
    tally.tracks += len(matched_ids)
    tally.ghosts += sum(not hit for hit in matched_ids.values())
    if scene.decoys:
        tally.decoy_scenes += 1
        tally.decoys_engaged += decoy_engaged
        if decoy_engaged:
            tally.misses.append(f"decoy engaged: {scene.decoys} room {scene.room} {scene.light}")


def _turned(scene: Scene, tick: int, yaw_deg: float, rate_dps: float) -> tuple[float, float]:
    """A motor that goes from target to target with 360 degrees/s2."""
    target = scene.yaws_deg[min(tick // PAN_TICKS, len(scene.yaws_deg) - 1)]
    error = target - yaw_deg
    wanted = math.copysign(min(scene.rate_dps, math.sqrt(2 * 360 * abs(error))), error)
    rate_dps += max(-3.6, min(3.6, wanted - rate_dps))
    if abs(error) < 0.05 and abs(rate_dps) < 4:
        return target, 0.0
    return yaw_deg + 0.01 * rate_dps, rate_dps


@dataclass(frozen=True)
class _Moment:
    """One report with what is true of its moment."""

    scene: Scene
    tick: int
    rate_dps: float
    report: VisionReport
    tally: Tally

    @property
    def dark(self) -> bool:
        return self.scene.kind == "dark"

    @property
    def still(self) -> bool:
        return abs(self.rate_dps) < 5

    @property
    def where(self) -> str:
        return f"{self.scene.kind} tick {self.tick} room {self.scene.room} {self.scene.light}"


def _judge(
    scene: Scene, tick: int, rate_dps: float, truth: FrameTruth, report: VisionReport,
    in_view_since: dict[str, tuple[int, int]], matched_ids: dict[int, bool], tally: Tally,
) -> bool:  # fmt: skip
    """Compare one report with the truth; true when something that is no person counts as an engaged person."""
    moment = _Moment(scene, tick, rate_dps, report, tally)
    believed = [one for one in report.people if one.confirmed and one.life >= 0.5]
    pairs = _pairs(truth.seen, believed)
    decoy_engaged = _judge_believed(moment, truth, believed, set(pairs.values()), matched_ids)
    by_id = {one.sighting_id: one for one in believed}
    any_pairs = _pairs(truth.seen, list(report.people))
    any_by_id = {one.sighting_id: one for one in report.people}
    for person in truth.seen:
        in_view = person.head_visible >= IN_VIEW
        if in_view:
            since, last = in_view_since.get(person.name, (tick, tick))
            in_view_since[person.name] = (tick if tick - last > ANEW_TICKS else since, tick)
        known = in_view and tick - in_view_since[person.name][0] >= SETTLED_TICKS
        seen = by_id.get(pairs.get(person.name, -1))
        looked = any_by_id.get(any_pairs.get(person.name, -1))
        _judge_face(moment, person, looked)
        if known and NEAREST_M <= person.distance_m <= FARTHEST_M:
            _judge_kept(moment, person, seen, looked)
        if seen is not None and not moment.dark:
            _judge_measures(moment, person, seen)
            _judge_engagement(moment, person, seen, known=known)
    return decoy_engaged


def _judge_believed(
    moment: _Moment, truth: FrameTruth, believed: list[PersonSighting], hits: set[int], matched_ids: dict[int, bool]
) -> bool:
    """Whether each sighting is of somebody; true when one that is not counts as an engaged person."""
    tally, decoy_engaged = moment.tally, False
    for one in believed:
        hit = one.sighting_id in hits
        matched_ids[one.sighting_id] = matched_ids.get(one.sighting_id, False) or hit
        if one.distance_m <= FARTHEST_M:
            tally.right, tally.wrong = tally.right + hit, tally.wrong + (not hit)
            if not hit:
                tally.misses.append(f"ghost: {moment.where} {one} of {[_short(person) for person in truth.seen]}")
        decoy_engaged |= not hit and one.engagement > 0.5
    return decoy_engaged


def _judge_face(moment: _Moment, person: SeenTruth, looked: PersonSighting | None) -> None:
    """Whether a face that could be seen was."""
    if not moment.still or person.head_visible < 0.95 or abs(person.head_yaw_deg) > FACE_YAW_DEG:
        return
    for name, (low, high) in DISTANCE_BINS.items():
        if low <= person.distance_m <= high:
            hit = looked is not None and looked.has_face
            moment.tally.faces["dark" if moment.dark else name].append(hit)
            if not hit and not moment.dark:
                moment.tally.misses.append(f"face: {name} {moment.where} {_short(person)}")


def _judge_kept(moment: _Moment, person: SeenTruth, seen: PersonSighting | None, looked: PersonSighting | None) -> None:
    """Whether somebody who was known stays known."""
    group = "rest"
    if moment.dark:
        group = "dark"
    elif abs(moment.rate_dps) > 20:
        group = "fast" if moment.scene.kind == "fast pan" else "turning"
    moment.tally.kept[group].append(seen is not None)
    if seen is None and group != "dark":
        moment.tally.misses.append(f"track: {group} {moment.where} {_short(person)} saw {looked}")


def _judge_measures(moment: _Moment, person: SeenTruth, seen: PersonSighting) -> None:
    """How far off bearing, distance and head are."""
    tally = moment.tally
    if moment.still and moment.report.tick == moment.tick:
        kind = "face" if seen.has_face else "body"
        tally.bearing[kind].append(distance_deg(seen.azimuth_deg, person.azimuth_deg))
        if seen.has_face:
            tally.distance.append(abs(seen.distance_m / person.distance_m - 1))
    facing_camera = abs(person.head_yaw_deg) <= FACE_YAW_DEG
    if seen.head_yaw_deg is not None and facing_camera and person.distance_m <= FARTHEST_M:
        name = "2m" if person.distance_m <= 2.3 else "3m"
        tally.yaw[name].append(distance_deg(seen.head_yaw_deg, person.head_yaw_deg))


def _judge_engagement(moment: _Moment, person: SeenTruth, seen: PersonSighting, *, known: bool) -> None:
    """Whether somebody counts as engaged who is, and nobody else."""
    clear = abs(abs(person.head_yaw_deg) - FACING_DEG) > BAND_DEG
    if not clear or not known or not moment.still or moment.scene.kind not in ("still", "pan", "decoys"):
        return
    tally = moment.tally
    tally.engaged.append((seen.engagement > 0.5) == (abs(person.head_yaw_deg) < FACING_DEG))
    if not tally.engaged[-1]:
        tally.misses.append(
            f"engagement: {seen.engagement:.2f} yaw {seen.head_yaw_deg} {moment.scene.light} {_short(person)}"
        )


def _short(person: SeenTruth) -> str:
    return (
        f"{person.name} at {person.azimuth_deg:.0f} deg {person.distance_m:.2f} m head {person.head_yaw_deg:.0f} deg "
        f"visible {person.visible:.2f} {person.head_visible:.2f}"
    )


def _pairs(people: tuple[SeenTruth, ...], seen: list[PersonSighting]) -> dict[str, int]:
    """Person to sighting, the nearest first."""
    options = sorted(
        (distance_deg(one.azimuth_deg, person.azimuth_deg), person.name, one.sighting_id)
        for person in people
        for one in seen
        if distance_deg(one.azimuth_deg, person.azimuth_deg) < max(SAME_DEG, 8.0 / person.distance_m)
    )
    pairs: dict[str, int] = {}
    for _, name, number in options:
        if name not in pairs and number not in pairs.values():
            pairs[name] = number
    return pairs


def _figures(t: Tally) -> dict[str, RATIO]:
    figures: dict[str, RATIO] = {"frames": t.frames}

    def rate(name: str, hits: int, trials: int) -> None:
        low, high = wilson(hits, trials)
        figures[name] = 100.0 * hits / max(1, trials)
        figures[f"{name}.interval"] = f"{100 * low:.1f} to {100 * high:.1f} of {trials}"

    rate("people.precision_pct", t.right, t.right + t.wrong)
    rate("people.track_precision_pct", t.tracks - t.ghosts, t.tracks)
    for name in DISTANCE_BINS:
        hits = t.faces[name]
        rate(f"faces.recall_{name}", sum(hits), len(hits))
        figures[f"faces.recall_{name}"] = sum(hits) / max(1, len(hits))
    rate("tracks.recall_pct", sum(t.kept["rest"]), len(t.kept["rest"]))
    rate("tracks.recall_turning_pct", sum(t.kept["turning"]), len(t.kept["turning"]))
    rate("tracks.recall_180dps_pct", sum(t.kept["fast"]), len(t.kept["fast"]))
    rate("dark.face_recall_pct", sum(t.faces["dark"]), len(t.faces["dark"]))
    rate("dark.track_recall_pct", sum(t.kept["dark"]), len(t.kept["dark"]))
    figures["bearing.mean_deg"] = float(np.mean(t.bearing["face"]))
    figures["bearing.p95_deg"] = float(np.percentile(t.bearing["face"], 95))
    figures["bearing.without_face_mean_deg"] = float(np.mean(t.bearing["body"] or [0.0]))
    figures["bearing.without_face_p95_deg"] = float(np.percentile(t.bearing["body"] or [0.0], 95))
    figures["yaw.mae_2m_deg"] = float(np.mean(t.yaw["2m"]))
    figures["yaw.mae_3m_deg"] = float(np.mean(t.yaw["3m"]))
    rate("engagement.accuracy_pct", sum(t.engaged), len(t.engaged))
    figures["distance.median_pct"] = 100 * float(np.median(t.distance))
    figures["distance.p90_pct"] = 100 * float(np.percentile(t.distance, 90))
    figures["decoys.scenes"], figures["decoys.engaged"] = t.decoy_scenes, t.decoys_engaged
    figures["cost.frame_p95_ms"] = 1000 * float(np.percentile(t.frame_s, 95))
    return figures


if __name__ == "__main__":
    main()
