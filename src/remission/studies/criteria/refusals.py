"""Who was turned down, and why: what was published; a registry's own count comes when it has ten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from remission.inputs.declared import key
from remission.inputs.provenance import STATUSES, Status
from remission.library.catalogue import table
from remission.studies.study import SHOWABLE, SOURCE

FEWEST = 10
REGISTRY = (
    f"A registry that asks people who were turned down can count the reasons. The count is shown when {FEWEST} people "
    "have told theirs: fewer could be recognised."
)


@dataclass(frozen=True)
class Refusal:
    """One published report of somebody who was turned down, or of people who were not sent."""

    name: str = key("Its name")
    when: str = key("When it was, as far as is known")
    says: str = key("What is told, in our own words")
    why: str = key("The reason, or that none is told; what the rules of that time said")
    rule_set: str = key("The rule set in question; empty where that is not told")
    source: str = key(SOURCE)
    locus: str = key("Where in the source")
    status: Status = key("How far it was checked", choices=STATUSES)
    date_read: date | None = key("The day on which it was read")


@cache
def refusals() -> tuple[Refusal, ...]:
    """Every published report that may be shown, as the library lists them.

    >>> refusals()[0].rule_set
    'london-2016'
    """
    return tuple(one for one in table("refusals", Refusal) if one.status in SHOWABLE)
