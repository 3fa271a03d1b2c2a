"""What each row of one file is worth: text becomes months, codes and numbers, and a row that cannot be used says why.

Rules are asked in order, and the first that a row breaks is its explanation. Nothing is repaired by guessing: a code
that a spreadsheet has rounded cannot be had back, and of two amounts for one thing nobody knows which is right. What
is merely odd (a unit never seen, a cost that is no number) is told and kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from remission.inputs.problems import Problem, Severity, nearest, shown
from remission.library.catalogue import table

if TYPE_CHECKING:
    from remission.supply.stock.text import Text

# A renamed column breaks every row of a month: fifty are enough to look at, and the last of them counts the rest.
SHOWN_ROWS = 50
# The identifier that the files give for "no value": it is a code, and would be taken for a unit.
NO_VALUE = "3314211000001106"
# All three ways in which months have been written; a day or a time after it is left away.
MONTH = re.compile(r"(\d{4})-?(\d{2})(?:-\d{2}(?:[T ].*)?)?")
# Identifiers have 6 to 18 digits. The second is what a spreadsheet makes of a long one.
CODE, ROUNDED = r"^\d{6,18}$", r"^\d(\.\d+)?[eE]\+?\d+$"

# Names of a unit are compared as they stand; two rows of one thing in different units are two rows.
KEY = ("month", "ods_code", "vmp_code", "unit")


class Rule(NamedTuple):
    """Why a row cannot be used, where to look, and what would be allowed. `broken` is true where it breaks the rule."""

    why: str
    column: str
    broken: pl.Expr
    allowed: str
    next_step: str


@dataclass(frozen=True, eq=False)
class Judged:
    """The rows with typed columns; `why` is null for a row that can be used. `problems` are told, each with its row."""

    rows: pl.DataFrame
    problems: tuple[Problem, ...]


def judge(file: str, text: Text, month: date | None) -> Judged:
    """Rows of text to rows of `row, month, ods_code, vmp_code, vmp_name, unit, quantity, cost, why`.

    `month` is that of the file's name; None: it may hold several. Codes stay text. Quantities are in the unit named,
    negative ones are kept; cost is in pounds, null where none is given.

    >>> from remission.supply.stock.text import read_text
    >>> names = b"year_month,ods_code,vmp_snomed_code,vmp_product_name,total_quantity"
    >>> text = read_text("m.csv", names + b"\\n202505,RA2,7.03E+16,Teriflunomide 14mg tablets,28")
    >>> judge("m.csv", text, date(2025, 5, 1)).rows["why"].to_list()
    ['code in scientific notation']
    """
    # Rules before duplicates: a row that cannot be used neither repeats nor contradicts another.
    rows = _typed(text.rows).with_columns(why=_first_why(_rules(month)))
    rows = _with_duplicates(rows)
    problems = [*text.problems, *_explanations(file, text.rows, rows, month), *_oddities(file, text.rows, rows)]
    return Judged(rows.drop("whole", "unit_code"), tuple(_as_published(one, text) for one in problems))


def _as_published(problem: Problem, text: Text) -> Problem:
    """A problem with the column under the name that the file has for it."""
    # Whoever looks for it in the file knows only the published name.
    columns = text.header.columns if text.header else {}
    return replace(problem, column=columns.get(problem.column or "", problem.column))


def _typed(rows: pl.DataFrame) -> pl.DataFrame:
    # Each way of writing is read once; a file has one or two of them.
    months = {found: month_of(found) for found in rows["month"].unique().to_list() if found is not None}
    code = pl.col("ods_code", "vmp_code", "vmp_name").str.strip_chars()
    typed = rows.with_columns(
        pl.col("month").replace_strict(months, return_dtype=pl.Date, default=None),
        code,
        pl.col("quantity", "cost").str.strip_chars().cast(pl.Float64, strict=False),
    )
    blank = pl.col("ods_code", "vmp_code", "vmp_name")
    finite = pl.col("quantity", "cost")
    return typed.with_columns(
        # Empty text becomes null, so that one test finds what is missing.
        pl.when(blank != "").then(blank),
        # "NaN" and "inf" are numbers to the reader and no amounts.
        pl.when(finite.is_finite()).then(finite),
        unit=_unit_names(rows),
    ).with_columns(pl.col("ods_code").str.to_uppercase())


def month_of(found: str) -> date | None:
    """The first day of a month written as YYYYMM, YYYY-MM or YYYY-MM-DD; None for anything else.

    >>> month_of("202505"), month_of("2025-05"), month_of("2025-05-01"), month_of("May-25"), month_of("202513")
    (datetime.date(2025, 5, 1), datetime.date(2025, 5, 1), datetime.date(2025, 5, 1), None, None)
    """
    read = MONTH.fullmatch(found.strip())
    # A year outside this range is another number that happens to have six digits.
    if read is None or not 1 <= int(read[2]) <= 12 or not 1990 <= int(read[1]) <= 2100:
        return None
    return date(int(read[1]), int(read[2]), 1)


@dataclass(frozen=True)
class _Unit:
    identifier: str
    name: str


@cache
def known_units() -> dict[str, str]:
    """Names of units by their identifier, as in `library/places/scmd_units.csv`.

    >>> known_units()["258773002"]
    'ml'
    """
    return {row.identifier: row.name for row in table("places/scmd_units", _Unit)}


def _unit_names(rows: pl.DataFrame) -> pl.Series:
    """The unit by the name the file gives, else by the list's name of its identifier; null for "no value"."""
    # A handful of units in a file: each is named once and joined back.
    pairs = rows.select("unit_code", "unit").unique()
    named = pairs.with_columns(
        pl.struct("unit_code", "unit").map_elements(lambda one: _unit_name(**one), pl.String).alias("named")
    )
    if pairs.height == 1:
        return pl.Series("unit", [named["named"][0]], pl.String).new_from_index(0, rows.height)
    joined = rows.select("unit_code", "unit").join(
        named, on=["unit_code", "unit"], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["named"].alias("unit")


def _unit_name(unit_code: str | None, unit: str | None) -> str | None:
    code, name = (unit_code or "").strip(), (unit or "").strip()
    if code == NO_VALUE or name.lower() == "no value":
        return None
    # The file's own name first; without name and list, the identifier is at least not lost.
    return name or known_units().get(code) or (code or None)


def _is_unseen_unit(unit_code: str | None, unit: str | None) -> bool:
    code, name = (unit_code or "").strip(), (unit or "").strip()
    # Unseen only when neither the code nor the name is known: one of them is often left out.
    return bool(code or name) and code not in known_units() and name.lower() not in _unit_words()


@cache
def _unit_words() -> frozenset[str]:
    return frozenset(name.lower() for name in known_units().values())


def _rules(month: date | None) -> tuple[Rule, ...]:
    """Why a row cannot be used, in the order in which it is asked."""
    code, other = pl.col("vmp_code"), pl.lit(False) if month is None else pl.col("month") != month
    look = "The row is left out; look at it in the published file."
    # The first rule broken is the explanation, so the plainest comes first: of half a row its missing month is no
    # news. Scientific notation goes before "no product code", which it also is, because only it says what happened.
    return (
        Rule("not a whole row", "", ~pl.col("whole"), "as many values as the header", look),
        Rule("no month", "month", pl.col("month").is_null(), "a month as YYYYMM or YYYY-MM", look),
        Rule("another month than the file's", "month", other, f"{month:%Y%m}" if month else "", look),
        Rule("no organisation code", "ods_code", pl.col("ods_code").is_null(), "an ODS code", look),
        Rule(
            "code in scientific notation",
            "vmp_code",
            code.str.contains(ROUNDED),
            "all digits of the code",
            "A spreadsheet has rounded it, and it cannot be had back. Fetch the file again; save it from none.",
        ),
        Rule(
            "no product code", "vmp_code", ~code.str.contains(CODE).fill_null(False), "a code of 6 to 18 digits", look
        ),
        Rule("no product name", "vmp_name", pl.col("vmp_name").is_null(), "the name of a product", look),
        Rule("no quantity", "quantity", pl.col("quantity").is_null(), "a number", look),
    )


def _first_why(rules: tuple[Rule, ...]) -> pl.Expr:
    return pl.coalesce(pl.when(rule.broken).then(pl.lit(rule.why)) for rule in rules)


SAME, CONFLICT = "the same row again", "two amounts for one thing"


def _with_duplicates(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that repeat another are counted once; rows that contradict another are not counted at all."""
    usable = pl.col("why").is_null()
    # Whole keys are compared only where their hashes agree: most files have no duplicate at all.
    hashes = rows.select(pl.when(usable).then(pl.struct(KEY).hash()).alias("hash")).to_series()
    suspects = rows.filter(hashes.is_duplicated() & hashes.is_not_null())
    if not suspects.height:
        return rows
    # The same key with the same contents repeats; the same key with other contents contradicts.
    what = [*KEY, "vmp_name", "quantity", "cost"]
    verdicts = suspects.with_columns(first=pl.struct(what).is_first_distinct()).with_columns(
        different=pl.col("first").sum().over(KEY)
    )
    # Neither of two that contradict is counted: the first in the file is no better than the second.
    why = pl.when(pl.col("different") > 1).then(pl.lit(CONFLICT)).when(~pl.col("first")).then(pl.lit(SAME))
    found = verdicts.select("row", why.alias("found")).filter(pl.col("found").is_not_null())
    joined = rows.join(found, on="row", how="left", maintain_order="left")
    return joined.with_columns(why=pl.coalesce("why", "found")).drop("found")


def _explanations(file: str, text: pl.DataFrame, rows: pl.DataFrame, month: date | None) -> Iterator[Problem]:
    """Each row that cannot be used, with what was found in it."""
    if rows["why"].null_count() == rows.height:
        return
    rules = [(rule.why, rule.column, rule.allowed, rule.next_step) for rule in _rules(month)]
    once = "one row for a month, organisation, product and unit"
    rules += [
        (SAME, "vmp_code", once, "It is counted once."),
        (CONFLICT, "quantity", once, "Neither is counted, for nobody knows which is right; fetch the month again."),
    ]
    for why, column, allowed, next_step in rules:
        broken = rows["why"] == why
        if broken.any():
            # Counted once is harmless. Everything else takes something away from the atlas.
            severity: Severity = "warning" if why == SAME else "error"
            found = text.filter(broken.fill_null(False))
            about = About(file, column, why, allowed, next_step, severity)
            yield from named(about, found["row"], found[column] if column else None)


class About(NamedTuple):
    """What a set of rows has in common, for the problems that name them."""

    file: str
    column: str
    why: str
    allowed: str
    next_step: str
    severity: Severity = "warning"


def named(about: About, rows: pl.Series, values: pl.Series | None) -> Iterator[Problem]:
    """The first 50 of some rows as problems; the last of them counts the others."""
    more = max(rows.len() - SHOWN_ROWS, 0)
    found = [None] * SHOWN_ROWS if values is None else values.head(SHOWN_ROWS).to_list()
    numbers = rows.head(SHOWN_ROWS).to_list()
    for place, (number, value) in enumerate(zip(numbers, found, strict=False), 1):
        yield Problem.at_row(
            about.file,
            number,
            about.column or None,
            found=about.why if value is None else f"{shown(value)} ({about.why})",
            allowed=about.allowed,
            do=about.next_step,
            severity=about.severity,
            more=more if place == SHOWN_ROWS else 0,
        )


def _oddities(file: str, text: pl.DataFrame, rows: pl.DataFrame) -> Iterator[Problem]:
    """What is told and kept: units never seen, units without a value, costs that are no number."""
    usable = rows["why"].is_null()
    pairs = text.select("unit_code", "unit").unique().to_dicts()
    unseen = [(one["unit_code"], one["unit"]) for one in pairs if _is_unseen_unit(**one)]
    for unit_code, unit in sorted(unseen, key=str):
        same = text["unit_code"].eq_missing(unit_code) & text["unit"].eq_missing(unit) & usable
        advice = f"The rows are kept. {nearest(unit or '', known_units().values())}".rstrip()
        name = f"{unit or 'no name'}, identifier {unit_code or 'none'}"
        about = About(file, "unit", "a unit never seen", "a unit of library/places/scmd_units.csv", advice)
        yield from named(about, text["row"].filter(same), pl.Series([name]).new_from_index(0, text.height))
    # An empty cost is none given, and no oddity; an extract has no cost at all.
    no_number = text["cost"].is_not_null() & rows["cost"].is_null() & usable & (text["cost"].str.strip_chars() != "")
    if no_number.any():
        about = About(file, "cost", "a cost that is no number", "pounds, or nothing", "The row is kept without a cost.")
        yield from named(about, text["row"].filter(no_number), text["cost"].filter(no_number))
