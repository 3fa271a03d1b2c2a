"""What people may be divided by, and which groups are compared."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from made_up.small_report_cohort import tiny
from remission.inputs.problems import InputProblems
from remission.outcomes.evaluation import evaluate
from remission.records.cohort import Cohort
from remission.report.adverse_events import derive_adverse_events
from remission.report.asked import ask
from remission.report.curves.first_events import estimate_whole
from remission.report.edss_change import estimate_edss_change
from remission.report.event_free import EventFree, estimate_event_free
from remission.report.event_rates import estimate_how_often
from remission.report.groups import label_groups
from remission.report.population import derive_baseline
from remission.report.timelines import derive_timelines

TWO = "S1,a,yes,1200,completed,\nS2,a,yes,1200,completed,\nS3,b,yes,1200,completed,\nS4,b,yes,1200,completed,\n"


def by_arm(tmp_path: Path, subjects: str, relapses: str = "S1,R1,100\nS3,R2,600\n") -> EventFree:
    cohort = tiny(tmp_path, subjects, relapses=relapses)
    return estimate_event_free(evaluate(cohort, "relapse-free"), cohort=cohort, group_by="arm")


@pytest.mark.parametrize("column", ["end_reason", "entered", "not_entered_reason", "death_day", "age_years"])
def test_what_is_learnt_later_or_is_no_group_is_refused(tmp_path: Path, column: str) -> None:
    with pytest.raises(InputProblems) as caught:
        label_groups(tiny(tmp_path, TWO), column)
    said = str(caught.value.problems[0])
    assert "arm" in said
    assert not any(name in said.partition("allowed")[2] for name in ("end_reason", "entered"))


def test_groups_that_are_numbers_stand_in_their_order_everywhere(tmp_path: Path) -> None:
    people = "".join(f"S{n},{arm},yes,{1900 - n},completed,\n" for n, arm in enumerate(["10", "2", "1"] * 2))
    visits = "".join(f"S{n},V{n}{day},{day},2.0\n" for n in range(6) for day in (0, 400))
    events = "".join(f"S{n},A{n},20,Infections,2\n" for n in range(6))
    cohort = tiny(tmp_path, people, visits=visits, relapses="S0,R1,100\n", adverse_events=events, scans="")
    asked = ask(cohort, "relapse-30d", group_by="arm")
    whole, rates = estimate_whole(asked), estimate_how_often(asked)
    assert rates is not None
    order = ["1", "2", "10"]
    assert [one.name for one in whole.curves] == [name for name, _ in rates.counts] == order
    assert derive_baseline(cohort, "arm").groups == ("All", *order)
    assert list(estimate_edss_change(cohort, "arm").groups) == order
    assert [one.group for one in derive_adverse_events(cohort, "arm") or []] == order
    lines = derive_timelines(cohort, asked.outcome.first, "arm").persons
    assert lines["group"].to_list() == ["1", "1", "2", "2", "10", "10"]
    assert whole.comparison is not None
    assert [(row["group"], row["against"]) for row in whole.comparison.differences.rows()] == [("2", "1"), ("10", "1")]


def test_those_without_a_recorded_group_are_not_tested_as_one(tmp_path: Path) -> None:
    both = by_arm(tmp_path / "both", TWO).comparison
    more = by_arm(tmp_path / "more", TWO + "S5,,yes,1200,completed,\n", "S1,R1,100\nS3,R2,600\nS5,R3,50\n").comparison
    assert both is not None
    assert more is not None
    assert (more.log_rank.method, more.log_rank.p) == (both.log_rank.method, both.log_rank.p)
    assert [row["group"] for row in more.differences.rows()] == ["b"]
    assert more.compared == (("a", 2), ("b", 2))
    assert [(one.group, one.persons) for one in more.left_out] == [("arm not recorded", 1)]


def test_a_group_with_nobody_followed_is_not_counted(tmp_path: Path) -> None:
    found = by_arm(tmp_path, TWO + "S5,c,yes,0,lost,\n").comparison
    assert found is not None
    assert found.log_rank.method == "log-rank test of 2 groups"
    assert [(one.group, one.why) for one in found.left_out] == [("c", "nobody in it was followed")]


def test_one_recorded_group_is_left_without_a_test_that_says_so(tmp_path: Path) -> None:
    found = by_arm(tmp_path, "S1,a,yes,900,completed,\nS2,,yes,900,completed,\n", "S1,R1,300\n").comparison
    assert found is not None
    assert math.isnan(found.log_rank.p)
    assert "fewer than two groups" in found.log_rank.method
    assert found.differences.frame.is_empty()


def test_a_short_group_does_not_cut_the_others(tmp_path: Path) -> None:
    result = by_arm(tmp_path, TWO + "S5,c,yes,80,lost,\n")
    assert result.restricted_mean.frame["to_day"].to_list() == [1096, 1096, 80]
    assert result.comparison is not None
    assert result.comparison.differences.frame["to_day"].to_list() == [1096, 80]


def test_groups_of_a_cohort_made_in_memory_are_trimmed_and_asked_about(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, TWO)
    people = cohort.subjects.height

    def arms(*names: str | None) -> Cohort:
        every = pl.Series([*names, *["A"] * (people - len(names))], dtype=pl.String)
        subjects = cohort.subjects.with_columns(arm=every)
        return replace(cohort, tables={**cohort.tables, "subjects": subjects})

    assert label_groups(arms("A\u00a0", " "), "arm")["group"].to_list()[:2] == ["A", "arm not recorded"]
    with pytest.raises(InputProblems) as raised:
        label_groups(arms("NA"), "arm")
    assert 'missing = ["NA"]' in raised.value.report()


def test_blanks_around_the_name_of_a_group_make_no_group(tmp_path: Path) -> None:
    plain = by_arm(tmp_path / "plain", TWO).comparison
    blank = by_arm(tmp_path / "blank", TWO.replace("S2,a", "S2,a ").replace("S4,b", "S4,b\u00a0")).comparison
    assert plain is not None
    assert blank is not None
    assert blank.compared == plain.compared == (("a", 2), ("b", 2))
    assert blank.log_rank == plain.log_rank
