"""What accepting a new baseline of the open scene means: what is written first, and the command that keeps the run as golden."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.onboard.tuning import leaf_at
from simulator.scene.saver import SceneText, save
from simulator.workbench.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Whether it is possible, and what happens then; the words are for people."""

    document: Document
    possible: bool
    words: str
    mode: str

    def write(self) -> str:
        """Put the knobs and edits that are on the screen into the scene's file; returns what went wrong."""
        document = self.document
        text, changed = document.text, document.state.settings[document.slot]
        if changed:
            edited = SceneText(text, file=str(document.path))
            for knob, value in sorted(changed.items()):
                edited.set(["tuning", knob], value)
            text = edited.text
        if text != document.saved_text:
            try:
                save(text, document.path)
            except OSError as error:
                return f"{document.path}: cannot be written: {error.strerror or error}"
            document.saved_text = text
            document.take_saved(text)
        return ""

    def command(self, reason: str) -> list[str]:
        """The words of `swivel` that run the file and keep the run."""
        return [
            "qa", "--golden", "update", "--mode", self.mode, "--reason", reason, str(self.document.path.absolute()),
        ]  # fmt: skip


def baseline_of(document: Document, *, whole: bool, failed: int, mode: str) -> Baseline:
    """What accepting would do with what is on the screen; `whole`: the run is computed to its end."""

    def no(words: str) -> Baseline:
        return Baseline(document=document, possible=False, words=words, mode=mode)

    path = document.path
    if not path.is_file():
        return no(f"{path.name} is not on this computer, so nothing can be accepted for it.")
    if path.read_text(encoding="utf-8") != document.saved_text:
        return no(f"{path.name} is another one than this run was made of. Open the file and run it first.")
    if document.state.commands:
        return no("Something was done by hand in this run, and the file cannot repeat that.")
    if not whole:
        return no("The run is not computed to its end yet.")
    parts = [f"Runs {path.name} with seed 0 and keeps what it does, with your reason, for later runs to be held to."]
    knobs = [f"{leaf_at(knob).label} {value}" for knob, value in sorted(document.state.settings[document.slot].items())]
    if knobs:
        parts.append(f"First writes into the file: {', '.join(knobs[:3])}{' …' if len(knobs) > 3 else ''}.")
    elif document.edited:
        parts.append("First saves your edits of the file.")
    if failed:
        parts.append(f"{failed} check{'s' if failed > 1 else ''} of this run still fail{'s' if failed == 1 else ''}.")
    return Baseline(document=document, possible=True, words=" ".join(parts), mode=mode)
