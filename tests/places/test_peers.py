"""Peers by distance and size, and months to the first issue."""

from __future__ import annotations

from datetime import date

import pytest

from made_up.trusts import CODES, MONTHS, everyday_rows, issue, made_monthly, without
from remission.places.peers import Place, nearest, similar_size
from remission.supply.coverage.first_issues import estimate_first_issue
from remission.supply.coverage.reasons import Supply

LONDON, OXFORD, LEEDS = Place("L", 51.51, -0.13, 100.0), Place("O", 51.75, -1.26, 90.0), Place("Y", 53.8, -1.55, 10.0)
NOWHERE = Place("N", size=None)
PLACES = (LEEDS, LONDON, NOWHERE, OXFORD)


def test_the_nearest_leave_out_oneself_and_places_that_are_not_known() -> None:
    assert nearest(PLACES, "L") == ("O", "Y")
    assert nearest(PLACES, "L", 1) == ("O",)
    assert nearest(PLACES, "N") == ()


def test_similar_size_goes_by_ratio() -> None:
    assert similar_size(PLACES, "L", 1) == ("O",)
    assert similar_size(PLACES, "N") == ()
    with pytest.raises(ValueError, match="no place of the code X"):
        nearest(PLACES, "X")


def test_months_to_the_first_issue_count_from_guidance() -> None:
    rows = everyday_rows()
    rows += [issue("A", month, "ublituximab-vial", 0.1) for month in MONTHS[33:]]
    rows += [issue("B", month, "ublituximab-vial", 0.1) for month in MONTHS[25:]]
    asked = Supply("ublituximab", nice_date=date(2024, 3, 18))
    found = {
        row["group"]: (row["value"], row["absent_reason"])
        for row in estimate_first_issue(made_monthly(rows), asked).rows()
    }
    assert found["A"] == (7.0, None)
    assert found["B"] == (-1.0, None)
    assert found["C"] == (None, "not used here")


def test_a_first_issue_in_the_first_month_may_not_be_the_first() -> None:
    rows = estimate_first_issue(
        made_monthly(everyday_rows()), Supply("ocrelizumab", nice_date=date(2018, 7, 25))
    ).rows()
    assert {(row["value"], row["absent_reason"]) for row in rows} == {(None, "not estimable")}


def test_guidance_older_than_the_reports_gives_no_time_to_the_first_issue() -> None:
    rows = everyday_rows()
    rows += [issue("A", month, "ublituximab-vial", 0.1) for month in MONTHS[33:]]
    asked = Supply("ublituximab", nice_date=date(2012, 4, 1))
    found = {row["group"]: row for row in estimate_first_issue(made_monthly(rows), asked).rows()}
    assert (found["A"]["value"], found["A"]["absent_reason"]) == (None, "not estimable")


def test_a_therapy_that_was_hidden_before_has_no_first_issue() -> None:
    rows = [*without(everyday_rows(), "B", "glatiramer-syringe")]
    rows += [issue("B", month, "glatiramer-syringe", 2.0) for month in MONTHS[20:]]
    found = {row["group"]: row for row in estimate_first_issue(made_monthly(rows), _glatiramer()).rows()}
    assert found["B"]["absent_reason"] == "not visible here"
    assert sorted(found) == list(CODES)


def _glatiramer() -> Supply:
    return Supply("glatiramer acetate", homecare="yes", nice_date=date(2022, 2, 1))
