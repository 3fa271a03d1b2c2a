"""From a Vega-Lite spec to an SVG that stands alone, and from that to a PNG; no browser and no network."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

import vl_convert

VEGA_LITE = "6.4"
# Part of the digest of a drawn picture: raise it when `finish` changes, and old pictures are drawn again.
FINISH = 1
# The picture is one image with one description; the roles of its single marks are noise to those who listen.
_ARIA = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_DATASETS = "https://vega.github.io/vega-datasets/"


@cache
def renderer() -> str:
    """What draws, to the version: a picture drawn by another one is drawn again."""
    return f"vl-convert {version('vl-convert-python')}, Vega-Lite {VEGA_LITE}, finish {FINISH}"


def render_svg(spec: Mapping[str, Any], *, name: str, title: str, description: str) -> str:
    """The picture as SVG; `name` prefixes its ids, so that several can stand on one page."""
    svg: str = vl_convert.vegalite_to_svg(dict(spec), vl_version=VEGA_LITE, show_warnings=False)
    return finish(svg, name=name, title=title, description=description)


def render_png(svg: str, scale: float = 2) -> bytes:
    """The same picture as PNG."""
    png: bytes = vl_convert.svg_to_png(svg, scale=scale)
    return png


def finish(svg: str, *, name: str, title: str, description: str) -> str:
    """Make a rendered SVG fit to be published: named, described, the same on every run, naming no other host.

    >>> print(finish('<svg><g clip-path="url(#clip7)"/></svg>', name="km", title="A & B", description="C"))
    <svg role="img" aria-label="A &amp; B. C"><title>A &amp; B</title><desc>C</desc><g clip-path="url(#km-c0)"/></svg>
    """
    svg = svg.replace(_DATASETS, "")
    # The renderer counts clip paths over the whole process, so the same picture would differ from run to run.
    seen: dict[str, str] = {}
    svg = re.sub(r"\bclip\d+\b", lambda found: seen.setdefault(found[0], f"{name}-c{len(seen)}"), svg)
    head, body = re.match(r"(<svg[^>]*)>(.*)", svg, re.S).groups()  # type: ignore[union-attr]  # it always is an svg
    body = _ARIA.sub("", body)
    label = html.escape(f"{title}. {description}")
    words = f"<title>{html.escape(title)}</title><desc>{html.escape(description)}</desc>"
    return f'{head} role="img" aria-label="{label}">{words}{body}'
