"""How the library itself came about: what was looked for and when, what could not be read, and what regimens are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from remission.inputs.declared import key
from remission.inputs.provenance import STATUSES, Status
from remission.library.catalogue import table

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class Search:
    """One subject that was looked for; what was not counted cannot be told afterwards."""

    subject: str = key("What was looked for")
    last_read: date = key("The last day on which something was read")
    looked_in: str = key("Where")
    kept_by: str = key("What had to be so to be kept")
    rows_found: int = key("Rows that came of it", low=0)
    studies: int = key("Studies that came of it", low=0)
    counted: str = key("What the two numbers count")
    not_counted: str = key("What nobody counted")
    limits: str = key("What was out of reach")


@dataclass(frozen=True)
class Unread:
    """A series that is known by name and could not be read; `pooled_by` names who is known to have counted it."""

    series: str = key("Its name")
    pooled_by: tuple[str, ...] = key("Meta-analyses that counted it, as far as is known")
    why: str = key("Why it is needed")
    to_read: str = key("What to read in it")
    where: str = key("Where it would be")


@dataclass(frozen=True)
class Regimen:
    """A transplant regimen as sources describe it; intensity is what a source calls it."""

    regimen: str = key("Its name")
    conditioning: str = key("The kind of conditioning, as in the studies")
    agents: str = key("Drugs and doses, as far as read")
    mobilisation: str = key("How stem cells were brought into the blood")
    graft: str = key("How the graft was handled")
    intensity: str = key("What a source calls it")
    intensity_by: str = key("Which source")
    ablation: str = key("Whether the marrow would come back by itself")
    source: str = key("Where this is from")
    status: Status = key("How far it was checked", choices=STATUSES)


@cache
def searches() -> tuple[Search, ...]:
    """What was looked for, subject by subject.

    >>> sum(one.studies for one in searches())
    116
    """
    return table("searches", Search)


@cache
def unread(pooled_by: str = "") -> tuple[Unread, ...]:
    """Series that could not be read, or those that one meta-analysis is known to have counted.

    >>> len(unread()), len(unread("sormani-2017"))
    (13, 8)
    """
    return tuple(one for one in table("unread_studies", Unread) if pooled_by in ("", *one.pooled_by))


@cache
def regimens() -> tuple[Regimen, ...]:
    """Transplant regimens.

    >>> [one.regimen for one in regimens() if one.intensity == "high"]
    ['TBI + Cy + ATG', 'Bu + Cy with or without ATG']
    """
    return table("regimens", Regimen)
