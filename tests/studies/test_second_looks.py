"""Second looks at a pool: without each cohort, year by year, and slopes that are refused under ten studies."""

from __future__ import annotations

import numpy as np
import pytest

from made_up.studies import series, together
from remission.stats.pooling.beta_binomial import pool_crude
from remission.stats.pooling.effects import logit_proportions
from remission.stats.pooling.regression import meta_regression
from remission.studies.load import load_studies
from remission.studies.pools import ask_pool, pool_question
from remission.studies.questions import Question
from remission.studies.second_looks import COVARIATES, looks, slope, without_each, year_by_year

DEATHS = Question("deaths", "T", "Q?", ("transplant-deaths",), ("crude",))
FOUR = together(*(series(name, 50, deaths, 2000 + deaths) for name, deaths in (("a", 3), ("b", 0), ("c", 2), ("d", 1))))


def test_each_cohort_is_left_out_once() -> None:
    found = {one.entry.study.name: one.pooled.value for one in without_each(pool_question(DEATHS, FOUR), "crude")}
    assert found == {"a": 3 / 150, "b": 6 / 150, "c": 4 / 150, "d": 5 / 150}


def test_the_pool_grows_by_year_of_publication_to_the_whole() -> None:
    pools = pool_question(DEATHS, FOUR)
    grown = year_by_year(pools, "crude")
    assert [one.entry.study.name for one in grown] == ["d", "c", "a"]
    assert [one.pooled.value for one in grown] == [1 / 100, 3 / 150, 6 / 200]
    line = pools.line("crude")
    assert line is not None
    assert grown[-1].pooled.value == line.pooled.value == pool_crude([3, 0, 2, 1], [50] * 4).value


def test_where_there_is_no_pool_there_is_no_second_look() -> None:
    two = pool_question(DEATHS, FOUR.without("a", "b"))
    assert without_each(two, "crude") == year_by_year(two, "crude") == ()
    assert looks(ask_pool("hsct-neda-5y", load_studies()), "by-year") == []


def test_a_slope_is_that_of_the_regression_on_what_the_studies_tell() -> None:
    pools = ask_pool("hsct-mortality", load_studies())
    kept = [one.entry for one in pools.kept]
    years = [float(one.study.year or 0) for one in kept]
    effects = logit_proportions([one.number.events or 0 for one in kept], [one.people for one in kept])
    expected = meta_regression(effects, {"year of publication": years})
    found = slope(pools, "year of publication")
    assert found.coefficients is not None
    assert expected.coefficients is not None
    assert found.coefficients == pytest.approx(expected.coefficients)
    assert (found.k, found.left_out) == (19, 0)
    assert "nothing of one person" in found.warning


def test_under_ten_studies_that_tell_it_there_is_no_slope() -> None:
    found = slope(ask_pool("hsct-mortality", load_studies()), "EDSS at the start")
    assert (found.k, found.left_out, found.coefficients) == (4, 15, None)
    assert "4 studies have every covariate" in str(found.absent_reason)
    with pytest.raises(KeyError):
        slope(ask_pool("hsct-mortality", load_studies()), "luck")


def test_a_number_that_nobody_checked_is_no_covariate() -> None:
    for name, tell in COVARIATES.items():
        told = [tell(one.entry) for one in ask_pool("hsct-mortality", load_studies()).kept]
        assert any(one is not None for one in told), name
        assert np.isfinite([one for one in told if one is not None]).all()


def test_a_program_reads_looks_as_rows() -> None:
    pools = ask_pool("hsct-mortality", load_studies())
    rows = looks(pools, "without-each")
    assert len(rows) == 5 * 19
    assert {row["estimator"] for row in rows} == {one.estimator for one in pools.lines}
    slopes = looks(pools, "slopes")
    assert [row["covariate"] for row in slopes] == list(COVARIATES)
    assert all((row["slope"] is None) == bool(row["absent_reason"]) for row in slopes)
