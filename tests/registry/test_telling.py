"""From what was typed to rows: each has its form and consent, a correction replaces, and nothing is told twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from remission.registry.answers import Answer, check_told, current
from remission.registry.forms.check import check_answers
from remission.registry.forms.form import forms
from remission.registry.forms.telling import Telling, answers_of

DAY = date(2026, 11, 30)
LONG = forms()["long"]
TELLING = Telling("P1", DAY, DAY, "2026-11")
RELAPSE = "relapses.day/relapses-1"


def tell(raw: dict[str, str], before: tuple[Answer, ...] = (), telling: Telling = TELLING) -> tuple[Answer, ...]:
    ids = (f"A{number}" for number in count(len(before) + 1))
    return answers_of(check_answers(LONG, raw, today=DAY), LONG, telling, before, ids.__next__)


def test_a_row_says_under_which_form_and_consent_it_was_told() -> None:
    (row,) = tell({RELAPSE: "May 2019"})
    assert row == Answer(
        "A1", "P1", "relapses.day", "2019-05", "told", "relapses-1", DAY, DAY, None, "2026-11", "long-1", "self"
    )


def test_a_correction_replaces_what_stood_and_the_same_again_adds_nothing() -> None:
    first = tell({RELAPSE: "May 2019"})
    assert tell({RELAPSE: "2019-05"}, first) == ()
    second = tell({RELAPSE: "June 2019"}, first)
    assert [(one.value, one.replaces) for one in second] == [("2019-06", "A1")]
    third = tell({f"{RELAPSE}?": "unknown"}, first + second)
    assert [(one.state, one.replaces) for one in third] == [("unknown", "A2")]
    assert current(first + second + third) == third


def test_an_answer_of_another_person_is_never_replaced() -> None:
    others = tell({RELAPSE: "May 2019"}, telling=replace(TELLING, person_id="P2"))
    assert [one.replaces for one in tell({RELAPSE: "June 2019"}, others)] == [None]


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                [RELAPSE, f"{RELAPSE}?", "subjects.sex", "visits.edss/edss-1", "treatments.start_day/transplant-1"]
            ),
            st.sampled_from(["2019", "May 2020", "male", "6.5", "unknown", "declined", "03/05/2019", ""]),
        ),
        max_size=6,
    )
)
def test_whatever_is_sent_the_rows_are_such_as_the_registry_takes(sent: list[dict[str, str]]) -> None:
    rows: tuple[Answer, ...] = ()
    for raw in sent:
        added = tell(raw, rows)
        rows += added
        standing = {(one.field, one.episode): (one.state, one.value) for one in current(rows)}
        accepted = check_answers(LONG, raw, today=DAY).accepted
        assert all(standing[one.field, one.episode] == (one.state, one.value) for one in accepted)
    check_told(rows)
