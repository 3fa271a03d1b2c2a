"""A timeline of claims: for each, the years in which it was true as far as that is known, when it was said, and what
was read since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup, escape

from remission.exhibits.figure import CROSS, Figure, Spec, layer, name, number, own_ink
from remission.exhibits.rendering import Finishing
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import BLUE, HAIRLINE, INK, MUTED, PAPER, SIZES, UNTREATED, VERMILION, Size
from remission.exhibits.wording import count, wrapped

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

STILL, NOT_KNOWN = "still", "not known"


@dataclass(frozen=True)
class ClaimLine:
    """One claim: the year it was `said` in, its `verdict`, and the last year in which it was true.

    `last_true` is a year, "still" where it holds today, or "not known"; `evidence` are years of studies that decide.
    """

    words: str
    said: int
    verdict: str
    last_true: int | str = NOT_KNOWN
    evidence: Sequence[int] = ()
    href: str = ""

    @property
    def last_true_words(self) -> str:
        """When it was last true.

        >>> ClaimLine("a", 2017, "outdated", 2010).last_true_words, ClaimLine("a", 2017, "open").last_true_words
        ('true until 2010', 'last true: not known')
        """
        if self.last_true == STILL:
            return "true today"
        return f"last true: {NOT_KNOWN}" if self.last_true == NOT_KNOWN else f"true until {self.last_true}"


@dataclass(frozen=True)
class ClaimsTimeline:
    """Claims in the order they are read, and the years that the picture covers."""

    name: str
    title: str
    claims: Sequence[ClaimLine]
    first: int
    last: int


@dataclass(frozen=True)
class _Place:
    """Where the plot stands, in pixels."""

    width: float
    left: float
    right: float
    letters: int


_PLACES = {True: _Place(840, 300, 660, 36), False: _Place(336, 4, 332, 44)}


def draw_claims_timeline(timeline: ClaimsTimeline, provenance: Provenance) -> Figure:
    """The claims in two widths, each a link to its page."""
    open_ends = sum(claim.last_true == NOT_KNOWN for claim in timeline.claims)
    said = f"{count(len(timeline.claims), 'claim')}; of {open_ends or 'none'} it is not known when they were last true."
    return Figure(
        name=timeline.name,
        title=timeline.title,
        subtitle=f"{said} Bar: years in which it was true. Upright stroke: said. Dots: studies that decide. Cross at "
        "the end of a bar: true no longer.",
        description=f"Timeline of claims from {timeline.first} to {timeline.last}. {said} The table has every claim.",
        specs={width: _spec(timeline, SIZES[width]) for width in SIZES},
        table=claims_table(timeline, provenance),
        provenance=provenance,
        finishing=Finishing(linked=True),
    )


def claims_table(timeline: ClaimsTimeline, provenance: Provenance) -> Table:
    """Every claim in words, with its verdict and when it was last true."""
    rows = [{"claim": one.words, "said": one.said, "verdict": one.verdict, "last_true": str(one.last_true),
             "evidence": ", ".join(map(str, sorted(one.evidence))), "words": one.last_true_words, "href": one.href}
            for one in timeline.claims]  # fmt: skip
    schema = {"claim": pl.String, "said": pl.Int64, **dict.fromkeys(("verdict", "last_true", "evidence", "words",
              "href"), pl.String)}  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema)
    columns = (
        Shown("Claim", _named, words=True),
        shows("said", "Said in"),
        shows("verdict", "Verdict", words=True),
        shows("words", "When it was true", words=True),
        Shown("Studies that decide", lambda row: row["evidence"] or "–", words=True),
    )
    return Table(timeline.name, f"{timeline.title}.", frame, columns, provenance, "", frame.drop("words", "href"))


def _named(row: Mapping[str, Any]) -> str:
    if not row["href"]:
        return escape(row["claim"])
    return Markup('<a href="{}">{}</a>').format(row["href"], row["claim"])


def _spec(timeline: ClaimsTimeline, size: Size) -> Spec:
    place, leading = _PLACES[size.wide], size.words + 3
    rows = {one: [] for one in ("grid", "ticks", "bars", "said", "dots", "crosses", "words", "links")}  # type: dict[str, list[dict[str, Any]]]
    top = 26.0
    for claim in timeline.claims:
        lines = wrapped(claim.words, place.letters)
        tall = max(len(lines), 2) * leading + 10 if size.wide else len(lines) * leading + 44
        _add_claim(rows, timeline, claim, lines, size, top, tall)
        top += tall
    for year in range(timeline.first - timeline.first % -5, timeline.last + 1, 5 if size.wide else 10):
        x = _across(timeline, place, year)
        rows["grid"].append({"x": x, "y": 22, "y2": top})
        rows["ticks"].append({"x": x, "y": 10, "words": str(year), "ink": MUTED, "align": "center"})
    return _drawn(rows, place.width, top, size)


def _across(timeline: ClaimsTimeline, place: _Place, year: float) -> float:
    inside = min(max(year, timeline.first), timeline.last)
    share = (inside - timeline.first) / max(timeline.last - timeline.first, 1)
    return round(place.left + share * (place.right - place.left), 2)


def _add_claim(rows: dict[str, list[dict[str, Any]]], timeline: ClaimsTimeline, claim: ClaimLine, lines: list[str],
               size: Size, top: float, tall: float) -> None:  # fmt: skip
    place, leading = _PLACES[size.wide], size.words + 3
    first = top + leading / 2 + 4
    middle = top + tall / 2 if size.wide else top + len(lines) * leading + 14
    rows["words"] += [{"words": line, "x": 0, "y": first + at * leading, "ink": INK, "align": "left"}
                      for at, line in enumerate(lines)]  # fmt: skip
    verdict_x, verdict_y = (place.right + 14, first) if size.wide else (0, middle + 18)
    said = [claim.verdict, claim.last_true_words]
    if not size.wide:
        said = [f"{claim.verdict}; {claim.last_true_words}"]
    rows["words"] += [{"words": line, "x": verdict_x, "y": verdict_y + at * leading, "ink": INK if not at else MUTED,
                       "align": "left"} for at, line in enumerate(said)]  # fmt: skip
    if isinstance(claim.last_true, int) or claim.last_true == STILL:
        end = _across(timeline, place, claim.last_true if isinstance(claim.last_true, int) else timeline.last)
        rows["bars"].append({"x": place.left, "x2": end, "y": middle - 6, "y2": middle + 6})
        if claim.last_true != STILL:
            rows["crosses"].append({"x": end, "y": middle})
    x = _across(timeline, place, claim.said)
    rows["said"].append({"x": x, "y": middle - 10, "y2": middle + 10})
    rows["dots"] += [{"x": _across(timeline, place, year), "y": middle} for year in sorted(set(claim.evidence))]
    if claim.href:
        words = f"{claim.words}: {claim.verdict}, {claim.last_true_words}"
        rows["links"].append(
            {"x": 0, "x2": place.width, "y": top, "y2": top + tall, "href": claim.href, "words": words}
        )


def _drawn(rows: dict[str, list[dict[str, Any]]], width: float, tall: float, size: Size) -> Spec:
    x = number("x", axis=None, scale={"domain": [0, width], "range": [0, width]})
    y = number("y", axis=None, scale={"domain": [0, tall], "range": [0, tall]})
    down, ends = {"x": x, "y": y, "y2": {"field": "y2"}}, {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    text = {"type": "text", "baseline": "middle", "fontSize": size.words}
    words = [
        layer(data, text | {"align": align}, x=x, y=y, text=name("words"), color=own_ink())
        for data, align in (("words", "left"), ("ticks", "center"))
    ]
    layers = [
        layer("grid", {"type": "rule", "color": HAIRLINE}, **down),
        layer("bars", {"type": "rect", "color": UNTREATED, "stroke": MUTED, "strokeWidth": 0.8}, x=x, y=y, **ends),
        layer("dots", {"type": "point", "filled": True, "color": BLUE, "size": 46, "opacity": 1, "stroke": PAPER,
                       "strokeWidth": 0.8}, x=x, y=y),
        layer("crosses", {"type": "point", "shape": CROSS, "size": 60, "strokeWidth": 2, "stroke": VERMILION,
                          "opacity": 1}, x=x, y=y),
        layer("said", {"type": "rule", "color": INK, "strokeWidth": 2}, **down),
        *words,
        layer("links", {"type": "rect", "fillOpacity": 0, "aria": True}, x=x, y=y, **ends,
              href={"field": "href", "type": "nominal"}, description=name("words"), tooltip=name("words")),
    ]  # fmt: skip
    return {"datasets": rows, "layer": layers, "width": width, "height": tall}
