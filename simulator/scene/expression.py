"""Reads the conditions of checks, such as `anna in dead zone and yaw speed < 60 °/s`: a small parser, no `eval`.

condition  = part {"and" part} {"or" …}       "and" binds closer than "or"; "not" and ( ) as usual
part       = flag | number-signal  < <= > >=  quantity
           | number-signal "between" quantity "and" quantity
           | number-signal "within" quantity "of" quantity
           | word-signal "is" ["not"] word
"""

from __future__ import annotations

import math
import re
from typing import Any, NoReturn

from simulator.scene.conditions import Both, Compare, Condition, Flag, Is, Not
from simulator.scene.errors import MistakeError
from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.signal import Signal
from simulator.scene.signals import Names, find, phrases, vocabulary

_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")
_OPERATOR = re.compile(r"<=|>=|<|>|≤|≥")
_WORD = re.compile(r"[A-Za-z]\w*(?![\w-])")
# What may be written for the unit of a signal.
_UNIT_WORDS = {
    "°": ("°", "deg"),
    "°/s": ("°/s", "deg/s"),
    "°/s²": ("°/s²", "°/s2", "deg/s²", "deg/s2"),
    "N": ("N",),
    "N m": ("N m", "Nm"),
    "m": ("m",),
    "s": ("s",),
    "": ("",),
}
MAX_CHARS = 300


class ExpressionError(MistakeError):
    """Text that is not a condition; the text says what is wrong, `at` where (characters from its start)."""

    def __init__(self, mistake: Mistake, *, at: int) -> None:
        self.at = at
        super().__init__(mistake)


def parse(text: str, *, names: Names) -> Condition:
    """Read a condition; raises ExpressionError."""
    if len(text) > MAX_CHARS:
        raise ExpressionError(Mistake(code=ProblemCode.CONDITION_TOO_LONG, high=MAX_CHARS), at=0)
    parser = _Parser(text, names)
    made = parser.either()
    parser.skip()
    if parser.at < len(text):
        parser.fail(Mistake(code=ProblemCode.LEFT_OVER, value=text[parser.at :]))
    return made


class _Parser:
    def __init__(self, text: str, names: Names) -> None:
        self.text, self.names, self.at, self.depth = text, names, 0, 0

    def either(self) -> Condition:
        return self._joined("or", self._all)

    def _all(self) -> Condition:
        return self._joined("and", self._one)

    def _joined(self, word: str, read: Any) -> Condition:
        start = self.skip()
        parts = [read()]
        while self._word(word):
            parts.append(read())
        if len(parts) == 1:
            return parts[0]  # type: ignore[no-any-return]
        return Both(parts=tuple(parts), every=word == "and", text=self.text[start : self.at].strip())

    def _one(self) -> Condition:
        start = self.skip()
        self.depth += 1
        if self.depth > 20:
            self.fail(Mistake(code=ProblemCode.CONDITION_TOO_DEEP))
        try:
            if self._word("not"):
                inner = self._one()
                return Not(inner=inner, text=self.text[start : self.at].strip())
            if self._take("("):
                inner = self.either()
                if not self._take(")"):
                    self.fail(Mistake(code=ProblemCode.NO_CLOSING_BRACKET))
                return inner
            return self._part(start)
        finally:
            self.depth -= 1

    def _part(self, start: int) -> Condition:
        found = find(self.text, start, names=self.names)
        if found is None:
            self._no_signal(start)
        self.at = found.end
        signal, who = found.signal, found.who
        if signal.kind == "flag":
            return Flag(signal=signal, who=who, text=found.text)
        if signal.kind == "word":
            if not self._word("is"):
                self.fail(Mistake(code=ProblemCode.NO_IS, name=found.text))
            words = vocabulary(signal, names=self.names)
            word = self._one_of(words)  # first, because "not confirmed" is itself a word
            negated = word is None and self._word("not")
            word = word or self._one_of(words) or self._no_word(words, after=found.text)
            return Is(signal=signal, who=who, text=self.text[start : self.at], word=word, negated=negated)
        return self._compare(start, signal, who, said=found.text)

    def _compare(self, start: int, signal: Signal, who: str, *, said: str) -> Condition:
        low, high, strict, middle = -math.inf, math.inf, False, None
        self.skip()
        operator = _OPERATOR.match(self.text, self.at)
        if operator is not None:
            self.at = operator.end()
            value = self._quantity(signal)
            strict = operator[0] in "<>"
            if operator[0] in ("<", "<=", "≤"):
                high = value
            else:
                low = value
        elif self._word("between"):
            low = self._quantity(signal)
            if not self._word("and"):
                self.fail(Mistake(code=ProblemCode.BETWEEN_WITHOUT_AND))
            high = self._quantity(signal)
            if high < low:
                self.fail(Mistake(code=ProblemCode.BETWEEN_ORDER, low=low, high=high))
        elif self._word("within"):
            low, high = 0.0, self._quantity(signal)
            if not self._word("of"):
                self.fail(Mistake(code=ProblemCode.WITHIN_WITHOUT_OF))
            middle = self._quantity(signal)
        else:
            self.fail(Mistake(code=ProblemCode.NO_COMPARISON, name=said))
        return Compare(
            signal=signal, who=who, text=self.text[start : self.at], low=low, high=high, strict=strict, middle=middle
        )

    def _quantity(self, signal: Signal) -> float:
        start = self.skip()
        match = _NUMBER.match(self.text, self.at)
        if match is None or len(match[0]) > 40:
            self.fail(Mistake(code=ProblemCode.NO_NUMBER, unit=signal.unit))
        self.at = match.end()
        value = float(match[0])
        if not math.isfinite(value):
            self.fail(Mistake(code=ProblemCode.NOT_FINITE, value=match[0]), at=start)
        self.skip()
        for unit in sorted(_UNIT_WORDS[signal.unit], key=len, reverse=True):
            if unit and self.text.startswith(unit, self.at):
                after = self.text[self.at + len(unit) : self.at + len(unit) + 1]
                if not (after.isalnum() or after in ("/", "²")):
                    self.at += len(unit)
                    return value
        rest = _WORD.match(self.text, self.at)
        if (rest and rest[0] not in ("and", "or", "of")) or self.text[self.at : self.at + 1] == "°":
            self.fail(Mistake(code=ProblemCode.WRONG_UNIT, name=signal.pattern, unit=signal.unit or "a bare number"))
        return value

    def _one_of(self, words: tuple[str, ...]) -> str | None:
        self.skip()
        for word in sorted(words, key=len, reverse=True):
            if re.compile(re.escape(word) + r"(?![\w-])").match(self.text, self.at):
                self.at += len(word)
                return word
        return None

    def _no_word(self, words: tuple[str, ...], *, after: str) -> NoReturn:
        said = re.split(r"\s+(?:and|or)\s+|\)", self.text[self.at :])[0].strip()
        self.fail(
            Mistake(
                code=ProblemCode.UNKNOWN_WORD,
                value=said or "nothing",
                name=after,
                meant=similar(said, words),
                allowed=words,
            )
        )

    def _no_signal(self, start: int) -> NoReturn:
        said = re.split(r"\s+(?:and|or|is)\s+|[<>≤≥()]", self.text[start:])[0].strip()
        if not said:
            self.fail(Mistake(code=ProblemCode.NO_CONDITION))
        meant, wrong = similar(said, phrases(self.names)), said
        if not meant:  # a wrong name is the most common slip
            names = self.names.allowed("anything")
            wrong, meant = next(((word, name) for word in said.split() if (name := similar(word, names))), (said, ""))
        mistake = Mistake(code=ProblemCode.UNKNOWN_SIGNAL, value=said, written=wrong, meant=meant)
        self.fail(mistake, at=start)

    def _word(self, word: str) -> bool:
        self.skip()
        match = _WORD.match(self.text, self.at)
        if match is None or match[0] != word:
            return False
        self.at = match.end()
        return True

    def _take(self, sign: str) -> bool:
        self.skip()
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def skip(self) -> int:
        """Pass over white space; returns where the next word begins."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at

    def fail(self, mistake: Mistake, *, at: int | None = None) -> NoReturn:
        """Stop with a mistake."""
        raise ExpressionError(mistake, at=self.at if at is None else at)
