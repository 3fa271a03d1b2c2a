"""A page as data, until a shell prints it.

What stands between the header and the footer is printed by one template, `sections.html.jinja`, whatever the shell: the
report here (one file that needs nothing else: no network, no script), the site of the atlas, and the web.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from remission.exhibits.figure import Figure
from remission.exhibits.tables import Table, environment
from remission.exhibits.theme import style_sheet
from remission.inputs.provenance import Provenance, Source

# The folder of the tables beside a report that is written.
TABLES = "tables"


@dataclass(frozen=True)
class Picture:
    """A figure with its two drawings, ready for a page with its table below; empty where none could be drawn."""

    figure: Figure
    wide: str
    narrow: str

    @classmethod
    def of(cls, figure: Figure) -> Picture:
        """A figure with its two drawings, drawn now."""
        return cls(figure, figure.svg("wide"), figure.svg("narrow"))


@dataclass(frozen=True)
class Block:
    """One part of a section: a heading, a picture with its table folded away, sentences, tables in the open.

    `before` are sentences without which the picture would be misread: they stand above it, `sentences` below.
    `document` is a text of its own, as HTML that was made from Markdown.
    """

    title: str = ""
    sentences: Sequence[str] = ()
    picture: Picture | None = None
    tables: Sequence[Table] = ()
    folded: Sequence[Table] = ()
    before: Sequence[str] = ()
    document: str = ""


@dataclass(frozen=True)
class Section:
    """One section of the page; `name` is its anchor."""

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Fact:
    """One line of where a page comes from."""

    name: str
    text: str


@dataclass(frozen=True)
class Link:
    """A link: its words, and its address from the root of the site."""

    words: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """Everything on a page: `headlines` first, large, then `in_short`, then `rests_on`, what nobody has verified.

    `facts` and `sources` say where it all comes from; `note` stands in the banner beside what the rows are, `notices`
    under it: what whoever passes the page on must know. With `picture_first` the list of sections stands below the
    first of them, so that its picture is seen at once.
    `data_folder` is where the CSV of the tables lie, from the page; empty when none are written. A page of a site has a
    `path`, its address from the root, and a `trail`, the pages above it; `form` is HTML before the sections, which
    comes to life by `script`, a file at the root. `linked_data` says in the words of schema.org what the page is, for
    machines. The tables of a page that is `stacked` stand on a phone row by row, where one of a site is moved sideways.
    `found_by` are words by which people look for the page and that do not stand in its title.
    """

    title: str
    subtitle: str
    provenance: Provenance
    headlines: Sequence[str] = ()
    in_short: Sequence[str] = ()
    rests_on: Sequence[str] = ()
    sections: Sequence[Section] = ()
    facts: Sequence[Fact] = ()
    notices: Sequence[str] = ()
    picture_first: bool = False
    sources: Sequence[Source] = ()
    note: str = ""
    data_folder: str = ""
    path: str = ""
    trail: Sequence[Link] = ()
    form: str = ""
    script: str = ""
    linked_data: Mapping[str, object] = field(default_factory=dict)
    stacked: bool = False
    found_by: Sequence[str] = ()

    @property
    def root(self) -> str:
        """From the page back to the root of the site.

        >>> Page(title="", subtitle="", provenance=Provenance("atlas", "observed", ""), path="trust/R0A.html").root
        '../'
        """
        return "../" * self.path.count("/")

    @property
    def links_files(self) -> bool:
        """Can its CSV be linked? A site travels as a whole; a report is passed on alone, so it names its files only."""
        return bool(self.path and self.data_folder)


def tables_of(sections: Sequence[Section]) -> list[Table]:
    """Every table of some sections once, those behind their pictures too: what is written as CSV beside a page."""
    blocks = [block for section in sections for block in section.blocks]
    behind = [block.picture.figure.table for block in blocks if block.picture]
    every = [*behind, *(table for block in blocks for table in (*block.tables, *block.folded))]
    # Two sections may show one table; its file is written once.
    return list({table.file_name: table for table in every}.values())


def without_persons(sections: Sequence[Section]) -> list[Section]:
    """The sections without pictures and tables whose rows are single persons, and what holds nothing else."""
    kept = [(section, [one for one in map(_without_persons, section.blocks) if one]) for section in sections]
    return [replace(section, blocks=blocks) for section, blocks in kept if blocks]


def _without_persons(block: Block) -> Block | None:
    # What is said around a picture of persons is said of it: it goes too.
    if block.picture and block.picture.figure.table.of_persons:
        return None
    shown, folded = ([one for one in tables if not one.of_persons] for tables in (block.tables, block.folded))
    empty = not (shown or folded or block.picture) and (block.tables or block.folded)
    return None if empty else replace(block, tables=shown, folded=folded)


def titles_of_persons(sections: Sequence[Section]) -> list[str]:
    """The titles of what a page shows person by person: of pictures their own, of tables their captions."""
    blocks = [block for section in sections for block in section.blocks]
    figures = [block.picture.figure for block in blocks if block.picture]
    tables = [table for block in blocks for table in (*block.tables, *block.folded)]
    return [one.title for one in figures if one.table.of_persons] + [one.caption for one in tables if one.of_persons]


def report_style() -> str:
    """What stands in the style element of a report, to the letter: a policy may allow it by its hash."""
    return f"\n{style_sheet('report.css')}\n"


def render_report(page: Page) -> str:
    """The page as HTML that needs nothing else, in the shell of a report.

    The words of the provenance stand at the top, with the note, and on every picture and table.
    """
    return environment().get_template("report.html.jinja").render(page=page, style=report_style())
