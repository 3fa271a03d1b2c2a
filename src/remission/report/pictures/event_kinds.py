"""Of what kind events were: confirmed or not, how they stand to relapses, and which therapy was on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import count, listed
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.event_kinds import COUNTED, LET_GO, OPEN, WITHOUT
from remission.stats.horizons import days_to_years

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.outcomes.definitions.records import Endpoint


def event_kinds_table(endpoint: Endpoint, kinds: pl.DataFrame, provenance: Provenance) -> Table:
    """The kinds as rows, with the relation where the definition asks for it."""
    rule = endpoint.of(Progression)
    assert rule is not None
    asks = rule.relapse_association is not None
    columns = (
        shows("kind", "What became of it"),
        *((shows("relation", "Relation to relapses", words=True),) if asks else ()),
        shows("changes", f"{rule.direction.capitalize()}s"),
        shows("persons", "Persons"),
    )
    # With first events the walk ends there, so later changes are not in the list: a reader must know.
    until = " Up to each person's first event: what came later is not looked at." if rule.events == "first" else ""
    counted = f" {listed(list(rule.relapse_association.counts))} counts." if rule.relapse_association else ""
    note = f"Counted from the first visit that showed it, while the person was under observation.{counted}{until}"
    caption = f"{endpoint.title}: what was seen and what became of it."
    return Table(f"kinds-{endpoint.name}", caption, kinds, columns, provenance, note)


def kinds_sentences(endpoint: Endpoint, kinds: pl.DataFrame) -> list[str]:
    """How the confirmed changes stand to relapses, and how many were never confirmed.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> kinds = pl.DataFrame({"kind": [COUNTED, LET_GO], "relation": ["PIRA", "RAW"], "changes": [20, 5]})
    >>> kinds_sentences(load_endpoint("pira-mueller-2023"), kinds)
    ['Of 25 confirmed worsenings 20 were PIRA and 5 RAW; PIRA is the event.']
    """
    rule = endpoint.of(Progression)
    assert rule is not None
    one = rule.direction
    a = "an" if one == "improvement" else "a"
    rows: list[dict[str, Any]] = kinds.to_dicts()
    said = []
    if rule.relapse_association is not None:
        confirmed = [row for row in rows if row["kind"] in (COUNTED, LET_GO)]
        by_relation: dict[str, int] = {}
        for row in confirmed:
            by_relation[row["relation"]] = by_relation.get(row["relation"], 0) + row["changes"]
        of = count(sum(by_relation.values()), f"confirmed {one}")
        first, *others = [f"{number} {place}" for place, number in by_relation.items()] or [""]
        was = "was" if first.startswith("1 ") else "were"
        event = listed(list(rule.relapse_association.counts))
        named = listed([first.replace(" ", f" {was} ", 1), *others])
        isare = "is" if len(rule.relapse_association.counts) == 1 else "are"
        said.append(f"Of {of} {named}; {event} {isare} the event." if by_relation else f"No confirmed {one} was seen.")
    if number := sum(row["changes"] for row in rows if row["kind"] == WITHOUT):
        said.append(f"{count(number, 'event')} counted without confirmation.")
    if number := sum(row["persons"] for row in rows if row["kind"] == OPEN):
        said.append(f"In {count(number, 'person')} without an event {a} {one} could be neither confirmed nor refuted.")
    return said


def therapy_table(
    name: str, title: str, counts: Mapping[str, pl.DataFrame], provenance: Provenance, note: str
) -> Table:
    """Events by the therapy that was on, beside the time it was on; `counts` holds the rows of each group."""
    frames = [frame.with_columns(pl.lit(group or None, pl.String).alias("group")) for group, frame in counts.items()]
    frame = pl.concat(frames)
    columns = (
        *((shows("group", "Group", words=True),) if any(counts) else ()),
        Shown("Therapy", lambda row: _therapy(row["therapy"]), words=any(counts)),
        shows("events", "Events"),
        Shown("Person-years observed on it", lambda row: f"{days_to_years(row['person_days']):,.1f}"),
        shows("persons", "Persons"),
    )
    return Table(f"therapies-{name}", f"{title}: what was on when the event came.", frame, columns, provenance, note)


def _therapy(name: str) -> str:
    return "HSCT" if name == "hsct" else name.replace("_", " ")
