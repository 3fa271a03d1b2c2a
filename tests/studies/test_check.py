"""Everything wrong with a study is told at once, each with its key; the library itself has nothing wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from made_up.studies import write_series
from remission.inputs.problems import Problem
from remission.studies.check import check_library, check_studies
from remission.studies.checks.numbers import last_digit
from remission.studies.load import load_studies

NUMBER = """
[[numbers]]
what = "{what}"
arm = "HSCT"
status = "verified"
source = "invented"
locus = "table 2"
date_read = 2026-11-01
{fields}
"""


def told(*files: Path) -> list[tuple[str | None, str]]:
    return [(one.column, one.found) for one in check_studies(files)]


def with_number(tmp_path: Path, what: str, fields: str) -> list[tuple[str | None, str]]:
    """What is told of a series of 100 people with one more number, its third."""
    return told(write_series(tmp_path, "a", 100, more=NUMBER.format(what=what, fields=fields)))


def test_the_library_has_nothing_wrong() -> None:
    assert check_library() == []


@pytest.mark.parametrize(
    ("what", "fields", "key", "found"),
    [
        ("neda", "value = 60\nlow = 62\nhigh = 70\nlevel = 0.95", "value", "60 outside 62 to 70"),
        ("neda", "value = 65\nlow = 70\nhigh = 60\nlevel = 0.95", "low", "70 above 60"),
        ("neda", "value = 65\nlow = 50\nhigh = 80", "level", "an interval without its level"),
        ("neda", "value = 65\nlevel = 0.95", "level", "0.95 without an interval"),
        ("neda", "value = 165", "value", "165"),
        ("neda", "value = -3", "value", "-3"),
        ("neda", "", "value", "no number at all"),
        ("relapsed", "events = 30\ndenominator = 20", "events", "30 of 20"),
        ("relapsed", "events = 30\ndenominator = 120", "denominator", "120 of an arm of 100"),
        ("relapsed", 'value = 31\nevents = 30\ndenominator = 100\nhow = "count"', "value", "31 % for 30 of 100"),
        ("relapsed", 'value = 31\nhow = "count"', "value", "31 % without its n of N"),
        ("relapse-rate-ratio", "value = 0", "value", "0"),
        ("neda", 'value = 70\nhow = "Kaplan-Meier"', "months", "a Kaplan-Meier share without its time"),
        (
            "neda",
            'value = 70\nlow = 67\nhigh = 73\nlevel = 0.95\nmonths = 60\nhow = "Kaplan-Meier"',
            "low",
            "70 (67 to 73) of 100 people",
        ),
        (
            "neda",
            'value = 98\nlow = 97\nhigh = 100\nlevel = 0.95\nmonths = 60\nhow = "Kaplan-Meier"',
            "low",
            "98 (97 to 100) of 100 people",
        ),
    ],
)
def test_a_number_that_cannot_be_is_told(tmp_path: Path, what: str, fields: str, key: str, found: str) -> None:
    assert (f"numbers[3].{key}", found) in with_number(tmp_path, what, fields)


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("edss-change", 'value = -0.5\nlow = -1.5\nhigh = 0\ninterval = "quartiles"'),
        ("relapsed", 'value = 59.2\nevents = 16\ndenominator = 27\nhow = "count"'),  # cut off, not rounded: 59.26
        ("relapse-rate", "events = 224\nperson_years = 320.1"),
        ("neda", 'value = 70\nlow = 60\nhigh = 78\nlevel = 0.95\nmonths = 60\nhow = "Kaplan-Meier"'),
        ("neda", 'value = 98\nlow = 92\nhigh = 100\nlevel = 0.95\nmonths = 60\nhow = "Kaplan-Meier"'),
        ("edss-at-start", 'low = 3\nhigh = 5.5\ninterval = "protocol"'),
    ],
)
def test_a_number_that_can_be_is_not(tmp_path: Path, what: str, fields: str) -> None:
    assert with_number(tmp_path, what, fields) == []


def test_names_that_lead_nowhere_are_told_with_the_nearest(tmp_path: Path) -> None:
    more = NUMBER.format(what="nedda", fields='against = "HST"\ndefinition = "event"\np_against = "other"\nvalue = 1')
    more += '\n[[overlaps]]\nstudy = "b"\nrelation = "contains"\nwhy = "invented"\n'
    problems = check_studies([write_series(tmp_path, "a", 100, more=more)])
    keys = {one.column: one for one in problems}
    assert keys.keys() == {
        "numbers[3].what", "numbers[3].against", "numbers[3].p_against", "numbers[3].definition", "overlaps[1].study",
    }  # fmt: skip
    assert keys["numbers[3].what"].next_step == "Did you mean neda?"
    assert keys["numbers[3].against"].next_step == "Did you mean HSCT?"


def test_an_unknown_key_and_a_wrong_number_are_told_at_once(tmp_path: Path) -> None:
    write_series(tmp_path, "a", 100, deaths=101)
    write_series(tmp_path, "b", 100, more='colour = "blue"\n')
    assert told(tmp_path / "a.toml", tmp_path / "b.toml") == [
        ("numbers[2].events", "101 of 100"),
        ("numbers[2].colour", "unknown key 'colour'"),
    ]


def with_head(tmp_path: Path, line: str) -> list[tuple[str | None, str]]:
    path = write_series(tmp_path, "a", 100)
    path.write_text(path.read_text(encoding="utf-8").replace("\nyear", f"\n{line}\nyear", 1), encoding="utf-8")
    return told(path)


def test_identifiers_are_looked_at(tmp_path: Path) -> None:
    assert ("doi", "doi.org/10.1/2") in with_head(tmp_path, 'doi = "doi.org/10.1/2"\ndoi_status = "verified"')
    assert ("doi_status", "nothing") in with_head(tmp_path, 'doi = "10.1212/WNL.1"')
    assert ("pmid", "PMC12") in with_head(tmp_path, 'pmid = "PMC12"')
    assert with_head(tmp_path, 'doi = "10.1212/WNL.1"\ndoi_status = "verified"\npmid = "123"') == []
    text = write_series(tmp_path, "a", 100).read_text(encoding="utf-8")
    (tmp_path / "a.toml").write_text(text.replace('"Invented"', '"Invented, doi:10.12/ab"'), encoding="utf-8")
    assert told(tmp_path / "a.toml") == [("citation", "doi:10.12/ab")]


def test_a_status_without_a_locus_is_told(tmp_path: Path) -> None:
    found = with_head(tmp_path, 'years = { says = "1999", status = "verified", source = "invented" }')
    assert found == [("years.locus", "verified without a locus")]
    assert with_head(tmp_path, 'years = { says = "1999", status = "derived", source = "invented" }') == []


def test_a_derived_number_says_how_it_was_worked_out(tmp_path: Path) -> None:
    bare = NUMBER.format(what="neda", fields="value = 70").replace("verified", "derived")
    assert told(write_series(tmp_path, "a", 100, more=bare)) == [
        ("numbers[3].note", "a derived number without its arithmetic")
    ]
    assert told(write_series(tmp_path, "a", 100, more=bare + 'note = "100 - 30"\n')) == []


def test_judgements_are_those_of_their_tool(tmp_path: Path) -> None:
    more = """
[[risk_of_bias]]
tool = "rob-2"
domain = "luck"
judgement = "fine"
by = "A. Reader"
why = "invented"
on = 2026-11-30
"""
    assert told(write_series(tmp_path, "a", 100, more=more)) == [
        ("risk_of_bias[1].domain", "luck"),
        ("risk_of_bias[1].judgement", "fine"),
    ]


def test_a_number_twice_is_told(tmp_path: Path) -> None:
    more = NUMBER.format(what="transplant-deaths", fields="events = 1\ndenominator = 100")
    assert told(write_series(tmp_path, "a", 100, more=more)) == [
        ("numbers[3]", "transplant-deaths of the same people and time as numbers[2]")
    ]


def overlap(study: str, relation: str) -> str:
    return f'\n[[overlaps]]\nstudy = "{study}"\nrelation = "{relation}"\nwhy = "invented"\n'


def test_circles_are_told_of_each_file(tmp_path: Path) -> None:
    a = write_series(tmp_path, "a", 10, more=overlap("b", "contained in"))
    b = write_series(tmp_path, "b", 10, more=overlap("c", "contained in"))
    c = write_series(tmp_path, "c", 10, more=overlap("a", "contained in"))
    files = {one.file for one in check_studies([a, b, c]) if one.allowed == "no circle"}
    assert files == {"a.toml", "b.toml", "c.toml"}
    assert ("overlaps", "itself") in told(write_series(tmp_path, "d", 10, more=overlap("d", "contains")))


def test_a_study_twice_is_told_unless_the_two_know_of_each_other(tmp_path: Path) -> None:
    def pair(more: str) -> list[Problem]:
        files = [write_series(tmp_path, "a", 10, more=more), write_series(tmp_path, "b", 10)]
        for path in files:
            text = path.read_text(encoding="utf-8").replace("\nyear", '\npmid = "123"\nyear', 1)
            path.write_text(text, encoding="utf-8")
        return check_studies(files)

    assert [(one.file, one.found) for one in pair("")] == [
        ("a.toml", "the people of b again, from 123"),
        ("b.toml", "the people of a again, from 123"),
    ]
    assert pair(overlap("b", "same people as")) == []


def test_a_new_file_is_looked_at_beside_the_library(tmp_path: Path) -> None:
    path = write_series(tmp_path, "mine", 24, more=overlap("halt-ms", "contained in"))
    assert [one.column for one in check_studies([path])] == ["overlaps[1].study"]
    assert check_studies([path], load_studies()) == []


def test_digits_are_counted_as_printed() -> None:
    assert (last_digit(66.0, 81.0), last_digit(0.27), last_digit(5, 0.5)) == (1.0, 0.01, 0.1)
