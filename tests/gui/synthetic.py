"""A small made-up run of a kitchen with all kinds of moments: for tests of the drawing, which need no engine."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from simulator.onboard.angles import RangeOfMotion, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.gate_names import GateName
from simulator.onboard.messages import (
    TICK_S,
    BodyReport,
    Box,
    CommandKind,
    Gate,
    HoldReason,
    Intent,
    IntentKind,
    Mode,
    MotorCommand,
    MotorMode,
    MotorState,
    Owner,
    PersonSighting,
    Seeing,
    Shutter,
    SoundCandidate,
    SoundReport,
    TickTrace,
    Touch,
    Track,
    TrackReport,
    VisionReport,
    Zone,
    ZoneDecision,
)
from simulator.world.spec import DevicePlace, PersonSpec, RoomSpec, Say, SourceSpec, ThingSpec, WorldSpec
from simulator.world.truth import PersonTruth, SoundPath, SourceTruth, ThingTruth, TruthFrame
from simulator.world.truth_events import Says, ShutterMoved

FACTS = DeviceFacts()
SPEC = WorldSpec(
    room=RoomSpec(width_m=5.6, depth_m=4.4),
    device=DevicePlace(x_m=2.7, y_m=0.45, heading_deg=90.0, range=RangeOfMotion(min_deg=-90.0, max_deg=90.0)),
    people=(
        PersonSpec(name="ana", at=(3.1, 2.3)),
        PersonSpec(name="ben", at=(1.5, 2.9), look="adult-2"),
        PersonSpec(name="child", at=(1.4, 3.7), look="child-1"),
    ),
    sources=(SourceSpec(name="radio", kind="music", at=(5.2, 3.9)),),
    things=(
        ThingSpec(name="counter", kind="counter", at=(2.7, 0.35), size=(2.6, 0.6), height_m=0.9),
        ThingSpec(name="tall cabinet", kind="cabinet", at=(0.35, 1.2), size=(0.6, 1.8), height_m=2.1),
        ThingSpec(name="column", kind="column", at=(4.1, 2.0), size=(0.35, 0.35), height_m=2.6),
        ThingSpec(name="table", kind="table", at=(4.4, 3.2), size=(1.2, 0.8), height_m=0.75),
        ThingSpec(
            name="glass", kind="glass", at=(3.05, 0.6), size=(0.08, 0.08), bottom_m=0.9, height_m=0.15, fixed=False
        ),
    ),
    actions=(
        Say(at_s=1.0, who="ana", what="wake word"),
        Say(at_s=6.0, who="ana", for_s=4.5),
        Say(at_s=11.0, who="ben", for_s=5.0),
    ),
    duration_s=24.0,
)
_KEYS = ((0, 0), (5.4, 0), (6.3, -24), (11.6, -24), (12.9, 26), (19.0, 26), (19.8, 8), (24, 8))


def yaw_deg(t_s: float) -> float:
    """The made-up yaw."""
    for (t0, a0), (t1, a1) in pairwise(_KEYS):
        if t_s <= t1:
            u = min(1.0, max(0.0, (t_s - t0) / (t1 - t0)))
            return a0 + (a1 - a0) * u**3 * (u * (6 * u - 15) + 10)
    return float(_KEYS[-1][1])


def run(seconds: float = 24.0) -> tuple[list[TickTrace], list[TruthFrame | None]]:
    """The run, tick by tick."""
    traces: list[TickTrace] = []
    truths: list[TruthFrame | None] = []
    held: tuple = ()
    truth: TruthFrame | None = None
    for tick in range(round(seconds / TICK_S)):
        t_s = tick * TICK_S
        yaw = yaw_deg(t_s)
        rate = (yaw_deg(t_s + 0.005) - yaw_deg(t_s - 0.005)) / 0.01
        if tick % 5 == 0:
            truth = _truth(tick, yaw, rate)
            held = _thought(tick, truth, yaw, rate)
        sound, vision, tracks, intent, decision, body = held
        command = MotorCommand(
            tick=tick,
            seq=tick,
            kind=CommandKind.MOVE if abs(rate) > 0.1 else CommandKind.HOLD,
            yaw_deg=yaw,
            rate_dps=rate,
        )
        traces.append(
            TickTrace(
                tick=tick,
                motor=MotorState(
                    tick=tick,
                    yaw_deg=yaw,
                    rate_dps=rate,
                    torque_nm=0.06,
                    mode=MotorMode.MOVING if abs(rate) > 0.1 else MotorMode.HOLDING,
                ),
                shutter=Shutter.CLOSED if t_s > 21.5 else Shutter.OPEN,
                touch=Touch(),
                sound=sound,
                vision=vision,
                tracks=tracks,
                intent=intent,
                decision=decision,
                body=body,
                command_wanted=command,
                command_sent=command,
            )
        )
        truths.append(truth)
    return traces, truths


def _truth(tick: int, yaw: float, rate: float) -> TruthFrame:
    t_s = tick * TICK_S
    device = SPEC.device
    spots = {
        "ana": (2.9 + 0.75 * min(1.0, max(0.0, (t_s - 3.2) / 2)), 2.3, t_s < 2 or 6 < t_s < 10.5),
        "ben": (1.5 + 0.1 * math.sin(t_s / 2), 2.9, 11 < t_s < 16),
        "child": (1.4, 3.7, False),
    }
    people = tuple(
        PersonTruth(
            name=name,
            x_m=x,
            y_m=y,
            mouth_height_m=1.5,
            azimuth_deg=wrap_deg(math.degrees(math.atan2(y - device.y_m, x - device.x_m)) - device.heading_deg),
            distance_m=math.hypot(x - device.x_m, y - device.y_m),
            body_deg=-90.0,
            head_deg=-80.0 if name != "child" else 20.0,
            facing_deg=10.0,
            talking=talking,
            says="speech" if talking else "",
            posture="standing",
        )
        for name, (x, y, talking) in spots.items()
    )
    events = {
        100: (Says(who="ana", what="wake word"),),
        1900: (Says(who="ben", what="wake word"),),
        2150: (ShutterMoved(shutter=Shutter.CLOSED),),
    }.get(tick, ())
    paths = tuple(
        SoundPath(
            source=person.name,
            order=order,
            walls=walls,
            azimuth_deg=person.azimuth_deg,
            delay_s=0.01,
            gain_db=gain,
            image_m=image,
        )
        for person in people
        if person.talking
        for order, walls, gain, image in (
            (0, (), 0.0, (person.x_m, person.y_m, 1.5)),
            (1, ("west",), -7.0, (-person.x_m, person.y_m, 1.5)),
            (1, ("east",), -8.0, (2 * 5.6 - person.x_m, person.y_m, 1.5)),
            (1, ("north",), -9.0, (person.x_m, 2 * 4.4 - person.y_m, 1.5)),
        )
    )
    return TruthFrame(
        tick=tick,
        yaw_deg=yaw,
        rate_dps=rate,
        accel_dps2=0.0,
        contact_force_n=0.0,
        hand_torque_nm=0.0,
        people=people,
        sources=(SourceTruth(name="radio", kind="music", x_m=5.2, y_m=3.9, azimuth_deg=-36.0, on=True),),
        things=tuple(
            ThingTruth(name=thing.name, x_m=thing.at[0], y_m=thing.at[1], angle_deg=thing.angle_deg, tipped=False)
            for thing in SPEC.things
        ),
        paths=paths,
        events=events,
    )


def _thought(tick: int, truth: TruthFrame, yaw: float, rate: float):
    t_s = tick * TICK_S
    talker = next((person for person in truth.people if person.talking), None)
    main = truth.people[1] if 11 < t_s < 19 else truth.people[0]
    bearing = wrap_deg(main.azimuth_deg - yaw)
    zone = Zone.DEAD if abs(bearing) < 12 else Zone.HOLDING if abs(bearing) < 28 else Zone.MOTION
    bins = np.arange(-180, 180, 5)
    shape = np.full(72, 0.2)
    if talker:
        shape += 6 * np.exp(-(((bins - talker.azimuth_deg + 180) % 360 - 180) ** 2) / 250)
        shape += 2 * np.exp(-(((bins + 100 + 180) % 360 - 180) ** 2) / 300)
    sound = SoundReport(
        tick=tick,
        voice=0.95 if talker else 0.02,
        wake_word=tick in (150, 1950),
        azimuth_deg=talker.azimuth_deg if talker else None,
        confidence=0.91 if talker else 0.0,
        candidates=(
            SoundCandidate(azimuth_deg=talker.azimuth_deg, elevation_deg=5, weight=0.7, direct=0.9),
            SoundCandidate(azimuth_deg=-100.0, elevation_deg=5, weight=0.3, direct=0.1),
        )
        if talker
        else (),
        sound_map=(shape / shape.sum()).astype(np.float32) if talker else None,
        beam_azimuth_deg=talker.azimuth_deg if talker else None,
    )
    closed = t_s > 21.5
    half = FACTS.camera.half_fov_deg
    people = []
    for index, person in enumerate(truth.people):
        b = wrap_deg(person.azimuth_deg - yaw)
        if abs(b) < half and not closed:
            x = 0.5 - math.tan(math.radians(b)) / math.tan(math.radians(half)) / 2
            h = 1.5 / person.distance_m * 0.62
            people.append(
                PersonSighting(
                    sighting_id=index,
                    azimuth_deg=person.azimuth_deg,
                    bearing_deg=b,
                    distance_m=person.distance_m,
                    score=0.97 - 0.1 * index,
                    box=Box(x=x - h * 0.17, y=max(0.02, 0.62 - h * 0.75), width=h * 0.34, height=min(0.96, h)),
                    has_face=True,
                    head_yaw_deg=8.0,
                    engagement=0.9 if person is main else 0.3,
                    confirmed=True,
                )
            )
    vision = VisionReport(
        tick=tick,
        frame_tick=tick if not closed else None,
        seeing=Seeing.SHUTTER_CLOSED if closed else Seeing.SEEING,
        people=tuple(people),
        frame_yaw_deg=yaw,
    )
    tracks = TrackReport(
        tick=tick,
        tracks=tuple(
            Track(
                track_id=index,
                azimuth_deg=person.azimuth_deg + 1.5 * math.sin(t_s + index),
                rate_dps=0,
                sigma_deg=2.0 + index,
                distance_m=person.distance_m,
                seen=True,
                in_view=abs(wrap_deg(person.azimuth_deg - yaw)) < half,
                seen_age_s=0.1,
                heard_age_s=1.0,
                engagement=0.9 if person is main else 0.3,
                talking=0.95 if person.talking else 0.05,
                settled_s=2.0,
            )
            for index, person in enumerate(truth.people)
        ),
        talker_id=None if talker is None else truth.people.index(talker),
        reflectors=(),
    )
    moving = abs(rate) > 0.1
    hold = None
    if closed:
        hold = HoldReason.SHUTTER_CLOSED
    elif not moving:
        hold = HoldReason.SETTLING if 13 < t_s < 15 or 16.5 < t_s < 17.2 else HoldReason.IN_DEAD_ZONE
    decision = ZoneDecision(
        tick=tick,
        zone=zone,
        goal_yaw_deg=main.azimuth_deg if moving else None,
        hold=hold,
        subject_id=truth.people.index(main),
        subject_bearing_deg=bearing,
        dead_half_width_deg=12.0,
        holding_half_width_deg=28.0,
        settled_s=0.8,
        gates=(
            Gate(
                name=GateName.SHUTTER_OPEN,
                value=0.0 if closed else 1.0,
                threshold=1.0,
                margin=-1.0 if closed else 1.0,
                unit="",
                passed=not closed,
            ),
            Gate(name=GateName.ONE_DIRECTION, value=0.3, threshold=0.7, margin=0.4, unit="", passed=True),
            Gate(name=GateName.LIVING, value=0.97, threshold=0.5, margin=0.47, unit="", passed=True),
            Gate(
                name=GateName.OUTSIDE_RANGE,
                value=abs(main.azimuth_deg),
                threshold=90.0,
                margin=90 - abs(main.azimuth_deg),
                unit="°",
                passed=True,
            ),
            Gate(
                name=GateName.OUTSIDE_DEAD_ZONE,
                value=abs(bearing),
                threshold=12.0,
                margin=abs(bearing) - 12,
                unit="°",
                passed=abs(bearing) > 12,
            ),
        ),
    )
    intent = Intent(
        tick=tick,
        kind=IntentKind.KEEP_IN_VIEW,
        mode=Mode.FOLLOW,
        owner=Owner.FOLLOW,
        why=f"{main.name} is engaged",
        azimuth_deg=main.azimuth_deg,
        track_ids=(0,),
    )
    body = BodyReport(tick=tick, moving=moving, goal_yaw_deg=main.azimuth_deg if moving else None)
    return sound, vision, tracks, intent, decision, body
