"""Installs assets/ and scenes/ beside the packages; everything else is in pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup

DATA = ("assets", "scenes")
ROOT = Path(__file__).resolve().parent


def data_packages() -> dict[str, list[str]]:
    """Every folder of data as a package without code, with the names of its files."""
    found: dict[str, list[str]] = {}
    for path in (path for name in DATA for path in sorted((ROOT / name).rglob("*")) if path.is_file()):
        found.setdefault("swivel_" + ".".join(path.parent.relative_to(ROOT).parts), []).append(path.name)
    return found


DATA_PACKAGES = data_packages()

setup(
    packages=[
        *find_packages(include=["simulator*", "hardware_bridge*", "swivel_client*"]),
        "simulator.server.page",
        *DATA_PACKAGES,
    ],
    package_dir={f"swivel_{name}": name for name in DATA},
    package_data={
        **DATA_PACKAGES,
        "simulator.server.page": ["*"],
        "hardware_bridge": ["**/*.c", "**/*.h", "**/*.json", "**/*.md"],
    },
)
