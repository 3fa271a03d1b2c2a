"""Results as papers print them: all endpoints in one table, adverse events side by side, trajectories by group."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from made_up.small_report_cohort import tiny
from remission.records.cohort import Cohort
from remission.report.adverse_events import derive_adverse_events
from remission.report.asked import Asked, ask
from remission.report.curves.first_events import estimate_parts, estimate_whole
from remission.report.edss_change import estimate_edss_change
from remission.report.groups import Grouping
from remission.report.pictures.adverse_events import adverse_events_table, side_by_side_table, unseen_words
from remission.report.pictures.results_table import results_table
from remission.report.sections.adverse_events import make_section as make_adverse_events
from remission.report.sections.results import make_section

PEOPLE = "".join(f"S{n},{arm},yes,1200,completed,\n" for n, arm in enumerate("AABB"))
# Two categories of S0 are one person with anything; S1 comes late; S2 has no grade; S3 has nothing.
EVENTS = "S0,A1,20,Infections,1\nS0,A2,30,Blood,4\nS1,A3,150,Infections,2\nS2,A4,20,Skin,\nS2,A5,60,Infections,3\n"


def cohort_of(folder: Path) -> Cohort:
    visits = "".join(f"S{n},V{n}{day},{day},{2.0 + n * day / 400}\n" for n in range(4) for day in (0, 400))
    relapses = "S0,R1,100\nS1,R2,200\nS2,R3,300\n"
    return tiny(folder, PEOPLE, visits=visits, relapses=relapses, scans="", adverse_events=EVENTS)


def cells(asked: Asked) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in results_table([estimate_whole(asked)]).rows()}


def test_the_numbers_of_one_endpoint_by_hand(tmp_path: Path) -> None:
    # 698 - 150 days are 1.50 years; p and the limits as in test_order_and_reference; log-rank p 0.090.
    found = cells(ask(cohort_of(tmp_path), "relapse-free", group_by="arm", at_years=(1, 3)))
    (named,) = (row for row in found if row.endswith(": persons with an event"))
    assert found[named] == ["2 of 2", "1 of 2", "", "", "0.090"]
    at_year = found["Event-free at 1\u00a0year"]
    assert at_year[0].startswith("0.0\u00a0%")
    assert at_year[1].startswith("50.0\u00a0%")
    # B by log-log: 0.5 to the power of exp(+/-1.96 sqrt(0.5) / ln 2) is 0.006 to 0.910; A has none of its own, and
    # exact ones of 0 in 2 are 0 to 0.842. Squared and added: 0.5 - sqrt(0.494^2 + 0.842^2), and 0.5 + (0.910 - 0.5).
    assert at_year[2:4] == ["+50.0 points (\u221247.6 to +91.0)", ""]
    mean = found["Restricted mean within 3\u00a0years"]
    # sqrt(1250 + 79202) = 283.6; 548 +/- 1.96 * 283.6 days: -7.9 to 1103.9; z = 1.932, p = 0.053.
    assert mean[2:4] == ["+1.50 years (\u22120.02 to +3.02)", "0.053"]


def test_every_component_stands_in_it_and_in_its_csv(tmp_path: Path) -> None:
    asked = ask(cohort_of(tmp_path), "neda-3", group_by=Grouping("arm", reference="B"))
    results = (estimate_whole(asked), *estimate_parts(asked))
    table = results_table(results)
    assert len(results) == 4
    named = [row[0] for row in table.rows() if row[0].endswith(": persons with an event")]
    assert named == [f"{one.outcome.endpoint.event_free}: persons with an event" for one in results]
    assert table.raw is not None
    assert set(table.raw["endpoint"]) == {one.outcome.name for one in results}
    assert {"statistic", "df", "p", "against"} <= set(table.raw.columns)
    shares = table.raw.filter(pl.col("what").str.ends_with("difference in event-free share"))
    pairs = sum(one.comparison.differences.frame.height for one in results if one.comparison)
    assert shares.height == pairs * results[0].at_times.frame["at_days"].n_unique() > 0
    assert all("square-and-add" in method for method in shares["method"])
    assert shares["p"].null_count() == shares.height
    assert [column.group for column in table.columns if column.group] == ["A less B", "A less B"]
    assert len({column.header for column in table.columns}) >= 5


def test_three_groups_have_two_differences_and_one_log_rank_test(tmp_path: Path) -> None:
    people = PEOPLE + "S4,C,yes,1200,completed,\nS5,C,yes,400,lost,\n"
    asked = ask(tiny(tmp_path, people, relapses="S0,R1,100\nS2,R2,300\nS5,R3,50\n"), "relapse-free", group_by="arm")
    table = results_table([estimate_whole(asked)])
    assert [group for group, _ in table.spans() if group] == ["B less A", "C less A"]
    assert [column.header for column in table.columns].count("Log-rank p") == 1
    differing = [row for row in table.rows() if row[5]]
    assert differing
    assert all(row[0].startswith("Restricted mean") for row in differing)


def test_a_single_endpoint_of_everybody_needs_no_such_table(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path)
    assert make_section(ask(cohort, "relapse-free")) is None
    assert make_section(ask(cohort, "neda-3")) is not None


def test_a_group_that_nobody_followed_is_said_and_not_zero(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, PEOPLE + "S9,C,yes,0,lost,\n", relapses="S0,R1,100\n")
    found = cells(ask(cohort, "relapse-free", group_by="arm"))
    assert next(iter(found.values()))[:3] == ["1 of 2", "0 of 2", "nobody followed"]


def test_adverse_events_stand_side_by_side_with_any_first(tmp_path: Path) -> None:
    groups = derive_adverse_events(cohort_of(tmp_path), "arm")
    assert groups is not None
    table = side_by_side_table(groups)
    half, all_of = "1 (50\u00a0%)", "2 (100\u00a0%)"
    rows = {(row[0], row[1]): row[2:] for row in table.rows()}
    assert list(rows)[:2] == [("Any adverse event", "early"), ("Any adverse event", "late")]
    assert rows["Any adverse event", "early"] == [half, half, half, half]
    assert rows["Infections", "early"] == [half, "0", half, half]
    assert rows["Infections", "late"] == [half, "0", "0", "0"]
    # One event without a grade may be of any: bounds, and no number.
    assert rows["Skin", "early"] == ["0", "0", half, "not graded"]
    assert all_of not in json.dumps(list(rows.values()))
    assert [group for group, _ in table.spans()] == ["", "A", "B"]
    assert {"group", "category", "window", "persons", "events"} <= set(table.csv().splitlines()[0].split(","))


def test_one_person_with_two_kinds_is_one_person_with_any(tmp_path: Path) -> None:
    everybody = derive_adverse_events(cohort_of(tmp_path))
    assert everybody is not None
    first = adverse_events_table(everybody[0]).frame.row(0, named=True)
    assert (first["category"], first["persons"], first["events"]) == ("Any adverse event", 2, 4)
    # The worst of S0 is of grade 4; S2 has one of grade 3 beside the one without a grade.
    assert (first["severe_persons"], first["severe_persons_least"]) == (2, 2)


def test_the_early_limit_is_the_one_asked_for(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path)
    found = derive_adverse_events(cohort, early_days=25)
    assert found is not None
    early = {row["category"]: row["persons"] for row in found[0].category_shares.filter(window="early").to_dicts()}
    # Day 20 of S0 and of S2; day 30, 60 and 150 are late then.
    assert early == {"Infections": 1, "Skin": 1, "Blood": 0}
    asked = ask(cohort, "relapse-free")
    section = make_adverse_events(Asked(asked.cohort, asked.outcome, asked.choices, early_days=25))
    assert "to day 25" in section.blocks[0].sentences[0]
    picture = section.blocks[0].picture
    assert picture is not None
    drawn = json.dumps(picture.figure.specs["wide"])
    assert "Early (to day 25)" in drawn
    assert "100)" not in drawn
    short = derive_adverse_events(tiny(tmp_path / "short", "S1,a,yes,30,lost,\n", adverse_events=""), early_days=25)
    assert short is not None
    assert unseen_words(short[0]) == ""


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_each_group_has_its_row_of_trajectories(tmp_path: Path, width: str) -> None:
    cohort = cohort_of(tmp_path)
    spec = estimate_edss_change(cohort, "arm").draw_trajectories().specs[width]  # type: ignore[index]
    assert [row["title"]["text"] for row in spec["vconcat"]] == ["A", "B"]
    # S0 is unchanged, S1 to S3 worse: one of each in A, two worse in B.
    (across,) = ({*row} & {"hconcat", "vconcat"} for row in spec["vconcat"][:1])
    panels = [panel["title"]["text"] for row in spec["vconcat"] for panel in row[next(iter(across))]]
    assert panels == [
        "Better: 0 persons", "Unchanged: 1 person", "Worse: 1 person",
        "Better: 0 persons", "Unchanged: 0 persons", "Worse: 2 persons",
    ]  # fmt: skip
    alone = estimate_edss_change(cohort).draw_trajectories().specs[width]  # type: ignore[index]
    assert "title" in next(iter(alone["hconcat" if width == "wide" else "vconcat"]))
