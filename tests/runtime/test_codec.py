import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.onboard import messages as m
from simulator.onboard.gate_names import GateName
from simulator.runtime.codec import CodecError, decode, encode

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


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"tick":1}', b"\xff", b'{"tick":1,"seeing":"maybe"}'])
def test_other_bytes_are_one_kind_of_error(data):
    with pytest.raises(CodecError):
        decode(m.VisionReport, data)
