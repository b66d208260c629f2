"""What a recording says about itself: enough to run it again, elsewhere and later."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from typing import Literal

import orjson

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import Memory
from simulator.onboard.tuning import Tuning
from simulator.runtime.codec import CodecError, encode, from_plain
from simulator.runtime.outside import Kind
from simulator.world.spec import WorldSpec

# 2: what happens in the room and in the mind is written with its fields, not as a sentence; requests have types, ids and answers.
# 3: a field that is None is left out, and every channel has a schema.
FORMAT, READS = 3, (2, 3)
PACKAGES = ("swivel-display", "numpy", "scipy", "numba", "opencv-python", "pymunk", "ruckig", "moderngl", "pydantic")

Senses = Literal["full", "audio", "feature"]


class OtherVersionError(CodecError):
    """A recording that is whole, but of another format."""


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """What made this run: our own version, Python's, and those of the packages that shape numbers."""
    found = [("python", platform.python_version())]
    for name in PACKAGES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            found.append((name, "not installed"))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One run: scene, device, knobs, chance and the versions that made it."""

    scene_name: str
    scene_path: str
    scene_text: str
    spec: WorldSpec
    facts: DeviceFacts
    tuning: Tuning
    seed: int
    mode: Senses
    rig: str = "virtual"
    memory: Memory | None = None  # what the device had learned of its home; None: hunches are off
    outside: dict[Kind, str] = field(default_factory=dict)  # what stands in the place of a part: PACKAGE/NAME by kind
    versions: dict[str, str] = field(default_factory=lambda: dict(versions()))

    def as_json(self) -> bytes:
        """The header as a recording keeps it."""
        return orjson.dumps(
            {
                "format": FORMAT,
                "scene_name": self.scene_name,
                "scene_path": self.scene_path,
                "scene_text": self.scene_text,
                "spec": self.spec.model_dump(mode="json"),
                "facts": self.facts.model_dump(mode="json"),
                "tuning": self.tuning.model_dump(mode="json"),
                "seed": self.seed,
                "mode": self.mode,
                "rig": self.rig,
                "outside": self.outside,
                "versions": self.versions,
                **({} if self.memory is None else {"memory": orjson.Fragment(encode(self.memory))}),
            }
        )

    @classmethod
    def from_json(cls, data: bytes) -> Header:
        """Read a header back."""
        try:
            plain = orjson.loads(data)
            if plain["format"] not in READS:
                maker = plain.get("versions", {}).get("swivel-display", "an unknown version")
                known = " and ".join(map(str, READS))
                raise OtherVersionError(
                    f"made by Swivel {maker} in format {plain['format']}; this version reads {known}: record the scene again"
                )
            return cls(
                scene_name=plain["scene_name"],
                scene_path=plain["scene_path"],
                scene_text=plain["scene_text"],
                spec=WorldSpec.model_validate(plain["spec"]),
                facts=DeviceFacts.model_validate(plain["facts"]),
                tuning=Tuning.model_validate(plain["tuning"]),
                seed=plain["seed"],
                mode=plain["mode"],
                rig=plain["rig"],
                outside=plain.get("outside", {}),
                versions=plain["versions"],
                memory=from_plain(Memory, plain["memory"]) if "memory" in plain else None,
            )
        except CodecError:
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise CodecError(f"damaged header: {str(error).splitlines()[0]}") from None
