"""Asks R again and compares with the stored answers; then compares the stored answers with ours.

    python validation/run.py [NAME...]          exit 1 if R now answers otherwise (by more than 1e-12), or we do
    python validation/run.py --write [NAME...]  stores what R answers now, and writes the table of the README

Needs `Rscript` with the packages that the scripts name. Without it the stored answers are compared all the same, and
the exit code is 2. The tests need no R: they read the stored answers.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from pins import (
    ANSWERS,
    ASKED_BY,
    Pin,
    check_layout,
    compare,
    difference,
    find_pins,
    folders_of_pins,
    hashes,
    load_pin,
    stale,
)
from readme import mend_readme

SAME_R = 1e-12
NO_R = "Rscript was not found, so R was not asked again. The tests do not need it."


def ask_r(pin: Pin) -> dict[str, Any]:
    """What R answers now, with its versions; CalledProcessError, after R's own message, if the script fails."""
    sources = (f"source('{path}')" for path in (pin.folder.parent / "answers.R", pin.folder / ASKED_BY))
    expressions = [part for one in (*sources, "versions()") for part in ("-e", one)]
    command = ["Rscript", "--vanilla", *expressions, str(pin.inputs_folder)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout
    return parsed(printed) | {"hashes": hashes(pin)}


def parsed(printed: str) -> dict[str, Any]:
    """R's version, those of its packages and its answers, from what `answers.R` prints. ValueError for a key twice."""
    r, packages, answers = "", {}, {}
    for key, values in (line.split("\t") for line in printed.splitlines()):
        if key == "# R":
            r = values
        elif key.startswith("# package "):
            packages[key.removeprefix("# package ")] = values
        elif key in answers:
            raise ValueError(f"R answered {key!r} twice, so one of the two would be lost: give each answer its own key")
        else:
            answers[key] = [_number(value) for value in values.split()]
    return {"r": r, "packages": packages, "answers": answers}


def _number(text: str) -> float | str | None:
    """JSON knows neither NaN nor infinity: null for R's NA, and "inf" or "-inf" as text."""
    if text in ("NA", "NaN"):
        return None
    return float(text) if math.isfinite(float(text)) else str(float(text))


def drift(pin: Pin, now: dict[str, Any]) -> float:
    """How far R's answers are now from the stored ones; infinite if the keys differ."""
    answers = {key: [math.nan if one is None else float(one) for one in now["answers"][key]] for key in now["answers"]}
    if pin.theirs.keys() != answers.keys():
        return math.inf
    return max((difference(answers[key], theirs) for key, theirs in pin.theirs.items()), default=0.0)


def check(pin: Pin, ask: bool) -> bool:
    """Print one line for the pin, and one for each problem; True if R (if asked) and we agree with what is stored."""
    compared = compare(pin)
    problems = compared.problems + stale(pin)
    line = f"{pin.name:18} {len(compared.apart):5} answers   ours {compared.apart.get(compared.worst, 0.0):8.1e}"
    if ask:
        moved = _moved(pin)
        line += f"   R now {moved:8.1e}"
        problems += [f"{pin.name}: R answers otherwise than is stored, or not at all"] if moved > SAME_R else []
    print(f"{line}   at {compared.worst}", *problems, sep="\n  ", flush=True)
    return not problems


def _moved(pin: Pin) -> float:
    try:
        return drift(pin, ask_r(pin))
    except subprocess.CalledProcessError:  # R has said why
        return math.inf


def write(folder: Path) -> None:
    """Store what R answers now."""
    pin = load_pin(folder)
    record = ask_r(pin)
    head = json.dumps({name: record[name] for name in ("r", "packages", "hashes")}, indent=1)
    # A changed answer is a changed line.
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(values)}" for key, values in record["answers"].items())
    (folder / ANSWERS).write_text(f'{head[:-2]},\n "answers": {{\n{lines}\n }}\n}}\n', encoding="utf-8")
    print(f"wrote {folder.name}/{ANSWERS}", flush=True)


def main(arguments: list[str]) -> int:
    """0 if all agree, 1 if not, 2 if nothing disagrees and R is missing."""
    has_r = shutil.which("Rscript") is not None
    names = [one for one in arguments if one != "--write"]
    asked = [folder for folder in folders_of_pins() if not names or folder.name in names]
    if "--write" in arguments and has_r:
        for folder in asked:
            write(folder)
        mend_readme(find_pins())
    problems = check_layout()
    print(*problems, sep="\n", end="\n" if problems else "")
    # What was just written has not moved. All are checked, also after one that fails.
    agreed = [check(pin, has_r and "--write" not in arguments) for pin in find_pins() if pin.folder in asked]
    if problems or not all(agreed):
        return 1
    if not has_r:
        print(NO_R)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
