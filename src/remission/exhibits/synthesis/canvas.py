"""What pictures of studies share: places in pixels, links over rows and points, and names that are links in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from remission.exhibits.figure import Spec, layer, name, number, own_ink

if TYPE_CHECKING:
    from remission.exhibits.tables import Row

# What a row says of itself: no scale of Vega's is asked.
OWN: Spec = {"type": "nominal", "scale": None, "legend": None}


def pixel_axes(width: float, tall: float) -> tuple[Spec, Spec]:
    """Channels x and y whose numbers are pixels from the top left."""
    across = number("x", axis=None, scale={"domain": [0, width], "range": [0, width]})
    return across, number("y", axis=None, scale={"domain": [0, tall], "range": [0, tall]})


def linked_channels() -> dict[str, Spec]:
    """A mark that is a link, with the words that it says: to those who point at it, and to those who listen."""
    return {"href": {"field": "href", "type": "nominal"}, "description": name("words"), "tooltip": name("words")}


def link_layer(x: Spec, y: Spec) -> Spec:
    """Rows of "links" from (x, y) to (x2, y2), over everything: the whole row is the link, for a finger too."""
    mark = {"type": "rect", "fillOpacity": 0, "aria": True}
    return layer("links", mark, x=x, y=y, x2={"field": "x2"}, y2={"field": "y2"}, **linked_channels())


def point_layer(rows: str, x: Spec, y: Spec, **look: Any) -> Spec:
    """Points that are links, each with its own ink, fill and shape."""
    mark = {"type": "point", "opacity": 1, "aria": True, **look}
    fill, shape = {"field": "fill", **OWN}, {"field": "shape", **OWN}
    return layer(rows, mark, x=x, y=y, stroke=own_ink(), fill=fill, shape=shape, **linked_channels())


def only(drawn: Spec, test: str) -> Spec:
    """A layer of those rows that fit."""
    return {**drawn, "transform": [{"filter": test}]}


def name_link(row: Row, field: str) -> str:
    """The words of a field, with a link to the row's `href` where it has one.

    >>> print(name_link({"name": "A & B", "href": "a.html"}, "name"), name_link({"name": "A & B", "href": ""}, "name"))
    <a href="a.html">A &amp; B</a> A &amp; B
    """
    if not row["href"]:
        return escape(row[field])
    return Markup('<a href="{}">{}</a>').format(row["href"], row[field])
