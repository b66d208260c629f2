"""The commands over HTTP, for programs that have no WebSocket."""

from __future__ import annotations

import asyncio

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from simulator.server.answering import refusal
from simulator.server.artist import NoPicture, Standing
from simulator.server.clock import now_s
from simulator.server.desk import Desk, Post
from simulator.server.messages import ApiMessage, Code, DeviceState, Refused, Scope
from simulator.server.messages.commands import Subscribe
from simulator.server.messages.state import VIEWS
from simulator.server.reading import LONGEST_BYTES

BODY_S = 5.0  # for the body of a POST to arrive


class Posting:
    """What each address answers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def hello(self, request: Request) -> Response:
        """What this device is."""
        hub, scope = self._desk.hub, self._scope(request)
        if scope is None or hub is None:
            return _stranger(scope)
        return as_json(hub.hello(self._desk.poster(hub, scope)))

    async def state(self, request: Request) -> Response:
        """The device now."""
        hub, scope = self._desk.hub, self._scope(request)
        return _stranger(scope) if scope is None or hub is None else as_json(hub.state())

    async def view(self, request: Request, view: str = "third", who: str = "") -> Response:
        """The next picture of a virtual room, from somebody's eyes or from a corner."""
        hub, scope, artist = self._desk.hub, self._scope(request), self._desk.artist
        if scope is None or hub is None:
            return _stranger(scope)
        if artist is None:
            return as_no(404, Code.NOT_VIRTUAL, "There are no pictures of this room: it is real, or nobody draws it.")
        place = next((one for one in VIEWS if one == view), None)
        if place is None:
            return as_no(422, Code.BAD_VALUE, f"view must be one of {', '.join(VIEWS)}.")
        if who and who not in hub.ready.people:
            return as_no(404, Code.NO_SUCH_PERSON, "Nobody of that name is in this room.")
        try:
            picture = await artist.picture(Standing(view=place, who=who if place == "eye" else ""))
        except NoPicture as no:
            return as_no(503, Code.NO_PICTURE, str(no))
        return Response(picture.jpeg, media_type="image/jpeg", headers={"X-Swivel-Tick": str(picture.tick)})

    async def answers(self, command_id: str, request: Request) -> Response:
        """What became of a posted command so far."""
        scope = self._scope(request)
        if scope is None:
            return _stranger(scope)
        post = self._desk.posts.get(f"{scope}/{command_id}")
        if post is None:
            return as_no(404, Code.BAD_MESSAGE, "No command of this id was posted lately.")
        return JSONResponse([one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in post.answers])

    async def command(self, request: Request, wait: str = "first") -> Response:
        """Take one command, and wait for its first answer, or for its final one."""
        hub, scope = self._desk.hub, self._scope(request)
        if scope is None or hub is None:
            return _stranger(scope)
        body = await _body(request)
        if body is None:
            return as_no(
                413, Code.BAD_MESSAGE, f"A command has at most {LONGEST_BYTES} bytes, sent within {BODY_S:g} s."
            )
        post = Post()
        command = hub.receive(self._desk.poster(hub, scope), body, post, now_s=now_s())
        if isinstance(command, Subscribe):
            hub.answered += 1
            post.answer(
                refusal(command.id, Code.BAD_MESSAGE, "Subscribe over /v1/motion; GET /v1/state is the state now.")
            )
        elif command is not None:
            self._desk.keep(f"{scope}/{command.id}", post)
        reply = await post.wait(final=wait == "final")
        if reply is None:
            return as_no(504, Code.DEVICE_LOST, "The device does not answer.")
        return as_json(reply, status=STATUS.get(reply.code, 409) if isinstance(reply, Refused) else 200)

    def _scope(self, request: Request) -> Scope | None:
        return self._desk.door.scope_of(authorization=request.headers.getlist("authorization"))


async def _body(request: Request) -> bytes | None:
    """The whole body; None when it is too long or too slow."""
    body = b""
    try:
        async with asyncio.timeout(BODY_S):
            async for part in request.stream():
                body += part
                if len(body) > LONGEST_BYTES:
                    return None
    except TimeoutError:
        return None
    return body


def _stranger(scope: Scope | None) -> Response:
    if scope is None:
        return as_no(401, Code.UNAUTHORIZED, "The header Authorization must be 'Bearer' and a token of this server.")
    return as_no(503, Code.DEVICE_LOST, "The device is starting.")


def as_no(status: int, code: Code, sentence: str) -> Response:
    """A refusal."""
    return as_json(refusal(None, code, sentence), status=status)


def as_json(message: ApiMessage, *, status: int = 200) -> Response:
    """A message as the body of a response."""
    text = message.model_dump_json(by_alias=True, exclude_none=not isinstance(message, DeviceState))
    return Response(text, status_code=status, media_type="application/json")


STATUS = {
    Code.BAD_MESSAGE: 422,
    Code.BAD_VALUE: 422,
    Code.FORBIDDEN_SCOPE: 403,
    Code.TOO_MANY: 429,
    Code.DEVICE_LOST: 503,
}
