"""The page docs/requests.md: what may be asked of the device, by whom, and what it answers; made from the tables that the device runs."""

from __future__ import annotations

import re

from simulator.onboard.behaviour.rights import RIGHTS, Right
from simulator.onboard.messages import AnswerCode, AnswerKind, Asker, Scope
from simulator.onboard.messages.answers import FINAL, WORDS

_HEAD = """# Requests and their answers

Made by `make docs` from `simulator/onboard/behaviour/rights.py` and `simulator/onboard/messages/answers.py`; a test fails when this page
is stale.

A **request** is a message with an id and a client. A client has a name, a *scope* (what it may ask for) and speaks for somebody: an app, a
remote user, a call or the patrol, which decides the owner that its wishes belong to. The device itself holds to the table below; a server
in front of it cannot forget to.

Each request is answered in the tick in which it arrives, and goes on to be answered until one answer is **final**: exactly one is. A turn
that loses the screen is over; it does not come back by itself. A lease waits and goes on. A mode that waits is done when it begins.
Answers are messages of the tick: recorded, replayed and part of the fingerprint of a run. `words` says an answer in English; programs
read its fields.

"""


def page() -> str:
    """The whole page."""
    return _HEAD + _requests() + _kinds() + _codes()


def _requests() -> str:
    rows = "".join(f"| `{kind.__name__}` | {_first_line(kind)} | {_who(right)} |\n" for kind, right in RIGHTS.items())
    scopes = " < ".join(f"*{scope.value}*" for scope in Scope)
    head = f"## What may be asked\n\nScopes: {scopes}; each allows what the ones before it do.\n\n"
    return f"{head}| request | what it does | who may |\n|---|---|---|\n{rows}\n"


def _who(right: Right) -> str:
    askers = "" if right.askers == set(Asker) else f", for {' or '.join(a.value for a in Asker if a in right.askers)}"
    return (
        f"{right.scope.value} and above{askers}"
        if right.scope is not list(Scope)[-1]
        else f"{right.scope.value}{askers}"
    )


def _kinds() -> str:
    rows = "".join(f"| {kind.value} | {'yes' if kind in FINAL else 'no'} |\n" for kind in AnswerKind)
    return f"## How far a request has come\n\n| answer | final |\n|---|---|\n{rows}\n"


def _codes() -> str:
    fields = re.compile(r"{(\w+)}")
    said = {code: fields.sub(r"*\1*", WORDS[code]) for code in AnswerCode}
    rows = "".join(f"| {code.value} | {words} |\n" for code, words in said.items())
    return f"## What an answer is about\n\n| code | in a sentence; *words like this* are fields of the answer |\n|---|---|\n{rows}"


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").splitlines()[0].rstrip(".")
