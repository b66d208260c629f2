"""What a command says when it fails: one clear line and an exit code."""

from __future__ import annotations

import errno
import os
import sys

from simulator.runtime.exit_codes import ExitCode


def explained(error: Exception) -> int:
    """One clear line for what a person can mend; a crash says where it is written down."""
    try:
        from hardware_bridge.ports import PortError
        from simulator.lab.study.plan import StudyError
        from simulator.onboard.tuning import TuningError
        from simulator.runtime.codec import CodecError
        from simulator.runtime.compose import RigError, UnfitRig
        from simulator.runtime.models import ModelProblem
        from simulator.runtime.outside import OutsideMissing
        from simulator.runtime.recorder import RecordingError
        from simulator.runtime.revision import RevisionError
        from simulator.runtime.waiting import SystemLacks
        from simulator.scene.errors import SceneError
    except Exception:  # a broken installation fails here once more, for the same reason
        return _crashed(error)

    if isinstance(error, UnfitRig):
        print(f"swivel: {error}", file=sys.stderr)
        return ExitCode.NOT_EXERCISED
    told = (SceneError, TuningError, RecordingError, CodecError, RigError, ModelProblem, PortError)
    if isinstance(error, (*told, StudyError, SystemLacks, OutsideMissing, RevisionError)):
        print(f"swivel: {error}", file=sys.stderr)
        return ExitCode.BAD_USAGE
    if isinstance(error, OSError) and error.filename is not None:
        print(f"swivel: {error.filename}: {error.strerror}", file=sys.stderr)
        return ExitCode.BAD_USAGE
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        print(f"swivel: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what it could not take is not tried again
        return ExitCode.BAD_USAGE
    return _crashed(error)


def _crashed(error: Exception) -> int:
    import tempfile
    import traceback

    from simulator.runtime.crash_words import in_words

    with tempfile.NamedTemporaryFile("w", prefix="swivel-crash-", suffix=".txt", delete=False) as report:
        report.write("".join(traceback.format_exception(error)))
    print(f"swivel: {in_words(error)} (details in {report.name})", file=sys.stderr)
    return ExitCode.CRASHED
