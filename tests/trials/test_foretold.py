"""Alemtuzumab: the figures that these tools would have given, and that no more is claimed."""

from __future__ import annotations

import pytest

from remission.exhibits.page import tables_of
from remission.trials.phase3.calibration import phase_two_error, told_before
from remission.trials.phase3.foretold import ONE_DRUG, foretold_page, kept_words
from remission.trials.phase3.known_drug import Later, load_known_drug
from remission.trials.phase3.pairs import pairs_of, phase_pairs

# Percent, worked out apart from this code, from the printed shares.
EXPECTED = {
    ("CARE-MS I", "power"): 98.6,
    ("CARE-MS I", "assurance"): 94.2,
    ("CARE-MS I", "power at the published ratio"): 88.3,
    ("CARE-MS I", "assurance at the published ratio"): 80.3,
    ("CARE-MS I", "sceptical prior"): 56.1,
    ("CARE-MS II", "sceptical prior"): 75.4,
}


@pytest.mark.parametrize(("trial", "way"), EXPECTED)
def test_each_way_gives_the_chance_that_was_worked_out_by_hand(trial: str, way: str) -> None:
    (told,) = (one for one in told_before() if (one.trial, one.way) == (trial, way))
    assert 100 * told.chance == pytest.approx(EXPECTED[trial, way], abs=0.05)


def test_the_error_of_phase_ii_is_that_of_about_20_against_29_events() -> None:
    assert phase_two_error() == pytest.approx(0.29, abs=0.005)


def test_what_was_kept_of_the_effect() -> None:
    assert kept_words().startswith(
        "Of the log effect of phase II 0.59 and 0.50 were left for relapses, and 0.29 and 0.44"
    )
    assert len(pairs_of("alemtuzumab")) == 8
    assert all(one.status in ("verified", "secondary") for one in phase_pairs())


def test_the_page_says_at_once_that_it_is_one_drug_and_what_came() -> None:
    page = foretold_page()
    assert page.in_short[0] == ONE_DRUG
    assert page.headlines[0].endswith(
        "56 of 100 for CARE-MS I, and it did not show it; 75 of 100 for CARE-MS II, and it succeeded."
    )
    foretold = next(one for one in tables_of(page.sections) if one.name == "foretold")
    assert foretold.frame.height == 10
    assert foretold.frame["formula"].str.contains("Φ").all()


def test_the_page_is_derived_from_what_was_printed_and_no_trial_was_simulated() -> None:
    page = foretold_page()
    assert page.provenance.kind == "published"
    assert {table.provenance.kind for table in tables_of(page.sections)} == {"published"}
    assert "derived from printed numbers" in page.in_short[1]
    assert "SIMULATED" not in page.provenance.warning


def test_every_count_behind_it_says_how_far_it_was_checked() -> None:
    drug = load_known_drug()
    assert drug.phase2.events_status == "derived"
    assert [one.counted_status for one in drug.phase3] == ["verified", "verified"]
    assert [one.status for one in drug.sources] == ["verified", "derived", "verified", "verified"]
    foretold = next(one for one in tables_of(foretold_page().sections) if one.name == "foretold")
    assert "CARE-MS I 51 (11 % of 187 and 8 % of 376: 21 + 30) [derived]" in foretold.note
    assert "CARE-MS II 40 and 54 people [verified]" in foretold.note


@pytest.mark.parametrize("later", load_known_drug().phase3, ids=lambda one: one.trial)
def test_events_agree_with_how_they_are_said_to_have_been_made(later: Later) -> None:
    assert sum(int(one) for one in later.events_say.split(": ")[1].split(" + ")) == later.events
    assert sum(int(one) for one in later.counted_say.removesuffix(" people").split(" and ")) == later.counted
