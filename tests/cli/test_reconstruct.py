"""`remission reconstruct` as somebody meets it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from made_up.command_line import run

POINTS = "time,survival\n6,0.95\n12,0.9\n18,0.86\n24,0.80\n30,0.78\n36,0.75\n"
TABLE = "time,at_risk\n0,100\n12,88\n24,70\n36,40\n"


def asked(folder: Path, points: str, table: str, *more: str) -> tuple[str, ...]:
    (folder / "points.csv").write_text(points, encoding="utf-8")
    (folder / "risk.csv").write_text(table, encoding="utf-8")
    return ("reconstruct", str(folder / "points.csv"), "--at-risk", str(folder / "risk.csv"), *more)


def test_every_row_that_is_written_says_that_it_is_reconstructed(tmp_path: Path) -> None:
    written = tmp_path / "times.csv"
    done = run(*asked(tmp_path, POINTS, TABLE, "--reconstructions", "3", "-o", str(written)))
    assert done.returncode == 0
    assert done.stdout.startswith("RECONSTRUCTED from a printed curve: not the data of the study.\n")
    with written.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == 3 * 100
    assert {row["standing"] for row in rows} == {"reconstructed"}
    assert {row["reconstruction"] for row in rows} == {"1", "2", "3"}


def test_the_printed_numbers_at_risk_come_back_and_the_spread_is_told(tmp_path: Path) -> None:
    done = run(*asked(tmp_path, POINTS, TABLE, "--reading-error", "0.01", "--json"))
    said = json.loads(done.stdout)
    assert said["at_risk_rebuilt"] == said["at_risk_printed"] == [100, 88, 70, 40]
    assert said["standing"] == "reconstructed"
    assert said["events_least"] < said["events_most"]
    assert said["farthest_from_a_point"] < 0.01


def test_all_that_is_wrong_with_both_files_comes_at_once(tmp_path: Path) -> None:
    points = "time,survival\n6,0.95\n5,0.99\n18,1.6\n"
    done = run(*asked(tmp_path, points, "time,at_risk\n1,100\n12,188\n24,20\n", "--events", "300"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    for said in ("row 3, column survival", "row 3, column time", "row 4, column survival", "300 events of 100 people",
                 "risk.csv, row 2, column time", "risk.csv, row 3, column at_risk"):  # fmt: skip
        assert said in done.stderr


def test_more_at_risk_than_the_curve_leaves_free_are_not_of_the_same_people(tmp_path: Path) -> None:
    done = run(*asked(tmp_path, POINTS, "time,at_risk\n0,100\n36,90\n"))
    assert done.returncode == 2
    assert "90 at risk where the curve leaves 79 of 100 free" in done.stderr
