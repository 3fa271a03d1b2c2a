"""`remission reconstruct` as somebody meets it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from made_up.command_line import run
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.stats.survival.kaplan_meier import kaplan_meier

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


def test_all_that_is_wrong_with_files_and_options_comes_at_once(tmp_path: Path) -> None:
    options = ("--draw", "9", "--reconstructions", "5000", "--reading-error", "0.4", "--events2", "-3", "--unit",
               "months", "--estimate", "4:78.7", "--estimate", "4:78.7:90:100:0.95", "--approximate", "-o",
               str(tmp_path / "out.txt"))  # fmt: skip
    # Rises, leaves 0 to 1, and leaves 48 of 100 free where 90 are printed to be at risk: the table grows as well.
    points = "time,survival\n6,0.47\n12,0.6\n18,1.2\n"
    done = run(*asked(tmp_path, points, "time,at_risk\n0,100\n12,90\n24,95\n", "--events", "300", *options))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    told = [line.removeprefix("error: ").partition(": ")[0] for line in done.stderr.splitlines()]
    assert sorted(told[:-1]) == sorted([
        "--against", "--unit", "-o", "--draw", "--estimate", "--estimate", "--approximate", "--reconstructions",
        "--reading-error", "--events2", "points.csv, row 3, column survival", "points.csv, row 4, column survival",
        "risk.csv, row 4, column at_risk", "risk.csv", "risk.csv, row 3, column at_risk",
    ])  # fmt: skip
    assert told[-1] == "15 problems in all."
    assert not (tmp_path / "out.txt").exists()


SECOND = "time,survival\n6,0.9\n12,0.8\n18,0.7\n24,0.62\n30,0.55\n36,0.5\n"
SECOND_TABLE = "time,at_risk\n0,100\n12,80\n24,56\n36,30\n"


def two(folder: Path, *more: str, second: str = SECOND) -> tuple[str, ...]:
    (folder / "points2.csv").write_text(second, encoding="utf-8")
    (folder / "risk2.csv").write_text(SECOND_TABLE, encoding="utf-8")
    beside = ("--against", str(folder / "points2.csv"), "--at-risk2", str(folder / "risk2.csv"))
    return asked(folder, POINTS, TABLE, *beside, *more)


def test_two_curves_give_a_hazard_ratio_and_how_far_the_reading_moves_it(tmp_path: Path) -> None:
    said = json.loads(run(*two(tmp_path, "--reading-error", "0.01", "--json")).stdout)
    ratio = said["hazard_ratio"]
    assert ratio["standing"] == said["against"]["standing"] == "reconstructed"
    assert ratio["reconstructions"] == 20
    assert 0.2 < ratio["low"] < ratio["least"] < ratio["as_read"] < ratio["most"] < ratio["high"] < 0.9
    # Readings without an error leave nothing open but chance.
    sure = json.loads(run(*two(tmp_path, "--reading-error", "0", "--json")).stdout)["hazard_ratio"]
    assert sure["least"] == sure["most"] == sure["as_read"]
    assert sure["high"] / sure["low"] < ratio["high"] / ratio["low"]


def test_of_two_curves_each_row_says_which_and_no_two_persons_have_one_name(tmp_path: Path) -> None:
    written = tmp_path / "times.csv"
    done = run(*two(tmp_path, "--reconstructions", "1", "-o", str(written)))
    assert "RECONSTRUCTED hazard ratio, first curve over second:" in done.stdout
    with written.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["curve"] for row in rows} == {"1", "2"}
    assert len({row["subject_id"] for row in rows}) == len(rows) == 200


def test_what_is_wrong_with_both_curves_comes_at_once(tmp_path: Path) -> None:
    arguments = two(tmp_path, second="time,survival\n6,1.5\n")
    (tmp_path / "points.csv").write_text("time,survival\n6,2\n", encoding="utf-8")
    done = run(*arguments)
    assert done.returncode == 2
    assert "points.csv, row 2" in done.stderr
    assert "points2.csv, row 2" in done.stderr


def test_a_curve_without_an_event_gives_no_ratio_and_says_so(tmp_path: Path) -> None:
    done = run(*two(tmp_path, "--reading-error", "0", second="time,survival\n6,1\n36,1\n"))
    assert done.returncode == 2
    assert "no hazard ratio" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_curve_without_its_table_is_refused(tmp_path: Path) -> None:
    done = run(*asked(tmp_path, POINTS, TABLE, "--against", str(tmp_path / "points.csv")))
    assert done.returncode == 2
    assert "--at-risk2" in done.stderr


def test_a_folder_becomes_a_cohort_that_says_what_it_is_and_gives_the_curve_back(tmp_path: Path) -> None:
    folder = tmp_path / "rebuilt"
    done = run(*two(tmp_path, "--event", "relapse", "--unit", "months", "-o", str(folder)))
    assert done.returncode == 0, done.stderr
    assert f"Cohort, RECONSTRUCTED, number 1 of 20: {folder}" in done.stdout
    cohort = load_cohort(folder)
    assert (cohort.provenance.kind, cohort.subjects.height) == ("reconstructed", 200)
    assert "nobody's data" in cohort.manifest.note
    spells = evaluate(cohort, load_endpoint("relapse-free")).first.first.spells
    first = spells.join(cohort.subjects.filter(arm="first curve"), on="subject_id")
    curve = kaplan_meier(first["exit_day"].to_numpy(), first["event"].to_numpy())
    shares = curve.survival_on([int(month * 365.25 / 12 + 0.5) for month in (12, 24, 36)])
    assert shares.tolist() == pytest.approx([0.9, 0.8, 0.75], abs=0.01)


def test_deaths_stand_as_deaths_and_nothing_is_said_of_relapses(tmp_path: Path) -> None:
    folder = tmp_path / "rebuilt"
    done = run(*asked(tmp_path, POINTS, TABLE, "--event", "death", "--unit", "years", "-o", str(folder)))
    assert done.returncode == 0, done.stderr
    cohort = load_cohort(folder)
    assert not cohort.collected("relapses")
    died = cohort.subjects.filter(pl.col("death_day").is_not_null())
    assert died.height == int(evaluate(cohort, load_endpoint("death")).first.first.spells["event"].sum()) > 0
    assert died["death_day"].min() == int(6 * 365.25 + 0.5)


def test_a_cohort_needs_its_unit_and_what_an_event_is(tmp_path: Path) -> None:
    for more in (("-o", str(tmp_path / "out")), ("-o", str(tmp_path / "out.csv"), "--unit", "days")):
        done = run(*asked(tmp_path, POINTS, TABLE, *more))
        assert done.returncode == 2
        assert "error: --unit: " in done.stderr
        assert not (tmp_path / "out").exists()


SMALL = "time,survival\n1,1\n2,0.9\n3,0.9\n4,0.787\n"
SMALL_TABLE = "time,at_risk\n0,10\n4,6\n"


def test_of_a_small_study_one_pattern_is_found_and_said(tmp_path: Path) -> None:
    done = run(*asked(tmp_path, SMALL, SMALL_TABLE, "--reading-error", "0.003"))
    assert "Used: the exact search. Searched all 1,024 patterns of numbers at risk of 10 people." in done.stdout
    assert "Exactly one fits. At risk at the events: 10, 8." in done.stdout
    assert "Method: exact search" in done.stdout
    again = run(*asked(tmp_path, SMALL, SMALL_TABLE, "--reading-error", "0.003", "--approximate")).stdout
    assert "Used: the approximation. No exact search: it was not asked for." in again
    assert "Method: Guyot 2012" in again


def test_several_patterns_are_counted_and_the_reconstructions_are_of_different_ones(tmp_path: Path) -> None:
    said = json.loads(run(*asked(tmp_path, SMALL, SMALL_TABLE, "--reading-error", "0.02", "--json")).stdout)
    search = said["search"]
    assert (search["used"], search["searched"], search["of"]) == ("exact search", 1024, 1024)
    assert search["fitting"] >= search["different_in_reconstructions"] > 1


def test_where_no_pattern_fits_that_is_said_and_the_approximation_used(tmp_path: Path) -> None:
    done = run(*asked(tmp_path, SMALL, SMALL_TABLE, "--reading-error", "0.003", "--events", "5"))
    assert done.returncode == 0
    assert (
        "Used: the approximation. Searched all 252 patterns of numbers at risk of 10 people: none fits" in done.stdout
    )
    assert "Method: Guyot 2012" in done.stdout
    assert "it is for up to 60 people" in run(*asked(tmp_path, POINTS, TABLE)).stdout


def test_a_printed_estimate_narrows_the_search_and_must_be_one(tmp_path: Path) -> None:
    wide = ("--reading-error", "0.02", "--json")
    before = json.loads(run(*asked(tmp_path, SMALL, SMALL_TABLE, *wide)).stdout)["search"]["fitting"]
    estimate = ("--estimate", "4:78.8:56.4:100:0.95")
    after = json.loads(run(*asked(tmp_path, SMALL, SMALL_TABLE, *estimate, *wide)).stdout)["search"]["fitting"]
    assert 0 < after < before
    for wrong in ("4:78.7", "4:78.7:90:100:0.95"):
        done = run(*asked(tmp_path, SMALL, SMALL_TABLE, "--estimate", wrong))
        assert done.returncode == 2
        assert "TIME:VALUE:LOW:HIGH:LEVEL" in done.stderr


def test_any_reconstruction_or_all_can_be_the_cohort_and_the_manifest_says_which(tmp_path: Path) -> None:
    more = ("--event", "relapse", "--unit", "months", "--reading-error", "0.02", "--reconstructions", "3", "-o")
    every = run(*asked(tmp_path, POINTS, TABLE, "--draw", "all", *more, str(tmp_path / "all")))
    assert every.returncode == 0, every.stderr
    one = run(*asked(tmp_path, POINTS, TABLE, "--draw", "3", *more, str(tmp_path / "third")))
    assert "number 3 of 3" in one.stdout
    cohorts = [load_cohort(tmp_path / "all" / str(each)) for each in (1, 2, 3)]
    assert ["number 1 of 3" in each.manifest.note for each in cohorts] == [True, False, False]
    third = load_cohort(tmp_path / "third")
    assert "number 3 of 3" in third.manifest.note
    assert third.subjects.equals(cohorts[2].subjects)
    assert not third.subjects.equals(cohorts[0].subjects)
    for wrong in ("4", "none"):
        done = run(*asked(tmp_path, POINTS, TABLE, "--draw", wrong, *more, str(tmp_path / "never")))
        assert done.returncode == 2
        assert "allowed: 1 to 3 (--reconstructions), or all" in done.stderr
