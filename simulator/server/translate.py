"""From the API's words to onboard's: commands to requests of the device, and to deeds in a virtual room."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.behaviour.choreographies import CHOREOGRAPHIES
from simulator.onboard.messages import (
    Acquire,
    BackDrive,
    Beat,
    Client,
    FramingStyle,
    GoToCentre,
    Mode,
    Placement,
    Play,
    PlayBeats,
    Release,
    Request,
    SelectPerson,
    SetBackDrive,
    SetFraming,
    SetMode,
    SetPolicy,
    SetRange,
    SetRegion,
    StartSetup,
    Stop,
    TurnAt,
    TurnTo,
    WakePolicy,
)
from simulator.server.answering import NotDone, refusal
from simulator.server.messages import Code
from simulator.server.messages import commands as api
from simulator.server.messages import world as api_world
from simulator.server.pipe import Condition, LoopReady
from simulator.world.spec import AnyAction, HandAction, RequestAction, Say, ShutterAction, Turn, Walk

CALM_DPS = 30.0
POLICIES = {
    "turnToWakeWord": WakePolicy.TURN,
    "followOnWakeWord": WakePolicy.FOLLOW,
    "doNotMoveOnWakeWord": WakePolicy.STAY,
}
STYLES = {
    "automatic": FramingStyle.AUTOMATIC,
    "center": FramingStyle.CENTRE,
    "left": FramingStyle.LEFT,
    "right": FramingStyle.RIGHT,
}


def action_of(
    command: api.Command, *, number: int, client: Client, ready: LoopReady, condition: Condition, at_s: float
) -> AnyAction:
    """What the loop is to let happen; raises NotDone for what cannot."""
    if isinstance(command, api.WorldCommand):
        return _deed(command, ready, at_s)
    request = _request(command, str(number), client, condition)
    return RequestAction(at_s=at_s, request=request)


def _request(command: api.Command, request_id: str, client: Client, now: Condition) -> Request:
    """The request without world commands and subscriptions, which are none."""
    found = _turning(command, request_id, client, now) or _setting(command, request_id, client)
    if found is not None:
        return found
    match command:
        case api.AcquireMotion(lease_ms=lease_ms):
            return Acquire(lease_s=lease_ms / 1000, request_id=request_id, client=client)
        case api.ReleaseMotion():
            return Release(request_id=request_id, client=client)
        case api.StopMotion():
            return Stop(request_id=request_id, client=client)
        case api.FollowPrimaryUser():
            return SetMode(mode=Mode.FOLLOW, request_id=request_id, client=client)
        case api.SetMode(mode=mode):
            return SetMode(mode=Mode(mode), request_id=request_id, client=client)
        case api.StartSetup(placement=placement):
            return StartSetup(placement=Placement(placement), request_id=request_id, client=client)
        case api.SetRangeOfMotion():
            return SetRange(range=_arc(command), request_id=request_id, client=client)
        case api.SetBackDrive(back_drive=back_drive):
            return SetBackDrive(back_drive=BackDrive(back_drive), request_id=request_id, client=client)
        case _:
            raise TypeError(f"{command.type} is not for the device")


def _setting(command: api.Command, request_id: str, client: Client) -> Request | None:
    """The request of a command that says how a call or a wake word is served; None for any other."""
    match command:
        case api.SelectPerson(person=person):
            return SelectPerson(track_id=person, request_id=request_id, client=client)
        case api.SetWakeWordResponse(wake_word_response=response):
            return SetPolicy(policy=POLICIES[response], request_id=request_id, client=client)
        case api.SetFramingMode(framing_mode=mode):
            return SetFraming(style=STYLES[mode], request_id=request_id, client=client)
        case api.SetRegionOfInterest(azimuth=azimuth, width=width):
            return SetRegion(azimuth_deg=azimuth, width_deg=width, request_id=request_id, client=client)
    return None


def _turning(command: api.Command, request_id: str, client: Client, now: Condition) -> Request | None:
    """The request of a command that turns the screen; None for any other."""
    match command:
        case api.TurnTo(angle=angle, relative=relative):
            rate = command.max_speed
            if command.style == "calm":
                rate = CALM_DPS if rate is None else min(rate, CALM_DPS)
            return TurnTo(angle_deg=angle, relative=relative, rate_dps=rate, request_id=request_id, client=client)
        case api.TurnAt(rate=rate, ttl_ms=ttl_ms):
            return TurnAt(rate_dps=rate, ttl_s=ttl_ms / 1000, request_id=request_id, client=client)
        case api.GoToCenter(max_speed=speed):
            return GoToCentre(rate_dps=speed, request_id=request_id, client=client)
        case api.TurnToPrimaryUser(max_speed=speed):
            person = next((one for one in now.people if one.primary), None)
            if person is None:
                raise NotDone(refusal(command.id, Code.NO_SUCH_PERSON, "There is nobody whom the device knows of."))
            return TurnTo(
                angle_deg=_towards(person.azimuth_deg, now), rate_dps=speed, request_id=request_id, client=client
            )
        case api.AttendLocation(azimuth=azimuth, max_speed=speed):
            return TurnTo(angle_deg=_towards(azimuth, now), rate_dps=speed, request_id=request_id, client=client)
        case api.PlayNamedChoreo(name=name, intensity=share):
            known = CHOREOGRAPHIES.get(name)
            if known is None or share == 1.0:
                return Play(name=name, request_id=request_id, client=client)
            beats = tuple(replace(beat, offset_deg=beat.offset_deg * share) for beat in known)
            return PlayBeats(beats=beats, request_id=request_id, client=client)
        case api.PlayChoreo(beats=given):
            beats = tuple(Beat(offset_deg=one.offset, rate_dps=one.speed, dwell_s=one.dwell_ms / 1000) for one in given)
            return PlayBeats(beats=beats, request_id=request_id, client=client)
    return None


def _towards(azimuth_deg: float, now: Condition) -> float:
    """The yaw that points there; outside the range the direction itself, which the device cuts and says so."""
    if now.min_deg is None or now.max_deg is None:
        return azimuth_deg
    arc = RangeOfMotion(min_deg=now.min_deg, max_deg=now.max_deg)
    if not arc.contains_azimuth(azimuth_deg):
        return azimuth_deg
    return arc.yaw_towards_deg(azimuth_deg, from_yaw_deg=now.yaw_deg)


def _arc(command: api.SetRangeOfMotion) -> RangeOfMotion:
    if command.min >= command.max:
        raise NotDone(
            refusal(
                command.id, Code.BAD_VALUE, f"The range begins at {command.min:g}° and must end above that.",
                value=command.max, threshold=command.min, unit="°",
            )
        )  # fmt: skip
    return RangeOfMotion(min_deg=command.min, max_deg=command.max)


def _deed(command: api.WorldCommand, ready: LoopReady, at_s: float) -> AnyAction:
    """What happens in a virtual room."""
    if not ready.corners:
        raise NotDone(refusal(command.id, Code.NOT_VIRTUAL, "The room is real: people have to do this themselves."))
    if isinstance(command, api_world.PushScreen) and ready.backend != "virtual":
        raise NotDone(refusal(command.id, Code.NOT_VIRTUAL, "The motor is not the room's: a hand has to push it."))
    who = getattr(command, "who", None)
    if who is not None and who not in ready.people:
        known = ", ".join(ready.people) or "nobody"
        raise NotDone(refusal(command.id, Code.NO_SUCH_PERSON, f"There is no {who} in this room, but {known}."))
    match command:
        case api_world.WorldSay(who=name, what=what, for_ms=for_ms):
            return Say(at_s=at_s, who=name, what=what, for_s=None if for_ms is None else for_ms / 1000)
        case api_world.WorldWalk(who=name, x=x, y=y, speed=speed):
            _inside(command, ready)
            return Walk(at_s=at_s, who=name, to=(x, y), speed_mps=speed)
        case api_world.WorldTurn(who=name, to=to):
            return Turn(at_s=at_s, who=name, to=to)
        case api_world.WorldMoveShutter(closed=closed):
            return ShutterAction(at_s=at_s, closed=closed)
        case api_world.PushScreen(gesture=gesture, to=to, for_ms=for_ms):
            return HandAction(at_s=at_s, gesture=gesture, to_deg=to, for_s=for_ms / 1000)
        case _:
            assert_never(command)


def _inside(command: api_world.WorldWalk, ready: LoopReady) -> None:
    """Refuse a place outside the walls."""
    xs, ys = zip(*ready.corners, strict=True)
    for name, value, low, high in (("x", command.x, min(xs), max(xs)), ("y", command.y, min(ys), max(ys))):
        if not low <= value <= high:
            limit = low if value < low else high
            raise NotDone(
                refusal(
                    command.id, Code.BAD_VALUE, f"{name} {value:g} m is outside the room, which ends at {limit:g} m.",
                    value=value, threshold=limit, unit="m", field=name,
                )
            )  # fmt: skip
