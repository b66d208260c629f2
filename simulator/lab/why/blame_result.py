"""What blame found: a small message that results, reports and the window read without loading what makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """Who is to blame; nobody when nothing is broken, or when no faultless device keeps the promise either."""

    culprits: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # parts whose repair alone would do as well
    broken: tuple[str, ...] = ()  # the promises
    at_s: float | None = None  # of the first broken one's worst moment
    against: str = ""  # a revision; empty: oracles
    unrun: tuple[str, ...] = ()  # parts that have changed since that revision, in code that no replay runs
    replays: int = 0
    processor_s: float = 0.0
    bars_deg: Mapping[str, float] = field(default_factory=dict)  # each part's share of the error; empty: not asked for
    error_deg: float = 0.0  # mean distance from where the screen points with every part repaired

    @property
    def text(self) -> str:
        """In English."""
        return f"{self._verdict}{self._aside}"

    @property
    def _aside(self) -> str:
        if not self.unrun:
            return ""
        have = "has" if self.unrun == ("motor",) else "have"
        return (
            f" The code of {' and '.join(self.unrun)} {have} changed since {self.against} as well; no replay runs it, "
            "so nothing is said of it."
        )

    @property
    def _verdict(self) -> str:
        if not self.broken:
            return "Nobody: every promise is kept."
        promises, be = " and ".join(self.broken), "is" if len(self.broken) == 1 else "are"
        if not self.culprits:
            what = "with every stage of that revision" if self.against else "with every part repaired"
            return f"Nobody: {promises} {be} broken {what} too."
        found = " and ".join(self.culprits)
        needs = (
            "is" if len(self.culprits) == 1 and self.culprits[0] in ("fusion", "planner", "motion", "motor") else "are"
        )
        how = f"as in {self.against}" if self.against else "repaired"
        more = f" Several repairs would do: also {' or '.join(self.also)} alone." if self.also else ""
        return f"{found[0].upper()}{found[1:]}: {promises} {be} kept once {found} {needs} {how}.{more}"
