"""The page of deaths: estimators together, each with what it estimates, and never one of them alone."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from remission.evidence.pages.mortality import POOL, mortality_page
from remission.evidence.recipes.known import Known, know
from remission.evidence.recipes.mortality import cumulative_steps, funnel_of
from remission.evidence.recipes.pooled import HERE, OTHERS, PoolShown, certainty_words
from remission.exhibits.page import Page
from remission.studies.certainty import Certainty


@cache
def known() -> Known:
    return know(date(2026, 11, 30))


@cache
def pool() -> PoolShown:
    return known().pool(POOL)


@cache
def page() -> Page:
    return mortality_page(known())


def test_five_estimators_stand_together_and_each_says_what_it_estimates() -> None:
    lines = [line for line in pool().pooled if line.role == "pooled"]
    assert len(lines) == 5
    assert all(line.method and line.group == HERE for line in lines)
    # One is called after what it estimates; the others say it below their name.
    estimated = {line.says.partition(";")[0] or line.name.lower() for line in lines}
    assert estimated == {"all people together", "the median cohort", "the mean of cohorts"}


def test_they_are_the_numbers_of_nineteen_cohorts() -> None:
    assert (len(pool().cohorts), pool().events, pool().people) == (19, 15, 2509)
    shown = [round(100 * (line.value or 0), 2) for line in pool().pooled if line.role == "pooled"]
    assert shown == pytest.approx([0.60, 0.38, 1.11, 1.59, 1.81], abs=0.02)


def test_the_answer_gives_the_count_and_the_span_and_never_one_estimate_alone() -> None:
    said = page().headlines[0]
    assert "Of 2,509 people in 19 cohorts 15 died" in said
    assert "0.38\u00a0% to 1.81\u00a0%" in said
    assert "5 usual ways" in said


def test_the_line_without_mexico_and_moscow_stands_beside_them() -> None:
    groups = {line.group for line in pool().apart}
    assert groups == {"Without Mexico and Moscow", "Arms of one study together"}
    without = [line for line in pool().apart if line.group.startswith("Without") and line.role == "pooled"]
    counts = {(line.events, line.n) for line in without}
    assert counts == {(15, 1634)}


def test_what_others_pooled_is_marked_as_theirs() -> None:
    names = {line.name.split()[0] for line in pool().printed}
    assert {"Sormani", "Ge", "Nabizadeh"} <= names
    (nabizadeh,) = (line for line in pool().printed if line.name.startswith("Nabizadeh"))
    assert (nabizadeh.value, nabizadeh.why) == (None, "not read")
    assert {line.role for line in pool().printed} == {"printed"}
    assert {line.group for line in pool().printed} == {OTHERS}


def test_whoever_reads_the_median_cohort_sees_its_mean() -> None:
    median = next(line for line in pool().pooled if "median cohort" in line.says)
    assert "its mean is 1.2" in median.says


def test_it_says_that_nobody_judged_how_sure_one_may_be_until_somebody_does() -> None:
    assert pool().cautions[-1] == "How sure one may be of these numbers has not been judged yet."
    judged = Certainty(sure="low", by="A. Reader", on=date(2026, 12, 1), why="Short follow-up")
    said = "How sure one may be: low. Short follow-up. Judged by A. Reader, 1 December 2026."
    assert certainty_words(judged) == said


def test_every_cohort_that_is_left_out_has_its_reason() -> None:
    assert pool().left_out.height > 10
    assert all(pool().left_out["why"])


def test_the_last_year_of_the_cumulative_picture_is_the_crude_pool() -> None:
    steps = cumulative_steps(pool().cohorts)
    assert (steps[-1].pooled.events, steps[-1].pooled.n) == (15, 2509)
    assert [step.year for step in steps] == sorted({step.year for step in steps})
    assert sum(len(step.added) for step in steps) == 19


def test_the_funnel_has_the_limits_of_every_cohort() -> None:
    funnel = funnel_of(pool(), "f")
    sizes = {people for people, _, _ in funnel.limits}
    assert {line.n for line in pool().cohorts} <= sizes
    # 3 of 21 in one arm is more than chance gives where 6 in 1,000 die.
    assert any("Hamerschlak" in line.name for line in funnel.outside)
