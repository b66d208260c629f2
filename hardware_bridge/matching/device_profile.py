"""Device profiles: what a match has found out about one device, dated, and refused for any other.

A profile is a small JSON file.  It names the device by kind, model, firmware and serial number; a profile of another device,
or of the same one with other firmware, is not used.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from hardware_bridge.json_files import FileModel, read_json_file
from hardware_bridge.matching.fit import Estimate, Match
from hardware_bridge.ports import PortError
from simulator.onboard.facts import MotorFacts

VERSION = 1
UNUSUAL = 100.0  # a screen with a hundred times the usual inertia, friction or gain is none


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceProfile:
    """One device, as it was on one day."""

    device: str
    date: str
    facts: MotorFacts
    estimates: dict[str, Estimate]
    fit_rms_deg: float
    held_out_rms_deg: float


def from_match(match: Match, *, device: str, date: str) -> DeviceProfile:
    """A profile of what was just found."""
    return DeviceProfile(
        device=device,
        date=date,
        facts=match.facts,
        estimates=match.estimates,
        fit_rms_deg=match.fit_rms_deg,
        held_out_rms_deg=match.held_out_rms_deg,
    )


def save(profile: DeviceProfile, path: Path) -> None:
    """Write the file."""
    values = {
        "profile": VERSION,
        "device": profile.device,
        "date": profile.date,
        "fit_rms_deg": profile.fit_rms_deg,
        "held_out_rms_deg": profile.held_out_rms_deg,
        "facts": profile.facts.model_dump(),
        "estimates": {name: asdict(estimate) for name, estimate in profile.estimates.items()},
    }
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


class _EstimateFile(FileModel):
    value: float
    error: float = Field(ge=0.0)
    known: bool = True


class _ProfileFile(FileModel):
    """The file as it is written."""

    device: str = Field(max_length=300)
    date: str = Field(max_length=40)
    facts: MotorFacts
    estimates: dict[str, _EstimateFile] = Field(max_length=100)
    fit_rms_deg: float = Field(ge=0.0, le=360.0)
    held_out_rms_deg: float = Field(ge=0.0, le=360.0)

    @model_validator(mode="after")
    def _is_a_screen(self) -> Self:
        usual = MotorFacts()
        for name in MotorFacts.model_fields:
            value, most = getattr(self.facts, name), UNUSUAL * getattr(usual, name)
            if value > most:
                raise ValueError(f"facts.{name} {value:g}: at most {most:g}")
        return self


def load(path: Path, *, device: str) -> DeviceProfile:
    """Read the file for this device; a profile of another one is refused."""
    read = read_json_file(path, _ProfileFile, what="profile", version_entry="profile", version=VERSION)
    if read.device != device:
        raise PortError(f"profile {path} belongs to {read.device}, not to {device}: match this device first")
    return DeviceProfile(
        device=read.device,
        date=read.date,
        facts=read.facts,
        estimates={
            name: Estimate(value=one.value, error=one.error, known=one.known) for name, one in read.estimates.items()
        },
        fit_rms_deg=read.fit_rms_deg,
        held_out_rms_deg=read.held_out_rms_deg,
    )
