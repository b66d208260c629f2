"""Everything between a command and its final answer, without a socket and without a clock.

A command goes through: its id, how much its client may send, what is in it, what its client may do, who has the screen. Then it
is the device's, and the hub waits. Whatever happens, also to client or device, each command gets exactly one final answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import get_args

from pydantic import ValidationError

from simulator.onboard.behaviour.choreographies import CHOREOGRAPHIES
from simulator.onboard.messages import TICK_S, Release, Stop
from simulator.server.answering import NotDone, refusal, reply_of
from simulator.server.clients import BURST, COMMANDS_PER_S, Answered, Client, OpenCommand, Outbox
from simulator.server.event_log import EventLog
from simulator.server.messages import (
    API,
    COMMANDS,
    Accepted,
    ApiMessage,
    Code,
    Command,
    DeviceState,
    Done,
    Event,
    EventName,
    FinalReply,
    Hello,
    Preempted,
    Scope,
    read_command,
)
from simulator.server.messages.commands import (
    AcquireMotion,
    PlayChoreo,
    PlayNamedChoreo,
    ReleaseMotion,
    StopMotion,
    Subscribe,
    TurnAt,
    Turning,
    WorldCommand,
)
from simulator.server.messages.state import Actor, Limits, Person, Reason, Room, SeenFrom
from simulator.server.pipe import Act, Condition, LoopReady, LoopTick
from simulator.server.reading import bad_message, read_head
from simulator.server.translate import action_of
from simulator.world.spec import AnyAction, RequestAction

RANK = {scope: rank for rank, scope in enumerate(Scope)}
TURNS = (*get_args(Turning), TurnAt)
STOP = "StopMotion"
JOURNAL = 50  # final answers that are kept for whoever looks on


class Hub:
    """The desk at which all clients stand."""

    def __init__(self, ready: LoopReady, *, send: Callable[[Act], None], views: Sequence[SeenFrom] = ()) -> None:
        self.ready, self._send, self._views = ready, send, views
        self._condition: Condition = ready.condition
        self._tick = 0
        self._wall_s = 0.0
        self._open: dict[int, OpenCommand] = {}
        self._number = 0
        self._holder: Client | None = None
        self._until_s = 0.0
        self._turner: Client | None = None  # whose turn the device carries out, as far as it was asked
        self._last_now_s = 0.0
        self.clients: dict[str, Client] = {}
        self.events = EventLog()
        self.lost = ""  # why there is no device any more
        self.answered = 0  # commands with a final answer
        self.journal: deque[Answered] = deque(maxlen=JOURNAL)

    # --- clients ------------------------------------------------------------------------------------------------------

    def join(self, scope: Scope, *, name: str | None = None) -> Client:
        """A client comes."""
        self._number += 1
        client = Client(name=name or f"{scope}-{self._number}", scope=scope)
        self.clients[client.name] = client
        return client

    def leave(self, client: Client) -> None:
        """A client has gone: what it asked of the screen ends now, and its lease is free."""
        client.gone = True
        self.clients.pop(client.name, None)
        has_lease, has_turn = self._holder is client, self._turner is client
        turning = has_turn and _turns(client)
        for one in list(client.open.values()):
            self._end(one, Preempted(
                id=one.command.id, tick=self._tick, code=Code.CLIENT_GONE, sentence="The client has gone."
            ))  # fmt: skip
        if has_lease:
            self._free_lease()
        if has_turn:
            self._turner = None
        if (has_lease or has_turn) and not self.lost:
            self._do(_given_up(client, self._tick, turning=turning))

    def hello(self, client: Client) -> Hello:
        """What a client is told first."""
        ready = self.ready
        allowed = [one for one in COMMANDS if RANK[one.needs] <= RANK[client.scope]]  # type: ignore[attr-defined]
        names = [one.model_fields["type"].default for one in allowed if ready.corners or one not in WORLD]
        room = None
        if ready.corners:
            room = Room(
                corners=list(ready.corners),
                device=ready.place,
                heading=ready.heading_deg,
                people=list(ready.people),
                views=list(self._views),
            )
        return Hello(
            api=API, device=ready.device, backend=ready.backend, scope=client.scope, client=client.name,
            limits=_limits(self._condition), choreos=sorted(CHOREOGRAPHIES), commands=names, room=room,
        )  # fmt: skip

    # --- commands -----------------------------------------------------------------------------------------------------

    def receive(self, client: Client, text: str | bytes, outbox: Outbox, *, now_s: float) -> Command | None:
        """Take one command, and see to its answers; returns it when it is good."""
        self._last_now_s = now_s
        kind: str | None = None
        try:
            command_id, kind = read_head(text)
            command = self._checked(client, text, now_s, command_id=command_id, is_stop=kind == STOP)
            if isinstance(command, Subscribe):
                return command  # the caller knows where to send it
            self._give_on(client, command, outbox)
        except NotDone as not_done:
            self.answered += 1
            outbox.answer(not_done.refusal)
            self.journal.append(Answered(client=client.name, command=kind or "", reply=not_done.refusal))
            return None
        return command

    def subscribed(self, command: Subscribe) -> tuple[int, Done]:
        """From which event on a subscription begins, and its answer."""
        since = self.events.seq if command.since is None else min(command.since, self.events.seq)
        missed = self.events.missed(since)
        words = "as asked" if not missed else f"{missed} events are too old to be told again"
        self.answered += 1
        return since, Done(
            id=command.id, tick=self._tick, ok=True, code=Code.AS_ASKED, missed=missed, sentence=f"Done: {words}."
        )  # fmt: skip

    def _checked(
        self, client: Client, text: str | bytes, now_s: float, *, command_id: str | None, is_stop: bool
    ) -> Command:
        """The command, if it is one and may be sent; raises NotDone."""
        if self.lost:
            raise NotDone(refusal(command_id, Code.DEVICE_LOST, self.lost))
        if not is_stop and not client.allowance.take(now_s):
            raise NotDone(refusal(
                command_id, Code.TOO_MANY, f"At most {COMMANDS_PER_S:g} commands a second, {BURST:g} at once.",
                threshold=COMMANDS_PER_S, unit="/s",
            ))  # fmt: skip
        try:
            command = read_command(text)
        except ValidationError as error:
            raise NotDone(bad_message(command_id, error)) from None
        if RANK[command.needs] > RANK[client.scope]:
            sentence = f"{command.type} needs a token of scope {command.needs}."
            raise NotDone(refusal(command.id, Code.FORBIDDEN_SCOPE, sentence, needs=command.needs))
        if not is_stop and any(one.command.id == command.id for one in client.open.values()):
            raise NotDone(refusal(command.id, Code.SAME_ID, "A command of this id is still open."))
        if command.moves and self._holder is not None and self._holder is not client:
            left_s = max(0.0, self._until_s - now_s)
            raise NotDone(refusal(
                command.id, Code.NOT_OWNER, f"{self._holder.name} has a lease for another {left_s:.1f} s.",
                value=round(left_s, 3), unit="s",
            ))  # fmt: skip
        return command

    def _give_on(self, client: Client, command: Command, outbox: Outbox) -> None:
        """Hand a command to the device; raises NotDone."""
        stop = next((one for one in client.open.values() if isinstance(one.command, StopMotion)), None)
        if isinstance(command, StopMotion) and stop is not None:
            stop.joined.append((command.id, outbox))  # one on its way is enough, and a flood of stops stays small
            return
        if isinstance(command, ReleaseMotion) and client not in (self._holder, self._turner):
            self.answered += 1
            outbox.answer(
                Done(id=command.id, tick=self._tick, ok=True, code=Code.ALREADY, sentence="Done: there was nothing.")
            )
            return
        self._number += 1
        action = action_of(
            command, number=self._number, client=client.on_device, ready=self.ready, condition=self._condition,
            at_s=self._tick * TICK_S,
        )  # fmt: skip
        opened = OpenCommand(number=self._number, client=client, command=command, outbox=outbox)
        self._open[self._number] = client.open[self._number] = opened
        if isinstance(command, AcquireMotion):
            self._hold(client, self._last_now_s + command.lease_ms / 1000)
        elif isinstance(command, ReleaseMotion) and self._holder is client:
            self._free_lease()
        if isinstance(command, TURNS):
            self._turner = client
        self._send(Act(number=self._number, action=action))

    # --- the device ---------------------------------------------------------------------------------------------------

    def report(self, told: LoopTick) -> None:
        """What came of a tick."""
        self._tick, self._wall_s, self._condition = told.tick, told.wall_s, told.condition
        for happened in told.happened:
            self._tell(
                EventName(happened.name), text=happened.text, angle=happened.angle_deg, confidence=happened.confidence,
                ambiguous=happened.ambiguous, person=happened.person, reason=happened.reason, begins=happened.begins,
                owner=happened.owner, mode=happened.mode,
            )  # fmt: skip
        for answer in told.answers:
            one = self._open.get(int(answer.request_id)) if answer.request_id.isdigit() else None
            if one is None:
                continue  # of the scene itself, or of a client that has gone
            reply = reply_of(
                answer, command_id=one.command.id, tick=told.tick, condition=told.condition,
                lease=isinstance(one.command, AcquireMotion), by=self._name(answer.by, one.client),
            )  # fmt: skip
            if isinstance(reply, Accepted):
                self._accepted(one, reply)
            else:
                self._end(one, reply)
        for number in told.done:
            one = self._open.get(number)
            if one is not None and isinstance(one.command, WorldCommand):
                self._end(one, Done(
                    id=one.command.id, tick=told.tick, ok=True, code=Code.AS_ASKED, sentence="Done: as asked."
                ))  # fmt: skip

    def lose(self, why: str) -> None:
        """The device has gone: everything that is open ends, and nothing begins."""
        self.lost = why
        for one in list(self._open.values()):
            self._end(one, refusal(one.command.id, Code.DEVICE_LOST, why))
        self._tell(EventName.FAULT, text=why, begins=True)

    @property
    def lease(self) -> tuple[str, float]:
        """Who has the lease, "" for nobody, and for how many seconds more."""
        if self._holder is None:
            return "", 0.0
        return self._holder.name, max(0.0, self._until_s - self._last_now_s)

    def state(self) -> DeviceState:
        """The device now."""
        now = self._condition
        holder, left_s = self.lease
        return DeviceState(
            seq=self.events.seq, tick=self._tick, wall_time=self._wall_s, angle=now.yaw_deg, target_angle=now.goal_yaw_deg,
            velocity=now.rate_dps, motion_state="fault" if self.lost else now.motion, zone=now.zone, mode=now.mode,
            owner=now.owner, lease_holder=holder,
            lease_ms_left=round(left_s * 1000), why=self.lost or now.why, shutter_closed=now.shutter_closed,
            limits=_limits(now), backend=self.ready.backend, deadman=self.ready.deadman,
            inhibit_reasons=[
                Reason(
                    reason=one.reason, gate=one.gate, value=one.value, threshold=one.threshold, unit=one.unit,
                    sentence=one.sentence,
                )
                for one in now.held
            ],
            people=[
                Person(
                    person=one.track_id, azimuth=one.azimuth_deg, distance=one.distance_m, in_view=one.in_view,
                    talking=one.talking, primary=one.primary,
                )
                for one in now.people
            ],
            actors=[Actor(name=one.name, x=one.x_m, y=one.y_m, facing=one.head_deg, says=one.says) for one in now.actors],
        )  # fmt: skip

    def clock(self, now_s: float) -> None:
        """Let the hub know how late it is: a lease ends in time also where the device's loop is late, whose ticks count it too."""
        self._last_now_s = now_s
        holder = self._holder
        if holder is None or now_s < self._until_s:
            return
        for one in [one for one in holder.open.values() if isinstance(one.command, AcquireMotion)]:
            self._end(one, Done(
                id=one.command.id, tick=self._tick, ok=True, code=Code.TIME_OVER, sentence="Done: its time is over."
            ))  # fmt: skip

    # --- inside -------------------------------------------------------------------------------------------------------

    def _accepted(self, one: OpenCommand, reply: Accepted) -> None:
        one.outbox.answer(reply)
        if reply.code is Code.OUT_OF_RANGE:
            self._tell(EventName.RANGE_LIMIT, id=one.command.id, client=one.client.name, angle=reply.threshold)

    def _end(self, one: OpenCommand, reply: FinalReply) -> None:
        """Give a command its final answer."""
        del self._open[one.number]
        one.client.open.pop(one.number, None)
        self.journal.append(Answered(client=one.client.name, command=one.command.type, reply=reply))
        for command_id, outbox in ((one.command.id, one.outbox), *one.joined):
            self.answered += 1
            outbox.answer(reply if command_id == reply.id else reply.model_copy(update={"id": command_id}))
        if isinstance(one.command, AcquireMotion) and self._holder is one.client and not self._leases(one.client):
            self._free_lease()
            if reply.code is Code.TIME_OVER and self._turner is one.client and _turns(one.client):
                self._do(_given_up(one.client, self._tick, turning=True))
        if isinstance(one.command, (PlayNamedChoreo, PlayChoreo)):
            ok = isinstance(reply, Done) and reply.ok
            self._tell(EventName.CHOREO_ENDED, id=one.command.id, client=one.client.name, ok=ok, text=reply.sentence)
        if isinstance(reply, Preempted):
            self._tell(
                EventName.PREEMPTED, id=one.command.id, client=one.client.name, owner=reply.owner, text=reply.sentence
            )

    def _leases(self, client: Client) -> bool:
        return any(isinstance(one.command, AcquireMotion) for one in client.open.values())

    def _hold(self, client: Client, until_s: float) -> None:
        before, self._holder, self._until_s = self._holder, client, until_s
        if before is not client:
            self._tell(EventName.LEASE, client=client.name, begins=True)

    def _free_lease(self) -> None:
        if self._holder is not None:
            name, self._holder, self._until_s = self._holder.name, None, 0.0
            self._tell(EventName.LEASE, client=name, begins=False)

    def _name(self, number: str, client: Client) -> str:
        """A command's own id, where it is the same client's; others' ids are nobody else's business."""
        one = self._open.get(int(number)) if number.isdigit() else None
        return one.command.id if one is not None and one.client is client else ""

    def _tell(self, name: EventName, **fields: object) -> None:
        event = {"seq": self.events.seq + 1, "tick": self._tick, "name": name, **fields}
        self.events.add(Event.model_validate(event))

    def _do(self, action: AnyAction) -> None:
        self._number += 1
        self._send(Act(number=self._number, action=action))


WORLD: tuple[type[ApiMessage], ...] = get_args(WorldCommand)


def _given_up(client: Client, tick: int, *, turning: bool) -> AnyAction:
    """A turn that nobody asks for any more stops at once, as the guard stops one whose computer is gone."""
    name, on_device = f"gone {client.name}", client.on_device
    request = Stop(request_id=name, client=on_device) if turning else Release(request_id=name, client=on_device)
    return RequestAction(at_s=tick * TICK_S, request=request)


def _turns(client: Client) -> bool:
    return any(isinstance(one.command, TURNS) for one in client.open.values())


def _limits(now: Condition) -> Limits:
    return Limits(min=now.min_deg, max=now.max_deg, max_speed=now.max_rate_dps, max_acceleration=now.max_accel_dps2)
