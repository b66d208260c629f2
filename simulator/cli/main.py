"""The command line: every command and its options; exit codes are those of runtime/exit_codes.py.

Imports happen inside the commands, so that `--help` is quick and nothing without a window loads Qt.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.cli.errors import explained
from simulator.cli.lazy_commands import LAZY
from simulator.cli.run_options import add_run_arguments, seed_number
from simulator.runtime.exit_codes import ExitCode
from simulator.world.assets import SCENES

if TYPE_CHECKING:
    from simulator.onboard.tuning import Value

SAMPLE = SCENES / "sample.scene.yaml"

Handler = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    import simulator.runtime.threads  # noqa: F401  (before anything numeric)

    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a letter shows its number
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    if any("\ud800" <= letter <= "\udfff" for word in given for letter in word):
        return _unreadable(given)
    options = command_parser(given).parse_args(given)
    options.given = given
    try:
        code: int = options.handler(options)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("swivel: cancelled", file=sys.stderr)
        return ExitCode.CANCELLED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.PASSED
    except Exception as error:
        return explained(error)


def _unreadable(given: Sequence[str]) -> int:
    """Bytes that are no text in this locale stay in a word as lone surrogates; no report could hold them."""
    word = next(word for word in given if any("\ud800" <= letter <= "\udfff" for letter in word))
    encoding = sys.getfilesystemencoding()
    print(f"swivel: {word}: cannot be read as {encoding} text; rename it, or set PYTHONUTF8=1", file=sys.stderr)
    return ExitCode.BAD_USAGE


# --- commands ---------------------------------------------------------------------------------------------------------


def _gui(options: argparse.Namespace) -> int:
    if _has_display():
        from simulator.gui.app import NO_DISPLAY
        from simulator.gui.app import main as open_window
        from simulator.runtime.waiting import check_waiting

        check_waiting("the window")
        code = open_window(options.scene, at_s=options.at, knobs=_linked_knobs(options.set))
        if code != NO_DISPLAY:
            return code
    print("swivel: there is no display, so the sample scene runs without a window", file=sys.stderr)
    _first_start()
    options.scene = options.scene or SAMPLE
    return _run_without_window(options)


def _linked_knobs(settings: Sequence[str]) -> dict[str, Value]:
    """The knobs of a link to a moment; raises TuningError."""
    if not settings:
        return {}
    from simulator.cli.run import tuned
    from simulator.onboard.tuning import Tuning

    turned = tuned(Tuning(), preset=None, settings=settings)
    return {path: turned.value(path) for path in (one.partition("=")[0].strip() for one in settings)}


def _first_start() -> None:
    """Fetch weights that no set-up has brought yet; without network it goes on with what there is."""
    from simulator.runtime.models import ModelProblem, ensure, not_fetched

    if not_fetched():
        try:
            ensure(lambda line: print(line, file=sys.stderr))
        except ModelProblem as problem:
            print(f"swivel: {problem}", file=sys.stderr)


def _run_without_window(options: argparse.Namespace) -> int:
    from simulator.cli.run import run_command

    return run_command(
        options.scene,
        seed=0,
        mode="full",
        rig="virtual",
        settings=(),
        preset=None,
        out=Path("runs") / "sample",
        as_json=False,
        picture=True,
    )


def _run(options: argparse.Namespace) -> int:
    from simulator.cli.run import run_command

    code = None
    if options.parts or any("/" in setting for setting in options.set):
        from simulator.cli.run_apart import outcome_apart

        code = outcome_apart(options)
    if code is not None:
        return code
    return run_command(
        options.scene,
        seed=options.seed,
        mode=options.mode,
        rig=options.rig,
        settings=tuple(options.set),
        preset=options.preset,
        parts=tuple(options.parts),
        out=options.out,
        as_json=options.json,
        picture=options.out is not None,
        memory=options.memory,
        hunches=options.hunches,
        clock_h=options.clock,
    )


def _qa(options: argparse.Namespace) -> int:
    from simulator.cli.qa import qa

    return qa(options)


def _replay(options: argparse.Namespace) -> int:
    from simulator.cli.replay import replay_command

    return replay_command(options.recording)


def _recover(options: argparse.Namespace) -> int:
    from simulator.runtime.recording import recover

    source: Path = options.file
    target = options.out or source.with_name(
        source.name.removesuffix(".part").removesuffix(".mcap") + ".recovered.mcap"
    )
    saved_s, bad = recover(source, target)
    print(f"{target}: {saved_s:.2f} s saved" + (", the rest is damaged" if bad else ""))
    return ExitCode.PASSED


def _knobs(options: argparse.Namespace) -> int:
    from simulator.cli.knobs import as_markdown, as_text

    print(as_markdown() if options.markdown else as_text(), end="")
    return ExitCode.PASSED


def _scene_check(options: argparse.Namespace) -> int:
    from simulator.cli.scene import check

    return check(options.files)


def _scene_home(options: argparse.Namespace) -> int:
    from simulator.cli.scene import home

    return home(options.seed, hard=options.hard, story=options.story, test=options.test_seeds)


def _scene_words(_: argparse.Namespace) -> int:
    from simulator.cli.scene import words

    return words()


def _scene_schema(_: argparse.Namespace) -> int:
    from simulator.scene.schema import schema_text

    print(schema_text(), end="")
    return ExitCode.PASSED


def _explain(options: argparse.Namespace) -> int:
    from simulator.cli.explain import explain_command

    return explain_command(options.recording, at_s=options.at, every=options.every, as_json=options.json)


def _setup(_: argparse.Namespace) -> int:
    from simulator.runtime.kernels import compile_kernels
    from simulator.runtime.models import ensure

    ensure(lambda line: print(line, file=sys.stderr))
    compile_kernels(lambda line: print(line, file=sys.stderr))
    print("all models are there and as they should be")
    return ExitCode.PASSED


def _doctor(options: argparse.Namespace) -> int:
    from simulator.cli.doctor import doctor_command

    return doctor_command(as_json=options.json)


def _install_desktop(options: argparse.Namespace) -> int:
    from simulator.cli.desktop import desktop_command

    return desktop_command(remove=options.remove)


def _serve(options: argparse.Namespace) -> int:
    from simulator.cli.serve import serve_command

    return serve_command(options)


def _see(options: argparse.Namespace) -> int:
    from simulator.runtime.see import see

    return see(options.camera, frames=options.frames, hfov_deg=options.hfov)


# --- options ----------------------------------------------------------------------------------------------------------


def command_parser(given: list[str]) -> argparse.ArgumentParser:
    """The parser of all commands; the options of a large one are there when it is given."""
    parser = argparse.ArgumentParser(prog="swivel", description="Simulate and tune a motorized smart display.")
    parser.set_defaults(handler=_gui, scene=None, at=None, set=[])
    parser.add_argument("--version", action=_Version, nargs=0, help="print version, Python and place, and end")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    gui = _command(commands, "gui", _gui, "open the window (the default)")
    gui.add_argument("scene", nargs="?", type=Path, help="a scene file or a recording")
    gui.add_argument("--at", type=float, metavar="S", help="stand still at this second of the run")
    gui.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE", help="turn a knob, as zones.hysteresis_deg=3"
    )

    add_run_arguments(_command(commands, "run", _run, "run one scene and say whether it kept its promises"))
    qa = _command(commands, "qa", _qa, "run many scenes, for a check in CI")
    if given[:1] == ["qa"]:  # its options live with it, and loading them takes longer than `--help` may
        from simulator.cli.qa_options import add_arguments

        add_arguments(qa)

    bridge = commands.add_parser("bridge", help="scan, inspect, jog, run, match and monitor real motors")
    emulate = commands.add_parser("emulate", help="be a motor on a pseudo terminal, to try everything without one")
    if given[:1] in (["bridge"], ["emulate"]):
        from simulator.cli.bridge import add_bridge_arguments, add_emulate_arguments

        add_bridge_arguments(bridge)
        add_emulate_arguments(emulate)

    _add_recordings(commands)
    serve = _command(commands, "serve", _serve, "let apps move the display over HTTP and WebSocket, virtual or real")
    if given[:1] == ["serve"]:
        from simulator.cli.serve import add_arguments as add_serve_arguments

        add_serve_arguments(serve, sample=SAMPLE)

    for one in LAZY:
        one.add(_command(commands, one.name, one.run, one.sentence), given=given[:1] == [one.name])

    knobs = _command(commands, "knobs", _knobs, "list every knob")
    knobs.add_argument("--markdown", action="store_true")

    _add_scene(commands.add_parser("scene", help="check scene files, or print their schema"))
    _add_machine(commands)
    return parser


def _add_recordings(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What is done with a run that was."""
    replay = _command(commands, "replay", _replay, "run a recording again and compare it with itself")
    replay.add_argument("recording", type=Path)

    recover = _command(commands, "recover", _recover, "save what is good of a damaged or unfinished recording")
    recover.add_argument("file", type=Path)
    recover.add_argument("--out", type=Path, metavar="FILE")

    explain = _command(commands, "explain", _explain, "say why the screen moved, or why not")
    explain.add_argument("recording", type=Path)
    explain.add_argument("--at", type=float, metavar="SECONDS")
    explain.add_argument("--every", action="store_true", help="list every stretch, not one line a reason")
    explain.add_argument("--json", action="store_true")


def _add_scene(scene: argparse.ArgumentParser) -> None:
    scene_commands = scene.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = _command(scene_commands, "check", _scene_check, "check scene files, or all below folders")
    check.add_argument("files", nargs="+", type=Path, metavar="PATH")
    home = _command(scene_commands, "home", _scene_home, "print a random home as a scene file")
    home.add_argument("seed", type=seed_number, metavar="SEED")
    home.add_argument("--hard", type=float, default=1.0, metavar="H", help="how hard: 0 to 2 (default 1)")
    home.add_argument("--story", default="", metavar="NAME", help="this story instead of a drawn one")
    home.add_argument("--test-seeds", action="store_true", help="allow the seeds that are kept for tests")
    _command(scene_commands, "words", _scene_words, "list the words that scene files may use, by what they are for")
    _command(scene_commands, "schema", _scene_schema, "print the JSON Schema of scene files, for editors")


def _add_machine(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What is about this machine rather than about a scene."""
    _command(
        commands,
        "setup",
        _setup,
        "fetch and check the third-party models, compile inner loops (done by itself when needed)",
    )
    doctor = _command(commands, "doctor", _doctor, "say what of this machine works, and what to do about the rest")
    doctor.add_argument("--json", action="store_true", help="print one JSON object instead of a page")
    desktop = _command(commands, "install-desktop", _install_desktop, "put Swivel into this desktop's menu")
    desktop.add_argument("--remove", action="store_true", help="take it out again")
    see = _command(commands, "see", _see, "show what the eyes keep of a live picture")
    see.add_argument("--camera", default="0", metavar="0|FILE|URL")
    see.add_argument("--hfov", type=float, default=70.0, metavar="DEG", help="the lens's horizontal field of view")
    see.add_argument("--frames", type=int, metavar="N", help="stop after so many pictures")


class _Version(argparse.Action):
    """Reads the version only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        import platform
        from importlib import metadata

        try:
            version = metadata.version("swivel-display")
        except metadata.PackageNotFoundError:
            version = "(not installed)"
        print(f"swivel {version}, Python {platform.python_version()}, scenes in {SCENES}")
        parser.exit()


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, handler: Handler, sentence: str
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=sentence, description=sentence[0].upper() + sentence[1:] + ".")
    made.set_defaults(handler=handler)
    return made


def _has_display() -> bool:
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
