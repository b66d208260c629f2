"""Requests of every kind, from every kind of client, sensible and not; and the ledger that says whether each was answered to its end."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import get_args

from hypothesis import strategies as st

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.behaviour.choreographies import CHOREOGRAPHIES
from simulator.onboard.messages import (
    Acquire,
    Answer,
    AnswerKind,
    Asker,
    BackDrive,
    Beat,
    Client,
    FramingStyle,
    GoToCentre,
    Mode,
    Placement,
    Play,
    PlayBeats,
    Release,
    Request,
    Scope,
    SelectPerson,
    SetBackDrive,
    SetFraming,
    SetMode,
    SetPolicy,
    SetRange,
    SetRegion,
    StartSetup,
    Stop,
    TurnAt,
    TurnTo,
    WakePolicy,
)

BAD = st.sampled_from([math.nan, math.inf, -math.inf, -1e9, 1e300])
ANGLES = st.integers(-180, 180).map(float) | BAD
RATES = st.integers(-200, 200).map(float) | BAD
TIMES = st.integers(-3, 20).map(float) | BAD
BEATS = st.builds(Beat, offset_deg=ANGLES, rate_dps=RATES, dwell_s=st.sampled_from([0.0, 0.5, 50.0]))
RANGES = st.none() | st.builds(
    lambda low, width: RangeOfMotion(min_deg=float(low), max_deg=float(low + width)),
    st.integers(-170, 0),
    st.integers(0, 200),
)
CLIENTS = st.builds(
    lambda asker, scope: Client(name=f"{asker.value} {scope.value}", asker=asker, scope=scope),
    st.sampled_from(Asker),
    st.sampled_from(Scope),
)
FIELDS: dict[type[Request], dict[str, st.SearchStrategy[object]]] = {
    TurnTo: {"angle_deg": ANGLES, "relative": st.booleans(), "rate_dps": st.none() | RATES},
    TurnAt: {"rate_dps": RATES, "ttl_s": TIMES},
    GoToCentre: {"rate_dps": st.none() | RATES},
    Play: {"name": st.sampled_from([*CHOREOGRAPHIES, "?"])},
    PlayBeats: {"beats": st.lists(BEATS, max_size=3).map(tuple)},
    Acquire: {"lease_s": TIMES},
    Release: {},
    Stop: {},
    SetMode: {"mode": st.sampled_from(Mode)},
    SetPolicy: {"policy": st.sampled_from(WakePolicy)},
    SetFraming: {"style": st.sampled_from(FramingStyle)},
    SetRegion: {"azimuth_deg": st.none() | ANGLES, "width_deg": ANGLES},
    SelectPerson: {"track_id": st.none() | st.integers(0, 9)},
    SetRange: {"range": RANGES},
    StartSetup: {"placement": st.sampled_from(Placement)},
    SetBackDrive: {"back_drive": st.sampled_from(BackDrive)},
}
assert set(FIELDS) == set(get_args(Request))


def requests_by(clients: st.SearchStrategy[Client], *kinds: type[Request]) -> st.SearchStrategy[Request]:
    """Requests of these kinds, or of all."""
    chosen = kinds or tuple(FIELDS)
    return st.one_of(*(st.builds(kind, client=clients, **FIELDS[kind]) for kind in chosen))  # type: ignore[arg-type]


class Ledger:
    """Holds every answer against what was asked."""

    def __init__(self) -> None:
        self.finals: dict[str, Answer | None] = {}  # by id; None while open

    def tick(self, asked: Iterable[Request], answers: Iterable[Answer]) -> None:
        """Take in one tick: each request is answered in it, nobody is answered twice to the end, or unasked."""
        new = {request.request_id for request in asked}
        assert not new & self.finals.keys()
        self.finals |= dict.fromkeys(new)
        for answer in answers:
            assert answer.request_id in self.finals, f"answers what nobody asked: {answer}"
            assert self.finals[answer.request_id] is None, f"after its final answer: {answer}"
            new.discard(answer.request_id)
            assert len(answer.words) > len(answer.kind.value) + 3
            assert "None" not in answer.words
            if answer.final:
                self.finals[answer.request_id] = answer
        assert not new, f"not answered at once: {new}"

    @property
    def open(self) -> set[str]:
        """The ids without a final answer."""
        return {request_id for request_id, answer in self.finals.items() if answer is None}

    def kinds(self) -> set[AnswerKind]:
        """The kinds of final answers met."""
        return {answer.kind for answer in self.finals.values() if answer is not None}
