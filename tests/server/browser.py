"""A real Chromium without a window, driven over its DevTools protocol in a few lines."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE_S = 120.0


class Page:
    """One open page."""

    def __init__(self, url: str) -> None:
        assert CHROMIUM is not None
        self._folder = tempfile.TemporaryDirectory(prefix="swivel-chromium-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [
                CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--remote-debugging-port=0", f"--user-data-dir={self._folder.name}", "--window-size=1100,900", url,
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stderr is not None
        port = None
        for line in self._process.stderr:
            if found := re.search(r"DevTools listening on ws://127\.0\.0\.1:(\d+)/", line):
                port = int(found.group(1))
                break
        assert port is not None, "Chromium did not start"
        self._number = 0
        self._left = ExitStack()
        self.said: list[str] = []  # what the page wrote to the console, and its errors
        self._socket = self._page_socket(port)
        self._call("Runtime.enable")
        self._call("Log.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._left.close()
        self._process.kill()
        self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()
        self._folder.cleanup()

    def value(self, script: str) -> Any:
        """What a script comes to; a promise is waited for."""
        found = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def until(self, script: str) -> Any:
        """Wait until a script comes to something true."""
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            if value := self.value(script):
                return value
            time.sleep(0.1)
        raise AssertionError(
            f"never true: {script}; the page says {self.value('document.body.innerText')!r}; {self.said}"
        )

    def picture(self, path: Path) -> None:
        """What the page looks like."""
        import base64

        path.write_bytes(base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"]))

    def _page_socket(self, port: int) -> ClientConnection:
        import urllib.request

        for _ in range(600):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                pages = [one for one in json.load(answer) if one["type"] == "page"]
            if pages:
                return self._left.enter_context(connect(pages[0]["webSocketDebuggerUrl"], max_size=1 << 26, proxy=None))
            time.sleep(0.1)
        raise AssertionError("Chromium has no page")

    def _call(self, method: str, **parameters: object) -> Any:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=PATIENCE_S))
            if message.get("id") == self._number:
                assert "error" not in message, message["error"]
                return message["result"]
            if message.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"):
                self.said.append(json.dumps(message["params"])[:600])
