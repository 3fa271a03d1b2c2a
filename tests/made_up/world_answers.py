"""The records of a world as a cohort, and what engine or twin found in it in the words of the world's answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from remission.outcomes.worlds import COLUMNS, NOTHING, ROWS, TABLE_NAMES, World
from remission.records.cohort import DTYPES, Cohort, Manifest
from remission.records.schema import OBSERVED_KINDS, TABLES

SUBJECT = "A"
SPELL_KEYS = ("event", *COLUMNS, *ROWS)


def world_cohort(world: World) -> Cohort:
    """The cohort of a world: one person; every table was collected; without `observed`, watched to the last day."""
    last_day = world.subject["last_day"]
    observed = [{"kind": kind, "from_day": 0, "to_day": last_day} for kind in OBSERVED_KINDS]
    written = {sheet.name: list(sheet.rows) for sheet in world.sheets}
    rows = {"observed": observed} | written | {"subjects": [dict(world.subject)]}
    names = ("subjects", *TABLE_NAMES)
    frames = {name: _frame(name, rows.get(name, [])) for name in names}
    manifest = Manifest("world", world.title, "simulated", "day zero", "days", names, "CC0-1.0")
    return Cohort(manifest, frames, "")


def _frame(table: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    schema = {column.name: DTYPES[column.kind] for column in TABLES[table].with_precisions}
    named = [{"subject_id": SUBJECT, "row_id": f"{table}-{place}", **row} for place, row in enumerate(rows, 1)]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in named], schema=schema)


def spell_answer(spell: Mapping[str, Any], cohort: Cohort) -> dict[str, Any]:
    """One spell in the words of an answer: days of the deciding rows instead of their names, `none` for nothing."""
    told = {key: spell[column] for key, column in COLUMNS.items()}
    told["event"] = spell["exit_day"] if spell["event"] else None
    for key, (column, table) in ROWS.items():
        told[key] = _day_of(cohort.tables[table], spell[column])
    return {key: NOTHING if value is None else value for key, value in told.items()}


def _day_of(frame: pl.DataFrame, row_id: str | None) -> int | None:
    if row_id is None:
        return None
    day = "start_day" if "start_day" in frame.columns else "day"
    found: int = frame.filter(pl.col("row_id") == row_id)[day].item()
    return found


def reading_answer(reading: Mapping[str, Any]) -> str:
    """One reading in the words of an answer.

    >>> reading_answer({"status": "no", "event_day": 270, "cause": "relapse-free", "also": None})
    'no: relapse-free on day 270'
    """
    if reading["status"] == "no":
        also = f", also {reading['also']}" if reading["also"] else ""
        return f"no: {reading['cause']} on day {reading['event_day']}{also}"
    if reading["status"] == "yes":
        return "yes"
    return f"not assessable: {reading['unassessed']} {reading['reason']}"


def differences(stated: Mapping[str, Any], spells: Sequence[Mapping[str, Any]], cohort: Cohort) -> list[str]:
    """Where spells (of one person, in the columns of an Outcome) are not what was stated; empty when all agree."""
    told = [spell_answer(spell, cohort) for spell in spells]
    found = []
    for key in SPELL_KEYS:
        if key not in stated:
            continue
        value = stated[key]
        got = (
            [one[key] for one in told]
            if isinstance(value, list) or (key == "event" and len(told) > 1)
            else told[0][key]
        )
        if got != value:
            found.append(f"{key}: expected {value}, got {got}")
    if "counted" in stated:
        events = sum(bool(spell["event"]) for spell in spells)
        counted = f"{events} in {spells[-1]['exit_day'] - spells[0]['entry_day']} days"
        if counted != stated["counted"]:
            found.append(f"counted: expected {stated['counted']}, got {counted}")
    return found


def part_answer(spell: Mapping[str, Any]) -> str:
    """The spell of a part in the words of an answer: its event or its reason, and the day.

    >>> part_answer({"event": False, "exit_day": 100, "reason": "first-failure"})
    'first-failure on day 100'
    """
    return f"{'event' if spell['event'] else spell['reason']} on day {spell['exit_day']}"
