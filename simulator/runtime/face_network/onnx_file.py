"""Writes a network as an ONNX file, the same bytes every time: the few kinds of records that this needs, without a library.

ONNX is a protocol buffer: a record is a row of fields, each a number (field and kind), then a number or a length and bytes.
Field numbers are those of onnx.proto.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

NUMBER, BYTES = 0, 2  # kinds of fields
FLOAT, INT64 = 1, 7  # kinds of numbers in arrays
AN_INT, A_STRING, INTS = 2, 3, 7  # kinds of attributes
IR_VERSION, OPERATORS_VERSION = 8, 13
Setting = int | str | Sequence[int]


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; a negative number as 64 bits."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3 | NUMBER) + _varint(value)


def _record(number: int, content: bytes | str) -> bytes:
    content = content.encode() if isinstance(content, str) else content
    return _varint(number << 3 | BYTES) + _varint(len(content)) + content


def _setting(name: str, value: Setting) -> bytes:
    """An attribute of a step."""
    if isinstance(value, int):
        content, kind = _number(3, value), AN_INT
    elif isinstance(value, str):
        content, kind = _record(4, value), A_STRING
    else:
        content, kind = b"".join(_number(8, one) for one in value), INTS
    return _record(1, name) + content + _number(20, kind)


def _array(name: str, values: NDArray[np.float32] | NDArray[np.int64]) -> bytes:
    whole = values.dtype == np.int64
    dims = b"".join(_number(1, size) for size in values.shape)
    raw = values.astype("<i8" if whole else "<f4").tobytes()
    return dims + _number(2, INT64 if whole else FLOAT) + _record(8, name) + _record(9, raw)


def _port(name: str, shape: Sequence[int]) -> bytes:
    """An input or an output of the network: floats of a shape."""
    dims = b"".join(_record(1, _number(1, size)) for size in shape)
    return _record(1, name) + _record(2, _record(1, _number(1, FLOAT) + _record(2, dims)))


@dataclass(slots=True)
class Network:
    """A network that grows step by step."""

    steps: list[bytes] = field(default_factory=list)
    arrays: list[bytes] = field(default_factory=list)
    inputs: list[bytes] = field(default_factory=list)
    outputs: list[bytes] = field(default_factory=list)
    _count: int = 0

    def step(self, operator: str, *inputs: str, to: str = "", **settings: Setting) -> str:
        """Add a step; gives the name of its result."""
        self._count += 1
        result = to or f"{operator.lower()}{self._count}"
        content = b"".join(_record(1, name) for name in inputs) + _record(2, result) + _record(4, operator)
        content += b"".join(_record(5, _setting(name, value)) for name, value in settings.items())
        self.steps.append(content)
        return result

    def array(self, name: str, values: NDArray[np.float32] | NDArray[np.int64]) -> str:
        """Add constant numbers; gives their name."""
        self.arrays.append(_array(name, values))
        return name

    def takes(self, name: str, shape: Sequence[int]) -> str:
        """Name what it is given."""
        self.inputs.append(_port(name, shape))
        return name

    def gives(self, name: str, shape: Sequence[int]) -> None:
        """Name one of its answers."""
        self.outputs.append(_port(name, shape))

    def file(self, name: str) -> bytes:
        """The network as a file."""
        parts = ((1, self.steps), (5, self.arrays), (11, self.inputs), (12, self.outputs))
        graph = b"".join(_record(number, one) for number, part in parts[:1] for one in part) + _record(2, name)
        graph += b"".join(_record(number, one) for number, part in parts[1:] for one in part)
        operators = _record(1, "") + _number(2, OPERATORS_VERSION)
        return _number(1, IR_VERSION) + _record(7, graph) + _record(8, operators)
