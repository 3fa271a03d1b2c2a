"""Writes the invented data sets that R and Remission are both asked about; the same files every time.

Run `python validation/make_inputs.py`; afterwards `python validation/run.py --write` asks R again and stores what it
answers. A pin whose inputs are typed by hand needs no maker.
"""

from __future__ import annotations

import csv
from pathlib import Path

from makers import (
    baselines,
    changes,
    competing,
    counts,
    curves,
    designs,
    grids,
    judgements,
    months,
    networks,
    regressions,
    sizes,
    spells,
    studies,
    treated,
    visits,
)

MAKERS = (
    spells,
    changes,
    counts,
    judgements,
    grids,
    months,
    regressions,
    sizes,
    competing,
    visits,
    studies,
    networks,
    curves,
    designs,
    treated,
    baselines,
)


def write_inputs(root: Path) -> list[Path]:
    """Write `NAME/inputs/TABLE.csv` under `root` for each table; the paths, relative to it."""
    made = [one for maker in MAKERS for one in maker.tables().items()]
    return [_write(root, path, rows) for path, rows in made]


def _write(root: Path, table: str, rows: list[list[object]]) -> Path:
    folder, name = table.split("/")
    path = Path(folder, "inputs", f"{name}.csv")
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    with (root / path).open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(rows)
    return path


if __name__ == "__main__":
    write_inputs(Path(__file__).parent)
