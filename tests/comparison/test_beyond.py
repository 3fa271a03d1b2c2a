"""Beyond follow-up: several shapes, how far they lie apart, who is free so far, and how much of a mean is leaving."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from remission.cli import command_line
from remission.comparison.beyond.background import load_background
from remission.comparison.beyond.extrapolate import Beyond, extrapolate
from remission.comparison.beyond.free_so_far import estimate_free_so_far
from remission.comparison.beyond.held import held
from remission.comparison.beyond.leaving import part_of_leaving
from remission.comparison.beyond.page import answer, beyond_page
from remission.exhibits.beyond_follow_up import BeyondFollowUp, ShapeLine
from remission.inputs.problems import InputProblems
from remission.outcomes.load import load_cohort


@pytest.fixture(scope="module")
def found() -> Beyond:
    """The small cohort: 24 people, seven shapes."""
    return extrapolate(load_cohort("halt-ms"), "halt-ms-efs")


def test_the_answer_is_the_spread_and_no_single_line(found: Beyond) -> None:
    low, high = found.spread(15.0)
    assert low < high
    assert f"{100 * low:.0f}" in answer(found)
    assert f"{100 * high:.0f}" in answer(found)
    assert "nobody knows" in answer(found)
    told = [one.at(15.0)[0] for one in found.shapes]
    assert (min(told), max(told)) == (low, high)


def test_a_cure_is_refused_where_insufficient_follow_up_is_not_rejected(found: Beyond) -> None:
    assert [one.title for one in found.refused if "insufficient follow-up is not rejected" in one.why] == [
        "Mixture cure, Weibull"
    ]
    rows = found.estimates.frame.filter(pl.col("group") == "Mixture cure, Weibull")
    assert rows["value"].null_count() == rows.height == 2
    assert rows["absent_reason"].str.starts_with("not estimable").all()


def test_every_row_says_whether_anybody_was_seen_there() -> None:
    within = extrapolate(load_cohort("halt-ms"), "halt-ms-efs", at_years=(5.0, 10.0)).estimates.frame
    said = dict(within.select("at_days", "what").unique().iter_rows())
    assert said[1826].endswith("within follow-up")
    assert said[3653].endswith("beyond follow-up")


def test_one_line_alone_is_refused() -> None:
    line = ShapeLine("Exponential", "It stays.", [(0, 1), (10, 0.5)], [(10, 0.5, 0.4, 0.6)])
    with pytest.raises(ValueError, match="never one line alone"):
        BeyondFollowUp("x", "x", "x", "Years", [(0, 1)], 5, 10, [line], 0.95)
    # Nobody died, so no shape can be fitted: said with the reason of each.
    with pytest.raises(InputProblems) as wrong:
        extrapolate(load_cohort("halt-ms"), "death")
    assert "fewer than two shapes" in wrong.value.report()


def test_every_time_that_is_none_is_named_at_once() -> None:
    with pytest.raises(InputProblems) as wrong:
        extrapolate(load_cohort("halt-ms"), "halt-ms-efs", 99, at_years=(0.0, 120.0))
    assert len(wrong.value.problems) == 2


def test_an_average_is_made_only_when_asked_for(found: Beyond) -> None:
    assert found.average is None
    asked = extrapolate(load_cohort("halt-ms"), "halt-ms-efs", average="equal")
    assert asked.average is not None
    assert asked.average.title == "Average, equal weights"
    assert asked.average.at(15.0)[0] == pytest.approx(np.mean([one.at(15.0)[0] for one in asked.shapes]))
    row = asked.estimates.frame.filter(pl.col("group").str.starts_with("Average")).row(0, named=True)
    assert row["low"] is None
    assert "no interval of its own" in row["absent_reason"]


def test_free_so_far_is_the_curve_of_those_still_there(found: Beyond) -> None:
    frame = estimate_free_so_far(found.event_free).frame
    one = frame.filter((pl.col("from_day") == 731) & (pl.col("at_days") == 1826)).row(0, named=True)
    curve = found.event_free.curves[0].curve
    assert one["value"] == pytest.approx(curve.survival_on([1826])[0] / curve.survival_on([731])[0])
    late = frame.filter((pl.col("from_day") == 1826) & (pl.col("at_days") == 3653)).row(0, named=True)
    assert late["value"] is None
    assert "nobody was followed for so long" in late["absent_reason"]


def test_the_three_parts_add_up_to_the_change_of_the_mean() -> None:
    frame = part_of_leaving(load_cohort("hsct-500"), range(8)).frame
    moved = frame.with_columns(pl.col("mean").diff().alias("moved")).filter(pl.col("changed").is_not_null())
    parts = moved["changed"] + moved["by_leaving"] + moved["by_coming"]
    assert moved.height >= 5
    assert parts.to_numpy() == pytest.approx(moved["moved"].to_numpy(), abs=1e-12)


def test_a_mean_that_falls_because_people_left_is_found() -> None:
    cohort = load_cohort("hsct-500")
    visits = cohort.tables["visits"]
    worst = visits.filter(pl.col("day") < 300).group_by("subject_id").agg(pl.col("edss").last()).filter(
        pl.col("edss") >= 5
    )["subject_id"].to_list()  # fmt: skip
    gone = visits.filter(~(pl.col("subject_id").is_in(worst) & (pl.col("day") > 500)))
    frame = part_of_leaving(replace(cohort, tables={**cohort.tables, "visits": gone}), [0, 1, 2]).frame
    second = frame.row(2, named=True)
    assert second["by_leaving"] < -0.3 < second["changed"]


def table(path: Path, rows: list[str]) -> Path:
    """A CSV of hazards."""
    path.write_text("\n".join(["age,female,male", *rows]) + "\n", encoding="utf-8")
    return path


def test_a_background_adds_up_by_age_and_sex(tmp_path: Path) -> None:
    found = load_background(table(tmp_path / "hazards.csv", ["40,0.01,0.02", "41,0.03,0.04", "42,0.05,0.06"]))
    years = np.array([0.5, 1.0, 2.5, 4.0])
    # From 40.5: half a year at 0.01, one at 0.03, and then 0.05 for ever.
    assert found.cumulative("female", 40.5, years) == pytest.approx([0.005, 0.02, 0.085, 0.16])
    assert found.hazard("male", 41.9) == 0.04
    assert found.hazard("male", 99) == 0.06


@pytest.mark.parametrize(("rows", "said"), [(["40,0.1,0.1", "42,0.1,0.1"], "gaps"), (["40,-1,0.1"], "female")])
def test_a_bad_background_is_named(tmp_path: Path, rows: list[str], said: str) -> None:
    with pytest.raises(InputProblems) as wrong:
        load_background(table(tmp_path / "hazards.csv", rows))
    assert said in wrong.value.report()


def test_a_background_is_refused_where_death_is_no_part(tmp_path: Path) -> None:
    background = load_background(table(tmp_path / "hazards.csv", ["18,0.001,0.001"]))
    with pytest.raises(InputProblems) as wrong:
        extrapolate(load_cohort("halt-ms"), "relapse-free", background=background)
    assert "death is no part" in wrong.value.report()


def test_with_a_background_fewer_are_left(tmp_path: Path) -> None:
    background = load_background(table(tmp_path / "hazards.csv", ["18,0.001,0.001"]))
    cohort = load_cohort("hsct-500")
    plain, with_it = (extrapolate(cohort, "death", background=one) for one in (None, background))
    for one, other in zip(plain.shapes[:2], with_it.shapes[:2], strict=True):
        assert one.title == other.title
    assert all("hazards.csv" in method for method in with_it.estimates.frame["method"])


def test_the_page_says_what_is_not_observed(found: Beyond) -> None:
    page = beyond_page(found)
    figure = page.sections[0].blocks[0].picture
    assert figure is not None
    assert "RECONSTRUCTED" in figure.figure.svg()
    assert figure.figure.table.frame.height == 2 * len(found.shapes)


def test_the_command_writes_the_page_and_its_rows(tmp_path: Path) -> None:
    ran = CliRunner().invoke(
        command_line(), ["beyond", "halt-ms", "-e", "halt-ms-efs", "--to", "12y", "--at", "8,12", "-o", str(tmp_path)]
    )
    assert ran.exit_code == 0
    assert "nobody knows" in ran.output
    told = json.loads((tmp_path / "beyond.json").read_text(encoding="utf-8"))
    assert told["standing"] == "reconstructed"
    assert len(told["fits"]) >= 5
    assert set(told["assumptions"]) == set(told["fits"])
    assert (tmp_path / "index.html").is_file()
    assert (tmp_path / "estimates.csv").is_file()


def test_the_command_refuses_what_is_no_time(tmp_path: Path) -> None:
    ran = CliRunner().invoke(
        command_line(), ["beyond", "halt-ms", "-e", "halt-ms-efs", "--to", "soon", "-o", str(tmp_path)]
    )
    assert ran.exit_code == 2
    assert "--to" in ran.output


def test_a_gain_is_lost_on_the_clock_of_the_gain() -> None:
    # Not since day zero: who gained late has kept it for less long.
    found = extrapolate(load_cohort("hsct-500"), "improvement-lost")
    assert found.event_free.clock == "Years since improvement, at its confirmation"
    assert found.event_free.curves[0].curve.n < load_cohort("hsct-500").subjects.height / 2


def test_the_page_says_how_often_the_spread_held_the_truth(found: Beyond) -> None:
    said = " ".join(beyond_page(found).sections[0].blocks[0].sentences)
    rows = held()
    assert f"{sum(one.replicates for one in rows):,} invented cohorts" in said
    # What nobody could have seen is named with the share that the lines alone held, and it is no large one.
    slipping = min(one.spread_holds for one in rows if one.truth == "slipping after year six")
    assert f"slipping after year six ({100 * slipping:.0f}\u00a0%)" in said
    assert slipping < 0.6 < min(one.limits_hold for one in rows)
