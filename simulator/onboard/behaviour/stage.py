"""Behaviour: what the device is there for just now, and what it therefore asks of the zones.

Requests, wake words, hands, faults and ended tasks become events; the table of `table.py` says what each does to the
modes; the running mode's own logic then makes the intent.
"""

from __future__ import annotations

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.behaviour.attend import STAY_S, Attend, idle, replying, ticks
from simulator.onboard.behaviour.framing import FRAMINGS, Framing
from simulator.onboard.behaviour.guarding import Guarding
from simulator.onboard.behaviour.guide import Guide
from simulator.onboard.behaviour.moment import Moment, Wanted, stay
from simulator.onboard.behaviour.table import Event, Step
from simulator.onboard.behaviour.tasks import Tasks
from simulator.onboard.behaviour.wishes import Wishes
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    BodyReport,
    Contact,
    HoldReason,
    Intent,
    IntentKind,
    Mode,
    MotorMode,
    MotorState,
    Owner,
    Request,
    Setup,
    TrackReport,
    VisionReport,
    WakePolicy,
    ZoneDecision,
)
from simulator.onboard.tuning import Tuning

MODE_EVENTS: dict[str, Event] = {
    Mode.IDLE.value: Event.IDLE_ASKED,
    Mode.FOLLOW.value: Event.FOLLOW_ASKED,
    Mode.RECIPE.value: Event.RECIPE_ASKED,
    Mode.CALL.value: Event.CALL_ASKED,
    Mode.AWAY.value: Event.AWAY_ASKED,
    Mode.SETUP.value: Event.SETUP_ASKED,
}
WAKE_POLICIES = {policy.value: policy for policy in WakePolicy}
WAKE_EVENTS: dict[WakePolicy, Event] = {
    WakePolicy.TURN: Event.WAKE_TURN,
    WakePolicy.FOLLOW: Event.WAKE_FOLLOW,
    WakePolicy.STAY: Event.WAKE_STAY,
}
TASK_KINDS = ("turn to", "turn at", "go to centre", "play", "acquire")
BACK_DRIVES = ("auto", "off", "free")
SERVING = (Mode.WAKE, Mode.FOLLOW, Mode.RECIPE)


class BehaviourStage:
    """The modes of the device."""

    def __init__(self, facts: DeviceFacts, setup: Setup) -> None:
        self._facts = facts
        self.setup = setup
        self.back_drive = "auto"
        self._wishes = Wishes()
        self._attend, self._framing, self._guarding, self._guide = Attend(), Framing(), Guarding(), Guide()
        self._app, self._remote = Tasks(remote=False), Tasks(remote=True)
        self._policy: WakePolicy | None = None  # None: as tuned
        self._wake_tick: int | None = None
        self._doubt_tick: int | None = None
        self._exchange_tick = -1_000_000
        self._ran = Mode.IDLE  # the mode of the thought before
        self._stopped = False
        self._hand = False
        self._fault = False
        self._let_go_tick = 0
        self._notes: list[str] = []

    @property
    def mode(self) -> Mode:
        """The running mode."""
        return self._wishes.mode

    @property
    def arc(self) -> RangeOfMotion | None:
        """The range of motion in force: during set-up the one that is being tried."""
        return self._guide.arc if self._wishes.mode is Mode.SETUP else self.setup.range

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
        self._wishes.events = []
        self._notes = []
        self._feel(moment)
        for request in requests:
            self._take(request, moment)
        self._hear(moment)
        self._wishes.expire(tick)
        wanted = self._run(moment)
        if wanted.done:
            self._finish(moment)
        return self._intent(wanted, moment)

    def snapshot(self) -> BehaviourStage:
        """An independent copy of everything that changes."""
        other = BehaviourStage.__new__(BehaviourStage)
        other.__dict__.update(self.__dict__)
        for name in ("_wishes", "_attend", "_framing", "_guarding", "_guide", "_app", "_remote"):
            setattr(other, name, getattr(self, name).copy())
        other._notes = list(self._notes)
        return other

    def restore(self, state: BehaviourStage) -> None:
        """Go back to a snapshot."""
        self.__dict__.update(state.snapshot().__dict__)

    # --- what happened ------------------------------------------------------------------------------------------------

    def _happen(self, event: Event, moment: Moment, *, until_tick: int | None = None) -> Step:
        firm = self._hand or moment.tick < moment.body.manual_until_tick
        return self._wishes.happen(event, hand_firm=firm, until_tick=until_tick)

    def _feel(self, moment: Moment) -> None:
        """Hands and faults."""
        fault = bool(moment.motor.fault) or moment.motor.mode is MotorMode.FAULT
        if fault != self._fault:
            self._fault = fault
            self._happen(Event.FAULT if fault else Event.FAULT_OVER, moment)
            self._notes.append(f"fault: {moment.motor.fault}" if fault else "the fault is over")
        hand = moment.body.contact is Contact.HAND
        if hand != self._hand:
            if hand:
                self._happen(Event.HAND, moment)
                self._stopped = False
            else:
                self._let_go_tick = moment.tick
            self._hand = hand
        if self._wishes.mode is Mode.MANUAL and not hand:
            bump = moment.tuning.bump
            if moment.seconds_since(self._let_go_tick) >= max(bump.manual_keep_s, bump.manual_rest_s):
                self._happen(Event.HAND_OVER, moment)

    def _take(self, request: Request, moment: Moment) -> None:
        kind, name = request.kind, request.name
        if kind == "set mode" and name in MODE_EVENTS:
            self._set_mode(MODE_EVENTS[name], request, moment)
        elif kind == "start set-up":
            self._set_mode(Event.SETUP_ASKED, request, moment)
        elif kind == "stop":
            self._happen(Event.STOP_ASKED, moment)
            self._app.drop()
            self._remote.drop()
            self._stopped = True
        elif kind in TASK_KINDS:
            self._ask_task(request, moment)
        elif kind == "release":
            self._release(request, moment)
        elif kind == "set range":
            self.setup = Setup(range=request.range, walls=self.setup.walls)
            moment.arc = self.arc
            self._notes.append(f"range of motion {_span(request.range)}")
        elif kind == "set policy" and name in WAKE_POLICIES:
            self._policy = WAKE_POLICIES[name]
        elif kind == "set back drive" and name in BACK_DRIVES:
            self.back_drive = name
        elif kind == "set framing" and name in FRAMINGS:
            self._framing.style = name
        elif kind == "set region":
            self._note(self._framing.set_region(request.angle_deg, request.width_deg))
        elif kind == "select person":
            self._framing.selected_id = int(name) if name.isdecimal() else None
        else:
            self._notes.append(f"{kind} {name}: there is no such request".replace(" :", ":"))

    def _set_mode(self, event: Event, request: Request, moment: Moment) -> None:
        before = self._wishes.mode
        if event is Event.SETUP_ASKED:
            name = request.name if request.kind == "start set-up" else "wall"
            why_not = self._guide.begin(name, moment)
            if why_not:
                self._notes.append(why_not)
                return
        self._happen(event, moment)
        self._stopped = False
        if self._wishes.mode in SERVING and self._wishes.mode is not before:
            self._attend.begin(moment, None)
            self._exchange_tick = moment.tick
        elif self._wishes.mode is Mode.AWAY and before is not Mode.AWAY:
            self._guarding = Guarding(tick=moment.tick)
        elif self._wishes.mode is Mode.SETUP:
            moment.arc = self.arc

    def _ask_task(self, request: Request, moment: Moment) -> None:
        remote = request.owner is Owner.REMOTE
        step = self._happen(Event.REMOTE_ASKED if remote else Event.APP_ASKED, moment)
        if step is Step.REFUSE:
            return
        tasks = self._remote if remote else self._app
        why_not = tasks.ask(request, moment)
        self._note(why_not)
        if why_not and step in (Step.BEGIN, Step.REPLACE):
            self._happen(Event.DONE, moment)
        elif not why_not:
            self._stopped = False
            self._notes.extend(tasks.events)
            tasks.events = ()

    def _release(self, request: Request, moment: Moment) -> None:
        remote = request.owner is Owner.REMOTE
        (self._remote if remote else self._app).drop()
        if self._wishes.mode is (Mode.REMOTE if remote else Mode.APP):
            self._happen(Event.DONE, moment)

    def _hear(self, moment: Moment) -> None:
        tracks, attention = moment.tracks, moment.tuning.attention
        policy = self._policy or WAKE_POLICIES[attention.wake_policy]
        if tracks.wake_tick is not None and tracks.wake_tick != self._wake_tick:
            self._wake_tick = tracks.wake_tick
            self._woken(policy, moment)
            return
        if self._wishes.mode is not Mode.IDLE or policy is not WakePolicy.FOLLOW or self._stopped:
            return
        if moment.seconds_since(self._exchange_tick) <= attention.reply_window_s:
            track = replying(moment)
            if track is not None and self._happen(Event.REPLY, moment) is Step.BEGIN:
                self._attend.begin(moment, track.track_id)

    def _woken(self, policy: WakePolicy, moment: Moment) -> None:
        event = WAKE_EVENTS[policy]
        before = self._wishes.mode
        if moment.tracks.wake_doubt is not None and event is not Event.WAKE_STAY:
            # Nothing to turn to: whoever is served goes on being served, and the doubt is shown.
            self._doubt_tick = moment.tick
            if before in SERVING:
                self._attend.woken(moment)
            return
        until_tick = moment.tick + ticks(STAY_S) if event is Event.WAKE_STAY else None
        step = self._happen(event, moment, until_tick=until_tick)
        if step in (Step.REFUSE, Step.QUEUE):
            return
        self._stopped = False
        self._exchange_tick = moment.tick
        mode = self._wishes.mode
        if mode not in SERVING:
            return
        if step in (Step.BEGIN, Step.REPLACE):
            self._attend.begin(moment, moment.tracks.wake_id)
        if event is Event.WAKE_STAY:
            self._attend.stay_put = mode is Mode.WAKE
        else:
            self._attend.woken(moment)

    # --- what is wanted -----------------------------------------------------------------------------------------------

    def _run(self, moment: Moment) -> Wanted:
        mode, before = self._wishes.mode, self._ran
        self._ran = mode
        if mode in SERVING and before not in SERVING:
            self._attend.resumed(moment)
        if mode in SERVING:
            wanted = self._attend.wanted(moment, mode)
            if moment.tracks.addressed_id is not None:
                self._exchange_tick = moment.tick
            return wanted
        self._attend.interrupted()
        if mode is Mode.CALL:
            return self._framing.wanted(moment)
        if mode is Mode.AWAY:
            return self._guarding.wanted(moment)
        if mode is Mode.REMOTE:
            return self._remote.wanted(moment)
        if mode is Mode.APP:
            return self._app.wanted(moment)
        if mode is Mode.SETUP:
            return self._guide.wanted(moment)
        if mode is Mode.MANUAL:
            if self._hand:
                return Wanted(IntentKind.YIELD, "a hand turns the screen", hold=HoldReason.HAND_ON_SCREEN)
            return stay("a hand has set the direction", HoldReason.MANUAL)
        if mode is Mode.FAULT:
            return Wanted(IntentKind.STOP, f"fault: {moment.motor.fault}", hold=HoldReason.FAULT)
        wanted = idle(moment, stopped=self._stopped, doubt_tick=self._doubt_tick)
        if self._stopped:
            wanted.kind = IntentKind.STOP
        return wanted

    def _finish(self, moment: Moment) -> None:
        """The running mode's task is over."""
        if self._wishes.mode is Mode.SETUP:
            if self._guide.result is not None:
                self.setup = self._guide.result
                self._notes.append(f"range of motion {_span(self.setup.range)}")
            else:
                self._notes.append("set-up ended without a range")
        self._happen(Event.DONE, moment)

    def _intent(self, wanted: Wanted, moment: Moment) -> Intent:
        for tasks in (self._app, self._remote):
            self._notes.extend(tasks.events)
            tasks.events = ()
        alert = self._guarding.alert
        self._guarding.alert = None
        return Intent(
            tick=moment.tick,
            kind=wanted.kind,
            mode=self._wishes.mode,
            owner=self._wishes.owner,
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
            events=(*self._wishes.events, *self._notes),
        )

    def _note(self, text: str) -> None:
        if text:
            self._notes.append(text)


def _span(arc: RangeOfMotion | None) -> str:
    return "not set" if arc is None else f"{arc.min_deg:.0f}° to {arc.max_deg:.0f}°"
