"""Codes that no list knows are said, counted and listed; a trust that may be counted twice says so where it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from made_up.atlas import PLACE_FACTS, SITE, trust_parts
from remission.atlas.page_shell import render_atlas_page
from remission.atlas.pages import codes
from remission.atlas.pages.trust import trust_page
from remission.atlas.recipes.codes import doubt_words, doubtful_of, unsure_words
from remission.atlas.recipes.known import Known
from remission.atlas.words import built_lines
from remission.exhibits.page import Page
from remission.foi.answers.ledger import read_answers
from remission.supply.build import Built
from remission.supply.views import AtlasViews, views_of

UNKNOWN = "TX9"  # stands in the invented files, and in no list


@pytest.fixture(scope="module")
def all_known(built: Built) -> Built:
    """The same atlas without the trust that nobody knows."""
    kept = {
        name: getattr(built.atlas, name).filter(pl.col("ods_code") != UNKNOWN)
        for name in ("issued", "submissions", "apart")
    }
    return replace(built, atlas=replace(built.atlas, **kept))


def made(built: Built, views: AtlasViews) -> Page:
    (making,) = codes.pages(Known(built.home, views, read_answers(built.home), (), SITE))
    page: Any = making()
    return page


def test_unknown_codes_are_said_counted_and_listed(built: Built, views: AtlasViews) -> None:
    page, atlas = made(built, views), built.atlas
    years = atlas.issued.filter(ods_code=UNKNOWN)["patient_years"].sum()
    assert page.headlines == [f"In no list of organisations: 1 code, with {years:,.0f} patient-years in all."]
    table = page.sections[0].blocks[0].tables[0]
    (row,) = table.frame.to_dicts()
    assert (row["code"], row["months"]) == (UNKNOWN, atlas.submissions.filter(ods_code=UNKNOWN).height)
    assert row["counted_rows"] == atlas.issued.filter(ods_code=UNKNOWN).height > 0
    assert f'href="trust/{UNKNOWN}.html"' in render_atlas_page(page, SITE)


def test_the_build_says_them_too(built: Built, all_known: Built) -> None:
    assert "1 code in no list of organisations" in "\n".join(built_lines(built))
    assert any(line.startswith(f"  {UNKNOWN}: ") for line in built_lines(built))
    assert "in no list" not in "\n".join(built_lines(all_known))


def test_where_all_is_sure_the_page_says_that(all_known: Built) -> None:
    assert made(all_known, views_of(all_known.atlas)).headlines == [codes.SURE]


def test_a_trust_told_twice_is_listed_with_its_months(built: Built) -> None:
    """Every row of RVJ told again under RA7, which it joined in July 2026, while its own rows stay."""
    issued = built.atlas.issued
    cells = ["month", "ods_code", "vmp_code"]
    again = pl.concat([issued, issued.filter(ods_code="RVJ").with_columns(ods_code=pl.lit("RA7"))])
    twice = again.group_by(cells, maintain_order=True).agg(
        pl.col("quantity", "units", "patient_years", "patient_years_low", "patient_years_high").sum(),
        pl.exclude(*cells, "quantity", "units", "patient_years", "patient_years_low", "patient_years_high").first(),
    )
    assert "RVJ" not in doubtful_of(views_of(built.atlas))["predecessor"].to_list()
    views = views_of(replace(built.atlas, issued=twice.select(issued.columns)))
    (row,) = doubtful_of(views).filter(predecessor="RVJ").to_dicts()
    assert row["months"] > 0.6 * issued.filter(ods_code="RVJ")["month"].n_unique()
    assert row["patient_years"] > 0
    # And on every page, among the facts.
    assert any(said.startswith("RVJ may be counted twice, under RA7 too, in ") for said in unsure_words(views))
    page = made(built, views)
    assert "May be counted twice in some months: 1 trust." in page.headlines[0]
    assert row["when"] in render_atlas_page(page, SITE)


def test_the_page_of_such_a_trust_says_so_in_short_and_does_not_deny_it() -> None:
    said = doubt_words({"predecessor": "RXY", "when": "January 2019 to July 2020", "patient_years": 1234.5})
    parts = replace(trust_parts(), place=replace(PLACE_FACTS, counted_twice=[said]))
    page = trust_page(parts)
    assert page.in_short[0] == said
    assert "RXY may be counted twice in January 2019 to July 2020, at most 1,234 patient-years" in said
    shown = render_atlas_page(page, SITE)
    assert "The figures put 2 codes together; some may be counted twice." in shown
    assert "no amount is seen" not in shown
    assert date(2020, 7, 1) == PLACE_FACTS.predecessors[0].date
