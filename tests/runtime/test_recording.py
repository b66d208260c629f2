"""Recordings: what goes in comes out, damage is named, and a killed run gives back every flushed second."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.kills import kill_once
from simulator.onboard import messages as m
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.tuning import Tuning
from simulator.runtime import header
from simulator.runtime.codec import encode
from simulator.runtime.header import Header
from simulator.runtime.recorder import Recorder, RecordingError
from simulator.runtime.recording import read, recover
from simulator.runtime.seeds import stream
from simulator.world.spec import TuneAction, WorldSpec
from simulator.world.truth import TruthFrame
from simulator.world.truth_events import Tipped, Walks

HEADER = Header(
    scene_name="made for a test",
    scene_path="scenes/x.scene.yaml",
    scene_text="scene: 1  # a comment\n",
    spec=WorldSpec(),
    facts=DeviceFacts(),
    tuning=Tuning(),
    seed=7,
    mode="feature",
)


def trace_of(tick: int) -> m.TickTrace:
    """A trace with a value of its own in each message."""
    state = m.MotorState(tick=tick, yaw_deg=tick / 7, rate_dps=0.5, torque_nm=0.25, mode=m.MotorMode.MOVING)
    command = m.MotorCommand(tick=tick, seq=tick, kind=m.CommandKind.MOVE, yaw_deg=tick / 3)
    think = tick - tick % 5
    return m.TickTrace(
        tick=tick,
        motor=state,
        shutter=m.Shutter.OPEN,
        touch=m.Touch(),
        sound=m.SoundReport(tick=think, voice=think / 1e3, sound_map=np.full(72, think, np.float32)),
        vision=m.VisionReport(tick=think, frame_tick=None, seeing=m.Seeing.SEEING),
        tracks=m.TrackReport(tick=think),
        intent=m.Intent(tick=think, kind=m.IntentKind.STAY, mode=m.Mode.IDLE, owner=m.Owner.NOBODY, why="nobody"),
        decision=m.ZoneDecision(tick=think, zone=None, goal_yaw_deg=None, hold=m.HoldReason.NOBODY_THERE),
        body=m.BodyReport(tick=think),
        command_wanted=command,
        command_sent=command,
    )


def truth_of(tick: int) -> TruthFrame:
    return TruthFrame(
        tick=tick, yaw_deg=tick / 7, rate_dps=0.5, accel_dps2=0, contact_force_n=0, hand_torque_nm=0,
        people=(), sources=(), things=(), events=(Walks(who="anna"), Tipped(what="glass")) if tick == 3 else (),
    )  # fmt: skip


def written(path: Path, *, ticks: int) -> Path:
    with Recorder(path, HEADER) as recorder:
        for tick in range(ticks):
            commands = (TuneAction(at_s=0.0, path="zones.hysteresis_deg", value=3.0),) if tick == 4 else ()
            recorder.write(trace_of(tick), truth_of(tick), commands)
        recorder.close(trace_hash="abc")
    return path


def test_what_goes_in_comes_out(tmp_path):
    recording = read(written(tmp_path / "run.mcap", ticks=120))
    assert [encode(trace) for trace in recording.traces] == [encode(trace_of(tick)) for tick in range(120)]
    assert recording.truths[3] == truth_of(3)
    assert [(tick, action.path) for tick, action in recording.commands] == [(4, "zones.hysteresis_deg")]
    assert recording.header == HEADER
    assert recording.trace_hash == "abc"
    assert not list(tmp_path.glob("*.part"))


def test_a_recording_of_another_format_is_refused_by_its_version(tmp_path, monkeypatch):
    path = tmp_path / "run.mcap"
    with monkeypatch.context() as before:
        before.setattr(header, "FORMAT", 1)
        written(path, ticks=3)
    for open_ in (read, lambda old: recover(old, tmp_path / "saved.mcap")):
        with pytest.raises(
            RecordingError, match=r"run\.mcap: made by Swivel .+ in format 1; this version reads 2 and 3"
        ):
            open_(path)


def test_an_unfinished_run_never_has_the_real_name(tmp_path):
    path = tmp_path / "run.mcap"
    recorder = Recorder(path, HEADER)
    for tick in range(250):
        recorder.write(trace_of(tick), None)
    recorder.abandon()
    assert not path.exists()
    part = tmp_path / "run.mcap.part"
    with pytest.raises(RecordingError, match="swivel recover"):
        read(part)
    saved_s, _ = recover(part, tmp_path / "saved.mcap")
    assert saved_s >= 2.0
    assert len(read(tmp_path / "saved.mcap").traces) == round(saved_s * 100)


def test_no_message_holds_anything_of_the_size_of_a_picture(tmp_path):
    assert written(tmp_path / "run.mcap", ticks=100).stat().st_size < 640 * 360


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.5, 0.9, 0.999])
def test_a_cut_file_is_one_clear_error_and_recover_saves_whole_seconds(tmp_path, share):
    data = written(tmp_path / "run.mcap", ticks=500).read_bytes()
    cut = tmp_path / "cut.mcap"
    cut.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(RecordingError) as refused:
        read(cut)
    assert "\n" not in str(refused.value)
    try:
        saved_s, _ = recover(cut, tmp_path / "saved.mcap")
    except RecordingError as nothing:
        assert share < 0.1, nothing  # noqa: PT017
    else:
        assert [encode(t) for t in read(tmp_path / "saved.mcap").traces] == [
            encode(trace_of(tick)) for tick in range(round(saved_s * 100))
        ]


@pytest.mark.long
def test_no_flipped_bit_goes_unnoticed(tmp_path):
    data = written(tmp_path / "run.mcap", ticks=300).read_bytes()
    good = [encode(trace) for trace in read(tmp_path / "run.mcap").traces]
    chance = stream(1, "bit flips")
    damaged = tmp_path / "flip.mcap"
    noticed = 0
    for _ in range(150):
        place = int(chance.integers(len(data)))
        flipped = bytearray(data)
        flipped[place] ^= 1 << int(chance.integers(8))
        damaged.write_bytes(flipped)
        try:
            recording = read(damaged)
        except RecordingError:
            noticed += 1
        else:  # a bit that carries nothing (an index, the library's name) may flip; the content may not
            assert [encode(trace) for trace in recording.traces] == good
            assert recording.header == HEADER
    assert noticed > 75


def test_a_folder_without_permission_and_a_full_disk_are_one_line_and_leave_nothing_behind(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RecordingError, match="cannot write the recording"):
        Recorder(tmp_path / "file" / "run.mcap", HEADER)
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    (tmp_path / "full.mcap.part").symlink_to("/dev/full")
    with pytest.raises(RecordingError, match="No space left"):
        written(tmp_path / "full.mcap", ticks=300)
    assert not (tmp_path / "full.mcap").exists()


@pytest.mark.process
@pytest.mark.parametrize("kill", range(3))
def test_a_killed_run_gives_back_every_flushed_second(tmp_path, kill):
    flushed, saved = kill_once(tmp_path, after_s=0.05 + 0.25 * kill)
    assert saved >= flushed
