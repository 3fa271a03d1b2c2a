"""Requests and answers: refusals with section and Act, small numbers as ranges, nothing that is missing as 0."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from made_up.atlas import SYNTHETIC, answers, request_parts, requests
from remission.atlas.answers_table import STATES, answers_table, persons_words
from remission.atlas.pages.foi import foi_page, requests_table


def test_every_state_is_shown_and_counted() -> None:
    assert {row[3] for row in requests_table(requests(), SYNTHETIC).rows()} == set(STATES.values())
    headline = foi_page(request_parts()).headlines[0]
    assert headline.startswith("6 requests: 1 sent, receipt not known or a question open; 1 received, not yet due; ")
    assert headline.endswith("1 overdue; 1 answered; 1 refused; 1 not held.")


def test_a_refusal_stands_with_its_act_and_section() -> None:
    refused = next(row for row in requests_table(requests(), SYNTHETIC).rows() if row[3] == "refused")
    assert refused[4:] == ["FOIA, section 14", "vexatious"]


def test_a_suppressed_number_is_a_range_and_a_refusal_is_no_number() -> None:
    assert [row[2] for row in answers_table(answers(), SYNTHETIC).rows()] == ["212", "0 to 4", "refused", "not held"]


def test_issued_patient_years_stand_beside_and_unknown_is_not_zero() -> None:
    assert [row[3] for row in answers_table(answers(), SYNTHETIC).rows()] == ["198", "0", "not known", "not known"]


def test_what_was_said_is_shown_for_answers_and_refusals() -> None:
    said = [row[5] for row in answers_table(answers(), SYNTHETIC).rows()]
    assert said[0] == "issued and patients agree"
    assert said[2] == "would cost too much"


def test_a_count_without_an_upper_end_says_so() -> None:
    assert persons_words({"state": "answered", "patients_low": 5, "patients_high": None}) == "5 or more"


def test_a_state_that_is_unknown_is_not_lost() -> None:
    odd = requests().with_columns(state=pl.lit("lost"))
    with pytest.raises(KeyError):
        requests_table(odd, SYNTHETIC).rows()


def test_the_page_says_on_which_day_requests_stand_like_that() -> None:
    assert foi_page(request_parts()).subtitle.endswith("as it stood on 2 November 2026")


def test_no_request_is_said_so() -> None:
    assert foi_page(replace(request_parts(), requests=requests().clear())).headlines == ["No request recorded."]
