"""Pages of claims: the words of the verdict, its numbers as printed, and what machines are told."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from remission.evidence.pages.claim import claim_page, claim_review
from remission.evidence.pages.claims import claims_page
from remission.evidence.recipes.claims import (
    ANSWERED,
    NOT_WRITTEN,
    SCHEMA,
    VERDICT_WORDS,
    answer_words,
    claim_lines,
    rating_of,
    row_of,
    verdict_words,
)
from remission.evidence.recipes.known import know
from remission.exhibits.page import Page, tables_of
from remission.studies.claims.claim import VERDICTS, Fact
from remission.studies.claims.decide import Decision, decide_claim
from remission.studies.claims.telling import decide_all, evidence_of, verdicts
from remission.studies.difference import difference
from remission.studies.load import load_studies

DAY = date(2026, 11, 30)


@cache
def decisions() -> dict[str, Decision]:
    return {one.claim.name: one for one in decide_all(load_studies())}


def page(name: str) -> Page:
    known = know(DAY)
    titles = {one: known.studies.of_name(one).title for one in decisions()[name].studies}
    return claim_page(decisions()[name], known.provenance, titles)


def test_the_page_begins_with_verdict_and_answer() -> None:
    made = page("mortality-5-10")
    assert [line.replace("\xa0", " ") for line in made.headlines] == [
        "Outdated. In cohorts that share no person 0.6 %, 0.4 %, 1.1 %, 1.6 % or 1.8 % of people died of it, by the "
        "way one pools them. In the United Kingdom it was 1.4 % (0.4 to 3.2)."
    ]
    assert "Last true: 2010: the last cohort of the library in which 5 or more in 100 died." in made.in_short


def test_a_typed_conclusion_is_gone_where_a_number_has_crossed_its_bound() -> None:
    library = load_studies()
    uk = library.of_name("uk-2025")
    numbers = [replace(one, events=27, value=7.4) if one.what == "transplant-deaths" else one for one in uk.numbers]
    moved = library.with_study(replace(uk, numbers=tuple(numbers)))
    decision = decide_claim(decisions()["mortality-5-10"].claim, evidence_of(moved))
    made = claim_page(decision, know(DAY).provenance, {})
    assert made.headlines[0].startswith(
        "Cannot be tested yet. Of all people in all cohorts together, 5 to 10 in 100 died of it: 1.5"
    )
    assert "7.4\xa0% (4.9 to 10.6), open: the interval holds both" in made.headlines[0]
    assert "Later cohorts did not" not in str(made.sections)
    assert NOT_WRITTEN in str(made.sections)
    assert "Some numbers lie elsewhere" in str(made.sections)
    assert "Later cohorts did not" in str(page("mortality-5-10").sections)


def test_a_question_is_answered_and_gets_no_claim_review() -> None:
    asked = page("after-5-years")
    assert asked.headlines[0].startswith("Answered in part. ")
    assert asked.linked_data == {}
    assert page("mortality-5-10").linked_data["@type"] == "ClaimReview"


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_has_words_and_a_rating_or_none(verdict: str) -> None:
    (kind,) = [one for one in VERDICTS if one == verdict]
    assert VERDICT_WORDS[kind]
    assert ANSWERED[kind].startswith(("Answered", "Not answered"))
    assert (rating_of(kind) is None) == (kind == "not testable")


def test_the_review_names_a_role_and_no_person() -> None:
    for one in decisions().values():
        review = claim_review(one)
        assert review["itemReviewed"]["author"]["name"].startswith(("a ", "the ")), one.claim.name
        assert review["author"]["name"] == "Remission"
        json.dumps(review)


def test_every_number_of_an_answer_comes_from_its_conditions() -> None:
    """Years, and ages of a trial in words, are no results."""
    for one in decisions().values():
        typed = re.findall(r"\d[\d.,]*\s*%?", re.sub(r"\{[^}]*\}", "", one.claim.answer))
        assert [number for number in typed if number.strip() not in ("2017", "2017.")] == [], one.claim.name


def test_shares_are_printed_with_the_decimals_that_their_source_has() -> None:
    assert "65\xa0% (57 to 75)" in answer_words(decisions()["after-5-years"])
    assert "71.3\xa0% (57.8 to 84.8)" in answer_words(decisions()["after-5-years"])


def test_a_second_hand_number_is_shown_as_that() -> None:
    (table,) = [one for one in tables_of(page("ocrelizumab-ppms").sections) if one.name == "conditions"]
    assert table.frame["rests_on"].to_list() == ["From one source, second-hand."]
    (table,) = [one for one in tables_of(page("frozen-46").sections) if one.name == "conditions"]
    assert table.frame["rests_on"].to_list() == ["From one source; read on 22 November 2026."]


def test_an_end_of_an_interval_says_of_which_level() -> None:
    (table,) = [one for one in tables_of(page("selected-500").sections) if one.name == "conditions"]
    said = (
        "Compared with 50.2\xa0%, the lower end of an interval of 90\xa0%. From one source; read on 22 November 2026."
    )
    assert said in table.frame["rests_on"][0]


def test_the_list_has_every_claim_once_under_its_verdict() -> None:
    tables = tables_of(claims_page(know(DAY)).sections)
    listed = [name for table in tables if "no_number" in table.frame.columns for name in table.frame["claim"]]
    assert sorted(listed) == sorted(decisions())
    for table in tables:
        if table.name == "outdated":
            assert {row[-1] for row in table.rows()} >= {"2010", "2017"}


def test_a_row_says_the_interval_that_decided_and_how_many_studies() -> None:
    row = row_of(decisions()["mortality-5-10"])
    assert set(row) == set(SCHEMA)
    assert (row["verdict"], row["k"], row["studies_left_out"], row["last_true"]) == ("outdated", 19, 12, "2010")
    assert row["as_of"] is not None
    for name, one in decisions().items():
        said = row_of(one)
        assert (said["low"] is not None) != bool(said["no_number"]), name


def test_a_terminal_is_told_the_same() -> None:
    lines = claim_lines(decisions()["mortality-5-10"])
    assert lines[0] == "mortality-5-10: “5 to 10% mortality rate!”"
    assert lines[1].startswith("  Outdated. ")
    assert verdict_words(decisions()["cancer-back"]) == "Cannot be tested yet"


def test_an_unverified_fact_decides_nothing_and_is_not_shown() -> None:
    claim = decisions()["clinics-all-stages"].claim
    facts: list[Fact] = [replace(one, status="unverified") for one in claim.facts]
    unread = decide_claim(replace(claim, facts=tuple(facts)), evidence_of(load_studies()))
    assert unread.verdict == "not testable"
    assert "may not be shown" in answer_words(unread)
    made = claim_page(unread, know(DAY).provenance, {})
    assert "130 of 617" not in " ".join(str(table.rows()) for table in tables_of(made.sections))


def test_a_value_alone_decides_only_where_the_file_says_so() -> None:
    claim = decisions()["frozen-46"].claim
    strict = [replace(one, by_value=False) for one in claim.conditions]
    assert decisions()["frozen-46"].verdict == "supported"
    assert decide_claim(replace(claim, conditions=tuple(strict)), evidence_of(load_studies())).verdict == "not testable"


def test_what_a_study_changes_tells_of_verdicts_too() -> None:
    library = load_studies()
    oratorio = library.of_name("oratorio")
    weaker = [replace(one, high=1.2) if one.what == "progression-12w-hazard-ratio" else one for one in oratorio.numbers]
    found = difference(library, library.with_study(replace(oratorio, numbers=tuple(weaker))), DAY, (verdicts,))
    changed = {one.told.name: (one.old.says, one.new.says) for one in found.changes if one.old and one.new}
    assert changed["ocrelizumab-ppms"] == ("supported", "not testable")
