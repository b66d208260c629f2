"""Where requests are kept until their final answer: turns and leases of both owners, modes that wait, and the set-up under way.

Whatever ends a wish is seen here by looking at what is left of it, not by each event telling everybody: so no way out is forgotten.
"""

from __future__ import annotations

from simulator.onboard.behaviour.answering import Answering, refused
from simulator.onboard.behaviour.rights import RIGHTS, forbidden
from simulator.onboard.behaviour.table import OWNER_OF
from simulator.onboard.behaviour.tasks import Tasks
from simulator.onboard.behaviour.wishes import Wishes
from simulator.onboard.messages import (
    Answer,
    AnswerCode,
    AnswerKind,
    Asker,
    Mode,
    Owner,
    Request,
    SetMode,
    StartSetup,
    Stop,
)
from simulator.onboard.state import Remembers

MODE_OF_TASKS: dict[Asker, Mode] = {Asker.APP: Mode.APP, Asker.REMOTE: Mode.REMOTE}


class Desk(Remembers):
    """The requests that are not done yet."""

    def __init__(self) -> None:
        self.answering = Answering()
        self._tasks = {asker: Tasks(remote=asker is Asker.REMOTE) for asker in MODE_OF_TASKS}
        self._waiting: dict[Owner, SetMode] = {}
        self._setup: StartSetup | None = None

    @property
    def open(self) -> tuple[Request, ...]:
        """The requests that have no final answer yet."""
        tasks = [request for tasks in self._tasks.values() for request in tasks.open]
        setup = [] if self._setup is None else [self._setup]
        return (*tasks, *self._waiting.values(), *setup)

    def tasks_of(self, asker: Asker) -> Tasks:
        """The turns of an app or a remote user."""
        return self._tasks[asker]

    def why_not(self, request: Request) -> Answer | None:
        """The refusal of what this client may not ask for, or of an id that is taken."""
        code, client = forbidden(request), request.client
        if code is not None:
            return refused(request, code, needs=RIGHTS[type(request)].scope, asker=client.asker)
        same = (one for one in self.open if (one.request_id, one.client.name) == (request.request_id, client.name))
        return None if next(same, None) is None else refused(request, AnswerCode.SAME_ID)

    def wait_for_mode(self, request: SetMode, *, owner: Owner) -> None:
        """A mode that begins when somebody else is done."""
        before = self._waiting.get(OWNER_OF[request.mode])
        if before is not None:
            self.answering.superseded(before, by=request)
        self._waiting[OWNER_OF[request.mode]] = request
        self.answering.say(request, AnswerKind.QUEUED, AnswerCode.WAITS_FOR_OWNER, owner=owner)

    def begin_setup(self, request: StartSetup) -> None:
        """Set-up begins, perhaps again."""
        if self._setup is not None:
            self.answering.superseded(self._setup, by=request)
        self._setup = request
        self.answering.say(request, AnswerKind.TAKEN, AnswerCode.AS_ASKED)

    def end_setup(self, *, found: bool) -> None:
        """Set-up has come to its end."""
        if self._setup is not None:
            code = AnswerCode.AS_ASKED if found else AnswerCode.NO_RANGE_FOUND
            self.answering.say(self._setup, AnswerKind.DONE, code)
            self._setup = None

    def settle(self, wishes: Wishes, *, tick: int, by: Request | None = None) -> None:
        """Tell what has become of every open request; `by` is the request that may just have ended some."""
        for asker, tasks in self._tasks.items():
            mode = MODE_OF_TASKS[asker]
            tasks.expire(tick, self.answering)
            if wishes.mode_of(OWNER_OF[mode]) is None or isinstance(by, Stop):
                tasks.end(self.answering, owner=wishes.owner, by=by)
            else:
                tasks.settle(self.answering, owner=wishes.owner, mine=wishes.mode is mode)
        for owner, request in list(self._waiting.items()):
            if wishes.mode is request.mode:
                self.answering.say(request, AnswerKind.DONE, AnswerCode.AS_ASKED)
            elif wishes.mode_of(owner) is not request.mode:
                self.answering.lost(request, owner=wishes.owner, by=by)
            else:
                continue
            del self._waiting[owner]
        if self._setup is not None and wishes.mode is not Mode.SETUP:
            self.answering.lost(self._setup, owner=wishes.owner, by=by)
            self._setup = None
