"""Eyes that go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from simulator.onboard.angles import wrap_deg
from simulator.onboard.messages import Box, PersonSighting, Seeing, VisionReport
from simulator.world.faults.fault import Fault, Kind, Now, late, once

GHOST_ID, GHOST_M = 990, 1.2  # no run counts its sightings so far


def _people(change: Callable[[PersonSighting, Fault], PersonSighting | None]) -> Kind:
    """Each person seen otherwise, or not at all."""

    def changed(report: VisionReport, fault: Fault, now: Now) -> VisionReport:
        if not report.people:
            return report
        people = [change(person, fault) for person in report.people]
        return replace(report, people=tuple(person for person in people if person is not None))

    return Kind(at="vision", change=once(changed))


def _moved(person: PersonSighting, by_deg: float) -> PersonSighting:
    return replace(
        person,
        azimuth_deg=wrap_deg(person.azimuth_deg + by_deg),
        bearing_deg=wrap_deg(person.bearing_deg + by_deg),
    )


def _frozen(report: VisionReport, fault: Fault, now: Now) -> VisionReport:
    people = fault.memory.setdefault("people", report.people) or report.people
    fault.memory["people"] = people
    turned = (replace(p, bearing_deg=wrap_deg(p.azimuth_deg - report.frame_yaw_deg)) for p in people)
    return replace(report, people=tuple(turned))


def _ghost(report: VisionReport, fault: Fault, now: Now) -> VisionReport:
    if report.seeing is not Seeing.SEEING or report.frame_tick is None:
        return report
    ghost = PersonSighting(
        sighting_id=GHOST_ID, azimuth_deg=wrap_deg(report.frame_yaw_deg + fault.amount), bearing_deg=fault.amount,
        distance_m=GHOST_M, score=0.9, box=Box(x=0.4, y=0.3, width=0.1, height=0.2), has_face=True,
        head_yaw_deg=0.0, head_pitch_deg=0.0, engagement=1.0, confirmed=True,
    )  # fmt: skip
    return replace(report, people=(*report.people, ghost))


def _no_picture(report: VisionReport, fault: Fault, now: Now) -> VisionReport:
    return replace(report, seeing=Seeing.NO_PICTURE, people=())


EYES: dict[str, Kind] = {
    "bias": _people(lambda person, fault: _moved(person, fault.amount)),
    "mirror": _people(lambda person, fault: _moved(person, -2.0 * person.bearing_deg)),
    "scatter": _people(lambda person, fault: _moved(person, fault.amount * float(fault.rng.standard_normal()))),
    "miss people": _people(lambda person, fault: None if fault.rng.random() < fault.amount else person),
    "blind": _people(lambda person, fault: None),
    "narrow": _people(lambda person, fault: person if abs(person.bearing_deg) < fault.amount else None),
    "nobody engaged": _people(lambda person, fault: replace(person, engagement=0.0, head_yaw_deg=70.0)),
    "everybody engaged": _people(lambda person, fault: replace(person, engagement=1.0, head_yaw_deg=0.0)),
    "farther": _people(lambda person, fault: replace(person, distance_m=fault.amount * person.distance_m)),
    "posters": _people(lambda person, fault: replace(person, life=0.0)),
    "unconfirmed": _people(lambda person, fault: replace(person, confirmed=False)),
    "late": Kind(at="vision", change=late),
    "frozen": Kind(at="vision", change=once(_frozen)),
    "ghost": Kind(at="vision", change=once(_ghost)),
    "no picture": Kind(at="vision", change=once(_no_picture)),
}
