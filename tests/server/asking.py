"""Asks a hub and looks at what came of it, without a socket and without a clock."""

from __future__ import annotations

import json

from benchmarks.api_fuzz import InOne, OneAnswer
from simulator.server.clients import Client
from simulator.server.messages import ApiMessage


def ask(whole: InOne, client: Client, kind: str, command_id: str = "1", **fields: object) -> OneAnswer:
    return whole.ask(client, json.dumps({"type": kind, "id": command_id, **fields}))


def only(box: OneAnswer) -> ApiMessage:
    [answer] = box.answers
    return answer


def events(whole: InOne) -> list[dict[str, object]]:
    found, log, seq = [], whole.desk.events, 0
    while (entry := log.after(seq)) is not None:
        seq, text = entry
        found.append(json.loads(text))
    return found


def yaw_deg(whole: InOne) -> float:
    return whole.loop.session.truth.yaw_deg
