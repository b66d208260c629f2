"""HTTP and WebSocket around the hub. asyncio is used in this process and in no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.responses import FileResponse, JSONResponse

from simulator.server.desk import Desk
from simulator.server.documents import asyncapi, openapi
from simulator.server.messages import API, Code
from simulator.server.posting import Posting, as_no
from simulator.server.sockets import serve_socket

PAGE = Path(__file__).parent / "page"
PAGES = {
    "/": ("index.html", "text/html"),
    "/swivel.js": ("swivel.js", "text/javascript"),
    "/page.js": ("page.js", "text/javascript"),
    "/view.js": ("view.js", "text/javascript"),
}


def make_app(desk: Desk) -> FastAPI:
    """The application."""
    app = FastAPI(title="Swivel motion API", version=API, openapi_url=None, docs_url=None, redoc_url=None)

    @app.middleware("http")
    async def look(request: Request, call_next: Any) -> Response:
        """Ours by Host and Origin, or not at all."""
        if not desk.door.host_is_ours(request.headers.getlist("host")):
            return as_no(421, Code.FOREIGN_ORIGIN, "This server does not answer to that name.")
        if not desk.door.origin_is_ours(request.headers.getlist("origin")):
            return as_no(403, Code.FOREIGN_ORIGIN, "A page of another site may not use this server.")
        response: Response = await call_next(request)
        response.headers.update(SAFE)
        return response

    for path, (name, kind) in PAGES.items():
        app.add_api_route(path, _page(name, kind), methods=["GET"])

    @app.get("/v1/openapi.json")
    async def openapi_document() -> JSONResponse:
        return JSONResponse(openapi())

    @app.get("/v1/asyncapi.json")
    async def asyncapi_document() -> JSONResponse:
        return JSONResponse(asyncapi())

    posting = Posting(desk)
    app.add_api_route("/v1/hello", posting.hello, methods=["GET"])
    app.add_api_route("/v1/state", posting.state, methods=["GET"])
    app.add_api_route("/v1/view", posting.view, methods=["GET"])
    app.add_api_route("/v1/commands/{command_id}", posting.answers, methods=["GET"])
    app.add_api_route("/v1/commands", posting.command, methods=["POST"])

    @app.websocket("/v1/motion")
    async def motion(socket: WebSocket) -> None:
        await serve_socket(desk, socket)

    return app


SAFE = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def _page(name: str, kind: str) -> Any:
    async def page() -> FileResponse:
        return FileResponse(PAGE / name, media_type=kind)

    return page
