"""Which homes are run: a public set that never changes, or hidden ones that follow from a secret whose digest was published first."""

from __future__ import annotations

import hashlib
import itertools
import json
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from simulator.scene.errors import SceneError
from simulator.scene.homes.home import home_text
from simulator.scene.homes.seeds import EACH, FIRST, Purpose
from simulator.scene.loader import loads

PUBLIC = "public"
SECRET_BYTES = 32


class SecretError(ValueError):
    """A file that holds no secret, or not the one that it says; the text says which file and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """The homes of one competition."""

    name: str  # "public", or the digest of the secret
    seeds: tuple[int, ...]


def public(count: int) -> Draw:
    """The first homes of the seeds for development: everybody may look at them."""
    first = FIRST[Purpose.DEVELOPMENT]
    return Draw(name=PUBLIC, seeds=_usable(iter(range(first, first + EACH)), count))


def hidden(path: Path, count: int) -> Draw:
    """Homes of the seeds for tests, drawn by a secret."""
    secret, digest = read_secret(path)

    def drawn() -> Iterator[int]:
        for number in itertools.count():
            number_drawn = hashlib.sha256(f"{secret}:{number}".encode()).digest()
            yield FIRST[Purpose.TEST] + int.from_bytes(number_drawn[:8], "big") % EACH

    return Draw(name=digest, seeds=_usable(drawn(), count))


def _usable(seeds: Iterator[int], count: int) -> tuple[int, ...]:
    """The first homes, each once, of those that can be built: a few are drawn with furniture that a scene may not have."""
    found: list[int] = []
    while len(found) < count:
        seed = next(seeds)
        if seed in found:
            continue
        with suppress(SceneError):
            loads(home_text(seed))
            found.append(seed)
    return tuple(found)


def commit(path: Path) -> str:
    """Make a secret and keep it in a file that only its owner reads; returns the digest, which is to be published now."""
    secret = secrets.token_hex(SECRET_BYTES)
    digest = hashlib.sha256(secret.encode()).hexdigest()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(json.dumps({"secret": secret, "sha256": digest}) + "\n")
    return digest


def read_secret(path: Path) -> tuple[str, str]:
    """A secret and its digest, which must fit."""
    try:
        kept = json.loads(path.read_text())
        secret, digest = kept["secret"], kept["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SecretError(f"{path}: holds no secret of `swivel bench --commit`: {error}") from None
    if hashlib.sha256(secret.encode()).hexdigest() != digest:
        raise SecretError(f"{path}: the secret's SHA-256 is not {digest}: one of them was changed")
    return secret, digest
