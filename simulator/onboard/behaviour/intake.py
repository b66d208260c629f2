"""What each request does. Every way through gives exactly one first answer; later ones come from the desk."""

from __future__ import annotations

from typing import assert_never

from simulator.onboard.behaviour.answering import refused
from simulator.onboard.behaviour.desk import MODE_OF_TASKS
from simulator.onboard.behaviour.guarding import Guarding
from simulator.onboard.behaviour.moment import Moment
from simulator.onboard.behaviour.plans import bad_lease, planned, too_soon
from simulator.onboard.behaviour.state import BehaviourState
from simulator.onboard.behaviour.table import MODE_EVENTS, SERVING, TASK_EVENTS, Step
from simulator.onboard.messages import (
    Acquire,
    Answer,
    AnswerCode,
    AnswerKind,
    GoToCentre,
    Mode,
    ModeEvent,
    Play,
    PlayBeats,
    RangeSet,
    Release,
    Request,
    SelectPerson,
    SetBackDrive,
    SetFraming,
    SetMode,
    SetPolicy,
    SetRange,
    SetRegion,
    Setup,
    StartSetup,
    Stop,
    TurnAt,
    Turning,
    TurnTo,
)


def take(request: Request, state: BehaviourState, moment: Moment) -> None:
    """Do what is asked, or begin to; every way through gives an answer."""
    answering = state.desk.answering
    why_not = state.desk.why_not(request)
    if why_not is not None:
        answering.give(why_not)
        return
    match request:
        case TurnTo() | TurnAt() | GoToCentre() | Play() | PlayBeats() | Acquire():
            _ask_task(request, state, moment)
        case SetMode():
            _set_mode(request, state, moment)
        case StartSetup():
            _start_setup(request, state, moment)
        case Release() | Stop():
            _give_up(request, state, moment)
        case SelectPerson() | SetRegion():
            good = _frame(request, state, moment)
            if good is None:
                answering.say(request, AnswerKind.DONE, AnswerCode.AS_ASKED)
            else:
                answering.give(refused(request, good))
        case SetRange() | SetPolicy() | SetBackDrive() | SetFraming():
            _set(request, state, moment)
            answering.say(request, AnswerKind.DONE, AnswerCode.AS_ASKED)
        case _:
            assert_never(request)


def _set(request: SetRange | SetPolicy | SetBackDrive | SetFraming, state: BehaviourState, moment: Moment) -> None:
    """Settings, which hold from now on."""
    match request:
        case SetRange():
            state.setup = Setup(range=request.range, walls=state.setup.walls)
            moment.arc = state.arc
            state.notes.append(RangeSet(range=request.range))
        case SetPolicy():
            state.policy = request.policy
        case SetBackDrive():
            state.back_drive = request.back_drive
        case SetFraming():
            state.framing.style = request.style
        case _:
            assert_never(request)


def _frame(request: SelectPerson | SetRegion, state: BehaviourState, moment: Moment) -> AnswerCode | None:
    """What a call shows; returns why not, if so."""
    if isinstance(request, SetRegion):
        good = state.framing.set_region(request.azimuth_deg, request.width_deg)
        return None if good else AnswerCode.BAD_VALUE
    if request.track_id is not None and moment.track(request.track_id) is None:
        return AnswerCode.NO_SUCH_PERSON
    state.framing.selected_id = request.track_id
    return None


def _set_mode(request: SetMode, state: BehaviourState, moment: Moment) -> None:
    answering, before = state.desk.answering, state.wishes.mode
    event = MODE_EVENTS.get(request.mode)
    if event is None:
        answering.give(refused(request, AnswerCode.NO_SUCH_MODE))
        return
    step = state.happen(event, moment)
    now, idle = state.wishes.mode, event is ModeEvent.IDLE_ASKED
    if step is Step.KEEP and before is not request.mode:
        answering.give(refused(request, AnswerCode.NOT_OWNER, owner=state.wishes.owner))
        return
    state.stopped = False
    if now is request.mode or idle:
        code = AnswerCode.ALREADY if step is Step.KEEP else AnswerCode.AS_ASKED
        answering.say(request, AnswerKind.DONE, code, owner=state.wishes.owner)
    else:
        state.desk.wait_for_mode(request, owner=state.wishes.owner)
    state.desk.settle(state.wishes, tick=moment.tick, by=request)
    if now in SERVING and now is not before:
        state.attend.begin(moment, None)
        state.exchange_tick = moment.tick
    elif now is Mode.AWAY and before is not Mode.AWAY:
        state.guarding = Guarding(tick=moment.tick)


def _start_setup(request: StartSetup, state: BehaviourState, moment: Moment) -> None:
    if state.happen(ModeEvent.SETUP_ASKED, moment) is Step.REFUSE:
        state.desk.answering.give(refused(request, AnswerCode.NOT_OWNER, owner=state.wishes.owner))
        return
    state.guide.begin(request.placement, moment)
    state.desk.begin_setup(request)
    state.stopped = False
    moment.arc = state.arc


def _ask_task(request: Turning | Acquire, state: BehaviourState, moment: Moment) -> None:
    asker, answering = request.client.asker, state.desk.answering
    tasks = state.desk.tasks_of(asker)
    why_not = too_soon(request, moment, tasks.asked_tick)
    plan = None
    if isinstance(request, Acquire):
        why_not = why_not or bad_lease(request)
    elif why_not is None:
        found = planned(request, moment)
        plan, why_not = (None, found) if isinstance(found, Answer) else (found, None)
    if why_not is None and state.happen(TASK_EVENTS[asker], moment) is Step.REFUSE:
        why_not = refused(request, AnswerCode.NOT_OWNER, owner=state.wishes.owner)
    if why_not is not None:
        answering.give(why_not)
        return
    state.stopped = False
    if isinstance(request, Acquire):
        tasks.acquire(request, answering, tick=moment.tick)
    elif plan is not None:
        task, first = plan
        tasks.turn(task, first, answering, tick=moment.tick)


def _give_up(request: Release | Stop, state: BehaviourState, moment: Moment) -> None:
    """Give back one owner's screen, or stop everybody."""
    asker = request.client.asker
    if isinstance(request, Stop):
        state.happen(ModeEvent.STOP_ASKED, moment)
        state.stopped = True
        state.desk.settle(state.wishes, tick=moment.tick, by=request)
    else:
        state.desk.tasks_of(asker).release(request, state.desk.answering)
        if state.wishes.mode is MODE_OF_TASKS[asker]:
            state.happen(ModeEvent.DONE, moment)
    state.desk.answering.say(request, AnswerKind.DONE, AnswerCode.AS_ASKED)
