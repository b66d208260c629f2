"""The two documents that describe the API to programs, OpenAPI 3.1 and AsyncAPI 3.0, made from the messages."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from simulator.server.messages import API, COMMANDS, REPLIES, ApiMessage
from simulator.server.messages.state import VIEWS

Plain = dict[str, Any]
PORT = 8760
DONE_WELL = ("Accepted", "Done", "Superseded", "Preempted")  # Refused has statuses of its own
TITLE = "Swivel motion API"
ABOUT = "Move a motorized smart display, virtual or real, and learn why it moves or does not. Degrees, left positive."
LICENCE = {"name": "MIT", "identifier": "MIT"}


def schemas() -> Plain:
    """Every message as JSON Schema, by its name."""
    pairs: list[tuple[type[ApiMessage], Any]] = [(model, "validation") for model in (*COMMANDS, *REPLIES)]
    _, made = models_json_schema(pairs, by_alias=True, ref_template="#/components/schemas/{model}")
    found: Plain = made["$defs"]
    return {name: found[name] for name in sorted(found)}


def kind_of(model: type[ApiMessage]) -> str:
    """The word in the field `type`."""
    return str(model.model_fields["type"].default)


def asyncapi() -> Plain:
    """The WebSocket."""
    models = (*COMMANDS, *REPLIES)
    messages = {
        model.__name__: {
            "name": kind_of(model),
            "summary": _summary(model),
            "contentType": "application/json",
            "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
        }
        for model in models
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": TITLE, "version": API, "description": ABOUT, "license": {"name": "MIT"}},
        "defaultContentType": "application/json",
        "servers": {
            "local": {
                "host": f"127.0.0.1:{PORT}",
                "protocol": "ws",
                "description": "Loopback; the token goes into the header Authorization, or into the subprotocol bearer.TOKEN.",
                "security": [{"$ref": "#/components/securitySchemes/token"}],
            }
        },
        "channels": {
            "motion": {
                "address": "/v1/motion",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {
            "command": _operation("receive", COMMANDS),
            "tell": _operation("send", REPLIES),
        },
        "components": {
            "schemas": schemas(),
            "messages": messages,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def promises() -> set[str]:
    """Everything that version 1 promises, a line each: what is in here once stays. `!` marks what a command must have."""
    found = {f"{verb.upper()} {path}" for path, verbs in openapi()["paths"].items() for verb in verbs}
    models = {model.__name__: kind_of(model) for model in (*COMMANDS, *REPLIES)}
    commands = {model.__name__ for model in COMMANDS}
    for name, schema in schemas().items():
        word = models.get(name, name)
        found |= {f"{word} = {value}" for value in schema.get("enum", ())}
        required = set(schema.get("required", ())) if name in commands else set()
        for field, about in schema.get("properties", {}).items():
            found.add(f"{word}.{field}{'!' if field in required else ''}")
            found |= {f"{word}.{field} = {value}" for value in about.get("enum", ())}
    return found


def as_text(document: Plain) -> str:
    """A document as it is kept in a file."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _operation(action: str, models: tuple[type[ApiMessage], ...]) -> Plain:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/motion"},
        "messages": [{"$ref": f"#/channels/motion/messages/{model.__name__}"} for model in models],
    }


def openapi() -> Plain:
    """The same commands over HTTP."""
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": API, "description": ABOUT, "license": LICENCE},
        "servers": [{"url": f"http://127.0.0.1:{PORT}"}],
        "security": [{"token": []}],
        "paths": {
            "/v1/commands": {"post": _post_a_command()},
            "/v1/commands/{commandId}": {"get": _get_the_answers()},
            "/v1/state": _get("state", "The device now.", "DeviceState"),
            "/v1/view": {"get": _get_a_picture()},
            "/v1/hello": _get("hello", "What this device is, and what the token allows.", "Hello"),
        },
        "components": {
            "schemas": schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _post_a_command() -> Plain:
    command = {
        "oneOf": [_schema(model.__name__) for model in COMMANDS],
        "discriminator": {
            "propertyName": "type",
            "mapping": {kind_of(model): f"#/components/schemas/{model.__name__}" for model in COMMANDS},
        },
    }
    wait = {
        "name": "wait",
        "in": "query",
        "description": "first: answer at once (default); final: when the command has come to its end.",
        "schema": {"enum": ["first", "final"], "default": "first"},
    }
    refusals = {
        str(status): _response("Refused, and why.", [_schema("Refused")]) for status in (403, 409, 413, 422, 429, 503)
    }
    return {
        "operationId": "command",
        "summary": "Send one command.",
        "parameters": [wait],
        "requestBody": {"required": True, "content": {"application/json": {"schema": command}}},
        "responses": {
            "200": _response("What became of it.", [_schema(name) for name in DONE_WELL]),
            "401": _response("No token, or a wrong one.", [_schema("Refused")]),
            **refusals,
        },
    }


def _get_the_answers() -> Plain:
    every = {"type": "array", "items": {"oneOf": [_schema(name) for name in (*DONE_WELL, "Refused")]}}
    return {
        "operationId": "answers",
        "summary": "All answers so far to a command that was posted lately.",
        "parameters": [{"name": "commandId", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {
            "200": {
                "description": "In the order in which they came.",
                "content": {"application/json": {"schema": every}},
            },
            "404": _response("There is none of this id.", [_schema("Refused")]),
        },
    }


def _get_a_picture() -> Plain:
    views: Plain = {"enum": list(VIEWS), "default": "third"}
    return {
        "operationId": "view",
        "summary": "The next picture of a virtual room, at most ten a second: from somebody's eyes or from a corner.",
        "parameters": [
            {"name": "view", "in": "query", "schema": views},
            {
                "name": "who",
                "in": "query",
                "description": "Whose eyes; without a name the first person's.",
                "schema": {"type": "string"},
            },
        ],
        "responses": {
            "200": {
                "description": "It; the header X-Swivel-Tick says of which tick.",
                "content": {"image/jpeg": {"schema": {"type": "string", "contentMediaType": "image/jpeg"}}},
            },
            "401": _response("No token, or a wrong one.", [_schema("Refused")]),
            "404": _response("The room is real, or there is nobody of that name.", [_schema("Refused")]),
            "422": _response("A place that there is not.", [_schema("Refused")]),
            "503": _response("It cannot be drawn on this machine.", [_schema("Refused")]),
        },
    }


def _get(name: str, summary: str, schema: str) -> Plain:
    responses = {
        "200": _response(summary, [_schema(schema)]),
        "401": _response("No token, or a wrong one.", [_schema("Refused")]),
    }
    return {"get": {"operationId": name, "summary": summary, "responses": responses}}


def _response(description: str, kinds: list[Plain]) -> Plain:
    schema = kinds[0] if len(kinds) == 1 else {"oneOf": kinds}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _schema(name: str) -> Plain:
    return {"$ref": f"#/components/schemas/{name}"}


def _summary(model: type[ApiMessage]) -> str:
    return " ".join((model.__doc__ or "").split())
