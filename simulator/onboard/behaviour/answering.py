"""The answers of one thought, in the order in which they were given."""

from __future__ import annotations

from typing import Any

from simulator.onboard.messages import Answer, AnswerCode, AnswerKind, Owner, Request, Stop
from simulator.onboard.state import Remembers


class Answering(Remembers):
    """Collects the answers to requests until the tick that reports them."""

    __slots__ = ("answers",)

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    def give(self, answer: Answer) -> None:
        """An answer that is made already."""
        self.answers.append(answer)

    def say(self, request: Request, kind: AnswerKind, code: AnswerCode, **what: Any) -> None:
        """Answer a request."""
        self.answers.append(answered(request, kind, code, **what))

    def superseded(self, request: Request, *, by: Request) -> None:
        """A later request took its place."""
        self.say(request, AnswerKind.SUPERSEDED, AnswerCode.NEWER, by=by.request_id)

    def lost(self, request: Request, *, owner: Owner, by: Request | None) -> None:
        """Somebody else has the screen for good, or a later request of the same client ended it."""
        if isinstance(by, Stop):
            self.say(request, AnswerKind.PREEMPTED, AnswerCode.STOPPED, by=by.request_id)
        elif by is not None and by.client.name == request.client.name:
            self.superseded(request, by=by)
        else:
            by_id = "" if by is None else by.request_id
            self.say(request, AnswerKind.PREEMPTED, AnswerCode.MODE_ENDED, owner=owner, by=by_id)


def answered(request: Request, kind: AnswerKind, code: AnswerCode, **what: Any) -> Answer:
    """An answer to a request."""
    return Answer(request_id=request.request_id, client=request.client.name, kind=kind, code=code, **what)


def refused(request: Request, code: AnswerCode, **what: Any) -> Answer:
    """A refusal, with what would have to be otherwise."""
    return answered(request, AnswerKind.REFUSED, code, **what)
