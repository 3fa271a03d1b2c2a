"""A definition in words leaves out no value and hides no doubt."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace

import pytest

from remission.inputs.provenance import Provenance
from remission.outcomes.definitions.changes import Threshold, Window
from remission.outcomes.definitions.reading import endpoint_names, load_endpoint
from remission.outcomes.definitions.records import Estimation, ValueSource
from remission.outcomes.definitions.settings import load_changed_endpoint
from remission.report.definitions.text import definition_text
from remission.report.definitions.words import IDENTITY, definition_table, stated_values, unverified_values, values_used
from remission.report.sentences import rests_on

NINETY = Estimation(level=0.9)
PROVENANCE = Provenance("made-up", "simulated", "0" * 64)


@pytest.mark.parametrize("name", endpoint_names())
def test_every_value_of_every_endpoint_is_stated(name: str) -> None:
    """Every value in use: an option at a default that means 'not used' is left out, and so is an empty record."""
    endpoint = load_endpoint(name)
    stated = {one.name: one for one in stated_values(endpoint)}
    assert stated.keys() == {key for key in in_use(endpoint) if key.partition(".")[0] not in IDENTITY}
    assert all(one.meaning and one.value for one in stated.values())


def in_use(record: object, prefix: str = "") -> set[str]:
    """Names of the values in use, found by another way than the module under test: by what a file would have to say."""
    found = set()
    reached = getattr(record, "reaches", None) is not None
    for item in fields(record):  # type: ignore[arg-type]
        value = getattr(record, item.name)
        name = value.rule if item.name == "record" else item.name  # a file has a table that is called as the rule is
        about = item.metadata
        # The limit of a death that competes, where none does.
        unasked = item.name == "late_death_days" and getattr(record, "death", None) == "censors"
        silent = unasked or about.get("resolved") or (about.get("off") and value == item.default)
        if silent or (value is None and about.get("none") == "") or (reached and item.name == "thresholds"):
            continue
        found |= in_use(value, f"{prefix}{name}.") if is_dataclass(value) else {f"{prefix}{name}"}
    return found


def test_values_are_said_with_their_units() -> None:
    said = {one.name: one.value for one in stated_values(load_endpoint("cdp-12w"))}
    assert said["progression.confirmation.days"] == "84 days"
    assert said["progression.confirmation.tolerance_after_days"] == "unlimited"
    assert said["progression.onset.counts_from_day"] == "day 1"
    assert said["progression.same_day"] == "error"
    assert said["progression.thresholds"].startswith("1.5 points from a score of 0.0; 1.0 points from a score of 1.0")
    assert said["estimation.level"] == "95\u00a0%"
    assert said["estimation.at_years"] == "1, 2, 3, 5 years"


def test_a_death_that_competes_is_said_with_its_limit_and_once() -> None:
    changed = load_changed_endpoint("cdp-12w", {"estimation.death": "competes"})
    for said in ({one.name: one.value for one in values_used(changed, used)} for used in (None, changed.estimation)):
        assert said["estimation.death"] == "competes (set for this report; definition: censors)"
        assert said["estimation.late_death_days"] == "365 days (set for this report; definition: not used)"


def test_a_value_knows_its_source_and_one_without_is_our_choice() -> None:
    status = {one.name: one.status for one in stated_values(load_endpoint("halt-ms-progression"))}
    assert status["progression.thresholds"] == "verified"
    assert status["progression.confirmation.days"] == "unverified"
    assert status["progression.same_day"] == "our choice"


def test_unverified_values_of_the_parts_are_found() -> None:
    named = {one.name for one in unverified_values(load_endpoint("halt-ms-efs"))}
    assert "progression.confirmation.days" in named
    assert "mri.combine" in named


def test_with_every_source_verified_nothing_is_named() -> None:
    endpoint = load_endpoint("halt-ms-efs")
    checked = replace(endpoint, sources=(), parts=tuple(replace(part, sources=()) for part in endpoint.parts))
    assert rests_on(unverified_values(checked)) == []


def test_a_source_may_name_a_whole_record() -> None:
    source = ValueSource(("progression",), "unverified", "somebody")
    endpoint = replace(load_endpoint("cdp-12w"), sources=(source,))
    assert {one.status for one in stated_values(endpoint) if one.name.startswith("progression.")} == {"unverified"}


def test_what_was_set_for_a_report_is_said_and_no_longer_rests_on_the_source() -> None:
    source = ValueSource(("estimation.level",), "unverified", "somebody")
    endpoint = replace(load_endpoint("cdp-12w"), sources=(source,))
    (level,) = [row for row in definition_table(endpoint, PROVENANCE, used=NINETY).rows() if "Confidence level" in row]
    assert level[1:3] == ["90\u00a0% (set for this report; definition: 95\u00a0%)", "set for this report"]
    assert [one.name for one in unverified_values(endpoint)] == ["estimation.level"]
    assert unverified_values(endpoint, NINETY) == []
    assert unverified_values(endpoint, endpoint.estimation) != []


def test_the_parts_of_a_composite_are_named_by_their_titles() -> None:
    (parts,) = [one for one in stated_values(load_endpoint("neda-3")) if one.name == "composite.parts"]
    assert parts.value == "Disability progression confirmed after 12 weeks, Relapse, MRI activity"


def test_no_confirmation_is_a_sentence() -> None:
    said = rests_on(unverified_values(load_endpoint("halt-ms-progression")))
    assert any(one.endswith("no confirmation was asked for") for one in said)
    assert not any(one.endswith(": none") for one in said)


def test_the_table_of_a_part_leaves_the_summary_to_the_whole() -> None:
    endpoint = load_endpoint("cdp-12w")
    whole, part = definition_table(endpoint, PROVENANCE), definition_table(endpoint, PROVENANCE, part=True)
    assert whole.frame.height - part.frame.height == 4


def said_of(name: str, value: str) -> str:
    (found,) = [one.value for one in stated_values(load_endpoint(name)) if one.name == value]
    return found.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("t25fw-20pct", "progression.thresholds", "20 % of the baseline value"),
        ("t25fw-20pct", "progression.measure", "timed 25-foot walk"),
        (
            "sdmt-4pts",
            "progression.thresholds",
            "20 % of the baseline value from a score of 0; 4 answers from a score of 20",
        ),
        ("edss-6", "progression.reaches", "6.0 points"),
        ("spms-lorscheider", "progression.minimum_value", "4.0 points"),
        ("msprog-default", "progression.onset.counts_from_day", "any"),
        ("msprog-default", "progression.baseline.to_day", "any"),
        ("msbase-cdp", "progression.confirmation.sustained_days", "to the last visit"),
        ("pira-mueller-2023", "progression.baseline.moves", "roving"),
        ("pira-kappos-2020", "progression.relapse_association.onset_before_days", "from preceding"),
        ("improvement-lost", "origin_event", "Improvement, at its confirmation"),
        ("relapse-free", "relapse.minimum_days", "1 day"),
        (
            "lublin-2014",
            "readings.windows",
            "after day 0 to day 365; after day 365 to day 731; after day 731 to day 1096",
        ),
    ],
)
def test_measures_windows_and_records_are_said_in_words(name: str, value: str, expected: str) -> None:
    assert said_of(name, value) == expected


def test_an_amount_of_another_measure_has_its_unit() -> None:
    endpoint = load_endpoint("t25fw-20pct")
    rule = replace(endpoint.record, thresholds=(Threshold(0, change=2.5),))
    (said,) = [one.value for one in stated_values(replace(endpoint, record=rule)) if one.name.endswith("thresholds")]
    assert said == "2.5 seconds from a score of 0"


def test_more_windows_of_confirmation_are_said_one_by_one() -> None:
    endpoint = load_endpoint("cdp-12w")
    confirmation = replace(endpoint.record.confirmation, further=(Window(168, 7, 30), Window(336, 0, None)))
    rule = replace(endpoint.record, confirmation=confirmation)
    (said,) = [one.value for one in stated_values(replace(endpoint, record=rule)) if one.name.endswith("further")]
    assert said == "168 days (7 early or 30 late); 336 days (0 early or any late)"


def test_what_an_origin_rests_on_is_named_too() -> None:
    named = {(one.endpoint, one.name) for one in unverified_values(load_endpoint("improvement-lost"))}
    assert ("Improvement, at its confirmation", "progression.confirmation.days") in named


def test_a_definition_in_a_terminal_says_to_which_visit_its_windows_belong() -> None:
    lines = definition_text(load_endpoint("improvement-lost")).splitlines()
    assert (
        lines.index("  Baseline")
        < lines.index("    First day of the window (inclusive): day 0")
        < lines.index("  Onset")
    )
    assert "Improvement, at its confirmation (improvement-confirmed)" in lines
    assert max(map(len, lines)) <= 110
