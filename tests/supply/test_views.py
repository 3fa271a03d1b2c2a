"""Views are made of today's trusts: nothing is counted twice, boards have their vintage, areas are sums of trusts."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from remission.stats.estimates import Estimates
from remission.supply.measures.definitions import library_measures
from remission.supply.silent import with_silent_trusts
from remission.supply.views import ENGLAND, AtlasViews, views_of

MEASURES = library_measures()


def test_patient_years_are_kept_on_the_way_from_reported_to_todays_codes(views: AtlasViews) -> None:
    dropped = views.recoding["rows_dropped"].sum()
    assert views.as_now.height == views.atlas.issued.height - dropped
    if not dropped:
        total = views.atlas.issued["patient_years"].sum()
        assert views.as_now["patient_years"].sum() == pytest.approx(total)
    assert views.monthly.patient_years[0].sum() == pytest.approx(views.as_now["patient_years"].fill_null(0.0).sum())


def test_as_reported_every_code_stands_for_itself(views: AtlasViews) -> None:
    reported = views_of(views.atlas, codes_are="as reported")
    assert set(reported.monthly.codes) == set(views.atlas.issued["ods_code"].unique())
    assert set(views.monthly.codes) < set(reported.monthly.codes)
    assert reported.monthly.patient_years[0].sum() >= views.monthly.patient_years[0].sum() - 1e-9


def test_boards_are_those_of_the_windows_end(views: AtlasViews) -> None:
    rows = views.over_time(MEASURES["volume"]).frame.filter(pl.col("population") == "icb")
    ends = rows.group_by(before=pl.col("to_day") <= (date(2026, 3, 31) - date(1970, 1, 1)).days).agg(
        pl.col("group").n_unique()
    )
    assert dict(ends.iter_rows()) == {True: 42, False: 36}


def test_a_single_view_is_the_same_as_that_of_all_windows(views: AtlasViews) -> None:
    newest = views.latest([MEASURES["high-efficacy"]], ["trust"]).frame
    every = views.over_time(MEASURES["high-efficacy"]).frame.filter(
        pl.col("group").is_in(list(views.monthly.codes)), pl.col("to_day") == pl.col("to_day").max()
    )
    assert newest.equals(every)


def test_england_is_the_sum_of_its_trusts_where_all_is_seen(views: AtlasViews) -> None:
    rows = views.latest([MEASURES["hospital-anti-cd20"]], ["trust", "nation"]).frame
    england = rows.filter(pl.col("group") == ENGLAND).to_dicts()[0]
    trusts = rows.filter(pl.col("population") == "trust")
    assert england["numerator"] == pytest.approx(trusts["numerator"].sum())
    assert england["denominator"] == pytest.approx(trusts["denominator"].sum())


def test_every_row_names_method_and_standing_and_why_it_is_absent(views: AtlasViews) -> None:
    rows = views.latest(list(MEASURES.values()), ["trust", "icb", "region", "nation"]).frame
    assert rows["method"].null_count() == 0
    assert set(rows["standing"]) == {"synthetic"}
    assert rows.filter(pl.col("value").is_null() & pl.col("absent_reason").is_null()).height == 0
    assert not rows["method"].str.contains("binomial").any()


def test_a_trust_that_never_issued_any_is_unknown_or_empty_and_never_zero(views: AtlasViews) -> None:
    silent = views.monthly.codes[0]
    everyone = views.everyone
    mixed = with_silent_trusts(Estimates.of([_row()]), MEASURES["high-efficacy"], everyone, [silent]).frame
    assert mixed.filter(pl.col("group") == silent)["value"].null_count() == 1
    (reason,) = mixed.filter(pl.col("group") == silent)["absent_reason"]
    assert reason in ("not visible here", "not reported", "not used here")


def test_a_trust_whose_supply_may_be_hidden_is_never_called_empty(views: AtlasViews) -> None:
    measure, therapies = MEASURES["injectables"], views.everyone.therapies
    hidden = views.everyone.are("not visible")[:, [therapies.index("glatiramer acetate")], -12:].all(axis=(1, 2))
    code = views.everyone.codes[int(hidden.argmax())]
    assert hidden.any()
    rows = with_silent_trusts(Estimates.of([_row()]), measure, views.everyone, [code]).frame
    assert rows.filter(pl.col("group") == code)["absent_reason"].to_list() == ["not visible here"]


def _row() -> dict[str, object]:
    first, last = ((day - date(1970, 1, 1)).days for day in (date(2025, 10, 1), date(2026, 9, 30)))
    return {"what": "high-efficacy", "group": "X", "population": "trust", "from_day": first, "to_day": last}
