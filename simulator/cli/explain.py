"""`swivel explain`: why the screen moved in a recording, or why it did not."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from simulator.lab.why.digest import ReasonSpan, digest
from simulator.lab.why.why_sentences import Episode, at, episodes, names_of, sentence
from simulator.onboard.gate_words import label
from simulator.onboard.messages import TICK_S
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.recording import Recording, read


def explain_command(path: Path, *, at_s: float | None, every: bool, as_json: bool) -> int:
    """Sum up a recording by reason, list every motion and non-motion, or explain one moment; returns the exit code."""
    recording = read(path)
    if not recording.traces:
        raise ValueError(f"{path}: holds no ticks to explain")
    names = names_of(recording.traces, recording.truths)
    if at_s is not None:
        _one_moment(recording, names, at_s=at_s, as_json=as_json)
        return ExitCode.PASSED
    if every:
        found = episodes(recording.traces, names=names)
        if as_json:
            print(json.dumps([asdict(episode) for episode in found], ensure_ascii=False))
        for episode in found if not as_json else ():
            print(_line(episode))
        return ExitCode.PASSED
    summed = digest(recording.traces, names=names)
    if as_json:
        print(json.dumps(asdict(summed), ensure_ascii=False))
    else:
        for wake in summed.wake_words:
            print(f"{wake.at_s:8.2f} s  {wake.sentence}")
        for span in summed.reasons:
            print(_span(span))
    return ExitCode.PASSED


def _one_moment(recording: Recording, names: dict[int, str], *, at_s: float, as_json: bool) -> None:
    last_s = recording.traces[-1].tick * TICK_S
    if not 0.0 <= at_s <= last_s + TICK_S:
        raise ValueError(f"--at {at_s:g}: must be from 0 to {last_s:g} s")
    trace = at(recording.traces, at_s)
    text = sentence(trace.decision, names=names)
    if as_json:
        gates = [asdict(gate) for gate in trace.decision.gates]
        print(json.dumps({"at_s": trace.tick * TICK_S, "sentence": text, "gates": gates}, ensure_ascii=False))
        return
    print(text)
    for gate in trace.decision.gates:
        mark = "ok  " if gate.passed else "STOP"
        number = f"  {gate.value:.2f} against {gate.threshold:.2f} {gate.unit}".rstrip() if gate.unit else ""
        print(f"  {mark}  {label(gate)}{number}")


def _span(span: ReasonSpan) -> str:
    stretch = f"{span.first_s:8.2f} – {span.last_s:7.2f} s  {span.times:3}×  {span.total_s:6.2f} s"
    yaw = f"{span.low_yaw_deg:+6.1f}° … {span.high_yaw_deg:+6.1f}°"
    return f"{stretch}  {yaw}  {span.sentence}"


def _line(episode: Episode) -> str:
    span = f"{episode.start_s:8.2f} – {episode.end_s:7.2f} s"
    turned = f"{episode.from_yaw_deg:+6.1f}° → {episode.to_yaw_deg:+6.1f}°" if episode.moving else " " * 17
    return f"{span}  {turned}  {episode.sentence}"
