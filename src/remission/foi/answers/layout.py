"""Where the table stands in a sheet: the columns that name medicines, the header above, and the columns of counts.

A sheet has titles above its table and notes below it, and may lie on its side, with medicines along the top. Which
cells hold counts is settled here, before any of them is read, so that afterwards all can be accounted for.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from remission.foi.answers.counts import Count, NoCount, read_count
from remission.foi.answers.medicines import named_medicine
from remission.foi.answers.periods import Counted, Period, counted_in, past_months, period_in
from remission.foi.answers.sheets import Cell, Sheet, letter

# Titles stand above a header: farther up than this a row is one of those.
HEADER_ROWS = 3
# Longer texts are sentences, and many of those name a medicine too.
LONGEST_NAME = 100

# Columns that say something about the counts of their row, by what their header may be called.
FACTS: dict[str, re.Pattern[str]] = {
    "code": re.compile(r"(?:trust|board|ods|org(?:anisation)?)?[ _]?(?:ods[ _]?)?code|trust[ _]ods|ods"),
    "case_number": re.compile(r"(?:case|foi|request)[ _]?(?:number|no\.?|ref(?:erence)?)|reference"),
    "period_start": re.compile(r"(?:period[ _])?(?:start|from)(?:[ _]date)?"),
    "period_end": re.compile(r"(?:period[ _])?(?:end|to)(?:[ _]date)?"),
    "answered": re.compile(r"(?:completion|answer|response)[ _]date|(?:date )?answered|completed"),
    "homecare": re.compile(r".*\bhome ?care\b.*"),
    "note": re.compile(r"notes?|comments?|remarks?"),
}
_COUNT = re.compile(r"\b(?:patients?|people|persons?|number|no\.?|count|counts|treated|currently|total)\b")
# A header with one of these holds no counts of people, and with one of the others none unless it says so.
_NEVER = re.compile(
    r"\b(?:cost|price|spend|code|id|ods|case|reference|ref|snomed|vmp|amp|percent\w*|share|rate|name|suppressed|notes?"
    r"|comments?|postcode|telephone)\b|[%£]|_date|period_"
)
_SELDOM = re.compile(r"\b(?:strength|dose|date|year|month|row|line|age|route|class)\b")
# Titles that speak of the days of the counts; others carry the dates of letters and of Acts.
_TITLE_OF_DAYS = re.compile(r"\b(?:as at|as of|period|between|during|financial year|calendar year|patients|people)\b")
_TOTAL = re.compile(
    r"(?:grand|sub|overall|row|column)?[ -]?totals?(?:\b.*)?|sum|all (?:patients|medicines|drugs|dmts|brands).*"
)


@dataclass(frozen=True)
class CountColumn:
    """A column of counts: its number, what stands above it, and what that says is counted, and when.

    `past_months`: how many months back from a day that the header does not name. `why_not`: why the column
    is left; empty when it is read.
    """

    number: int
    header: str
    counted: Counted | None
    period: Period
    past_months: int | None = None
    why_not: str = ""


@dataclass(frozen=True)
class Layout:
    """A sheet's table: the sheet (turned if need be), columns of medicines, best first, facts, counts and its rows."""

    sheet: Sheet
    medicines: tuple[int, ...]
    header_row: int
    facts: dict[str, int]
    counts: tuple[CountColumn, ...]
    rows: tuple[int, ...]

    @cached_property
    def titles(self) -> list[str]:
        """Texts above the table that speak of what was counted, and when."""
        first = min(self.rows, default=0)
        texts = [cell.text.casefold() for (row, _), cell in self.sheet.cells.items() if row < first]
        return [text for text in dict.fromkeys(texts) if _TITLE_OF_DAYS.search(text)]

    @cached_property
    def title_period(self) -> Period:
        """The period that a title speaks of."""
        return next((found for found in map(period_in, self.titles) if found != Period()), Period())

    @cached_property
    def title_counted(self) -> Counted | None:
        """What a title says is counted; never packs, for titles speak of everything."""
        said = [counted for title in self.titles if (counted := counted_in(title, Period()))]
        return next((one for one in said if one != "packs"), None)

    def medicine_text(self, row: int) -> str:
        """What the first column of medicines says in a row, or the next one where that is empty."""
        return next((text for column in self.medicines if (text := self.sheet.text(row, column))), "")

    def labels(self, row: int) -> tuple[str, ...]:
        """Everything a row says of itself beside its counts: two rows that say the same are the same row twice."""
        numbers = {column.number for column in self.counts}
        places = [(at, cell) for at, cell in self.sheet.placed(row) if at not in numbers]
        own = [str(row)] if self._is_merged(row) else []  # one name over several rows: each of them is another row
        return (*own, *(f"{at}: {cell.text.casefold()}" for at, cell in places))

    def _is_merged(self, row: int) -> bool:
        at = self.medicines[0]
        places = [self.sheet.cells[r, at].origin for r in (row - 1, row, row + 1) if (r, at) in self.sheet.cells]
        return len(set(places)) < len(places)

    def count_cells(self, column: CountColumn) -> dict[Cell, tuple[int, ...]]:
        """The cells of a column of counts that speak of something, each with the rows it belongs to.

        A cell that is empty speaks too, beside a medicine. Merged cells are one cell of several rows.
        """
        groups: dict[object, tuple[Cell, list[int]]] = {}
        for row in self.rows:
            cell = self.sheet.cells.get((row, column.number)) or self._empty(row, column.number)
            if self._speaks(row, cell):
                groups.setdefault(cell.origin, (cell, []))[1].append(row)
        return {cell: tuple(rows) for cell, rows in groups.values()}

    def _speaks(self, row: int, cell: Cell) -> bool:
        beside = [self.sheet.cells[row, at] for at in self.medicines if (row, at) in self.sheet.cells]
        if not cell.text:
            return any(named_medicine(one.text) for one in beside)
        return all(one.origin != cell.origin for one in beside)  # a note over the whole width is no count

    def _empty(self, row: int, column: int) -> Cell:
        place = (column, row) if self.sheet.turned else (row, column)
        return Cell("", *place, place)

    @cached_property
    def outside(self) -> list[str]:
        """Texts of the sheet that stand outside the table: titles and notes, where signs are explained."""
        spoken = [self.count_cells(column).values() for column in self.counts]
        inside = {row for groups in spoken for rows in groups for row in rows}
        return list(dict.fromkeys(cell.text for (row, _), cell in self.sheet.cells.items() if row not in inside))


def is_total(text: str) -> bool:
    """Does a row of this name add up others?

    >>> is_total("Grand total"), is_total("Totally other")
    (True, False)
    """
    return _TOTAL.fullmatch(text.strip().casefold()) is not None


def is_subtotal(text: str) -> bool:
    """Does it add up only those since the last one of its kind?"""
    return text.strip().casefold().startswith("sub")


def find_layout(sheet: Sheet) -> Layout | None:
    """The table of a sheet; None when no column and no row names medicines."""
    # By how many different ones a column names: a table on its side has one medicine a column, and many along a row.
    if _most_therapies(sheet.turn()) > _most_therapies(sheet):
        sheet = sheet.turn()
    standing = _scores(sheet)
    if not standing:
        return None
    medicines = tuple(sorted(standing, key=lambda column: (-standing[column], column)))
    first = next(row for row in sheet.rows if any(named_medicine(sheet.text(row, one)) for one in medicines))
    header_row = _header_row(sheet, first)
    rows = tuple(row for row in sheet.rows if row > (header_row or first - 1))
    headers = {column: _header(sheet, header_row, column) for column in sheet.columns}
    facts = _facts(headers)
    counts = _counts(sheet, headers, rows, {*medicines, *facts.values()})
    return Layout(sheet, medicines, header_row, facts, counts, rows)


def _most_therapies(sheet: Sheet) -> int:
    """How many different therapies one column names: brand and substance beside each other are one."""
    found: dict[int, set[object]] = {}
    for (_, column), cell in sheet.cells.items():
        named = named_medicine(cell.text) if len(cell.text) < LONGEST_NAME else None
        if named:
            found.setdefault(column, set()).add(named.therapies or named.why)
    return max(map(len, found.values()), default=0)


def _scores(sheet: Sheet) -> dict[int, float]:
    """By column: how many of its cells name a medicine; those that name no therapy of the atlas count half."""
    scores: Counter[int] = Counter()
    for (_, column), cell in sheet.cells.items():
        named = named_medicine(cell.text) if len(cell.text) < LONGEST_NAME else None
        if named:
            scores[column] += 2 if named.therapies else 1
    return {column: score / 2 for column, score in scores.items()}


def _header_row(sheet: Sheet, first: int) -> int:
    """The nearest row above the first medicine that has two different texts; 0 when there is none."""
    for row in range(first - 1, max(first - 1 - HEADER_ROWS, 0), -1):
        # By origin: a title over the whole width is one text, however many columns it covers.
        texts = {cell.origin for (at, _), cell in sheet.cells.items() if at == row}
        if len(texts) > 1:
            return row
    return 0


def _header(sheet: Sheet, header_row: int, column: int) -> str:
    """The header of a column, with that of a merged group above it."""
    above = sheet.cells.get((header_row - 1, column))
    shared = [
        cell
        for (row, _), cell in sheet.cells.items()
        if above and row == header_row - 1 and cell.origin == above.origin
    ]
    texts = [above.text] if above and len(shared) > 1 else []
    return " ".join(dict.fromkeys([*texts, sheet.text(header_row, column)])).strip()


def _facts(headers: dict[int, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, header in headers.items():
        for name, words in FACTS.items():
            if words.fullmatch(header.casefold().strip()):
                found.setdefault(name, column)
    return found


def _counts(sheet: Sheet, headers: dict[int, str], rows: tuple[int, ...], taken: set[int]) -> tuple[CountColumn, ...]:
    """The columns of counts, in order; one that says the same as an earlier one, or adds others up, is left.

    A column of numbers whose header says that it holds something else is left too, and so accounted for.
    """
    texts = {column: [text for row in rows if (text := sheet.text(row, column))] for column in headers}
    free = [column for column in headers if column not in taken]
    chosen = [column for column in free if _holds_counts(headers[column].casefold(), texts[column])]
    found: list[CountColumn] = []
    for number in free:
        column = _column(number, headers[number])
        if number in chosen:
            found.append(replace(column, why_not=_left(column, found, len(chosen))))
        elif _are_numbers(texts[number]):
            found.append(replace(column, why_not="its header does not say that it holds counts"))
    return tuple(found)


def _column(number: int, header: str) -> CountColumn:
    period = period_in(header)
    back = past_months(header) if period == Period() else None
    return CountColumn(number, header, counted_in(header, period), period, back)


def _left(column: CountColumn, found: list[CountColumn], number: int) -> str:
    if number > 1 and is_total(column.header) and len(column.header.split()) == 1:
        return "it adds up other columns"
    same = [one for one in found if not one.why_not and _about(one) == _about(column)]
    return f"its header names no time that can be read beside that of column {letter(same[0].number)}" if same else ""


def _about(column: CountColumn) -> tuple[object, ...]:
    return column.counted, column.period, column.past_months


def _holds_counts(header: str, texts: list[str]) -> bool:
    # First what can never be a count, by its header; then what says that it is one; and only then what its cells look
    # like.
    if _NEVER.search(header):
        return False
    if _COUNT.search(header) or counted_in(header, Period()):
        return True
    readings = [read_count(text) for text in texts]
    some = any(isinstance(one, Count) for one in readings) and not _SELDOM.search(header)
    # Half of the cells: one number among remarks does not make a column of counts.
    return some and 2 * sum(isinstance(one, Count | NoCount) for one in readings) >= len(readings)


def _are_numbers(texts: list[str]) -> bool:
    numbers = [text for text in texts if any(map(str.isdigit, text)) and isinstance(read_count(text), Count)]
    return bool(texts) and 2 * len(numbers) >= len(texts)
