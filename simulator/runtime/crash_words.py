"""A crash in words: what is missing or broken in this installation, and the command that mends it.

It imports nothing but the standard library, because it speaks when other imports failed.
"""

from __future__ import annotations

import re
import sys
import traceback
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

OURS = ("simulator", "hardware_bridge", "swivel_assets", "swivel_scenes")
DISTRIBUTION = "swivel-display"
# Packages that are not called like the module that they bring.
PACKAGES = {
    "cv2": "opencv-python",
    "pydantic_core": "pydantic",
    "serial": "pyserial",
    "can": "python-can",
    "ruamel": "ruamel.yaml",
    "PySide6": "PySide6-Essentials",
    "shiboken6": "PySide6-Essentials",
    "scservo_sdk": "feetech-servo-sdk",
    "rerun": "rerun-sdk",
}
# System libraries that wheels expect, and Debian's packages with them.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libgomp.so.1": "libgomp1",
}
_LIBRARY = re.compile(r"(\S+\.so[.\d]*): cannot open shared object file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An error in words."""

    said: str
    do: str = ""  # the command that mends it, where one is known


def in_words(error: BaseException) -> str:
    """One sentence that says what went wrong and, where that is known, what mends it."""
    explanation = explained(error)
    return f"{explanation.said}: {explanation.do}" if explanation.do else explanation.said


def explained(error: BaseException, *, loading: str | None = None) -> Explanation:
    """What went wrong, and what mends it; `loading` is the module that was to be imported, where the caller knows it."""
    library = _LIBRARY.search(str(error)) if isinstance(error, OSError | ImportError) else None
    if library:
        return _library_missing(library[1])
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _module_missing(error.name)
    loading = _module_being_loaded(error) or loading
    if isinstance(error, ImportError):
        loading = error.name or loading
    if loading and isinstance(error, ImportError | SystemError):
        return _module_broken(loading, error)
    if isinstance(error, SystemError):
        return Explanation(
            said=f"crashed: a compiled package that was called here failed{_place(error)}: {_said(error)}"
        )
    return Explanation(said=f"crashed: {_said(error)}{_place(error)}")


def package_of(module: str) -> str:
    """The package to install for a module, with the versions that Swivel asks for."""
    top = module.split(".")[0]
    name = PACKAGES.get(top, top.replace("_", "-"))
    try:
        wanted = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        wanted = []
    for requirement in wanted:
        text = requirement.split(";")[0].strip()
        if _plain(re.split(r"[^\w.-]", text)[0]) == _plain(name):
            return text
    return name


def reinstall(module: str) -> str:
    """The command that installs a module's package again."""
    return _pip("--force-reinstall", package_of(module))


def _module_missing(module: str) -> Explanation:
    top = module.split(".")[0]
    if top in sys.stdlib_module_names:
        return Explanation(said=f"the module {module} is part of Python, but not of this one ({sys.executable})")
    if top in OURS:
        said = f"the module {module} is missing, so this installation is incomplete"
        return Explanation(said=said, do=_pip("--force-reinstall", DISTRIBUTION))
    return Explanation(said=f"the module {module} is missing", do=_pip(package_of(module)))


def _module_broken(module: str, error: BaseException) -> Explanation:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    said = f"the module {module} cannot be loaded ({_said(error)}); it is damaged or does not fit Python {python}"
    return Explanation(said=said, do=reinstall(module))


def _library_missing(library: str) -> Explanation:
    package = LIBRARIES.get(library)
    if package is None:
        said = f"the system library {library} is missing; please install the package of your system that has it"
        return Explanation(said=said)
    do = f"on Debian and Ubuntu: apt-get install {package} (`make run` does it)"
    return Explanation(said=f"the system library {library} is missing", do=do)


def _pip(*arguments: str) -> str:
    quoted = " ".join(f"'{text}'" if re.search(r"[<>=*\[]", text) else text for text in arguments)
    return f"{sys.executable} -m pip install {quoted}"


def _module_being_loaded(error: BaseException) -> str | None:
    """The module whose import the error came out of, read off the source line of the innermost frame that imports."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        line = re.match(r"(?:from\s+([A-Za-z_][\w.]*)\s+import\b|import\s+([\w.]+))", (frame.line or "").strip())
        if line:
            return line[1] or line[2]
    return None


def _place(error: BaseException) -> str:
    """Where: the innermost line of code."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""


def _said(error: BaseException) -> str:
    text = str(error).strip()
    return f"{type(error).__name__}: {text}" if text else f"{type(error).__name__} without a text"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
