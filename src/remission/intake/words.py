"""What tables, columns and values are called in exports, by the tables of the library: a word that means one thing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from remission.inputs.declared import key
from remission.library.catalogue import table, therapies
from remission.records.schema import TABLES, YES_NO, Column

EVERY_TABLE = "*"


@dataclass(frozen=True)
class TableWord:
    """A word by which files of a table are called."""

    table: str = key("A table of the cohort", choices=TABLES)
    language: str = key("Two letters")
    word: str = key("The word")


@dataclass(frozen=True)
class ColumnWord:
    """A word by which a column is called; table * is every table."""

    table: str = key("A table of the cohort, or *", choices=(EVERY_TABLE, *TABLES))
    column: str = key("A column of the cohort")
    language: str = key("Two letters")
    word: str = key("The word")


@dataclass(frozen=True)
class ValueWord:
    """A word for a value; of column `missing` it says that nothing is known, and of `yes/no` it is in any such one."""

    column: str = key("A column of choices, yes/no or missing")
    value: str = key("The value of the cohort; nothing for missing", words="text")
    language: str = key("Two letters")
    word: str = key("The word")


def folded(text: str) -> str:
    """A text without what exports differ in: capitals, accents, and signs between words.

    >>> folded("Età (anni)"), folded("subject_id")
    ('eta anni', 'subject id')
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W_]+", plain))


@cache
def tables_called(name: str) -> tuple[str, ...]:
    """Tables that a file or sheet of this name may hold: one, if its name says it.

    >>> tables_called("2021 Ricadute"), tables_called("export")
    (('relapses',), ())
    """
    said = f" {folded(name)} "
    words = {(one.table, folded(one.word)) for one in table("imports/tables", TableWord)}
    words |= {(name, folded(name)) for name in TABLES}
    return tuple(sorted({of for of, word in words if f" {word} " in said}))


@cache
def columns_called(of: str) -> Mapping[str, tuple[str, ...]]:
    """For each folded word the columns of a table that it may mean.

    >>> columns_called("visits")["data visita"]
    ('day',)
    """
    own = {column.name for column in TABLES[of].columns} | ({"day_zero_date"} if of == "subjects" else set())
    found: dict[str, set[str]] = {folded(name): {name} for name in own}
    for one in table("imports/columns", ColumnWord):
        # What the schema itself calls a column is never anything else.
        if one.table in (EVERY_TABLE, of) and folded(one.word) not in map(folded, own):
            found.setdefault(folded(one.word), set()).add(one.column)
    return {word: tuple(sorted(names)) for word, names in found.items()}


@cache
def values_called(column: Column) -> Mapping[str, str]:
    """For each folded word the value of a column of choices that it means; a word that means two is left out."""
    if column.vocabulary:
        known = {(folded(name), name) for name in therapies()}
        known |= {(folded(brand), one.name) for one in therapies().values() for brand in one.brands}
    else:
        known = {(folded(choice), choice) for choice in column.choices}
        of = "yes/no" if column.choices == YES_NO else column.name
        known |= {(folded(one.word), one.value) for one in table("imports/values", ValueWord) if one.column == of}
    words = [word for word, _ in known]
    return {word: value for word, value in known if words.count(word) == 1}


@cache
def missing_words() -> frozenset[str]:
    """Texts, in small letters, by which exports say that nothing is known."""
    return frozenset(one.word.casefold() for one in table("imports/values", ValueWord) if one.column == "missing")
