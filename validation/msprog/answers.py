"""Our answers for a set of options, and how people become a cohort or a question to pymsprog."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from options import CLINICAL_NAMES, FAR, ClinicalSet, OptionSet, as_progression, as_worsening, directions
from people import TESTS, Person, TestedPerson

from remission.outcomes import walk
from remission.outcomes.definitions.changes import Direction
from remission.outcomes.definitions.records import Composite, Endpoint
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.units import Measure
from remission.outcomes.evaluation import evaluate, watch_of
from remission.outcomes.rules.progression import walk_visits
from remission.records.cohort import Cohort, Manifest
from remission.records.segments import SubjectIndex

HERE = Path(__file__).parent
COLUMNS: dict[str, str] = {
    "edss": "edss",
    "t25fw": "t25fw_seconds",
    "nhpt_dominant": "nhpt_dominant_seconds",
    "nhpt_other": "nhpt_other_seconds",
    "sdmt": "sdmt_correct",
}


RELAPSE_COLUMNS = {"subject_id": pl.String, "day": pl.Int32}


class Event(NamedTuple):
    """One event: what it is, its days, and how long after its onset it still held."""

    kind: str
    relation: str
    onset_day: int
    baseline_day: int
    confirmed_day: int | None
    held_days: int


Answer = list[Event] | str
"""Events in order of their onset, or the error in place of them."""


def as_cohort(people: Sequence[Person], measure: Measure) -> Cohort:
    """The people as a cohort in memory, watched without end; rows keep the order of the people's visits."""
    visits = [(person.name, visit.day, visit.value, visit.planned) for person in people for visit in person.visits]
    relapses = [(person.name, day) for person in people for day in person.relapses]
    columns = {"subject_id": pl.String, "day": pl.Int32, COLUMNS[measure]: pl.Float64, "planned": pl.Boolean}
    seen = pl.DataFrame(visits, schema=columns, orient="row")
    had = pl.DataFrame(relapses, schema=RELAPSE_COLUMNS, orient="row")
    scheduled = pl.when("planned").then(pl.lit("yes")).otherwise(pl.lit("no"))
    return _cohort([person.name for person in people], seen.with_columns(scheduled=scheduled).drop("planned"), had)


def _cohort(names: list[str], visits: pl.DataFrame, relapses: pl.DataFrame) -> Cohort:
    subjects = pl.DataFrame({"subject_id": names}).with_columns(entered=pl.lit("yes"))
    always = {"from_day": pl.lit(0, pl.Int32), "to_day": pl.lit(FAR, pl.Int32)}
    observed = pl.concat(
        subjects.select("subject_id", row_id=pl.lit(kind), kind=pl.lit(kind), **always)
        for kind in ("clinic", "relapses")
    )
    tables = {
        "subjects": subjects,
        "observed": observed,
        "visits": _numbered(visits),
        "relapses": _numbered(relapses),
    }
    manifest = Manifest("invented", "Invented people", "simulated", "first visit", "days", tuple(tables), "CC0-1.0")
    return Cohort(manifest, tables, "")


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_row_index("row_id").with_columns(pl.col("row_id").cast(pl.String))


def our_answers(people: Sequence[Person], one: OptionSet) -> dict[str, list[Event]]:
    """Our events of everybody by name: one evaluation a direction, brought together as pymsprog does."""
    cohort = as_cohort(people, one.measure)
    found: dict[str, list[Event]] = {person.name: [] for person in people}
    for direction in directions(one):
        for name, event in _events(cohort, one, direction):
            found[name].append(event)
    return {name: _together(events, one) for name, events in found.items()}


def _together(events: list[Event], one: OptionSet) -> list[Event]:
    """Both directions of one person. An onset found in both is one event to pymsprog: the last found, so of the later
    baseline."""
    latest: dict[int, Event] = {}
    for event in sorted(events, key=lambda event: event.baseline_day):
        latest[event.onset_day] = event
    together = [latest[day] for day in sorted(latest)]
    return together[:1] if one.asked("event") == "first" else together


def _events(cohort: Cohort, one: OptionSet, direction: Direction) -> list[tuple[str, Event]]:
    rule = as_progression(one, direction)
    endpoint = Endpoint("compared", "Compared", "free", record=rule)
    day = dict(cohort.tables["visits"].select("row_id", "day").iter_rows())
    held = _held(cohort, endpoint)
    kind = "CDW" if direction == "worsening" else "CDI"
    events = []
    columns = ("relation", "onset_row", "baseline_row", "confirmation_row")
    for name, relation, onset, baseline, confirming in _of_events(cohort, endpoint, *columns):
        still = day[held[onset]] - day[onset]
        events.append((name, Event(kind, relation or "", day[onset], day[baseline], day[confirming], still)))
    return events


def _held(cohort: Cohort, endpoint: Endpoint) -> dict[str, str]:
    """The row of the last visit that holds an event, by the row of its onset."""
    index = SubjectIndex.of(cohort)
    rule = endpoint.of(Progression)
    assert rule is not None
    log = walk_visits(index, rule, watch_of(index, endpoint)).log
    segments, names = index.segments("visits"), cohort.tables["visits"]["row_id"]
    onset, held = (names.gather(segments.row_at(log[:, column])).to_list() for column in (walk.ONSET, walk.HELD))
    return dict(zip(onset, held, strict=True))


def ask_pymsprog(python: str, people: Sequence[Person], one: OptionSet) -> dict[str, Answer]:
    """Its events of everybody by name; `python` is an interpreter that has it. CalledProcessError when it fails."""
    asked = {"measure": one.measure, "options": one.options, "people": _as_questions(people, one)}
    answers = _ask(python, "ask_pymsprog.py", asked)
    return {
        name: said if isinstance(said, str) else [Event(*event) for event in said] for name, said in answers.items()
    }


def _as_questions(people: Sequence[Person], one: OptionSet) -> list[dict[str, Any]]:
    # Its 'next relapse' is the next in the file, so relapses are handed to it in order.
    scaled = one.in_tenths and one.measure not in ("edss", "sdmt")
    return [
        {
            "name": person.name,
            "visits": [
                (
                    visit.day,
                    round(visit.value * 10) if scaled and visit.value is not None else visit.value,
                    visit.planned,
                )
                for visit in person.visits
            ],
            "relapses": sorted(person.relapses),
        }
        for person in people
    ]


def _ask(python: str, script: str, asked: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [python, str(HERE / script)], input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True
    )
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


# ---------------------------------------------------------------- msclinical

Worsening = list[Any]
"""The test, then days of onset, baseline and confirmation; of the composite only the test and the onset."""


def our_worsenings(people: Sequence[TestedPerson], one: ClinicalSet) -> dict[str, list[Worsening]]:
    """Our confirmed worsenings of everybody by name, test by test; of the composite the first."""
    columns = {"subject_id": pl.String, "day": pl.Int32, **{COLUMNS[measure]: pl.Float64 for measure in TESTS}}
    rows = [(person.name, *visit) for person in people for visit in person.visits]
    visits, nothing = pl.DataFrame(rows, schema=columns, orient="row"), pl.DataFrame(schema=RELAPSE_COLUMNS)
    cohort = _cohort([person.name for person in people], visits, nothing)
    parts = [Endpoint(CLINICAL_NAMES[measure], measure, "free", record=as_worsening(one, measure)) for measure in TESTS]
    found: dict[str, list[Worsening]] = {person.name: [] for person in people}
    if one.composite:
        names = tuple(part.name for part in parts)
        whole = Endpoint("edss-plus", "EDSS-plus", "free", record=Composite(names, "any part"), parts=tuple(parts))
        for name, cause, day in _of_events(cohort, whole, "cause", "exit_day"):
            found[name].append([cause, day])
        return found
    day = dict(cohort.tables["visits"].select("row_id", "day").iter_rows())
    for part in parts:
        for name, *rows_of_event in _of_events(cohort, part, "onset_row", "baseline_row", "confirmation_row"):
            found[name].append([part.name, *(day[row] for row in rows_of_event)])
    return found


def _of_events(cohort: Cohort, endpoint: Endpoint, *columns: str) -> Iterator[tuple[Any, ...]]:
    return evaluate(cohort, endpoint).spells.filter("event").select("subject_id", *columns).iter_rows()


def ask_msclinical(python: str, people: Sequence[TestedPerson], one: ClinicalSet) -> dict[str, list[Worsening]]:
    """Its confirmed worsenings of everybody by name; `python` is an interpreter that has it."""
    asked = {
        "rules": one.rules,
        "composite": one.composite,
        "components": [CLINICAL_NAMES[measure] for measure in TESTS],
        "people": [{"name": person.name, "visits": person.visits} for person in people],
    }
    return _ask(python, "ask_msclinical.py", asked)
