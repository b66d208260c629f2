"""Builds the wheel whose feature mode is compiled, and runs the library both ways: the same hashes, and how much faster.

`python -m tools.fast` builds into build/fast and compares; `make fast` does that. The wheel is for machines that run sweeps; what is
tested and shown stays pure Python. It needs mypy and a C compiler, and some two minutes of a core.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tools.native import native

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "fast"
# All that a tick without samples and pixels runs through, but for knobs and facts (pydantic), seams of oracles and faults, and protocols.
FOLDERS = ("messages", "fusion", "behaviour", "zones", "motion")  # of onboard
FILES = {
    "hardware_bridge": ("guard", "body/drive", "body/encoder_rate", "body/plant", "body/virtual_motor"),
    "simulator/onboard": ("angles", "gate_names", "gates", "seams", "stack", "state"),
    "simulator/onboard/vision": ("follow", "head", "observation", "pace", "schedule"),
    "simulator/runtime": ("session",),
    "simulator/world": (
        "body", "camera/view", "chances", "contacts", "feature_ears", "feature_eyes", "hands", "lent_body", "people", "placement",
        "sightlines", "sound/view", "things", "touch_traces", "truth", "truth_events", "views", "world",
    ),
}  # fmt: skip
CONFIG = """[mypy]
python_version = {version}
plugins = pydantic.mypy
ignore_missing_imports = True
follow_imports = silent
[mypy-pymunk.*,scipy.*,cv2.*,numba.*,moderngl.*]
follow_imports = skip
"""


def main() -> int:
    """Build and compare; 1 when a scene runs otherwise."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="compare each so manieth scene only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures as one flat JSON object")
    parser.add_argument("--built", action="store_true", help="compare with what lies in build/fast, without building")
    args = parser.parse_args()
    folder = OUT / "unpacked"
    if not args.built:
        started_s = time.perf_counter()
        unpack(build(), folder)
        print(f"built {len(modules())} modules in {time.perf_counter() - started_s:.0f} s")
    pure, fast = _run(ROOT, args.every), _run(folder, args.every)
    assert not pure["compiled"]
    assert fast["compiled"]
    other = sorted(name for name, one in pure["hashes"].items() if fast["hashes"].get(name) != one)
    figures = {"library.scenes": len(pure["hashes"]), "library.differ": len(other)}
    figures |= {"library.pure_x": pure["x"], "library.compiled_x": fast["x"]}
    figures |= {"sweep.pure_runs_per_s": pure["runs_per_s"], "sweep.compiled_runs_per_s": fast["runs_per_s"]}
    print(f"{len(other)} of {len(pure['hashes'])} scenes run otherwise {other[:5] or ''}")
    print(f"feature mode, processor time: {pure['x']:.0f}x real time pure, {fast['x']:.0f}x compiled")
    print(
        f"a sweep of {pure['mean_s']:.1f} s scenes, runs a second: {pure['runs_per_s']:.1f} pure, {fast['runs_per_s']:.1f} compiled"
    )
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n")
    return int(bool(other))


def modules() -> list[str]:
    """The files that are compiled."""
    return sorted(_modules())


def _modules() -> Iterator[str]:
    for folder in FOLDERS:
        found = (ROOT / "simulator" / "onboard" / folder).glob("*.py")
        yield from (path.relative_to(ROOT).as_posix() for path in found if path.name != "__init__.py")
    for folder, names in FILES.items():
        yield from (f"{folder}/{name}.py" for name in names)


def build() -> Path:
    """The wheel, built in a copy of the sources: nothing compiled may lie beside them."""
    shutil.rmtree(OUT, ignore_errors=True)
    sources = OUT / "sources"
    for name in ("simulator", "hardware_bridge", "swivel_client", "assets", "scenes"):
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, sources / name)
    for name in modules():
        path = sources / name
        path.write_text(native(path.read_text(encoding="utf-8")), encoding="utf-8")
    (sources / "compiled.txt").write_text("\n".join(modules()) + "\n")
    (sources / "mypyc.ini").write_text(CONFIG.format(version=f"{sys.version_info.major}.{sys.version_info.minor}"))
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(OUT)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(sources)], cwd=sources, check=True)
    return next(OUT.glob("*.whl"))


def unpack(wheel: Path, folder: Path) -> None:
    """Lay a wheel out as a checkout."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    for name in ("assets", "scenes"):  # the same files as here, where the packages look for them in a checkout
        (folder / name).symlink_to(ROOT / name)


def _run(folder: Path, every: int) -> dict:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "fast_run.py"), str(every)],
        cwd=folder,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    told: dict = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    sys.exit(main())
