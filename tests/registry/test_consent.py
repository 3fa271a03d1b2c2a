"""Consents: one at a time, with scopes that are asked one by one, and an end that is an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.inputs.problems import InputProblems
from remission.registry.consent import (
    ENDINGS,
    SCOPES,
    Consent,
    Scope,
    Version,
    active_consent,
    check_consents,
    covers,
    erased,
    stopped,
    told_under,
)

DAY = date(2026, 3, 1)
GIVEN = Consent("C1", "P1", "1", ("research",), DAY)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


@st.composite
def histories(draw: st.DrawFn) -> list[Consent]:
    """Consents of one person, one after the other or over each other."""
    made = []
    for number in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, 8))
        length = draw(st.none() | st.integers(0, 4))
        scopes: tuple[Scope, ...] = tuple(draw(st.sets(st.sampled_from(SCOPES))))
        one = Consent(f"C{number}", "P1", draw(st.sampled_from("12")), scopes, day(start))
        if length is not None:
            ending = draw(st.sampled_from(ENDINGS))
            one = replace(one, ended_on=day(start + length), ending=ending)
        made.append(one)
    return made


@given(histories())
def test_two_at_a_time_are_those_that_hold_on_one_day(consents: list[Consent]) -> None:
    both = any(sum(one.active(day(number)) for one in consents) > 1 for number in range(15))
    try:
        check_consents(consents)
    except InputProblems:
        # A consent given and ended within a day holds on none: inside another it is refused all the same.
        assert both or any(one.given_on == one.ended_on for one in consents)
    else:
        assert not both


@given(histories(), st.integers(0, 14), st.sampled_from(SCOPES))
def test_use_is_covered_by_the_one_that_holds_and_never_after_an_erasure(
    consents: list[Consent], number: int, scope: Scope
) -> None:
    holding = [one for one in consents if one.given_on <= day(number) < (one.ended_on or date.max)]
    gone = any(one.ending == "stop and erase" and one.ended_on <= day(number) for one in consents if one.ended_on)
    assert covers(consents, scope, day(number)) == (bool(holding) and not gone and scope in holding[0].scopes)
    assert erased(consents, day(number)) == gone


def test_a_scope_that_was_not_given_is_not_covered() -> None:
    assert [scope for scope in SCOPES if covers([GIVEN], scope, DAY)] == ["research"]
    assert not covers([GIVEN], "research", day(-1))


def test_what_is_stopped_stops_that_day_and_was_told_until_then() -> None:
    ended = replace(GIVEN, ended_on=day(9), ending="stop")
    assert active_consent([ended], day(8)) is ended
    assert active_consent([ended], day(9)) is None
    assert told_under([ended], "1", day(9)) is ended
    assert told_under([ended], "1", day(10)) is None
    assert told_under([ended], "2", day(8)) is None
    assert [stopped(ended, day(number)) for number in (8, 9)] == [False, True]


def test_coming_back_on_the_day_of_stopping_is_telling_under_the_new_one() -> None:
    first = replace(GIVEN, ended_on=day(9), ending="stop")
    second = replace(GIVEN, consent_id="C2", given_on=day(9))
    check_consents([first, second])
    assert told_under([first, second], "1", day(9)) is second


def test_a_replaced_one_is_not_stopped() -> None:
    assert not stopped(replace(GIVEN, ended_on=day(9), ending="replaced"), day(20))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (replace(GIVEN, consent_id="C2"), "had not ended"),
        (replace(GIVEN, person_id="P2", ended_on=day(3)), "without its day or its kind"),
        (replace(GIVEN, person_id="P2", ended_on=day(-1), ending="stop"), "an end before"),
        (replace(GIVEN, person_id="P2", version="3"), "version 3, which is not there"),
        (replace(GIVEN, person_id="P2", scopes=("research", "contact")), "does not offer"),
        (replace(GIVEN, person_id="P2", scopes=("all",)), "the scope all"),  # type: ignore[arg-type]
        (replace(GIVEN, person_id="P2", given_on=day(-1)), "before version 1 was shown"),
    ],
)
def test_what_cannot_be_is_refused_in_words(wrong: Consent, words: str) -> None:
    with pytest.raises(InputProblems) as refused:
        check_consents([GIVEN, wrong], {"1": Version("1", ("research", "aggregates"), DAY)})
    assert words in refused.value.report()


def test_a_long_consent_over_two_short_ones_is_found_for_both() -> None:
    short = [
        replace(GIVEN, consent_id=f"C{number}", given_on=day(number), ended_on=day(number + 1), ending="stop")
        for number in (2, 5)
    ]
    with pytest.raises(InputProblems) as refused:
        check_consents([GIVEN, *short])
    assert {one.file for one in refused.value.problems} == {"consent C2", "consent C5"}
