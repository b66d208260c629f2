"""What can be wrong in a scene file: a code and the fields that a fix or a form needs; the sentence is made from them.

Nothing reads a sentence back. A word in `meant` or a bound can take the place of what is written in the file.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Self

# How alike two words must be to be offered (0 to 1, the ratio of difflib).
ALIKE = 0.6


class ProblemCode(Enum):
    """Every kind of mistake, with its sentence; what stands in braces are fields of Mistake."""

    template: str

    def __new__(cls, template: str) -> Self:
        """A number with its sentence: two mistakes may share one."""
        made = object.__new__(cls)
        made._value_ = len(cls.__members__) + 1
        made.template = template
        return made

    # the file
    FILE_TOO_LARGE = "the file is larger than {high:g} KiB"
    TOO_MANY_OPENED = "more than {high:g} lists and mappings"
    TOO_MANY_VALUES = "more than {high:g} values in one file"
    TOO_DEEP = "nested deeper than {high:g} levels"
    EMPTY_FILE = "the file is empty; a scene begins with scene: 1"
    NOT_UTF8 = "must be UTF-8 text"
    NOT_YAML = "{detail}"
    BAD_CHARACTER = "a character that YAML does not allow"
    SEVERAL_DOCUMENTS = "only one document per file; delete this ---"
    ALIAS = "aliases (*name) are not allowed; use params or use: instead"
    ANCHOR = "anchors (&{name}) are not allowed; use params instead"
    TAG = "tags ({name}) are not allowed"
    MERGE_KEY = "merge keys (<<) are not allowed; use use: instead"
    KEY_NOT_A_WORD = "a key must be a word"
    KEY_TWICE = "this key is there twice; the first is in line {low:g}"
    NUMBER_TOO_LONG = "a number may have at most {high:g} characters"
    NOT_FINITE = "{value}: numbers must be finite"
    # the version
    NOT_A_SCENE = "a scene is a mapping that begins with scene: {high:g}"
    NO_VERSION = "the version is missing; a scene begins with scene: {high:g}"
    NEWER_VERSION = "{value}: this file is from a newer Swivel; this one reads scene: {high:g}"
    UNKNOWN_VERSION = "{value}: there is no such version; this one reads scene: {high:g}"
    # values
    NOT_A_MAPPING = "must be a mapping, such as {{key: value}}"
    NOT_A_LIST = "must be a list, such as [a, b]"
    NOT_TEXT = "must be text"
    CONTROL_CHARACTER = (
        "{value}: a character that cannot be printed; write this on one line, without control characters"
    )
    NOT_A_QUANTITY = "{shown}must be {name} such as {detail}"
    NOT_A_POINT = "must be two lengths, such as [1.2, 2.5]"
    NOT_AN_ARC = "must be two angles such as [-90 °, 90 °], or none"
    NOT_A_SINGLE_VALUE = "must be a single value"
    NOT_A_CHOICE = "{value}: must be one of {listed}{hint}"
    OUT_OF_BOUNDS = "{value}: must be {bounds}"
    WRONG_KIND = "{value}: must be {name}"
    REFUSED = "{shown}{detail}"
    KEY_MISSING = "{name} is missing{detail}"
    UNKNOWN_KEY = "there is no {value} here{offer}"
    BAD_NAME = "{value!r}: a name is one word of letters, digits, - and _, a letter first"
    RESERVED_NAME = "{value}: this word has a meaning of its own; choose another name"
    NAME_TWICE = "{value} is also one of {name}; each name once"
    NOT_A_SEED_COUNT = "{value}: must be auto or a whole number from {low:g} to {high:g}"
    NOT_A_SHARE = "{value}: must be a share from {low:g} to {high:g}"
    # files that are used, parameters, knobs and facts
    NOT_IN_A_USED_FILE = "belongs into the scene itself, not into a file it uses"
    BAD_USE = "{value!r}: {detail}"
    UNKNOWN_PARAM = "{shown}there is no such parameter{hint}{list_hint}"
    PARAM_WITHOUT_DEFAULT = "needs a default, such as {{default: 62 dB, range: [50 dB, 75 dB]}}"
    BAD_PARAM_RANGE = "must be two values in the unit of the default, such as [50 dB, 75 dB]"
    UNKNOWN_KNOB = "{value}: there is no such knob{hint}"
    BAD_KNOB_VALUE = "{detail}"
    KNOB_OUT_OF_BOUNDS = "{name} = {value}: must be a number from {low:g} to {high:g} {unit}"
    KNOBS_CLASH = "{detail}"
    UNKNOWN_FACT = "there is no such fact"
    # the room and what happens in it
    BAD_FLOOR_PLAN = "a floor plan needs at least three different corners, counter-clockwise, around at least 1 m²"
    UNKNOWN_WALL = "there is no wall {value}; there are {listed}"
    OUTSIDE_ROOM = "{value} is outside the room ({detail})"
    INSIDE_DEVICE = "{value} is {number:g} m from the device; a person stands at least {low:g} m from it"
    DEVICE_OUTSIDE_ROOM = "the device stands outside the room ({detail})"
    THING_IN_WALL = "reaches {number:g} m into a wall or beyond it; it must stay inside {detail}"
    FRONT_IN_WALL = "its front looks into a wall {number:g} m before it; turn it by angle, the way it faces"
    NO_FRONT = "its front is {number:g} m wide; size is how deep it is and then how wide"
    NOT_AN_AIM = "{value}: must be device, away, a person or an angle{hint}"
    NOBODY = "{value}: nobody of this name{hint}; there are {listed}"
    OUTSIDE_SCENE = "{value}: must be from 0 s to the scene's end at {high:g} s"
    UNKNOWN_VERB = "{value!r}: {name} can {examples}{hint}"
    UNKNOWN_VERB_KEY = "{value}: {name!r} accepts {listed} (besides at, who and does)"
    # checks
    NO_CHECK_SHAPE = "a check has one of {listed}{hint}"
    CHECK_ID_TWICE = "two checks are called {value}"
    BAD_STRETCH = "from {low:g} s until {high:g} s must be a stretch of the scene's {detail} s"
    AFTER_AND_WHILE = "after and while do not go together; write two checks"
    FOR_WITHOUT_AFTER = "for needs after"
    LONGER_THAN_SCENE = "within and for together are longer than the scene's {high:g} s"
    PAST_THE_END = "{detail} ends at {number:g} s, after the scene's end at {high:g} s: it could not be judged"
    NOTHING_COUNTS = "every check may fail, so nothing could fail this scene: leave `may fail` away from at least one"
    EVENT_IS_NO_STATE = "{value!r} happens in one moment; {name} needs something that lasts, such as yaw < 10 °"
    UNTIL_WITHOUT_AFTER = "until with an event needs after"
    UNKNOWN_EVENT = "{value!r} does not happen in this scene{hint}"
    NOT_A_COUNT = "{value}: must be a number and an event, such as 3 moves"
    # conditions
    CONDITION_TOO_LONG = "a condition has at most {high:g} characters"
    CONDITION_TOO_DEEP = "nested too deeply"
    NO_CONDITION = "a condition is missing here"
    LEFT_OVER = "{value!r} is left over; join conditions by and / or"
    NO_CLOSING_BRACKET = "a ) is missing"
    NO_IS = "after {name} comes: is, or is not"
    NO_COMPARISON = "after {name} comes <, <=, >, >=, between … and …, or within … of …"
    BETWEEN_WITHOUT_AND = "between takes two values joined by and"
    BETWEEN_ORDER = "between {low:g} and {high:g}: the smaller value comes first"
    WITHIN_WITHOUT_OF = "within takes a distance, of, and a value"
    NO_NUMBER = "a number is missing here, such as 12 {unit}"
    WRONG_UNIT = "{name} is measured in {unit}"
    UNKNOWN_WORD = "{name} is never {value}{hint}; it is one of {listed}"
    UNKNOWN_SIGNAL = "{value!r} cannot be checked{hint}; docs/scene-format.md lists what can"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake, wherever it stands."""

    code: ProblemCode
    value: str = ""  # what is wrong, as the sentence shows it
    written: str = ""  # how the file writes it, when that is different
    name: str = ""  # of the key, the person or the quantity that it is about
    meant: str = ""  # what probably was to be written instead; empty when nothing is like it
    allowed: tuple[str, ...] = ()
    number: float | None = None  # the value where bounds are about a number
    low: float | None = None
    high: float | None = None
    low_open: bool = False  # the bound itself is not allowed
    high_open: bool = False
    unit: str = ""
    detail: str = ""  # a clause that only this mistake has

    @property
    def words(self) -> str:
        """The sentence."""
        hint = f"; did you mean {self.meant}?" if self.meant else ""
        listed = ", ".join(self.allowed) or "nothing"
        return self.code.template.format(
            value=self.value,
            shown=f"{self.value}: " if self.value else "",
            name=self.name,
            hint=hint,
            listed=listed,
            list_hint="" if self.value else f"; there are {listed}",
            offer=hint or f"; allowed: {listed}",
            examples="; ".join(self.allowed),
            low=self.low,
            high=self.high,
            bounds=self.bounds,
            number=self.number,
            unit=self.unit,
            detail=self.detail,
        ).rstrip()

    @property
    def bounds(self) -> str:
        """What a number may be, in words."""
        low = "" if self.low is None else f"{'more than' if self.low_open else 'at least'} {self.low:g}"
        high = "" if self.high is None else f"{'less than' if self.high_open else 'at most'} {self.high:g}"
        return f"{' and '.join(filter(None, (low, high)))} {self.unit}".rstrip()


def similar(word: str, allowed: Iterable[str]) -> str:
    """The most similar word, or nothing."""
    found = difflib.get_close_matches(word, list(allowed), n=1, cutoff=ALIKE)
    return found[0] if found else ""
