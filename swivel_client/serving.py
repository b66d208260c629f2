"""Starts a server of its own, for tests and notebooks: `with Served("room.scene.yaml") as served, served.display() as display`."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from swivel_client.answers import Lost
from swivel_client.synchronous import Display

PROGRAM = "from simulator.cli.main import main; raise SystemExit(main())"
READY = "tokens are kept"
ENDING_S = 20.0


class Served:
    """A display in a process of its own, on a free port, with tokens that nobody else has."""

    def __init__(
        self,
        scene: str | Path | None = None,
        *,
        options: tuple[str, ...] = (),
        port: int | None = None,
        token_file: Path | None = None,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="swivel-served-")
        self.token_file = token_file or Path(self._folder.name) / "tokens.json"
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        scenes = [] if scene is None else [str(scene)]
        command = [sys.executable, "-c", PROGRAM, "serve", *scenes, "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--token-file", str(self.token_file), *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(READY):
                return
        said = "" if self.process.stderr is None else self.process.stderr.read().strip()
        self.close()
        raise Lost(f"swivel serve did not start: {said}")

    def __enter__(self) -> Self:
        """It is ready."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.close()

    def token(self, scope: str = "app") -> str:
        """A token of this server."""
        return str(json.loads(self.token_file.read_text())[scope])

    def display(self, *, scope: str = "app") -> Display:
        """A new client."""
        return Display(self.url, token=self.token(scope))

    def close(self) -> None:
        """End the server, and its device with it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(ENDING_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        self._folder.cleanup()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
