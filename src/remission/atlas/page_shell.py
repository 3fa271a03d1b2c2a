"""The shell of every page of the atlas: where one is, where one can go, what the rows are, and of which day.

A page is whole without a script: pictures are drawn, tables are beside them, links are links. The content-security
policy allows the site's own files and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup, escape

from remission.atlas.place_words import HOMECARE, NO_ADVICE
from remission.exhibits.page import Link, Page, tables_of
from remission.exhibits.tables import environment
from remission.exhibits.theme import style_sheet
from remission.exhibits.wording import day_words

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

ROOM = "remission.atlas"
STYLE = "atlas.css"
# Everything is forbidden but the site's own files: a page that is passed on can ask nobody for anything.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src {script}; connect-src {script}; "
    "base-uri 'none'; form-action 'none'"
)
# The licence of the data asks for these very words.
OGL = "Contains public sector information licensed under the Open Government Licence v3.0."
BOUNDARIES = (
    "Source: Office for National Statistics licensed under the Open Government Licence v3.0; contains OS data © Crown "
    "copyright and database right."
)
KIND_WORDS: dict[str, str] = {
    "synthetic": "The atlas runs on an invented sample until real data have been fetched.",
    "partly synthetic": "Real and invented rows stand together here, so no figure can be relied on.",
}


# Texts and pictures by their path from the root of the site.
Files = Sequence[tuple[str, str | bytes]]


@dataclass(frozen=True)
class Site:
    """What all pages of one export share: where one can go, and the day that it was made on."""

    navigation: tuple[Link, ...]
    day: date

    @property
    def made(self) -> str:
        """The day in words."""
        return day_words(self.day)


def render_atlas_page(page: Page, site: Site) -> str:
    """The page as HTML; the words of its provenance stand in its banner, on every picture and on every table."""
    return render_in_shell("site.html.jinja", page, site, style=STYLE, policy=policy_of(page))


def render_in_shell(template: str, page: Page, site: Site, **said: object) -> str:
    """A page in the shell of the site, or in a template that extends it; `said` is what that template needs."""
    noted = replace(page, note=page.note or KIND_WORDS.get(page.provenance.kind, ""))
    always = {"homecare": HOMECARE, "no_advice": NO_ADVICE, "ogl": OGL}
    return environment(ROOM).get_template(template).render(page=noted, site=site, **always, **said)


class Making(Protocol):
    """What makes one page, or files that lie beside pages: called in a process of its own, so it can be pickled.

    A `functools.partial` of a function of a module is one.
    """

    def __call__(self) -> Page | Files:
        """Make it."""


def files_of(made: Page | Files, site: Site) -> Files:
    """A page with its tables as files, by their path from the root of the site; files as they are."""
    if not isinstance(made, Page):
        return made
    page = (made.path, render_atlas_page(made, site))
    place = Path(made.path).parent / made.data_folder
    tables = tables_of(made.sections) if made.data_folder else []
    return [page, *((str(place / table.file_name), table.csv()) for table in tables)]


def marked_json(data: Mapping[str, object], provenance: Provenance) -> str:
    """Plain data for a script, which says what its rows are, as every table and picture does.

    >>> from remission.inputs.provenance import Provenance
    >>> marked_json({"trusts": 3}, Provenance("atlas", "observed", ""))
    '{"standing":"observed","warning":"","trusts":3}'
    """
    # Inside and not in the name: a script asks for names that do not depend on what the rows are.
    said = {"standing": provenance.kind, "warning": provenance.warning}
    return json.dumps(said | dict(data), separators=(",", ":"), ensure_ascii=False)


def policy_of(page: Page) -> str:
    """The content-security policy: a page without a script allows none."""
    return POLICY.format(script="'self'" if page.script else "'none'")


def atlas_style() -> str:
    """The style sheet of the site: what reports and pages share, then the map's, then that of the pages beside it."""
    return style_sheet("report.css") + template_text(STYLE) + template_text("atlas_pages.css")


def template_text(name: str) -> str:
    """A style sheet or a script of the atlas as it lies in its folder of templates."""
    return files(ROOM).joinpath("templates", name).read_text(encoding="utf-8")


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
