import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.onboard import messages as m
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.gate_names import GateName
from simulator.runtime.codec import CodecError, decode, encode
from simulator.world.spec import RequestAction
from tests.onboard.request_kit import CLIENTS, requests_by

REPORT = m.SoundReport(
    tick=3,
    voice=0.5,
    azimuth_deg=12.5,
    sound_map=np.linspace(0, 1, 72, dtype=np.float32),
    candidates=(m.SoundCandidate(azimuth_deg=1.5, elevation_deg=0.0, weight=0.25, direct=0.75),),
)


def test_arrays_options_enums_and_nested_tuples_come_back():
    back = decode(m.SoundReport, encode(REPORT))
    assert back.candidates == REPORT.candidates
    assert back.sound_map.dtype == np.float32
    assert np.array_equal(back.sound_map, REPORT.sound_map)
    assert not back.sound_map.flags.writeable
    assert back.beam_azimuth_deg is None
    assert encode(back) == encode(REPORT)
    state = m.MotorState(tick=1, yaw_deg=0.1, rate_dps=0.0, torque_nm=0.0, mode=m.MotorMode.MOVING)
    assert decode(m.MotorState, encode(state)) == state


@given(st.floats(allow_nan=True, allow_infinity=False))
def test_every_number_survives_exactly(number):
    gate = m.Gate(name=GateName.SETTLED, value=number, threshold=0.0, margin=0.0, unit="°", passed=True)
    back = decode(m.Gate, encode(gate)).value
    assert back == number or (math.isnan(back) and math.isnan(number))


EVENTS = [
    m.ModeChanged(before=m.Mode.IDLE, after=m.Mode.APP, cause=m.ModeEvent.APP_ASKED),
    m.ModeChanged(before=m.Mode.APP, after=m.Mode.IDLE, cause=None),
    m.TakenOver(before=m.Owner.APP, now=m.Owner.HAND),
    m.TurnedDown(asked=m.ModeEvent.WAKE_TURN, owner=m.Owner.CALL),
    m.TimeOver(owner=m.Owner.FOLLOW),
    m.FaultBegan(fault="hot"),
    m.FaultEnded(),
    m.RangeSet(range=RangeOfMotion(min_deg=-30.0, max_deg=40.0)),
    m.RangeSet(range=None),
    m.SetupFailed(),
]


def test_every_event_of_the_mind_comes_back_as_what_it_was():
    assert {type(event) for event in EVENTS} == set(get_args(m.MindEvent))
    intent = m.Intent(
        tick=1, kind=m.IntentKind.STAY, mode=m.Mode.IDLE, owner=m.Owner.NOBODY, why="", events=tuple(EVENTS)
    )
    assert decode(m.Intent, encode(intent)) == intent
    assert all(event.words for event in EVENTS)


@given(requests_by(CLIENTS))
def test_every_request_comes_back_from_a_recording_and_from_a_command(request):
    text = encode((request,))
    assert encode(decode(tuple[m.Request, ...], text)) == text
    if "nan" in repr(request) or "inf" in repr(request):
        with pytest.raises(ValueError, match="must be a finite number"):
            RequestAction(at_s=1.0, request=request)
        return
    action = RequestAction(at_s=1.0, request=request)
    back = RequestAction.model_validate_json(action.model_dump_json())
    assert type(back.request) is type(request)
    assert encode((back.request,)) == text


def test_a_request_of_no_known_kind_is_refused_by_name():
    with pytest.raises(ValueError, match="type 'Dance': must be one of TurnTo"):
        RequestAction.model_validate({"at_s": 0.0, "request": {"type": "Dance"}})


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"tick":1}', b"\xff", b'{"tick":1,"seeing":"maybe"}'])
def test_other_bytes_are_one_kind_of_error(data):
    with pytest.raises(CodecError):
        decode(m.VisionReport, data)
