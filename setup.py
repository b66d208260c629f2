"""Installs assets/ and scenes/ beside the packages; everything else is in pyproject.toml.

Where `compiled.txt` lies beside this file, the modules that it names are compiled to C (docs/decisions/0012): only in the copy of the
sources that `python -m tools.fast` makes.
"""

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


def compiled() -> list[object]:
    """The modules that are built by a C compiler, where that is wanted."""
    names = ROOT / "compiled.txt"
    if not names.is_file():
        return []
    from mypyc.build import mypycify

    built: list[object] = mypycify(
        ["--config-file=mypyc.ini", *names.read_text().split()], opt_level="2", debug_level="0", multi_file=True
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
