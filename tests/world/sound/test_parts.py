"""Rooms, shadows, bodies and directivity by themselves."""

import math

import numpy as np
import pytest

from simulator.onboard.facts import ArrayFacts
from simulator.world.sound.directivity import radiated, towards
from simulator.world.sound.occlusion import blocks, shadow
from simulator.world.sound.response import body_table, cylinder_spectra, read_measured
from simulator.world.sound.room import SoundRoom, Surface, box_room
from simulator.world.sound.view import Directivity, Obstacle

WALL = Surface(name="wall", absorption=(0.1, 0.1, 0.1, 0.1))


def kept(obstacle, *, start=(0.0, 0.0, 1.2), end=(4.0, 0.0, 1.2)):
    points = np.array([[start, end, end, end, end]], dtype=float)
    gains, blocked = np.empty((1, 4)), np.zeros((1, 1), np.bool_)
    shadow(points, np.array([0]), blocks((obstacle,)), 3, gains, blocked)
    return gains[0], bool(blocked[0, 0])


def shelf(**changes):
    fields = {"name": "shelf", "x_m": 2.0, "y_m": 0.0, "width_m": 0.4, "depth_m": 1.5, "high_m": 2.0} | changes
    return Obstacle(**fields)


def test_a_blocked_way_loses_more_of_its_high_tones():
    gains, blocked = kept(shelf())
    assert blocked
    loss_db = -20 * np.log10(gains)
    assert np.all(np.diff(loss_db) > 0)
    assert 5 < loss_db[0] < 15
    assert 12 < loss_db[3] < 24


def test_one_edge_follows_maekawas_law():
    # A screen so wide that only its top counts; 0.8 m of detour height over 2 m on both sides.
    gains, _ = kept(shelf(width_m=0.001, depth_m=200.0))
    detour = 2 * math.hypot(2.0, 0.8) - 4.0
    for gain, frequency in zip(gains, (400, 1000, 2000, 4000), strict=True):
        expected = 10 * math.log10(3 + 20 * 2 * detour * frequency / 343.0)
        assert -20 * math.log10(gain) == pytest.approx(min(expected, 24), abs=0.6)


def test_a_taller_thing_shades_more_and_a_low_one_not_at_all():
    low, _ = kept(shelf(high_m=1.3))
    tall, _ = kept(shelf(high_m=2.4))
    under, blocked = kept(shelf(high_m=1.0))
    assert np.all(tall < low)
    assert not blocked
    assert np.all(under == 1.0)


def test_a_raised_thing_lets_sound_pass_beneath():
    standing, _ = kept(shelf(depth_m=50.0))
    hanging, _ = kept(shelf(depth_m=50.0, low_m=1.0))
    assert np.all(hanging > standing)


def test_a_turned_thing_is_hit_where_it_stands():
    along, blocked_along = kept(shelf(x_m=2.0, y_m=0.5, width_m=2.0, depth_m=0.2, heading_deg=0.0))
    _, blocked_across = kept(shelf(x_m=2.0, y_m=0.5, width_m=2.0, depth_m=0.2, heading_deg=90.0))
    assert not blocked_along
    assert np.all(along == 1.0)
    assert blocked_across


@pytest.mark.parametrize("directivity", list(Directivity))
def test_radiated_energy_is_the_mean_over_all_directions(directivity):
    rng = np.random.default_rng(1)
    directions = rng.standard_normal((40_000, 3))
    gains = towards(directivity, facing=np.array([[1.0, 0.0, 0.0]]), directions=directions)
    assert radiated(directivity) == pytest.approx(float((gains[:, 1:] ** 2).mean()), rel=0.02)
    assert towards(directivity, facing=np.array([[1.0, 0, 0]]), directions=np.array([[2.0, 0, 0]])) == pytest.approx(
        1.0
    )


def test_reverberation_follows_eyring():
    room = box_room(size_m=(6.0, 5.0, 2.7), absorption=0.25)
    surface = 2 * (30 + 6 * 2.7 + 5 * 2.7)
    assert room.reverberation_s()[0] == pytest.approx(0.161 * 81 / (-surface * math.log(0.75)), rel=0.01)


def test_rooms_that_cannot_be_are_refused():
    corners = ((0.0, 0.0), (0.0, 4.0), (5.0, 4.0), (5.0, 0.0))
    with pytest.raises(ValueError, match="counter-clockwise"):
        SoundRoom(corners_m=corners, height_m=2.5, walls=(WALL,) * 4, floor=WALL, ceiling=WALL)
    with pytest.raises(ValueError, match="3 walls"):
        SoundRoom(corners_m=corners[::-1], height_m=2.5, walls=(WALL,) * 3, floor=WALL, ceiling=WALL)
    with pytest.raises(ValueError, match="absorption"):
        box_room(size_m=(5, 4, 2.5), absorption=1.0)


def test_a_cylinder_doubles_the_near_side_and_is_no_body_for_long_waves():
    angles = np.radians([0.0, 180.0])
    high, low = cylinder_spectra(np.array([7000.0]), angles, 0.06), cylinder_spectra(np.array([30.0]), angles, 0.06)
    assert abs(high[0, 0]) == pytest.approx(2.0, rel=0.1)
    assert abs(high[0, 1]) < 0.8
    assert np.abs(low[0]) == pytest.approx(1.0, abs=0.05)
    assert np.angle(high[0, 0] * np.exp(-2j * np.pi * 7000 * 0.06 / 343)) == pytest.approx(0.0, abs=0.4)


def test_free_microphones_need_no_table_and_bad_files_are_named(tmp_path):
    assert body_table(ArrayFacts()) is None
    with pytest.raises(ValueError, match=r"measured_file 'gone\.npz': no such file"):
        body_table(ArrayFacts(response="measured", measured_file="gone.npz"), folder=tmp_path)
    np.savez(tmp_path / "few.npz", responses=np.zeros((3, 36, 40)))
    with pytest.raises(ValueError, match=r"few\.npz: responses \(3, 36, 40\)"):
        read_measured(ArrayFacts(response="measured", measured_file="few.npz"), folder=tmp_path)
