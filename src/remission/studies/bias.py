"""How likely a result is to mislead, as somebody judged it with a named tool. Without a judgement: not judged.

Which tool fits is told by the kind of study: one for trials, one for comparisons without allocation, and a checklist
for series of people who all had the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from remission.inputs.declared import key
from remission.inputs.provenance import STATUSES, Status
from remission.inputs.strict_records import read_record, read_toml
from remission.library.catalogue import library_files
from remission.studies.study import NOT_JUDGED, Judgement, Kind

if TYPE_CHECKING:
    from remission.studies.study import Study

OVERALL = "overall"


@dataclass(frozen=True)
class Domain:
    """One question of a tool, in our own words."""

    name: str = key("Its name in judgements")
    title: str = key("Its name on pages")
    asks: str = key("What it asks, in our own words")


@dataclass(frozen=True)
class Tool:
    """One way to judge: for which kinds of study, its domains, and the judgements allowed, the best first."""

    name: str = key("Short name: the name of the file")
    title: str = key("Title as it stands on pages")
    judgements: tuple[str, ...] = key("Judgements allowed, the best first", least=2)
    overall: bool = key("Does it also judge a result as a whole?")
    citation: str = key("Where it is from")
    status: Status = key("How far that was checked", choices=STATUSES)
    domains: tuple[Domain, ...] = key("Its questions", least=1)
    locus: str = key("Page, table or section", "")
    kinds: tuple[Kind, ...] = key("The kinds of study that it is for; none for one that must be chosen by name", ())


@dataclass(frozen=True)
class Cell:
    """One domain of one result: what was judged, or that nothing was."""

    domain: Domain
    judgement: str
    by: str
    why: str


@cache
def tools() -> dict[str, Tool]:
    """Every tool by its name.

    >>> sorted(tools()), len(tools()["rob-2"].domains)
    (['case-series', 'rob-2', 'robins-i-2016', 'robins-i-2025'], 5)
    """
    found = [read_record(Tool, read_toml(path), path.name) for path in library_files("bias", ".toml")]
    return {one.name: one for one in found}


def tool_for(study: Study) -> Tool | None:
    """The tool that was used for a study, else the one for its kind; None for what pools other studies."""
    # Somebody may judge by another tool than the usual one, and is not to be overruled by its kind.
    used = next((one.tool for one in study.risk_of_bias), "")
    return tools().get(used) or next((one for one in tools().values() if study.kind in one.kinds), None)


def judged(study: Study, what: str = "", arm: str = "") -> tuple[Cell, ...]:
    """Each domain of a study's tool for one of its results, not judged where nobody did; empty without a tool.

    >>> from remission.studies.load import load_studies
    >>> {cell.judgement for cell in judged(load_studies().of_name("mist"), "progressed")}
    {'not judged'}
    """
    tool = tool_for(study)
    if tool is None:
        return ()
    whole = (
        (Domain(OVERALL, "Overall", "How likely is it, all in all, that the result misleads?"),) if tool.overall else ()
    )
    return tuple(_cell(one, study, what, arm) for one in (*tool.domains, *whole))


def _cell(domain: Domain, study: Study, what: str, arm: str) -> Cell:
    said = [one for one in study.risk_of_bias if one.domain == domain.name and _is_of(one, what, arm)]
    # What was judged of this very result goes before what was judged of the study as a whole.
    best = max(said, key=lambda one: (bool(one.what), bool(one.arm), one.on), default=None)
    return Cell(domain, best.judgement, best.by, best.why) if best else Cell(domain, NOT_JUDGED, "", "")


def _is_of(one: Judgement, what: str, arm: str) -> bool:
    return one.what in ("", what) and one.arm in ("", arm)
