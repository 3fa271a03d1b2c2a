"""The words by which exports call tables, columns and values: each names something that is there, and one thing."""

from __future__ import annotations

import pytest

from remission.intake.words import (
    ColumnWord,
    ValueWord,
    columns_called,
    folded,
    missing_words,
    tables_called,
    values_called,
)
from remission.library.catalogue import table
from remission.records.schema import TABLES

COLUMNS = {column.name: column for of in TABLES.values() for column in of.columns}


def test_every_word_for_a_column_names_a_column_of_its_table() -> None:
    wrong = [
        one
        for one in table("imports/columns", ColumnWord)
        if one.table != "*" and one.column not in TABLES[one.table] and one.column != "day_zero_date"
    ]
    assert wrong == []


def test_every_word_for_a_value_names_a_value_of_its_column() -> None:
    wrong = [
        one
        for one in table("imports/values", ValueWord)
        if one.column != "missing"
        and one.value not in (("yes", "no") if one.column == "yes/no" else COLUMNS[one.column].choices)
    ]
    assert wrong == []


def test_no_word_means_two_values() -> None:
    means: dict[tuple[str, str], set[str]] = {}
    for one in table("imports/values", ValueWord):
        if one.column != "missing":
            means.setdefault((one.column, folded(one.word)), set()).add(one.value)
    # An Italian `grave` is a Spanish one; a word of two values would be a guess.
    assert {word: values for word, values in means.items() if len(values) > 1} == {}


@pytest.mark.parametrize("word", ["RR", "rr ms", "SMRR", "Relapsing-Remitting", "schubförmig remittierend"])
def test_capitals_accents_and_signs_between_words_make_no_difference(word: str) -> None:
    assert values_called(COLUMNS["course"])[folded(word)] == "RRMS"


def test_a_therapy_is_known_by_its_brand() -> None:
    assert values_called(TABLES["treatments"].column("therapy"))["tysabri"] == "natalizumab"


def test_a_word_that_may_be_two_tables_or_columns_gives_both() -> None:
    assert tables_called("visite_ricadute") == ("relapses", "visits")
    assert columns_called("subjects")["centro"] == ("centre",)
    assert columns_called("scans")["data"] == ("day",)


def test_nothing_known_is_no_value_of_any_column() -> None:
    values = {choice.casefold() for column in COLUMNS.values() for choice in column.choices}
    # "unknown" and its like are codes of the companions that say why a cell is empty, and of nothing else.
    assert missing_words() & values == set()
