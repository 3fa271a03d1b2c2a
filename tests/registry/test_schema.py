"""What a person can tell is what the Cohort declares, and nothing drifts from it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from remission.library.catalogue import table, therapies
from remission.records.schema import TABLES
from remission.registry.schema import ANSWERABLE, OWN, OWN_TABLES, Field, Word, countries, fields, words


@dataclass(frozen=True)
class Regimen:
    conditioning: str


@pytest.mark.parametrize("field", [one for one in fields().values() if one.table in TABLES], ids=lambda one: one.name)
def test_a_field_of_the_cohort_is_the_column_that_the_cohort_declares(field: Field) -> None:
    column = TABLES[field.table].column(field.column.name)
    told = (field.kind, field.unit, field.meaning, field.column.low, field.column.high, field.column.step)
    assert told == (column.kind, column.unit, column.meaning, column.low, column.high, column.step)
    assert field.column.gap == column.gap
    if column.vocabulary:
        assert field.choices == tuple(therapies())
    elif column.kind != "text":
        assert field.choices == column.choices


def test_nothing_of_the_cohort_is_told_in_own_words() -> None:
    assert [one.name for one in fields().values() if one.in_own_words and one.table in TABLES] == []
    own = {one.name for one in fields().values() if one.in_own_words}
    assert own == {"registry.centre_words", "registry.refused_words", "registry.own_words"}


def test_no_own_table_or_field_has_a_name_of_the_cohort() -> None:
    assert not set(OWN_TABLES) & set(TABLES)
    assert set(ANSWERABLE) <= {*TABLES, *OWN_TABLES}


def test_every_list_of_words_belongs_to_a_field_and_leaves_a_way_out() -> None:
    assert set(words()) <= set(fields())
    assert all("other" in fields()[name].choices for name in words())
    told = [(one.field, one.word) for one in table("registry_words", Word)]
    assert len(told) == len(set(told))


def test_conditioning_has_every_word_of_the_regimens_of_the_library() -> None:
    assert {one.conditioning for one in table("regimens", Regimen)} < set(fields()["treatments.conditioning"].choices)


def test_only_a_delegate_tells_of_a_death_and_never_to_the_subjects_table() -> None:
    assert [one.name for one in fields().values() if one.of_delegate] == ["registry.death_day"]
    assert "death_day" not in ANSWERABLE["subjects"]


def test_one_row_a_person_or_one_an_episode() -> None:
    assert not fields()["registry.who_paid"].repeats
    assert fields()["relapses.day"].repeats
    assert OWN.unique == ("subject_id",)


def test_countries_have_codes_of_two_letters() -> None:
    assert len(countries()) == 249
    assert all(len(code) == 2 and code.isupper() for code in countries())
