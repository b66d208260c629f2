"""The pages of docs/api that are made from the messages: one for each command, and the table of codes. The snippets are run by a test."""

from __future__ import annotations

from simulator.server.documents import kind_of, schemas
from simulator.server.messages import COMMANDS, ApiMessage, Code
from tools.api_snippets import SNIPPETS

MADE = "Made from the messages by `make docs`."


def page(model: type[ApiMessage]) -> str:
    """The page of one command."""
    kind = kind_of(model)
    schema = schemas()[model.__name__]
    rows = []
    for name, about in schema["properties"].items():
        if name in ("type", "id"):
            continue
        needed = "needed" if name in schema.get("required", ()) else f"`{_plain(about.get('default'))}`"
        rows.append(f"| `{name}` | {_kind(about)} | {needed} | {about.get('description', '')} |")
    fields = (
        "\n".join(["| field | values | default | |", "|---|---|---|---|", *rows])
        if rows
        else "It has no fields but `id`."
    )
    scope = model.needs.value  # type: ignore[attr-defined]
    lease = "Another client's lease stands in its way." if model.moves else "No lease stands in its way."  # type: ignore[attr-defined]
    return (
        f"# {kind}\n\n{MADE}\n\n{' '.join((model.__doc__ or '').split())}\n\nNeeds a token of scope **{scope}**. {lease}\n\n"
        f"{fields}\n\n```python\n{SNIPPETS[kind]}```\n\n"
        f"`display` is a `swivel_client.Display`{SETUP if 'setup.' in SNIPPETS[kind] else ''}; what comes back is on "
        "[the page of answers](README.md#answers).\n"
    )


SETUP = ", `setup` one with a token of scope setup"


def _plain(value: object) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _kind(about: dict[str, object]) -> str:
    options = about.get("anyOf")
    if isinstance(options, list):
        return " or ".join(_kind(one) for one in options)
    if "enum" in about:
        return ", ".join(f"`{value}`" for value in about["enum"])  # type: ignore[attr-defined]
    words = {"null": "none", "array": "list", "boolean": "true or false"}
    name = words.get(str(about.get("type")), str(about.get("type", "object")))
    low, high = about.get("minimum", about.get("exclusiveMinimum")), about.get("maximum")
    return name if low is None and high is None else f"{name}, {low} to {high}"


MEANING: dict[Code, str] = {
    Code.AS_ASKED: "All as asked.",
    Code.ALREADY: "It was so before.",
    Code.RELEASED: "A lease was given back.",
    Code.TIME_OVER: "Its time was over: of a lease that is its good end, of a turn it is not.",
    Code.WAITS_FOR_OWNER: "It waits until whoever has the screen is done.",
    Code.HELD: "It waits while something holds the screen, as a closed shutter.",
    Code.OUT_OF_RANGE: "It was cut to the end of the range of motion.",
    Code.TOO_FAST: "It was cut to the highest speed.",
    Code.TOO_LONG: "It was cut to the longest time.",
    Code.NEWER: "A later command took its place.",
    Code.HIGHER_OWNER: "A hand, safety, a remote user or a call took the screen.",
    Code.MODE_ENDED: "Something else has the screen for good.",
    Code.STOPPED: "Somebody stopped everything.",
    Code.CLIENT_GONE: "Its client has gone.",
    Code.BAD_MESSAGE: "Not JSON, an unknown type or field, or a value out of its bounds: `field` names it.",
    Code.BAD_VALUE: "A value that makes no sense here, with the limit.",
    Code.FORBIDDEN_SCOPE: "The token does not allow it: `needs` says which scope does.",
    Code.NOT_FOR_ASKER: "Not for this kind of client.",
    Code.SAME_ID: "A command of this id is still open.",
    Code.NOT_OWNER: "Somebody else has the screen, or another app has a lease: `value` says for how long.",
    Code.TOO_MANY: "More than 50 commands a second.",
    Code.RANGE_NOT_SET: "Nothing moves until set-up has found or been told a range.",
    Code.DOES_NOT_FIT: "A choreography would leave the range: `value` is where it would go, `threshold` where the range ends.",
    Code.NO_SUCH_CHOREO: "There is none of this name; hello lists them.",
    Code.NO_SUCH_MODE: "This mode cannot be asked for.",
    Code.NO_SUCH_PERSON: "Nobody of this number or name.",
    Code.BLOCKED: "Something is in the way of the screen.",
    Code.NO_RANGE_FOUND: "Set-up ended without a range.",
    Code.NOT_VIRTUAL: "The room, or the motor, is real: people have to do this.",
    Code.NO_PICTURE: "The room cannot be drawn on this machine.",
    Code.DEVICE_LOST: "The device does not answer any more.",
    Code.UNAUTHORIZED: "No token, or a wrong one.",
    Code.FOREIGN_ORIGIN: "Asked by a page of another site, or under a foreign name.",
    Code.UNSUPPORTED_VERSION: "This server does not speak that version.",
}


def codes() -> str:
    """The table of codes."""
    rows = [f"| `{code.value}` | {MEANING[code]} |" for code in Code]
    return "\n".join(["| code | meaning |", "|---|---|", *rows]) + "\n"


def commands() -> str:
    """The table of commands."""
    rows = [
        f"| [{kind_of(model)}]({kind_of(model)}.md) | {model.needs.value} | {' '.join((model.__doc__ or '').split())} |"  # type: ignore[attr-defined]
        for model in COMMANDS
    ]
    return "\n".join(["| command | scope | |", "|---|---|---|", *rows]) + "\n"
