"""SDTM datasets to the tables of a cohort, by a mapping that is data; nothing is lost in silence.

Every row of every dataset is either mapped (`Conversion.rows` says to which row of which table) or listed with the
reason (`Conversion.unmapped`); so are variables and values that a mapped row does not carry over. Values are not judged
here: the cohort that is written goes through the same checks as any other.

Time. Where subjects have a date of day zero the cohort is one of dates, ISO 8601 as given without the time of day, and
partial dates are completed by the rule of its cohort.toml. Otherwise it is one of days, from the study days: SDTM has
no study day 0, so study day 1 is day 0 of the cohort and study day -1 is day -1.

Here is the order of the work; the work itself is beside it, in `source.py` (rows by domain, days, the ledger),
`structure.py` (what is wrong with the datasets), `findings.py`, `records.py`, `subjects.py` and `unmapped.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.cdisc.datasets import write_list
from remission.cdisc.folder import Datasets, read_datasets, split_of
from remission.cdisc.sdtm.deaths import list_deaths
from remission.cdisc.sdtm.findings import derive_bare_pieces, derive_hands, derive_pieces, merge_pieces
from remission.cdisc.sdtm.records import derive_records
from remission.cdisc.sdtm.source import Ledger, Source, by_domain, is_dated, with_reference
from remission.cdisc.sdtm.structure import check_structure
from remission.cdisc.sdtm.subjects import FOLLOWED, derive_subjects
from remission.cdisc.sdtm.unmapped import left_words, list_left, list_unmapped, list_unused_variables
from remission.inputs.problems import InputProblems, Problem
from remission.records.schema import TABLES

if TYPE_CHECKING:
    from remission.cdisc.sdtm.mapping import SdtmMapping

ROWS = {
    "domain": pl.String,
    "seq": pl.Int64,
    "subject_id": pl.String,
    "table": pl.String,
    "row_id": pl.String,
    "column": pl.String,
}
"""Columns of the list of where each source row went."""

DEATHS_FILE = "deaths.csv"


@dataclass(frozen=True)
class Conversion:
    """The tables of a cohort made from SDTM, where each source row went, and what was not mapped and why.

    `tables` hold values as given: texts of dates when `time` is "dates", whole days otherwise. `deaths` are the rows
    that tell of a death of those of whom it is told differently, and what was taken. `notes` are warnings of what was
    assumed when files were read, and of files that were left.
    """

    tables: Mapping[str, pl.DataFrame]
    time: str
    day_zero: str
    rows: pl.DataFrame
    unmapped: pl.DataFrame
    rows_in: int
    datasets: tuple[str, ...]
    deaths: pl.DataFrame
    notes: tuple[Problem, ...] = ()

    def write_lists(self, folder: Path) -> None:
        """Write what became of the rows; what people read is CSV that no spreadsheet runs."""
        write_list(self.unmapped, folder / "unmapped.csv")
        self.rows.write_parquet(folder / "rows.parquet")
        if self.deaths.height:
            write_list(self.deaths, folder / DEATHS_FILE)


def convert_datasets(
    folder: Path,
    mapping: SdtmMapping,
    *,
    day_zero: str = "RFSTDTC",
    therapies: Mapping[str, str] | None = None,
    encoding: str = "",
) -> Conversion:
    """The SDTM datasets of a folder as the tables of a cohort.

    `day_zero` is a date variable of DM (RFSTDTC, RFXSTDTC, RFICDTC), or DS. and the decode of a disposition event
    (DS.RANDOMIZED). `therapies` gives for each name or brand, in capitals, the name of the library; `encoding` is that
    of the texts of transport files, which do not say it. Raises InputProblems with everything that is wrong with the
    datasets as datasets: files, required variables, types, sequence numbers, subjects.
    """
    wanted = {*mapping.domains, *FOLLOWED}
    read = read_datasets(folder, encoding, lambda name: split_of(name) in wanted)
    problems = list(read.problems)
    frames = by_domain(read.datasets)
    problems += check_structure(frames, mapping, day_zero, read.datasets)
    # Before anything is mapped: a structure that is wrong would turn into thousands of rows that are not mapped.
    if problems:
        raise InputProblems(problems)
    return _convert(frames, mapping, day_zero, therapies or {}, read)


def _convert(
    frames: dict[str, pl.DataFrame],
    mapping: SdtmMapping,
    day_zero: str,
    therapies: Mapping[str, str],
    read: Datasets,
) -> Conversion:
    every = pl.concat([frame.select("source", "domain", "subject", "seq") for frame in frames.values()])
    ledger, dated = Ledger(), is_dated(frames, day_zero)
    source = Source(mapping, with_reference(frames), dated)
    pieces: dict[str, list[pl.DataFrame]] = {merge.table: [] for merge in mapping.merge}
    tables: dict[str, list[pl.DataFrame]] = {}
    # First, because a peg test that says left or right needs it.
    hands = derive_hands(source, ledger)
    for domain in sorted({domain for test in mapping.test for domain in test.domains} & frames.keys()):
        for table, piece in derive_pieces(source, domain, hands, ledger):
            pieces[table].append(piece)
    for record in mapping.record:
        if record.domain not in frames:
            continue
        if record.table in pieces:
            pieces[record.table].append(derive_bare_pieces(source, record, ledger))
        else:
            tables.setdefault(record.table, []).append(derive_records(source, record, therapies, ledger))
    built = {name: pl.concat(parts, how="diagonal") for name, parts in tables.items()}
    for merge in mapping.merge:
        if pieces[merge.table]:
            built[merge.table] = merge_pieces(merge.table, merge.split, pl.concat(pieces[merge.table]), ledger)
    # Last, because when somebody was last seen follows from every row that was mapped.
    built["subjects"] = derive_subjects(source, day_zero, ledger)
    list_unused_variables(source, ledger)
    list_left(read.left, ledger)
    used = pl.concat(ledger.used)
    unmapped = list_unmapped(every, used, ledger, mapping)
    rows = every.join(used, on="source", how="inner").rename({"subject": "subject_id"}).select(*ROWS)
    ordered = {name: _in_order(name, built[name]) for name in TABLES if name in built}
    names = tuple(dataset.file for dataset in read.datasets)
    deaths = list_deaths(source, ledger, built["subjects"].rename({"subject_id": "subject"}))
    notes = (*read.notes, *(warning for one in read.left for warning in left_words(one)))
    time = "dates" if dated else "days"
    return Conversion(ordered, time, day_zero, rows, unmapped, every.height, names, deaths, notes)


def _in_order(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of the schema that the frame has, in its order; a column without any value is left out."""
    table = TABLES[name]
    columns = [column.name for column in table.columns if column.name in frame.columns]
    kept = [column for column in columns if table.column(column).required or frame[column].count()]
    extra = ["day_zero_date"] if name == "subjects" and "day_zero_date" in frame.columns else []
    return frame.select(*kept, *extra)
