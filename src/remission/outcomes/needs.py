"""What an endpoint needs of a cohort: tables and columns that were collected, and which values would do without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.inputs.problems import InputProblems, Problem
from remission.outcomes.definitions.consistency import check_definition
from remission.outcomes.definitions.reading import load_endpoint

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.records.cohort import Cohort

NOBODY = "nobody is event-free because nobody looked."


@dataclass(frozen=True)
class Needs:
    """What a cohort lacks of what an endpoint rests on.

    `tables` were not collected. Of each entry of `columns` (visits, alternatives joined by "or") there is none.
    `sets` are the values (KEY=VALUE) with which the endpoint would need none of it; empty where there are no such.
    """

    endpoint: Endpoint
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    sets: tuple[str, ...]

    @property
    def met(self) -> bool:
        """Can it be evaluated, so that its events can be told from none?"""
        return not self.tables and not self.columns

    @property
    def words(self) -> str:
        """What is lacking, in words; empty when nothing is."""
        return ", ".join([*self.tables, *(f"{one} in visits" for one in self.columns)])

    @property
    def options(self) -> str:
        """The options of a command that set the values which do without; empty where there are none."""
        return " ".join(f"--set {one}" for one in self.sets)


def needs_of(cohort: Cohort, endpoint: Endpoint) -> Needs:
    """What the cohort lacks for the endpoint.

    >>> from remission.outcomes.load import load_cohort
    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> needs_of(load_cohort("halt-ms"), load_endpoint("sdmt-4pts")).words
    'sdmt_correct in visits'
    """
    tables = tuple(table for table in endpoint.tables if not cohort.collected(table))
    columns = tuple(dict.fromkeys(_columns(cohort, endpoint)))
    return Needs(endpoint, tables, columns, () if columns else _sets(endpoint, tables))


def _columns(cohort: Cohort, endpoint: Endpoint) -> Iterator[str]:
    """Columns of visits without which nobody could have the event, for every part that reads visits."""
    if not cohort.collected("visits"):
        return
    there = cohort.tables["visits"].columns
    origins = () if endpoint.origin is None else (endpoint.origin,)
    for one in (endpoint, *endpoint.parts, *origins):
        yield from (name for name in one.record.measured if name not in there)
        systems = one.record.systems
        if systems and not any(name in there for name in systems):
            yield " or ".join(systems)


def _sets(endpoint: Endpoint, tables: tuple[str, ...]) -> tuple[str, ...]:
    """The values that do without these tables, those of parts after the name of the part."""
    found: list[str] = []
    for table in tables:
        readers = [one for one in (endpoint.parts or (endpoint,)) if table in one.record.tables]
        # What starts the clock has a definition of its own, and a censoring is asked for: nothing of it is left out.
        if endpoint.origin is not None or not readers:
            return ()
        for one in readers:
            values = one.record.without(table)
            if not values:
                return ()
            prefix = f"{one.name}." if endpoint.parts else ""
            found += [f"{prefix}{one.rule}.{name}={value}" for name, value in values.items()]
    return tuple(dict.fromkeys(found))


def checked_endpoint(cohort: Cohort, endpoint: Endpoint | str) -> Endpoint:
    """The endpoint (by its name, or as it is) that the cohort can answer; InputProblems as `check_collected`."""
    found = load_endpoint(endpoint) if isinstance(endpoint, str) else endpoint
    check_collected(cohort, found)
    return found


def check_collected(cohort: Cohort, endpoint: Endpoint) -> None:
    """Refuse an endpoint that is not one definition, or rests on a table which was not collected, naming every one."""
    check_definition(endpoint)
    if not all(cohort.collected(table) for table in endpoint.tables):
        missing = needs_of(cohort, endpoint)
        raise InputProblems(
            Problem.at_key(
                "cohort.toml",
                "collected",
                found=f"no table '{table}'",
                allowed=f"every table that endpoint '{endpoint.name}' rests on ({', '.join(endpoint.tables)})",
                do=_instead(missing),
            )
            for table in missing.tables
        )
    # Decision 28: without such a column nobody could convert, and everybody would be free of it.
    for one in (endpoint, *endpoint.parts):
        _check_systems(cohort, one)


def _instead(missing: Needs) -> str:
    if not missing.sets:
        return f"Collect it, or choose an endpoint without it: {NOBODY}"
    said = "It only keeps visits apart from relapses"
    how = f"{missing.options}, in Python by load_changed_endpoint"
    return f"{said}: collect it, or do without by {how} (the definition shown then says so)."


def _check_systems(cohort: Cohort, endpoint: Endpoint) -> None:
    systems = endpoint.record.systems
    if systems and not any(name in cohort.tables["visits"].columns for name in systems):
        wanted = ", ".join(systems)
        advice = f"Record them, or choose an endpoint without them: {NOBODY}"
        found = "no column of functional-system scores"
        raise InputProblems(
            Problem.at_key("visits", systems[0], found=found, allowed=f"{wanted} for '{endpoint.name}'", do=advice)
        )
