"""Why an authority did not answer: sections of the Acts in words, each with its source.

The number alone says nothing: section 38 is health and safety in the Act of 2000 and personal information in the
Scottish one. A section that the table lacks is named as unknown and kept, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import polars as pl

from remission.foi.acts import Act
from remission.inputs.provenance import Status
from remission.library.catalogue import table

NOT_STATED = "no section was stated"

REFUSALS: dict[str, type[pl.DataType]] = {
    "code": pl.String,
    "act": pl.String,
    "section": pl.String,
    "kind": pl.String,
    "reason": pl.String,
    "status": pl.String,
    "refused": pl.Date,
    "therapy": pl.String,
    "case_number": pl.String,
    "url": pl.String,
}

_SECTION = re.compile(
    r"\b(?:s|ss|sec|sect|section|sections)\s*\.?\s*(\d{1,2}[a-z]?)\s*((?:\(\s*\w{1,3}\s*\)\s*)*)", re.IGNORECASE
)


class Reason(NamedTuple):
    """What a section of an Act means; `kind` is refusal, not held, neither (confirmed nor denied) or unknown."""

    act: Act
    section: str
    kind: str
    words: str
    source: str
    status: str


@dataclass(frozen=True)
class _Section:
    act: Act
    section: str
    subsection: str
    kind: str
    reason: str
    source: str
    status: Status


@cache
def _table() -> dict[tuple[str, str, str], _Section]:
    rows = table("foi/reasons", _Section)
    return {(row.act, row.section, row.subsection): row for row in rows}


def sections_in(text: str) -> tuple[str, ...]:
    """Sections named in a text, in one spelling and in their order.

    >>> sections_in("Exempt under Section 40(2) and s.12")
    ('s40(2)', 's12')
    """
    found = (f"s{number.lower()}{''.join(below.split()).lower()}" for number, below in _SECTION.findall(text))
    return tuple(dict.fromkeys(found))


def section_called(text: str) -> str:
    """A section as somebody writes it on a command line, in one spelling; empty where it is none.

    >>> section_called("12"), section_called("s.40 (2)"), section_called("cost")
    ('s12', 's40(2)', '')
    """
    written = text.strip()
    found = sections_in(f"s{written}" if written[:1].isdigit() else written)
    return found[0] if len(found) == 1 else ""


def reason_of(act: Act, section: str) -> Reason:
    """What a section means under an Act; a subsection that is not listed means what its section does.

    >>> reason_of("FOIA", "s38").words, reason_of("FOISA", "s38(1)(b)").words
    ('health and safety', 'personal information (small numbers)')
    >>> reason_of("FOIA", "s99").kind
    'unknown'
    """
    number, bracket, below = section.partition("(")
    first = f"({below.split(')')[0]})" if bracket else ""
    row = _table().get((act, number, first)) or _table().get((act, number, ""))
    if row is None:
        return Reason(act, section, "unknown", _unknown_words(act, section), "", "")
    return Reason(act, section, row.kind, row.reason, row.source, row.status)


def _unknown_words(act: Act, section: str) -> str:
    return section if section == NOT_STATED else f"{section} of {act}, which the library does not explain"


def known_sections(act: Act) -> tuple[str, ...]:
    """The sections of an Act that the table explains."""
    return tuple(dict.fromkeys(section for one, section, _ in _table() if one == act))


def refusal_rows(facts: dict[str, object], act: Act, sections: Iterable[str]) -> list[dict[str, object]]:
    """Rows of `REFUSALS`, one a section; without any, one row that says none was stated.

    >>> refusal_rows({"code": "RA2"}, "FOIA", ["s14(1)"])[0]["reason"]
    'vexatious or a disproportionate burden'
    """
    reasons = [reason_of(act, section) for section in sections] or [reason_of(act, NOT_STATED)]
    return [
        dict.fromkeys(REFUSALS)
        | facts
        | {"act": act, "section": one.section, "kind": one.kind, "reason": one.words, "status": one.status or "unknown"}
        for one in reasons
    ]


def not_held_row(facts: dict[str, object], act: Act) -> dict[str, object]:
    """A row of `REFUSALS` for what an authority does not hold: no refusal, and no zero.

    >>> not_held_row({"code": "RA2"}, "FOIA")["kind"]
    'not held'
    """
    said = {"act": act, "section": "", "kind": "not held", "reason": "not held", "status": "verified"}
    return dict.fromkeys(REFUSALS) | facts | said
