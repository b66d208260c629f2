"""The page docs/truth.md, from the figures that benchmarks/outside.py has measured."""

from __future__ import annotations

from collections.abc import Mapping

ROWS = (
    ("homes.kept", "random homes with every promise kept, full senses", "≥ 95 %"),
    ("homes.still", "of these, homes that ask the screen to stay, and it stays", "≥ 99 %"),
    ("homes.modelled_kept", "the same homes, modelled senses", ""),
    ("agree", "same verdict, modelled and full senses", "≥ 95 %"),
    ("agree.check_with_full", 'of these, modelled verdicts that say "check with full"', ""),
    ("agree.where_known", "same verdict where the modelled one stands", "≥ 95 %"),
    ("agree.false_green", "green with modelled senses, without such a note, and red with full ones", "≤ 2 %"),
    ("plain.audio_heard", "plain wake word in a quiet room, rendered sound", ""),
    ("plain.modelled_heard", "the same calls, modelled senses", "within 2 points"),
    ("own.library_kept", "own world: the scene library, modelled senses", "100 %"),
)


def page(found: Mapping[str, float | int | str]) -> str:
    """The page."""
    rows = []
    for name, says, target in ROWS:
        key = f"{name}_pct" if "." in name else f"{name}.pct"
        if key in found:
            rows.append(
                f"| {says} | {float(found[key]):.1f} % ({found[f'{name}.interval']}) | {found[f'{name}.of']} | {target} |\n"
            )
    turns, count = float(found["homes.wrong_turns_per_100"]), found["homes.count"]
    rows.append(
        f"| homes with a turn to an echo, a noise, a thing or nobody, per 100 | {turns:.1f} | {count} homes | ≤ 1 |\n"
    )
    gap, worst, calls = float(found["voices.gap_points"]), found["voices.worst"], found["voices.calls"]
    rows.append(
        f"| wake word heard, best voice less the worst ({worst}), points | {gap:.0f} | {calls} calls each | ≤ 5 |\n"
    )
    photo = found["faces.photo_pct"]
    shown = f"{photo:.1f} %" if isinstance(photo, int | float) else photo
    rows.append(f"| faces in real photographs that the whole stage believes | {shown} | docs/vision.md | ≥ 95 % |\n")
    stories = "".join(f"| `{n.removeprefix('story.')}` | {v} |\n" for n, v in found.items() if n.startswith("story."))
    return _HEAD.format(first=found["homes.first_seed"]) + "".join(rows) + _STORIES + stories + _TAIL


_HEAD = """# What is true outside

Most figures of this project are measured in rooms and scenes that were made together with its code. This page puts beside them what was
measured on homes that nobody had seen before: [random homes](homes.md) of the seeds that are kept for tests (from seed {first} on,
hardness 1), drawn by an examiner that promises what the truth and the device's purpose ask for. Intervals are 95 % (Wilson). Written by

```sh
python -m benchmarks.outside --out runs/outside --jobs 2 --json runs/outside.json
python -m benchmarks.outside --page docs/truth.md --json runs/outside.json
```

| what | measured | of | wanted |
|---|---|---|---|
"""
_STORIES = """
## By story, full senses

| story | homes with every promise kept |
|---|---|
"""
_TAIL = """
## What this does not say

The homes are rendered: their walls, voices and bodies are those of the simulator, only their combinations are new. Nobody has driven a
real motor, and no recording of a real room is among them. A home whose seed somebody has looked at is no test any more: take other
seeds with `--first`.
"""
