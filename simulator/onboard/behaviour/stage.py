"""Behaviour: what the device is there for just now, and what it therefore asks of the zones.

Requests, wake words, hands, faults and ended tasks become events; the table of `table.py` says what each does to the
modes; the running mode's own logic then makes the intent.
"""

from __future__ import annotations

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.behaviour.attend import STAY_S, idle, replying, ticks
from simulator.onboard.behaviour.intake import take
from simulator.onboard.behaviour.moment import Moment, Wanted, stay
from simulator.onboard.behaviour.state import BehaviourState
from simulator.onboard.behaviour.table import SERVING, WAKE_EVENTS, Step
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    Answer,
    Asker,
    BackDrive,
    BodyReport,
    Contact,
    FaultBegan,
    FaultEnded,
    HoldReason,
    Intent,
    IntentKind,
    Mode,
    ModeEvent,
    MotorMode,
    MotorState,
    RangeSet,
    Request,
    Setup,
    SetupFailed,
    TrackReport,
    VisionReport,
    WakePolicy,
    ZoneDecision,
)
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import Tuning


class BehaviourStage(Remembers):
    """The modes of the device."""

    def __init__(self, facts: DeviceFacts, setup: Setup) -> None:
        self._facts = facts
        self._state = BehaviourState(setup=setup)
        self._wake_tick: int | None = None
        self._doubt_tick: int | None = None
        self._ran = Mode.IDLE  # the mode of the thought before
        self._fault = False
        self._let_go_tick = 0

    @property
    def setup(self) -> Setup:
        """What set-up has taught; a new object when it changes."""
        return self._state.setup

    @property
    def back_drive(self) -> BackDrive:
        """How the motor answers a hand."""
        return self._state.back_drive

    @property
    def mode(self) -> Mode:
        """The running mode."""
        return self._state.wishes.mode

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers that the last thought gave."""
        return tuple(self._state.desk.answering.answers)

    @property
    def open_requests(self) -> tuple[Request, ...]:
        """The requests that have no final answer yet."""
        return self._state.desk.open

    @property
    def arc(self) -> RangeOfMotion | None:
        """The range of motion in force: during set-up the one that is being tried."""
        return self._state.arc

    def tick(
        self,
        tracks: TrackReport,
        vision: VisionReport,
        tuning: Tuning,
        *,
        tick: int,
        motor: MotorState,
        requests: tuple[Request, ...],
        body: BodyReport,
        decision: ZoneDecision | None,
    ) -> Intent:
        """Take in what happened and say what is wanted."""
        moment = Moment(
            tick=tick, tracks=tracks, vision=vision, motor=motor, body=body, decision=decision,
            arc=self.arc, tuning=tuning, facts=self._facts,
        )  # fmt: skip
        self._state.wishes.events = []
        self._state.notes = []
        self._state.desk.answering.answers = []
        self._feel(moment)
        for request in requests:
            take(request, self._state, moment)
        self._hear(moment)
        self._state.wishes.expire(tick)
        wanted = self._run(moment)
        if wanted.done:
            self._finish(moment)
        self._state.desk.settle(self._state.wishes, tick=tick)
        return self._intent(wanted, moment)

    # --- what happened ------------------------------------------------------------------------------------------------

    def _feel(self, moment: Moment) -> None:
        """Hands and faults."""
        fault = bool(moment.motor.fault) or moment.motor.mode is MotorMode.FAULT
        if fault != self._fault:
            self._fault = fault
            self._state.happen(ModeEvent.FAULT if fault else ModeEvent.FAULT_OVER, moment)
            self._state.notes.append(FaultBegan(fault=moment.motor.fault) if fault else FaultEnded())
        hand = moment.body.contact is Contact.HAND
        if hand != self._state.hand:
            if hand:
                self._state.happen(ModeEvent.HAND, moment)
                self._state.stopped = False
            else:
                self._let_go_tick = moment.tick
            self._state.hand = hand
        if self._state.wishes.mode is Mode.MANUAL and not hand:
            bump = moment.tuning.bump
            if moment.seconds_since(self._let_go_tick) >= max(bump.manual_keep_s, bump.manual_rest_s):
                self._state.happen(ModeEvent.HAND_OVER, moment)

    # --- wake words ---------------------------------------------------------------------------------------------------

    def _hear(self, moment: Moment) -> None:
        tracks, attention = moment.tracks, moment.tuning.attention
        policy = self._state.policy or WakePolicy(attention.wake_policy)
        if tracks.wake_tick is not None and tracks.wake_tick != self._wake_tick:
            self._wake_tick = tracks.wake_tick
            self._woken(policy, moment)
            return
        if self._state.wishes.mode is not Mode.IDLE or policy is not WakePolicy.FOLLOW or self._state.stopped:
            return
        if moment.seconds_since(self._state.exchange_tick) <= attention.reply_window_s:
            track = replying(moment)
            if track is not None and self._state.happen(ModeEvent.REPLY, moment) is Step.BEGIN:
                self._state.attend.begin(moment, track.track_id)

    def _woken(self, policy: WakePolicy, moment: Moment) -> None:
        event = WAKE_EVENTS[policy]
        before = self._state.wishes.mode
        if moment.tracks.wake_doubt is not None and event is not ModeEvent.WAKE_STAY:
            # Nothing to turn to: whoever is served goes on being served, and the doubt is shown.
            self._doubt_tick = moment.tick
            if before in SERVING:
                self._state.attend.woken(moment)
            return
        until_tick = moment.tick + ticks(STAY_S) if event is ModeEvent.WAKE_STAY else None
        step = self._state.happen(event, moment, until_tick=until_tick)
        if step in (Step.REFUSE, Step.QUEUE):
            return
        self._state.stopped = False
        self._state.exchange_tick = moment.tick
        mode = self._state.wishes.mode
        if mode not in SERVING:
            return
        if step in (Step.BEGIN, Step.REPLACE):
            self._state.attend.begin(moment, moment.tracks.wake_id)
        if event is ModeEvent.WAKE_STAY:
            self._state.attend.stay_put = mode is Mode.WAKE
        else:
            self._state.attend.woken(moment)

    # --- what is wanted -----------------------------------------------------------------------------------------------

    def _run(self, moment: Moment) -> Wanted:
        state, before = self._state, self._ran
        self._ran = mode = state.wishes.mode
        if mode not in SERVING:
            state.attend.interrupted()
            return self._run_other(moment, mode)
        if before not in SERVING:
            state.attend.resumed(moment)
        wanted = state.attend.wanted(moment, mode)
        if moment.tracks.addressed_id is not None:
            state.exchange_tick = moment.tick
        return wanted

    def _run_other(self, moment: Moment, mode: Mode) -> Wanted:
        """The programs of all modes but the serving ones."""
        state = self._state
        match mode:
            case Mode.CALL:
                return state.framing.wanted(moment)
            case Mode.AWAY:
                return state.guarding.wanted(moment)
            case Mode.REMOTE:
                return state.desk.tasks_of(Asker.REMOTE).wanted(moment, state.desk.answering)
            case Mode.APP:
                return state.desk.tasks_of(Asker.APP).wanted(moment, state.desk.answering)
            case Mode.SETUP:
                return state.guide.wanted(moment)
            case Mode.MANUAL if state.hand:
                return Wanted(IntentKind.YIELD, "a hand turns the screen", hold=HoldReason.HAND_ON_SCREEN)
            case Mode.MANUAL:
                return stay("a hand has set the direction", HoldReason.MANUAL)
            case Mode.FAULT:
                return Wanted(IntentKind.STOP, f"fault: {moment.motor.fault}", hold=HoldReason.FAULT)
        wanted = idle(moment, stopped=state.stopped, doubt_tick=self._doubt_tick)
        if state.stopped:
            wanted.kind = IntentKind.STOP
        return wanted

    def _finish(self, moment: Moment) -> None:
        """The running mode's task is over."""
        if self._state.wishes.mode is Mode.SETUP:
            found = self._state.guide.result
            if found is not None:
                self._state.setup = found
            self._state.notes.append(SetupFailed() if found is None else RangeSet(range=found.range))
            self._state.desk.end_setup(found=found is not None)
        self._state.happen(ModeEvent.DONE, moment)

    def _intent(self, wanted: Wanted, moment: Moment) -> Intent:
        alert = self._state.guarding.alert
        self._state.guarding.alert = None
        return Intent(
            tick=moment.tick,
            kind=wanted.kind,
            mode=self._state.wishes.mode,
            owner=self._state.wishes.owner,
            why=wanted.why,
            hold=wanted.hold,
            gates=wanted.gates,
            reason_tick=wanted.reason_tick,
            azimuth_deg=wanted.azimuth_deg,
            track_ids=wanted.track_ids,
            urgent=wanted.urgent,
            rate_limit_dps=wanted.rate_limit_dps,
            crop=wanted.crop,
            alert=alert,
            events=(*self._state.wishes.events, *self._state.notes),
        )
