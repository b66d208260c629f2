"""A bundle for a contest on Codabench: what entries bring is a Python package, what is scored is `swivel bench` on hidden homes.

The layout is that of Codabench's competition bundles, version 2. The secret is not in the bundle: whoever holds the contest puts it
beside the reference data.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from simulator.lab.bench.tracks import TRACKS
from simulator.lab.qa.result_store import write_whole

INGESTION = '''"""Installs a submission and runs the bench on the hidden homes."""

import subprocess
import sys
import tomllib
from pathlib import Path

data, output, submission = map(Path, sys.argv[1:4])
points = tomllib.loads((submission / "pyproject.toml").read_text())["project"]
kinds = {f"swivel.{kind}s": kind for kind in ("finder", "tracker", "planner", "profile")} | {"swivel.ears": "ears", "swivel.eyes": "eyes"}
parts = [
    f"{kinds[group]}:{points['name']}/{name}"
    for group, names in points["entry-points"].items()
    if group in kinds
    for name in names
]
site = output / "site"
subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", *sys.argv[4:], "--target", site, submission], check=True)
import os

place = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])
start = "import sys; from simulator.cli.main import main; sys.exit(main())"
command = [sys.executable, "-c", start, "bench", "--no-baselines", "--entry", f"submission={','.join(parts)}"]
command += ["--out", output, "--homes", "@HOMES@", *"@TRACKS@".split()]
secret = data / "secret.json"
subprocess.run([*command, *(["--hidden", secret] if secret.exists() else [])], check=True, env=os.environ | {"PYTHONPATH": place})
'''
SCORING = '''"""Turns the table of the bench into scores."""

import csv
import json
import sys
from pathlib import Path

results, output = map(Path, sys.argv[1:3])
with (results / "leaderboard.csv").open() as file:
    rows = [row for row in csv.DictReader(file) if row["entry"] == "submission"]
scores = {row["track"]: float(row["score"] or 0.0) for row in rows}
scores |= {f"{row['track']}_worst": float(row["worst_score"] or 0.0) for row in rows}
scores["failed"] = sum(int(row["failed"]) for row in rows)
(output / "scores.json").write_text(json.dumps(scores))
'''
OVERVIEW = """# Swivel bench

Bring a direction finder, ears, a tracker, a planner or a motion profile for a motorized smart display. A submission is a Python package
with entry points, as the examples of Swivel are. It runs on homes that nobody has seen: their seeds follow from a secret whose SHA-256
was published before the first submission.

"""


def write_bundle(path: Path, *, tracks: Sequence[str], homes: int) -> None:
    """Write the zip."""
    told = "".join(f"* **{TRACKS[name].title}**: {TRACKS[name].sentence}.\n" for name in tracks)
    chosen = " ".join(f"--track {name}" for name in tracks)
    files = {
        "competition.yaml": _competition(tracks).encode(),
        "logo.png": _logo(),
        "pages/overview.md": (OVERVIEW + told).encode(),
        "pages/terms.md": b"# Terms\n\nA submission runs with limits of time and memory. What it prints is not shown.\n",
        "ingestion_program/metadata.yaml": (
            b"command: python3 /app/program/ingestion.py /app/input_data /app/output /app/ingested_program\n"
        ),
        "ingestion_program/ingestion.py": INGESTION.replace("@HOMES@", str(homes)).replace("@TRACKS@", chosen).encode(),
        "scoring_program/metadata.yaml": b"command: python3 /app/program/scoring.py /app/input/res /app/output\n",
        "scoring_program/scoring.py": SCORING.encode(),
        "reference_data/README.md": b"Nothing is compared with data: the truth of each home is the judge.\n",
        "input_data/README.md": b"Put secret.json of `swivel bench --commit` here. Publish it after the end only.\n",
    }
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            bundle.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    write_whole(path, sink.getvalue())


def _competition(tracks: Sequence[str]) -> str:
    columns = [(TRACKS[name].title, name, "desc") for name in tracks]
    columns += [(f"{TRACKS[name].title}, worst group", f"{name}_worst", "desc") for name in tracks]
    columns.append(("Failed runs", "failed", "asc"))
    shown = "".join(
        f"      - {{title: '{title}', key: {key}, index: {index}, sorting: {sorting}}}\n"
        for index, (title, key, sorting) in enumerate(columns)
    )
    return (
        "version: 2\ntitle: Swivel bench\ndescription: Algorithms for motorized smart displays on homes that nobody has seen\n"
        "image: logo.png\nterms: pages/terms.md\nregistration_auto_approve: false\n"
        "docker_image: YOUR-REGISTRY/swivel:0.1 # an image with swivel-display installed\n"
        "pages:\n  - {title: Overview, file: pages/overview.md}\n"
        "tasks:\n  - index: 0\n    name: Hidden homes\n    description: Homes drawn by the committed secret\n    is_public: false\n"
        "    ingestion_program: ingestion_program\n    scoring_program: scoring_program\n    input_data: input_data\n"
        "    reference_data: reference_data\n"
        "phases:\n  - index: 0\n    name: Hidden homes\n    description: One table from the first day to the last\n"
        "    start: 2027-01-01\n    end: 2027-05-01\n    max_submissions_per_day: 5\n    execution_time_limit: 3600\n    tasks: [0]\n"
        "leaderboards:\n  - title: Results\n    key: results\n    submission_rule: Force_Best\n    columns:\n" + shown
    )


def _logo() -> bytes:
    """A plain square, which Codabench asks for; a contest has a logo of its own."""
    side, row = 64, b"\0" + bytes((31, 79, 209)) * 64
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * side)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
