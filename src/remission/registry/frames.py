"""Drafts of persons as frames: those that `records` reads and checks, and the registry's own tables beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.records.cohort import DTYPES
from remission.records.schema import TABLES
from remission.registry.day_zero import NO_DAY
from remission.registry.schema import ANSWERABLE, OWN_TABLES, Field, countries, fields
from remission.registry.watched import death

if TYPE_CHECKING:
    from remission.registry.drafts import Draft
    from remission.registry.rows import Row

EVENTS = ("visits", "relapses", "scans", "treatments", "adverse_events", "labs")
DAYS_IN_YEAR = 365.25
OLDEST_YEARS = 120
STUDY = "registry"

Cells = dict[str, Any]


def cohort_frames(drafts: Sequence[Draft], asked: Collection[str]) -> dict[str, pl.DataFrame]:
    """The tables of a cohort of dates, every cell a text as told; what has no value has its reason beside it.

    A table of events is there if it has a row, or if it is among those that somebody was `asked` about: empty it says
    that nobody had one.
    """
    frames = {"subjects": _texts(_subject(draft) for draft in drafts)}
    watched = (one for draft in drafts for one in draft.watched)
    stretches: Iterator[Cells] = (
        {
            "subject_id": one.person_id,
            "row_id": one.row_id,
            "kind": one.kind,
            "from_day": one.first.isoformat(),
            "to_day": one.last.isoformat(),
        }
        for one in watched
    )
    frames["observed"] = _texts(stretches, ("subject_id", "row_id", "kind", "from_day", "to_day"))
    for table in EVENTS:
        if table not in asked and not any(draft.of(table) for draft in drafts):
            continue
        rows = (_event(row, draft) for draft in drafts for row in draft.of(table))
        frames[table] = _texts(rows, ("subject_id", "row_id", *ANSWERABLE[table], *_absences(table)))
    return frames


def own_frames(drafts: Sequence[Draft], *, own_words: bool) -> dict[str, pl.DataFrame]:
    """The registry's own tables, in days since day zero of each person; without what is in own words, unless asked."""
    made: dict[str, Iterator[Cells]] = {
        "registry": (_own(draft) for draft in drafts),
        "walking": (_told_at(row, draft) for draft in drafts for row in draft.of("walking")),
        "asked": (_told_at(row, draft) for draft in drafts for row in draft.of("asked")),
    }
    frames = {}
    for name, rows in made.items():
        hidden = {one.column.name for one in fields().values() if one.table == name and one.in_own_words}
        columns = [one for one in OWN_TABLES[name].columns if own_words or one.name not in hidden]
        types = {one.name: DTYPES[one.kind] for one in columns}
        absent = {f"{one}_absent": pl.String for one in ANSWERABLE[name] if one in types}
        frames[name] = pl.DataFrame(list(rows), schema={**types, **absent})
    return frames


def _subject(draft: Draft) -> Cells:
    zero, person = draft.zero, draft.person
    told = next(iter(draft.of("subjects")), None)
    cells: Cells = {
        "subject_id": person.person_id,
        "study": STUDY,
        "country": _country(draft),
        "entered": "no" if zero.date is None else "yes",
        "not_entered_reason": NO_DAY if zero.date is None else None,
        "day_zero_date": zero.date and zero.date.isoformat(),
        "age_years": _age(draft),
        "last_day": zero.date and _last_day(draft).isoformat(),
        "x_day_zero_is": zero.what,
    }
    return cells | _cells(told, "subjects", draft)


def _event(row: Row, draft: Draft) -> Cells:
    cells = {"subject_id": row.person_id, "row_id": row.row_id, "recorded_day": row.recorded_on.isoformat()}
    if row.table == "visits":
        cells["rater"] = "self" if row.told_by == "self" else "other"
    return cells | _cells(row, row.table, draft)


def _cells(row: Row | None, table: str, draft: Draft) -> Cells:
    """What was told, as text, and why it was not."""
    cells: Cells = {}
    for name in ANSWERABLE[table]:
        asked = fields()[f"{table}.{name}"]
        cells[name] = None if row is None else _date(row, name, draft) if asked.kind == "day" else row.value(name)
        if not asked.column.required:
            cells[f"{name}_absent"] = None if row is None else row.absent(name)
    return cells


def _date(row: Row, name: str, draft: Draft) -> str | None:
    days, day = row.days(name), row.day_of(name)
    if days is None or day is None:
        return None
    if row.row_id == draft.zero.row_id and name == "start_day":
        return day.isoformat()
    # The middle of a period that was not over when it was told is a day that had not come.
    return day.isoformat() if day != days.middle else row.value(name)


def _country(draft: Draft) -> str | None:
    """Of the centre: where the person was treated; where they live only if they had no transplant."""
    told = next(iter(draft.of("registry")), None)
    if told is None:
        return None
    code = told.value("treatment_country") or (told.value("home_country") if draft.zero.what != "transplant" else None)
    return None if code is None else countries()[code]


def _age(draft: Draft) -> str | None:
    """On day zero, from the middle of the year of birth."""
    told = next(iter(draft.of("registry")), None)
    year = None if told is None else told.value("birth_year")
    if year is None or draft.zero.date is None:
        return None
    age = round((draft.zero.date - date(int(year), 7, 1)).days / DAYS_IN_YEAR, 1)
    # A year of birth that cannot be is kept beside the cohort as told, and makes no age.
    return f"{age}" if 0 <= age <= OLDEST_YEARS else None


def _last_day(draft: Draft) -> date:
    """The last day on which anything was told, before a death that was told of."""
    # Whose every answer is in no row was there on the day of registering.
    last = max((row.told_on for row in draft.rows), default=draft.person.registered_on)
    end = death(draft.rows)
    return last if end is None else min(last, end)


def _own(draft: Draft) -> Cells:
    told = next(iter(draft.of("registry")), None)
    cells = {
        "subject_id": draft.person.person_id,
        "registered_day": _since(draft.person.registered_on, draft),
        "day_zero_is": draft.zero.what,
        "day_zero_precision": draft.zero.precision,
        "told_by": _told_by(draft),
    }
    return cells | (_typed(told, draft) if told is not None else {})


def _told_at(row: Row, draft: Draft) -> Cells:
    cells: Cells = {"subject_id": row.person_id, "row_id": row.row_id, "told_by": row.told_by}
    cells |= {"day": _since(row.told_on, draft), "recorded_day": _since(row.recorded_on, draft)}
    return {name: value for name, value in (cells | _typed(row, draft)).items() if name in _columns_of(row.table)}


def _columns_of(table: str) -> set[str]:
    return {one.name for one in OWN_TABLES[table].columns} | {f"{one}_absent" for one in ANSWERABLE[table]}


def _typed(row: Row, draft: Draft) -> Cells:
    """What was told as numbers, words and days since day zero, and why it was not."""
    cells: Cells = {}
    for name in row.cells:
        cells[name] = _value(row, name, fields()[f"{row.table}.{name}"], draft)
        cells[f"{name}_absent"] = row.absent(name)
    return cells


def _value(row: Row, name: str, asked: Field, draft: Draft) -> int | float | str | None:
    text, day = row.value(name), row.day_of(name) if asked.kind == "day" else None
    if text is None or asked.kind == "day":
        return None if day is None else _since(day, draft)
    numbers = {"integer": int, "number": float}
    return numbers[asked.kind](text) if asked.kind in numbers else text


def _told_by(draft: Draft) -> str | None:
    tellers = sorted({row.told_by for row in draft.rows})
    return None if not tellers else tellers[0] if len(tellers) == 1 else "both"


def _since(day: date, draft: Draft) -> int | None:
    return None if draft.zero.date is None else (day - draft.zero.date).days


def _texts(rows: Iterator[Cells], columns: Sequence[str] = ()) -> pl.DataFrame:
    """Rows of texts as a frame; `columns` are those of a table without rows."""
    listed = list(rows)
    names = dict.fromkeys([*columns, *(name for row in listed for name in row)])
    return pl.DataFrame(listed, schema=dict.fromkeys(names, pl.String))


def _absences(table: str) -> tuple[str, ...]:
    return tuple(f"{name}_absent" for name in ANSWERABLE[table] if not TABLES[table].column(name).required)
