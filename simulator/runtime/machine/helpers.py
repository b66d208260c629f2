"""What the rest of Swivel borrows: third-party weights, the program ffmpeg, and the right to real-time priority."""

from __future__ import annotations

import os
import shutil

from simulator.runtime.machine.finding import Finding, Status
from simulator.runtime.models import fault_of, models


def weights() -> Finding:
    """Every file of weights, verified byte by byte."""
    all_models = models()
    faults = {model: fault for model in all_models if (fault := fault_of(model)) is not None}
    if not faults:
        return Finding(part="weights", status=Status.GOOD, found=f"all {len(all_models)} are there and verified")
    status = Status.BAD if any(model.needed for model in faults) else Status.LESS
    found = "missing or damaged: " + ", ".join(model.name for model in faults)
    return Finding(part="weights", status=status, found=found, do="swivel setup (once, with network access)")


def ffmpeg() -> Finding:
    """The program that writes films."""
    place = shutil.which("ffmpeg")
    if place is None:
        do = "on Debian: apt-get install ffmpeg"
        return Finding(part="ffmpeg", status=Status.LESS, found="not installed, so no films can be exported", do=do)
    return Finding(part="ffmpeg", status=Status.GOOD, found=place)


def realtime() -> Finding:
    """Whether a process may ask to go before all others, as a supervisor of a real motor on a busy machine should."""
    ask = getattr(os, "sched_setscheduler", None)
    if ask is None:
        found = "this system is not asked for it"
        return Finding(
            part="real-time priority", status=Status.LESS, found=found, do="keep the machine idle beside a real motor"
        )
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        ask(0, os.SCHED_FIFO, os.sched_param(1))
        ask(0, *before)
    except OSError as error:
        found = f"not allowed ({error.strerror}); a real motor may stop for a moment while the machine is busy"
        do = "add the line '@dialout - rtprio 20' to /etc/security/limits.conf, log in again, start the supervisor with chrt -f 10"
        return Finding(part="real-time priority", status=Status.LESS, found=found, do=do)
    return Finding(part="real-time priority", status=Status.GOOD, found="allowed")
