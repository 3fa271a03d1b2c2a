"""Endpoint files: every file of the library loads, and every mistake is named with what would be right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from remission.inputs.problems import InputProblems
from remission.outcomes.definitions.consistency import check_definition
from remission.outcomes.definitions.reading import endpoint_names, load_endpoint
from remission.outcomes.definitions.records import Estimation, values
from remission.outcomes.rules.progression import as_numbers

GOOD = """
name = "mine"
title = "Mine"
event_free = "Free"
rule = "progression"
[progression]
thresholds = [{ baseline_from = 0.0, change = 1.0 }]
[progression.confirmation]
days = 84
"""


def load(tmp_path: Path, text: str) -> object:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return load_endpoint(file)


def refused(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(InputProblems) as found:
        load(tmp_path, text)
    return [str(problem) for problem in found.value.problems]


@pytest.mark.parametrize("name", endpoint_names())
def test_every_definition_of_the_library_loads_and_names_its_sources(name: str) -> None:
    endpoint = load_endpoint(name)
    assert endpoint.name == name
    assert endpoint.sources or endpoint.rule == "death"  # dying needs no definition
    assert all(source.citation for source in endpoint.sources)


def test_the_library_ships_what_it_promises() -> None:
    promised = {"halt-ms-efs", "halt-ms-efs-3y", "neda-3", "cdp-12w", "cdp-24w", "relapse-free", "death"}
    assert promised <= set(endpoint_names())


def test_an_unknown_key_is_refused_with_the_nearest_known_one(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD.replace("days = 84", "days = 84\ntolerance_befor_days = 7")) == [
        "mine.toml, key progression.confirmation.tolerance_befor_days: found unknown key 'tolerance_befor_days'; "
        "allowed: days, tolerance_before_days, tolerance_after_days, further, visits, after_relapse_days, "
        "before_relapse_days, scheduled_only, sustained_days. "
        "Did you mean tolerance_before_days?"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "mine"', 'name = "a b/../c"', "letters, digits"),
        ("change = 1.0", "change = 40.0", "at most 10"),
        ("days = 84", "days = 84\n[progression.baseline]\nfrom_day = 50\nto_day = -100", "on or before to_day"),
        ("days = 84", 'days = 84\n[progression.relapse_association]\nonset_before_days = "from preceding"', "both"),
        ('rule = "progression"', 'rule = "progresion"', "Did you mean progression?"),
        ("days = 84", 'days = "84"', "found '84'; allowed: a whole number, or 'none'"),
        ("days = 84", "days = 0", "found 0; allowed: 1 to 100000"),
        ("days = 84", "days = 3000000000", "found 3000000000; allowed: 1 to 100000"),
        ("change = 1.0", "change = 0.7", "steps of 0.5"),
        ("baseline_from = 0.0", "baseline_from = 1.0", "rows from 0 on"),
        ('title = "Mine"', "", "found no such key; allowed: text in quotes. Add it. Title, as on a figure."),
        ("days = 84", "days = 84\n[relapse]", "[relapse] beside rule = 'progression'"),
        ("days = 84", 'days = 84\n[[sources]]\nof = ["progression.day"]\nstatus = "verified"\ncitation = "x"',
         "'progression.day'; allowed: the dotted name of a value"),
        ("days = 84", 'days = 84\n[[sources]]\nof = ["progression.mesure"]\nstatus = "verified"\ncitation = "x"',
         "sources[1].of: found 'progression.mesure'; allowed: the dotted name of a value. Did you mean progression.m"),
        ("[{ baseline_from = 0.0, change = 1.0 }]", "[]",
         "key progression.thresholds: found no items; allowed: tables [[progression.thresholds]]"),
        ("[progression]", "[progression]\nraters = []",
         "key progression.raters: found no items; allowed: a list with at least one item"),
        ("[progression]", "sources = []\n[progression]", "key sources: found no items"),
        ("[progression]", 'censoring = ""\n[progression]', "found ''; allowed: a table [censoring]"),
        ("days = 84", "days = 84\n[readings]\nwindows = [{ from_day = 0, to_day = 9 }, { from_day = 9, to_day = 9 }]",
         "key readings.windows[2]: found from 9 to 9; allowed: to_day after from_day"),
        ("days = 84", "days = = 84", "found text that is not TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in " ".join(refused(tmp_path, GOOD.replace(old, new)))


ROWS = "thresholds = [{ baseline_from = 0.0, change = 1.0 }]"


def with_thresholds(count: int, key: str = "thresholds") -> str:
    """A definition by walking time, which has steps enough for a long table."""
    rows = ", ".join(f"{{ baseline_from = {second}, percent = 20 }}" for second in range(count))
    table = f'measure = "t25fw"\n{key} = [{rows}]'
    return GOOD.replace(ROWS, table if key == "thresholds" else f"{ROWS}\n{table}")


def with_windows(count: int) -> str:
    further = ", ".join(f"{{ days = {100 * number} }}" for number in range(1, count))
    return GOOD.replace("days = 84", f"days = 84\nfurther = [{further}]")


@pytest.mark.parametrize("key", ["thresholds", "improvement"])
def test_a_table_of_thresholds_is_as_long_as_a_walk_has_room_for_and_no_longer(tmp_path: Path, key: str) -> None:
    longest = load(tmp_path, with_thresholds(32, key))
    numbers = as_numbers(longest.record)  # type: ignore[attr-defined]
    assert (numbers["worse_count"], numbers["better_count"]) == ((32, 32) if key == "thresholds" else (1, 32))
    assert refused(tmp_path, with_thresholds(33, key)) == [
        f"mine.toml, key progression.{key}: found 33 rows; allowed: at most 32 rows. Take rows together."
    ]


def test_there_are_at_most_as_many_confirmation_windows_as_a_walk_has_room_for(tmp_path: Path) -> None:
    most = load(tmp_path, with_windows(16))
    assert as_numbers(most.record)["window_count"] == 16  # type: ignore[attr-defined]
    assert refused(tmp_path, with_windows(17)) == [
        "mine.toml, key progression.confirmation.further: found 17 windows; allowed: at most 16 windows, the first one "
        "with them. Take windows together."
    ]


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("days = 84", 'days = "x"\nvisits = "some"').replace('title = "Mine"', "")
    assert len(refused(tmp_path, text)) == 3


def test_an_unknown_name_lists_the_library() -> None:
    with pytest.raises(InputProblems, match="halt-ms-ef") as found:
        load_endpoint("halt-ms-ef")
    assert "Did you mean halt-ms-efs?" in found.value.report()


def test_a_composite_may_name_files_beside_it_and_never_itself(tmp_path: Path) -> None:
    load(tmp_path, GOOD)
    whole = 'name = "whole"\ntitle = "W"\nevent_free = "F"\nrule = "composite"\n[composite]\nparts = ["{}", "death"]\n'
    (tmp_path / "whole.toml").write_text(whole.format("mine.toml"), encoding="utf-8")
    assert [part.name for part in load_endpoint(tmp_path / "whole.toml").parts] == ["mine", "death"]
    (tmp_path / "whole.toml").write_text(whole.format("whole.toml"), encoding="utf-8")
    with pytest.raises(InputProblems) as found:
        load_endpoint(tmp_path / "whole.toml")
    assert "which contains this endpoint" in found.value.report()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('parts = ["death", "relapse-free", "death"]', "parts: found 'death' twice; allowed: each part once"),
        ("parts = [" + "'death', " * 10_000 + "]", "parts: found 'death' 10,000 times; allowed: each part once"),
        # The name decides, and not the file.
        ('parts = ["death", "again.toml"]', "parts: found 'death' twice; allowed: each part once"),
        (
            'parts = ["relapse-free"]\nlate_death_days = 30',
            "late_death_days: found 30; allowed: 'unlimited', without a",
        ),
        (
            'parts = ["death"]\nobservation = "any part"\nlate_death_days = 30',
            "late_death_days: found 30; allowed: 'unl",
        ),
    ],
)
def test_a_composite_that_would_count_twice_or_ignore_a_value_is_refused(tmp_path: Path, rows: str, said: str) -> None:
    again = 'name = "death"\ntitle = "D"\nevent_free = "F"\nrule = "death"\n[death]\n'
    (tmp_path / "again.toml").write_text(again, encoding="utf-8")
    whole = f'name = "whole"\ntitle = "W"\nevent_free = "F"\nrule = "composite"\n[composite]\n{rows}\n'
    (line,) = refused(tmp_path, whole)
    assert said in line


@pytest.mark.parametrize(
    ("years", "said"),
    [
        (", ".join(f"{1 + at / 50:g}" for at in range(51)), "51 times; allowed: 50 times or fewer"),
        ("1, 2, 2", "2 after a time that is no earlier; allowed: times that rise"),
        # Of one day, which is the 365th.
        ("1, 1.001", "1.001 after a time that is no earlier"),
        ("5, 1", "1 after a time that is no earlier"),
    ],
)
def test_times_of_estimates_are_few_and_rise(tmp_path: Path, years: str, said: str) -> None:
    (line,) = refused(tmp_path, f"{GOOD}[estimation]\nat_years = [{years}]\n")
    assert said in line
    assert "estimation.at_years" in line
    load(tmp_path, f"{GOOD}[estimation]\nat_years = [{years[:1]}]\n")
    copied = replace(load_endpoint("death"), estimation=Estimation(at_years=(1.0, 1.0)))
    with pytest.raises(InputProblems):
        check_definition(copied)


def test_none_and_unlimited_are_words(tmp_path: Path) -> None:
    endpoint = load(tmp_path, GOOD.replace("days = 84", 'days = "none"\ntolerance_after_days = "unlimited"'))
    assert values(endpoint)["progression.confirmation.days"] is None  # type: ignore[arg-type]


def test_parts_run_on_the_clock_and_under_the_censoring_of_their_composite(tmp_path: Path) -> None:
    load(tmp_path, GOOD + "[censoring]\ngap_days = 100\n")
    whole = """name = "whole"\ntitle = "W"\nevent_free = "F"\nrule = "composite"\norigin_day = 30
[composite]\nparts = ["mine.toml", "death"]\n"""
    (tmp_path / "whole.toml").write_text(whole, encoding="utf-8")
    parts = load_endpoint(tmp_path / "whole.toml").parts
    assert [part.origin_day for part in parts] == [30, 30]
    assert parts[0].censoring is not None
    assert parts[0].censoring.gap_days == 100
    (tmp_path / "whole.toml").write_text(whole + "[censoring]\ngap_days = 7\n", encoding="utf-8")
    assert [part.censoring.gap_days for part in load_endpoint(tmp_path / "whole.toml").parts if part.censoring] == [
        7,
        7,
    ]
