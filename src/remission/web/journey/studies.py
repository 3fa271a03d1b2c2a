"""What published studies of the library say of the treatments that a person named: as printed, each with its source.

It is said of the people of those studies and of nobody else. Nothing is foretold and nothing advised; the studies come
in the order of their year, never by what they found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.card import headline, main_number
from remission.evidence.recipes.listing import total_people
from remission.exhibits.page import Block, Section
from remission.exhibits.site.shell import joined, linked
from remission.exhibits.tables import OF_THE_LIBRARY, Shown, Table, shows
from remission.exhibits.wording import anchor, count
from remission.studies.load import load_studies
from remission.web.journey.voice import OWN, Voice
from remission.web.journey.words import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from remission.studies.study import Study

# More than so many are folded away: a person is shown their own record first.
MOST_IN_THE_OPEN = 3
LEAD = "This is what was found in the people of these studies."
CARD, EVERY = "study/{name}.html", "evidence/studies.html"


@dataclass(frozen=True)
class Said:
    """What one study says of a treatment: its main number of those who had it, with how far that was checked."""

    name: str
    title: str
    year: int | None
    people: int | None
    says: str


@cache
def said_of(therapy: str) -> tuple[Said, ...]:
    """What the studies of one treatment say, the oldest first; empty where the library has none with a number read.

    >>> [one.name for one in said_of("siponimod")], said_of("azathioprine")
    (['expand'], ())
    """
    found = [said for study in load_studies().every if (said := _said(study, therapy)) is not None]
    return tuple(sorted(found, key=lambda one: (one.year or 0, one.title)))


def _said(study: Study, therapy: str) -> Said | None:
    arms = {arm.name for arm in study.arms if arm.therapy == therapy}
    if not arms:
        return None
    number = main_number(study)
    # The number asked for first may be of the other treatment alone: then it is that of this one.
    of_others = number is not None and number.arm and not {number.arm, number.against} & arms
    about = replace(study, numbers=tuple(one for one in study.numbers if one.arm in arms)) if of_others else study
    shown = main_number(about)
    return None if shown is None else Said(study.name, study.title, study.year, total_people(study), headline(about))


def studies_section(therapies: Sequence[str], site: Path | None, voice: Voice = OWN) -> Section | None:
    """What studies say of each of these treatments; None where no treatment was named.

    A study is linked to its own page where the site that is served has one.
    """
    named = list(dict.fromkeys(therapies))
    if not named:
        return None
    lead = Block(sentences=[LEAD, voice.studies])
    return Section("studies", "What studies say of these treatments", [lead, *_blocks(named, site)])


def _blocks(therapies: Sequence[str], site: Path | None) -> Iterator[Block]:
    for therapy in therapies:
        found, title = said_of(therapy), name_of(therapy)
        if not found:
            yield Block(title, ["The library of this site has no study of it with a number that may be shown."])
            continue
        table = _table(therapy, found, site)
        many = f"The library has {count(len(found), 'study', 'studies')} of it, in the order of the year."
        door = [joined([many, _link("All studies of the library", EVERY, site)], " ")]
        few = len(found) <= MOST_IN_THE_OPEN
        yield Block(title, door, tables=[table] if few else [], folded=[] if few else [table])


def _table(therapy: str, found: Sequence[Said], site: Path | None) -> Table:
    columns = (
        Shown("Study", lambda row: _link(row["title"], CARD.format(name=row["name"]), site), words=True),
        Shown("People", lambda row: "not read" if row["people"] is None else f"{row['people']:,}"),
        shows("says", "What it found, and how far that was checked", words=True),
    )
    frame = pl.DataFrame([vars(one) for one in found])
    return Table(f"studies-{anchor(therapy)}", f"Studies of: {name_of(therapy)}.", frame, columns, OF_THE_LIBRARY)


def _link(words: str, path: str, site: Path | None) -> str:
    return linked(words, f"/{path}") if site is not None and (site / path).is_file() else words
