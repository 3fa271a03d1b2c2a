"""Makes the inputs, asks R, and stores its answers with the hashes of what they rest on.

python validation/atlas/ask.py         exit 1 if R now answers otherwise than is stored (by more than 1e-12)
python validation/atlas/ask.py --write make the inputs again and store what R answers now

Needs R with its packages survey, vegan and metafor (Debian: r-cran-survey, r-cran-vegan, r-cran-metafor).
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import random
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ANSWERS = HERE / "answers.json"
PACKAGES = ("survey", "vegan", "metafor")

Rows = list[dict[str, object]]


def inputs() -> dict[str, Rows]:
    """Invented amounts in lumps: monthly ratios, mixes, groups of a funnel, and series with and without a step."""
    rng = random.Random(1847)
    made = {f"months_{name}": _months(rng, *spec) for name, spec in MONTHS.items()}
    made |= {f"mix_{name}": _mix(rng, kinds, 12) for name, kinds in {"two": 2, "seven": 7}.items()}
    made |= {f"funnel_{name}": _groups(rng, *spec) for name, spec in FUNNELS.items()}
    made |= {f"series_{name}": _series(rng, *spec) for name, spec in SERIES.items()}
    return made


# Groups, months, share of months without data, share of months that are returns.
MONTHS = {"year": (4, 12, 0.0, 0.0), "gaps": (4, 14, 0.2, 0.0), "returns": (3, 12, 0.1, 0.1)}
# Groups, spread between groups: none, some, and three far off.
FUNNELS = {"chance": (25, 0.0, 0), "spread": (40, 0.08, 0), "outliers": (30, 0.02, 3), "two": (2, 0.1, 0)}
# Months, height of the step, slope a month, decimals (0: many months on the median).
SERIES = {
    "still": (36, 0.0, 0.0, 3),
    "step": (40, 4.0, 0.0, 3),
    "trend": (30, 0.0, 0.3, 3),
    "ties": (48, 1.0, 0.0, 0),
    "few": (14, 0.0, 0.0, 3),
}


def _months(rng: random.Random, groups: int, months: int, absent: float, returned: float) -> Rows:
    rows: Rows = []
    for group in range(1, groups + 1):
        size, share = rng.uniform(5, 80), rng.uniform(0.1, 0.6)
        for month in range(1, months + 1):
            denominator = size * rng.lognormvariate(0, 0.3)
            numerator = denominator * share * rng.lognormvariate(0, 0.4)
            if rng.random() < returned:
                numerator = -numerator / 3
            known = rng.random() >= absent
            amounts = (round(numerator, 4), round(denominator, 4)) if known else ("", "")
            rows.append(
                dict(zip(("group", "month", "numerator", "denominator"), (group, month, *amounts), strict=True))
            )
    return rows


def _mix(rng: random.Random, kinds: int, months: int) -> Rows:
    rows: Rows = []
    for group in range(1, 4):
        sizes = [rng.lognormvariate(1, 1) for _ in range(kinds)]
        for month in range(1, months + 1):
            # Lumps: a kind is not issued in every month; month 5 has no data.
            amounts = [round(size * rng.lognormvariate(0, 0.5), 3) if rng.random() < 0.8 else 0 for size in sizes]
            named = {f"kind{place}": "" if month == 5 else amount for place, amount in enumerate(amounts, 1)}
            rows.append({"group": group, "month": month} | named)
    return rows


def _groups(rng: random.Random, groups: int, spread: float, outliers: int) -> Rows:
    rows: Rows = []
    for group in range(1, groups + 1):
        size = rng.lognormvariate(4, 0.9)
        value = 0.4 + rng.gauss(0, spread) + rng.gauss(0, 0.5 / math.sqrt(size)) + (0.4 if group <= outliers else 0)
        rows.append({"group": group, "value": round(value, 5), "size": round(size, 3), "sigma": 0.5})
    return rows


def _series(rng: random.Random, months: int, step: float, slope: float, decimals: int) -> Rows:
    where = months * 2 // 3
    rows: Rows = []
    for month in range(months):
        value = 10 + rng.gauss(0, 1) + slope * month + (step if month >= where else 0)
        rows.append({"month": month + 1, "value": "" if month % 11 == 7 else round(value, decimals)})
    return rows


def sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run_r(*arguments: str | Path) -> str:
    """What R prints."""
    command = ["Rscript", "--vanilla", *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout


def ask() -> dict[str, object]:
    """What R answers now, with its version, those of its packages, and the hashes of scripts and inputs."""
    scripts = sorted((HERE / "r").glob("*.R"))
    lines = [line for script in scripts for line in run_r(script, HERE / "inputs").splitlines()]
    answers = {name: [float(value) for value in values.split()] for name, values in (one.split("\t") for one in lines)}
    versions = {name: run_r("-e", f"cat(as.character(packageVersion('{name}')))") for name in PACKAGES}
    hashed = [*scripts, *sorted((HERE / "inputs").glob("*.csv"))]
    hashes = {str(path.relative_to(HERE)): sha256(path) for path in hashed}
    return {"r": run_r("-e", "cat(R.version.string)"), "packages": versions, "hashes": hashes, "answers": answers}


def write() -> None:
    """Make the inputs and store R's answers."""
    (HERE / "inputs").mkdir(exist_ok=True)
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
    print(f"R now: {len(before)} answers, worst difference {max(apart):.1e}")
    return 0 if max(apart) <= 1e-12 and before.keys() == now.keys() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
