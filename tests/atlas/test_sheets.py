"""What the sheets of an atlas hand to its pages: units as issued, codes in no list, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import islice

import polars as pl
import pytest

from remission.atlas.pages.trust import trust_page, why_table
from remission.atlas.recipes import measures as recipe
from remission.atlas.recipes.last_year import use_of, withdrawn_before
from remission.atlas.recipes.measures import TOTALS, MeasureSheets
from remission.atlas.recipes.trusts import TrustSheets
from remission.engines.serial import SerialEngine
from remission.foi.letters.letter import letter_to
from remission.stats.estimates import Estimates
from remission.supply.coverage import hidden_supply
from remission.supply.explain import CoverageAccounts
from remission.supply.measures.definitions import library_measures
from remission.supply.views import AtlasViews

NAMES = ("starts-dimethyl-fumarate", "share-ocrelizumab", "volume", "issued-per-expected")


@pytest.fixture(scope="module")
def measures(views: AtlasViews) -> MeasureSheets:
    return MeasureSheets(views, ())


@pytest.fixture(scope="module")
def trusts(views: AtlasViews, measures: MeasureSheets) -> TrustSheets:
    latest = Estimates.together(measures.parts(name).latest for name in NAMES)
    return TrustSheets(
        views,
        latest,
        {name: measures.words[name] for name in NAMES},
        (),
        {},
        CoverageAccounts(views),
        date(2026, 11, 2),
    )


def test_starts_are_the_units_issued_in_the_window_and_not_those_of_a_year(trusts: TrustSheets) -> None:
    rows = trusts.latest.frame.filter(pl.col("what") == NAMES[0], pl.col("population") == "trust")
    known = rows.drop_nulls("value")
    assert known.height > 0
    for row in islice(known.iter_rows(named=True), 5):
        assert trusts.parts(row["group"]).starts["units"].to_list() == [round(row["numerator"])]


def test_a_code_in_no_list_is_called_so_and_has_no_place(trusts: TrustSheets) -> None:
    listed = set(trusts.views.organisations.nodes["code"])
    unlisted = [code for code in trusts.views.monthly.codes if code not in listed]
    assert unlisted
    place = trusts.parts(unlisted[0]).place
    assert (place.name, place.listed) == (f"Code {unlisted[0]}, in no list", False)
    assert trusts.parts("R0A").place.listed


def test_what_was_withdrawn_before_the_first_month_is_in_no_list(views: AtlasViews, trusts: TrustSheets) -> None:
    assert withdrawn_before(views.months[0]) == ("daclizumab",)
    assert withdrawn_before(date(2018, 3, 1)) == ()
    assert "daclizumab" in views.monthly.therapies
    assert "daclizumab" not in use_of(views)["therapy"].to_list()
    assert "daclizumab" not in trusts.parts("R0A").coverage.therapies


def test_totals_of_england_are_not_drawn_beside_trusts(measures: MeasureSheets) -> None:
    drawn = {library_measures()[name].kind: measures.parts(name).over_time.drawn for name in NAMES}
    assert drawn == {kind: kind not in TOTALS for kind in drawn}
    assert {drawn["starts"], drawn["volume"]} == {False}


def test_a_measure_of_boards_alone_says_so(measures: MeasureSheets) -> None:
    assert [measures.parts(name).level for name in NAMES] == ["trust", "trust", "trust", "icb"]


def test_a_therapy_that_nobody_is_seen_to_issue_is_a_caution(
    views: AtlasViews, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hidden_supply.never_seen(views.monthly, library_measures()["volume"]) == ()
    monkeypatch.setattr("remission.atlas.recipes.measures.never_seen", lambda *_: ("ofatumumab",))
    cautions = MeasureSheets(views, ()).words["volume"].cautions
    assert any(said.startswith("No trust is seen to issue ofatumumab;") for said in cautions)


def test_the_method_is_said_once_with_what_areas_add(measures: MeasureSheets) -> None:
    method = measures.words["volume"].method
    assert method.count("mean month times months") == 1
    assert "; for areas also: over what trusts that did not report" in method


def test_each_therapy_of_a_trusts_coverage_says_why(trusts: TrustSheets) -> None:
    parts = trusts.parts("R0A")
    assert parts.why["therapy"].to_list() == list(parts.coverage.therapies)
    newest = parts.coverage.frame.filter(pl.col("month") == trusts.months.last)
    states = dict(newest.select("therapy", "state").iter_rows())
    assert {row["therapy"]: row["state"] for row in parts.why.to_dicts()} == {
        therapy: states[therapy] for therapy in parts.coverage.therapies
    }
    table = why_table(parts)
    assert table.caption.startswith("Why? Manchester University NHS FT, September 2026")
    assert all("of any medicine" in asked for _, _, asked in table.rows())


def test_the_letter_that_would_find_out_stands_on_the_page_of_who_can_be_asked(trusts: TrustSheets) -> None:
    parts = trusts.parts("R0A")
    assert parts.letter == letter_to("R0A", date(2026, 11, 2))
    foi = next(
        section for section in trust_page(replace(parts, letter="<b>Dear</b>")).sections if section.name == "foi"
    )
    said = " ".join(foi.blocks[0].sentences)
    assert "<details><summary>A ready letter" in said
    assert "&lt;b&gt;Dear" in said
    assert letter_to("XXX", date(2026, 11, 2)) == ""


def test_measures_estimated_side_by_side_are_those_estimated_one_by_one(
    views: AtlasViews, measures: MeasureSheets, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = library_measures()
    monkeypatch.setattr(recipe, "library_measures", lambda: {name: every[name] for name in NAMES})
    together = MeasureSheets(views, ())
    together.estimate_all(SerialEngine())
    # Starts have no map, and so no window of three months.
    assert sorted(together.kept) == sorted([(name, 12) for name in NAMES] + [(name, 3) for name in NAMES[1:]])
    for asked, found in together.kept.items():
        assert found.whole().frame.equals(measures.over_time(*asked).frame), asked
