"""The wire languages: what is written can be read back, whatever else is on the line."""

from __future__ import annotations

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware_bridge.codecs import canopen_min as can
from hardware_bridge.codecs import cia402, dynamixel, dynamixel_table, feetech, refproto, slcan
from hardware_bridge.codecs.registers import Register

ids = st.integers(0, 0xFC)
dynamixel_packets = st.builds(
    lambda i, c, b: dynamixel.DynamixelPacket(device_id=i, code=c, body=b),
    ids,
    st.sampled_from([dynamixel.READ, dynamixel.WRITE, dynamixel.STATUS, dynamixel.SYNC_WRITE]),
    st.binary(min_size=1, max_size=60) | st.lists(st.sampled_from([0xFF, 0xFD, 0x00]), min_size=1).map(bytes),
)
feetech_packets = st.builds(
    lambda i, c, b: feetech.FeetechPacket(device_id=i, code=c, body=b),
    ids,
    st.integers(0, 0x7F),
    st.binary(max_size=60),
)
ref_frames = st.builds(
    lambda k, s, p: refproto.BoardFrame(kind=k, sequence=s, payload=p),
    st.sampled_from(list(refproto.FrameKind)).map(int),
    st.integers(0, 0xFFFF),
    st.binary(max_size=refproto.LONGEST_PAYLOAD),
)
can_frames = st.builds(lambda i, d: can.CanFrame(can_id=i, data=d), st.integers(0, 0x7FF), st.binary(max_size=8))


def _in_pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


cuts = st.lists(st.integers(0, 500), max_size=6)


@given(st.lists(dynamixel_packets, max_size=5), cuts)
def test_dynamixel_packets_survive_the_wire_in_any_pieces(packets, cuts):
    decoder = dynamixel.DynamixelDecoder()
    pieces = _in_pieces(b"".join(map(dynamixel.encode, packets)), cuts)
    assert [found for piece in pieces for found in decoder.feed(piece)] == packets
    assert decoder.bad_checksums == decoder.dropped_bytes == 0


@given(st.lists(feetech_packets, max_size=5), cuts)
def test_feetech_packets_survive_the_wire_in_any_pieces(packets, cuts):
    decoder = feetech.FeetechDecoder()
    pieces = _in_pieces(b"".join(map(feetech.encode, packets)), cuts)
    assert [found for piece in pieces for found in decoder.feed(piece)] == packets


@given(st.lists(ref_frames, max_size=5), cuts)
def test_reference_frames_survive_the_wire_in_any_pieces(frames, cuts):
    decoder = refproto.BoardDecoder()
    pieces = _in_pieces(b"".join(map(refproto.encode, frames)), cuts)
    assert [found for piece in pieces for found in decoder.feed(piece)] == frames


@given(st.lists(can_frames, max_size=5), cuts)
def test_can_messages_survive_a_serial_adapter_in_any_pieces(frames, cuts):
    decoder = slcan.SlcanDecoder()
    pieces = _in_pieces(b"".join(map(slcan.encode, frames)), cuts)
    assert [found for piece in pieces for found in decoder.feed(piece)] == frames


CODECS = [
    (dynamixel.DynamixelDecoder, dynamixel.encode, dynamixel.status(1, data=b"\x01\x02\x03\x04"), 1100),
    (feetech.FeetechDecoder, feetech.encode, feetech.FeetechPacket(device_id=1, code=0, body=b"\x01\x02"), 260),
    (refproto.BoardDecoder, refproto.encode, refproto.BoardFrame(kind=refproto.FrameKind.POLL, sequence=7), 50),
    (slcan.SlcanDecoder, slcan.encode, can.CanFrame(can_id=0x185, data=b"\x01\x02"), 40),
]


@pytest.mark.parametrize(
    ("new_decoder", "encode", "packet", "longest"), CODECS, ids=["dynamixel", "feetech", "reference", "slcan"]
)
@given(garbage=st.binary(max_size=80))
def test_a_good_packet_after_garbage_is_found_within_one_longest_packet(new_decoder, encode, packet, longest, garbage):
    decoder = new_decoder()
    wire = encode(packet)
    found = decoder.feed(garbage)
    for _ in range(longest // len(wire) + 3):
        found += decoder.feed(wire)
    assert found[-1] == packet


@pytest.mark.parametrize(
    ("new_decoder", "encode", "packet", "longest"), CODECS[:3], ids=["dynamixel", "feetech", "reference"]
)
@given(bit=st.integers(0, 10_000))
def test_a_flipped_bit_never_yields_another_packet(new_decoder, encode, packet, longest, bit):
    wire = bytearray(encode(packet))
    bit %= 8 * len(wire)
    wire[bit // 8] ^= 1 << bit % 8
    assert new_decoder().feed(bytes(wire)) == []


@pytest.mark.parametrize(
    ("new_decoder", "encode", "packet", "longest"), CODECS[:3], ids=["dynamixel", "feetech", "reference"]
)
def test_silence_lets_a_decoder_forget_a_torn_packet(new_decoder, encode, packet, longest):
    decoder = new_decoder()
    wire = encode(packet)
    assert decoder.feed(wire[:-2]) == []
    decoder.reset()
    assert decoder.feed(wire) == [packet]
    assert decoder.dropped_bytes == len(wire) - 2


def test_dynamixel_bytes_are_those_of_the_makers_manual():
    # The ping example of the public manual of Protocol 2.0.
    assert dynamixel.encode(dynamixel.ping(1)).hex(" ") == "ff ff fd 00 01 03 00 01 19 4e"


def test_the_header_never_appears_inside_a_dynamixel_packet():
    wire = dynamixel.encode(dynamixel.write(1, address=116, data=b"\xff\xff\xfd\x00"))
    assert wire.count(b"\xff\xff\xfd\x00") == 1
    assert dynamixel.DynamixelDecoder().feed(wire)[0].body[2:] == b"\xff\xff\xfd\x00"


@given(st.sampled_from(dynamixel_table.REGISTERS + feetech.REGISTERS), st.data())
def test_a_register_holds_every_integer_of_its_range(register: Register, data):
    low, high = register.raw_range
    raw = data.draw(st.integers(low, high))
    assert register.raw(register.raw_bytes(raw)) == raw
    for beyond in (low - 1, high + 1):
        with pytest.raises(ValueError, match=register.name):
            register.raw_bytes(beyond)


@given(st.floats(-150.0, 150.0), st.floats(0.0, 360.0))
def test_what_a_slider_is_told_is_what_the_servo_holds(yaw_deg, accel_dps2):
    for register, value in (
        (dynamixel_table.GOAL_POSITION, yaw_deg),
        (dynamixel_table.PROFILE_ACCELERATION, accel_dps2),
    ):
        held = register.decode(register.encode(value))
        assert held == register.quantised(value)
        assert abs(held - value) <= register.step / 2 + 1e-9


def test_a_negative_feetech_speed_is_a_sign_bit_and_a_magnitude():
    assert feetech.GOAL_SPEED.raw_bytes(-1000) == struct.pack("<H", 0x8000 | 1000)


sdo_addresses = st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFF))
sdo_data = st.binary(min_size=1, max_size=4)
requests = st.one_of(
    st.builds(lambda a, d: can.SdoWrite(index=a[0], subindex=a[1], data=d), sdo_addresses, sdo_data),
    st.builds(lambda a: can.SdoRead(index=a[0], subindex=a[1]), sdo_addresses),
    st.builds(lambda t: can.SdoNextSegment(toggle=t), st.booleans()),
    st.builds(lambda a, c: can.SdoAbort(index=a[0], subindex=a[1], code=c), sdo_addresses, st.integers(0, 2**32 - 1)),
)
answers = st.one_of(
    st.builds(lambda a: can.SdoWritten(index=a[0], subindex=a[1]), sdo_addresses),
    st.builds(lambda a, d: can.SdoValue(index=a[0], subindex=a[1], data=d), sdo_addresses, sdo_data),
    st.builds(lambda a, s: can.SdoLongValue(index=a[0], subindex=a[1], size=s), sdo_addresses, st.integers(5, 999)),
    st.builds(
        lambda t, d, e: can.SdoSegment(toggle=t, data=d, last=e),
        st.booleans(),
        st.binary(min_size=1, max_size=7),
        st.booleans(),
    ),
    st.builds(lambda a, c: can.SdoAbort(index=a[0], subindex=a[1], code=c), sdo_addresses, st.integers(0, 2**32 - 1)),
)


@given(ids.filter(lambda i: i < 128), requests, answers)
def test_canopen_objects_survive_the_wire(node, request_, answer):
    assert can.parse_request(can.encode_request(node, request_)) == request_
    assert can.parse_answer(can.encode_answer(node, answer)) == answer


@given(can_frames)
def test_no_can_message_upsets_the_readers(frame):
    for parse in (can.parse_request, can.parse_answer, can.parse_nmt, can.parse_heartbeat, can.parse_emergency):
        parse(frame)


def test_every_drive_state_answers_every_event():
    assert set(cia402.TRANSITIONS) == set(cia402.DriveState)
    for answers_ in cia402.TRANSITIONS.values():
        assert set(answers_) == set(cia402.DriveEvent)
    for state in cia402.DriveState:
        assert cia402.state_of(state.bits) is state


def test_only_the_full_sequence_reaches_driving():
    state = cia402.DriveState.SWITCH_ON_DISABLED
    for word in (cia402.ENABLE_OPERATION, cia402.SWITCH_ON):
        assert cia402.TRANSITIONS[state][cia402.event_of(word)] is state
    for word in (cia402.SHUTDOWN, cia402.SWITCH_ON, cia402.ENABLE_OPERATION):
        state = cia402.TRANSITIONS[state][cia402.event_of(word)]
    assert state is cia402.DriveState.OPERATION_ENABLED


@given(
    st.builds(
        lambda m, f, y, r, t, ms: refproto.BoardState(
            mode=m, fault=f, yaw_cdeg=y, rate_cdps=r, torque_mnm=t, board_ms=ms
        ),
        st.sampled_from(list(refproto.BoardMode)),
        st.sampled_from(list(refproto.BoardFault)),
        st.integers(-(2**31), 2**31 - 1),
        st.integers(-(2**31), 2**31 - 1),
        st.integers(-(2**15), 2**15 - 1),
        st.integers(0, 2**32 - 1),
    )
)
def test_the_state_of_the_board_survives_packing(state):
    assert refproto.BoardState.unpack(state.pack()) == state
