"""Values set for one run: refused as in a file, told wherever the definition is shown, and never the library's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from remission.inputs.problems import InputProblems
from remission.multiverse.identity import definition_id
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.settings import load_changed_endpoint, read_settings
from remission.report.definitions.text import definition_text
from remission.report.definitions.words import values_used

AFTER = "progression.baseline.after_relapse_days"


def refused(name: str, sets: dict[str, Any]) -> str:
    with pytest.raises(InputProblems) as raised:
        load_changed_endpoint(name, sets)
    return raised.value.report()


def test_what_was_set_is_said_beside_what_it_replaces_and_borrows_no_source() -> None:
    changed = load_changed_endpoint("cdp-12w", {AFTER: 0, "progression.baseline.moves": "roving"})
    said = {one.name: one for one in values_used(changed, None)}
    assert said[AFTER].value == "0 days (set for this report; definition: 30 days)"
    assert (said[AFTER].status, said[AFTER].source) == ("set for this report", None)
    # One that the definition does not use, and so never says.
    assert said["progression.baseline.moves"].value == "roving (set for this report; definition: not used)"
    assert said["progression.confirmation.days"].status == "verified"
    assert changed.title == "Disability progression confirmed after 12 weeks (changed)"
    # A level that a report sets beside it is said once.
    told = values_used(changed, load_endpoint("halt-ms-efs").estimation)
    assert [one.value.count("set for this report") for one in told if one.overridden] == [1] * 3


def test_an_option_that_was_turned_off_is_said_too() -> None:
    changed = load_changed_endpoint("raw", {"progression.baseline.moves": "fixed"})
    assert "not used (set for this report; definition: roving)" in definition_text(changed)


def test_a_value_of_a_part_is_set_after_its_name_and_told_of_that_part() -> None:
    changed = load_changed_endpoint("neda-3", {f"cdp-12w.{AFTER}": 0})
    assert [part.changed_from is not None for part in changed.parts] == [
        part.name == "cdp-12w" for part in changed.parts
    ]
    assert definition_text(changed).count("set for this report") == 1


def test_values_that_it_has_already_change_nothing_and_it_keeps_its_name() -> None:
    assert load_changed_endpoint("cdp-12w", {AFTER: 30}) is not None
    assert load_changed_endpoint("cdp-12w", {AFTER: 30}).name == "cdp-12w"
    assert load_changed_endpoint("cdp-12w", {}) == load_endpoint("cdp-12w")


def test_a_changed_definition_has_the_id_of_its_values() -> None:
    changed = load_changed_endpoint("cdp-12w", {AFTER: 0})
    assert definition_id(changed) != definition_id(load_endpoint("cdp-12w"))
    # Whatever it was changed from.
    assert definition_id(changed) == definition_id(replace(changed, changed_from=None))


@pytest.mark.parametrize(
    ("name", "sets", "told"),
    [
        ("neda-3", {AFTER: 0}, f"Did you mean cdp-12w.{AFTER}?"),
        ("cdp-12w", {"progression.baselin.to_day": 0}, "Did you mean progression.baseline.to_day?"),
        ("cdp-12w", {"name": "mine"}, "--set: found name"),
        ("cdp-12w", {AFTER: -1}, f"cdp-12w.toml, key {AFTER}: found -1"),
        ("cdp-12w", {AFTER: "none"}, f"cdp-12w.toml, key {AFTER}: found 'none'"),
        ("cdp-12w", {"progression.baseline.choose": "frist"}, "Did you mean first?"),
        ("neda-3", {f"cdp-12w.{AFTER}": -1}, f"cdp-12w.toml, key {AFTER}: found -1"),
    ],
)
def test_what_a_file_may_not_say_may_not_be_set(name: str, sets: dict[str, Any], told: str) -> None:
    assert told in refused(name, sets)


@pytest.mark.parametrize("written", [["x"], ["=3"], ["x="], ["a=1", "a=2"]])
def test_what_is_no_setting_is_told(written: list[str]) -> None:
    with pytest.raises(InputProblems) as raised:
        read_settings(written)
    assert "--set: found" in raised.value.report()


def test_a_value_is_as_toml_has_it_and_a_word_needs_no_quotes() -> None:
    written = ["a.b=3", "c=first", 'd="last"', "e=[1, 2]", "f=true", "g=to the last visit", "h = 1.5"]
    assert read_settings(written) == {
        "a.b": 3, "c": "first", "d": "last", "e": [1, 2], "f": True, "g": "to the last visit", "h": 1.5,
    }  # fmt: skip
