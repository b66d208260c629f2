"""Device profiles: what a match has found out about one device, dated, and refused for any other.

A profile is a small JSON file.  It names the device by kind, model, firmware and serial number; a profile of another device,
or of the same one with other firmware, is not used.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hardware_bridge.matching.fit import Estimate, Match
from hardware_bridge.ports import PortError
from simulator.onboard.facts import MotorFacts

VERSION = 1


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


def load(path: Path, *, device: str) -> DeviceProfile:
    """Read the file for this device; a profile of another one is refused."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if values["profile"] != VERSION:
            raise PortError(f"profile {path}: version {values['profile']}, this program reads {VERSION}")
        profile = DeviceProfile(
            device=str(values["device"]),
            date=str(values["date"]),
            facts=MotorFacts.model_validate(values["facts"]),
            estimates={name: Estimate(**estimate) for name, estimate in values["estimates"].items()},
            fit_rms_deg=float(values["fit_rms_deg"]),
            held_out_rms_deg=float(values["held_out_rms_deg"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PortError(f"profile {path} cannot be read: {error}") from error
    if profile.device != device:
        raise PortError(f"profile {path} belongs to {profile.device}, not to {device}: match this device first")
    return profile
