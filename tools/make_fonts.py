"""Cuts the variable Inter font (PyPI package fontpkg-inter, OFL 1.1) into the three weights and the characters that the window uses.

Needs fonttools. Qt's font database knows only the default weight of a variable font added at run time, so each weight is a file.

    python -m tools.make_fonts "Inter[opsz,wght].ttf"
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

TARGET = Path(__file__).resolve().parents[1] / "assets" / "fonts"
WEIGHTS = {400: "Regular", 500: "Medium", 600: "SemiBold"}
# Latin with accents, Greek for formulas, punctuation, arrows, mathematics, shapes and check marks.
RANGES = (
    (0x20, 0x24F),
    (0x370, 0x3FF),
    (0x2000, 0x206F),
    (0x20A0, 0x20BF),
    (0x2100, 0x214F),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x25A0, 0x25FF),
    (0x2700, 0x27BF),
)


def main() -> None:
    """Write the three files."""
    for weight, name in WEIGHTS.items():
        font = instantiateVariableFont(TTFont(sys.argv[1]), {"wght": weight, "opsz": 14}, updateFontNames=False)
        for record in font["name"].names:
            if record.nameID in (2, 17):
                record.string = name if record.nameID == 17 or weight == 400 else "Regular"
            if record.nameID == 1:
                record.string = "Inter" if weight == 400 else f"Inter {name}"
            if record.nameID == 16:
                record.string = "Inter"
            if record.nameID == 4:
                record.string = f"Inter {name}"
            if record.nameID == 6:
                record.string = f"Inter-{name}"
        if weight != 400:
            font["name"].setName("Inter", 16, 3, 1, 0x409)
            font["name"].setName(name, 17, 3, 1, 0x409)
        font["OS/2"].usWeightClass = weight
        options = Options()
        options.layout_features = ["kern", "mark", "mkmk", "tnum", "calt", "ccmp", "locl"]
        options.name_IDs = ["*"]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
        subsetter.subset(font)
        font.save(TARGET / f"Inter-{name}.ttf")


if __name__ == "__main__":
    main()
