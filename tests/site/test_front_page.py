"""The front page: its sentences, numbers and dates are those of the library, and change with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from remission.evidence.pages import league
from remission.evidence.recipes.eligibility.asking import asking_sentence, who_asks
from remission.inputs.problems import InputProblems
from remission.inputs.provenance import Status
from remission.site.cards import cards_of
from remission.site.known import know_site
from remission.site.questions import MOVED, NOT_ANSWERED, Card, load_questions, read_questions
from remission.studies.criteria.load import load_rule_sets
from remission.studies.load import Studies, load_studies

DAY = date(2026, 11, 30)


def cards(studies: Studies | None = None, *, with_atlas: bool = False) -> dict[str, Card]:
    known = know_site(studies or load_studies(), DAY, with_atlas=with_atlas)
    return {one.name: one for one in cards_of(known)}


def changed(study: str, what: str, months: float | None, **fields: object) -> Studies:
    studies = load_studies()
    found = studies.of_name(study)
    numbers = tuple(
        replace(one, **fields) if (one.what, one.months) == (what, months) else one for one in found.numbers
    )
    assert numbers != found.numbers
    return studies.with_study(replace(found, numbers=numbers))


def test_the_questions_from_which_the_project_began_stand_there_in_order() -> None:
    asked = [one.asks for one in load_questions()]
    assert asked[:4] == ["Do 5 to 10 % die of it?", "Does it last beyond five years?",
                         "What is the benefit of hard and early treatment?",
                         "How would it fare in 500 people?"]  # fmt: skip
    for words in ("regimen", "hospital", "Who takes whom", "progressive", "B cells", "consultation"):
        assert any(words in one for one in asked), words


def test_one_changed_number_changes_sentence_number_and_date() -> None:
    before = cards()["does-it-last"]
    moved = changed("silfverberg-2023", "neda", 120, value=61.0, low=50.0, date_read=date(2026, 12, 24))
    after = cards(moved)["does-it-last"]
    assert "65\xa0%" in before.answer
    assert "61\xa0%" in after.answer
    assert (before.number, after.number) == ("65\xa0%", "61\xa0%")
    assert "57 to 75" in before.interval
    assert "50 to 75" in after.interval
    assert "24 December 2026" in after.rests_on
    assert "24 December 2026" not in before.rests_on


def test_one_death_more_changes_the_pooled_number() -> None:
    before, after = (
        cards()["do-5-to-10-percent-die"],
        cards(changed("uk-2025", "transplant-deaths", None, events=9))["do-5-to-10-percent-die"],
    )
    assert before.number != after.number
    assert before.answer != after.answer


@pytest.mark.parametrize(
    ("study", "what", "months", "fields", "name", "conclusion"),
    [
        ("uk-2025", "transplant-deaths", None, {"events": 28}, "do-5-to-10-percent-die", "No longer"),
        ("silfverberg-2023", "neda", 120, {"value": 45.0, "low": 35.0, "high": 55.0}, "does-it-last", "it does"),
        ("uk-2025", "neda", 60, {"value": 70.0}, "in-500-people", "less well"),
        ("boffa-2021", "neda-failure-hazard-ratio", None, {"value": 1.3, "high": 2.0}, "is-one-regimen-like-another",
         "less often"),
        ("boffa-2023", "progression-24w-hazard-ratio", None, {"high": 1.2}, "does-it-help-progressive-ms", "It may"),
    ],
)  # fmt: skip
def test_a_typed_conclusion_is_gone_where_a_number_has_crossed_its_bound(
    study: str, what: str, months: float | None, fields: dict[str, float], name: str, conclusion: str
) -> None:
    before, after = (cards(studies)[name].answer for studies in (None, changed(study, what, months, **fields)))
    assert conclusion in before
    assert conclusion not in after
    assert after.startswith("The numbers are: ")
    assert after.endswith(MOVED)


def test_no_way_to_pool_the_deaths_stands_alone() -> None:
    card = cards()["do-5-to-10-percent-die"]
    assert card.number == "0.4\xa0% to 1.8\xa0%"
    assert card.interval == "with intervals from 0.1 to 3.4"
    assert "0.4\xa0% to 1.8\xa0%" in card.answer


def test_a_number_that_may_not_be_shown_is_not_shown() -> None:
    unread: Status = "unverified"
    card = cards(changed("boffa-2023", "progression-24w-hazard-ratio", None, status=unread))[
        "does-it-help-progressive-ms"
    ]
    assert card.answer.startswith(NOT_ANSWERED)
    # Some of its numbers would be half an answer; the page of what is not known counts it.
    assert (card.open, card.number, card.interval, card.rests_on) == (True, "", "", "")
    assert card.number == ""


def test_a_question_without_a_page_says_what_would_be_needed() -> None:
    found = cards()
    for name in ("what-to-bring",):
        assert found[name].door == "", name
        assert found[name].answer.startswith(f"{NOT_ANSWERED} It needs "), name


def test_what_is_known_of_b_cells_is_answered_without_an_axis() -> None:
    card = cards()["what-of-b-cells"]
    assert (card.open, card.door) == (False, "evidence/b-cells.html")
    assert card.answer.startswith("Not enough to line them up")


def test_who_takes_whom_is_answered_by_the_rules_themselves() -> None:
    card = cards()["who-takes-whom"]
    assert (card.open, card.door) == (False, "evidence/eligibility.html")
    assert card.answer.startswith(asking_sentence(who_asks(load_rule_sets())))
    assert "{" not in card.answer


def test_the_door_to_the_atlas_opens_only_where_the_atlas_is() -> None:
    without, there = cards()["which-hospital-uses-what"], cards(with_atlas=True)["which-hospital-uses-what"]
    assert (without.door, without.command) == ("atlas.html", "remission site export DIR --with-atlas")
    assert (there.door, there.command) == ("atlas/index.html", "")


def test_every_answered_question_has_its_number_with_interval_and_date() -> None:
    for one in cards().values():
        if one.number:
            assert "interval" in one.interval, one.name
            assert "read on" in one.rests_on, one.name


def test_a_question_with_neither_page_nor_need_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nplace = 5\nasks = "So?"\n', encoding="utf-8")
    with pytest.raises(InputProblems) as found:
        read_questions((path,))
    assert [one.column for one in found.value.problems] == ["needed"]


def test_a_sentence_about_numbers_says_for_which_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    start = 'name = "mine"\nplace = 5\nasks = "So?"\ndoor = "a.html"\n'
    numbers = '[numbers]\na = { study = "uk-2025", what = "neda" }\n'
    for more, columns in (
        (numbers, ["within"]),
        (f'claim = "selected"\n{numbers}', ["claim"]),
        (f"{numbers}[within]\nb = {{ at_most = 1 }}\n", ["within.b"]),
    ):
        path.write_text(start + more, encoding="utf-8")
        with pytest.raises(InputProblems) as found:
            read_questions((path,))
        assert [one.column for one in found.value.problems] == columns


def test_the_card_of_treatments_says_the_sentence_of_its_page_and_names_no_order() -> None:
    known = know_site(load_studies(), DAY)
    card = cards()["which-treatment-works-best"]
    assert card.answer == league.lead(known.evidence)
    assert card.door == league.PATH
    assert not card.number
    turned = changed("affirm", "relapse-rate-ratio", 12.0, value=3.0, low=2.5, high=3.6)
    assert cards(turned)["which-treatment-works-best"].answer != card.answer
