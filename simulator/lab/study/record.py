"""What is kept of raters: one file of lines beside the study, a random name for each rater, nothing else about the person.

A line is added for each step, so a study that is broken off keeps what it has. Withdrawing rewrites the file without the
rater's lines; exports are made from the file each time, so nothing of the rater is left in them. Lines are added in one write
each, so that two windows may run the same study; a rater's number is the place of his first line.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from simulator.lab.qa.result_store import write_whole
from simulator.lab.study.plan import StudyError, beside
from simulator.lab.study.preference import Choice
from simulator.lab.study.schedule import Purpose

# Letters that are not mistaken for each other when somebody reads the name aloud to withdraw.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
NAME_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One pair with its answer."""

    trial: int
    purpose: Purpose
    moment: str
    first: str
    second: str
    first_knobs: Mapping[str, object]
    second_knobs: Mapping[str, object]
    first_place: int  # among the study's settings; -1 where pairs tune knobs
    second_place: int
    choice: Choice
    seconds: float  # from the end of the second clip to the answer
    replays: int


@dataclass(slots=True, kw_only=True)
class Session:
    """All of one rater."""

    rater: str
    number: int  # which schedule
    consent_hash: str
    judged: list[Judged] = field(default_factory=list)
    sliders: dict[str, int] = field(default_factory=dict)
    finished: bool = False
    shown_on: str = ""  # a rig, or how it was drawn; empty in files of older versions


class StudyRecord:
    """The answers of one study."""

    def __init__(self, plan_path: Path) -> None:
        self.path = beside(plan_path, "answers.jsonl")

    def begin(self, *, consent_hash: str, shown_on: str) -> Session:
        """A new rater with a random name and the next schedule."""
        rater = "".join(secrets.choice(LETTERS) for _ in range(NAME_LENGTH))
        self._add({"step": "begin", "rater": rater, "consent": consent_hash, "shown_on": shown_on})
        return next(session for session in self.sessions() if session.rater == rater)

    def judge(self, session: Session, judged: Judged) -> None:
        """Keep one answer."""
        session.judged.append(judged)
        self._add({"step": "pair", "rater": session.rater, **asdict(judged)})

    def finish(self, session: Session, sliders: Mapping[str, int]) -> None:
        """Keep the five sliders; the rater is through."""
        session.sliders = dict(sliders)
        session.finished = True
        self._add({"step": "end", "rater": session.rater, "sliders": session.sliders})

    def withdraw(self, rater: str) -> int:
        """Delete everything of a rater; returns how many lines went, and raises StudyError for an unknown name."""
        lines = self._lines()
        kept = [line for line in lines if line["rater"] != rater]
        if len(kept) == len(lines):
            raise StudyError(f"{self.path}: no rater {rater}")
        write_whole(self.path, b"".join(orjson.dumps(line) + b"\n" for line in kept))
        return len(lines) - len(kept)

    def sessions(self) -> list[Session]:
        """All raters in the order in which they began; a line that a crash cut off is left out."""
        found: dict[str, Session] = {}
        for line in self._lines():
            rater = str(line.pop("rater"))
            match line.pop("step"):
                case "begin":
                    found[rater] = Session(
                        rater=rater, number=len(found), consent_hash=line["consent"], shown_on=line.get("shown_on", "")
                    )
                case "pair":
                    line["purpose"], line["choice"] = Purpose(line["purpose"]), Choice(line["choice"])
                    found[rater].judged.append(Judged(**line))
                case "end":
                    found[rater].sliders, found[rater].finished = line["sliders"], True
        return list(found.values())

    def _lines(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        lines: list[dict[str, Any]] = []
        for number, text in enumerate(self.path.read_bytes().split(b"\n")[:-1], start=1):
            try:
                lines.append(orjson.loads(text))
            except orjson.JSONDecodeError as error:
                raise StudyError(f"{self.path}:{number}: cannot be read: {error}") from None
        return lines

    def _add(self, line: Mapping[str, object]) -> None:
        whole = self.path.read_bytes() if self.path.exists() else b""
        if whole and not whole.endswith(b"\n"):  # a crash cut the last line: it goes, it was never a whole answer
            write_whole(self.path, whole[: whole.rfind(b"\n") + 1])
        with self.path.open("ab", buffering=0) as file:
            file.write(orjson.dumps(line) + b"\n")
