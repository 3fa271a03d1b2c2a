"""The Cohort: what was observed of whom, frozen.

A trial, a registry and a simulation all make the same Cohort. Everything that depends on where the records came from
stops at `files`; from here on there are only tables in the units of the schema and days since day zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Literal

import polars as pl

from remission.inputs.declared import key
from remission.inputs.problems import Problem
from remission.inputs.provenance import Provenance, Source, Standing
from remission.records.schema import FARTHEST_DAY, TABLES, Column, Kind

PartialDates = Literal["refuse", "first", "middle", "last"]
# Nothing in a number tells them apart: 6 means an EDSS of 6.0 in one and of 6.5 in another.
AmbulationScale = Literal["0-16", "0-12", "msoutcomes"]
AMBULATION_SCALES: tuple[AmbulationScale, ...] = ("0-16", "0-12", "msoutcomes")

NO_PARTIAL_DATE = "no date was partial"

DTYPES: dict[Kind, type[pl.DataType]] = {
    "id": pl.String,
    "text": pl.String,
    "choice": pl.String,
    # 32 bits hold any day of a life; at 16 million rows the width is what a cohort weighs in memory.
    "day": pl.Int32,
    "integer": pl.Int32,
    "number": pl.Float64,
}


class NotCollected(LookupError):  # noqa: N818 - says what is so, as the kin of LookupError do
    """A table was asked for that this cohort does not list as collected."""


@dataclass(frozen=True)
class Covariate:
    """One `x_` column of the subjects table: its type, and the day on which it was measured.

    `measured_day` is a day, or the name of the column of subjects that holds it; after day zero it is refused, for
    what is learnt later is no covariate.
    """

    name: str = key(heading=True)
    kind: Literal["number", "integer", "text", "choice"] = key("What the column holds", name="type", example='"number"')
    measured_day: int | str = key(
        "Day of measurement, or the name of the column that holds it; never after day zero",
        words="a day, 0 or earlier, or the name of a column of subjects",
        low=-FARTHEST_DAY,
        high=FARTHEST_DAY,
        example="0",
    )
    choices: tuple[str, ...] = key(
        "The allowed values, when type is choice", (), words="a list of texts", example='["low", "high"]'
    )
    meaning: str = key("What was measured, with its unit", "", example='"neurofilament light, pg/ml"')

    @property
    def column(self) -> Column:
        """The covariate as a column of the schema."""
        return Column(self.name, self.kind, self.meaning, choices=self.choices)


@dataclass(frozen=True)
class Manifest:
    """The `cohort.toml` of a cohort: what its records mean and may be used for.

    `data_cut` is a day when time is "days" and an ISO date when it is "dates"; a cohort of days whose subjects have
    their own `cut_day` may keep the date too.
    """

    name: str = key("Short name, used in file names", example='"my-cohort"')
    title: str = key("Title as it stands on reports", example='"My cohort"')
    kind: Standing = key(
        "What the records are: this word stands on every picture, table and file, so it is never assumed",
        choices=("observed", "reconstructed", "simulated"),
        example='""',
    )
    day_zero: str = key(
        "What day zero is: transplant, randomisation, treatment start, registry entry", example='"treatment start"'
    )
    time: Literal["days", "dates"] = key(
        "Whether day columns hold whole days since the subject's day zero, or calendar dates (YYYY-MM-DD)",
        example='"days"',
    )
    collected: tuple[str, ...] = key(
        "The tables that were collected; a table listed here may be empty: then nobody had one",
        choices=TABLES,
        words=f"a list of {', '.join(TABLES)}",
        example='["subjects", "visits", "relapses"]',
    )
    licence: str = key("What the records may be used for", example='"not for publication"')
    data_cut: str | int | None = key(
        "Last day of the data: a day when time is days, a date when it is dates",
        None,
        words="a whole number of days, or a date as YYYY-MM-DD",
        example="1826",
        low=-FARTHEST_DAY,
        high=FARTHEST_DAY,
    )
    partial_dates: PartialDates = key(
        "How 2021-05 and 2021 become a day: refused, or the first, middle or last day of the period",
        "refuse",
        example='"refuse"',
    )
    missing: tuple[str, ...] | None = key(
        "Texts that stand for an empty cell, in every column of every table; [] says that none does and such texts "
        "are names",
        None,
        words="a list of texts",
        example='["NA", "."]',
    )
    ambulation_scale: AmbulationScale | None = key(
        "How ambulation is coded: 0-16 as in Neurostatus (where nothing is said), 0-12 with the distances with help "
        "merged, or as in the MSoutcomes package (2 to 11 for an EDSS of 4.0 to 8.5)",
        None,
        choices=AMBULATION_SCALES,
        example='"0-16"',
    )
    covariates: tuple[Covariate, ...] = key(
        "One table [covariates.x_NAME] for each x_ column of subjects", (), words="tables [covariates.x_NAME]"
    )
    sources: tuple[Source, ...] = key(
        "One table [[sources]] for each publication or file the records come from",
        (),
        words="tables [[sources]]",
    )
    note: str = key("Anything a reader should know", "", example='""')


@dataclass(frozen=True)
class Cohort:
    """A manifest and its tables, each a Polars frame in the columns of the schema.

    `subjects` also holds `cut_day` (the data cut in the subject's own days, null when there is none), and `observed`
    is always there: `observed_rule` says in words how it was derived when no such table was collected.
    `completed_dates` says in words how many partial dates became a day, and by which rule. `day_zero_dates` has the
    columns subject_id and day_zero_date where dates were given: nothing is decided by them, rows of persons written for
    whoever has the dates anyway are given theirs.
    `warnings` are what `from_frames` found that stops nobody; `remission.check_cohort` tells those of files.
    `kept` holds what was derived from the tables once and may be derived again (sorted arrays); it is never part of
    the record. `digest` is the SHA-256 over what cohort.toml says (not its comments) and the names and bytes of the
    table files, in order of name: the same records in another format or row order have another digest.
    """

    manifest: Manifest
    tables: Mapping[str, pl.DataFrame]
    digest: str
    observed_rule: str = "as recorded in the observed table"
    completed_dates: str = NO_PARTIAL_DATE
    warnings: tuple[Problem, ...] = field(default=(), repr=False, compare=False)
    day_zero_dates: pl.DataFrame | None = field(default=None, repr=False, compare=False)
    kept: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def from_frames(
        cls, *, kind: str, day_zero: str,
        subjects: object = None, observed: object = None, visits: object = None, relapses: object = None,
        scans: object = None, treatments: object = None, adverse_events: object = None, labs: object = None,
        courses: object = None,
        name: str = "from-frames", title: str | None = None, licence: str = "not stated", time: str | None = None,
        data_cut: str | int | date | None = None, partial_dates: PartialDates = "refuse",
        missing: Sequence[str] | None = None, covariates: Mapping[str, Mapping[str, object]] | None = None,
        sources: Sequence[Source] = (), note: str = "",
        **columns: str,
    ) -> Cohort:  # fmt: skip
        """The cohort of frames in memory, of pandas, Polars or Arrow; each that is given was collected.

        The other arguments are the keys of a `cohort.toml`. Any further one names a column that is called otherwise in
        the frames: `edss="EDSS_total"`, in every table that has such a column. `time` is "dates" when subjects has a
        `day_zero_date`, otherwise "days" (since day zero). Without subjects the names in the other tables are they, and
        a table without `row_id` gets it from the places of its rows, counted from 0.

        Raises InputProblems with everything that is wrong, by the checks that files go through; what stops nobody is
        in `warnings`.

        >>> visits = pl.DataFrame({"person": [1, 1], "day": [0, 84], "edss": [2.0, 3.0]})
        >>> Cohort.from_frames(visits=visits, kind="simulated", day_zero="treatment start", subject_id="person")
        Cohort(from-frames, simulated; rows: subjects 1, visits 2, observed 1)
        """
        from remission.library.catalogue import brands, therapies
        from remission.records.files.memory import cohort_from_frames

        tables = {
            "subjects": subjects, "observed": observed, "visits": visits, "relapses": relapses, "scans": scans,
            "treatments": treatments, "adverse_events": adverse_events, "labs": labs, "courses": courses,
        }  # fmt: skip
        said = {
            "name": name, "title": title, "kind": kind, "day_zero": day_zero, "time": time, "licence": licence,
            "data_cut": data_cut, "partial_dates": partial_dates, "missing": missing, "covariates": covariates,
            "sources": sources, "note": note,
        }  # fmt: skip
        given = {table: frame for table, frame in tables.items() if frame is not None}
        return cohort_from_frames(given, said, columns, (therapies(), brands()))

    def __repr__(self) -> str:
        """Name, kind and numbers of rows: never a value of a person, for this is what logs and notebooks show."""
        rows = ", ".join(f"{name} {frame.height:,}" for name, frame in self.tables.items())
        return f"Cohort({self.manifest.name}, {self.manifest.kind}; rows: {rows})"

    def _repr_html_(self) -> str:
        """The same as a table, with how observation was told and how many warnings there are."""
        about = self.manifest
        rows = "".join(f"<tr><th>{name}</th><td>{frame.height:,}</td></tr>" for name, frame in self.tables.items())
        said = [f"{about.title}: {about.kind}; day zero is {about.day_zero}.", self.provenance.warning]
        said += [f"Observation: {self.observed_rule}.", about.note]
        said += [f"{len(self.warnings):,} warnings: see cohort.warnings."] if self.warnings else []
        words = "".join(f"<p>{escape(one)}</p>" for one in said if one)
        return f"{words}<table><tr><th>Table</th><th>Rows</th></tr>{rows}</table>"

    @property
    def provenance(self) -> Provenance:
        """Kind, sources and hash: travels into every exhibit."""
        return Provenance(self.manifest.name, self.manifest.kind, self.digest, self.manifest.sources)

    @property
    def subjects(self) -> pl.DataFrame:
        """The subjects table: one row a subject, those who did not enter included."""
        return self.tables["subjects"]

    def collected(self, table: str) -> bool:
        """Was this table collected? An empty table can be: nobody had one."""
        return table in self.tables

    def select(self, table: str, *columns: str) -> pl.DataFrame:
        """Some columns of a table, an optional one that is absent as nulls; NotCollected when there is no table."""
        if table not in self.tables:
            raise NotCollected(f"table {table} was not collected in cohort {self.manifest.name}")
        frame = self.tables[table]
        # Typed by the schema: a column of nulls without a type would make the first comparison fail.
        absent = [name for name in columns if name not in frame.columns]
        empty = {name: pl.lit(None, DTYPES[_column(table, name).kind]) for name in absent}
        return frame.with_columns(**empty).select(columns)


def _column(table: str, name: str) -> Column:
    companion = next((column for column in TABLES[table].with_precisions if column.name == name), None)
    return TABLES[table].column(name) if companion is None else companion
