"""Answers follow trusts to their code of today, and what a part answered is never an answer of the whole."""

from __future__ import annotations

import polars as pl

from remission.atlas.recipes.answers import by_todays_codes
from remission.atlas.recipes.measures import holds
from remission.places.organisations import load_organisations

ANSWERS = pl.DataFrame({"code": ["RVJ", "RVJ", "RTK"], "therapy": ["a", "b", "a"], "high": [85, 0, 0]})


def test_an_answer_of_a_merged_trust_is_of_the_trust_of_today() -> None:
    found = by_todays_codes(ANSWERS, load_organisations())
    assert found.select("code", "therapy").rows() == [("RA7", "a"), ("RTK", "a")]


def test_a_trust_whose_interval_holds_the_target_is_never_called_outside() -> None:
    assert holds({"low": 0.17, "high": 0.31}, 0.29)
    assert holds({"low": None, "high": 0.2}, 0.29)
    assert not holds({"low": 0.17, "high": 0.2}, 0.29)
