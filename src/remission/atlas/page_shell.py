"""The shell of every page of the atlas but the map: where one is, where one can go, and what the rows are.

A page is whole without a script: pictures are drawn, tables are beside them, links are links. The content-security
policy allows the site's own files and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from remission.atlas.place_words import HOMECARE, NO_ADVICE
from remission.exhibits.figure import Figure
from remission.exhibits.page import Fact, Picture, Section
from remission.exhibits.tables import Table, environment
from remission.exhibits.theme import style_sheet
from remission.inputs.provenance import Provenance

STYLE = "atlas.css"
# Everything is forbidden but the site's own files: a page that is passed on can ask nobody for anything.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src {script}; connect-src {script}; "
    "base-uri 'none'; form-action 'none'"
)
# The licence of the data asks for these very words.
OGL = "Contains public sector information licensed under the Open Government Licence v3.0."


@dataclass(frozen=True)
class Link:
    """A link: its words, and its address from the root of the site."""

    words: str
    path: str


KIND_WORDS: dict[str, str] = {
    "synthetic": "The atlas runs on an invented sample until real data have been fetched.",
    "partly synthetic": "Real and invented rows stand together here, so no figure can be relied on.",
}

NAVIGATION = (
    Link("Map", "index.html"),
    Link("Deserts and oases", "deserts.html"),
    Link("Where would I find", "find.html"),
    Link("Measures", "measures.html"),
    Link("Therapies", "therapies.html"),
    Link("Coverage", "coverage.html"),
    Link("FOI", "foi.html"),
    Link("About", "about.html"),
)


@dataclass(frozen=True)
class AtlasPage:
    """One page: `path` is its address from the root of the site, `trail` the pages above it.

    `data_folder` is where the CSV of its tables lie, from the page; empty when none are written. `include` names a
    template put before the sections, `script` a file at the root that makes the page better where scripts run.
    """

    path: str
    title: str
    subtitle: str
    headlines: Sequence[str]
    in_short: Sequence[str]
    sections: Sequence[Section]
    facts: Sequence[Fact] = ()
    trail: Sequence[Link] = ()
    data_folder: str = ""
    include: str = ""
    script: str = ""

    @property
    def root(self) -> str:
        """From the page back to the root of the site.

        >>> AtlasPage("trust/R0A.html", "", "", [], [], []).root
        '../'
        """
        return "../" * self.path.count("/")

    @property
    def policy(self) -> str:
        """The content-security policy: a page without a script allows none."""
        return POLICY.format(script="'self'" if self.script else "'none'")


def render_atlas_page(page: AtlasPage, provenance: Provenance) -> str:
    """The page as HTML; the words of the provenance stand in its banner, on every picture and on every table."""
    template = environment().get_template("atlas_page.html.jinja")
    said = {
        "kind_words": KIND_WORDS.get(provenance.kind, ""),
        "homecare": HOMECARE,
        "no_advice": NO_ADVICE,
        "ogl": OGL,
        "style": STYLE,
    }
    return template.render(page=page, navigation=NAVIGATION, warning=provenance.warning, **said)


def atlas_style() -> str:
    """The style sheet of the site: what reports and pages share, then the map's, then that of the pages beside it."""
    return style_sheet("report.css", STYLE, "atlas_pages.css")


def picture(figure: Figure) -> Picture:
    """A figure with its two drawings."""
    return Picture(figure, figure.svg("wide"), figure.svg("narrow"))


def page_tables(page: AtlasPage) -> list[Table]:
    """Every table of a page, those behind its pictures too: what a recipe writes as CSV into `data_folder`."""
    blocks = [block for section in page.sections for block in section.blocks]
    behind = [block.picture.figure.table for block in blocks if block.picture]
    every = [*behind, *(table for block in blocks for table in (*block.tables, *block.folded))]
    # Two sections may show one table; its file is written once.
    return list({table.file_name: table for table in every}.values())


def linked(words: str, address: str) -> Markup:
    """Words that are a link, safe in a table's cell or a sentence.

    >>> print(linked("A & B", "trust/R0A.html"))
    <a href="trust/R0A.html">A &amp; B</a>
    """
    return Markup('<a href="{}">{}</a>').format(address, words)


def joined(parts: Sequence[str], between: str = ", ") -> Markup:
    """Words and links put one after the other; what is no link is escaped."""
    return Markup(escape(between)).join(parts)


def trust_link(root: str, code: str, name: str, pages: Collection[str] | None = None) -> Markup:
    """The link to a trust's page, from a page whose way back to the root is `root`.

    Where `pages` are the codes that have a page, a place without one is a name without a link.
    """
    if pages is not None and code not in pages:
        return escape(name)
    return linked(name, f"{root}trust/{code}.html")


def measure_link(root: str, name: str, title: str) -> Markup:
    """The link to a measure's page."""
    return linked(title, f"{root}measure/{name}.html")
