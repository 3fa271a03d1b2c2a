"""The public page: three counts of a quarter that has ended, small ones withheld, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from made_up.reading import grade, paragraphs_of
from remission.registry.answers import Answer
from remission.registry.consent import Consent
from remission.web import clock
from remission.web.instance import Instance
from remission.web.jobs.tasks import counts
from remission.web.records.models import ConsentRow, QuarterRow
from remission.web.records.writing import write_answers, write_consent, write_person

JOINED, ON = date(2026, 1, 5), datetime(2026, 5, 3, tzinfo=UTC)


def people(number: int, transplants: int = 0) -> None:
    """So many people of eleven countries, the first of them with a transplant."""
    homes = ("GB", "MX", "DE", "FR", "IT", "ES", "SE", "NO", "US", "CA", "AU")
    for at in range(number):
        name = f"person{at:010}"
        write_person(name, JOINED)
        write_consent(Consent(f"consent{at:09}", name, "1", ("aggregates",), JOINED))
        told = {"registry.home_country": (homes[at % 11], "")}
        if at < transplants:
            told |= {"treatments.therapy": ("hsct", "transplant-1"), "treatments.start_day": ("2020", "transplant-1")}
        write_answers([
            Answer(f"{at:06}{place:010}", name, field, value, "told", episode, JOINED, JOINED, None, "1", "long-1",
                   "self")
            for place, (field, (value, episode)) in enumerate(told.items())
        ])  # fmt: skip


@pytest.fixture
def in_may(monkeypatch: pytest.MonkeyPatch, observatory: Instance) -> None:
    monkeypatch.setattr(clock, "now", lambda: ON)
    monkeypatch.setattr(counts, "today", lambda: ON.date())


def page() -> str:
    return Client().get("/registry/").content.decode()


def numbers(text: str) -> list[str]:
    return re.findall(r"<dd[^>]*>([^<]+)</dd>", text)


def test_three_counts_of_the_quarter_that_ended_stand_there_rounded(in_may: None) -> None:
    people(33, transplants=12)
    counts.run()
    text = page()
    assert numbers(text) == ["35", "10", "10"]
    assert "31 March 2026" in text


@pytest.mark.parametrize(("number", "shown"), [(9, "not shown"), (10, "10")])
def test_fewer_than_ten_are_not_shown(in_may: None, number: int, shown: str) -> None:
    people(number)
    counts.run()
    assert numbers(page())[0] == shown
    assert "9" not in "".join(numbers(page()))


def test_a_count_from_which_a_small_one_could_be_worked_out_is_not_shown(in_may: None) -> None:
    people(15, transplants=12)
    counts.run()
    assert numbers(page()) == ["15", "not shown", "10"]


def test_a_quarter_is_counted_once_whoever_leaves_after(in_may: None) -> None:
    people(20)
    counts.run()
    ConsentRow.objects.update(ended_on=date(2026, 4, 20), ending="stop")
    counts.run()
    assert QuarterRow.objects.count() == 1
    assert numbers(page())[0] == "20"


def test_who_did_not_agree_to_be_counted_is_not(in_may: None) -> None:
    people(12)
    ConsentRow.objects.update(scopes="research")
    counts.run()
    assert numbers(page()) == ["not shown"] * 3
    assert "that no number is shown" in page()


def test_before_the_first_count_it_says_so(observatory: Instance) -> None:
    assert "Nothing has been counted yet" in page()
    assert numbers(page()) == []


def test_nothing_but_the_counts_is_there_and_it_says_why(in_may: None) -> None:
    people(33)
    counts.run()
    text = page()
    assert "There is no curve here" in text
    assert "<svg" not in text
    assert "<table" not in text
    assert len(numbers(text)) == 3


@pytest.mark.parametrize("counted", [True, False])
def test_it_is_easy_to_read(in_may: None, counted: bool) -> None:
    if counted:
        people(33)
        counts.run()
    assert grade(paragraphs_of(page())) <= 8


def test_everybody_may_see_it(in_may: None, sign_in: Callable[..., Any]) -> None:
    for duty in ("", "host", "auditor"):
        member = sign_in(f"{duty or 'person'}@example.org", duty=duty)
        assert member.client.get("/registry/").status_code == 200
