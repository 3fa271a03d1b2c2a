"""One page as data, printed by one template: the answer first, what it rests on, then sections, in any shell."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import polars as pl
import pytest

from remission.exhibits.figure import Figure
from remission.exhibits.page import Block, Fact, Page, Picture, Section, render_report, tables_of
from remission.exhibits.tables import Table, shows
from remission.inputs.provenance import Provenance, Source

MADE_UP = Provenance("made-up", "simulated", "0" * 64)


def table(name: str) -> Table:
    return Table(name, f"The table {name}.", pl.DataFrame({"n": [1]}), (shows("n", "Persons"),), MADE_UP)


def page() -> Page:
    figure = Figure("drawn", "A picture", "", "", {}, table("drawn"), MADE_UP)
    picture = Picture(figure, '<svg role="img"></svg>', '<svg role="img"></svg>')
    block = Block("A part", ["Said after."], picture, [table("open")], [table("folded")], ["Said before."])
    return Page(
        title="A title",
        subtitle="A subtitle",
        provenance=MADE_UP,
        headlines=["The answer."],
        in_short=["In short."],
        rests_on=["A value nobody has verified."],
        sections=[Section("one", "One", [block]), Section("two", "Two", []), Section("three", "Three", [])],
        facts=[Fact("Cohort", "made up")],
        sources=[Source("A paper", "unverified", "page 3", "so many")],
        note="A note.",
        data_folder="tables",
    )


def words_in_order(text: str, words: list[str]) -> bool:
    places = [text.index(one) for one in words]
    return places == sorted(places)


def test_the_answer_is_first_the_caveat_second_and_where_it_comes_from_last() -> None:
    made = html.unescape(render_report(page()))
    order = [
        MADE_UP.warning,
        "The answer.",
        "In short.",
        "nobody has verified",
        ">One</h2>",
        "Where it comes from</h2>",
    ]
    assert words_in_order(made.partition("<body")[2], order)
    assert "A paper, page 3 (unverified): so many" in made


def test_what_a_picture_would_be_misread_without_stands_above_it() -> None:
    order = ["Said before.", "<figure>", "Table of this picture", "Said after.", "The table open.", "The table folded."]
    assert words_in_order(render_report(page()).partition("<h3>A part")[2], order)


def test_every_table_is_known_once_those_behind_pictures_too() -> None:
    assert [one.name for one in tables_of([*page().sections, *page().sections])] == ["drawn", "open", "folded"]


def test_a_report_names_its_files_and_links_none_for_it_may_travel_alone() -> None:
    made = render_report(page())
    assert "The numbers are in <code>tables/drawn.simulated.csv</code>." in made
    # But for an icon of nothing.
    assert re.findall(r' href="([^"#]+)"', made) == ["data:,"]


@pytest.mark.parametrize("field", ["title", "subtitle", "headlines", "in_short", "rests_on", "note"])
def test_words_of_others_are_escaped(field: str) -> None:
    held = getattr(page(), field)
    evil = "<i>&</i>" if isinstance(held, str) else ["<i>&</i>"]
    made = render_report(replace(page(), **{field: evil}))
    assert "&lt;i&gt;" in made
    assert "<i>" not in made


def test_a_short_page_needs_no_list_of_its_sections() -> None:
    assert '<nav aria-label="On this page">' in render_report(page())
    assert "<nav" not in render_report(replace(page(), sections=page().sections[:2]))
