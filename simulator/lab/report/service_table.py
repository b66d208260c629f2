"""The table of the HTML report that says what the runs were worth to whoever was there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from simulator.lab.report.html_page import many
from simulator.lab.run_result import RunResult
from simulator.lab.served import LEAST_SESSIONS, p_served
from simulator.lab.service import CALM_DEG, NEAR_M, PATIENCE_S, ServiceFigures


def service_table(results: Sequence[RunResult]) -> Iterable[str]:
    """All figures of service over these runs; nothing where no run has any."""
    known = [result.service for result in results if result.service is not None]
    if not known:
        return
    pooled = sum(known, start=ServiceFigures())
    yield f'<h2 id="service">Service</h2><p class="faint">Over {many(len(known), "run")}, {pooled.sessions} of them with a call. '
    yield f"The middle is {CALM_DEG:g}° to either side, whatever the zones are.</p><table class=narrow>"
    for name, value in figures(pooled):
        yield f"<tr><td>{escape(name)}</td><td class=n>{escape(value)}</td></tr>"
    yield "</table>"


def figures(pooled: ServiceFigures) -> list[tuple[str, str]]:
    """Each figure with its name and unit."""
    chance = p_served(pooled)
    served = (
        f"not enough sessions ({pooled.sessions} of {LEAST_SESSIONS})"
        if chance.rate is None
        else f"{chance.rate:.0%} ({chance.low:.0%} to {chance.high:.0%}) of {many(chance.calls, 'call')}"
    )
    return [
        (f"calls served within {PATIENCE_S:g} s", served),
        ("seconds to face, mean", _number(pooled.seconds_to_face, "s")),
        ("caller outside the middle, mean", _number(pooled.outside_deg, "°")),
        ("corrections a call", _number(pooled.corrections_per_call, "")),
        ("false turns a minute", f"{pooled.false_turns_per_min:.2f}"),
        ("motion a minute", f"{pooled.turned_deg_per_min:.0f}°"),
        (f"fastest turn with somebody within {NEAR_M:g} m", f"{pooled.near_top_dps:.0f} °/s"),
        ("things tipped over", str(pooled.tipped)),
    ]


def _number(value: float | None, unit: str) -> str:
    return "nobody called" if value is None else f"{value:.2f} {unit}".replace(" °", "°").strip()
