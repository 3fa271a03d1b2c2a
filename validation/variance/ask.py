"""Makes the inputs, asks R, and stores its answers with the hashes of what they rest on.

python validation/variance/ask.py         exit 1 if R now answers otherwise than is stored (by more than 1e-12)
python validation/variance/ask.py --write make the inputs again and store what R answers now
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
import subprocess
import sys
from itertools import product
from pathlib import Path

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.json"


def inputs() -> dict[str, list[dict[str, float]]]:
    """Full grids, and grids with combinations taken out, of two to four factors."""
    rng = random.Random(1911)
    made = {}
    for name, levels in {"balanced_2": (3, 4), "balanced_3": (2, 3, 4), "balanced_4": (3, 2, 2, 3)}.items():
        made[name] = _grid(rng, levels)
    for name, levels, taken in (("gaps_2", (3, 4), 4), ("gaps_3", (2, 3, 4), 7), ("gaps_4", (3, 3, 2, 2), 9)):
        rows = _grid(rng, levels)
        made[name] = sorted(rng.sample(rows, len(rows) - taken), key=lambda row: list(row.values())[1:])
    # One level of the first factor goes with one level of the second only, as an illegal rule makes it.
    made["nested"] = [row for row in _grid(rng, (3, 2, 3)) if not (row["f1"] == 0 and row["f2"] == 1)]
    return made


def _grid(rng: random.Random, levels: tuple[int, ...]) -> list[dict[str, float]]:
    effects = [[rng.gauss(0, 1) for _ in range(count)] for count in levels]
    rows = []
    for places in product(*(range(count) for count in levels)):
        value = sum(effect[place] for effect, place in zip(effects, places, strict=True)) + rng.gauss(0, 0.4)
        rows.append({"value": round(value, 6)} | {f"f{at}": place for at, place in enumerate(places, 1)})
    return rows


def sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def ask() -> dict[str, object]:
    """What R answers now, with its version and the hashes of script and inputs."""
    run = {"check": True, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    version = subprocess.run(["Rscript", "--vanilla", "-e", "cat(R.version.string)"], **run).stdout  # type: ignore[call-overload]
    script = HERE / "r" / "shares.R"
    printed = subprocess.run(["Rscript", "--vanilla", script, HERE / "inputs"], **run).stdout  # type: ignore[call-overload]
    pairs = (line.split("\t") for line in printed.splitlines())
    answers = {name: [float(value) for value in values.split()] for name, values in pairs}
    hashed = [script, *sorted((HERE / "inputs").glob("*.csv"))]
    return {"r": version, "hashes": {str(path.relative_to(HERE)): sha256(path) for path in hashed}, "answers": answers}


def write() -> None:
    """Make the inputs and store R's answers."""
    for name, rows in inputs().items():
        with (HERE / "inputs" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    ANSWERS.write_text(json.dumps(ask(), indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """0 if R answers as is stored, 1 if not."""
    if arguments == ["--write"]:
        write()
        return 0
    before, now = json.loads(ANSWERS.read_text(encoding="utf-8"))["answers"], ask()["answers"]
    assert isinstance(now, dict)
    apart = [abs(a - b) for name in before for a, b in zip(before[name], now.get(name, [9e9]), strict=False)]
    print(f"R now: {len(before)} data sets, worst difference {max(apart):.1e}")
    return 0 if max(apart) <= 1e-12 and before.keys() == now.keys() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
