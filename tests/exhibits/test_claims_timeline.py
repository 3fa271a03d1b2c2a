"""The timeline of claims: a bar as long as it was true, no bar where that is not known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from made_up.synthesis import CLAIMS, PUBLISHED
from remission.exhibits.synthesis.claims_timeline import NOT_KNOWN, STILL, ClaimsTimeline, draw_claims_timeline
from remission.exhibits.theme import SIZES, Width


def data(timeline: ClaimsTimeline, width: Width = "wide") -> dict[str, list[dict[str, Any]]]:
    drawn: dict[str, list[dict[str, Any]]] = draw_claims_timeline(timeline, PUBLISHED).specs[width]["datasets"]
    return drawn


@pytest.mark.parametrize("width", list(SIZES))
def test_a_claim_has_a_bar_only_where_it_is_known_how_long_it_was_true(width: Width) -> None:
    drawn = data(CLAIMS, width)
    assert len(drawn["bars"]) == sum(claim.last_true != NOT_KNOWN for claim in CLAIMS.claims) == 2
    # True today has no cross at its end.
    assert len(drawn["crosses"]) == 1
    assert drawn["bars"][1]["x2"] > drawn["bars"][0]["x2"] == drawn["crosses"][0]["x"]


def test_years_stand_in_order_and_none_leaves_the_plot() -> None:
    early = replace(CLAIMS.claims[0], said=1950, last_true=1960, evidence=(2017, 1980, 2050))
    drawn = data(replace(CLAIMS, claims=[early]))
    left, right = drawn["bars"][0]["x"], max(row["x"] for row in drawn["dots"])
    assert [row["x"] for row in drawn["dots"]] == sorted(row["x"] for row in drawn["dots"])
    assert all(left <= row["x"] <= right for row in (*drawn["dots"], *drawn["said"], *drawn["crosses"]))


def test_what_it_is_last_true_is_said_in_the_table_and_the_picture() -> None:
    figure = draw_claims_timeline(CLAIMS, PUBLISHED)
    assert figure.table.frame["words"].to_list() == ["true until 2010", "last true: not known", "true today"]
    assert "of 1 it is not known when they were last true" in figure.subtitle
    drawn = {row["words"] for row in data(CLAIMS)["words"]}
    assert {"outdated", "true until 2010", "true today"} <= drawn


def test_a_changed_verdict_changes_picture_and_table() -> None:
    other = replace(CLAIMS, claims=[replace(CLAIMS.claims[0], verdict="supported", last_true=STILL)])
    assert data(other)["bars"] != data(CLAIMS)["bars"]
    assert draw_claims_timeline(other, PUBLISHED).table.frame["verdict"].to_list() == ["supported"]


def test_since_when_a_claim_was_true_is_said_to_be_unknown() -> None:
    assert "since when is not known" in draw_claims_timeline(CLAIMS, PUBLISHED).subtitle
