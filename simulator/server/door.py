"""Who is let in: tokens with scopes, and which pages and names the server answers to.

A page of another site can make a browser talk to this machine; it cannot forge the headers Origin and Host, and has no token.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from simulator.server.messages import Scope

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
BEARER = "bearer."  # in front of the token among the subprotocols of a WebSocket: browsers set no other header there
PROTOCOL = "swivel.v1"


class DoorError(ValueError):
    """Tokens that cannot be trusted, or an address that may not be served so; one line."""


def token_file() -> Path:
    """Where the tokens are kept."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "swivel" / "api-tokens.json"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One token for each scope."""

    by_scope: dict[Scope, str]

    def scope_of(self, token: str) -> Scope | None:
        """What a token allows; None for none. It takes as long for a wrong one as for a right one."""
        found = None
        for scope, known in self.by_scope.items():
            if hmac.compare_digest(known.encode(), token.encode(errors="replace")):
                found = scope
        return found


def load_tokens(path: Path) -> tuple[Tokens, bool]:
    """The tokens of a file that only its owner may read, and whether they were made just now."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return _new_tokens(path), True
    if stat.S_IMODE(mode) & 0o077:
        raise DoorError(
            f"{path}: others may read it (mode {stat.S_IMODE(mode):o}, must be 600): remove it or chmod 600"
        )
    try:
        plain = json.loads(path.read_text())
        tokens = {scope: plain[scope.value] for scope in Scope}
    except (ValueError, KeyError, TypeError):
        raise DoorError(
            f"{path}: must hold a token for each of {', '.join(Scope)}; remove it to get new ones"
        ) from None
    if any(not isinstance(token, str) or len(token) < 20 for token in tokens.values()):
        raise DoorError(f"{path}: a token has at least 20 characters; remove the file to get new ones")
    return Tokens(tokens), False


def _new_tokens(path: Path) -> Tokens:
    tokens = {scope: secrets.token_urlsafe(24) for scope in Scope}
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump({scope.value: token for scope, token in tokens.items()}, file, indent=1)
        file.write("\n")
    return Tokens(tokens)


@dataclass(frozen=True, slots=True)
class Door:
    """Looks at the headers of whoever knocks."""

    tokens: Tokens
    names: frozenset[str]  # that the server answers to, without port
    port: int
    tls: bool = False

    def host_is_ours(self, hosts: list[str]) -> bool:
        """Whether the request was meant for us: exactly one Host, and one of our names."""
        if len(hosts) != 1:
            return False
        name, _, port = hosts[0].rpartition(":") if _has_port(hosts[0]) else (hosts[0], "", str(self.port))
        return name.lower() in self.names and port == str(self.port)

    def origin_is_ours(self, origins: list[str]) -> bool:
        """Whether a page of ours asks, or no page at all."""
        scheme = "https" if self.tls else "http"
        ours = {f"{scheme}://{name}:{self.port}" for name in self.names}
        return not origins or (len(origins) == 1 and origins[0].lower() in ours)

    def scope_of(self, *, authorization: list[str], protocols: Iterable[str] = ()) -> Scope | None:
        """What the token in the headers allows."""
        given = [text[len("bearer ") :] for text in authorization if text.lower().startswith("bearer ")]
        given += [text[len(BEARER) :] for text in protocols if text.startswith(BEARER)]
        return self.tokens.scope_of(given[0]) if len(given) == 1 else None


def _has_port(host: str) -> bool:
    tail = host.rpartition(":")[2]
    return tail.isdigit() and not host.endswith("]") and (host.count(":") == 1 or host.startswith("["))
