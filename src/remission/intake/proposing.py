"""A map proposed from what the files hold, and the questions that they leave open.

What a person said stands; what the files settle is filled in; what fits two ways, or is a word that nobody listed, is a
question. The order: the table of a file, its columns, whether days are dates, then dates, numbers and values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from remission.inputs.as_they_come import SEPARATORS
from remission.intake.looking import OTHER_ENCODINGS, Looked
from remission.intake.mapping import LEFT, OPEN, FileMap, ImportMap
from remission.intake.patterns import (
    ASSUMED_FROM,
    DECIMALS,
    ORDERS,
    fits_days,
    fitting_decimals,
    fitting_orders,
    has_short_year,
    read_date,
)
from remission.intake.words import columns_called, folded, missing_words, tables_called, values_called
from remission.records.schema import TABLES, Column

# More values, or longer ones, are no codes: they may be texts about a person, and stay out of a map.
MOST_CODES, LONGEST_CODE = 20, 24
NUMBER = re.compile(r"\d{4,}")
DECADES = tuple(str(year) for year in range(1900, 2001, 10))
MADE = ("row_id",)
"""Columns that are made where a file lacks them: a row is then called by its number in the file."""


@dataclass(frozen=True)
class Question:
    """What a map leaves open: where in it the answer goes, what is asked, and its answers (any, if there are none).

    `others`: answers that are no choice may be right too. `or_aside`: it may be none of the columns, which are then
    kept aside.
    """

    at: tuple[str, ...]
    ask: str
    choices: tuple[str, ...] = ()
    others: bool = False
    or_aside: bool = False

    def __str__(self) -> str:
        more = ["or another"] * self.others + ["or none, and all of them under aside"] * self.or_aside
        answers = f" ({'; '.join([', '.join(one or 'nothing: not known' for one in self.choices), *more])})"
        return f"{'.'.join(self.at)}: {self.ask}{answers if self.choices else ''}"


@dataclass(frozen=True)
class Proposal:
    """A whole map, with `?` where nobody knows, and a question for each."""

    map: ImportMap
    questions: tuple[Question, ...]


class _Open:
    """Questions, gathered; `ask` gives what stands in the map meanwhile."""

    def __init__(self) -> None:
        self.questions: list[Question] = []

    def ask(
        self,
        at: tuple[str, ...],
        words: str,
        choices: Iterable[str] = (),
        *,
        others: bool = False,
        or_aside: bool = False,
    ) -> str:
        self.questions.append(Question(at, words, tuple(choices), others, or_aside))
        return OPEN


def propose(files: Sequence[Looked], said: ImportMap) -> Proposal:
    """The map of these files: what `said` says, and beside it what they settle."""
    open_ = _Open()
    tables = {one.label: _table(one, said.files.get(one.label, FileMap()), open_) for one in files}
    mapped = {one.label: (one, tables[one.label]) for one in files if tables[one.label].table in TABLES}
    columns = {label: _columns(one, map_, open_) for label, (one, map_) in mapped.items()}
    time = said.time if said.time not in ("", OPEN) else _time(mapped, columns, open_)
    timed = replace(said, time=time)
    whole = {
        label: _filled(mapped[label][0], columns[label], timed, open_) if label in columns else tables[label]
        for label in tables
    }
    proposed = replace(timed, files=whole)
    proposed = replace(proposed, partial_dates=_partial(proposed, mapped, open_))
    for name, ask, choices in _ABOUT:
        if getattr(said, name) == OPEN:
            open_.questions.insert(0, Question((name,), ask, choices))
    return Proposal(proposed, tuple(open_.questions))


_ABOUT = (
    ("licence", "what may the records be used for?", ()),
    ("day_zero", "what is day zero (treatment start, randomisation, transplant)?", ()),
    ("kind", "what are the records?", ("observed", "reconstructed", "simulated")),
)


def _table(one: Looked, said: FileMap, open_: _Open) -> FileMap:
    """Which table it is, and how the file is to be read."""
    at = ("files", one.label)
    made = replace(said, encoding=one.encoding, separator=one.separator)
    if one.text and not one.encoding:
        words = "its bytes are no UTF-8; which encoding is it?"
        made = replace(made, encoding=open_.ask((*at, "encoding"), words, OTHER_ENCODINGS, others=True))
    if one.text and not one.separator:
        words = "what stands between its cells?"
        made = replace(made, separator=open_.ask((*at, "separator"), words, SEPARATORS, others=True))
    if said.table != OPEN:
        return made
    named = tables_called(one.sheet) if one.sheet else ()
    named = named or tables_called(one.file.rpartition(".")[0])
    table = named[0] if len(named) == 1 else open_.ask((*at, "table"), "which table is it?", (*TABLES, LEFT))
    return replace(made, table=table)


def _columns(one: Looked, said: FileMap, open_: _Open) -> FileMap:
    """Which column is which; what no column takes is kept aside."""
    at, called = ("files", one.label), columns_called(said.table)
    taken = {name for name in said.columns.values() if name != OPEN} | set(said.aside)
    meant: dict[str, list[str]] = {}
    for name in one.header:
        for column in called.get(folded(name), ()) if name not in taken else ():
            if said.columns.get(column, OPEN) == OPEN and column not in said.fixed:
                meant.setdefault(column, []).append(name)
    # A column by its own name needs nobody to say so, whatever else could be meant by it.
    meant = {column: [column] if column in names else names for column, names in meant.items()}
    several = {name for name in one.header if sum(name in names for names in meant.values()) > 1}
    columns = {column: name for column, name in said.columns.items() if name != OPEN}
    for column, names in meant.items():
        sure = len(names) == 1 and names[0] not in several
        words = f"which column is {column}?"
        columns[column] = names[0] if sure else open_.ask((*at, "columns", column), words, names, or_aside=True)
    fixed = dict(said.fixed)
    for column in _needed(said.table):
        if column in columns or fixed.get(column, OPEN) != OPEN:
            continue
        if TABLES[said.table].name == "subjects" and column == "entered":
            words = "no column says who entered; did everybody in this file?"
            fixed[column] = open_.ask((*at, "fixed", column), words, ("yes", "no"))
        else:
            columns[column] = open_.ask((*at, "columns", column), f"which column is {column}?", one.header)
    aside = [name for name in one.header if name not in columns.values()]
    return replace(said, columns=columns, fixed=fixed, aside=tuple(aside))


def _needed(table: str) -> tuple[str, ...]:
    return tuple(name for name in TABLES[table].required if name not in MADE)


def column_of(table: str, name: str, whole: ImportMap) -> Column:
    """The column of the schema, of day zero, or of a covariate."""
    if name == "day_zero_date":
        return Column(name, "day", "Date of day zero")
    own = {covariate.name: covariate.column for covariate in whole.covariates}
    return own[name] if name in own else TABLES[table].column(name)


def _known(one: Looked, map_: FileMap, name: str) -> list[str]:
    """The distinct values of a column of the file that say anything."""
    unknown = missing_words() | {text.casefold() for text in map_.missing}
    return [] if name == OPEN else [text for text in dict.fromkeys(one.values(name)) if text.casefold() not in unknown]


def _days(one: Looked, map_: FileMap) -> dict[str, list[str]]:
    """The values of each column of days."""
    days = {*TABLES[map_.table].named("day"), "day_zero_date"}
    return {column: _known(one, map_, name) for column, name in map_.columns.items() if column in days}


def _time(mapped: Mapping[str, tuple[Looked, Any]], columns: Mapping[str, FileMap], open_: _Open) -> str:
    values = [
        text for label, map_ in columns.items() for days in _days(mapped[label][0], map_).values() for text in days
    ]
    counted = sum(map(fits_days, values))
    if not values or (0 < counted < len(values) and not _dates_beside_years(values)):
        return open_.ask(("time",), "do columns of days hold dates, or days since day zero?", ("dates", "days"))
    return "days" if counted == len(values) else "dates"


def _dates_beside_years(values: Iterable[str]) -> bool:
    """Is every value without signs a year, beside others that are dates?"""
    return all(len(text) == 4 and bool(read_date(text, "YYYY-MM-DD")) for text in values if fits_days(text))


def _filled(one: Looked, map_: FileMap, whole: ImportMap, open_: _Open) -> FileMap:
    """The file's map with dates, decimal sign, values and what means nothing known."""
    at = ("files", one.label)
    dates = {column: order for column, order in map_.dates.items() if order != OPEN}
    days = _days(one, map_) if whole.time == "dates" else {}
    for column, values in days.items():
        orders = fitting_orders(values)
        if column not in dates and values:
            dates[column] = (
                orders[0]
                if len(orders) == 1
                else open_.ask((*at, "dates", column), _which_order(column, orders), orders or ORDERS)
            )
    if whole.time == "dates" and map_.table == "subjects" and "day_zero_date" not in map_.columns:
        asked = open_.ask((*at, "columns", "day_zero_date"), "which column is the date of day zero?", one.header)
        map_ = replace(map_, columns={**map_.columns, "day_zero_date": asked})
    made = replace(
        map_,
        dates=dates,
        years_from=_years_from(at, map_, days, open_),
        decimal=_decimal(one, map_, whole, open_),
        values=_values(one, map_, whole, open_),
    )
    return replace(made, missing=_missing(one, map_, whole))


def _years_from(at: tuple[str, ...], map_: FileMap, days: Mapping[str, Sequence[str]], open_: _Open) -> str:
    short = any(has_short_year(text) for values in days.values() for text in values)
    if not short or map_.years_from not in ("", OPEN):
        return map_.years_from
    words = (
        "years have two digits; in which hundred years do they lie? Their first year: by 1930, 29 is 2029, 30 is 1930"
    )
    return open_.ask((*at, "years_from"), words, DECADES, others=True)


def _which_order(column: str, orders: Sequence[str]) -> str:
    if orders:
        return f"all dates of {column} fit more than one order; which is it?"
    return f"no order fits all dates of {column}; which is it? Rows of other dates will be listed"


def _of_kind(map_: FileMap, whole: ImportMap, *kinds: str) -> dict[str, str]:
    """The columns of some kinds that a column of the file fills, covariates among them."""
    pairs = map_.columns.items()
    return {name: file for name, file in pairs if file != OPEN and column_of(map_.table, name, whole).kind in kinds}


def _decimal(one: Looked, map_: FileMap, whole: ImportMap, open_: _Open) -> str:
    if map_.decimal not in ("", OPEN):
        return map_.decimal
    values = [text for name in _of_kind(map_, whole, "number", "integer").values() for text in _known(one, map_, name)]
    signs = fitting_decimals(values)
    words = "numbers fit two decimal signs; which is it?"
    return signs[0] if len(signs) == 1 else open_.ask(("files", one.label, "decimal"), words, DECIMALS)


def _values(one: Looked, map_: FileMap, whole: ImportMap, open_: _Open) -> dict[str, dict[str, str]]:
    """For each column of choices what its values mean: said, or a listed word, or asked."""
    made: dict[str, dict[str, str]] = {}
    for column, name in _of_kind(map_, whole, "choice").items():
        declared = column_of(map_.table, column, whole)
        known, words = values_called(declared), dict(map_.values.get(column, {}))
        own = set(declared.choices) if declared.choices else set(known.values())
        open_values = [text for text in _known(one, map_, name) if text not in own and words.get(text, OPEN) == OPEN]
        words |= {text: known[folded(text)] for text in open_values if folded(text) in known}
        unknown = [text for text in open_values if folded(text) not in known]
        codes = [text for text in unknown if len(text) <= LONGEST_CODE and not NUMBER.search(text)]
        for text in codes if len(unknown) <= MOST_CODES else ():
            at = ("files", one.label, "values", column, text)
            words[text] = open_.ask(at, f"what does {text} mean in {name}?", (*sorted(own), ""))
        if words:
            made[column] = words
    return made


def _missing(one: Looked, map_: FileMap, whole: ImportMap) -> tuple[str, ...]:
    """Words for nothing known that stand in columns of days, numbers and choices; in texts they may be names."""
    columns = {**_of_kind(map_, whole, "day", "number", "integer", "choice")}
    found = {text for name in columns.values() for text in one.values(name) if text.casefold() in missing_words()}
    own = {text for column in map_.values.values() for text in column}
    return tuple(sorted({*map_.missing, *(found - own)}))


def _partial(map_: ImportMap, mapped: Mapping[str, tuple[Looked, Any]], open_: _Open) -> str:
    if map_.partial_dates not in ("", OPEN) or map_.time != "dates":
        return map_.partial_dates
    for label, (one, _) in mapped.items():
        for column, values in _days(one, map_.files[label]).items():
            order = map_.files[label].dates.get(column, OPEN)
            read = [read_date(text, order, ASSUMED_FROM) for text in values] if order in ORDERS else []
            if any(day and len(day) < len("YYYY-MM-DD") for day in read):
                words = "some dates are a month or a year; which of its days stands for it?"
                return open_.ask(("partial_dates",), words, ("refuse", "first", "middle", "last"))
    return ""
