"""Echoes against pyroomacoustics: the same images, the same sound."""

import numpy as np
import pyroomacoustics as pra
import pytest
from scipy.signal import correlate

from simulator.onboard.facts import ArrayFacts
from simulator.world.sound import kernels, plain
from simulator.world.sound.images import BoxImages, PlanImages
from simulator.world.sound.room import SoundRoom, Surface, box_room

SIZE = (6.0, 5.0, 2.7)
SOURCE, LISTENER = np.array([2.0, 3.0, 1.5]), np.array([3.0, 0.35, 1.0])


@pytest.fixture(autouse=True)
def _no_high_pass():
    """With its high-pass on, a response of pyroomacoustics is another one."""
    before = pra.constants.get("rir_hpf_enable")
    pra.constants.set("rir_hpf_enable", False)
    yield
    pra.constants.set("rir_hpf_enable", before)


@pytest.mark.parametrize("order", [0, 1, 2, 4, 6])
def test_images_and_sound_of_a_box_are_those_of_pyroomacoustics(order):
    places = np.asarray(ArrayFacts().positions_m)
    peer = pra.ShoeBox(SIZE, fs=16_000, materials=pra.Material(0.25), max_order=order)
    peer.add_microphone_array((places + LISTENER).T)
    peer.add_source(SOURCE)
    peer.compute_rir()
    images = BoxImages(box_room(size_m=SIZE), order=order).seen_from(SOURCE, LISTENER)
    ours = images.positions[np.lexsort(np.round(images.positions, 6).T)]
    theirs = peer.sources[0].images.T
    theirs = theirs[np.lexsort(np.round(theirs, 6).T)]
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    response = np.zeros((len(places), 4096), np.float32)
    kernels.ring_response(
        images.positions - LISTENER, images.gains.astype(np.float32), places, kernels.kernel_table(), response
    )
    for microphone in (0, 3):
        heard = peer.rir[microphone][0]
        like = correlate(heard, response[microphone]).max()
        assert like / np.linalg.norm(heard) / np.linalg.norm(response[microphone].astype(float)) >= 0.99


def test_wall_gains_follow_each_walls_own_material():
    walls = {"south": 0.5, "north": 0.1, "east": 0.2, "west": 0.3, "floor": 0.4, "ceiling": 0.6}
    images = BoxImages(box_room(size_m=SIZE, absorption=walls), order=2).seen_from(SOURCE, LISTENER)
    names = [surface.name for surface in box_room(size_m=SIZE).surfaces]
    for gains, met in zip(images.gains, images.walls, strict=True):
        wanted = np.prod([np.sqrt(1 - walls[names[w]]) for w in met if w >= 0])
        np.testing.assert_allclose(gains, wanted, rtol=1e-9)


def test_a_box_as_a_floor_plan_has_the_same_echoes():
    room = box_room(size_m=SIZE, absorption={"south": 0.1, "ceiling": 0.5})
    box = BoxImages(room, order=3).seen_from(SOURCE, LISTENER)
    plan = PlanImages(room, order=3).seen_from(SOURCE, LISTENER)
    # In a plan an image is kept once for each order of walls that is a real way; in a box every image is heard once.
    assert len(plan.positions) == len(box.positions)
    by_place = {tuple(np.round(p, 6)): g for p, g in zip(box.positions, box.gains, strict=True)}
    for place, gains in zip(plan.positions, plan.gains, strict=True):
        np.testing.assert_allclose(by_place[tuple(np.round(place, 6))], gains, rtol=1e-9)


def test_an_l_shaped_room_hears_what_pyroomacoustics_sees():
    corners = np.array([[0, 0], [6, 0], [6, 2.5], [3, 2.5], [3, 5], [0, 5]], dtype=float)
    source, listener = np.array([1.1, 4.3, 1.5]), np.array([4.7, 0.8, 1.0])
    peer = pra.Room.from_corners(corners.T, fs=16_000, max_order=2, materials=pra.Material(0.2))
    peer.extrude(2.6, materials=pra.Material(0.2))
    peer.add_source(source)
    peer.add_microphone(listener)
    peer.image_source_model()
    seen = peer.sources[0].images[:, peer.visibility[0][0].astype(bool)].T
    surface = Surface(name="wall", absorption=(0.2,) * 4)
    room = SoundRoom(
        corners_m=tuple(map(tuple, corners.tolist())),
        height_m=2.6,
        walls=(surface,) * 6,
        floor=surface,
        ceiling=surface,
    )
    ours = PlanImages(room, order=2).seen_from(source, listener).positions
    assert rounded(ours) == rounded(seen)
    assert 0 < len(ours) < peer.sources[0].images.shape[1] + 1


def test_bounces_lie_on_their_walls_and_mirror_the_angle():
    images = BoxImages(box_room(size_m=SIZE), order=3).seen_from(SOURCE, LISTENER)
    for position, order, points in zip(images.positions, images.orders, images.points, strict=True):
        legs = np.linalg.norm(np.diff(points[: order + 2], axis=0), axis=1)
        assert legs.sum() == pytest.approx(np.linalg.norm(position - LISTENER))


def test_the_compiled_and_the_plain_loops_agree():
    capacity = kernels.image_capacity(3)
    fast, slow = (np.empty((capacity, 3)) for _ in range(2))
    cells = np.empty((capacity, 3), np.int64)
    assert kernels.box_images(SOURCE, np.array(SIZE), 3, cells, fast) == capacity
    assert plain.box_images(SOURCE, np.array(SIZE), 3, cells, slow) == capacity
    assert {tuple(p) for p in np.round(fast, 9)} == {tuple(p) for p in np.round(slow, 9)}
    gains = np.random.default_rng(1).uniform(0.1, 1, (capacity, kernels.BANDS)).astype(np.float32)
    places = np.asarray(ArrayFacts().positions_m)
    heard = [np.zeros((8, 1024), np.float32) for _ in range(2)]
    kernels.ring_response(fast - LISTENER, gains, places, kernels.kernel_table(), heard[0])
    plain.ring_response(fast - LISTENER, gains, places, kernels.kernel_table(), heard[1])
    np.testing.assert_allclose(heard[0], heard[1], atol=2e-6)


def test_the_bands_of_a_kernel_add_up_to_a_whole_one():
    table = kernels.kernel_table()
    np.testing.assert_allclose(table[:-1].sum(axis=0), table[-1], atol=1e-6)
    late = table[-1, 32]
    assert np.argmax(np.abs(late)) in (kernels.KERNEL_CENTRE, kernels.KERNEL_CENTRE + 1)
    assert late.sum() == pytest.approx(1.0, abs=0.02)


def rounded(places):
    return {tuple(place) for place in (np.round(np.asarray(places, dtype=float), 3) + 0.0).tolist()}
