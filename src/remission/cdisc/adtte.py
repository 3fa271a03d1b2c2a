"""An Outcome as an ADaM time-to-event dataset (ADTTE), for those who work in that standard; and back.

One row a subject, parameter and episode; a composite gives a parameter of its own and one for each part. AVAL is days
since the origin plus one, as in the time-to-event datasets of the CDISC pilot and of pharmaverse (checked: all 254 and
512 rows there have AVAL = ADT - STARTDT + 1). Beside the standard's variables stands every column of the spells, so
that Parquet and Dataset-JSON give the same spells back; what a transport file loses is in `transport.LOSSES`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.cdisc.dataset_json import read_dataset_json, write_dataset_json
from remission.cdisc.datasets import Dataset, write_list
from remission.cdisc.transport import LOSSES, Version, read_transport, write_transport
from remission.inputs.writing import check_ending, write_into
from remission.outcomes.definitions.records import REASON_WORDS, REASONS, Endpoint
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.finding import ROLES
from remission.outcomes.outcome import SPELL_COLUMNS, Outcome

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

NAME = "ADTTE"
ENDINGS = (".xpt", ".json", ".ndjson", ".parquet")
FROM_SDTM = r"^([A-Z][A-Z0-9]{1,7})\.(\d+):"
"""Row names that a conversion from SDTM gives: domain, sequence number, subject."""

_NAMES = {
    "subject_id": "USUBJID",
    "episode": "EPISODE",
    "origin_day": "ORIGIN0",
    "entry_day": "ENTRY0",
    "exit_day": "EXIT0",
    "event": "EVENTFL",
    "cause": "CAUSE",
    "also": "ALSO",
    "reason": "CNSREASN",
    "last_free_day": "LASTFRE0",
    "strategy": "STRATEGY",
    "weight": "WEIGHT",
    "status": "STATUS",
    "relation": "RELATION",
    "baseline_row": "BASEROW",
    "onset_row": "ONSETROW",
    "confirmation_row": "CONFROW",
    "relapse_row": "RELROW",
    "scan_row": "SCANROW",
    "treatment_row": "TRTROW",
    "course_row": "COURSROW",
}
_STANDARD = {
    "STUDYID": "Study Identifier",
    "USUBJID": "Unique Subject Identifier",
    "SITEID": "Study Site Identifier",
    "AGE": "Age",
    "AGEU": "Age Units",
    "SEX": "Sex",
    "TRTP": "Planned Treatment",
    "ASEQ": "Analysis Sequence Number",
    "PARAMCD": "Parameter Code",
    "PARAM": "Parameter",
    "STARTDT": "Time-to-Event Origin Date for Subject",
    "ADT": "Analysis Date",
    "ADY": "Analysis Relative Day",
    "AVAL": "Analysis Value",
    "AVALU": "Analysis Value Unit",
    "CNSR": "Censor",
    "EVNTDESC": "Event or Censoring Description",
    "CNSDTDSC": "Censor Date Description",
    "SRCDOM": "Source Data",
    "SRCVAR": "Source Variable",
    "SRCSEQ": "Source Sequence Number",
    "ENDPOINT": "Name of the endpoint",
    "STANDING": "Standing of the records",
}
_DERIVED = {
    "SITEID": "centre of the subject",
    "AGE": "age on day zero, as recorded",
    "AGEU": "YEARS",
    "SEX": "F, M, or U for another or none recorded",
    "TRTP": "arm as assigned",
    "ASEQ": "numbers the rows of a subject",
    "STARTDT": "day zero plus the origin day; only where dates of day zero were given",
    "ADT": "day zero plus the exit day; only where dates of day zero were given",
    "ADY": "exit day plus one from day zero on, the exit day itself before (there is no day 0)",
    "AVAL": "exit day minus origin day plus one",
    "AVALU": "DAYS",
    "CNSR": "0 for an event, otherwise the code of the reason, below",
    "EVNTDESC": "title of the endpoint that happened, or the reason of the censoring",
    "CNSDTDSC": "the reason of the censoring in words",
    "SRCDOM": "domain (or table) of the row that dates the event; empty for a censoring",
    "SRCVAR": "variable (or column) of its date",
    "SRCSEQ": "sequence number of that row; empty where its name does not tell one",
}


KEYS = ("USUBJID", "PARAMCD")
"""Columns by which rows are told apart: a file in which they lose letters is not written."""


@dataclass(frozen=True)
class Adtte:
    """The dataset, what its variables and codes mean, and the rows whose source has no number.

    `define` has the columns what (dataset, variable, parameter, code), name, label and meaning; `unresolved` has a row
    for each event whose SRCSEQ is empty though a row decided it: subject, parameter, episode, the row's name.
    """

    dataset: Dataset
    define: pl.DataFrame
    unresolved: pl.DataFrame


@dataclass(frozen=True)
class Written:
    """What was written and what was lost: `losses` has the columns column, rows, what (a key of transport.LOSSES)."""

    path: Path
    define: Path
    rows: int
    losses: pl.DataFrame
    unresolved: pl.DataFrame


def spell_names() -> dict[str, str]:
    """For each column of the spells its name in ADTTE, of at most 8 letters; a column not known here gets one.

    >>> spell_names()["entry_day"]
    'ENTRY0'
    """
    names: dict[str, str] = {}
    for column in SPELL_COLUMNS:
        name = _NAMES.get(column) or re.sub(r"[^A-Z0-9]", "", column.upper())[:8]
        place = 1
        # Eight letters are all that a transport file takes, so names that were cut may meet.
        while name in names.values() or (name in _STANDARD and name != "USUBJID"):
            place += 1
            name = f"{name[:6]}{place}"
        names[column] = name
    return names


def censor_codes() -> dict[str, int]:
    """CNSR of each reason of censoring, from 1 on; the list is written beside every file.

    >>> censor_codes()["completed"]
    1
    """
    return {reason: code for code, reason in enumerate(REASONS, 1)}


def adtte(outcome: Outcome, cohort: Cohort | None = None, day_zero_dates: Mapping[str, date] | None = None) -> Adtte:
    """The ADTTE of an outcome and its parts.

    `cohort` gives each subject's STUDYID, and SITEID, AGE, SEX and TRTP where it has them; without it the cohort's name
    stands for the study. STARTDT and ADT are made only from `day_zero_dates`, real dates by subject, or from those of
    the cohort where it is one of dates.

    >>> from remission.outcomes.definitions.records import Endpoint
    >>> from remission.outcomes.definitions.rules.death import Death
    >>> from remission.inputs.provenance import Provenance
    >>> spells = pl.DataFrame({"subject_id": ["S1"], "episode": [1], "origin_day": [0], "entry_day": [0],
    ...     "exit_day": [9], "event": [True], "cause": ["death"]})
    >>> absent = [pl.lit(None, kind).alias(name) for name, kind in SPELL_COLUMNS.items() if name not in spells.columns]
    >>> endpoint = Endpoint("death", "Death", "Survival", record=Death())
    >>> made = adtte(Outcome(endpoint, spells.with_columns(absent), Provenance("c", "simulated", "")))
    >>> made.dataset.frame.select("PARAMCD", "AVAL", "CNSR").row(0)
    ('DEATH', 10, 0)
    >>> made.dataset.label
    'Time to event, SIMULATED'
    """
    codes = _parameter_codes(outcome)
    parts = [_rows(one, codes[one.name], outcome) for one in (outcome, *outcome.parts)]
    frame = pl.concat(parts).with_columns(
        ASEQ=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("USUBJID"), STUDYID=pl.lit(outcome.provenance.cohort)
    )
    frame = _with_persons(_with_study(frame, cohort), cohort)
    frame = _with_dates(frame, day_zero_dates or _dates_of(cohort))
    chosen = [name for name in _STANDARD if name in frame.columns]
    rest = [name for name in spell_names().values() if name not in chosen]
    label = f"Time to event, {outcome.provenance.kind.upper()}"
    dataset = Dataset(NAME, label, frame.select(*chosen, *rest), _labels())
    unresolved = frame.filter(pl.col("decided").is_not_null() & pl.col("SRCSEQ").is_null())
    return Adtte(
        dataset,
        _define(outcome, codes, dataset),
        unresolved.select("USUBJID", "PARAMCD", "EPISODE", pl.col("decided").alias("row_id")),
    )


def write_adtte(
    outcome: Outcome,
    path: Path,
    *,
    cohort: Cohort | None = None,
    day_zero_dates: Mapping[str, date] | None = None,
    version: Version = 5,
) -> Written:
    """Write ADTTE as a transport file, Dataset-JSON or Parquet, by the ending, and its define table beside it.

    `version` is that of a transport file. Raises InputProblems for another ending, for what the format cannot hold, and
    when the names of subjects or parameters would lose letters in it.
    """
    check_ending(path, ENDINGS)
    made = adtte(outcome, cohort, day_zero_dates)
    define = path.with_name(f"{path.stem}-define.csv")
    # Together: codes of one run beside the rows of another would name other things.
    with write_into(path.parent, listed=False, called=path.name) as result:
        lost = _write_dataset(made, result.place(path.name), outcome.provenance.cohort, version)
        write_list(made.define, result.place(define.name))
    return Written(path, define, made.dataset.frame.height, lost, made.unresolved)


def _write_dataset(made: Adtte, path: Path, study: str, version: Version) -> pl.DataFrame:
    lost = pl.DataFrame(schema={"column": pl.String, "rows": pl.Int64, "what": pl.String})
    if path.suffix == ".xpt":
        lost = write_transport(made.dataset, path, version, KEYS)
    elif path.suffix == ".parquet":
        made.dataset.frame.write_parquet(path, metadata={"name": NAME, "label": made.dataset.label})
    else:
        write_dataset_json(made.dataset, path, study=study)
    return lost


def read_adtte(path: Path) -> Dataset:
    """An ADTTE that `write_adtte` wrote, its columns in their types again."""
    if path.suffix == ".parquet":
        about = pl.read_parquet_metadata(path)
        dataset = Dataset(about.get("name", NAME), about.get("label", ""), pl.read_parquet(path), _labels(), path.name)
    elif path.suffix == ".xpt":
        dataset = read_transport(path)
    else:
        dataset = read_dataset_json(path, as_is=True)
    types: dict[str, type[pl.DataType]] = {
        **{name: SPELL_COLUMNS[column] for column, name in spell_names().items() if column != "event"},
        **dict.fromkeys(("ASEQ", "ADY", "AVAL", "CNSR", "SRCSEQ"), pl.Int32),
    }
    frame = dataset.frame
    typed = {name: _typed(frame, name, kind) for name, kind in types.items() if name in frame.columns}
    dates = {name: _date(frame, name) for name in ("STARTDT", "ADT") if name in frame.columns}
    return Dataset(dataset.name, dataset.label, frame.with_columns(**typed, **dates), dataset.labels, path.name)


def _typed(frame: pl.DataFrame, name: str, kind: type[pl.DataType]) -> pl.Expr:
    if kind == pl.Int32 and frame.schema[name].is_float():
        return pl.col(name).round().cast(pl.Int32)
    return pl.col(name).cast(kind)


def _date(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A date: as such, as ISO text, or as a transport file has it (days since 1960)."""
    if frame.schema[name] == pl.Date:
        return pl.col(name)
    if frame.schema[name] == pl.String:
        return pl.col(name).str.to_date("%Y-%m-%d")
    return pl.lit(date(1960, 1, 1)) + pl.duration(days=pl.col(name).cast(pl.Int32))


def adtte_spells(dataset: Dataset, endpoint: str) -> pl.DataFrame:
    """The spells of one endpoint, in the columns and types of an Outcome; KeyError names the endpoints there are."""
    frame = dataset.frame.filter(pl.col("ENDPOINT") == endpoint)
    if not frame.height:
        known = dataset.frame["ENDPOINT"].unique(maintain_order=True).to_list()
        raise KeyError(f"no rows of {endpoint}; there are rows of {known}")
    columns = {column: pl.col(name) for column, name in spell_names().items()}
    columns["event"] = pl.col(spell_names()["event"]) == "Y"
    return frame.select(**columns).cast(pl.Schema(SPELL_COLUMNS))


# ------------------------------------------------------------------ the rows


def _rows(one: Outcome, code: str, whole: Outcome) -> pl.DataFrame:
    titles = {known.name: known.endpoint.title for known in (whole, *whole.parts)}
    names = spell_names()
    spells = one.spells.select(pl.col(column).cast(kind) for column, kind in SPELL_COLUMNS.items())
    decided, table = _decided(one)
    reasons = censor_codes()
    number = pl.col("reason").replace_strict(reasons, default=len(reasons) + 1, return_dtype=pl.Int32)
    why = pl.col("reason").replace(dict(REASON_WORDS))
    sdtm = decided.str.extract(FROM_SDTM, 1)
    domain = pl.coalesce(sdtm, table.str.to_uppercase().str.slice(0, 8))
    standard = {
        "PARAMCD": pl.lit(code),
        "PARAM": pl.lit(_title(one, whole)),
        # The standard has no day 0: day zero is day 1, and the day before it -1.
        "ADY": pl.when(pl.col("exit_day") >= 0).then(pl.col("exit_day") + 1).otherwise("exit_day").cast(pl.Int32),
        # One more than the days between, as in the public examples of the standard.
        "AVAL": (pl.col("exit_day") - pl.col("origin_day") + 1).cast(pl.Int32),
        "AVALU": pl.lit("DAYS"),
        "CNSR": pl.when("event").then(0).otherwise(number).cast(pl.Int32),
        "EVNTDESC": pl.when("event").then(pl.col("cause").replace(titles)).otherwise(why),
        "CNSDTDSC": pl.when(~pl.col("event")).then(why),
        "SRCDOM": pl.when("event").then(domain),
        "SRCVAR": pl.when("event").then(_date_variable(domain, sdtm.is_not_null())),
        "SRCSEQ": pl.when("event").then(
            pl.coalesce(decided.str.extract(FROM_SDTM, 2), decided.str.extract(r"(\d{1,9})$", 1)).cast(pl.Int32)
        ),
        "ENDPOINT": pl.lit(one.name),
        "STANDING": pl.lit(one.provenance.kind),
        "decided": pl.when("event").then(decided),
    }
    carried = {name: pl.col(column) for column, name in names.items()}
    carried[names["event"]] = pl.when("event").then(pl.lit("Y")).otherwise(pl.lit("N"))
    return spells.select(**standard, **carried)


def _decided(one: Outcome) -> tuple[pl.Expr, pl.Expr]:
    """The row that dates the event, and its table: a death has none but the subject's own."""
    rows = [
        name for name in SPELL_COLUMNS if name.endswith("_row") and name not in ("baseline_row", "confirmation_row")
    ]
    late = [part.name for part in _leaves(one.endpoint) if _dated_by_confirmation(part)]
    row = pl.coalesce(*rows)
    table = pl.coalesce(*(pl.when(pl.col(name).is_not_null()).then(pl.lit(ROLES.get(name, name))) for name in rows))
    confirmed = pl.col("cause").is_in(late) & pl.col("confirmation_row").is_not_null()
    return pl.when(confirmed).then("confirmation_row").otherwise(row), pl.coalesce(table, pl.lit("subjects"))


def _leaves(endpoint: Endpoint) -> Iterator[Endpoint]:
    if not endpoint.parts:
        yield endpoint
    for part in endpoint.parts:
        yield from _leaves(part)


def _dated_by_confirmation(endpoint: Endpoint) -> bool:
    progression = endpoint.of(Progression)
    return progression is not None and progression.event_date == "confirmation"


def _date_variable(domain: pl.Expr, sdtm: pl.Expr) -> pl.Expr:
    """The variable that dates a row: --STDTC of events, interventions and procedures, --DTC of findings."""
    starts = domain.is_in(["CE", "AE", "EX", "CM", "PR", "DS", "MH"])
    ours = (
        pl.when(domain == "SUBJECTS").then(pl.lit("DEATH_DAY"))
        .when(domain == "TREATMEN").then(pl.lit("START_DAY")).otherwise(pl.lit("DAY"))
    )  # fmt: skip
    return pl.when(sdtm).then(domain + pl.when(starts).then(pl.lit("STDTC")).otherwise(pl.lit("DTC"))).otherwise(ours)


def _with_study(frame: pl.DataFrame, cohort: Cohort | None) -> pl.DataFrame:
    if cohort is None:
        return frame
    studies = cohort.select("subjects", "subject_id", "study").rename({"subject_id": "USUBJID"})
    joined = frame.join(studies, on="USUBJID", how="left", maintain_order="left")
    return joined.with_columns(STUDYID=pl.coalesce("study", "STUDYID")).drop("study")


def _with_persons(frame: pl.DataFrame, cohort: Cohort | None) -> pl.DataFrame:
    """What ADaM carries of each subject, in the columns that the cohort has; one that is empty throughout is not."""
    if cohort is None:
        return frame
    people = cohort.select("subjects", "subject_id", "arm", "centre", "age_years", "sex")
    sex = pl.col("sex").replace_strict({"female": "F", "male": "M"}, default="U", return_dtype=pl.String)
    asked = {
        "arm": {"TRTP": pl.col("arm")},
        "centre": {"SITEID": pl.col("centre")},
        "age_years": {
            "AGE": pl.col("age_years"),
            "AGEU": pl.when(pl.col("age_years").is_not_null()).then(pl.lit("YEARS")),
        },
        # Not recorded is U in the standard, and no empty cell.
        "sex": {"SEX": sex},
    }
    there = [expressions for name, expressions in asked.items() if people[name].null_count() < people.height]
    columns = {name: one for expressions in there for name, one in expressions.items()}
    named = people.select(pl.col("subject_id").alias("USUBJID"), **columns)
    return frame.join(named, on="USUBJID", how="left", maintain_order="left")


def _dates_of(cohort: Cohort | None) -> dict[str, date] | None:
    """The dates of day zero of a cohort of dates, of those who have one."""
    if cohort is None or cohort.day_zero_dates is None:
        return None
    return dict(cohort.day_zero_dates.drop_nulls().iter_rows())


def _with_dates(frame: pl.DataFrame, day_zero_dates: Mapping[str, date] | None) -> pl.DataFrame:
    if day_zero_dates is None:
        return frame
    zero = pl.col("USUBJID").replace_strict(dict(day_zero_dates), default=None, return_dtype=pl.Date)
    return frame.with_columns(
        STARTDT=zero + pl.duration(days=pl.col("ORIGIN0")), ADT=zero + pl.duration(days=pl.col("EXIT0"))
    )


# ------------------------------------------------------------------ names, codes and the define table


def _parameter_codes(outcome: Outcome) -> dict[str, str]:
    """PARAMCD of each endpoint: its name in capitals, at most 8 letters, begun by a letter, each once."""
    codes: dict[str, str] = {}
    for one in (outcome, *outcome.parts):
        plain = re.sub(r"[^A-Z0-9]", "", one.name.upper())
        code = (plain if plain[:1].isalpha() else f"P{plain}")[:8]
        place = 1
        while code in codes.values():
            place += 1
            code = f"{code[: 8 - len(str(place))]}{place}"
        codes[one.name] = code
    return codes


def _title(one: Outcome, whole: Outcome) -> str:
    """PARAM goes with PARAMCD one to one, so a title that two endpoints share gets the name."""
    shared = sum(known.endpoint.title == one.endpoint.title for known in (whole, *whole.parts)) > 1
    return f"{one.endpoint.title} ({one.name})" if shared else one.endpoint.title


def _labels() -> dict[str, str]:
    labels = dict(_STANDARD)
    for column, name in spell_names().items():
        if name not in labels:
            days = " (days since day zero)" if column.endswith("_day") else ""
            labels[name] = f"{column.removesuffix('_day').replace('_', ' ').capitalize()}{days}"[:40]
    return labels


def _define(outcome: Outcome, codes: Mapping[str, str], dataset: Dataset) -> pl.DataFrame:
    carried = {name: column for column, name in spell_names().items()}
    warning = outcome.provenance.warning or "observed records"
    rows = [("dataset", NAME, dataset.label, f"{warning}; records of {outcome.provenance.digest}")]
    for name in dataset.frame.columns:
        meaning = _DERIVED.get(name) or (f"column {carried[name]} of the outcome" if name in carried else "")
        rows.append(("variable", name, dataset.labels[name], meaning))
    for one in (outcome, *outcome.parts):
        rows.append(("parameter", codes[one.name], _title(one, outcome), f"endpoint {one.name}"))
    rows.append(("code of CNSR", "0", "event", "the event happened"))
    for reason, code in censor_codes().items():
        rows.append(("code of CNSR", str(code), reason, REASON_WORDS.get(reason, reason)))
    rows.append(("code of CNSR", str(len(REASONS) + 1), "other", "another reason, or none recorded"))
    rows += [("loss of a transport file", name, "", words) for name, words in LOSSES.items()]
    return pl.DataFrame(rows, schema=["what", "name", "label", "meaning"], orient="row")
