"""The network file is made out of a library that is read as data, and comes out the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.onboard.opencv import cv2
from simulator.runtime.face_network.graph import HEADS, STRIDES, network
from simulator.runtime.face_network.library import DATA_OBJECT, HEADER, SECTION, SYMBOL, float_arrays
from simulator.runtime.face_network.onnx_file import Network

BASE = 0x10000  # where the made-up library is used from
BITS, NO_BITS, STRINGS, SYMBOLS = 1, 8, 3, 11
WIDTHS = (16, 16, 64, 64, 64, 64)  # channels after the stem and each stage, as in the real one


def library(arrays: dict[str, np.ndarray]) -> bytes:
    """A Linux library that holds nothing but arrays, with a function and an array of zeros among its symbols."""
    data = b"".join(values.astype("<f4").tobytes() for values in arrays.values())
    names = b"\0" + b"".join(name.encode() + b"\0" for name in arrays) + b"run\0zeros\0"
    start = HEADER.size
    symbols, at = SYMBOL.pack(0, 0, 0, 0, 0, 0), 0
    for name, values in arrays.items():
        where = names.index(b"\0" + name.encode() + b"\0") + 1
        symbols += SYMBOL.pack(where, 16 | DATA_OBJECT, 0, 1, BASE + at, 4 * values.size)
        at += 4 * values.size
    symbols += SYMBOL.pack(names.index(b"run"), 16 | 2, 0, 1, BASE, 8)
    symbols += SYMBOL.pack(names.index(b"zeros"), 16 | DATA_OBJECT, 0, 4, BASE + at, 8)
    table = start + len(data) + len(names) + len(symbols)
    sections = (
        (0, 0, 0, 0, 0),
        (BITS, BASE, start, len(data), 0),
        (STRINGS, 0, start + len(data), len(names), 0),
        (SYMBOLS, 0, start + len(data) + len(names), len(symbols), 2),
        (NO_BITS, BASE + at, 0, 8, 0),
    )
    rows = b"".join(SECTION.pack(0, kind, 0, *rest, link, 0, 0, 0) for kind, *rest, link in sections)
    head = HEADER.pack(b"\x7fELF\x02\x01", 3, 62, 1, 0, 0, table, 0, HEADER.size, 0, 0, SECTION.size, len(sections), 0)
    return head + data + names + symbols + rows


def made_up_weights() -> dict[str, np.ndarray]:
    """Arrays as the real library has them, with other numbers."""
    chance = np.random.default_rng(4)
    weights: dict[str, np.ndarray] = {}

    def unit(name: str, taken: int, given: int) -> None:
        for part, size in (
            ("pw_weight", taken * given),
            ("pw_bias", given),
            ("dw_weight", 9 * given),
            ("dw_bias", given),
        ):
            weights[f"{name}_{part}"] = chance.normal(0, 0.3, size).astype(np.float32)

    unit("backbone__model0_dp", 16, 16)
    weights["backbone__model0_pw_weight"] = chance.normal(0, 0.01, 16 * 32).astype(np.float32)
    weights["backbone__model0_pw_bias"] = chance.normal(0, 0.1, 16).astype(np.float32)
    for stage in range(1, 6):
        unit(f"backbone__model{stage}_dp1", WIDTHS[stage - 1], WIDTHS[stage - 1])
        unit(f"backbone__model{stage}_dp2", WIDTHS[stage - 1], WIDTHS[stage])
    for level in range(3):
        unit(f"neck__lateral_convs__{level}", 64, 64)
        for head, numbers in HEADS.items():
            unit(f"bbox_head__multi_level_{head}__{level}", 64, numbers)
    return weights


def test_arrays_are_read_by_name_and_what_is_no_array_is_left() -> None:
    arrays = {"left": np.array([1.5, -2.0], np.float32), "right": np.arange(5, dtype=np.float32)}
    found = float_arrays(library(arrays))
    assert found.keys() == arrays.keys()
    assert all((found[name] == values).all() for name, values in arrays.items())


@pytest.mark.parametrize("other", [b"", b"MZ\x90\x00", b"\x7fELF\x01\x01" + bytes(90)])
def test_what_is_no_linux_library_of_64_bits_is_refused(other: bytes) -> None:
    with pytest.raises(ValueError, match="not a Linux library of 64 bits"):
        float_arrays(other)


def test_a_written_network_computes_what_was_written() -> None:
    made = Network()
    x = made.takes("input", (1, 2, 2, 2))
    kernel = made.array("kernel", np.array([[2.0, -1.0]], np.float32).reshape(1, 2, 1, 1))
    x = made.step("Conv", x, kernel, made.array("put", np.array([-3.0], np.float32)), kernel_shape=(1, 1))
    x = made.step("Relu", x)
    made.step("Reshape", x, made.array("shape", np.array([1, -1], np.int64)), to="answer")
    made.gives("answer", (1, 4))
    net = cv2.dnn.readNetFromONNX(np.frombuffer(made.file("small"), np.uint8))
    given = np.arange(8, dtype=np.float32).reshape(1, 2, 2, 2)
    net.setInput(given)
    assert net.forward("answer").tolist() == np.maximum(2 * given[:, 0] - given[:, 1] - 3, 0).reshape(1, 4).tolist()


def test_the_network_has_the_shape_of_yunet_and_the_same_bytes_every_time() -> None:
    weights = made_up_weights()
    file = network(weights)
    assert network(float_arrays(library(weights))) == file
    net = cv2.dnn.readNetFromONNX(np.frombuffer(file, np.uint8))
    net.setInput(np.ones((1, 3, 96, 64), np.float32))
    names = [f"{head}_{stride}" for head in HEADS for stride in STRIDES]
    for name, answer in zip(names, net.forward(names), strict=True):
        head, stride = name.split("_")
        assert answer.shape == (1, 96 * 64 // int(stride) ** 2, HEADS[head])
        assert np.ptp(answer) > 0


def test_a_library_without_a_weight_is_said() -> None:
    weights = made_up_weights()
    del weights["neck__lateral_convs__1_dw_bias"]
    with pytest.raises(ValueError, match="no weights neck__lateral_convs__1_dw_bias"):
        network(weights)
