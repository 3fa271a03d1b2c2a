"""Our EDSS against three public calculators, on every combination of seven functional systems and ambulation.

    python validation/edss/compare.py FOLDER          exit 1 if anything differs from answers.json
    python validation/edss/compare.py FOLDER --write  stores what is found now

FOLDER holds one file for each calculator, `NAME.bin`, made by `drive.mjs` or `r/drive.R` (README.md says how): one byte
a combination, ambulation fastest, the EDSS in half-points, 255 for no answer. `answers.json` keeps a hash of all our
answers and of all of theirs, and every class of difference with its count. A difference that belongs to no class, or
to two, is an error.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from remission.outcomes.edss import HIGHEST_SCORES, derive_half_points, edss_variants, load_edss_rules

HERE = Path(__file__).parent
STORED = HERE / "answers.json"
NO_ANSWER = 255
CALCULATORS = ("adobrasinovic", "jirimotyl", "jobha")

Numbers = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]


class Differing(NamedTuple):
    """Combinations on which two disagree, a column each: scores as recorded, counts by converted grade, half-points."""

    visual: Numbers
    bowel_bladder: Numbers
    cerebral: Numbers
    ambulation: Numbers
    at: list[Numbers]
    ours: Numbers
    theirs: Numbers


class Class(NamedTuple):
    """A named reason for which a calculator differs from a variant."""

    name: str
    holds: Callable[[Differing], Flags]


def _unconverted(d: Differing) -> Flags:
    higher = (d.theirs != NO_ANSWER) & (d.ours > d.theirs)
    return higher & ((d.visual >= 3) | (d.bowel_bladder >= 4))


NO_CONVERSION = Class("visual 3 or more, or bowel and bladder 4 or more: ours is not converted", _unconverted)
CEILING = Class(
    "the systems give 5.0: ours stops at 4.5 while walking is 300 m or more",
    lambda d: (d.ours == 9) & (d.theirs == 10),
)
OUR_CEREBRAL = Class(
    "cerebral grade 1: ours does not count it", lambda d: (d.cerebral == 1) & (d.ours < d.theirs) & (d.theirs <= 3)
)

NOT_THERE = Class("ambulation 16: the calculator does not know of death", lambda d: d.ambulation == 16)

# In their own terms: grades as they convert them, which is as in the variant `converted` but for cerebral grade 1.
R_CLASSES = (
    Class("cerebral grade 1: theirs does not count it", lambda d: (d.cerebral == 1) & (d.ours <= 3)),
    Class(
        "ambulation 1, no grade above 1: theirs gives 4.0",
        lambda d: (d.ambulation == 1) & (d.ours == 4) & (d.theirs == 8),
    ),
    Class(
        "one grade 4 with one or more of grade 2 and none of grade 3: theirs gives 4.0",
        lambda d: (d.ambulation <= 1) & (d.at[4] == 1) & (d.at[3] == 0) & (d.at[2] >= 1) & (d.theirs == 8),
    ),
    Class(
        "one grade 4 with three or four of grade 3: theirs gives 4.5",
        lambda d: (d.ambulation <= 1) & (d.at[4] == 1) & np.isin(d.at[3], (3, 4)) & (d.theirs == 9),
    ),
    Class(
        "one grade 4 with five or six of grade 3, ambulation 0: theirs gives no answer",
        lambda d: (d.ambulation == 0) & (d.at[4] == 1) & (d.at[3] >= 5) & (d.theirs == NO_ANSWER),
    ),
    Class(
        "the systems give 5.0 without a grade 5, ambulation 1: theirs gives 4.0",
        lambda d: (d.ambulation == 1) & (d.ours == 10) & (d.theirs == 8),
    ),
    Class(
        "the systems give 5.0 without a grade 5, ambulation 2: theirs gives 4.5",
        lambda d: (d.ambulation == 2) & (d.ours == 10) & (d.theirs == 9),
    ),
)

CLASSES: dict[tuple[str, str], tuple[Class, ...]] = {
    ("converted", "adobrasinovic"): (),
    ("converted", "jobha"): (NOT_THERE,),
    ("converted", "jirimotyl"): R_CLASSES,
    ("as-recorded", "adobrasinovic"): (NO_CONVERSION,),
    ("as-recorded", "jobha"): (NOT_THERE, NO_CONVERSION),
    ("kurtzke-1983", "adobrasinovic"): (CEILING, OUR_CEREBRAL, NO_CONVERSION),
    ("kurtzke-1983", "jobha"): (NOT_THERE, CEILING, OUR_CEREBRAL, NO_CONVERSION),
}


def every_combination() -> list[NDArray[np.int8]]:
    """Every combination of scores, a column each in the order of SCORES, ambulation fastest."""
    grid = np.indices([highest + 1 for highest in HIGHEST_SCORES], dtype=np.int8)
    return list(grid.reshape(len(HIGHEST_SCORES), -1))


def our_answers(variant: str, scores: list[NDArray[np.int8]]) -> NDArray[np.uint8]:
    """Our half-points for each combination."""
    return derive_half_points(scores, load_edss_rules(variant)).low.astype(np.uint8)


def sha256(answers: NDArray[np.uint8]) -> str:
    """Hash of all answers, in order."""
    return hashlib.sha256(answers.tobytes()).hexdigest()


def _differing(scores: list[NDArray[np.int8]], ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> Differing:
    where = np.flatnonzero(ours != theirs)
    picked = [score[where].astype(np.int16) for score in scores]
    counts_as = load_edss_rules("converted").counts_as
    grades = np.stack([np.array(counts)[grade] for counts, grade in zip(counts_as, picked, strict=False)])
    at = [(grades == grade).sum(axis=0) for grade in range(7)]
    return Differing(picked[0], picked[5], picked[6], picked[7], at, ours[where], theirs[where])


def _points(half_points: int) -> str:
    return "no answer" if half_points == NO_ANSWER else f"{half_points / 2:.1f}"


def sort_into_classes(differing: Differing, classes: tuple[Class, ...]) -> list[dict[str, Any]]:
    """Every class with its count and what each side says; SystemExit when a difference is in none or in two."""
    held = [one.holds(differing) for one in classes]
    times = np.sum(held, axis=0) if held else np.zeros(differing.ours.size)
    if (times != 1).any():
        sys.exit(f"{int((times == 0).sum()):,} differences in no class, {int((times > 1).sum()):,} in several")
    found = []
    for one, flags in zip(classes, held, strict=True):
        says = Counter(zip(differing.ours[flags].tolist(), differing.theirs[flags].tolist(), strict=True))
        pairs = {f"{_points(ours)} / {_points(theirs)}": count for (ours, theirs), count in sorted(says.items())}
        shown = pairs if len(pairs) <= 6 else {"ours / theirs, different pairs": len(pairs)}
        found.append({"class": one.name, "combinations": int(flags.sum()), "ours / theirs": shown})
    return found


def compare(folder: Path) -> dict[str, Any]:
    """Hashes and classes of difference, as they are stored."""
    scores = every_combination()
    theirs = {name: np.fromfile(folder / f"{name}.bin", np.uint8) for name in CALCULATORS}
    for name, answers in theirs.items():
        if answers.size != scores[0].size:
            sys.exit(f"{name}.bin has {answers.size:,} answers, not {scores[0].size:,}")
    ours = {variant: our_answers(variant, scores) for variant in edss_variants()}
    differences = {
        f"{variant} against {name}": sort_into_classes(_differing(scores, ours[variant], theirs[name]), classes)
        for (variant, name), classes in CLASSES.items()
    }
    return {
        "combinations": int(scores[0].size),
        "ours": {variant: sha256(answers) for variant, answers in ours.items()},
        "theirs": {name: sha256(answers) for name, answers in theirs.items()},
        "differences": differences,
    }


def main() -> int:
    """Compares and stores or checks; 1 when what is found is not what is stored."""
    parser = argparse.ArgumentParser(description="Our EDSS against three public calculators.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    found = compare(asked.folder)
    if asked.write:
        STORED.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for title, classes in found["differences"].items():
        print(f"{title}: {sum(one['combinations'] for one in classes):,} of {found['combinations']:,}")
        for one in classes:
            print(f"  {one['combinations']:>9,}  {one['class']}  {one['ours / theirs']}")
    same = json.loads(STORED.read_text(encoding="utf-8")) == found
    print("as stored" if same else "NOT as stored in answers.json")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
