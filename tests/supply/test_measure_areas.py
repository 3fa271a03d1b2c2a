"""Areas whose trusts are silent: a trust counts by its largest year, and what it did not report is in the interval."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from made_up.trusts import MEDICINES, MONTHS, Rows, changed, everyday_rows, issue, made_monthly, said, without
from remission.places.areas import Areas

TOTALS = ("volume", "issued-per-expected")
PRODUCTS = tuple(one.product for one in MEDICINES)


def silent_for(code: str, months: int) -> tuple[tuple[str, date], ...]:
    return tuple((code, month) for month in MONTHS[-months:])


def large(code: str, times: float = 5.0) -> Rows:
    return changed(everyday_rows(), (code,), PRODUCTS, times)


def test_an_area_without_its_large_trust_has_no_total() -> None:
    monthly = made_monthly(large("G"), silent_for("G", 12))
    for name in (*TOTALS, "injectables", "net-growth", "diversity"):
        found = said(monthly, name, "QS", "icb")
        assert (found["value"], found["absent_reason"]) == (None, "not visible here")
        assert said(monthly, name, "QN", "icb")["absent_reason"] is None
    full = said(made_monthly(large("G")), "volume", "QS", "icb")["value"]
    found = said(monthly, "volume", "QS", "icb")
    assert found["low"] < full < found["high"] == pytest.approx(full * 1.1, rel=0.1)


def test_of_growth_the_large_trust_is_missed_in_the_year_before_as_well() -> None:
    silent = tuple(("G", month) for month in MONTHS[12:24])
    found = said(made_monthly(large("G"), silent), "net-growth", "QS", "icb")
    assert (found["value"], found["absent_reason"]) == (None, "not visible here")
    assert found["low"] < 0 < found["high"]


def test_many_small_trusts_may_be_silent_beside_a_large_one() -> None:
    silent = (*silent_for("G", 12), *silent_for("H", 12))
    assert said(made_monthly(large("I", 20.0), silent), "volume", "QS", "icb")["absent_reason"] is None
    assert said(made_monthly(everyday_rows(), silent), "volume", "QS", "icb")["absent_reason"] == "not visible here"


def test_what_a_small_silent_trust_may_issue_is_in_the_high_limit_of_totals() -> None:
    seen, monthly = made_monthly(everyday_rows()), made_monthly(everyday_rows(), silent_for("G", 12))
    for name in TOTALS:
        full, found = said(seen, name, "QS", "icb"), said(monthly, name, "QS", "icb")
        assert found["absent_reason"] is None
        assert found["low"] < found["value"] < 0.9 * full["value"] < full["value"] < found["high"]
        assert "trusts that did not report" in found["method"]
    assert "did not report" not in said(monthly, "injectables", "QS", "icb")["method"]
    growth = said(monthly, "net-growth", "QS", "icb")
    assert growth["high"] > growth["value"] + 12 * 10


def test_a_fifth_in_one_hand_that_is_silent_is_too_much() -> None:
    rows = [issue(code, month, "ocrelizumab-vial", 4.0) for code in "ABCDE" for month in MONTHS]
    everyone = {"icb": Areas(("QN",), (frozenset("ABCDE"),), (400_000.0,))}
    monthly = replace(made_monthly(rows, silent_for("A", 12)), areas=everyone)
    assert said(monthly, "volume", "QN", "icb")["absent_reason"] == "not visible here"
    in_turn = tuple((code, MONTHS[-1 - at]) for at, code in enumerate("ABCDE"))
    spread = replace(made_monthly(rows, in_turn), areas=everyone)
    assert said(spread, "volume", "QN", "icb")["absent_reason"] is None


def test_a_trust_that_homecare_always_supplied_counts_by_what_it_may_give() -> None:
    at_home = without(large("B", 1.6), "B", "glatiramer-syringe", "fumarate-capsule", "fumarate-start")
    assert said(made_monthly(at_home), "injectables", "QN", "icb")["absent_reason"] == "not visible here"
    usual = without(everyday_rows(), "B", "glatiramer-syringe", "fumarate-capsule", "fumarate-start")
    assert said(made_monthly(usual), "injectables", "QN", "icb")["absent_reason"] is None


def test_england_is_judged_by_the_same_weights() -> None:
    monthly = made_monthly(large("G", 40.0), silent_for("G", 12))
    assert said(monthly, "volume", "E92", "nation")["absent_reason"] == "not visible here"


def test_sums_over_the_rest_are_not_printed_as_those_of_an_area_without_a_value() -> None:
    glatiramer = "glatiramer-syringe"
    only = [row for row in large("B", 20.0) if row["code"] != "B" or row["product"] == glatiramer]
    for code in "ACDEF":
        assert said(made_monthly(only), "injectables", code)["denominator"] is not None
    found = said(made_monthly(only), "injectables", "QN", "icb")
    assert found["absent_reason"] == "not visible here"
    assert (found["numerator"], found["denominator"]) == (None, None)


def test_a_share_of_what_is_seen_is_of_the_trusts_that_show_some() -> None:
    # H and I never show any glatiramer, which homecare supplies as a rule: as zeros they would halve the area's share.
    rows = without(without(everyday_rows(), "H", "glatiramer-syringe"), "I", "glatiramer-syringe")
    found = said(made_monthly(rows), "injectables-seen", "QS", "icb")
    shown = [row for row in rows if row["code"] in "GJKL" and row["month"] in MONTHS[-12:]]
    part = sum(row["patient_years"] for row in shown if row["product"] == "glatiramer-syringe")
    assert found["value"] == pytest.approx(part / sum(row["patient_years"] for row in shown))
    assert found["low"] < found["value"] < found["high"]
    assert "what may be hidden is in neither part" in found["method"]
    trust = said(made_monthly(rows), "injectables-seen", "H")
    assert [trust[part] for part in ("value", "low", "high")] == [None, None, None]
    assert trust["absent_reason"] == "not visible here"


def test_of_an_area_whose_trusts_are_silent_a_share_of_what_is_seen_is_not_known() -> None:
    silent = tuple((code, month) for code in "BCDEF" for month in MONTHS[-12:])
    found = said(made_monthly(everyday_rows(), silent), "injectables-seen", "QN", "icb")
    assert [found[part] for part in ("value", "low", "high")] == [None, None, None]
    assert found["absent_reason"] == "not visible here"


def test_what_is_seen_alone_has_no_bounds_where_returns_take_back_what_was_issued() -> None:
    rows = without(everyday_rows(), "A", "glatiramer-syringe")
    for at, month in enumerate(MONTHS[-12:]):
        given = issue("A", month, "glatiramer-syringe", 1.0 + at / 10)
        back = issue("A", month, "glatiramer-syringe", -1.0 - at / 10)
        # Of another factor, so that the highest of both do not cancel.
        back |= {"patient_years_low": back["patient_years"], "patient_years_high": back["patient_years"]}
        rows += [given, back]
    found = said(made_monthly(rows), "injectables-seen", "A")
    assert [found[part] for part in ("value", "low", "high")] == [None, None, None]
    assert found["absent_reason"] == "not visible here"


def test_the_interval_of_what_is_seen_holds_no_hidden_supply() -> None:
    monthly = made_monthly(without(everyday_rows(), "H", "fumarate-capsule", "fumarate-start"))
    seen, of_all = (said(monthly, name, "H") for name in ("injectables-seen", "injectables"))
    assert (of_all["value"], of_all["absent_reason"]) == (None, "not visible here")
    assert seen["low"] < seen["value"] < seen["high"]
    assert seen["high"] - seen["low"] < 0.2
