"""How a page of the site is printed: its shell, its style sheet, and what stands at the foot of every page."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from remission.atlas.map.index import CONTENT_SECURITY_POLICY as ATLAS_POLICY
from remission.exhibits.page import report_style
from remission.exhibits.site.serve import Served
from remission.exhibits.site.shell import Site, policy_of, render_in_shell, template_text
from remission.exhibits.theme import style_sheet

if TYPE_CHECKING:
    from remission.exhibits.page import Page

ROOM, EVIDENCE = "remission.site", "remission.evidence"
STYLE = "site.css"
NO_ADVICE = "This site says what is known. It gives no advice to any one person: talk with your own team."


def render_site_page(page: Page, site: Site) -> str:
    """The page as HTML."""
    return render_site_template("site.html.jinja", page, site)


def render_site_template(template: str, page: Page, site: Site, **said: object) -> str:
    """A page in a template of this room; `said` is what that template needs besides."""
    always = {"style": STYLE, "policy": policy_of(page), "no_advice": NO_ADVICE}
    # Tables of words are wide: on a phone each row stands by itself.
    return render_in_shell(ROOM, template, replace(page, stacked=True), site, **always, **said)


@cache
def site_style() -> str:
    """The style sheet of the site: what reports and sites share, then its own."""
    # The evidence has no shell of its own: its one form is shown in this one.
    own = template_text(ROOM, "front.css") + template_text(EVIDENCE, "eligibility.css")
    return style_sheet("report.css", "site.css", "site_pages.css") + own


def served() -> Served:
    """How the site is served: the reports in it, and the map of the atlas, have a style of their own by its hash."""
    style = base64.b64encode(hashlib.sha256(report_style().encode()).digest()).decode()
    # One header for every file: what a single page may not do, its own policy forbids.
    policy = ATLAS_POLICY.replace("style-src 'self'", f"style-src 'self' 'sha256-{style}'")
    return Served("The site", "remission site export", policy)
