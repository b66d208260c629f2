"""One stream of chance for each person and thing, so that adding a talker never changes what is heard or seen of another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


class Chances:
    """Streams by name, made when first asked for."""

    def __init__(
        self,
        streams: Callable[[str], np.random.Generator],
        *,
        prefix: str,
        called: Mapping[str, str] | None = None,
    ) -> None:
        """`called` gives a stream another name than that of the person or thing."""
        self._streams, self._prefix, self._called = streams, prefix, called or {}
        self._made: dict[str, np.random.Generator] = {}

    def of(self, name: str) -> np.random.Generator:
        """The stream of one person or thing."""
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._streams(f"{self._prefix}.{self._called.get(name, name)}")
        return found

    def snapshot(self) -> dict[str, Any]:
        """Where every stream stands."""
        return {name: rng.bit_generator.state for name, rng in self._made.items()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a snapshot."""
        self._made.clear()
        for name, kept in state.items():
            self.of(name).bit_generator.state = kept
