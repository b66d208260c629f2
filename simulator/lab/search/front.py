"""The front of many points with two objectives: those that no other point beats in both, at most nine of them, from eager to calm."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.lab.search.objectives import Objectives

# In order of less and less motion; fewer points take names spread over the list.
NAMES = ("eager", "brisk", "lively", "ready", "even", "easy", "gentle", "quiet", "calm")
MOST = len(NAMES)


def beats(a: Objectives, b: Objectives) -> bool:
    """Whether a is at least as good in both and better in one."""
    return a != b and a[0] <= b[0] and a[1] <= b[1]


def front(points: Sequence[Objectives]) -> list[int]:
    """The places of the points that nobody beats, best service first; of equal ones the first."""
    kept = [
        place
        for place, one in enumerate(points)
        if not any(beats(other, one) for other in points) and one not in points[:place]
    ]
    return sorted(kept, key=lambda place: points[place])


def thinned(places: Sequence[int], points: Sequence[Objectives], *, most: int = MOST) -> list[int]:
    """The ends and those between them that stand farthest apart, in shares of the front's span."""
    kept = list(places)
    if len(kept) <= max(most, 2):
        return kept
    spans = [(max(points[p][k] for p in kept) - min(points[p][k] for p in kept)) or 1.0 for k in (0, 1)]

    def apart(a: int, b: int) -> float:
        return sum(abs(points[a][k] - points[b][k]) / spans[k] for k in (0, 1))

    while len(kept) > most:
        crowded = min(range(1, len(kept) - 1), key=lambda at: apart(kept[at - 1], kept[at + 1]))
        del kept[crowded]
    return kept


def names(count: int) -> list[str]:
    """Names for so many points."""
    if count <= 1:
        return ["even"][:count]
    return [NAMES[round(k * (MOST - 1) / (count - 1))] for k in range(count)]


def hypervolume(points: Sequence[Objectives], *, worst: Objectives, best: Objectives) -> float:
    """Share of the box between the best and the worst that these points beat (Zitzler and Thiele 1998)."""
    box = (worst[0] - best[0]) * (worst[1] - best[1])
    if box <= 0.0:
        return 0.0
    area, height = 0.0, worst[1]
    inside = [one for one in points if one[0] <= worst[0] and one[1] <= worst[1]]
    for service, disturbance in [inside[place] for place in front(inside)]:
        area += (worst[0] - service) * (height - disturbance)
        height = disturbance
    return area / box
