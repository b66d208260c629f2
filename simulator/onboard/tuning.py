"""The one declaration of every knob that a designer or an engineer may turn.

A field's dotted path (`zones.dead_half_width_deg`) is its only address: slider, `--set`, scene file, preset, recording,
sweep axis and documentation use it. The sentence under a field is its tooltip, its help and its row in docs/tuning.md.
Values change only at a tick boundary, through `patched`, which validates the whole tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from simulator.onboard.sentences import sentence

Value = float | int | bool | str

# Where zone widths are declared; between them they follow a smooth curve. 0.6 m: reading on a counter, 1.5 m: cooking,
# 3.0 m: the far end of a kitchen.
NEAR_M, MID_M, FAR_M = 0.6, 1.5, 3.0


# The direction finders that ship (onboard/ssl/finders.py has the methods), and what the name of one from elsewhere looks like.
FINDER_NAMES = ("fused", "decomposition", "whitened", "onset", "srp-phat")
OUTSIDE_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*"


class TuningError(ValueError):
    """A knob that does not exist, or a value outside its bounds; the text says path, value and what is allowed."""


class Knobs(BaseModel):
    """Base of all groups of knobs: frozen, no unknown names, only finite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=False)


def knob(
    default: float,
    low: float,
    high: float,
    *,
    unit: str,
    step: float,
    label: str,
    tier: Literal["design", "engineering"] = "design",
) -> Any:
    """Declare one numeric knob."""
    return Field(default, ge=low, le=high, json_schema_extra={"unit": unit, "step": step, "tier": tier, "label": label})


def choice(default: Value, *, label: str, tier: Literal["design", "engineering"] = "design") -> Any:
    """Declare one knob with named positions."""
    return Field(default, json_schema_extra={"unit": "", "step": 1, "tier": tier, "label": label})


@dataclass(frozen=True, slots=True)
class Named:
    """Makes a text a choice by name: one of those that ship, or PACKAGE/NAME for one of another package.

    Whether that package is installed is found out where the run is put together.
    """

    ships: tuple[str, ...]

    def __call__(self, name: str) -> str:
        """The name, if it may be one."""
        if name not in self.ships and not re.fullmatch(OUTSIDE_NAME, name):
            raise ValueError("no such name")
        return name


class ZoneKnobs(Knobs):
    """Where in the field of view the screen stays put, waits, or follows."""

    dead_half_width_deg: float = knob(12.0, 2.0, 40.0, unit="°", step=0.5, label="Calm middle")
    """Half width of the dead zone at 1.5 m: somebody inside it never causes motion."""
    dead_near_half_width_deg: float = knob(18.0, 2.0, 45.0, unit="°", step=0.5, label="Calm middle, close by")
    """Half width of the dead zone at 0.6 m, where a small step is a large angle."""
    dead_far_half_width_deg: float = knob(9.0, 2.0, 40.0, unit="°", step=0.5, label="Calm middle, far away")
    """Half width of the dead zone at 3 m."""
    holding_half_width_deg: float = knob(28.0, 4.0, 52.0, unit="°", step=0.5, label="Waiting edge")
    """Outer edge of the holding zone at 1.5 m: between calm middle and here the screen waits for somebody to settle."""
    holding_near_half_width_deg: float = knob(36.0, 4.0, 54.0, unit="°", step=0.5, label="Waiting edge, close by")
    """Outer edge of the holding zone at 0.6 m."""
    holding_far_half_width_deg: float = knob(22.0, 4.0, 52.0, unit="°", step=0.5, label="Waiting edge, far away")
    """Outer edge of the holding zone at 3 m."""
    hysteresis_deg: float = knob(2.0, 0.0, 8.0, unit="°", step=0.5, label="Edge stickiness")
    """How far past an edge somebody must go before the zone changes."""

    @model_validator(mode="after")
    def _holding_outside_dead(self) -> Self:
        for name in ("", "near_", "far_"):
            dead, holding = getattr(self, f"dead_{name}half_width_deg"), getattr(self, f"holding_{name}half_width_deg")
            if holding < dead + 2.0:
                raise ValueError(
                    f"zones.holding_{name}half_width_deg = {holding:g}: must be at least 2° more than "
                    f"zones.dead_{name}half_width_deg = {dead:g}"
                )
        return self


class PatienceKnobs(Knobs):
    """How long the screen waits before it answers."""

    settle_s: float = knob(1.5, 0.0, 10.0, unit="s", step=0.1, label="Settle time")
    """How long somebody must stay in a new place in the holding zone before the screen turns there."""
    settle_radius_deg: float = knob(6.0, 1.0, 20.0, unit="°", step=0.5, label="Settled means within")
    """Moving less than this counts as having settled."""
    motion_delay_s: float = knob(0.15, 0.0, 2.0, unit="s", step=0.05, label="Follow delay")
    """How long somebody must be in the motion zone before the screen follows."""
    rest_after_move_s: float = knob(0.6, 0.0, 5.0, unit="s", step=0.1, label="Rest after a turn")
    """Pause after a turn before the next one that nobody asked for."""
    ignore_sound_under_s: float = knob(0.3, 0.0, 2.0, unit="s", step=0.05, label="Ignore short noises under")
    """Speech shorter than this never draws attention."""
    forget_s: float = knob(20.0, 2.0, 120.0, unit="s", step=1.0, label="Remember people for")
    """How long somebody out of view is remembered."""
    look_after_s: float = knob(1.5, 0.0, 10.0, unit="s", step=0.1, label="Look after somebody for")
    """How long the screen still turns after somebody who has just left the picture."""


class MotionKnobs(Knobs):
    """How the turn feels."""

    max_rate_dps: float = knob(60.0, 5.0, 180.0, unit="°/s", step=5.0, label="Top speed")
    """Highest speed of a turn; at 180°/s a glass in the way tips over, at 60°/s it slides."""
    max_accel_dps2: float = knob(180.0, 20.0, 360.0, unit="°/s²", step=10.0, label="Acceleration")
    """How briskly a turn starts and ends."""
    max_jerk_dps3: float = knob(1800.0, 200.0, 7200.0, unit="°/s³", step=100.0, label="Softness of start and stop")
    """Rate of change of acceleration: lower is softer."""
    patrol_rate_dps: float = knob(15.0, 5.0, 60.0, unit="°/s", step=1.0, label="Patrol speed")
    """Speed of the away mode's look around."""
    stop_short_deg: float = knob(15.0, 2.0, 30.0, unit="°", step=1.0, label="Can stop within", tier="engineering")
    """The speed is kept so low that an emergency stop ends within this angle."""
    aim_tolerance_deg: float = knob(1.0, 0.2, 5.0, unit="°", step=0.1, label="Close enough", tier="engineering")
    """A turn smaller than this is not worth making."""


class AttentionKnobs(Knobs):
    """Whom the screen serves."""

    ambiguity_ratio: float = knob(0.7, 0.3, 1.0, unit="", step=0.05, label="Don't turn when directions tie")
    """When the second direction of sound is at least this share of the first and far from it, the screen stays."""
    ambiguity_gap_deg: float = knob(40.0, 10.0, 120.0, unit="°", step=5.0, label="Far apart means")
    """Directions nearer than this are taken for one talker."""
    min_sound_confidence: float = knob(0.55, 0.0, 1.0, unit="", step=0.05, label="Trust in sound")
    """Confidence that a direction of sound needs to turn the screen without seeing anybody there."""
    face_me_preference: float = knob(0.6, 0.0, 1.0, unit="", step=0.05, label="Face-me preference")
    """How much somebody who faces the device counts over somebody who only talks."""
    engaged_threshold: float = knob(0.5, 0.1, 0.95, unit="", step=0.05, label="Engaged means")
    """Probability of facing the device from which somebody counts as engaged."""
    min_person: float = knob(0.5, 0.1, 0.95, unit="", step=0.05, label="Sure it is a person")
    """Probability of being a living person below which somebody never moves the screen."""
    group_margin_deg: float = knob(6.0, 0.0, 20.0, unit="°", step=1.0, label="Air around a group")
    """Room kept on both sides when several people are kept in view together."""
    reflector_forget_s: float = knob(120.0, 10.0, 600.0, unit="s", step=10.0, label="Forget echoes after")
    """How long a direction that sounded but showed nobody is distrusted."""
    wake_policy: Literal["turn to wake word", "turn and follow", "do not move"] = choice(
        "turn and follow", label="On the wake word"
    )
    """What a wake word does: turn once, turn and keep following, or stay."""
    reply_window_s: float = knob(30.0, 0.0, 300.0, unit="s", step=5.0, label="Expect a reply for")
    """How long after the last exchange somebody who faces the device and speaks is answered without a wake word."""
    follow_for_s: float = knob(60.0, 5.0, 600.0, unit="s", step=5.0, label="Keep following for")
    """After a wake word the screen follows until nobody has faced or addressed it for this long."""
    max_distance_m: float = knob(4.5, 1.0, 8.0, unit="m", step=0.1, label="Serve people up to")
    """People farther away than this do not move the screen."""


class BumpKnobs(Knobs):
    """What the screen does when it meets a thing or a hand."""

    bump_torque_nm: float = knob(0.16, 0.05, 1.0, unit="N m", step=0.01, label="Bump sensitivity")
    """Unexpected torque that counts as contact; lower feels sooner, too low feels things that are not there."""
    retreat_deg: float = knob(2.0, 0.0, 10.0, unit="°", step=0.5, label="Back off after a bump")
    """How far the screen backs off from what it hit."""
    push_hold_s: float = knob(0.35, 0.1, 1.0, unit="s", step=0.05, label="A push lasts at least")
    """Torque must last this long to count as a hand turning the screen."""
    push_turn_deg: float = knob(3.0, 0.5, 10.0, unit="°", step=0.5, label="Or turns at least")
    """Or move the screen this far within half that time."""
    manual_rest_s: float = knob(3.0, 0.5, 30.0, unit="s", step=0.5, label="Respect a hand for")
    """After a hand let go the motor does not push back for this long."""
    manual_keep_s: float = knob(20.0, 0.0, 300.0, unit="s", step=5.0, label="Keep the hand's direction for")
    """How long the direction set by hand stays the wanted one unless somebody asks for the screen."""
    unblock_s: float = knob(30.0, 1.0, 300.0, unit="s", step=1.0, label="Try a blocked side again after")
    """A side that was bumped into stays blocked this long unless a person gives a new reason."""
    friction_slack_nm_per_dps: float = knob(
        0.0008, 0.0, 0.01, unit="N m s/°", step=0.0001, label="Slack per speed", tier="engineering"
    )
    """Extra contact threshold per speed, for what the friction model misses."""
    accel_slack_nm_per_dps2: float = knob(
        0.0004, 0.0, 0.005, unit="N m s²/°", step=0.0001, label="Slack per acceleration", tier="engineering"
    )
    """Extra contact threshold per acceleration, for what the inertia model misses."""


class SoundKnobs(Knobs):
    """How the ears work."""

    algorithm: Annotated[str, AfterValidator(Named(FINDER_NAMES))] = choice(
        "fused", label="Direction finder", tier="engineering"
    )
    """The method that turns samples into directions."""
    low_hz: float = knob(500.0, 100.0, 2000.0, unit="Hz", step=50.0, label="Lowest tone used", tier="engineering")
    """Tones below this say little about direction to a small array."""
    high_hz: float = knob(7000.0, 2000.0, 7900.0, unit="Hz", step=100.0, label="Highest tone used", tier="engineering")
    """Tones above this are mostly noise."""
    voice_threshold: float = knob(0.5, 0.1, 0.95, unit="", step=0.05, label="Speech means", tier="engineering")
    """Probability from which a sound counts as speech."""
    # Halves the false alarms in 40 minutes of other speech and loses none of 105 words; from 0.7 on words are lost.
    wake_threshold: float = knob(0.6, 0.1, 0.99, unit="", step=0.01, label="Wake word means", tier="engineering")
    """Probability from which the wake word counts as spoken."""
    window_s: float = knob(0.9, 0.3, 1.5, unit="s", step=0.1, label="Listening window", tier="engineering")
    """How much sound before the wake word's end its direction is taken from."""
    freeze_rate_dps: float = knob(8.0, 0.0, 60.0, unit="°/s", step=1.0, label="Deaf above", tier="engineering")
    """While the screen turns faster than this, directions of sound are not updated."""
    wall_model: bool = choice(True, label="Use known walls", tier="engineering")
    """Whether walls from the set-up step are part of the model."""


class VisionKnobs(Knobs):
    """How the eyes work."""

    face_threshold: float = knob(0.5, 0.2, 0.95, unit="", step=0.05, label="Face means", tier="engineering")
    """Score from which a face counts."""
    body_threshold: float = knob(0.5, 0.2, 0.95, unit="", step=0.05, label="Body means", tier="engineering")
    """Score from which a body counts."""
    facing_yaw_deg: float = knob(25.0, 5.0, 60.0, unit="°", step=1.0, label="Facing means within")
    """Head turned less than this from the device counts as facing it."""
    confirm_of_5: int = knob(3, 1, 5, unit="of 5", step=1, label="Believe after", tier="engineering")
    """In how many of the last five pictures somebody must be seen to be believed."""
    coast_s: float = knob(1.5, 0.2, 5.0, unit="s", step=0.1, label="Believe through gaps of", tier="engineering")
    """How long somebody believed is kept without being seen."""
    life_s: float = knob(8.0, 2.0, 60.0, unit="s", step=1.0, label="Suspect a picture after", tier="engineering")
    """A face that has not changed at all for this long is taken for a poster."""
    empty_fps: float = knob(
        2.0, 0.5, 10.0, unit="1/s", step=0.5, label="Pictures with nobody there", tier="engineering"
    )
    """Frame rate while nobody is in view."""
    still_fps: float = knob(5.0, 1.0, 15.0, unit="1/s", step=0.5, label="Pictures of still people", tier="engineering")
    """Frame rate while nobody moves."""
    moving_fps: float = knob(10.0, 2.0, 30.0, unit="1/s", step=0.5, label="Pictures while moving", tier="engineering")
    """Frame rate while somebody or the screen moves, or after a wake word."""


class CallKnobs(Knobs):
    """How a video call is framed."""

    framing: Literal["automatic", "centre", "left", "right"] = choice("automatic", label="Framing")
    """Where in the picture the people are put."""
    crop_zoom_max: float = knob(2.0, 1.0, 4.0, unit="x", step=0.1, label="Closest crop")
    """How far the digital part of the framing may zoom in."""
    crop_smooth_s: float = knob(0.8, 0.1, 4.0, unit="s", step=0.1, label="Crop calmness")
    """Time in which the crop follows; longer is calmer."""
    recentre_share: float = knob(0.55, 0.2, 0.9, unit="", step=0.05, label="Turn when crop reaches")
    """The screen turns when the crop has moved this share of the way to the picture's edge."""
    settle_s: float = knob(0.8, 0.0, 5.0, unit="s", step=0.1, label="Settle time in a call")
    """How long the framed people must stay before the screen turns for them."""


class RecipeKnobs(Knobs):
    """How the screen stays visible to a busy cook."""

    settle_s: float = knob(0.8, 0.0, 5.0, unit="s", step=0.1, label="Settle time of a cook")
    """How long a cook must stay at a new place; no facing needed."""
    widen: float = knob(1.2, 0.5, 2.0, unit="x", step=0.05, label="Wider calm middle")
    """Zone widths while cooking, relative to the normal ones: hands at work move the head a lot."""


class AwayKnobs(Knobs):
    """How the device watches an empty home."""

    patrol_every_s: float = knob(30.0, 5.0, 600.0, unit="s", step=5.0, label="Look around every")
    """Pause between two looks around."""
    dwell_s: float = knob(2.0, 0.5, 10.0, unit="s", step=0.5, label="Look at each place for")
    """Stop at each place of a look around."""
    step_deg: float = knob(45.0, 15.0, 90.0, unit="°", step=5.0, label="Turn per place")
    """Angle between two places of a look around."""
    alert_after_s: float = knob(0.6, 0.1, 5.0, unit="s", step=0.1, label="Alert after seeing a person for")
    """How long a person must be seen before the alert is sent."""
    alert_again_s: float = knob(60.0, 5.0, 3600.0, unit="s", step=5.0, label="Alert again after")
    """Pause before the same presence is reported again."""
    remote_timeout_s: float = knob(30.0, 5.0, 300.0, unit="s", step=5.0, label="Remote view ends after")
    """Without a new wish of the remote user the screen is given back."""
    remote_rate_dps: float = knob(45.0, 5.0, 90.0, unit="°/s", step=5.0, label="Remote speed")
    """Speed of turns asked for from afar."""


class Tuning(Knobs):
    """All knobs of the device."""

    zones: ZoneKnobs = ZoneKnobs()
    patience: PatienceKnobs = PatienceKnobs()
    motion: MotionKnobs = MotionKnobs()
    attention: AttentionKnobs = AttentionKnobs()
    bump: BumpKnobs = BumpKnobs()
    call: CallKnobs = CallKnobs()
    recipe: RecipeKnobs = RecipeKnobs()
    away: AwayKnobs = AwayKnobs()
    sound: SoundKnobs = SoundKnobs()
    vision: VisionKnobs = VisionKnobs()

    def value(self, path: str) -> Value:
        """The value at a dotted path."""
        leaf = leaf_at(path)
        found: Value = getattr(getattr(self, leaf.group), leaf.name)
        return found

    def patched(self, changes: Mapping[str, Value]) -> Tuning:
        """A new tree with some values replaced, all of it validated."""
        if not changes:
            return self
        tree = self.model_dump()
        for path, value in changes.items():
            leaf = leaf_at(path)
            tree[leaf.group][leaf.name] = value
        try:
            return Tuning.model_validate(tree)
        except ValidationError as error:
            raise TuningError("; ".join(_sentence(problem) for problem in error.errors())) from None

    def differences(self, other: Tuning) -> dict[str, tuple[Value, Value]]:
        """What the other tree has different: path to (mine, other's)."""
        return {
            leaf.path: (self.value(leaf.path), other.value(leaf.path))
            for leaf in leaves()
            if self.value(leaf.path) != other.value(leaf.path)
        }

    def changed(self) -> dict[str, Value]:
        """The values that are not the default."""
        return {path: mine for path, (mine, _) in self.differences(Tuning()).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One knob, as its consumers need it."""

    path: str
    group: str
    name: str
    kind: Literal["number", "whole", "switch", "choice"]
    default: Value
    low: float | None  # None unless a number
    high: float | None  # None unless a number
    step: float
    unit: str
    tier: str
    label: str
    sentence: str
    choices: tuple[str, ...] = ()
    also_outside: bool = False  # PACKAGE/NAME of an installed package is a choice too

    @property
    def allowed(self) -> str:
        """The choices, as a sentence lists them."""
        return ", ".join(self.choices) + (", or PACKAGE/NAME of an installed one" if self.also_outside else "")


@cache
def leaves() -> tuple[Leaf, ...]:
    """All knobs in the order of the tuning panel."""
    return tuple(_walk())


@cache
def _by_path() -> dict[str, Leaf]:
    return {leaf.path: leaf for leaf in leaves()}


def leaf_at(path: str) -> Leaf:
    """The knob at a dotted path."""
    try:
        return _by_path()[path]
    except KeyError:
        import difflib

        near = difflib.get_close_matches(path, _by_path(), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise TuningError(f"{path}: there is no such knob{hint}") from None


def parsed(path: str, text: str) -> Value:
    """Read a typed value for a knob: a number (its unit may follow), on/off, or one of the choices."""
    leaf = leaf_at(path)
    text = text.strip()
    if leaf.kind == "switch":
        if text.lower() in ("on", "true", "yes", "1"):
            return True
        if text.lower() in ("off", "false", "no", "0"):
            return False
        raise TuningError(f"{path} = {text}: must be on or off")
    if leaf.kind == "choice":
        if text in leaf.choices or (leaf.also_outside and re.fullmatch(OUTSIDE_NAME, text)):
            return text
        raise TuningError(f"{path} = {text}: must be one of {leaf.allowed}")
    number = text.removesuffix(leaf.unit).strip() if leaf.unit else text
    try:
        value = float(number)
    except ValueError:
        raise TuningError(f"{path} = {text}: must be a number in {leaf.unit or 'its unit'}") from None
    if leaf.kind == "whole":
        if value != int(value):
            raise TuningError(f"{path} = {text}: must be a whole number")
        return int(value)
    return value


def group_sentence(group: str) -> str:
    """What a group of knobs is about."""
    model = Tuning.model_fields[group].annotation
    return (model.__doc__ or "").strip() if model is not None else ""


def _walk() -> Iterator[Leaf]:
    for group, group_field in Tuning.model_fields.items():
        model = group_field.annotation
        assert isinstance(model, type)
        assert issubclass(model, Knobs)
        for name, field in model.model_fields.items():
            extra = field.json_schema_extra
            assert isinstance(extra, dict)
            bounds = {type(item).__name__: item for item in field.metadata}
            kind: Literal["number", "whole", "switch", "choice"] = "number"
            named = next((item.func for item in field.metadata if isinstance(item, AfterValidator)), None)
            choices = named.ships if isinstance(named, Named) else get_args(field.annotation)
            if choices:
                kind = "choice"
            elif field.annotation is bool:
                kind = "switch"
            elif field.annotation is int:
                kind = "whole"
            yield Leaf(
                path=f"{group}.{name}",
                group=group,
                name=name,
                kind=kind,
                default=field.default,
                low=float(bounds["Ge"].ge) if "Ge" in bounds else None,
                high=float(bounds["Le"].le) if "Le" in bounds else None,
                step=float(extra["step"]),  # type: ignore[arg-type]
                unit=str(extra["unit"]),
                tier=str(extra["tier"]),
                label=str(extra["label"]),
                sentence=sentence(model, name),
                choices=choices,
                also_outside=isinstance(named, Named),
            )


def _sentence(problem: Any) -> str:
    path = ".".join(str(part) for part in problem["loc"])
    leaf = _by_path().get(path)
    if leaf is None:
        return str(problem["ctx"]["error"]) if problem["type"] == "value_error" else f"{path}: {problem['msg']}"
    if leaf.kind == "choice":
        return f"{path} = {problem['input']}: must be one of {leaf.allowed}"
    if leaf.low is not None and leaf.high is not None:
        return f"{path} = {problem['input']}: must be a number from {leaf.low:g} to {leaf.high:g} {leaf.unit}".rstrip()
    return f"{path} = {problem['input']}: {problem['msg']}"
