"""What the sound field and the ears cost, as shares of real time on one core: python -m benchmarks.ssl_cost [--quick] [--json FILE]"""

from __future__ import annotations

import math
import time

import numpy as np
import pyroomacoustics as pra
from numpy.typing import NDArray

from benchmarks.common import finish, parser
from benchmarks.ssl_peers import peer
from benchmarks.ssl_rooms import Listener, active_clip, arc, make_room, parts
from benchmarks.ssl_speech import prompts
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import ArrayFacts, DeviceFacts
from simulator.onboard.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ, TICK_S, MicBlock, MotorMode, MotorState, Setup
from simulator.onboard.ssl import dictionary
from simulator.onboard.ssl.answer import answer
from simulator.onboard.ssl.evidence import gather
from simulator.onboard.ssl.features import FEATURES
from simulator.onboard.ssl.finders import shipped
from simulator.onboard.ssl.forest import Forest
from simulator.onboard.ssl.places import PLACE_FEATURES
from simulator.onboard.ssl.question import question
from simulator.onboard.ssl.stage import SoundStage
from simulator.onboard.tuning import Tuning
from simulator.runtime.ear_models import DIRECT, load_ear_models
from simulator.world.sound import kernels
from simulator.world.sound.field import SoundField
from simulator.world.sound.view import Directivity, SoundView, SourceNow
from simulator.world.sound.voices import Voices, noise_clip
from simulator.world.spec import WorldSpec

TICKS = 1000
FIRST_SEED, WINDOW_S = 25_000, 0.9
F32 = NDArray[np.float32]


def main() -> int:
    """Time, report."""
    args = parser(__doc__).parse_args()
    finish({**answer_time(quick=args.quick), **render_time()}, args)
    return 0


def answer_time(*, quick: bool) -> dict[str, float | int | str]:
    """Time from the end of the window to the answer, taken in turns with the peer on the same windows."""
    ours: list[float] = []
    theirs: list[float] = []
    finder = shipped(Forest(DIRECT.read_bytes(), features=FEATURES, place_features=PLACE_FEATURES))["fused"]
    plain = dictionary.build(ArrayFacts(), low_hz=500.0, high_hz=7000.0)
    locate, clips, doubt = peer("SRP", ArrayFacts()), prompts("judge"), Tuning().attention
    for seed in range(FIRST_SEED, FIRST_SEED + (5 if quick else 30)):
        room = make_room(seed)
        clip = active_clip(clips[seed % len(clips)], seconds=WINDOW_S + 0.1)
        heard = Listener(ArrayFacts()).hear(room, "turned", (clip,))
        noise, window = parts(heard, plain, seconds=WINDOW_S)
        for _ in range(3):
            started = time.process_time()
            evidence = gather(window, noise=noise, plain=plain, beside_walls=None)
            answer(question(evidence, range_of_motion=arc(room), yaw_deg=0.0), finder, yaw_deg=0.0, doubt=doubt)
            middle = time.process_time()
            locate(window)
            ours.append(middle - started)
            theirs.append(time.process_time() - middle)
    return {
        "time.answer_ms": 1e3 * float(np.median(ours)),
        "time.pra_srp_ms": 1e3 * float(np.median(theirs)),
        "time.ratio_to_pra_srp": float(np.median(ours) / np.median(theirs)),
    }


def render_time() -> dict[str, float | int | str]:
    """Cost of the moving sound field, and of one rebuild against pyroomacoustics at order 6."""
    own = rebuild_seconds(6)
    size, source = np.array([6.0, 5.0, 2.7]), np.array([2.0, 3.0, 1.5])
    places = np.asarray(ArrayFacts().positions_m) + (3.0, 0.35, 1.0)
    peer_times = []
    for _ in range(30):
        room = pra.ShoeBox(size, fs=SAMPLE_RATE_HZ, materials=pra.Material(0.25), max_order=6)
        room.add_microphone_array(places.T)
        room.add_source(source)
        started = time.process_time()
        room.compute_rir()
        peer_times.append(time.process_time() - started)
    assert kernels.image_capacity(6) == room.sources[0].images.shape[1]
    out: dict[str, float | int | str] = {
        "render.x_real_time_cost": moving_field_cost(),
        "render.rebuild_ms": 1e3 * own,
        "render.pra_rebuild_ms": 1e3 * float(np.median(peer_times)),
        "render.ratio_to_pra": float(np.median(peer_times)) / own,
    }
    out.update(hearing_cost())
    return out


def rebuild_seconds(order: int) -> float:
    """Median time to mirror a source and build the responses of all microphones."""
    size, source, centre = np.array([6.0, 5.0, 2.7]), np.array([2.0, 3.0, 1.5]), np.array([3.0, 0.35, 1.0])
    places = np.asarray(ArrayFacts().positions_m, dtype=float)
    table = kernels.kernel_table()
    reflection = np.full((6, kernels.BANDS), math.sqrt(0.75))
    cells = np.empty((kernels.image_capacity(order), 3), np.int64)
    positions = np.empty(cells.shape)
    gains = np.empty((len(cells), kernels.BANDS))
    times = []
    for k in range(60):
        started = time.process_time()
        kernels.box_images(source + k * 1e-3, size, order, cells, positions)
        kernels.box_wall_gains(cells, reflection, gains)
        response = np.zeros((len(places), 4096), np.float32)
        kernels.ring_response(positions - centre, gains.astype(np.float32), places, table, response)
        times.append(time.process_time() - started)
    return float(np.median(times[10:]))


def moving_field_cost() -> float:
    """Three sources that sound without pause, one walking, the array turning, every 10 ms."""
    field = SoundField(WorldSpec(), DeviceFacts(), _stream)
    clip = Voices().clip("voice-1", "speech")

    def view(tick: int) -> SoundView:
        at = tick * BLOCK_SAMPLES % (len(clip) - BLOCK_SAMPLES)
        samples = clip[at : at + BLOCK_SAMPLES]
        places = ((1.0 + 0.01 * (tick % 300), 2.5, 1.5), (3.5, 2.0, 1.2), (4.0, 3.0, 1.0))
        return SoundView(
            tick=tick,
            yaw_deg=math.fmod(0.9 * tick, 180.0) - 90.0,
            rate_dps=90.0,
            sources=tuple(
                SourceNow(
                    name=f"source {k}", position_m=p, facing_deg=-90.0, directivity=Directivity.MOUTH, samples=samples
                )
                for k, p in enumerate(places)
            ),
        )

    return _cost(lambda tick: field.block(view(tick)), lambda: None)


def hearing_cost() -> dict[str, float | int | str]:
    """The whole way from sources to direction: in silence, and with one talker who speaks a third of the time."""
    facts, voices, tuning = DeviceFacts(), Voices(), Tuning()
    setup = Setup(range=RangeOfMotion(min_deg=-90.0, max_deg=90.0))
    out: dict[str, float | int | str] = {}
    for name in ("silence", "talk", "fan"):
        field = SoundField(WorldSpec(), facts, _stream)
        ears = SoundStage(facts, load_ear_models())
        spoken = _conversation(voices) if name == "talk" else None
        hum = noise_clip("fan") * np.float32(0.3)
        spent = {"render": 0.0, "hear": 0.0}
        for tick in range(-100, TICKS):
            samples = None
            if spoken is not None:
                block = spoken[(tick + 100) * BLOCK_SAMPLES :][:BLOCK_SAMPLES]
                samples = block if block.any() else None
            sources = [SourceNow(name="talker", position_m=(1.5, 2.6, 1.5), facing_deg=-70.0, samples=samples)]
            if name == "fan":
                at = (tick + 100) * BLOCK_SAMPLES % (len(hum) - BLOCK_SAMPLES)
                sources.append(SourceNow(name="fan", position_m=(4.0, 2.0, 1.0), samples=hum[at : at + BLOCK_SAMPLES]))
            view = SoundView(tick=tick + 100, yaw_deg=0.0, rate_dps=0.0, sources=tuple(sources))
            started = time.process_time()
            block = field.block(view)
            rendered = time.process_time()
            ears.tick(
                MicBlock(tick=tick + 100, samples=block),
                motor=MotorState(tick=tick + 100, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING),
                setup=setup,
                tuning=tuning,
            )
            if tick >= 0:
                spent["render"] += rendered - started
                spent["hear"] += time.process_time() - rendered
        for part, seconds in spent.items():
            out[f"cost.{name}.{part}_x_real_time"] = seconds / (TICKS * TICK_S)
        out[f"cost.{name}.times_real_time"] = TICKS * TICK_S / sum(spent.values())
    return out


def _conversation(voices: Voices) -> F32:
    """Eleven seconds with a wake word and a question, silence else."""
    out = np.zeros((TICKS + 200) * BLOCK_SAMPLES, np.float32)
    for start_s, kind in ((2.0, "wake_word"), (3.2, "speech")):
        clip = voices.clip("voice-1", "wake_word" if kind == "wake_word" else "speech")
        at = int(start_s * SAMPLE_RATE_HZ)
        out[at : at + len(clip)] = clip
    return out


def _cost(work: object, _after: object) -> float:
    assert callable(work)
    for tick in range(50):
        work(tick)
    started = time.process_time()
    for tick in range(50, 50 + TICKS):
        work(tick)
    return (time.process_time() - started) / (TICKS * TICK_S)


def _stream(name: str) -> np.random.Generator:
    return np.random.default_rng([1, *name.encode()])


if __name__ == "__main__":
    raise SystemExit(main())
