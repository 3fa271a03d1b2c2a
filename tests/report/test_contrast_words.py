"""The top of the page says how groups compare in one sentence a pair, and loses nothing that limits it."""

from __future__ import annotations

import polars as pl

from made_up.model_cohort import trial, two_arms
from remission.records.cohort import Cohort
from remission.report.asked import ask
from remission.report.curves.contrast_words import VARIES, contrast_sentences
from remission.report.curves.first_events import estimate_whole
from remission.report.frame.framing import frame_page
from remission.report.models.hazard_ratios import estimate_hazard_ratios_by_group

ENDPOINT = "relapse-free"
# Below the headlines, with everything that can stand there of an endpoint that is no composite.
MOST_LINES = 5


def said_of(cohort: Cohort, *adjust: str) -> list[str]:
    asked = ask(cohort, ENDPOINT, group_by="arm", adjust=adjust)
    found = contrast_sentences(estimate_whole(asked), estimate_hazard_ratios_by_group(asked))
    return [one.replace("\xa0", " ") for one in found]


def test_two_groups_are_one_sentence_with_the_ratio_first() -> None:
    cohort = two_arms(200, 0.5)
    (only,) = said_of(cohort, "age_years", "sex")
    assert only.startswith("old against new: hazard ratio ")
    places = [
        only.index(part) for part in ("95 % interval", "adjusted for age and sex; ", " days without a relapse ", "log-")
    ]
    assert places == sorted(places)
    assert only.count("95 % interval") == 1, "both intervals are of one level"
    assert "adjusted" not in said_of(cohort)[0]
    page = frame_page(ask(cohort, ENDPOINT, group_by="arm", adjust=("age_years",)))
    assert len(page.in_short) <= MOST_LINES


def test_where_one_ratio_misleads_the_average_time_leads() -> None:
    (only,) = said_of(two_arms(300, 1.0, crossing=True))
    assert only.startswith("old against new: ")
    assert only.index(" days without a relapse ") < only.index("hazard ratio ")
    assert VARIES in only


def test_of_three_groups_the_test_is_a_sentence_of_its_own() -> None:
    people = two_arms(90, 1.0).subjects.select("subject_id", "age_years", "last_day")
    arms = people.with_columns(arm=pl.Series([f"arm {at % 3}" for at in range(90)]))
    said = said_of(trial(arms, {name: 100 + 7 * at for at, name in enumerate(people["subject_id"][:60])}))
    assert len(said) == 3
    assert not any("log-rank" in one for one in said[:2])
    assert said[2].startswith("Log-rank test of 3 groups: p")


def test_a_ratio_that_is_not_there_says_why() -> None:
    people = two_arms(30, 1.0).subjects.select("subject_id", "arm", "age_years", "last_day")
    said = said_of(trial(people, {}), "age_years")
    assert "Hazard ratio: not estimable, because no event" in said[-1]
    assert not any("nan" in one.lower() for one in said)
    (one_sided,) = said_of(trial(people, {"S000": 50, "S002": 90, "S004": 300}))
    assert "by Firth's penalised likelihood" in one_sided
    assert "by the variance of one group alone and so too narrow" in one_sided
