"""A definition in words leaves out no value and hides no doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from remission.exhibits.definition_words import IDENTITY, definition_table, stated_values, unverified_values
from remission.exhibits.sentences import rests_on
from remission.outcomes.definitions import Estimation, ValueSource, values
from remission.outcomes.endpoint_files import endpoint_names, load_endpoint
from remission.records.cohort import Provenance

NINETY = Estimation(level=0.9)
PROVENANCE = Provenance("made-up", "simulated", "0" * 64)


@pytest.mark.parametrize("name", endpoint_names())
def test_every_value_of_every_endpoint_is_stated(name: str) -> None:
    endpoint = load_endpoint(name)
    stated = {one.name: one for one in stated_values(endpoint)}
    expected = {
        key
        for key, value in values(endpoint).items()
        if key.partition(".")[0] not in (*IDENTITY, "parts") and not hasattr(value, "__dataclass_fields__")
    }
    whole = {"progression", "relapse", "mri", "death", "composite", "censoring"}
    assert stated.keys() == {key for key in expected if key not in whole}
    assert all(one.meaning and one.value for one in stated.values())


def test_values_are_said_with_their_units() -> None:
    said = {one.name: one.value for one in stated_values(load_endpoint("cdp-12w"))}
    assert said["progression.confirmation.days"] == "84 days"
    assert said["progression.confirmation.tolerance_after_days"] == "unlimited"
    assert said["progression.onset.counts_from_day"] == "day 1"
    assert said["progression.thresholds"].startswith("1.5 points from a score of 0.0; 1.0 points from a score of 1.0")
    assert said["estimation.level"] == "95\u00a0%"
    assert said["estimation.at_years"] == "1, 2, 3, 5 years"


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
    assert whole.frame.height - part.frame.height == 3
