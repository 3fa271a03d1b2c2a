"""Asks R again and compares with the stored answers; then compares the stored answers with ours.

    python validation/run.py          exit 1 if R now answers otherwise (by more than 1e-12), or we do (1e-9)
    python validation/run.py --write  store what R answers now

Needs `Rscript` with the survival package (on Debian: r-base-core and r-cran-survival). The tests need neither: they
read the stored answers.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from ours import OURS, difference, differences, stored, stored_at

HERE = Path(__file__).parent
SAME_R, SAME_AS_OURS = 1e-12, 1e-9


def sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hashes(script: str) -> dict[str, dict[str, str]]:
    """Hashes of the scripts and inputs that an answer rests on, by path under this folder."""
    scripts = [HERE / "answers.R", HERE / f"{script}.R"]
    inputs = sorted((HERE / "inputs" / script.split("/")[0]).glob("*.csv"))
    parts = {"scripts": scripts, "inputs": inputs}
    return {part: {str(path.relative_to(HERE)): sha256(path) for path in paths} for part, paths in parts.items()}


def ask_r(script: str) -> dict[str, Any]:
    """What R answers now, with its versions; CalledProcessError, after R's own message, if the script fails."""
    versions = 'cat(R.version.string, as.character(packageVersion("survival")), sep = "\\n")'
    r, survival = _r("-e", versions).splitlines()
    expressions = (f"source('{HERE / 'answers.R'}')", f"source('{HERE / script}.R')")
    lines = _r("-e", expressions[0], "-e", expressions[1], str(HERE / "inputs" / script.split("/")[0])).splitlines()
    answers = dict(_parsed(line) for line in lines)
    return {"r": r, "survival": survival, **hashes(script), "answers": answers}


def _r(*arguments: str) -> str:
    return subprocess.run(
        ["Rscript", "--vanilla", *arguments], check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ).stdout


def _parsed(line: str) -> tuple[str, list[float | str | None]]:
    key, values = line.split("\t")
    return key, [_number(value) for value in values.split()]


def _number(text: str) -> float | str | None:
    """JSON knows neither NaN nor infinity: null for R's NA, and "inf" as text."""
    if text in ("NA", "NaN"):
        return None
    return float(text) if math.isfinite(float(text)) else "inf"


def _as_floats(values: list[float | str | None]) -> list[float]:
    return [math.nan if value is None else float(value) for value in values]


def drift(script: str, now: dict[str, Any]) -> float:
    """How far R's answers are now from the stored ones; infinite if the keys differ."""
    before = stored(script)["answers"]
    if before.keys() != now["answers"].keys():
        return math.inf
    return max(difference(_as_floats(now["answers"][key]), _as_floats(before[key])) for key in before)


def check(script: str) -> bool:
    """Print one line for the script; True if R and we still agree with the stored answers."""
    from_r = drift(script, ask_r(script))
    ours = dict(differences(script))
    worst = max(ours, key=lambda key: ours[key])
    print(f"{script:26} {len(ours):5} answers   R now {from_r:8.1e}   ours {ours[worst]:8.1e}   at {worst}")
    return from_r <= SAME_R and ours[worst] <= SAME_AS_OURS


def write(script: str) -> None:
    """Store what R answers now."""
    stored_at(script).write_text(_one_answer_a_line(ask_r(script)))
    print(f"wrote {stored_at(script).relative_to(HERE)}")


def _one_answer_a_line(record: dict[str, Any]) -> str:
    """The record as JSON in which a changed answer is a changed line."""
    head = json.dumps({name: record[name] for name in record if name != "answers"}, indent=1)
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(values)}" for key, values in record["answers"].items())
    return f'{head[:-2]},\n "answers": {{\n{lines}\n }}\n}}\n'


def main(arguments: list[str]) -> int:
    """0 if all agree, 1 if not, 2 if R is missing."""
    if shutil.which("Rscript") is None:
        print("Rscript was not found: install r-base-core and r-cran-survival. The tests do not need it.")
        return 2
    if arguments == ["--write"]:
        for script in OURS:
            write(script)
        return 0
    agreed = [check(script) for script in OURS]  # all of them, also after one that fails
    return 0 if all(agreed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
