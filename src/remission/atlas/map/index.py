"""The first page of the atlas: the default map and its table drawn already, and the live map loaded behind them.

The page is whole without a script. Its style stands in the page, so that nothing has to arrive before it is shown;
the policy allows that one style by its hash, the site's own files, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from remission.atlas.map.live import Choice
from remission.atlas.map.scale import PATTERNS
from remission.atlas.page_shell import BOUNDARIES, ROOM, STYLE, render_atlas_template
from remission.exhibits.page import Page, Picture
from remission.exhibits.rendering import script_bundle
from remission.exhibits.site.serve import Served
from remission.exhibits.site.shell import Site, template_text
from remission.exhibits.tables import json_in_page
from remission.exhibits.theme import style_sheet
from remission.inputs.provenance import Provenance

PATH = "index.html"


@dataclass(frozen=True)
class Download:
    """A file of the default view; `kind` is csv, svg or png (made anew in other views), parquet, or all."""

    path: str
    words: str
    kind: str


@dataclass(frozen=True, eq=False)
class IndexShown:
    """Everything on the index page.

    `map` and `hexagons` show the `default` choice in `window` months at the last month; `windows` and `choices` are
    what readers can choose, each written by `live_data`. `months` are the last months of all windows in order, as
    YYYY-MM. `pages` are codes that have a page. `in_short` are the sentences above the map on the default view, which
    change with the view; `beside` stands below the picture and holds for all views, `notes` are at the end.
    """

    title: str
    subtitle: str
    in_short: Sequence[str]
    map: Picture
    hexagons: Picture
    choices: Sequence[Choice]
    default: Choice
    windows: Sequence[int]
    window: int
    months: Sequence[str]
    pages: frozenset[str]
    downloads: Sequence[Download]
    notes: Sequence[str]
    provenance: Provenance
    beside: Sequence[str] = ()

    @property
    def csv(self) -> str:
        """Where the numbers of the default view lie, from the page; empty when they lie nowhere."""
        return next((one.path for one in self.downloads if one.kind == "csv"), "")


@cache
def index_style() -> str:
    """The style that stands in the page."""
    lines = (style_sheet("report.css", "site.css") + template_text(ROOM, STYLE)).splitlines()
    return "\n".join(line.strip() for line in lines if line and not line.startswith("/*"))


def _policy() -> str:
    # The one style is allowed by its hash: a style that somebody slips in has another.
    style = base64.b64encode(hashlib.sha256(index_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{style}'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'"
    )


# Fit for a header on every page of the site, and in the map's page itself.
CONTENT_SECURITY_POLICY = _policy()
SERVED = Served("The atlas", "remission atlas export", CONTENT_SECURITY_POLICY)


def script_files() -> Mapping[str, str]:
    """The scripts that lie beside the page, by file name: a name changes with its content."""
    return {_printed("vega", script_bundle()): script_bundle(), _printed("atlas", page_script()): page_script()}


@cache
def page_script() -> str:
    """The script of the page itself."""
    return template_text(ROOM, "atlas.js")


def _printed(name: str, content: str) -> str:
    # A browser that kept the old script would ask for it no longer: a new content is a new name.
    return f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:8]}.js"


def render_index(shown: IndexShown, site: Site) -> str:
    """The index page as HTML; ValueError when the default is none of the choices, or has no map of hospitals."""
    if shown.default not in shown.choices or shown.window not in shown.windows or shown.default.boards:
        raise ValueError("the default view must be one that readers can choose, with a map of hospitals")
    script = _printed("atlas", page_script())
    page = Page(path=PATH, title=shown.title, subtitle=shown.subtitle, provenance=shown.provenance, script=script)
    return render_atlas_template(
        "map.html.jinja",
        page,
        site,
        index=shown,
        policy=CONTENT_SECURITY_POLICY,
        style=index_style(),
        patterns=PATTERNS,
        settings=_settings(shown),
        boundaries=BOUNDARIES,
    )


def _settings(shown: IndexShown) -> str:
    """What the script has to know, as JSON that cannot end its element."""
    choices = [[one.name, one.title, one.group or one.title, one.therapy, one.boards] for one in shown.choices]
    settings = {
        "bundle": _printed("vega", script_bundle()),
        "choices": choices,
        "default": {"measure": shown.default.name, "window": shown.window, "month": shown.months[-1], "view": "cells"},
        "windows": list(shown.windows),
        "months": list(shown.months),
        "standing": shown.provenance.kind,
    }
    return json_in_page(settings)
