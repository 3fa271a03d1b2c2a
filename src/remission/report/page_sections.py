"""The sections of the page, found by walking `sections/`: to add one, add its file and its test."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from remission.exhibits.page import Picture, titles_of_persons, without_persons
from remission.report import sections

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.exhibits.page import Section
    from remission.report.asked import Asked

SINGLE_PERSONS = "This report holds rows of single persons, with their ids:"
LEAVE_OUT = "Made with --aggregates-only it holds none of them."
AGGREGATES_ONLY = (
    "Aggregates only: no line, row or id of a single person. That is not anonymous: "
    "steps of curves, small cells and groups of under 10 are single persons."
)


class SectionFile(Protocol):
    """What every file of the folder offers.

    `PLACE` is where the section stands: the page goes from the lowest to the highest, in steps of ten so that one more
    fits between any two. With `COMPARES = True` it stands on the page of `remission compare` too. `make_section` gives
    nothing where there is nothing to say; where a table was not collected it says so.
    """

    PLACE: int

    def make_section(self, asked: Asked, /) -> Section | None:
        """The section of this report, under the file's name as its anchor; None where it does not apply."""


def find_sections() -> dict[str, SectionFile]:
    """Every section by the name of its file, in the order of the page; the walked folder holds nothing else.

    ValueError for two that claim one place.

    >>> list(find_sections())[:3]
    ['people', 'how_often', 'endpoint']
    """
    names = [name for _, name, _ in pkgutil.iter_modules(sections.__path__)]
    found: dict[str, SectionFile] = {name: importlib.import_module(f"{sections.__name__}.{name}") for name in names}
    _check_places(found)
    return dict(sorted(found.items(), key=lambda one: one[1].PLACE))


def make_sections(asked: Asked, *, comparing: bool = False) -> list[Section]:
    """The sections that apply, in order; of aggregates only, without any picture or table of single persons.

    With `comparing` only those whose files say that they compare.
    """
    if asked.aggregates_only:
        asked = replace(asked, picture=partial(_undrawn_persons, asked.picture))
    found = find_sections()
    wanted = {name: one for name, one in found.items() if not comparing or getattr(one, "COMPARES", False)}
    made = ((name, one.make_section(asked)) for name, one in wanted.items())
    sections = [_named_as_its_file(name, section) for name, section in made if section is not None]
    # Here and by what the rows are, so that no section can forget it.
    return without_persons(sections) if asked.aggregates_only else sections


def _undrawn_persons(draw: Callable[[Figure], Picture], figure: Figure) -> Picture:
    """A picture of persons is not drawn, for drawing it writes its files."""
    return Picture(figure, "", "") if figure.table.of_persons else draw(figure)


def person_notices(asked: Asked, sections: Sequence[Section]) -> list[str]:
    """What whoever passes the report on must know of single persons in it; nothing where no record is a person's."""
    if asked.aggregates_only:
        return [AGGREGATES_ONLY]
    titles = titles_of_persons(sections)
    if asked.cohort.provenance.kind != "observed" or not titles:
        return []
    return [f"{SINGLE_PERSONS} {'; '.join(title.rstrip('.') for title in titles)}. {LEAVE_OUT}"]


def _check_places(found: Mapping[str, SectionFile]) -> None:
    # The order of the walk would decide between two of one place, and it is the alphabet's: nobody chose it.
    taken: dict[int, str] = {}
    for name, one in found.items():
        other = taken.setdefault(one.PLACE, name)
        if other != name:
            raise ValueError(f"sections/{name}.py and sections/{other}.py both stand at PLACE {one.PLACE}: move one")


def _named_as_its_file(name: str, section: Section) -> Section:
    # A file begun as a copy of another keeps the other's anchor; two ids on one page lead every link to the first.
    anchor = name.replace("_", "-")
    if section.name != anchor:
        raise ValueError(f"sections/{name}.py makes the section '{section.name}': its anchor is '{anchor}'")
    return section
