"""The field as a whole: what comes out of `block` when things move, hide, fall silent, or are checkpointed."""

import math
import pickle
from dataclasses import replace

import numpy as np
import pyroomacoustics as pra
import pytest

from simulator.onboard.facts import ArrayFacts, DeviceFacts
from simulator.onboard.messages import BLOCK_SAMPLES
from simulator.world.sound import kernels
from simulator.world.sound.field import SoundField
from simulator.world.sound.room import box_room
from simulator.world.sound.tail import EARLY_S
from simulator.world.sound.view import Directivity, Obstacle, SoundView, SourceNow
from simulator.world.spec import DevicePlace, RoomSpec, WallSpec, WorldSpec

PLACE = DevicePlace(x_m=3.0, y_m=0.4, height_m=1.0, heading_deg=90.0)
QUIET = ArrayFacts(noise_db=-200.0)


def streams(name):
    return np.random.default_rng([5, *name.encode()])


def field_of(array=QUIET, *, absorption=0.3, size=(6.0, 5.0, 2.7), **options):
    return SoundField.of_room(box_room(size_m=size, absorption=absorption), PLACE, array, streams, **options)


def source(samples, **changes):
    base = SourceNow(name="anna", position_m=(2.0, 3.0, 1.5), facing_deg=-70.0, samples=samples)
    return replace(base, **changes)


def view(tick, *sources, **changes):
    return replace(SoundView(tick=tick, yaw_deg=0.0, rate_dps=0.0, sources=sources), **changes)


def play(field, samples, *, blocks, make=source, **changes):
    """Play samples (then silence) and collect what is heard."""
    out = []
    for tick in range(blocks):
        block = samples[tick * BLOCK_SAMPLES : (tick + 1) * BLOCK_SAMPLES]
        out.append(field.block(view(tick, make(block if len(block) == BLOCK_SAMPLES else None), **changes)))
    return np.concatenate(out, axis=1)


def impulse():
    samples = np.zeros(BLOCK_SAMPLES, np.float32)
    samples[0] = 1.0
    return samples


def noise(blocks, seed=1):
    return np.random.default_rng(seed).standard_normal(blocks * BLOCK_SAMPLES).astype(np.float32)


def with_rest(samples):
    """The samples, and silence that is sent: a source that stops takes what its high-pass remembers with it."""
    return np.pad(samples, (0, 12 * BLOCK_SAMPLES))


def test_a_still_stream_is_the_convolution_with_the_echoes():
    field = field_of()
    response = play(field, with_rest(impulse()), blocks=12)
    samples = noise(4)
    streamed = play(field_of(), with_rest(samples), blocks=12)
    wanted = np.stack([np.convolve(samples, row)[: streamed.shape[1]] for row in response])
    np.testing.assert_allclose(streamed, wanted, atol=3e-4)


def share_below(heard, corner_hz):
    """How much of the energy of some responses lies below a frequency, in dB."""
    power = (np.abs(np.fft.rfft(heard, 16_000)) ** 2).sum(axis=0)
    return 10 * math.log10(power[:corner_hz].sum() / power[300:7000].sum())


def test_echoes_do_not_lift_what_is_below_hearing():
    size, place, spoken = (6.0, 5.0, 2.7), np.array([3.0, 0.4, 1.0]), (2.0, 3.0, 1.5)
    heard = play(field_of(size=size, absorption=0.2), with_rest(impulse()), blocks=60)
    peer = pra.ShoeBox(size, fs=16_000, materials=pra.Material(0.2), max_order=20)
    peer.add_microphone_array((np.asarray(QUIET.positions_m) + place).T)
    peer.add_source(spoken)
    before = pra.constants.get("rir_hpf_enable")
    shares = {}
    for filtered in (True, False):
        pra.constants.set("rir_hpf_enable", filtered)
        peer.compute_rir()
        shares[filtered] = share_below(np.stack([peer.rir[m][0][:4000] for m in range(8)]), 30)
    pra.constants.set("rir_hpf_enable", before)
    ours = share_below(heard, 30)
    assert ours < shares[True] + 1.0  # no more rumble than pyroomacoustics leaves with its high-pass
    assert ours < shares[False] - 15.0  # and far less than images alone make
    assert ours < -30.0


def test_without_a_compiler_it_sounds_the_same():
    samples = noise(3)
    np.testing.assert_allclose(
        play(field_of(), samples, blocks=8), play(field_of(pure_numpy=True), samples, blocks=8), atol=1e-4
    )


def test_direct_sound_comes_at_its_time_with_its_level():
    heard = play(field_of(absorption=0.99), impulse(), blocks=6)
    distance = math.dist((3.0, 0.4, 1.0), (2.0, 3.0, 1.5))
    for microphone, row in enumerate(heard):
        angle = math.radians(90.0 + 45.0 * microphone)
        own = math.dist((3.0 + 0.06 * math.cos(angle), 0.4 + 0.06 * math.sin(angle), 1.0), (2.0, 3.0, 1.5))
        arrives = own * kernels.SAMPLES_PER_M + kernels.KERNEL_CENTRE
        assert abs(int(np.argmax(np.abs(row))) - arrives) <= 1.0
    assert np.linalg.norm(heard[0, :300]) == pytest.approx(1 / distance, rel=0.1)


def test_silence_is_only_the_microphones_own_hiss():
    field = field_of(ArrayFacts(noise_db=-40.0))
    heard = np.concatenate([field.block(view(tick)) for tick in range(20)], axis=1)
    assert heard.shape == (8, 20 * BLOCK_SAMPLES)
    assert heard.dtype == np.float32
    assert heard.std() == pytest.approx(0.05 * 10 ** (-40 / 20), rel=0.05)


def test_sound_dies_away_after_a_source_fell_silent():
    field = field_of()
    play(field, noise(10), blocks=300)
    assert np.abs(field.block(view(300))).max() < 1e-9


def test_the_tail_dies_as_the_room_says_and_joins_the_early_echoes():
    size, absorption = (6.0, 5.0, 2.7), 0.2
    room = box_room(size_m=size, absorption=absorption)
    heard = play(field_of(size=size, absorption=absorption), impulse(), blocks=60)
    energy = (heard**2).mean(axis=0)
    remaining = 10 * np.log10(np.cumsum(energy[::-1])[::-1] + 1e-20)
    start = int((EARLY_S + 0.03) * 16_000)
    early, late = start, start + 3200
    slope = (remaining[early] - remaining[late]) / 0.2
    assert 60 / slope == pytest.approx(float(room.reverberation_s()[1]), rel=0.15)
    around = [10 * np.log10(energy[int(t * 16_000) : int((t + 0.02) * 16_000)].mean()) for t in (0.028, 0.055)]
    expected = 60 * 0.027 / float(room.reverberation_s()[1])
    assert around[0] - around[1] == pytest.approx(expected, abs=3.0)


def test_the_tail_reaches_all_microphones_alike_but_not_the_same():
    heard = play(field_of(), noise(30), blocks=60)[:, 35 * BLOCK_SAMPLES :]
    levels = heard.std(axis=1)
    assert levels.max() / levels.min() < 1.3
    spectra = np.fft.rfft(heard * np.hanning(heard.shape[1]))[:, 1500:]
    like = abs(np.vdot(spectra[0], spectra[4])) / np.linalg.norm(spectra[0]) / np.linalg.norm(spectra[4])
    assert like < 0.5


def test_a_turning_array_fades_without_a_click():
    samples = np.sin(2 * np.pi * 500 * np.arange(200 * BLOCK_SAMPLES) / 16_000).astype(np.float32)
    field = field_of()
    out = [
        field.block(view(t, source(samples[t * BLOCK_SAMPLES :][:BLOCK_SAMPLES]), yaw_deg=1.8 * t)) for t in range(100)
    ]
    heard = np.concatenate(out, axis=1)[0, 40 * BLOCK_SAMPLES :]
    step = np.abs(np.diff(heard, n=2)).reshape(-1)
    edges = np.arange(BLOCK_SAMPLES - 1, len(step), BLOCK_SAMPLES)
    assert step[edges].max() <= 1.05 * step.max()
    assert step[edges].mean() < 1.5 * step.mean()


def test_turning_the_array_is_turning_the_microphones():
    samples = noise(4)
    straight = play(field_of(), samples, blocks=4)
    turned = play(field_of(), samples, blocks=4, yaw_deg=45.0)
    # After an eighth of a turn each microphone stands where its neighbour stood.
    np.testing.assert_allclose(turned[:7, :600], straight[1:, :600], atol=2e-2 * np.abs(straight).max())


def test_a_talker_is_quieter_and_duller_from_behind():
    samples = noise(20)
    front = play(field_of(absorption=0.99), samples, blocks=20, make=lambda b: source(b, directivity=Directivity.MOUTH))
    back = play(
        field_of(absorption=0.99),
        samples,
        blocks=20,
        make=lambda b: source(b, directivity=Directivity.MOUTH, facing_deg=110.0),
    )

    def level_db(heard, low, high):
        power = np.abs(np.fft.rfft(heard[0, 400:])) ** 2
        frequencies = np.fft.rfftfreq(heard.shape[1] - 400, 1 / 16_000)
        return 10 * np.log10(power[(frequencies > low) & (frequencies < high)].mean())

    assert 0 < level_db(front, 200, 500) - level_db(back, 200, 500) < 3
    assert 8 < level_db(front, 3500, 7000) - level_db(back, 3500, 7000) < 20


@pytest.mark.long
def test_an_obstacle_dulls_the_way_and_is_named():
    cabinet = Obstacle(name="cabinet", x_m=2.5, y_m=1.7, width_m=1.6, depth_m=0.4, high_m=2.2)
    field = field_of()
    paths = field.paths(view(0, source(impulse()), obstacles=(cabinet,)))
    direct = next(path for path in paths if path.order == 0)
    free = next(path for path in field.paths(view(0, source(impulse()))) if path.order == 0)
    assert direct.blocked_by == ("cabinet",)
    assert free.blocked_by == ()
    assert 6 < free.gain_db - direct.gain_db < 24
    assert any(path.order == 1 and not path.blocked_by for path in paths)


def test_nobody_is_shadowed_by_their_own_body():
    body = Obstacle(name="anna's body", x_m=2.0, y_m=3.0, width_m=0.5, depth_m=0.3, high_m=1.7, wearer="anna")
    paths = field_of().paths(view(0, source(impulse()), obstacles=(body,)))
    assert all(path.blocked_by == () for path in paths)


def test_paths_name_their_walls_in_the_order_the_sound_meets_them():
    paths = field_of().paths(view(0, source(impulse())))
    assert paths[0].order == 0
    assert paths[0].azimuth_deg == pytest.approx(math.degrees(math.atan2(2.6, -1.0)) - 90.0)
    near = next(path for path in paths if path.walls == ("south",))
    assert near.delay_s == pytest.approx(math.dist((2.0, -3.0, 1.5), (3.0, 0.4, 1.0)) / 343.0)
    assert near.points_m[1][1] == pytest.approx(0.0, abs=1e-9)
    twice = next(path for path in paths if set(path.walls) == {"west", "south"})
    first = twice.points_m[1]
    assert first[0 if twice.walls[0] == "west" else 1] == pytest.approx(0.0, abs=1e-9)
    assert [path.delay_s for path in paths] == sorted(path.delay_s for path in paths)


def test_the_motor_is_heard_only_while_it_turns():
    still, turning = field_of().block(view(3)), field_of().block(view(3, rate_dps=180.0))
    assert np.abs(still).max() < 1e-9
    assert turning.std() == pytest.approx(0.05 * 10 ** ((38 - 60) / 20), rel=0.4)


def test_its_own_loudspeaker_is_near_and_turns_with_it():
    field = field_of(absorption=0.9)
    heard = [field.block(view(t, own_loudspeaker=noise(1, seed=t), yaw_deg=60.0)) for t in range(10)]
    levels = np.concatenate(heard, axis=1).std(axis=1)
    assert levels.min() > 5
    assert int(np.argmax(levels)) == 0  # the microphone in front, wherever the screen points


def test_going_on_from_a_snapshot_gives_the_same_bits():
    field = field_of(ArrayFacts())
    sounds = noise(60)

    def step(t):
        moving = source(
            sounds[t * BLOCK_SAMPLES :][:BLOCK_SAMPLES] if t % 30 < 20 else None, position_m=(2.0 + 0.01 * t, 3.0, 1.5)
        )
        return field.block(view(t, moving, yaw_deg=0.7 * t, rate_dps=70.0))

    for t in range(25):
        step(t)
    kept = pickle.dumps(field.snapshot())
    once = np.concatenate([step(t) for t in range(25, 50)], axis=1)
    field.restore(pickle.loads(kept))
    again = np.concatenate([step(t) for t in range(25, 50)], axis=1)
    assert np.array_equal(once, again)


@pytest.mark.long
def test_a_scene_room_with_a_floor_plan_and_materials_sounds():
    room = RoomSpec(
        corners=((0, 0), (5, 0), (5, 2), (3, 2), (3, 4), (0, 4)), walls={"wall-1": WallSpec(material="tile")}
    )
    field = SoundField(WorldSpec(room=room, device=DevicePlace(x_m=1.5, y_m=0.4)), DeviceFacts(), streams)
    heard = play(field, noise(5), blocks=8, make=lambda b: source(b, position_m=(1.0, 3.0, 1.5)))
    assert np.isfinite(heard).all()
    assert heard.std() > 0.1


def test_a_wall_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"room\.walls\.left: no such wall; there are south, east, north, west"):
        SoundField(WorldSpec(room=RoomSpec(walls={"left": WallSpec()})), DeviceFacts(), streams)


@pytest.mark.long
@pytest.mark.parametrize("response", ["rigid cylinder", "measured"])
def test_a_body_shades_the_far_side(response, tmp_path):
    array = ArrayFacts(noise_db=-200.0, response="rigid cylinder")
    if response == "measured":
        from simulator.world.sound.response import cylinder_responses

        np.savez(tmp_path / "body.npz", responses=cylinder_responses(array))
        array = ArrayFacts(noise_db=-200.0, response="measured", measured_file="body.npz")
    spec = WorldSpec(
        device=DevicePlace(x_m=3.0, y_m=2.0, height_m=1.0, heading_deg=0.0), room=RoomSpec(width_m=6, depth_m=4)
    )
    field = SoundField(spec, DeviceFacts(microphones=array), streams, measured_folder=tmp_path)
    heard = play(field, noise(12), blocks=12, make=lambda b: source(b, position_m=(5.0, 2.0, 1.0)))
    spectra = np.abs(np.fft.rfft(heard[:, 400:], axis=1)) ** 2
    high = spectra[:, int(0.6 * spectra.shape[1]) :].sum(axis=1)
    assert high[0] > 2 * high[4]
