"""What every page of the atlas says besides its shell: its licence, that it advises nobody, and links by code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from remission.atlas.place_words import HOMECARE, NO_ADVICE
from remission.exhibits.site.shell import Site, linked, policy_of, render_in_shell, template_text
from remission.exhibits.theme import style_sheet

if TYPE_CHECKING:
    from remission.exhibits.page import Page

ROOM = "remission.atlas"
STYLE = "atlas.css"
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


def render_atlas_page(page: Page, site: Site) -> str:
    """The page as HTML; the words of its provenance stand in its banner, on every picture and on every table."""
    return render_atlas_template("site.html.jinja", page, site, style=STYLE, policy=policy_of(page))


def render_atlas_template(template: str, page: Page, site: Site, **said: object) -> str:
    """A page in the shell of the atlas, or in a template that extends it; `said` is what that template needs."""
    noted = replace(page, note=page.note or KIND_WORDS.get(page.provenance.kind, ""))
    always = {"homecare": HOMECARE, "no_advice": NO_ADVICE, "ogl": OGL}
    return render_in_shell(ROOM, template, noted, site, **always, **said)


def atlas_style() -> str:
    """The style sheet of the atlas: what reports and sites share, then the map's, then that of the pages beside it."""
    own = [template_text(ROOM, name) for name in (STYLE, "atlas_pages.css")]
    return style_sheet("report.css", "site.css", "site_pages.css") + "".join(own)


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
