"""Does it hold outside its own world? Random homes of the test seeds, modelled against full senses, voices, and real photographs.

    python -m benchmarks.outside --out runs/outside --jobs 2 --json runs/outside.json     goes on where it was stopped
    python -m benchmarks.outside --page docs/truth.md --json runs/outside.json            writes the page from known figures

Homes are of the seeds that are kept for tests; `--first` takes others of them, for figures that nobody has worked against.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common import finish, parser, wilson
from benchmarks.outside_page import page
from simulator.lab.homes.causes import figures as home_figures
from simulator.lab.homes.files import write_homes
from simulator.lab.qa.batch import Setting, runs
from simulator.lab.qa.plan import find_scenes, load_scenes
from simulator.lab.run_result import RunResult, RunVerdict
from simulator.runtime.header import Senses
from simulator.scene.homes.seeds import FIRST, Purpose, seeds_from
from simulator.scene.words import WORDS

ROOT = Path(__file__).resolve().parents[1]
PHOTOS = ROOT.parent / "shared" / "data" / "faces"
HOMES, QUICK_HOMES = 300, 4
VOICE_HOMES, QUICK_VOICE_HOMES = 25, 1
Figures = dict[str, float | int | str]


def main() -> None:
    """Measure and print; or write the page."""
    args = _arguments()
    if args.page is not None:
        if args.json is None or not args.json.is_file():
            raise SystemExit("--page needs --json FILE, as an earlier run has written it")
        args.page.write_text(page(json.loads(args.json.read_text())), encoding="utf-8")
        return
    homes = args.homes or (QUICK_HOMES if args.quick else HOMES)
    figures: Figures = {"homes.first_seed": args.first, "homes.count": homes}
    with tempfile.TemporaryDirectory() as folder:
        out = args.out or Path(folder)
        figures |= _homes(out, first=args.first, count=homes, jobs=args.jobs)
        calls = args.calls or (QUICK_VOICE_HOMES if args.quick else VOICE_HOMES)
        figures |= _voices(out, first=args.first, count=calls, jobs=args.jobs)
        figures |= _own_world(out, jobs=args.jobs, quick=args.quick)
        figures |= _photographs(args.photos, Path(folder), quick=args.quick)
    finish(figures, args)


def _arguments() -> argparse.Namespace:
    made = parser(__doc__)
    made.add_argument("--homes", type=int, metavar="N", help=f"how many homes (default {HOMES})")
    made.add_argument("--calls", type=int, metavar="N", help=f"quiet calls of each voice (default {VOICE_HOMES})")
    made.add_argument("--first", type=int, default=FIRST[Purpose.TEST], metavar="SEED", help="of the first home")
    made.add_argument("--jobs", type=int, default=1, metavar="N", help="worker processes (default 1)")
    made.add_argument("--out", type=Path, metavar="DIR", help="keep results there and go on from them")
    made.add_argument("--photos", type=Path, default=PHOTOS, metavar="DIR", help="photographs with boxes.csv")
    made.add_argument("--page", type=Path, metavar="FILE", help="only write the page from the figures in --json")
    return made.parse_args()


def _homes(out: Path, *, first: int, count: int, jobs: int) -> Figures:
    """Promises kept with full senses, and whether modelled senses judge alike."""
    paths = write_homes(out, seeds_from(first, count, test=True), hard=1.0)
    full, modelled = (_results(out, paths, mode=mode, jobs=jobs) for mode in ("full", "feature"))
    found = home_figures(full)
    alike = [a.verdict is b.verdict for a, b in zip(full, modelled, strict=True)]
    # A verdict that says "check with full" is no green one, whatever it is.
    stands = [not b.check_with_full for b in modelled]
    green = [
        a.verdict is not RunVerdict.PASS and b.verdict is RunVerdict.PASS and stand
        for a, b, stand in zip(full, modelled, stands, strict=True)
    ]
    figures: Figures = {}
    figures |= _rate("homes.kept", found.kept, found.homes)
    figures |= _rate("homes.still", found.still, found.asked_still)
    figures["homes.wrong_turns_per_100"] = 100.0 * found.wrong_turns / found.homes
    figures |= _rate("homes.modelled_kept", sum(r.verdict is RunVerdict.PASS for r in modelled), len(modelled))
    figures |= _rate("agree", sum(alike), len(alike))
    known = [same for same, stand in zip(alike, stands, strict=True) if stand]
    figures |= _rate("agree.where_known", sum(known), len(known))
    figures |= _rate("agree.check_with_full", len(stands) - sum(stands), len(stands))
    figures |= _rate("agree.false_green", sum(green), len(green))
    for story in sorted({_story(path) for path in paths}):
        mine = [result for path, result in zip(paths, full, strict=True) if _story(path) == story]
        kept = sum(result.verdict is RunVerdict.PASS for result in mine)
        figures[f"story.{story}"] = f"{kept} of {len(mine)}"
    return figures


def _story(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition(": ")[2].partition(".")[0]


def _voices(out: Path, *, first: int, count: int, jobs: int) -> Figures:
    """The same quiet call by each voice, with rendered sound and with modelled senses: whose wake word is heard."""
    seeds = seeds_from(first, count, test=True)
    scenes = load_scenes(write_homes(out, seeds, hard=0.0, story="calls-standing"))
    settings = [Setting(name=voice, people={"voice": voice}) for voice in WORDS["people, voice"]]
    heard: dict[Senses, dict[str, list[bool]]] = {}
    for mode in ("audio", "feature"):
        table = runs(scenes, settings, seeds=1, out=out, workers=jobs, mode=mode)
        heard[mode] = {setting.name: [] for setting in settings}
        for (name, _, _), result in table.rows.items():
            heard[mode][name].append(result.figures.get("wake_words_heard", 0.0) > 0)
    shares = {voice: 100.0 * sum(words) / len(words) for voice, words in heard["audio"].items()}
    worst, best = min(shares, key=lambda v: shares[v]), max(shares, key=lambda v: shares[v])
    figures: Figures = {"voices.gap_points": shares[best] - shares[worst], "voices.worst": worst, "voices.calls": count}
    every = {mode: [word for words in by.values() for word in words] for mode, by in heard.items()}
    figures |= _rate("plain.audio_heard", sum(every["audio"]), len(every["audio"]))
    figures |= _rate("plain.modelled_heard", sum(every["feature"]), len(every["feature"]))
    return figures


def _own_world(out: Path, *, jobs: int, quick: bool) -> Figures:
    """The scenes that were written together with the code, with modelled senses."""
    paths = find_scenes([ROOT / "scenes" / "wake"] if quick else [ROOT / "scenes"])
    found = [
        r for r in runs([(p, s) for p, s in load_scenes(paths) if "feature" in s.modes], [Setting(name="")], seeds=1, out=out,
                        workers=jobs).rows.values()
    ]  # fmt: skip
    return _rate("own.library_kept", sum(r.verdict is RunVerdict.PASS for r in found), len(found))


def _photographs(folder: Path, scratch: Path, *, quick: bool) -> Figures:
    """Faces that the whole stage believes in real photographs."""
    if not (folder / "boxes.csv").is_file():
        return {"faces.photo_pct": "no photographs here"}
    target = scratch / "pictures.json"
    command = [sys.executable, "-m", "benchmarks.vision", "--pictures", str(folder), "--json", str(target)]
    subprocess.run(command + (["--quick"] if quick else []), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    found = json.loads(target.read_text())
    believed = {name: value for name, value in found.items() if "believed" in name and isinstance(value, int | float)}
    if not believed:
        return {"faces.photo_pct": "not measured through the whole stage"}
    share = min(believed.values())
    return {
        "faces.photo_pct": 100.0 * share if share <= 1.0 else share,
        **{f"faces.{n}": v for n, v in believed.items()},
    }


def _results(out: Path, paths: Sequence[Path], *, mode: Senses, jobs: int) -> list[RunResult]:
    """One result for each home, in order; what an earlier run has left is not run again."""
    table = runs(load_scenes(paths), [Setting(name="")], seeds=1, out=out, workers=jobs, mode=mode)
    by_path = {path: result for (_, path, _), result in table.rows.items()}
    return [by_path[path.as_posix()] for path in paths]


def _rate(name: str, hits: int, trials: int) -> Figures:
    low, high = wilson(hits, trials)
    share = 100.0 * hits / trials if trials else 0.0
    return {f"{name}_pct" if "." in name else f"{name}.pct": share, f"{name}.interval": f"{100 * low:.1f} to {100 * high:.1f} %",
            f"{name}.of": f"{hits} of {trials}"}  # fmt: skip


if __name__ == "__main__":
    main()
