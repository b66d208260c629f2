"""Labels of runs: for each moment what was really so beside what the device believed and did; and each run in one row.

The simulator knows who spoke, from where, and whether what the ears picked was that person, an echo or a noise. The columns are
described in docs/labels.md, which is made from COLUMNS and FIGURES below.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from simulator.lab.qa.run_task import figures
from simulator.onboard.angles import distance_deg
from simulator.onboard.messages import TICK_S, SoundReport, TickTrace
from simulator.runtime.recording import Recording
from simulator.scene.columns import Columns
from simulator.world.mirrors import mirrors
from simulator.world.spec import WorldSpec
from simulator.world.truth import PersonTruth, TruthFrame

Row = dict[str, Any]
EVERY_TICKS = 5
# A pick this near to somebody or something is taken for it; the ears' own promise is 15 deg.
NEAR_DEG = 15.0

COLUMNS: dict[str, str] = {
    "run": "Name of the recording.",
    "tick": "Number of the tick; one is 10 ms.",
    "time_s": "Time since the start of the scene.",
    "talker": "Who really speaks; empty in silence, the loudest-placed first where several do.",
    "talkers": "How many people really speak.",
    "says": "What the talker says: wake word or speech.",
    "talker_azimuth_deg": "Where the talker really is, relative to the base.",
    "talker_distance_m": "How far the talker really is.",
    "talker_facing_deg": "How far the talker's head is turned from the device.",
    "ideal_yaw_deg": "Yaw inside the range of motion that faces the talker; the present yaw in silence.",
    "yaw_deg": "Where the screen really points.",
    "rate_dps": "How fast it really turns.",
    "people": "How many people are really in the room.",
    "voice": "Probability of speech by the ears.",
    "sound_azimuth_deg": "Where the ears take the talker to be; empty without a direction.",
    "sound_confidence": "What the ears think that is worth.",
    "sound_ambiguous": "Whether the ears say that two directions tie.",
    "wake_word": "Whether the ears report a wake word at this moment.",
    "pick": "What the ears really picked: direct, reflection, noise (a sounding thing), nothing (none of these), or empty.",
    "pick_error_deg": "How far the pick is from the talker.",
    "seen": "How many people the eyes believe in.",
    "tracks": "How many people fusion follows.",
    "mode": "What the device is there for.",
    "zone": "Zone of the person that matters, by the device.",
    "hold": "Why the screen stays; empty while it turns.",
    "goal_yaw_deg": "Where it turns to; empty while it stays.",
    "command_rate_dps": "Speed that was sent to the motor.",
}

FIGURES: dict[str, str] = {
    "run": "Name of the recording.",
    "scene": "Name of the scene.",
    "seed": "Seed of the run.",
    "mode": "How it sensed: full, audio or feature.",
    "sim_s": "Simulated seconds.",
    "moves": "How many turns were begun.",
    "reversals": "How many turns went back on the one before.",
    "wake_words_heard": "How many wake words the ears reported.",
    "alerts": "How many smart alerts were sent.",
    "turned_deg": "How far the screen turned in all, back and forth.",
    "final_yaw_deg": "Where it pointed at the end.",
    "top_speed_dps": "Highest speed of the screen.",
    "top_force_n": "Largest force at its edge.",
    "direct_picks": "Moments at which the ears picked the talker.",
    "reflection_picks": "Moments at which they picked an echo.",
    "noise_picks": "Moments at which they picked a sounding thing.",
}


def label_rows(recording: Recording, *, run: str, every_ticks: int = EVERY_TICKS) -> Iterator[Row]:
    """One row each few ticks; recordings of a real room have no truth and give none."""
    spec = recording.header.spec
    for trace, truth in zip(recording.traces, recording.truths, strict=False):
        if truth is not None and (trace.tick % every_ticks == 0 or _reports_now(trace)):
            yield _row(trace, truth, spec, run=run)


def figure_row(recording: Recording, *, run: str) -> Row:
    """A whole run in one row."""
    header = recording.header
    truths = [truth for truth in recording.truths if truth is not None]
    columns = Columns(recording.traces, truths, spec=header.spec, facts=header.facts, tuning=header.tuning)
    picks = [row["pick"] for row in label_rows(recording, run=run)]
    return {
        "run": run,
        "scene": header.scene_name,
        "seed": header.seed,
        "mode": header.mode,
        "sim_s": round(len(recording.traces) * TICK_S, 2),
        **figures(columns),
        "direct_picks": picks.count("direct"),
        "reflection_picks": picks.count("reflection"),
        "noise_picks": picks.count("noise"),
    }


def _reports_now(trace: TickTrace) -> bool:
    return trace.sound.wake_word and trace.sound.tick == trace.tick


def _row(trace: TickTrace, truth: TruthFrame, spec: WorldSpec, *, run: str) -> Row:
    talkers = sorted((person for person in truth.people if person.talking), key=lambda person: person.distance_m)
    talker = talkers[0] if talkers else None
    picked, error_deg = pick_of(trace.sound, truth, spec, talkers)
    arc, decision = spec.device.range, trace.decision
    ideal_deg = truth.yaw_deg
    if talker is not None:
        ideal_deg = (
            talker.azimuth_deg if arc is None else arc.yaw_towards_deg(talker.azimuth_deg, from_yaw_deg=truth.yaw_deg)
        )
    return {
        "run": run,
        "tick": trace.tick,
        "time_s": round(trace.tick * TICK_S, 2),
        "talker": talker.name if talker else "",
        "talkers": len(talkers),
        "says": talker.says if talker else "",
        "talker_azimuth_deg": talker.azimuth_deg if talker else None,
        "talker_distance_m": talker.distance_m if talker else None,
        "talker_facing_deg": talker.facing_deg if talker else None,
        "ideal_yaw_deg": ideal_deg,
        "yaw_deg": truth.yaw_deg,
        "rate_dps": truth.rate_dps,
        "people": len(truth.people),
        "voice": trace.sound.voice,
        "sound_azimuth_deg": trace.sound.azimuth_deg,
        "sound_confidence": trace.sound.confidence,
        "sound_ambiguous": trace.sound.ambiguous,
        "wake_word": _reports_now(trace),
        "pick": picked,
        "pick_error_deg": error_deg,
        "seen": sum(person.confirmed for person in trace.vision.people),
        "tracks": len(trace.tracks.tracks),
        "mode": str(trace.intent.mode),
        "zone": "" if decision.zone is None else str(decision.zone),
        "hold": "" if decision.hold is None else str(decision.hold),
        "goal_yaw_deg": decision.goal_yaw_deg,
        "command_rate_dps": trace.command_sent.rate_dps,
    }


def pick_of(
    sound: SoundReport, truth: TruthFrame, spec: WorldSpec, talkers: list[PersonTruth]
) -> tuple[str, float | None]:
    """What the ears' direction really is, and how far it is from the talker."""
    azimuth_deg = sound.azimuth_deg
    if azimuth_deg is None or not math.isfinite(azimuth_deg):
        return "", None
    error_deg = min((distance_deg(person.azimuth_deg, azimuth_deg) for person in talkers), default=None)
    if error_deg is not None and error_deg <= NEAR_DEG:
        return "direct", error_deg
    if any(source.on and distance_deg(source.azimuth_deg, azimuth_deg) <= NEAR_DEG for source in truth.sources):
        return "noise", error_deg
    echoes = [path.azimuth_deg for path in truth.paths if path.order > 0]
    for person in talkers:
        echoes += [mirror.azimuth_deg for mirror in mirrors(spec, x_m=person.x_m, y_m=person.y_m)]
    if any(distance_deg(echo_deg, azimuth_deg) <= NEAR_DEG for echo_deg in echoes):
        return "reflection", error_deg
    return "nothing", error_deg


def as_markdown() -> str:
    """The documentation of the columns."""
    parts = [
        "# Labels and figures",
        "",
        "`swivel export RUN… --to parquet` (or `--to csv`) makes two tables of recordings: `labels`, with a row",
        "each 50 ms and one at each wake word, and `figures`, with one row a recording. A recording of a real room has no truth and",
        "gives no labels. Made by `make docs`; a test fails when this page is stale.",
    ]
    for title, columns in (("labels", COLUMNS), ("figures", FIGURES)):
        parts += ["", f"## {title}", "", "| column | what it holds |", "|---|---|"]
        parts += [f"| `{name}` | {sentence} |" for name, sentence in columns.items()]
    return "\n".join(parts) + "\n"
