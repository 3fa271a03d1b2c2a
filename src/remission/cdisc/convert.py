"""SDTM datasets to a cohort: a folder that is checked and loaded like any other, and the list of what was not mapped.

Nobody can assume for you what records are, nor that an empty table means that nobody had one: `kind` and what was
collected are yours to say. What the datasets tell is filled in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.cdisc.sdtm.mapping import load_mapping, therapy_words
from remission.cdisc.sdtm.tables import DEATHS_FILE, Conversion, convert_datasets
from remission.inputs.problems import InputProblems, Problem, nearest
from remission.inputs.writing import is_free, write_new_folder
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort, Manifest, PartialDates
from remission.records.files.manifest import FILE, manifest_text
from remission.records.schema import TABLES, YES_NO

if TYPE_CHECKING:
    from remission.inputs.provenance import Standing

BESIDE = "conversion"


@dataclass(frozen=True)
class Converted:
    """What a conversion wrote: the cohort's folder, and where its source rows went.

    `rows_in` is `rows_mapped` plus the rows of `unmapped` that are whole rows. `open_questions` are what cohort.toml
    still needs from you, in words.
    """

    folder: Path
    conversion: Conversion
    open_questions: tuple[str, ...]

    @property
    def unmapped(self) -> pl.DataFrame:
        """What was not mapped: domain, variable, code, rows, whole_rows (yes, no), why."""
        return self.conversion.unmapped

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Warnings: what was assumed when files were read, and which were left."""
        return self.conversion.notes

    @property
    def rows_in(self) -> int:
        """Rows of all datasets."""
        return self.conversion.rows_in

    @property
    def rows_mapped(self) -> int:
        """Source rows that are in a row of a table."""
        return self.conversion.rows_in - self.rows_listed

    @property
    def rows_listed(self) -> int:
        """Source rows that are in no table, each with its reason in `unmapped`."""
        return int(self.unmapped.filter(pl.col("whole_rows") == "yes")["rows"].sum())


def convert_sdtm(
    folder: str | Path,
    out: str | Path,
    *,
    kind: Standing | None = None,
    collected: Sequence[str] | None = None,
    name: str | None = None,
    title: str | None = None,
    licence: str | None = None,
    day_zero: str = "RFSTDTC",
    partial_dates: PartialDates = "refuse",
    data_cut: str | int | None = None,
    mapping: str | Path | None = None,
    encoding: str = "",
) -> Converted:
    """Write a cohort from a folder of SDTM datasets: Parquet tables, cohort.toml, and lists under `conversion/`.

    `conversion/unmapped.csv` says what was not mapped and why, `conversion/rows.parquet` where each source row went,
    and `conversion/deaths.csv`, when there are any, which deaths are told differently and which day was taken.
    `collected` are tables that were collected, besides those with rows; `encoding` is that of the texts of transport
    files, which do not say it (UTF-8, or windows-1252 with a note). Raises InputProblems for datasets that are wrong as
    datasets, and when `out` holds files: records are never overwritten.
    """
    source, target = Path(folder), Path(out)
    _refuse_full(target)
    _refuse_unknown(collected)
    made = convert_datasets(
        source, load_mapping(mapping), day_zero=day_zero, therapies=therapy_words(), encoding=encoding
    )
    # An empty table says that nobody had one, which no dataset can say of itself: it is listed when somebody says so.
    # One with rows always is, for its rows are called mapped.
    filled = {table for table, frame in made.tables.items() if table == "subjects" or frame.height}
    listed = tuple(table for table in TABLES if table in filled or table in (collected or ()))
    tables = {table: made.tables[table] if table in made.tables else _empty(table) for table in listed}
    manifest = Manifest(
        name=name or _study(made) or source.name,
        title=title or f"{_study(made) or source.name}, from SDTM",
        # Only so that the manifest can be written; the draft leaves it empty, and checking asks for it.
        kind=kind or "observed",
        day_zero=_DAY_ZERO_WORDS.get(day_zero, day_zero),
        time="dates" if made.time == "dates" else "days",
        collected=listed,
        licence=licence or "?",
        data_cut=data_cut,
        partial_dates=partial_dates,
        note=f"Converted from SDTM ({', '.join(made.datasets)}); what was not mapped is in {BESIDE}/unmapped.csv.",
    )
    questions = tuple(_questions(made, kind, licence, collected))
    with write_new_folder(target) as new:
        (new / FILE).write_text(_draft(manifest, kind, licence, questions), encoding="utf-8")
        for table, frame in tables.items():
            frame.write_parquet(new / f"{table}.parquet")
        (new / BESIDE).mkdir()
        made.write_lists(new / BESIDE)
    return Converted(target, made, questions)


def load_sdtm(
    folder: str | Path,
    *,
    kind: Standing,
    licence: str,
    collected: Sequence[str] | None = None,
    title: str | None = None,
    day_zero: str = "RFSTDTC",
    partial_dates: PartialDates = "refuse",
    data_cut: str | int | None = None,
    mapping: str | Path | None = None,
    encoding: str = "",
) -> tuple[Cohort, pl.DataFrame]:
    """The cohort in a folder of SDTM datasets, and what of them was not mapped (see `Converted.unmapped`).

    Raises InputProblems for what is wrong with the datasets, or with their values as the records of a cohort.
    """
    # The same way as for anybody: written, checked and loaded (decision 26), in a folder that goes away.
    with tempfile.TemporaryDirectory() as place:
        made = convert_sdtm(
            folder,
            Path(place) / "cohort",
            kind=kind,
            collected=collected,
            title=title,
            licence=licence,
            day_zero=day_zero,
            partial_dates=partial_dates,
            data_cut=data_cut,
            mapping=mapping,
            encoding=encoding,
        )
        return load_cohort(made.folder), made.unmapped


_DAY_ZERO_WORDS = {
    "RFSTDTC": "start of the reference period (RFSTDTC)",
    "RFXSTDTC": "first exposure to study treatment (RFXSTDTC)",
    "RFICDTC": "informed consent (RFICDTC)",
    "DS.RANDOMIZED": "randomisation (DS)",
}


def _study(made: Conversion) -> str:
    subjects = made.tables["subjects"]
    studies = subjects["study"].drop_nulls().unique().to_list() if "study" in subjects.columns else []
    return str(studies[0]) if len(studies) == 1 else ""


def _empty(table: str) -> pl.DataFrame:
    """A table that was collected and has no row: only the columns it must have."""
    return pl.DataFrame(schema=dict.fromkeys(TABLES[table].required, pl.String))


def _refuse_full(target: Path) -> None:
    if not is_free(target):
        advice = "Choose another folder: records are never overwritten."
        what = "a folder that holds files"
        raise InputProblems(Problem.of_file(str(target), found=what, allowed="a new or empty folder", do=advice))


def _refuse_unknown(collected: Sequence[str] | None) -> None:
    wrong = [table for table in collected or () if table not in TABLES]
    if wrong:
        raise InputProblems(
            Problem.at_key(
                FILE,
                "collected",
                found=table,
                allowed=", ".join(TABLES),
                do=nearest(table, TABLES) or "Correct the name.",
            )
            for table in wrong
        )


def _questions(made: Conversion, kind: str | None, licence: str | None, collected: Sequence[str] | None) -> list[str]:
    said = []
    if kind is None:
        said.append("kind: are the records observed, reconstructed or simulated?")
    if licence is None:
        said.append("licence: what may the records be used for?")
    if collected is None:
        without = [table for table in TABLES if table != "observed" and table not in made.tables]
        said.append(f"collected: was one of these collected, so that empty means nobody had one: {', '.join(without)}?")
    if made.deaths.height:
        people = made.deaths["subject_id"].n_unique()
        said.append(
            f"deaths: the datasets tell differently of {people:,} {'death' if people == 1 else 'deaths'}; is the day "
            f"that was taken in {BESIDE}/{DEATHS_FILE} right?"
        )
    if made.time == "days":
        said.append("day_zero: nobody has a date in RFSTDTC, so day 0 is study day 1.")
    entered = made.tables["subjects"]["entered"]
    if not (entered == YES_NO[0]).any():
        said.append("day_zero: nobody has a day zero by this variable.")
    return said


def _draft(manifest: Manifest, kind: str | None, licence: str | None, questions: Sequence[str]) -> str:
    """cohort.toml; what nobody said stands there empty, so that checking asks for it."""
    text = manifest_text(manifest)
    if kind is None:
        text = text.replace(f'kind = "{manifest.kind}"\n', 'kind = ""\n', 1)
    if licence is None:
        text = text.replace('licence = "?"\n', 'licence = ""\n', 1)
    return "".join(f"# To answer: {line}\n" for line in questions) + text
