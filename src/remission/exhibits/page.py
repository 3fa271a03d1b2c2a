"""The report as one HTML page that needs nothing else: no network, no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remission.exhibits.figure import Figure
from remission.exhibits.tables import Table, environment
from remission.exhibits.theme import style_sheet
from remission.inputs.provenance import Provenance


@dataclass(frozen=True)
class Picture:
    """A figure with its two drawings, ready for a page; `alt` hides neither from anybody: the table stands below."""

    figure: Figure
    wide: str
    narrow: str


@dataclass(frozen=True)
class Block:
    """One part of a section: a heading, sentences, a picture with its table folded away, tables in the open."""

    title: str = ""
    sentences: Sequence[str] = ()
    picture: Picture | None = None
    tables: Sequence[Table] = ()
    folded: Sequence[Table] = ()


@dataclass(frozen=True)
class Section:
    """One section of the page; `name` is its anchor."""

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Fact:
    """One line of the provenance."""

    name: str
    text: str


@dataclass(frozen=True)
class Page:
    """Everything on the page: `headlines` first, large, then `in_short`, then `rests_on`, what nobody has verified."""

    title: str
    subtitle: str
    headlines: Sequence[str]
    in_short: Sequence[str]
    rests_on: Sequence[str]
    sections: Sequence[Section]
    facts: Sequence[Fact]


def render_page(page: Page, provenance: Provenance, note: str) -> str:
    """The page as HTML; the words of the provenance stand at the top, with the note, and on every picture and table."""
    template = environment().get_template("report.html.jinja")
    return template.render(page=page, provenance=provenance, note=note, style=style_sheet("report.css"))
