"""Reads the constant arrays of a program library by their names, as data: nothing of it is loaded or run.

A shared library for Linux (ELF, 64 bits, little endian) lists its public symbols in a table: name, section, address, size.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float32]
HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SECTION = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")
DYNAMIC_SYMBOLS, NO_BITS = 11, 8  # kinds of sections
DATA_OBJECT = 1  # kind of a symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Where a part of the library lies in the file, and from which address it is used."""

    kind: int
    address: int
    offset: int
    size: int
    strings: int  # of a table of symbols: the number of the section with their names


def float_arrays(library: bytes) -> dict[str, Weights]:
    """Every named constant, read as numbers of 32 bits; what is no such numbers comes out as nonsense under its name."""
    if library[:6] != b"\x7fELF\x02\x01":
        raise ValueError("not a Linux library of 64 bits: the face detector's weights cannot be read out of it")
    sections = list(_sections(library))
    arrays: dict[str, Weights] = {}
    for table in sections:
        if table.kind != DYNAMIC_SYMBOLS:
            continue
        names = sections[table.strings].offset
        for name_at, info, _, number, address, size in SYMBOL.iter_unpack(_bytes(library, table)):
            if info & 15 != DATA_OBJECT or not size or not 0 < number < len(sections):
                continue
            home = sections[number]
            if home.kind == NO_BITS:  # zeros that are not in the file
                continue
            name = library[names + name_at : library.index(b"\0", names + name_at)].decode()
            start = home.offset + address - home.address
            arrays[name] = np.frombuffer(library, "<f4", size // 4, start)
    return arrays


def _sections(library: bytes) -> Iterator[Section]:
    *_, section_table, _, _, _, _, entry_size, count, _ = HEADER.unpack_from(library)
    for k in range(count):
        _, kind, _, address, offset, size, link, *_ = SECTION.unpack_from(library, section_table + k * entry_size)
        yield Section(kind=kind, address=address, offset=offset, size=size, strings=link)


def _bytes(library: bytes, section: Section) -> bytes:
    return library[section.offset : section.offset + section.size]
