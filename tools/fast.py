"""Builds the wheel with compiled inner loops, and runs the library both ways: the same hashes, and how much faster.

`python -m tools.fast` builds into build/fast and compares; `make fast` does that. The wheel is for machines that run sweeps; what is
tested and shown stays pure Python. It needs mypy and a C compiler.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "fast"
RUN = """
import json, pickle, sys, time
import simulator.runtime.threads
from hardware_bridge.body import plant
from simulator.runtime.compose import compose
from simulator.scene.loader import load
from simulator.world.assets import SCENES
hashes, simulated_s, spent_s = {}, 0.0, 0.0
for path in sorted(SCENES.rglob("*.scene.yaml"))[:: int(sys.argv[1])]:
    scene = load(path)
    if "feature" in scene.modes:
        session = compose(scene, mode="feature")
        started = time.thread_time()
        for _ in range(round(scene.spec.duration_s * 100)):
            session.step()
        spent_s += time.thread_time() - started
        simulated_s += scene.spec.duration_s
        session.restore(pickle.loads(pickle.dumps(session.checkpoint())))
        session.step()
        hashes[path.relative_to(SCENES).as_posix()] = session.trace_hash
        session.close()
print(json.dumps({"compiled": not plant.__file__.endswith(".py"), "hashes": hashes, "x": simulated_s / spent_s}))
"""


def main() -> int:
    """Build and compare; 1 when a scene runs otherwise."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="compare each so manieth scene only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures as one flat JSON object")
    args = parser.parse_args()
    wheel = build()
    folder = OUT / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    for name in ("assets", "scenes"):  # the same files as here, where the packages look for them in a checkout
        (folder / name).symlink_to(ROOT / name)
    pure, fast = _run(ROOT, args.every), _run(folder, args.every)
    assert not pure["compiled"]
    assert fast["compiled"]
    other = sorted(name for name, one in pure["hashes"].items() if fast["hashes"].get(name) != one)
    figures = {"library.scenes": len(pure["hashes"]), "library.differ": len(other)}
    figures |= {"library.pure_x": pure["x"], "library.compiled_x": fast["x"]}
    print(f"{wheel.relative_to(ROOT)}: {len(other)} of {len(pure['hashes'])} scenes run otherwise {other[:5] or ''}")
    print(f"feature mode, processor time: {pure['x']:.0f}x real time pure, {fast['x']:.0f}x compiled")
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n")
    return int(bool(other))


def build() -> Path:
    """The wheel, built in a copy of the sources: nothing compiled may lie beside them."""
    shutil.rmtree(OUT, ignore_errors=True)
    sources = OUT / "sources"
    names = ("simulator", "hardware_bridge", "swivel_client", "assets", "scenes")
    for name in names:
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, sources / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(OUT),
    ]
    subprocess.run([*command, str(sources)], cwd=sources, env={**os.environ, "SWIVEL_FAST": "1"}, check=True)
    return next(OUT.glob("*.whl"))


def _run(folder: Path, every: int) -> dict:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(every)], cwd=folder, env=environment, check=True, stdout=subprocess.PIPE
    )
    told: dict = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    sys.exit(main())
