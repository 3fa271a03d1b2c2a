"""A funnel against people: limits of chance as given, studies beyond them named, and no test of asymmetry."""

from __future__ import annotations

from dataclasses import replace

from made_up.synthesis import FUNNEL, PUBLISHED, STUDIES
from remission.exhibits.synthesis.lines import Line
from remission.exhibits.synthesis.size_funnel import NO_TEST, draw_size_funnel, funnel_words


def test_the_limits_are_those_that_were_given() -> None:
    drawn = draw_size_funnel(FUNNEL, PUBLISHED).specs["wide"]["datasets"]["limits"]
    assert [(row["x"], row["y"]) for row in drawn if row["which"] == "high"] == [
        (people, high) for people, _, high in FUNNEL.limits
    ]


def test_a_study_beyond_the_limits_of_its_size_is_named_and_a_diamond() -> None:
    assert [line.name for line in FUNNEL.outside] == ["Beta"]
    assert funnel_words(FUNNEL) == "4 studies, 1 beyond what chance allows: Beta."
    drawn = draw_size_funnel(FUNNEL, PUBLISHED).specs["wide"]["datasets"]
    assert [row["shape"] for row in drawn["dots"]].count("diamond") == 1
    assert [row["words"] for row in drawn["names"]] == ["Beta"]


def test_a_study_without_people_or_share_stands_in_the_table_only() -> None:
    other = replace(FUNNEL, lines=[*STUDIES, Line(name="Unknown", role="apart", why="not read")])
    figure = draw_size_funnel(other, PUBLISHED)
    assert len(figure.specs["wide"]["datasets"]["dots"]) == len(STUDIES)
    assert figure.table.frame["name"].to_list()[-1] == "Unknown"


def test_it_says_that_no_asymmetry_is_tested() -> None:
    assert draw_size_funnel(FUNNEL, PUBLISHED).table.note == NO_TEST
