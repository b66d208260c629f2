"""From onboard's answers to the API's replies, and the refusals that are given before the device is asked."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import assert_never

from simulator.onboard.messages import Answer, AnswerCode, AnswerKind
from simulator.server.messages import Accepted, Code, Done, Preempted, Refused, Reply, Scope, Superseded
from simulator.server.pipe import Condition

CODES: dict[AnswerCode, Code] = {
    AnswerCode.AS_ASKED: Code.AS_ASKED,
    AnswerCode.ALREADY: Code.ALREADY,
    AnswerCode.OUT_OF_RANGE: Code.OUT_OF_RANGE,
    AnswerCode.TOO_FAST: Code.TOO_FAST,
    AnswerCode.TOO_LONG: Code.TOO_LONG,
    AnswerCode.WAITS_FOR_OWNER: Code.WAITS_FOR_OWNER,
    AnswerCode.HELD: Code.HELD,
    AnswerCode.FORBIDDEN_SCOPE: Code.FORBIDDEN_SCOPE,
    AnswerCode.NOT_FOR_ASKER: Code.NOT_FOR_ASKER,
    AnswerCode.SAME_ID: Code.SAME_ID,
    AnswerCode.NOT_OWNER: Code.NOT_OWNER,
    AnswerCode.BAD_VALUE: Code.BAD_VALUE,
    AnswerCode.TOO_MANY: Code.TOO_MANY,
    AnswerCode.RANGE_NOT_SET: Code.RANGE_NOT_SET,
    AnswerCode.DOES_NOT_FIT: Code.DOES_NOT_FIT,
    AnswerCode.NO_SUCH_CHOREOGRAPHY: Code.NO_SUCH_CHOREO,
    AnswerCode.NO_SUCH_MODE: Code.NO_SUCH_MODE,
    AnswerCode.NO_SUCH_PERSON: Code.NO_SUCH_PERSON,
    AnswerCode.NEWER: Code.NEWER,
    AnswerCode.HIGHER_OWNER: Code.HIGHER_OWNER,
    AnswerCode.MODE_ENDED: Code.MODE_ENDED,
    AnswerCode.STOPPED: Code.STOPPED,
    AnswerCode.BLOCKED: Code.BLOCKED,
    AnswerCode.TIME_OVER: Code.TIME_OVER,
    AnswerCode.RELEASED: Code.RELEASED,
    AnswerCode.NO_RANGE_FOUND: Code.NO_RANGE_FOUND,
}
GOOD_ENDS = frozenset({AnswerCode.AS_ASKED, AnswerCode.ALREADY, AnswerCode.RELEASED})


class NotDone(Exception):
    """A command that ends here; it carries the refusal."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


def refusal(
    command_id: str | None,
    code: Code,
    sentence: str,
    *,
    value: float | None = None,
    threshold: float | None = None,
    unit: str = "",
    field: str = "",
    needs: Scope | None = None,
) -> Refused:
    """A refusal that is given here and not on the device."""
    return Refused(
        id=command_id,
        code=code,
        sentence=sentence,
        value=value,
        threshold=threshold,
        unit=unit,
        field=field,
        needs=needs,
    )


def reply_of(answer: Answer, *, command_id: str, tick: int, condition: Condition, lease: bool, by: str) -> Reply:
    """What the client is told; `by` is the id of the command that took its place, where it is this client's own."""
    code, sentence = CODES[answer.code], _sentence(answer, by)
    match answer.kind:
        case AnswerKind.TAKEN | AnswerKind.CLAMPED | AnswerKind.QUEUED:
            cut = answer.kind is AnswerKind.CLAMPED
            return Accepted(
                id=command_id, tick=tick, code=code, queued=answer.kind is AnswerKind.QUEUED, sentence=sentence,
                will_go_to=answer.will_yaw_deg, max_speed=answer.will_rate_dps, eta_ms=_eta_ms(answer, condition),
                clamped_from=answer.value if cut else None, threshold=answer.threshold if cut else None, unit=answer.unit,
            )  # fmt: skip
        case AnswerKind.DONE:
            ok = answer.code in GOOD_ENDS or (lease and answer.code is AnswerCode.TIME_OVER)
            return Done(id=command_id, tick=tick, ok=ok, code=code, angle=answer.will_yaw_deg, sentence=sentence)
        case AnswerKind.SUPERSEDED:
            return Superseded(id=command_id, tick=tick, code=code, by=by, sentence=sentence)
        case AnswerKind.PREEMPTED:
            return Preempted(id=command_id, tick=tick, code=code, owner=answer.owner, sentence=sentence)
        case AnswerKind.REFUSED:
            return Refused(
                id=command_id, tick=tick, code=code, value=answer.value, threshold=answer.threshold, unit=answer.unit,
                needs=answer.needs, sentence=sentence,
            )  # fmt: skip
        case _:
            assert_never(answer.kind)


def _sentence(answer: Answer, by: str) -> str:
    """Onboard's words with the client's own id in them, as a sentence."""
    words = replace(answer, by=by or "of another client").words if answer.by else answer.words
    return f"{words[0].upper()}{words[1:]}."


def _eta_ms(answer: Answer, now: Condition) -> int | None:
    """How long a turn of this length takes at the device's speed and acceleration (a trapezoid from rest)."""
    if answer.will_yaw_deg is None:
        return None
    way_deg = abs(answer.will_yaw_deg - now.yaw_deg)
    rate, accel = answer.will_rate_dps or now.max_rate_dps, now.max_accel_dps2
    if way_deg < rate * rate / accel:
        return round(2000 * math.sqrt(way_deg / accel))
    return round(1000 * (way_deg / rate + rate / accel))
