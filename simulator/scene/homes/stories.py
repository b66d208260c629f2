"""All stories with how often each is told; two of three homes have a call, and three of ten ask the screen to stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.scene.homes import calls, company, doings
from simulator.scene.homes.draft import Draft

Telling = Callable[[Draft], None]


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of story."""

    name: str
    tell: Telling
    weight: float  # of a hundred homes, about

    @property
    def sentence(self) -> str:
        """What happens, in a line."""
        return (self.tell.__doc__ or "").strip()


STORIES: tuple[Story, ...] = (
    Story("calls-standing", calls.standing, 14),
    Story("calls-turned-away", calls.turned_away, 6),
    Story("calls-from-the-sofa", calls.from_the_sofa, 6),
    Story("calls-from-behind", calls.behind_an_obstacle, 4),
    Story("calls-walking", calls.walking, 9),
    Story("walks-and-is-followed", calls.follow, 8),
    Story("served-and-still", calls.served_and_still, 6),
    Story("outside-the-range", calls.out_of_range, 4),
    Story("shutter-closed", calls.shutter_closed, 2),
    Story("two-at-once", company.two_at_once, 6),
    Story("amid-talk", company.amid_talk, 5),
    Story("chat", company.chat, 5),
    Story("television-talks", company.television_talks, 5),
    Story("passer-by", company.passer_by, 4),
    Story("takes-over", company.takes_over, 4),
    Story("recipe", doings.recipe, 4),
    Story("video-call", doings.video_call, 3),
    Story("empty-home", doings.empty_home, 1),
    Story("somebody-comes", doings.somebody_comes, 1),
    Story("hand-turns", doings.hand_turns, 2),
    Story("hand-scrolls", doings.hand_scrolls, 2),
    Story("in-the-way", doings.in_the_way, 3),
)


def as_markdown() -> str:
    """The table of docs/homes.md."""
    total = sum(story.weight for story in STORIES)
    rows = "".join(f"| `{s.name}` | {100 * s.weight / total:.0f} % | {s.sentence} |\n" for s in STORIES)
    return f"| story | of homes | what happens |\n|---|---|---|\n{rows}"
