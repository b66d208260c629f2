"""`swivel serve`: the motion API in front of a virtual or a real display."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulator.gui.customer import LIVE_PROGRAM
from simulator.runtime.exit_codes import ExitCode

HINT = "swivel: the motion API needs more packages: pip install 'swivel-display[api]'"
LONGEST_PORT = 65_535


def add_arguments(serve: argparse.ArgumentParser, *, sample: Path) -> None:
    """The options of `swivel serve`."""
    serve.add_argument("scene", nargs="?", type=Path, default=sample, help="the room (default: the sample scene)")
    serve.add_argument(
        "--rig", default="virtual", metavar="RIG", help="as of swivel run: virtual, hybrid:MOTOR, real:BENCH"
    )
    serve.add_argument(
        "--mode", choices=("feature", "audio", "full"), help="senses (default: feature; full for a real room)"
    )
    serve.add_argument("--seed", type=int, default=0, metavar="N")
    serve.add_argument("--port", type=_port, default=8760, metavar="N")
    serve.add_argument("--record", type=Path, metavar="FILE", help="record the session; swivel replay runs it again")
    serve.add_argument("--token-file", type=Path, metavar="FILE", help="where the tokens are kept")
    serve.add_argument(
        "--address", default="127.0.0.1", metavar="IP", help="serve other machines too; needs a certificate"
    )
    serve.add_argument(
        "--name", action="append", default=[], metavar="HOST", help="a name of this machine for --address"
    )
    serve.add_argument("--certificate", type=Path, metavar="FILE", help="TLS certificate")
    serve.add_argument("--key", type=Path, metavar="FILE", help="its key")


def serve_command(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C; returns the exit code."""
    try:
        from simulator.server.serve import ServeFailed, ServeOptions, interrupted, serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in ("simulator", "hardware_bridge"):
            raise
        print(HINT, file=sys.stderr)
        return ExitCode.BAD_USAGE
    from simulator.server.door import DoorError, load_tokens, token_file
    from simulator.server.pipe import OpenRoom

    path: Path = options.token_file or token_file()
    real = options.rig.startswith("real:")
    try:
        tokens, new = load_tokens(path)
        room = OpenRoom(
            path=options.scene, settings={}, seed=options.seed, mode=options.mode or ("full" if real else "feature"),
            rig=options.rig, record_to=options.record,
        )  # fmt: skip
        made = ServeOptions(
            room=room, address=options.address, port=options.port, names=tuple(options.name),
            certificate=options.certificate, key=options.key, view_program=LIVE_PROGRAM,
        )  # fmt: skip
        scheme = "https" if made.tls else "http"
        page = f"{scheme}://{'127.0.0.1' if made.address in ('0.0.0.0', '::') else made.address}:{made.port}/"

        def tell() -> None:
            if new:
                for scope, token in tokens.by_scope.items():
                    print(f"token for {scope}: {token}")
                print(f"open {page}#{next(t for s, t in tokens.by_scope.items() if s == 'app')}")
            else:
                print(f"open {page} with a token")
            print(f"tokens are kept in {path}; Ctrl-C ends", flush=True)

        interrupted()
        why = serve(made, tokens, on_ready=tell)
    except (ServeFailed, DoorError) as error:
        print(f"swivel: {error}", file=sys.stderr)
        return ExitCode.BAD_USAGE
    except SystemExit:
        return ExitCode.BAD_USAGE  # uvicorn has said that the port is taken
    if why:
        print(f"swivel: {why}", file=sys.stderr)
        return ExitCode.CRASHED
    return ExitCode.PASSED


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= LONGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text}: must be a port, 1 to {LONGEST_PORT}")
    return int(text)
