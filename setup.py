"""Installs assets/ and scenes/ beside the packages; everything else is in pyproject.toml.

With SWIVEL_FAST=1 in the environment the inner loops of feature mode are compiled to C on the way (docs/decisions/0012).
"""

import os
from pathlib import Path

from setuptools import find_packages, setup

DATA = ("assets", "scenes")
# What costs most of a tick without samples and pixels and holds no messages: those that are pickled or copied must stay interpreted.
COMPILED = [
    "hardware_bridge/body/drive.py",
    "hardware_bridge/body/plant.py",
    "hardware_bridge/guard.py",
    "simulator/onboard/fusion/addressing.py",
    "simulator/onboard/fusion/assign.py",
    "simulator/onboard/fusion/hearing.py",
    "simulator/world/contacts.py",
    "simulator/world/sightlines.py",
]
ROOT = Path(__file__).resolve().parent


def data_packages() -> dict[str, list[str]]:
    """Every folder of data as a package without code, with the names of its files."""
    found: dict[str, list[str]] = {}
    for path in (path for name in DATA for path in sorted((ROOT / name).rglob("*")) if path.is_file()):
        found.setdefault("swivel_" + ".".join(path.parent.relative_to(ROOT).parts), []).append(path.name)
    return found


def compiled() -> list[object]:
    """The modules that are built by a C compiler, where that is wanted."""
    if os.environ.get("SWIVEL_FAST") != "1":
        return []
    from mypyc.build import mypycify

    built: list[object] = mypycify(
        ["--config-file=pyproject.toml", "--follow-imports=silent", *COMPILED], opt_level="2"
    )
    return built


DATA_PACKAGES = data_packages()

setup(
    packages=[
        *find_packages(include=["simulator*", "hardware_bridge*", "swivel_client*"]),
        "simulator.server.page",
        *DATA_PACKAGES,
    ],
    ext_modules=compiled(),
    package_dir={f"swivel_{name}": name for name in DATA},
    package_data={
        **DATA_PACKAGES,
        "simulator.server.page": ["*"],
        "hardware_bridge": ["**/*.c", "**/*.h", "**/*.json", "**/*.md"],
    },
)
