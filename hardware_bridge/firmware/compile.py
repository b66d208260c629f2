"""Builds the firmware with avr-gcc, and the emulated chip around it with the workstation's compiler.

Usage: python -m hardware_bridge.firmware.compile DIRECTORY
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from hardware_bridge.ports import PortError

HERE = Path(__file__).parent
AVR_FLAGS = ("-mmcu=atmega328p", "-DF_CPU=16000000UL", "-Os", "-std=gnu11", "-Wall", "-Wextra", "-Werror")
HOST_FLAGS = ("-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
CHECKED_FLAGS = (
    "-O1",
    "-g",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    "-Wall",
    "-Wextra",
    "-Werror",
)
SIMAVR_HEADER = Path("/usr/include/simavr/sim_avr.h")


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What the two compilers made."""

    firmware: Path
    chip: Path


def missing_tools() -> str:
    """What is not installed, as a sentence; empty when everything is there."""
    missing = [tool for tool in ("avr-gcc", "gcc") if shutil.which(tool) is None]
    if not SIMAVR_HEADER.exists():
        missing.append("libsimavr-dev")
    return f"not installed: {', '.join(missing)}" if missing else ""


def build_firmware(folder: Path) -> Path:
    """The program for the board."""
    target = folder / "board.elf"
    sources = [str(HERE / name) for name in ("main_avr.c", "motion.c", "protocol.c")]
    _run(["avr-gcc", *AVR_FLAGS, "-o", str(target), *sources])
    return target


def build(folder: Path) -> Built:
    """The program and the emulated chip that runs it."""
    if reason := missing_tools():
        raise PortError(f"cannot build the firmware: {reason}")
    folder.mkdir(parents=True, exist_ok=True)
    chip = folder / "chip.so"
    _run(["gcc", *HOST_FLAGS, "-o", str(chip), str(HERE / "chip_host.c"), "-lsimavr", "-lelf"])
    return Built(firmware=build_firmware(folder), chip=chip)


def build_hostile(folder: Path) -> Path:
    """A program of this workstation that sends hostile frames to the board's kernel, and ends at the first memory or overflow error."""
    target = folder / "hostile"
    sources = [str(HERE.parent / "proofs" / "hostile.c"), str(HERE / "motion.c"), str(HERE / "protocol.c")]
    try:
        _run(["gcc", *CHECKED_FLAGS, f"-I{HERE}", "-o", str(target), *sources])
    except FileNotFoundError:
        raise PortError("not installed: gcc") from None
    return target


def _run(command: list[str]) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise PortError(f"{command[0]} failed: {result.stderr.strip() or result.stdout.strip()}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(build_firmware(Path(sys.argv[1])))  # noqa: T201 - the path is what the caller asked for
