"""Estimates of measures: what they count, what their intervals hold, and when there is no value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import polars as pl
import pytest

from made_up.trusts import (
    AREAS,
    CODES,
    LAST,
    MEASURES,
    MEDICINES,
    MONTHS,
    SUPPLIES,
    everyday_rows,
    issue,
    made_coverage,
    made_monthly,
    more,
    said,
    without,
)
from remission.places.areas import Areas
from remission.stats.estimates import COLUMNS
from remission.stats.months.diversity import effective_number
from remission.supply.coverage.hidden_supply import never_seen
from remission.supply.measures.estimates import LEVELS, Level, estimate_measure
from remission.supply.measures.kinds import least_and_most_mixed
from remission.supply.measures.monthly import FACTORS, Monthly, prepare_monthly

HOMECARE = ("glatiramer-syringe", "fumarate-capsule", "fumarate-start")


@pytest.fixture(scope="module")
def everyday() -> Monthly:
    return made_monthly(everyday_rows())


def test_a_share_is_patient_years_over_patient_years_of_the_window(everyday: Monthly) -> None:
    rows = [row for row in everyday_rows() if row["code"] == "A" and row["month"] > date(2023, 12, 1)]
    part = sum(row["patient_years"] for row in rows if row["product"] == "glatiramer-syringe")
    whole = sum(row["patient_years"] for row in rows)
    found = said(everyday, "injectables", "A")
    assert (found["numerator"], found["denominator"], found["value"]) == pytest.approx((part, whole, part / whole))
    assert (found["n"], found["unit"], found["standing"]) == (12, "proportion", "synthetic")
    days = date(1970, 1, 1).toordinal()
    window = (date.fromordinal(days + found["from_day"]), date.fromordinal(days + found["to_day"]))
    assert window == (date(2024, 1, 1), date(2024, 12, 31))


def test_factors_widen_the_interval_against_each_other(everyday: Monthly) -> None:
    found = said(everyday, "injectables", "A")
    part, rest = found["numerator"], found["denominator"] - found["numerator"]
    assert found["low"] < 0.9 * part / (0.9 * part + 1.1 * rest)
    assert found["high"] > 1.1 * part / (1.1 * part + 0.9 * rest)


def test_the_method_names_all_three_doubts_and_no_binomial(everyday: Monthly) -> None:
    for name in MEASURES:
        level: Level = "icb" if name == "issued-per-expected" else "trust"
        method = estimate_measure(everyday, MEASURES[name], level, at=LAST).frame["method"].unique().item()
        assert "months" in method
        assert "patient-years that the units can mean" in method
        # Of what is seen alone, hidden supply is in neither part, and that is said instead.
        assert ("what may be hidden is in neither part" if MEASURES[name].only_seen else "hidden supply") in method
        assert "binomial" not in method


def test_hidden_supply_leaves_no_value_but_bounds() -> None:
    monthly = made_monthly(without(everyday_rows(), "B", *HOMECARE))
    found = said(monthly, "high-efficacy", "B")
    assert (found["value"], found["absent_reason"]) == (None, "not visible here")
    assert found["low"] < 0.62
    assert found["high"] == 1.0
    assert found["numerator"] == found["denominator"] > 0
    assert said(monthly, "subcutaneous-natalizumab", "B")["absent_reason"] is None


def test_a_little_hidden_supply_widens_one_side() -> None:
    seen = made_monthly(everyday_rows())
    hidden = made_monthly(without(everyday_rows(), "B", "glatiramer-syringe"))
    before, after = (said(monthly, "share-ocrelizumab", "B") for monthly in (seen, hidden))
    assert after["absent_reason"] is None
    assert after["high"] - after["value"] == pytest.approx(before["high"] - before["value"], rel=0.25)
    part = after["numerator"] * 0.9
    assert after["low"] < part / (part + 1.1 * (after["denominator"] - after["numerator"]) + 20)


def test_nothing_seen_of_what_may_be_hidden_is_no_zero() -> None:
    found = said(made_monthly(without(everyday_rows(), "B", "glatiramer-syringe")), "share-glatiramer-acetate", "B")
    assert (found["value"], found["absent_reason"], found["numerator"]) == (None, "not visible here", 0.0)
    assert (found["low"], found["high"] < 0.3) == (0.0, True)
    no_packs = [row for row in everyday_rows() if row["product"] != "fumarate-start"]
    hidden = without(no_packs, "B", "fumarate-capsule")
    assert said(made_monthly(hidden), "starts-dimethyl-fumarate", "A")["absent_reason"] == "not used here"
    assert said(made_monthly(hidden), "starts-dimethyl-fumarate", "B")["absent_reason"] == "not visible here"


def test_nothing_bounds_what_is_hidden_without_hospital_only_issues() -> None:
    only = [row for row in everyday_rows() if row["code"] != "B" or row["product"] == "glatiramer-syringe"]
    found = said(made_monthly(only), "injectables", "B")
    assert (found["value"], found["low"], found["high"]) == (None, 0.0, pytest.approx(1.0))
    volume = said(made_monthly(only), "volume", "B")
    assert (volume["absent_reason"], volume["high"]) == ("not visible here", None)
    assert volume["low"] > 0


def test_months_without_a_report_are_no_zeros() -> None:
    silent = tuple(("C", month) for month in MONTHS[-4:])
    monthly = made_monthly(everyday_rows(), silent)
    full = said(made_monthly(everyday_rows()), "volume", "C")
    found = said(monthly, "volume", "C")
    assert found["n"] == 8
    assert found["value"] == pytest.approx(full["value"], rel=0.1)
    assert found["value"] == pytest.approx(found["numerator"] / found["denominator"])


def test_under_two_thirds_of_a_window_nothing_is_said() -> None:
    silent = tuple(("C", month) for month in MONTHS[-5:])
    found = said(made_monthly(everyday_rows(), silent), "injectables", "C")
    assert [found[name] for name in ("value", "low", "high", "absent_reason")] == [None, None, None, "not reported"]
    assert found["n"] == 7


def test_what_is_not_used_is_no_zero_share() -> None:
    found = said(made_monthly(without(everyday_rows(), "C", "ocrelizumab-vial")), "share-ocrelizumab", "C")
    assert (found["value"], found["absent_reason"], found["numerator"]) == (None, "not used here", 0.0)
    assert found["denominator"] > 0
    form = said(made_monthly(without(everyday_rows(), "C", "natalizumab-syringe")), "subcutaneous-natalizumab", "C")
    assert (form["value"], form["absent_reason"]) == (None, "not used here")


def test_a_share_of_little_is_not_stated() -> None:
    small = [more(row, 0.01) if row["code"] == "C" else row for row in everyday_rows()]
    found = said(made_monthly(small), "injectables", "C")
    assert (found["value"], found["absent_reason"]) == (None, "too little issued")
    assert found["denominator"] == pytest.approx(1.4, abs=0.3)


def test_growth_is_this_window_minus_that_of_a_year_before() -> None:
    rows = [more(row, 2.0) if row["month"].year == 2024 else row for row in everyday_rows()]
    found = said(made_monthly(rows), "net-growth", "A")
    assert found["value"] == pytest.approx(found["numerator"] - found["denominator"])
    assert found["low"] > 0
    assert found["numerator"] == pytest.approx(2 * found["denominator"], rel=0.1)


def test_a_move_to_homecare_is_no_loss() -> None:
    gone = [
        row
        for row in everyday_rows()
        if row["code"] != "A" or row["product"] not in HOMECARE or row["month"].year < 2024
    ]
    found = said(made_monthly(gone), "net-growth", "A")
    assert (found["value"], found["absent_reason"]) == (None, "not visible here")
    assert found["low"] < 0 < found["high"]


def test_a_move_from_homecare_is_no_gain() -> None:
    come = [
        row
        for row in everyday_rows()
        if row["code"] != "A" or row["product"] not in HOMECARE or row["month"].year > 2023
    ]
    found = said(made_monthly(come), "net-growth", "A")
    assert (found["value"], found["absent_reason"]) == (None, "not visible here")
    assert found["low"] < 0 < found["high"]


def test_growth_from_a_year_that_was_not_reported_is_not_reported() -> None:
    for silent in (MONTHS[12:24], MONTHS[12:23], MONTHS[24:36]):
        found = said(made_monthly(everyday_rows(), tuple(("C", month) for month in silent)), "net-growth", "C")
        assert [found[name] for name in ("value", "low", "high")] == [None] * 3
        assert found["absent_reason"] == "not reported"


def test_starts_count_units_of_starting_packs(everyday: Monthly) -> None:
    found = said(everyday, "starts-dimethyl-fumarate", "A")
    assert found["numerator"] == 12 * 14.0
    assert found["unit"] == "units of starting packs a year"


def test_uptake_says_how_long_ago_guidance_was(everyday: Monthly) -> None:
    found = said(everyday, "uptake-ocrelizumab", "A")
    assert found["at_days"] == (date(2024, 12, 31) - date(2018, 7, 25)).days
    share = said(everyday, "share-ocrelizumab", "A")
    assert (found["value"], share["at_days"]) == (share["value"], None)


def test_diversity_lies_between_its_bounds(everyday: Monthly) -> None:
    found = said(everyday, "diversity", "A")
    assert 1 < found["low"] < found["value"] < found["high"] <= 4


def test_the_least_and_most_even_mix_within_bounds_are_the_extremes() -> None:
    dice = np.random.default_rng(3)
    lows = dice.gamma(1.0, size=(200, 5))
    highs = lows * (1 + dice.gamma(1.0, size=(200, 5)))
    least, most = least_and_most_mixed(lows, highs)
    corners = np.array(list(product((0.0, 1.0), repeat=5)))[:, None, :]
    vertices = effective_number(lows + corners * (highs - lows))
    assert (least >= vertices.min(axis=0) - 1e-12).all()
    assert (least <= vertices.min(axis=0) * 1.001).mean() > 0.99
    inside = effective_number(lows + dice.random((500, 200, 5)) * (highs - lows))
    assert (most >= inside.max(axis=0)).all()
    assert (most >= vertices.max(axis=0) - 1e-9).all()


def test_an_area_is_the_sum_of_its_trusts(everyday: Monthly) -> None:
    trusts = [said(everyday, "injectables", code) for code in "ABCDEF"]
    found = said(everyday, "injectables", "QN", "icb")
    for part in ("numerator", "denominator"):
        assert found[part] == pytest.approx(sum(one[part] for one in trusts))
    assert found["value"] == pytest.approx(found["numerator"] / found["denominator"])


def test_an_area_has_a_value_only_where_four_fifths_can_be_seen() -> None:
    one_gone = without(everyday_rows(), "B", *HOMECARE)
    assert said(made_monthly(one_gone), "injectables", "QN", "icb")["value"] is not None
    found = said(made_monthly(without(one_gone, "C", *HOMECARE)), "injectables", "QN", "icb")
    assert (found["value"], found["absent_reason"]) == (None, "not visible here")
    assert 0 < found["low"] < found["high"] < 1


def test_a_trust_that_was_silent_for_a_month_is_no_dip_of_its_area() -> None:
    silent = tuple((code, MONTHS[-1 - at]) for at, code in enumerate("ABCDEF"))
    full = said(made_monthly(everyday_rows()), "volume", "QN", "icb")
    found = said(made_monthly(everyday_rows(), silent), "volume", "QN", "icb")
    assert found["value"] == pytest.approx(full["value"], rel=0.03)


def test_issued_for_each_expected_person_spans_the_published_figures(everyday: Monthly) -> None:
    found = said(everyday, "issued-per-expected", "QN", "icb")
    assert found["denominator"] == pytest.approx(400_000 / 51_396_905 * 121_670)
    assert found["value"] == pytest.approx(found["numerator"] / found["denominator"])
    volume = said(everyday, "volume", "QN", "icb")
    assert found["low"] == pytest.approx(volume["low"] / (400_000 / 51_396_905 * 126_500))
    assert found["high"] == pytest.approx(volume["high"] / (400_000 / 51_396_905 * 105_800))


def test_an_area_without_a_trust_has_no_figure_and_no_excuse() -> None:
    monthly = replace(made_monthly(everyday_rows()), areas={"icb": Areas(("Q0",), (frozenset(),))})
    found = said(monthly, "injectables", "Q0", "icb")
    assert (found["value"], found["absent_reason"]) == (None, "not estimable")


def test_a_share_of_an_area_leaves_out_a_trust_that_nothing_bounds() -> None:
    only = [row for row in everyday_rows() if row["code"] != "B" or row["product"] == "glatiramer-syringe"]
    found = said(made_monthly(only), "injectables", "QN", "icb")
    others = [said(made_monthly(only), "injectables", code) for code in "ACDEF"]
    assert found["denominator"] == pytest.approx(sum(one["denominator"] for one in others))
    assert found["value"] is not None
    volume = said(made_monthly(only), "volume", "QN", "icb")
    assert (volume["absent_reason"], volume["high"]) == ("not visible here", None)


def test_without_a_population_there_is_no_value(everyday: Monthly) -> None:
    assert said(everyday, "issued-per-expected", "E92", "nation")["absent_reason"] == "not estimable"


def test_all_windows_at_once_are_those_one_by_one(everyday: Monthly) -> None:
    for name in ("injectables", "net-growth", "diversity", "volume"):
        every = estimate_measure(everyday, MEASURES[name], "trust", 3).frame
        for month in (MONTHS[14], MONTHS[20], LAST):
            one = estimate_measure(everyday, MEASURES[name], "trust", 3, at=month).frame
            same = every.filter(pl.col("to_day") == one["to_day"][0])
            for column in ("group", "absent_reason"):
                assert same[column].to_list() == one[column].to_list()
            for column in ("value", "low", "high", "numerator"):
                assert same[column].to_list() == pytest.approx(one[column].to_list())


def test_the_frame_is_that_of_estimates(everyday: Monthly) -> None:
    frame = estimate_measure(everyday, MEASURES["injectables"], at=LAST).frame
    assert dict(frame.schema) == {name: dtype() for name, dtype in COLUMNS.items()}
    assert frame["group"].to_list() == list(CODES)


def test_a_question_that_has_no_answer_is_refused(everyday: Monthly) -> None:
    for arguments, words in (
        ({"level": "county"}, "level must be"),
        ({"window": 0}, "a window must be of 1 month or more"),
    ):
        with pytest.raises(ValueError, match=words):
            estimate_measure(everyday, MEASURES["injectables"], **arguments)


def test_an_amount_in_an_unknown_unit_is_an_issue_and_no_zero() -> None:
    blank = dict.fromkeys((*FACTORS, "units"))
    rows = [row | {"quantity": 3.0} for row in everyday_rows()]
    lost = [row | blank if row["code"] == "A" and row["product"] in HOMECARE else row for row in rows]
    monthly = made_monthly(lost)
    assert monthly.coverage.are("used")[0, 1:].all()  # the first therapy is issued nowhere
    found = said(monthly, "high-efficacy", "A")
    assert (found["value"], found["absent_reason"]) == (None, "not visible here")


def test_nothing_issued_is_lost_on_the_way_into_the_cube() -> None:
    issued = pl.DataFrame(everyday_rows())
    monthly = made_monthly(everyday_rows())
    assert monthly.patient_years[0].sum() == pytest.approx(issued["patient_years"].sum())
    coverage = made_coverage(issued, (), CODES)
    for row in (issue("Z", LAST, "ocrelizumab-vial", 1.0), issue("A", date(2030, 1, 1), "ocrelizumab-vial", 1.0)):
        with pytest.raises(ValueError, match="issued rows of an unknown"):
            prepare_monthly(pl.DataFrame([*everyday_rows(), row]), coverage, MEDICINES, SUPPLIES, {})
    with pytest.raises(ValueError, match="unknown product: ocrelizumab-vial"):
        prepare_monthly(issued, coverage, MEDICINES[1:], SUPPLIES, {})


def test_a_window_that_does_not_fit_into_the_months_has_no_rows(everyday: Monthly) -> None:
    cases: tuple[tuple[str, int, date | None], ...] = (
        ("injectables", 60, None),
        ("injectables", 12, date(2022, 3, 1)),
        ("injectables", 12, date(2031, 1, 1)),
        ("net-growth", 12, MONTHS[22]),
        ("net-growth", 25, None),
    )
    for name, window, at in cases:
        frame = estimate_measure(everyday, MEASURES[name], "icb", window, at).frame
        assert frame.height == 0
        assert dict(frame.schema) == {name: dtype() for name, dtype in COLUMNS.items()}
    assert estimate_measure(everyday, MEASURES["net-growth"], "icb", 12, MONTHS[23]).frame.height == 2


def test_before_there_were_any_areas_there_are_no_rows(everyday: Monthly) -> None:
    nobody = replace(everyday, areas={"icb": Areas((), ())})
    assert nobody.areas["icb"].matrix(CODES).shape == (0, len(CODES))
    assert estimate_measure(nobody, MEASURES["volume"], "icb").frame.height == 0


def test_where_nobody_issued_anything_there_are_no_rows() -> None:
    issued = pl.DataFrame(everyday_rows()).clear()
    nothing = prepare_monthly(issued, made_coverage(issued, (), CODES), MEDICINES, SUPPLIES, AREAS)
    assert (nothing.codes, nothing.months) == ((), MONTHS)
    for name in MEASURES:
        for level in LEVELS[:2]:
            assert estimate_measure(nothing, MEASURES[name], level).frame.height == 0
    assert never_seen(nothing, MEASURES["volume"]) == ()
