"""Installs assets/ and scenes/ beside the packages; everything else is in pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup

DATA = ("assets", "scenes")


def files(folder: str) -> list[str]:
    """Every file of a folder, relative to it."""
    return [str(path.relative_to(folder)) for path in sorted(Path(folder).rglob("*")) if path.is_file()]


setup(
    packages=[*find_packages(include=["simulator*", "hardware_bridge*"]), *(f"swivel_{name}" for name in DATA)],
    package_dir={f"swivel_{name}": name for name in DATA},
    package_data={
        **{f"swivel_{name}": files(name) for name in DATA},
        "hardware_bridge": ["**/*.c", "**/*.h", "**/*.json", "**/*.md"],
    },
)
