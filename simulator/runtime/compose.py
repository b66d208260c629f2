"""Puts a session together: the one place that knows which world, senses and rig go with which scene, mode and rig string.

Modes: `full` renders samples and pixels, `audio` renders samples and models what is seen, `feature` models both.
Rigs: `virtual`, `hybrid:MOTOR` (that motor in the virtual room), `real:FILE` (a bench with microphones, camera and motor), or
`replay:RECORDING` (what was sensed then, decided again).
"""

from __future__ import annotations

import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hardware_bridge.ports import Motor, Rig
from simulator.onboard.algorithms import Algorithms, Ears, Eyes
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICKS_PER_S, HunchLevel, Memory
from simulator.onboard.seams import NO_SEAMS, Seams
from simulator.onboard.stack import Stack
from simulator.onboard.tuning import FINDER_NAMES, Tuning
from simulator.runtime import outside
from simulator.runtime.header import Header, Senses
from simulator.runtime.measured import Measured
from simulator.runtime.observers import Host
from simulator.runtime.outside_parts import algorithms as named_algorithms
from simulator.runtime.outside_parts import ears as outside_ears
from simulator.runtime.outside_parts import eyes as outside_eyes
from simulator.runtime.quiet import quiet_stderr
from simulator.runtime.recording import read
from simulator.runtime.rehearsal import rehearse
from simulator.runtime.replayed import Replayed
from simulator.runtime.seeds import stream
from simulator.runtime.session import Session
from simulator.runtime.word_hearing import WordHearing
from simulator.scene.loader import Scene
from simulator.world.body import BodyWorld
from simulator.world.faults.planted import fault_seams, faulty_body
from simulator.world.feature_model import FeatureErrors
from simulator.world.placement import setup_of
from simulator.world.sound.voices import Voices, noise_clip
from simulator.world.spec import Action, FaultAction, HandAction, RequestAction, TuneAction
from simulator.world.views import Samples
from simulator.world.world import PictureRenderer, World

if TYPE_CHECKING:  # the ears load what a run without them need not wait for
    from simulator.onboard.ssl.finders import Finder

FINDER = "sound.algorithm"
Streams = Callable[[str], np.random.Generator]


class RigError(ValueError):
    """A rig string that names nothing that exists."""


class UnfitRig(RigError):
    """A rig on which this scene cannot happen: nothing ran."""


def compose(
    scene: Scene, *, seed: int = 0, mode: Senses = "full", tuning: Tuning | None = None, rig: str = "virtual"
) -> Session:
    """A session for a scene."""
    return build(header_of(scene, seed=seed, mode=mode, tuning=tuning, rig=rig))


def header_of(
    scene: Scene,
    *,
    seed: int = 0,
    mode: Senses = "full",
    tuning: Tuning | None = None,
    rig: str = "virtual",
    parts: Mapping[outside.Kind, str] | None = None,
    memory: Memory | None = None,
) -> Header:
    """What identifies a run of a scene; `parts` are algorithms of other packages in the place of our own.

    A memory that is off is none: it leaves no trace.
    """
    header = Header(
        scene_name=scene.name,
        scene_path=str(scene.path),
        scene_text=scene.text,
        spec=scene.spec,
        facts=scene.facts,
        tuning=scene.tuning if tuning is None else tuning,
        seed=seed,
        mode=mode,
        rig=rig,
        outside=dict(parts or {}),
        memory=None if memory is None or memory.level is HunchLevel.OFF else memory,
    )
    return replace(header, versions={**header.versions, **outside.versions(name for _, name in _outside(header))})


def build(
    header: Header,
    *,
    motor: Motor | None = None,
    errors: FeatureErrors | None = None,
    seams: Seams = NO_SEAMS,
    plant: MotorFacts | None = None,
    algorithms: Algorithms | None = None,
    eyes_apart: bool = False,
    finders: Mapping[str, Finder] | None = None,
) -> Session:
    """A session for what a header says: the same header always gives the same run.

    A motor that is open already may be given, other error models for modelled senses than those that ship, seams behind the stages
    (after the modelled senses), the facts of a virtual motor that is not what the stack believes, other stages of the mind than those
    that the header names, and direction finders by the name that the header's knob has. With `eyes_apart` pictures are drawn and looked
    at in a process of their own, which changes no result.
    """
    own = finders or {}
    _check_outside(header, own)
    kind, _, name = header.rig.partition(":")
    if kind == "real" and name:
        return _in_lab(header, Path(name), seams=seams)
    if kind == "replay" and name:
        return _again(header, Path(name), seams=seams)
    streams = partial(stream, header.seed)
    motor, body = _turned_by(header, streams, motor)
    heard, seen = header.mode in ("full", "audio"), header.mode == "full"
    if header.rig == "virtual" and motor is None:
        body = faulty_body(header.spec, plant or header.facts.motor, streams)
        if body is None and plant is not None:
            body = BodyWorld(header.spec, plant, streams("world.body"))
    seams = fault_seams(header.spec, streams).then(seams)
    if not seen:
        from simulator.world.feature import feature_senses

        words = WordHearing(header.spec, header.facts)
        hears, sees = feature_senses(header.spec, header.facts, streams, errors=errors, hears=words)
        seams = Seams(sound=None if heard else hears, vision=sees).then(seams)
    # Ears and eyes take seconds: before the world switches a motor on that must hear from us ever after.
    by_the_clock = motor is not None and body is None
    eyes, camera = _eyes_and_camera(header, apart=eyes_apart, waits=not by_the_clock) if seen else (None, None)
    stack = _stack(header, ears=_ears(header, own) if heard else None, eyes=eyes, mind=algorithms)
    if by_the_clock:
        rehearse(stack, seams, world=_world(header, streams, None, None, None), tuning=header.tuning)
    world = _world(header, streams, motor, body, camera)
    return Session(
        rig=world,
        stack=stack,
        tuning=header.tuning,
        timeline=_timeline(header.spec.actions),
        world=world,
        seams=seams,
        host=motor if by_the_clock and isinstance(motor, Host) else None,
    )


def _in_lab(header: Header, bench: Path, *, seams: Seams) -> Session:
    from hardware_bridge.rigs.lab_rig import open_lab

    if header.mode != "full":
        raise RigError(f"rig {header.rig}: a real room is heard and seen: it needs mode full, not {header.mode}")
    arc = header.spec.device.range
    return on_rig(
        header,
        lambda: open_lab(bench, facts=header.facts, range_of_motion=arc),
        seams=seams,
        by_the_clock=True,
    )


def on_rig(
    header: Header, open_rig: Callable[[], Rig], *, seams: Seams = NO_SEAMS, by_the_clock: bool = False
) -> Session:
    """A session in a real room. Its timeline only asks and tunes: whatever else a scene says, people have to do."""
    closes: tuple[Callable[[], None], ...] = ()
    ears = _ears(header, {})  # takes seconds, as the eyes do: before a motor is on
    if "eyes" in header.outside:
        eyes = _eyes(header)
    else:  # the loop must never wait for what looks at pictures
        from simulator.runtime.eyes_apart import eyes_of_rig

        eyes, apart = eyes_of_rig(header.facts)
        closes = (apart.close,)
    stack = _stack(header, ears=ears, eyes=eyes)
    if by_the_clock:
        imagined = _world(header, partial(stream, header.seed), None, None, None)
        rehearse(stack, seams, world=imagined, tuning=header.tuning)
    actions = [action for action in header.spec.actions if isinstance(action, (TuneAction, RequestAction))]
    rig = open_rig()
    return Session(
        rig=rig,
        stack=stack,
        tuning=header.tuning,
        timeline=_timeline(actions),
        seams=seams,
        witness=Measured(),
        closes=closes,
        host=rig if by_the_clock and isinstance(rig, Host) else None,
    )


def _again(header: Header, path: Path, *, seams: Seams) -> Session:
    """A session that decides a recording again, with the knobs of the header."""
    recording = read(path)
    then = recording.header
    if not recording.traces or then.scene_name != header.scene_name:
        raise RigError(f"rig {header.rig}: a recording of {then.scene_name!r}, not of {header.scene_name!r}")
    replayed = Replayed(recording)
    tunes = [action for action in then.spec.actions if isinstance(action, TuneAction)]
    sent = [(tick, action) for tick, action in recording.commands if isinstance(action, TuneAction)]
    return Session(
        rig=replayed,
        stack=_stack(replace(then, outside=header.outside), ears=None, eyes=None),
        tuning=header.tuning,
        timeline=sorted((*_timeline(tunes), *sent), key=lambda item: item[0]),
        seams=replayed.seams.then(seams),
        witness=replayed,
    )


def _stack(header: Header, *, ears: Ears | None, eyes: Eyes | None, mind: Algorithms | None = None) -> Stack:
    return Stack(
        header.facts,
        setup_of(header.spec),
        ears,
        eyes,
        algorithms=mind or named_algorithms(header.outside),
        memory=header.memory,
    )


def _check_outside(header: Header, own: Mapping[str, Finder]) -> None:
    """Refuse a run that names what is not installed, or a part that its mode does not have."""
    for kind, name in _outside(header):
        if not (kind == "finder" and name in own):
            outside.check(kind, name)
    for kind, modes in (("ears", ("full", "audio")), ("eyes", ("full",))):
        if kind in header.outside and header.mode not in modes:
            raise RigError(f"--with {kind}: mode {header.mode} has no {kind}; it needs mode {' or '.join(modes)}")


def _timeline(actions: Iterable[Action]) -> list[tuple[int, Action]]:
    timed = ((round(a.at_s * TICKS_PER_S), a) for a in actions if not isinstance(a, FaultAction))  # these are seams
    return sorted(timed, key=lambda item: item[0])


def _world(
    header: Header, streams: Streams, motor: Motor | None, body: BodyWorld | None, camera: PictureRenderer | None
) -> World:
    spec, facts = header.spec, header.facts
    sound = None
    if header.mode in ("full", "audio"):
        from simulator.world.sound.field import SoundField

        sound = SoundField(spec, facts, streams)
    return World(
        spec,
        facts,
        streams=streams,
        motor=motor,
        body=body,
        clips=_voices(),
        noises=_noise if sound is not None else None,
        sound=sound,
        camera=camera,
    )


def _turned_by(header: Header, streams: Streams, lent: Motor | None) -> tuple[Motor | None, BodyWorld | None]:
    """The motor that a hybrid rig turns, and the room around it where it can be pushed; None: the room's own.

    A motor that is lent is a real one, and whoever lends it keeps the pace.
    """
    if lent is not None:
        _refuse_pushes(header)
        return lent, None
    kind, _, name = header.rig.partition(":")
    if header.rig == "virtual":
        return None, None
    if kind != "hybrid" or not name:
        raise RigError(
            f"rig {header.rig}: must be virtual, hybrid:MOTOR (as hybrid:emulated:dynamixel), real:FILE or replay:RECORDING"
        )
    from hardware_bridge.backends.wired import WHOLE_TRAVEL
    from hardware_bridge.rigs.emulated import OnVirtualTime
    from hardware_bridge.rigs.motor_by_name import open_motor, parse_url
    from hardware_bridge.rigs.wall_clock import OnWallClock
    from simulator.world.lent_body import LentBody

    spec, facts = header.spec, header.facts.motor
    if parse_url(name).scheme != "emulated":
        _refuse_pushes(header)
        return OnWallClock(name, travel=WHOLE_TRAVEL), None
    motor = open_motor(name, facts=facts, rng=streams("motor on the wire"), yaw_deg=spec.device.start_yaw_deg)
    assert isinstance(motor, OnVirtualTime)
    return motor, LentBody(spec, facts, motor=motor)


def _refuse_pushes(header: Header) -> None:
    """A scene in which the room pushes the screen cannot happen to a real one."""
    spec = header.spec
    hands = [action for action in spec.actions if isinstance(action, HandAction)]
    why = f"a hand is on the screen at {hands[0].at_s:g} s" if hands else ""
    if not hands and spec.device.range is not None:
        arc = spec.device.range
        met = BodyWorld(spec, header.facts.motor, None).contacts.met_between(arc.min_deg, arc.max_deg)
        why = f"the screen can touch {met[0]}" if met else ""
    if why:
        raise UnfitRig(
            f"{header.scene_name}: {why}, and a virtual room cannot push a real motor: not exercised; "
            "use hybrid:emulated:dynamixel, or a real room"
        )


def _ears(header: Header, own: Mapping[str, Finder]) -> Ears:
    if "ears" in header.outside:
        return outside_ears(header.outside["ears"], header.facts)
    from simulator.onboard.ssl.geometry import doubts
    from simulator.onboard.ssl.stage import SoundStage
    from simulator.runtime.ear_models import load_ear_models

    for doubt in doubts(header.facts.microphones):
        sys.stderr.write(f"swivel: {doubt}\n")
    return SoundStage(
        header.facts, load_ear_models(array=header.facts.microphones, outside_finder=_finders(header, own))
    )


def _outside(header: Header) -> Iterator[tuple[outside.Kind, str]]:
    """Every algorithm of another package that a run names."""
    yield from header.outside.items()
    tuned = (action.value for action in header.spec.actions if isinstance(action, TuneAction) and action.path == FINDER)
    for name in (header.tuning.value(FINDER), *tuned):
        if name not in FINDER_NAMES:
            yield "finder", str(name)


def _finders(header: Header, own: Mapping[str, Finder]) -> Callable[[str], Finder]:
    """Direction finders of other packages: those that a run names are loaded before anything is switched on."""
    from simulator.runtime.outside_finder import outside_finder

    @cache
    def found(name: str) -> Finder:
        return own[name] if name in own else outside_finder(name)

    for kind, name in _outside(header):
        if kind == "finder":
            found(name)
    return found


def _eyes_and_camera(header: Header, *, apart: bool, waits: bool) -> tuple[Eyes, PictureRenderer]:
    if (apart or not waits) and "eyes" not in header.outside:
        from simulator.runtime.eyes_apart import eyes_in_room

        return eyes_in_room(header, waits=waits)
    from simulator.world.camera.camera import VirtualCamera

    return _eyes(header), VirtualCamera(header.spec, header.facts.camera, stream(header.seed, "camera"))


def _eyes(header: Header) -> Eyes:
    if "eyes" in header.outside:
        return outside_eyes(header.outside["eyes"], header.facts)
    from simulator.onboard.vision.looking import eyes
    from simulator.runtime.models import vision_models

    models = vision_models(lambda sentence: sys.stderr.write(f"swivel: {sentence}\n"))
    with quiet_stderr():  # the interpreter of the models announces its delegate
        return eyes(header.facts, models)


@cache
def _voices() -> Voices:
    return Voices()


@cache
def _noise(kind: str) -> Samples:
    return noise_clip(kind)
