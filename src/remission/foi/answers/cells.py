"""The cells of one table, read one at a time: each becomes an answer, or it is explained.

Where a reader should look again, it is a problem as well: with its file, sheet, row and column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TYPE_CHECKING

from remission.foi.answers.counts import ALLOWED, Count, NoCount, Unread, explained_signs, read_count
from remission.foi.answers.layout import CountColumn, Layout, is_subtotal, is_total
from remission.foi.answers.medicines import Named, both, looks_like, named_medicine
from remission.foi.answers.questions import questions
from remission.foi.answers.row_facts import Facts, Wrong, is_assumed, row_facts
from remission.foi.answers.sheets import Cell, letter
from remission.foi.answers.totals import RowSums
from remission.foi.reasons import NOT_STATED, not_held_row, reason_of, refusal_rows
from remission.inputs.problems import Problem, Severity, shown
from remission.library.catalogue import therapies

if TYPE_CHECKING:
    from remission.foi.acts import Act

NONE = Count(0, 0)


@dataclass(frozen=True)
class Explained:
    """A cell that is no answer, and why.

    kind: total, not a therapy, not held, refused, unknown, empty, another column, twice, or unread (then a problem says
    more).
    """

    file: str
    row: int
    column: str
    found: str
    kind: str
    words: str


@dataclass(frozen=True)
class _Entry:
    """One cell of counts with its rows, its column, and what it says."""

    cell: Cell
    rows: tuple[int, ...]
    column: CountColumn
    says: Count | NoCount | Unread


class SheetReader:
    """Reads a table; `answers`, `refusals`, `explained` and `problems` fill as it goes, and `counted` counts cells.

    known: what is known of the whole answer, by the columns of the answers.
    """

    def __init__(self, layout: Layout, known: Mapping[str, object], act: Act) -> None:
        self.layout, self.known, self.act = layout, known, act
        self.answers: list[Facts] = []
        self.refusals: list[Facts] = []
        self.explained: list[Explained] = []
        self.problems: list[Problem] = []
        self.counted = 0

    @cached_property
    def signs(self) -> dict[str, Count]:
        """The signs that the sheet explains."""
        return explained_signs(self.layout.outside)

    def read(self) -> None:
        """Read every column of counts, and say what is true of the whole table."""
        if not self.layout.counts:
            self._say(None, "no column of counts", "a column headed patients", "Write what each column holds.", "error")
        for column in self.layout.counts:
            entries = [self._entry(cell, rows, column) for cell, rows in self.layout.count_cells(column).items()]
            # A column that is left is explained cell by cell all the same: every cell that went in must come out
            # somewhere.
            if column.why_not:
                self._leave(column, entries)
            else:
                self._read_column(entries)
        self._doubts()

    def _entry(self, cell: Cell, rows: tuple[int, ...], column: CountColumn) -> _Entry:
        return _Entry(cell, rows, column, read_count(cell.text, self.signs))

    def _leave(self, column: CountColumn, entries: list[_Entry]) -> None:
        for entry in entries:
            self._explain(entry, "another column", column.why_not)
        place = f"column {letter(column.number)} ({shown(column.header)}): {column.why_not}"
        advice = "It is left, and nobody is counted twice. To read it, keep that column alone."
        self._say(None, place, "one column a period", advice, "warning")

    def _read_column(self, entries: list[_Entry]) -> None:
        totals: list[tuple[_Entry, int]] = []
        sums, seen = RowSums(), set[tuple[str, ...]]()
        for entry in entries:
            if is_total(self.layout.medicine_text(entry.rows[0])):
                totals.append((entry, len(sums.counts)))
                sums.ends.append(len(sums.counts))
                continue
            # Two rows that say the same of themselves are the same row: counted twice, its people would be too.
            labels = self.layout.labels(entry.rows[0])
            if labels in seen and entry.cell.text:
                self._twice(entry)
                continue
            seen.add(labels)
            # An empty cell adds nothing to a total, and is no zero where it stands alone.
            sums.add(NONE if not entry.cell.text else entry.says)
            self._one(entry)
        # After all rows: a total may stand above what it adds up.
        for entry, at in totals:
            self._total(entry, at, sums)

    def _one(self, entry: _Entry) -> None:
        # In this order: what cannot be read, what it is about, when it was counted, and only then the count itself.
        if isinstance(entry.says, Unread):
            self._unread(entry, entry.says.allowed, entry.says.next_step)
            return
        named = self._named(entry)
        if named is None:
            return
        facts, wrong = row_facts(self.layout, entry.rows[0], entry.column, self.known)
        if wrong:
            self._wrong_facts(entry, wrong)
        elif isinstance(entry.says, NoCount):
            self._no_count(entry, entry.says, named, facts)
        # One number of two therapies cannot be divided. None of both is none of each.
        elif len(named.therapies) > 1 and entry.says != NONE:
            found = f"{shown(entry.cell.text)} for {' and '.join(named.therapies)} together"
            self._unread(entry, "one count a therapy", "Ask for a count of each.", found)
        else:
            self._count(entry, entry.says, named, facts)

    def _named(self, entry: _Entry) -> Named | None:
        """What medicine the cell is about; None, and the cell explained, where that is none of the atlas."""
        found = [self._row_medicine(row) for row in entry.rows]
        known = [one for one in found if one is not None]
        # A merged cell belongs to several rows: if one of them names no medicine, nobody knows whose count it is.
        if len(known) < len(found):
            self._no_medicine(entry)
            return None
        named = reduce(both, known)
        if isinstance(named.therapies, tuple) and not named.therapies:
            self._explain(entry, "not a therapy", named.why)
            if isinstance(entry.says, Count) and entry.says != NONE:
                self._tell(
                    entry, f"{shown(entry.cell.text)}: {named.why}", "a count of one therapy", "It is not counted."
                )
            return None
        return named

    def _row_medicine(self, row: int) -> Named | None:
        """What the columns of a row name together; None where that is nothing, or two different therapies."""
        texts = [text for column in self.layout.medicines if (text := self.layout.sheet.text(row, column))]
        found = [named for text in texts if (named := named_medicine(text))]
        with_therapy = [named for named in found if named.therapies]
        if len({named.therapies for named in with_therapy}) > 1:
            return None
        # A brand and its substance beside each other are one medicine, said twice.
        return next(iter(with_therapy or found), None)

    def _no_medicine(self, entry: _Entry) -> None:
        text = next((t for row in entry.rows if (t := self.layout.medicine_text(row))), "")
        if not entry.cell.text or not isinstance(entry.says, Count):
            self._explain(entry, "empty" if not entry.cell.text else "unknown", "no medicine is named beside it")
            return
        found = f"{shown(entry.cell.text)} beside {shown(text) if text else 'no name'}"
        advice = looks_like(text) if not named_medicine(text) else ""
        advice = advice or "Write the brand or the substance, and only one, beside the count."
        self._unread(entry, "one medicine that the library knows in the row", advice, found)

    def _count(self, entry: _Entry, count: Count, named: Named, facts: Facts) -> None:
        written = " / ".join(dict.fromkeys(self.layout.medicine_text(row) for row in entry.rows))
        homecare = str(facts.pop("homecare", ""))
        notes = [str(facts.get("note") or ""), count.note, self._header_note(entry)]
        notes += [f"by homecare: {homecare}"] if homecare else []
        place = {
            "file": self._file,
            "sheet": self.layout.sheet.name,
            "row": entry.cell.row,
            "column": self._column(entry),
        }
        read = {"brand_as_written": written, "brands": "; ".join(named.brands), "part": named.part}
        read |= {"low": count.low, "high": count.high, "exact": count.exact, "note": "; ".join(filter(None, notes))}
        self.answers += [facts | place | read | _of(therapy, facts) for therapy in named.therapies]
        self.counted += 1

    def _header_note(self, entry: _Entry) -> str:
        several = len([one for one in self.layout.counts if not one.why_not]) > 1
        return f"column: {entry.column.header}" if several and entry.column.header else ""

    def _no_count(self, entry: _Entry, why: NoCount, named: Named, facts: Facts) -> None:
        self._explain(entry, why.kind, why.words)
        of = {"code": facts["code"], "refused": facts["answered"], "case_number": facts["case_number"]}
        each = [of | {"therapy": therapy, "url": facts["url"]} for therapy in named.therapies]
        if why.kind == "refused":
            self.refusals += [row for one in each for row in refusal_rows(one, self.act, why.sections)]
            for section in why.sections:
                self._unknown_section(entry, section)
        elif why.kind == "not held":
            self.refusals += [not_held_row(one, self.act) for one in each]
        else:
            advice = "It stays unknown and is never taken for zero. Ask what it means."
            self._tell(entry, f"{shown(entry.cell.text) or 'nothing'}: {why.words}", ALLOWED, advice)

    def _unknown_section(self, entry: _Entry, section: str) -> None:
        if reason_of(self.act, section).kind == "unknown" and section != NOT_STATED:
            self._tell(
                entry, section, f"a section of {self.act} that the library explains", "It is kept by its number."
            )

    def _total(self, entry: _Entry, at: int, sums: RowSums) -> None:
        self._explain(entry, "total", "a total of other rows")
        text = self.layout.medicine_text(entry.rows[0])
        if not isinstance(entry.says, Count):
            return
        other = sums.compare(entry.says, at, part=is_subtotal(text))
        if other:
            advice = "The rows are kept as they are. Ask which is right."
            self._tell(entry, f"a total of {shown(entry.cell.text)}", f"{other}, which the rows add up to", advice)

    def _twice(self, entry: _Entry) -> None:
        self._explain(entry, "twice", "a row that says the same stands above")
        found = f"{shown(entry.cell.text)} for {shown(self.layout.medicine_text(entry.rows[0]))} once more"
        self._tell(entry, found, "one row a medicine", "The first is counted. Ask which is right.", "error")

    def _wrong_facts(self, entry: _Entry, wrong: list[Wrong]) -> None:
        self._explain(entry, "unread", "what stands beside it is wrong")
        for one in wrong:
            header = self.layout.sheet.text(self.layout.header_row, one.column)
            self._problem(entry.cell.row, f"{letter(one.column)} ({shown(header)})" if one.column else None, one)

    def _problem(self, row: int, column: str | None, one: Wrong) -> None:
        self.problems.append(
            Problem.at_row(self._title, row, column, found=shown(one.found), allowed=one.allowed, do=one.next_step)
        )

    def _unread(self, entry: _Entry, allowed: str, next_step: str, found: str = "") -> None:
        self._explain(entry, "unread", allowed)
        self._tell(entry, found or shown(entry.cell.text), allowed, next_step, "error")

    def _doubts(self) -> None:
        """What the sheet leaves unsaid, once for all rows."""
        column = next((one for one in self.layout.counts if not one.why_not), None)
        if column is None or not self.answers:
            return
        if is_assumed(self.layout, column, self.answers[0], self.known):
            advice = "They are taken as people on treatment, as the letter asks. Say it if that is wrong."
            self._say(None, "no word of what is counted", "current, ever in period or packs", advice, "warning")
        headers = [one.header for one in self.layout.counts if not one.why_not]
        self.problems += questions(self.answers, headers, self._title)
        if self.answers[0]["period_end"] is None:
            advice = "The day of the answer stands in. Say the period if you know it."
            self._say(None, "no day or period of the counts", "a day such as 31/03/2026", advice, "warning")

    def _explain(self, entry: _Entry, kind: str, words: str) -> None:
        place = (self._title, entry.cell.row, self._column(entry))
        self.explained.append(Explained(*place, entry.cell.text, kind, words))

    def _tell(self, entry: _Entry, found: str, allowed: str, advice: str, severity: Severity = "warning") -> None:
        row, column = entry.cell.row, self._column(entry)
        self.problems.append(
            Problem.at_row(self._title, row, column, found=found, allowed=allowed, do=advice, severity=severity)
        )

    def _say(self, row: int | None, found: str, allowed: str, advice: str, severity: Severity) -> None:
        self.problems.append(
            Problem.at_row(self._title, row, found=found, allowed=allowed, do=advice, severity=severity)
        )

    def _column(self, entry: _Entry) -> str:
        header = f" ({shown(entry.column.header)})" if entry.column.header else ""
        return f"{letter(entry.cell.column)}{header}"

    @property
    def _title(self) -> str:
        return self.layout.sheet.title

    @property
    def _file(self) -> str:
        return self.layout.sheet.file


def _of(therapy: str, facts: Facts) -> Facts:
    """The therapy and what is counted of it: nobody is on a procedure, so those are counted over a time."""
    is_procedure = therapies()[therapy].kind == "procedure"
    return {"therapy": therapy, "counted": "ever in period" if is_procedure else facts["counted"]}
