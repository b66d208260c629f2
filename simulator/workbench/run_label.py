"""Which run it is that is shown, judged or exported: its knobs, its senses, its seed, and how much of it there is."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.onboard.messages import TICK_S
from simulator.runtime.header import Senses
from simulator.workbench.document import OWN, Document

SENSES_WORDS: dict[Senses, str] = {
    "feature": "modelled senses",
    "audio": "rendered sound, modelled eyes",
    "full": "rendered sound and pictures",
}
SHORT_SENSES: dict[Senses, str] = {"feature": "modelled", "audio": "audio", "full": "full"}
KNOBS_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLabel:
    """One run."""

    scene: str
    knobs: str
    mode: Senses
    seed: int
    ticks: int
    of_ticks: int
    complete: bool
    old: bool = False
    what_if: str = ""
    trace_hash: str = ""

    @property
    def extent(self) -> str:
        """How much of it there is."""
        if self.complete:
            return f"complete, {self.ticks * TICK_S:.1f} s"
        return f"incomplete: {self.ticks * TICK_S:.1f} of {self.of_ticks * TICK_S:.1f} s"

    @property
    def sentence(self) -> str:
        """Everything in one line, as exports carry it."""
        parts = [
            self.scene,
            self.knobs,
            f"{self.what_if}; before that the knobs were others" if self.what_if else "",
            SENSES_WORDS[self.mode],
            f"seed {self.seed}",
            "the run before the last change" if self.old else self.extent,
            f"trace {self.trace_hash[:12]}" if self.trace_hash else "",
        ]
        return "  ·  ".join(filter(None, parts))


def knob_words(document: Document) -> str:
    """The knobs of the slot in use: their preset, and what differs from the scene's own."""
    slot = document.slot
    changed = document.state.settings[slot]
    named = ", ".join(f"{path.split('.')[1]}={value}" for path, value in sorted(changed.items())[:KNOBS_NAMED])
    more = f" +{len(changed) - KNOBS_NAMED}" if len(changed) > KNOBS_NAMED else ""
    if not changed:
        return f"{slot}: scene's own knobs"
    preset = document.state.preset[slot]
    start = f"{slot}: {preset}" if preset != OWN else f"{slot}: scene's own"
    return f"{start} with {named}{more}"


def verdict(passed: list[bool | None], label: RunLabel) -> str:
    """The checks of a run in a few words, with the senses that they were made with."""
    senses = SHORT_SENSES[label.mode]
    if label.old or not label.complete:
        return f"… {senses}"
    exercised = [one for one in passed if one is not None]
    if not passed:
        return f"no checks · {senses}"
    if not exercised:
        return f"– nothing checked · {senses}"
    good = sum(exercised)
    mark = "✓" if good == len(exercised) else "×"
    return f"{mark} {good} of {len(exercised)} · {senses}"
