"""Types the four commands of docs/api/README.md in an empty folder, opens the link in Chromium, and runs the app.

    python -m tools.prove_first_app WHEEL

The wheel stands for the package of the second command; what it needs comes from the package registry.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from simulator.server.documents import PORT
from swivel_client import Display
from tests.server.browser import Page

README = Path(__file__).resolve().parents[1] / "docs" / "api" / "README.md"
PACKAGE = "swivel-display[api]"
LINK = re.compile(r"open (http\S+)")


def prove(wheel: Path, folder: Path) -> None:
    """Do what the page says; raises when something is not as it says."""
    page = README.read_text(encoding="utf-8")
    [typed] = re.findall(r"^```sh\n(python3 -m venv.*?)^```", page, re.DOTALL | re.MULTILINE)
    make, install, serve, run = typed.splitlines()
    app = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)[0]
    home = folder / "home"
    plain = {"PYTHONPATH", "SWIVEL_URL", "SWIVEL_TOKEN", "XDG_CONFIG_HOME"}
    env = {name: value for name, value in os.environ.items() if name not in plain} | {"HOME": str(home)}
    assert PACKAGE in install
    began_s = time.monotonic()
    for line in (make, install.replace(PACKAGE, f"{wheel}[api]")):
        subprocess.run(line, shell=True, cwd=folder, env=env, check=True)
    installed_s = time.monotonic()
    server = subprocess.Popen(
        f"exec {serve}", shell=True, cwd=folder, env=env | {"PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        link = next(found.group(1) for line in server.stdout if (found := LINK.search(line)))
        with Page(link) as browser:
            browser.until("document.querySelector('#facts dd') !== null")  # the first state has come
            browser.value("document.getElementById('left').click()")
            browser.until("/^(39|40)[.][0-9]°/.test(document.querySelector('#facts dd').textContent)")
            turned_s = time.monotonic()
            (folder / "app.py").write_text(app, encoding="utf-8")
            subprocess.run(run, shell=True, cwd=folder, env=env, check=True)
            with Display(f"http://127.0.0.1:{PORT}", token=link.partition("#")[2]) as display:
                angle = display.state()["angle"]
        assert abs(angle - 30.0) < 1.0, angle
    finally:
        server.terminate()
        server.wait()
    print(
        f"4 commands: installed after {installed_s - began_s:.0f} s, turned in the browser {turned_s - installed_s:.0f} s later, "
        f"then the app turned the screen to {angle:.1f}°"
    )


def main() -> int:
    """Prove it once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    wheel = parser.parse_args().wheel.resolve()
    with tempfile.TemporaryDirectory(prefix="swivel-first-app-") as folder:
        prove(wheel, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
