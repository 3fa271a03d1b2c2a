"""How often: rates counted by hand, the methods by name, and what cannot be estimated."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.small_report_cohort import tiny
from made_up.written_cohort import written
from remission.exhibits.wording import p_words
from remission.outcomes.counts import evaluate_counts
from remission.outcomes.epochs import NO_THERAPY, derive_epochs
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.report.event_rates import EventRates, estimate_event_rates
from remission.report.frame.headlines import ratio_sentences
from remission.report.pictures.event_rates import (
    draw_event_rates,
    headline_rates,
    rate_sentence,
    rate_words,
    ratio_sentence,
    times_table,
    why_headline,
)
from remission.report.sections.therapies import derive_therapy_counts

PEOPLE = """\
S1,a,yes,731,completed,
S2,a,yes,365,lost,
S3,b,yes,365,completed,
S4,,yes,700,completed,
S5,c,yes,0,lost,
"""
RELAPSES = "S1,R1,100\nS1,R2,300\nS1,R3,310\nS2,R4,200\n"


def rates(folder: Path, group_by: str | None = None, relapses: str = RELAPSES) -> EventRates:
    cohort = tiny(folder, PEOPLE, relapses=relapses)
    return estimate_event_rates(evaluate_counts(cohort, "relapse-30d"), cohort=cohort, group_by=group_by, level=0.9)


def test_events_and_person_years_by_hand(tmp_path: Path) -> None:
    rows = rates(tmp_path).rates.rows()
    assert {row["events"] for row in rows} == {3.0}
    exact = rows[-1]
    years = (731 + 365 + 365 + 700) / 365.25
    assert exact["denominator"] == pytest.approx(years)
    assert exact["value"] == pytest.approx(3 / years)
    assert (exact["n"], exact["level"], exact["standing"], exact["study"]) == (4, 0.9, "simulated", "tiny")


def test_each_group_has_three_methods_and_the_unnamed_one_is_not_compared(tmp_path: Path) -> None:
    found = rates(tmp_path, "arm")
    assert [name for name, _ in found.counts] == ["a", "arm not recorded", "b", "c"]
    methods = [row["method"] for row in found.rates.rows() if row["group"] == "b"]
    assert [method.partition(",")[0] for method in methods] == [
        "negative binomial rate",
        "Poisson rate",
        "Poisson rate",
    ]
    assert [group for group, _ in found.compared] == ["a", "b"]
    left = [(one.group, one.persons, one.why) for one in found.left_out]
    assert left == [("arm not recorded", 1, "it is no group of its own"), ("c", 1, "nobody was followed")]


def test_without_an_event_the_headline_is_the_exact_upper_limit(tmp_path: Path) -> None:
    found = rates(tmp_path, "arm")
    by_group = {row["group"]: row for row in headline_rates(found.estimates)}
    assert by_group["a"]["method"].startswith("negative binomial")
    assert by_group["b"]["method"] == "Poisson rate, exact interval"
    assert by_group["b"]["high"] == pytest.approx(-math.log(0.05) / (365 / 365.25))
    said = rate_sentence("Relapse", by_group["b"], 2).replace("\u00a0", " ")
    assert said == (
        "Relapse: no event (90 % interval of the rate up to 3.00 a person-year; "
        "0 events in 1.0 person-years of 1 person)."
    )
    assert rate_sentence("Relapse", by_group["c"], 2).endswith("not estimable, because nobody was followed.")
    assert "there the headline is the exact upper limit" in why_headline(found.estimates)
    assert "negative binomial rate, because" in why_headline(found.estimates)


def test_a_ratio_to_no_event_is_not_estimable(tmp_path: Path) -> None:
    found = rates(tmp_path, "arm")
    row, test = found.ratios.rows()[0], found.tests[0]
    assert (row["group"], row["against"], row["value"]) == ("b", "a", None)
    assert ratio_sentence(row, test, p_words(test.p)).endswith("not estimable, because one of the groups had no event.")


def test_the_ratio_of_two_arms_is_that_of_the_second_to_the_first() -> None:
    cohort = load_cohort("two-arm")
    found = estimate_event_rates(evaluate_counts(cohort, "relapse-30d"), cohort=cohort, group_by="arm")
    row, test = found.ratios.rows()[0], found.tests[0]
    by_group = {one["group"]: one["value"] for one in headline_rates(found.estimates)}
    assert row["value"] == pytest.approx(by_group["HSCT"] / by_group["Best available therapy"], rel=0.02)
    said = ratio_sentence(row, test, p_words(test.p)).replace("\u00a0", " ")
    assert said.startswith("Rate ratio, HSCT to Best available therapy: 0.32 (95 % interval 0.20 to 0.53); p < 0.001 (")
    assert "negative binomial with one dispersion" in said
    assert "ew persons" not in said


def test_a_ratio_that_rests_on_few_persons_says_so(tmp_path: Path) -> None:
    people = "S1,b,yes,2000,completed,\n" + "".join(f"S{n},a,yes,1500,completed,\n" for n in range(2, 9))
    relapses = "".join(f"S1,R{day},{day}\n" for day in range(60, 800, 100)) + "S2,Q1,100\nS2,Q2,300\n"
    cohort = tiny(tmp_path, people, relapses=relapses)
    found = estimate_event_rates(evaluate_counts(cohort, "relapse-30d"), cohort=cohort, group_by="arm", level=0.9)
    (said,) = ratio_sentences(found)
    assert said.endswith("Few persons: 1 of 1 had an event, against 1 of 7, so interval and p cannot be relied on.")
    assert "; few persons: 1 of 1 had an event, against 1 of 7" in found.ratios.rows()[0]["method"]


def test_the_picture_has_a_dot_for_each_group_that_was_followed(tmp_path: Path) -> None:
    found = rates(tmp_path, "arm")
    figure = draw_event_rates("r", "Relapse", found.estimates, found.outcome.provenance)
    dots = figure.spec()["datasets"]["rates"]
    assert [dot["words"].partition(":")[0] for dot in dots] == ["a", "arm not recorded", "b"]
    assert len({dot["ink"] for dot in dots}) == 3
    assert figure.spec()["title"]["subtitle"][0].startswith("SIMULATED")
    assert "exact Poisson" in figure.subtitle
    assert figure.table.csv().count("rate ratio") == 1
    assert [row[1] for row in figure.table.rows()[:3]] == [
        "Negative binomial (headline)",
        "Robust Poisson",
        "Exact Poisson",
    ]


def test_persons_by_how_many_events(tmp_path: Path) -> None:
    many = "".join(f"S2,X{place},{60 + 40 * place}\n" for place in range(6))
    found = rates(tmp_path, "arm", "S1,R1,100\n" + many)
    table = times_table("r", "Relapse", dict(found.counts), found.outcome.provenance)
    assert [column.header for column in table.columns] == [
        "Events", "a, of 2", "arm not recorded, of 1", "b, of 1", "c, of 0",
    ]  # fmt: skip
    assert [row[0] for row in table.rows()] == ["0", "1", "2", "3", "4 or more"]
    assert [row[1].partition(" ")[0] for row in table.rows()] == ["0", "1", "0", "0", "1"]


@given(value=st.floats(0.001, 50), half=st.floats(0, 1))
def test_a_rate_is_never_written_without_its_limits(value: float, half: float) -> None:
    said = rate_words({"value": value, "low": value * (1 - half), "high": value * (1 + half)}, 3)
    assert " to " in said
    assert "limits not estimable" in rate_words({"value": value, "low": None, "high": None}, 3)


SUBJECTS = "subject_id,entered,last_day\nS1,yes,400\nS2,yes,300\n"
OBSERVED = "subject_id,row_id,kind,from_day,to_day\nS1,O1,relapses,0,400\nS2,O2,relapses,0,300\n"
TREATMENTS = """\
subject_id,row_id,therapy,start_day,end_day
S1,T1,natalizumab,-50,100
S1,T2,ocrelizumab,201,
S2,T3,natalizumab,50,50
"""
CAME = "subject_id,row_id,day\nS1,R1,100\nS1,R2,150\nS1,R3,250\nS2,R4,51\n"


def test_events_and_days_by_the_therapy_that_was_on(tmp_path: Path) -> None:
    cohort = written(tmp_path, subjects=SUBJECTS, observed=OBSERVED, treatments=TREATMENTS, relapses=CAME)
    counted = derive_therapy_counts(evaluate(cohort, "relapse-30d"), derive_epochs(cohort))
    assert sorted(counted.rows()) == [
        ("natalizumab", 2, 101, 1),
        (NO_THERAPY, 2, 399, 2),
        ("ocrelizumab", 1, 200, 1),
    ]
    assert counted["person_days"].sum() == 700


def test_an_event_that_is_left_out_leaves_its_days() -> None:
    cohort = load_cohort("two-arm")
    outcome, epochs = evaluate(cohort, "relapse-30d"), derive_epochs(cohort)
    whole = derive_therapy_counts(outcome, epochs)
    without = derive_therapy_counts(outcome, epochs, ["relapse-30d"])
    assert (whole["events"].sum(), without["events"].sum()) == (82, 0)
    assert whole["person_days"].sum() == without["person_days"].sum()
    assert whole["person_days"].sum() == outcome.spells.select(pl.col("exit_day") - pl.col("entry_day")).sum().item()
