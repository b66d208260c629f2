"""What became of a command: an end, or an exception with the reason."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Plain = dict[str, Any]
DEFAULT_URL = "http://127.0.0.1:8760"
FINAL = ("Done", "Superseded", "Preempted", "Refused")


class SwivelError(Exception):
    """Base of everything that this client raises."""


class Lost(SwivelError):
    """There is no connection, or it was closed; the text says why."""


class Refused(SwivelError):
    """The display did not do it."""

    def __init__(self, answer: Plain) -> None:
        super().__init__(answer["sentence"])
        self.code: str = answer["code"]
        self.value: float | None = answer.get("value")
        self.threshold: float | None = answer.get("threshold")
        self.unit: str = answer.get("unit", "")
        self.sentence: str = answer["sentence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a command ended."""

    kind: str  # Done, Superseded, Preempted or Refused
    ok: bool
    code: str
    sentence: str
    angle: float | None = None
    answer: Plain = field(repr=False)

    @classmethod
    def of(cls, answer: Plain) -> End:
        """From a final answer."""
        return cls(
            kind=answer["type"],
            ok=bool(answer.get("ok", False)),
            code=answer["code"],
            sentence=answer["sentence"],
            angle=answer.get("angle"),
            answer=answer,
        )


def where(url: str | None) -> str:
    """The address of the WebSocket of a server."""
    parts = urlsplit(url or os.environ.get("SWIVEL_URL") or DEFAULT_URL)
    scheme = "wss" if parts.scheme in ("https", "wss") else "ws"
    return f"{scheme}://{parts.netloc}/v1/motion"


def token_for(scope: str) -> str:
    """The token of this machine's server, from the environment or from the file that only its owner may read."""
    given = os.environ.get("SWIVEL_TOKEN")
    if given:
        return given
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    path = Path(base) / "swivel" / "api-tokens.json"
    try:
        return str(json.loads(path.read_text())[scope])
    except (OSError, ValueError, KeyError):
        raise Lost(
            f"no token: give token=..., set SWIVEL_TOKEN, or start `swivel serve`, which writes {path}"
        ) from None


def camel(name: str) -> str:
    """max_speed as maxSpeed."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
