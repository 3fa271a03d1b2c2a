"""Which therapy a name is, and what a section of an Act means."""

from __future__ import annotations

import pytest

from remission.foi.answers.medicines import looks_like, named_medicine
from remission.foi.answers.periods import Period, counted_in, period_in
from remission.foi.reasons import known_sections, reason_of, refusal_rows, sections_in
from remission.library.catalogue import brands, therapies


def test_every_brand_and_every_therapy_of_the_library_is_known() -> None:
    for brand, therapy in brands().items():
        named = named_medicine(f"{brand.upper()}® 20 mg injection")
        assert named is not None
        assert named.therapies == (therapy,)
    for name in therapies():
        found = named_medicine(name)
        assert found is not None
        assert found.therapies == (name,)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Copaxone/Brabio", ("glatiramer acetate",)),
        ("Interferon beta-1a (Rebif)", ("interferon beta-1a sc",)),
        ("Avonex and Rebif", ("interferon beta-1a im", "interferon beta-1a sc")),
        ("Tecfidera/fingolimod", ("dimethyl fumarate", "fingolimod")),
        ("Ampyra/Fampyra", ()),
        ("Others", ()),
        ("Interferon beta 1a", ()),
        ("Gilenya, Fampyra", ()),
    ],
)
def test_a_cell_names_what_it_names(written: str, names: tuple[str, ...]) -> None:
    found = named_medicine(written)
    assert found is not None
    assert found.therapies == names
    assert bool(found.why) != bool(names)


def test_a_name_that_only_looks_like_one_is_advice_and_no_match() -> None:
    assert named_medicine("Tecfidara") is None
    assert looks_like("Tecfidara") == "Did you mean tecfidera?"
    assert named_medicine("Tysabri and something else") is None


def test_the_same_section_means_two_things_in_two_acts() -> None:
    assert reason_of("FOIA", "s38").words == "health and safety"
    assert reason_of("FOISA", "s38(1)(b)").words == "personal information (small numbers)"
    assert reason_of("FOISA", "s33").words == "commercial interests"
    assert reason_of("FOIA", "s33").words == "audit functions"
    assert reason_of("FOIA", "s14(2)").words == "repeated request"


def test_an_unknown_section_is_kept_and_said_to_be_unknown() -> None:
    row = refusal_rows({"code": "RA2"}, "FOIA", ["s99"])[0]
    assert (row["section"], row["kind"]) == ("s99", "unknown")
    assert refusal_rows({"code": "RA2"}, "FOIA", [])[0]["reason"] == "no section was stated"
    assert {"s12", "s14", "s40"} <= set(known_sections("FOIA"))


def test_sections_are_found_in_sentences() -> None:
    assert sections_in("exempt under Section 40(2) and s.12") == ("s40(2)", "s12")
    assert sections_in("we treated 40 people") == ()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Patients as at 31 March 2026", "2026-03-31", "2026-03-31"),
        ("2024/25", "2024-04-01", "2025-03-31"),
        ("01/01/2015 to 31/12/2015", "2015-01-01", "2015-12-31"),
        ("February 2024", "2024-02-01", "2024-02-29"),
        ("2025", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_period_is_read_with_day_before_month(text: str, first: str, last: str) -> None:
    found = period_in(text)
    assert (str(found.start), str(found.end)) == (first, last)


def test_what_is_counted_is_read_from_the_words_above() -> None:
    assert counted_in("Number of patients in the last 12 months", Period()) == "ever in period"
    assert counted_in("Packs issued", Period()) == "packs"
    assert counted_in("Patients", Period()) is None
