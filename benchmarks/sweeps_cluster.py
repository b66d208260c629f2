"""Two workers of a Dask cluster over TLS against one, and whether an address without TLS is refused."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLAN = """\
sweep: 1
scenes: [wake/from-the-left.scene.yaml, follow/at-a-stroll.scene.yaml]
seeds: 1
design: random
count: {points}
draw: {draw}
axes:
  - {{knob: patience.settle_s, from: 0.5, to: 4}}
"""
STARTED_S = 6.0


def cluster(folder: Path, *, quick: bool) -> dict[str, float | int | str]:
    """Runs a second with one worker and with two; the quotient says something on an idle machine with two cores only."""
    if find_spec("distributed") is None or shutil.which("openssl") is None:
        return {"cluster.skipped": "needs Dask distributed and openssl"}
    points = 12 if quick else 120
    refused = _sweep(folder, "refused", points=1, draw=0, address="tcp://127.0.0.1:8786", env=dict(os.environ))
    spent_s = {}
    with _scheduler(folder) as (address, env):
        for workers in (1, 2):
            _start(folder, env, "worker", address, "--nthreads", "1", "--local-directory", str(folder))
            time.sleep(STARTED_S)
            _sweep(folder, f"warm{workers}", points=2, draw=workers, address=address, env=env)
            began_s = time.perf_counter()
            code = _sweep(folder, f"out{workers}", points=points, draw=10 + workers, address=address, env=env)
            spent_s[workers] = time.perf_counter() - began_s
            assert code == 0, f"the sweep with {workers} workers ended with {code}"
    return {
        "cluster.tcp_refused": int(refused == 2),
        "cluster.runs": 2 * points,
        "cluster.one_worker_s": spent_s[1],
        "cluster.two_workers_s": spent_s[2],
        "cluster.two_over_one": spent_s[1] / spent_s[2],
        "cluster.load": os.getloadavg()[0],
    }


_running: list[subprocess.Popen[bytes]] = []


@contextlib.contextmanager
def _scheduler(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A scheduler with a certificate of its own; everything started meanwhile ends with it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(cert), "-days", "1",
         "-subj", "/CN=swivel"],
        check=True, capture_output=True,
    )  # fmt: skip
    found = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    env = {**os.environ, "PYTHONPATH": found, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    env["DASK_DISTRIBUTED__COMM__TLS__CA_FILE"] = str(cert)
    for who in ("SCHEDULER", "WORKER", "CLIENT"):
        env[f"DASK_DISTRIBUTED__COMM__TLS__{who}__CERT"] = str(cert)
        env[f"DASK_DISTRIBUTED__COMM__TLS__{who}__KEY"] = str(key)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    _start(folder, env, "scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", str(port))
    try:
        yield f"tls://127.0.0.1:{port}", env
    finally:
        for process in _running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        _running.clear()


def _start(folder: Path, env: dict[str, str], what: str, *words: str) -> None:
    with (folder / f"{what}.log").open("ab") as log:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *words, "--no-dashboard"]
        _running.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True))


def _sweep(folder: Path, out: str, *, points: int, draw: int, address: str, env: dict[str, str]) -> int:
    plan = folder / f"{out}.yaml"
    plan.write_text(PLAN.format(points=points, draw=draw), encoding="utf-8")
    command = [sys.executable, "main.py", "sweep", str(plan), "--out", str(folder / out), "--cluster", address]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False).returncode
