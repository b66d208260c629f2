"""Runs on a Dask cluster: only over TLS, with the same results as here, by workers with the same code, whatever dies meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from simulator.cli.main import main
from simulator.lab.qa.cluster_worker import ClusterOrder, perform_order
from simulator.lab.qa.result_store import code_digest
from simulator.lab.qa.run_task import perform
from simulator.lab.qa.worker_messages import RunTask
from simulator.lab.run_result import from_json
from simulator.scene.loader import load

ROOT = Path(__file__).resolve().parents[2]
SCENE = ROOT / "scenes" / "wake" / "from-the-left.scene.yaml"
PLAN = f"""sweep: 1
scenes: [{SCENE}]
axes:
  - {{knob: motion.max_rate_dps, from: 20, to: 80, steps: 12}}
"""
needs_dask = pytest.mark.skipif(
    find_spec("distributed") is None or shutil.which("openssl") is None, reason="needs the extra [cluster] and openssl"
)


def order() -> ClusterOrder:
    scene = load(SCENE)
    task = RunTask(key="k", scene=str(SCENE), seed=3, mode="feature", keep="none", explained=False)
    return ClusterOrder(task=task, text=scene.text, files=scene.files, code=code_digest(modelled=True))


def test_a_worker_needs_no_files_and_answers_as_a_run_here() -> None:
    report = perform_order(order())
    assert (report.error, report.refused) == ("", False)
    here = perform(order().task)
    assert from_json(report.result).trace_hash == here.trace_hash
    assert from_json(report.result).outcomes == here.outcomes


def test_a_worker_with_other_code_runs_nothing_and_a_bad_scene_is_an_error() -> None:
    assert perform_order(replace(order(), code="other")).refused
    assert "must be a length" in perform_order(replace(order(), text="scene: 1\nroom: {width: 1 kg}\n")).error


@needs_dask
@pytest.mark.parametrize("command", ["qa", "sweep"])
def test_plain_tcp_is_refused(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN)
    what = str(SCENE if command == "qa" else tmp_path / "plan.yaml")
    assert main([command, what, "--cluster", "tcp://127.0.0.1:8786", "--out", str(tmp_path / "out")]) == 2
    assert "must be tls://HOST:PORT" in capsys.readouterr().err


# --- a real one -------------------------------------------------------------------------------------------------------


class Cluster:
    """A scheduler and workers, each a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        pair = ["-keyout", "key.pem", "-out", "cert.pem"]
        words = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            *pair,
            "-days",
            "1",
            "-subj",
            "/CN=localhost",
        ]
        subprocess.run(words, cwd=folder, check=True, capture_output=True)
        self.environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        tls = "DASK_DISTRIBUTED__COMM__TLS__"
        self.environment[f"{tls}CA_FILE"] = str(folder / "cert.pem")
        for who in ("SCHEDULER", "WORKER", "CLIENT"):
            self.environment[f"{tls}{who}__CERT"] = str(folder / "cert.pem")
            self.environment[f"{tls}{who}__KEY"] = str(folder / "key.pem")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tls://127.0.0.1:{port}"
        self.processes = [self.start("scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", str(port))]

    def start(self, what: str, *words: str, root: Path = ROOT) -> subprocess.Popen[bytes]:
        with (self.folder / f"{what}.{time.monotonic_ns()}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{what}", *words, "--no-dashboard"],
                cwd=root, env={**self.environment, "PYTHONPATH": str(root)}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def worker(self, *, root: Path = ROOT) -> None:
        words = [self.address, "--nthreads", "1", "--local-directory", str(self.folder)]
        self.processes.append(self.start("worker", *words, root=root))

    def sweep(self, out: Path, *more: str) -> dict[str, object]:
        words = ["sweep", str(self.folder / "plan.yaml"), "--out", str(out), "--json", *more]
        done = subprocess.run(
            [sys.executable, "main.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        told: dict[str, object] = json.loads(done.stdout)
        return told

    def end(self, processes: Sequence[subprocess.Popen[bytes]]) -> None:
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "plan.yaml").write_text(PLAN)
    made = Cluster(tmp_path)
    yield made
    made.end(made.processes)


@needs_dask
@pytest.mark.process
@pytest.mark.long
def test_two_workers_give_the_table_of_this_machine_though_one_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    cluster.worker()
    cluster.worker()
    driver = subprocess.Popen(
        [sys.executable, "main.py", "sweep", str(tmp_path / "plan.yaml"), "--out", str(tmp_path / "far"), "--json",
         "--cluster", cluster.address],
        cwd=ROOT, env=cluster.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    results = tmp_path / "far" / "results"
    for _ in range(600):
        if len(list(results.rglob("*.json"))) >= 2 or driver.poll() is not None:
            break
        time.sleep(0.1)
    cluster.end(cluster.processes[1:2])
    told, said = driver.communicate(timeout=120)
    assert driver.returncode == 0, said[-2000:]
    assert json.loads(told)["runs"] == 12
    cluster.sweep(tmp_path / "near")
    for table in ("runs.csv", "points.csv"):
        assert (tmp_path / "far" / table).read_bytes() == (tmp_path / "near" / table).read_bytes()
    assert cluster.sweep(tmp_path / "far", "--cluster", cluster.address)["runs"] == 12  # all known from before


@needs_dask
@pytest.mark.process
@pytest.mark.long
def test_a_worker_with_other_code_is_left_alone(cluster: Cluster, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for part in ("simulator", "hardware_bridge"):
        shutil.copytree(ROOT / part, other / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("assets", "scenes"):
        (other / part).symlink_to(ROOT / part)
    with (other / "simulator" / "onboard" / "zones" / "rules.py").open("a") as file:
        file.write("# changed\n")
    cluster.worker(root=other)
    cluster.worker()
    told = cluster.sweep(tmp_path / "out", "--cluster", cluster.address)
    assert (told["runs"], told["errors"]) == (12, 0)
    assert any("has other code and is not used" in line for line in told["lost_workers"])  # type: ignore[union-attr,attr-defined]
