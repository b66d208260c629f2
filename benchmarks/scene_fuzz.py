"""Mutated scene files: each must load or be refused with line and column, in under a second and 200 MB."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import numpy as np

from benchmarks.common import finish, parser
from simulator.scene.errors import SceneError
from simulator.scene.loader import loads

LIBRARY = Path(__file__).resolve().parents[1] / "scenes"
TOKENS = (
    "&a", "*a", "<<: ", "!!python/object:os.system ", "---\n", "{", "}", "[", "]", ": ", "- ", "\t", "\n", "#", "'", '"', "|", ">",
    "%", "@", "`", "$x", "1e999", ".nan", "-.inf", "9" * 300, "0x1F", "1_000", "null", "~", "true", "2 parsec", "-5 m", "\0", "\ufeff",
    "\u2028", "ü", "\ud7ff", "../x.yaml", "use: [homes/kitchen-wall.yaml]", "scene: 2", "? ", "!", "anna", "walk to [", "((((", "not not ",
)  # fmt: skip


def mutated(text: str, rng: np.random.Generator) -> str:
    """One to eight small damages."""
    for _ in range(int(rng.integers(1, 9))):
        at, kind = int(rng.integers(0, len(text) + 1)), int(rng.integers(0, 7))
        span = int(rng.integers(1, 12))
        if kind == 0:
            text = text[:at] + str(rng.choice(TOKENS)) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + span :]
        elif kind == 2:
            text = text[:at] + text[at : at + span] * int(rng.integers(2, 9)) + text[at + span :]
        elif kind == 3:
            text = text[:at] + chr(int(rng.integers(1, 0x250))) + text[at + 1 :]
        elif kind == 4:
            lines = text.split("\n")
            first, second = rng.integers(0, len(lines), 2)
            lines[first], lines[second] = lines[second], lines[first]
            text = "\n".join(lines)
        elif kind == 5:
            lines = text.split("\n")
            line = int(rng.integers(0, len(lines)))
            lines[line] = " " * int(rng.integers(1, 7)) + lines[line]
            text = "\n".join(lines)
        else:
            text = text[:at]
    return text


def main() -> None:
    """Run the benchmark."""
    options = parser(__doc__)
    options.add_argument("--count", type=int, help="how many files (default 20000, quick 1500)")
    args = options.parse_args()
    count = args.count or (1500 if args.quick else 20_000)
    rng = np.random.Generator(np.random.Philox(11))
    texts = [path.read_text() for path in sorted(LIBRARY.rglob("*.scene.yaml"))]
    loaded = refused = escaped = unplaced = 0
    slowest_s = 0.0
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for _ in range(count):
        text = mutated(texts[int(rng.integers(len(texts)))], rng)
        started = time.process_time()
        try:
            loads(text, path="m.scene.yaml", root=LIBRARY)
            loaded += 1
        except SceneError as error:
            refused += 1
            unplaced += any(problem.place.line < 1 or problem.place.column < 1 for problem in error.problems)
            unplaced += not error.problems
        except Exception as error:
            escaped += 1
            print(f"escaped: {type(error).__name__}: {error}\n{text[:2000]!r}")
        slowest_s = max(slowest_s, time.process_time() - started)
    grown_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before_mb
    figures: dict[str, float | int | str] = {
        "files": count, "loaded": loaded, "refused": refused, "escaped": escaped, "unplaced": unplaced,
        "slowest_s": slowest_s, "memory_grown_mb": grown_mb,
    }  # fmt: skip
    finish(figures, args)


if __name__ == "__main__":
    main()
