"""Who takes whom: every line of every set without a script, a sentence worked out from the rules, and nothing kept."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import date
from functools import cache

import polars as pl
import pytest

from made_up.reading import grade, paragraphs_of
from reading_ease import school_grade, text_of_page
from remission.evidence.pages import eligibility
from remission.evidence.pages.eligibility import (
    ASKED,
    PATH,
    eligibility_files,
    eligibility_page,
    fact_groups,
    refusal_sentence,
)
from remission.evidence.recipes.eligibility.answers import answer_rows
from remission.evidence.recipes.eligibility.asking import (
    REFUSAL,
    SIGNS,
    asking_sentence,
    at_once_sentence,
    who_asks,
)
from remission.evidence.recipes.eligibility.safety import EVERYBODY, safety_rows, safety_sentence
from remission.evidence.recipes.known import Known, know
from remission.exhibits.page import Page
from remission.exhibits.site.shell import Site
from remission.site.shell import render_site_page
from remission.studies.criteria.facts import Fact, vocabulary
from remission.studies.criteria.load import load_rule_sets, unread_rules
from remission.studies.criteria.rules import Bound, Criterion, Either, Expr, Kind, NotDecided, RuleSet
from remission.studies.criteria.telling import PURPOSE

DAY = date(2026, 11, 30)
HARDEST = 8.0
NEW_LESION = Bound("new_t2_12_months", at_least=1)


@cache
def known() -> Known:
    return know(DAY)


@cache
def page() -> Page:
    return eligibility_page(known())


@cache
def printed() -> str:
    return render_site_page(page(), Site((), DAY))


def rules(name: str, kind: Kind, *readings: Expr) -> RuleSet:
    """A made-up set with one hard line for each expression."""
    lines = tuple(Criterion(f"line-{at}", f"line {at}", ({},), readings=(one,)) for at, one in enumerate(readings))
    return RuleSet(name, name.title(), kind, "undated", "not known", "made up", "verified", criteria=lines)


def test_every_line_of_every_set_stands_on_the_page_without_a_script() -> None:
    text = html.unescape(re.sub(r"<script.*?</script>", "", printed(), flags=re.S))
    for one in load_rule_sets():
        assert f'id="rules-{one.name}"' in text
        assert one.as_of in text, one.name
        for line in one.criteria:
            assert f"{one.title}: {line.says}" in text, (one.name, line.name)
            assert line.raw in text


def test_rules_that_could_not_be_read_are_said_to_be_missing() -> None:
    text = html.unescape(printed())
    assert unread_rules()
    assert all(f"{one.title}: {one.says}" in text for one in unread_rules())


def test_without_a_script_it_says_so_and_shows_no_form() -> None:
    assert '<section id="who" aria-labelledby="who-title" hidden>' in printed()
    assert re.search(r"<noscript>.*in the tables below.*</noscript>", printed(), re.S)


def test_what_it_is_for_stands_on_the_page_and_on_its_sheet_of_paper() -> None:
    text = html.unescape(printed())
    assert PURPOSE in page().in_short
    assert PURPOSE in text.partition('id="who-sheet"')[2].partition("</section>")[0]


def test_the_sets_stand_by_kind_and_then_by_name() -> None:
    shown = re.findall(r'<li id="who-set-([\w-]+)">', printed())
    assert shown == [one.name for one in load_rule_sets()]
    assert shown != sorted(shown)


def test_a_person_in_the_form_has_no_name_for_what_is_put_in() -> None:
    form = printed().partition('id="who-facts"')[2].partition('id="who-answers"')[0]
    fields = re.findall(r"<(?:input|select)[^>]*>", form)
    assert len(fields) == len(vocabulary().every)
    assert all('autocomplete="off"' in field and " name=" not in field for field in fields)
    assert "<form" not in printed()


def test_its_script_can_neither_send_nor_keep_anything() -> None:
    ((name, script),) = eligibility_files()
    assert name == page().script
    kept = ("localStorage", "sessionStorage", "indexedDB", "cookie", "caches", "history.", "location", "pushState")
    sent = ("fetch(", "XMLHttpRequest", "sendBeacon", "WebSocket", "EventSource", "import(", "new Image", "submit")
    assert [word for word in (*kept, *sent) if word in str(script)] == []


def test_every_field_has_its_label_and_stands_once() -> None:
    for fact in vocabulary().every:
        assert printed().count(f'<label for="who-fact-{fact.name}">') == 1
        assert printed().count(f'id="who-fact-{fact.name}"') == 1


def test_a_fact_that_nobody_grouped_stands_in_the_last_group() -> None:
    other = replace(vocabulary().every[0], name="brand_new")
    groups = fact_groups((*vocabulary().every, other))
    placed = [fact.name for _, facts in groups for fact in facts]
    assert sorted(placed) == sorted([*vocabulary().by_name, "brand_new"])
    assert groups[-1][1][-1].name == "brand_new"


def test_the_data_of_the_form_are_the_rules_and_no_bound_is_made_up() -> None:
    data = json.loads(re.findall(r'id="who-data">(.*?)</script>', printed(), re.S)[0])
    assert [one["name"] for one in data["sets"]] == [one.name for one in load_rule_sets()]
    assert data["refusal"] == dict(REFUSAL)
    assert data["questions"] == list(ASKED)
    assert '"at_least":null' not in json.dumps(data["sets"], separators=(",", ":"))


def test_the_refusal_knows_nothing_but_a_scan_without_inflammation() -> None:
    assert set(REFUSAL) == {"enhancing_lesions", "new_t2_12_months"}
    assert set(REFUSAL.values()) == {0}
    rows = answer_rows(load_rule_sets(), REFUSAL, vocabulary())
    answers = rows["answer"].to_list()
    assert set(answers) == {"not met", "unknown"}
    assert len(answers) == len(load_rule_sets())
    said = refusal_sentence(load_rule_sets())
    assert f" {answers.count('not met')} sets say no: " in said
    assert said.endswith(f". {answers.count('unknown')} must know more.")
    # Who was refused asks first by whom: the names stand there, not the number alone.
    assert [one.title in said for one in load_rule_sets()] == [answer == "not met" for answer in answers]
    assert all(rows["why"].str.len_chars() > 0)
    assert said in page().in_short


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ([], "Every set of rules that could be read asks for signs of inflammation."),
        ([("far", "clinic abroad")], "asks for signs of inflammation, but for clinics abroad."),
        ([("far", "clinic abroad"), ("near", "centre")], "Of 4 sets of rules that could be read, 2 ask for signs"),
    ],
)
def test_the_sentence_of_the_page_follows_from_the_rules(others: list[tuple[str, Kind]], sentence: str) -> None:
    asking = [rules("one", "centre", NEW_LESION), rules("two", "trial", Bound("age", at_most=50), NEW_LESION)]
    free = [rules(name, kind, Bound("age", at_most=50)) for name, kind in others]
    said = asking_sentence(who_asks([*asking, *free]))
    assert sentence in said
    assert ("Near" in said) == any(name == "near" for name, _ in others)


def test_a_set_that_asks_for_a_sign_beside_another_way_in_does_not_say_no_at_once() -> None:
    strict = rules("strict", "centre", NEW_LESION)
    wide = rules("wide", "centre", Either((NEW_LESION, NotDecided("Is it malignant MS?"))))
    asking = who_asks([strict, wide])
    assert (asking.asks, asking.does_not, asking.at_once) == ((strict, wide), (), (strict,))
    assert at_once_sentence(asking).startswith("1 set says no to anybody")


def test_what_is_only_held_best_asks_of_nobody() -> None:
    strict = rules("strict", "centre", NEW_LESION)
    best = replace(strict, criteria=(replace(strict.criteria[0], strength="ideal"),))
    assert who_asks([best]).does_not == (best,)


def test_every_sign_is_a_fact_that_can_be_none() -> None:
    facts: dict[str, Fact] = vocabulary().by_name
    assert all(facts[name].kind == "count" and facts[name].low == 0 for name in SIGNS)


def test_the_deaths_are_those_of_the_pools_overall_and_by_years() -> None:
    whole, by_era = known().pool("hsct-mortality"), known().pool("hsct-mortality-by-era")
    rows = safety_rows(whole, by_era)
    first = rows.row(0, named=True)
    assert (first["years"], first["deaths"], first["people"]) == (EVERYBODY, whole.events, whole.people)
    eras = rows.filter(pl.col("years") != EVERYBODY)
    assert (eras["deaths"].sum(), eras["people"].sum()) == (whole.events, whole.people)
    assert eras.height > 2
    pooled = [line.value for line in whole.pooled if line.role == "pooled" and line.value is not None]
    assert (first["least"], first["most"]) == (min(pooled), max(pooled))
    assert safety_sentence(rows) in html.unescape(printed())


def test_too_few_deaths_give_no_share() -> None:
    (table,) = next(section for section in page().sections if section.name == "safety").blocks[0].tables
    few = [row for row in table.rows() if row[1] == "0 / 15"]
    assert [row[2:] for row in few] == [["too few to tell", "too few to tell"]]


def test_the_whole_page_is_read_with_ease() -> None:
    assert school_grade(text_of_page(printed())) <= HARDEST
    assert grade(paragraphs_of(printed())) <= HARDEST


def test_it_is_a_question_of_the_evidence_with_its_answer() -> None:
    assert eligibility.lead(known()) == page().headlines[0]
    assert page().path == PATH
