"""Homecare beside what is issued, therapies that nobody shows, and returns: they widen figures or leave none."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from made_up.trusts import (
    AREAS,
    CODES,
    MEASURES,
    MEDICINES,
    SUPPLIES,
    Rows,
    changed,
    everyday_rows,
    issue,
    made_monthly,
    said,
    submitted,
)
from remission.supply.coverage.hidden_supply import never_seen
from remission.supply.coverage.reasons import Supply
from remission.supply.coverage.rule import load_coverage_rule
from remission.supply.coverage.states import derive_coverage
from remission.supply.measures.monthly import Monthly, prepare_monthly

HOMECARE = ("glatiramer-syringe", "fumarate-capsule")
LAST_YEAR = date(2024, 1, 1)


def with_supply(rows: Rows, supply: Supply) -> Monthly:
    supplies = tuple(supply if one.therapy == supply.therapy else one for one in SUPPLIES)
    issued = pl.DataFrame(rows)
    coverage = derive_coverage(issued, submitted(), supplies, load_coverage_rule())
    return prepare_monthly(issued, coverage, MEDICINES, supplies, AREAS)


def test_homecare_beside_what_is_issued_is_in_the_interval_and_takes_no_value_away() -> None:
    whole, part = made_monthly(everyday_rows()), made_monthly(changed(everyday_rows(), ("A",), HOMECARE, 0.05))
    for name in ("injectables", "high-efficacy", "share-dimethyl-fumarate", "volume", "diversity"):
        truth, found = said(whole, name, "A")["value"], said(part, name, "A")
        assert (found["absent_reason"], found["value"] != pytest.approx(truth, rel=0.2)) == (None, True)
        assert found["low"] <= truth <= found["high"]
        assert "part of what is issued may go by homecare as well" in found["method"]


def test_a_trust_may_still_give_as_much_as_in_its_largest_year() -> None:
    rows = changed(everyday_rows(), ("A",), ("glatiramer-syringe",), 4.0)
    found = said(made_monthly(changed(rows, ("A",), ("glatiramer-syringe",), 0.25, LAST_YEAR)), "volume", "A")
    assert found["absent_reason"] is None
    assert found["high"] > found["value"] + 12 * (8 - 2)


def test_what_only_hospitals_give_is_all_seen_where_it_is_issued() -> None:
    less = made_monthly(changed(everyday_rows(), ("A",), ("ocrelizumab-vial",), 0.25, LAST_YEAR))
    found = said(less, "volume", "A")
    assert found["high"] < found["value"] + 12 * 2.5


def test_what_nobody_shows_now_is_bounded_by_what_anybody_ever_showed() -> None:
    monthly = made_monthly(changed(everyday_rows(), CODES, ("glatiramer-syringe",), 0.0, LAST_YEAR))
    found = said(monthly, "high-efficacy", "A")
    assert found["absent_reason"] is None
    assert 0.5 < found["low"] < 0.9 * 7 / (0.9 * 7 + 1.1 * 3 + 2)
    assert said(monthly, "volume", "A")["high"] == pytest.approx(1.1 * 12 * 10 + 12 * 2, rel=0.2)
    own = said(monthly, "share-glatiramer-acetate", "A")
    assert (own["value"], own["low"], own["absent_reason"]) == (None, 0.0, "not visible here")
    assert 0.1 < own["high"] < 0.4


def test_what_was_never_seen_anywhere_is_named_and_blanks_nothing() -> None:
    ublituximab = Supply("ublituximab", "continuous", "yes", date(2018, 1, 1))
    world, plain = with_supply(everyday_rows(), ublituximab), made_monthly(everyday_rows())
    for name in ("injectables", "high-efficacy", "volume", "diversity"):
        for column in ("value", "low", "high", "absent_reason"):
            assert said(world, name, "A")[column] == said(plain, name, "A")[column]
    own = said(world, "share-ublituximab", "A")
    assert [own[name] for name in ("value", "low", "high")] == [None] * 3
    assert own["absent_reason"] == "not visible here"


def test_only_what_may_be_supplied_and_was_never_seen_is_named() -> None:
    ublituximab = Supply("ublituximab", "continuous", "yes", date(2018, 1, 1))
    world = with_supply(everyday_rows(), ublituximab)
    assert never_seen(world, MEASURES["high-efficacy"]) == ("ublituximab",)
    assert never_seen(world, MEASURES["subcutaneous-natalizumab"]) == ()
    shown = [*everyday_rows(), issue("L", date(2022, 3, 1), "ublituximab-vial", 0.5)]
    assert never_seen(with_supply(shown, ublituximab), MEASURES["high-efficacy"]) == ()
    assert never_seen(made_monthly(everyday_rows()), MEASURES["high-efficacy"]) == ()


def test_more_returned_than_issued_is_no_share() -> None:
    returned = made_monthly(changed(everyday_rows(), ("A",), HOMECARE, -0.5, date(2024, 6, 1)))
    below, above = (said(returned, name, "A", window=3) for name in ("injectables", "high-efficacy"))
    for found in (below, above):
        assert [found[name] for name in ("value", "low", "high")] == [None] * 3
        assert found["absent_reason"] == "not estimable"
    assert below["numerator"] < 0
    assert above["numerator"] > above["denominator"] > 0
