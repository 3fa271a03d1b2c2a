"""A file of choices is read strictly, by the checks of an endpoint file; what is illegal is listed, never dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from remission.inputs.problems import InputProblems
from remission.library.catalogue import library_files
from remission.multiverse.files import load_multiverse
from remission.multiverse.grid import Grid, derive_grid

HEAD = 'endpoint = "cdp-24w"\n'
DAYS = '[[vary]]\nvalue = "progression.confirmation.days"\noptions = [84, 168]\n'
VISITS = '[[vary]]\nvalue = "progression.confirmation.visits"\noptions = ["all", "last"]\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def grid(folder: Path, text: str) -> Grid:
    return derive_grid(load_multiverse(write(folder, text)))


def report(folder: Path, text: str) -> str:
    with pytest.raises(InputProblems) as found:
        grid(folder, text)
    return found.value.report()


@pytest.mark.parametrize("name", [path.stem for path in library_files("multiverses", ".toml")])
def test_every_multiverse_of_the_library_makes_a_grid(name: str) -> None:
    made = derive_grid(load_multiverse(name))
    assert len(made.definitions) >= 24
    assert len(made.definitions) + len(made.refused) == made.vary.combinations
    assert made.base in {one.id for one in made.definitions}


def test_an_option_sets_what_it_says_and_nothing_else(tmp_path: Path) -> None:
    made = grid(tmp_path, HEAD + DAYS + VISITS)
    rules = [one.endpoint.record for one in made.definitions]
    found = [(rule.confirmation.days, rule.confirmation.visits) for rule in rules if rule is not None]
    assert found == [(84, "all"), (84, "last"), (168, "all"), (168, "last")]
    assert made.definitions[2].endpoint == made.vary.endpoint
    assert made.definitions[2].id == made.base


def test_a_set_moves_several_values_together(tmp_path: Path) -> None:
    options = """\
[[vary]]
label = "Windows"
options = [
    { label = "as it is", set = {} },
    { label = "90", set = { "progression.onset.after_relapse_days" = 90, "progression.onset.counts_from_day" = 3 } },
]
"""
    made = grid(tmp_path, HEAD + options)
    rule = made.definitions[1].endpoint.record
    assert rule is not None
    assert (rule.onset.after_relapse_days, rule.onset.counts_from_day) == (90, 3)
    assert made.definitions[0].endpoint == made.vary.endpoint


def test_a_value_of_a_part_can_vary(tmp_path: Path) -> None:
    text = 'endpoint = "neda-3"\n[[vary]]\nvalue = "mri-activity.mri.minimum"\noptions = [1, 2]\n'
    made = grid(tmp_path, text)
    minima = [part.record.minimum for one in made.definitions for part in one.endpoint.parts if part.rule == "mri"]
    assert minima == [1, 2]
    assert made.definitions[0].endpoint == made.vary.endpoint
    assert len({one.id for one in made.definitions}) == 2


def test_a_combination_that_the_reader_refuses_is_listed_with_its_reason(tmp_path: Path) -> None:
    text = HEAD + DAYS + '[[vary]]\nvalue = "progression.confirmation.tolerance_before_days"\noptions = [7, -1, 14]\n'
    said = report(tmp_path, text)
    assert "'-1 days', refused everywhere" in said
    assert "found -1; allowed: 0 to" in said


def test_a_rule_of_the_file_is_listed_with_its_reason(tmp_path: Path) -> None:
    rule = (
        '[[illegal]]\nwhen = { "progression.confirmation.days" = 84, "progression.confirmation.visits" = "last" }\n'
        'why = "nobody does that"\n'
    )
    made = grid(tmp_path, HEAD + DAYS + VISITS + rule)
    assert [(one.places, one.by, one.why) for one in made.refused] == [
        ((0, 1), "a rule of this file", "nobody does that")
    ]
    assert len(made.definitions) == 3


def test_a_rule_may_name_a_value_that_does_not_vary(tmp_path: Path) -> None:
    when = '"progression.event_date" = "onset", "progression.confirmation.days" = 84'
    when += ', "progression.confirmation.visits" = "all"'
    rule = f'[[illegal]]\nwhen = {{ {when} }}\nwhy = "no"\n'
    assert len(grid(tmp_path, HEAD + DAYS + VISITS + rule).definitions) == 3
    idle = rule.replace('"onset"', '"confirmation"')
    assert "a rule that excludes nothing ('no')" in report(tmp_path, HEAD + DAYS + VISITS + idle)


def test_the_same_definition_is_not_counted_twice(tmp_path: Path) -> None:
    options = """\
[[vary]]
label = "How"
options = [
    { label = "as it is", set = {} },
    { label = "the same in other words", set = { "progression.confirmation.days" = 168 } },
    { label = "84", set = { "progression.confirmation.days" = 84 } },
]
[[vary]]
value = "progression.confirmation.visits"
options = ["all", "last"]
"""
    said = report(tmp_path, HEAD + options)
    assert "'the same in other words', refused everywhere (its values are those of" in said


def test_an_id_is_that_of_the_values_whatever_the_file(tmp_path: Path) -> None:
    first = {one.endpoint: one.id for one in grid(tmp_path, HEAD + DAYS + VISITS).definitions}
    second = {
        one.endpoint: one.id for one in grid(tmp_path, HEAD + VISITS + DAYS.replace("84, ", "84, 90, ")).definitions
    }
    assert first.items() <= second.items()
    assert len(set(second.values())) == 6


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    said = report(
        tmp_path,
        'endpoint = "cdp-24w"\ncolour = 1\nat_years = 4\n'
        '[[vary]]\nvalue = "progression.confirmation.dais"\noptions = [1, 2]\n'
        '[[vary]]\nvalue = "progression.confirmation.visits"\noptions = ["all"]\n'
        "[[vary]]\noptions = [1, 2]\n"
        '[[vary]]\nvalue = "estimation.level"\noptions = [0.9, 0.95]\n'
        "[[illegal]]\nwhen = {}\n",
    )
    for words in (
        "unknown key 'colour'",
        "one of the endpoint's times: 1, 2, 3, 5",
        "Did you mean progression.confirmation.days?",
        "found 1 item; allowed: a list of at least two options",
        "because this row names no value",
        "'estimation.level'",
        "illegal[1].why",
        "illegal[1].when",
    ):
        assert words in said, words


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (DAYS + DAYS, "each value set by one choice"),
        (DAYS.replace("84, 168", "84, 84"), "the same option twice"),
        (
            VISITS.replace('"all", "last"', '{ label = "a", value = "all" }, { label = "a", value = "last" }'),
            "a label twice",
        ),
        ("", "at least one [[vary]]"),
        (DAYS.replace("[84, 168]", str(list(range(1, 1100)))), "at most 1,000"),
        (DAYS + '[[sources]]\nof = ["x"]\nstatus = "verified"\ncitation = "c"\n', "the name of a choice"),
    ],
)
def test_what_would_mislead_is_refused(tmp_path: Path, rows: str, words: str) -> None:
    assert words in report(tmp_path, HEAD + rows)


def test_an_unknown_endpoint_or_multiverse_is_named(tmp_path: Path) -> None:
    assert "no endpoint called 'cdp-25w'" in report(tmp_path, HEAD.replace("24", "25") + DAYS)
    with pytest.raises(InputProblems) as found:
        load_multiverse("cpd")
    assert "Did you mean cdp?" in found.value.report()


def test_what_the_reader_refuses_together_is_listed_with_its_reason(tmp_path: Path) -> None:
    reaches = '[[vary]]\nvalue = "progression.reaches"\noptions = ["no", 6.0]\n'
    moves = '[[vary]]\nvalue = "progression.baseline.moves"\noptions = ["fixed", "roving"]\n'
    made = grid(tmp_path, HEAD + reaches + moves)
    assert [one.places for one in made.definitions] == [(0, 0), (0, 1), (1, 0)]
    (refused,) = made.refused
    assert (refused.places, refused.by) == ((1, 1), "the reader of endpoint files")
    assert "baseline.moves" in refused.why


def test_a_value_of_the_composite_itself_can_vary(tmp_path: Path) -> None:
    text = 'endpoint = "neda-3"\n[[vary]]\nvalue = "composite.stop_at_first_failure"\noptions = [true, false]\n'
    made = grid(tmp_path, text)
    assert [one.endpoint.record.stop_at_first_failure for one in made.definitions] == [True, False]
