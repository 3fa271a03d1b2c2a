"""A timeline of claims: for each, the years in which it was true as far as that is known, when it was said, and what
was read since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.figure import CROSS, Figure, Spec, layer, name, own_ink
from remission.exhibits.rendering import Finishing
from remission.exhibits.synthesis.canvas import link_layer, name_link, pixel_axes
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import BLUE, HAIRLINE, INK, MUTED, PAPER, SIZES, UNTREATED, VERMILION, Size
from remission.exhibits.wording import count, wrapped

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

# What each layer is drawn from.
Rows = dict[str, list[dict[str, Any]]]
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
        subtitle=f"{said} Bar: true until its end; since when is not known. Upright stroke: said. "
        "Dots: studies that decide. Cross at the end of a bar: true no longer.",
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
        Shown("Claim", lambda row: name_link(row, "claim"), words=True),
        shows("said", "Said in"),
        shows("verdict", "Verdict", words=True),
        shows("words", "When it was true", words=True),
        Shown("Studies that decide", lambda row: row["evidence"] or "–", words=True),
    )
    return Table(timeline.name, f"{timeline.title}.", frame, columns, provenance, "", frame.drop("words", "href"))


def _spec(timeline: ClaimsTimeline, size: Size) -> Spec:
    place, leading = _PLACES[size.wide], size.words + 3
    rows: Rows = {one: [] for one in ("grid", "ticks", "bars", "said", "dots", "crosses", "words", "links")}
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


def _add_claim(rows: Rows, timeline: ClaimsTimeline, claim: ClaimLine, lines: list[str], size: Size, top: float,
               tall: float) -> None:  # fmt: skip
    place, leading = _PLACES[size.wide], size.words + 3
    first = top + leading / 2 + 4
    middle = top + tall / 2 if size.wide else top + len(lines) * leading + 14
    rows["words"] += [_words(line, 0, first + at * leading, INK) for at, line in enumerate(lines)]
    if size.wide:
        rows["words"] += [_words(claim.verdict, place.right + 14, first, INK),
                          _words(claim.last_true_words, place.right + 14, first + leading, MUTED)]  # fmt: skip
    else:
        rows["words"].append(_words(f"{claim.verdict}; {claim.last_true_words}", 0, middle + 18, INK))
    _add_marks(rows, timeline, claim, place, middle)
    if claim.href:
        words = f"{claim.words}: {claim.verdict}, {claim.last_true_words}"
        ends = {"x": 0, "x2": place.width, "y": top, "y2": top + tall}
        rows["links"].append({**ends, "href": claim.href, "words": words})


def _words(words: str, x: float, y: float, ink: str) -> dict[str, Any]:
    return {"words": words, "x": x, "y": y, "ink": ink, "align": "left"}


def _add_marks(rows: Rows, timeline: ClaimsTimeline, claim: ClaimLine, place: _Place, middle: float) -> None:
    if isinstance(claim.last_true, int) or claim.last_true == STILL:
        end = _across(timeline, place, claim.last_true if isinstance(claim.last_true, int) else timeline.last)
        rows["bars"].append({"x": place.left, "x2": end, "y": middle - 6, "y2": middle + 6})
        if claim.last_true != STILL:
            rows["crosses"].append({"x": end, "y": middle})
    x = _across(timeline, place, claim.said)
    rows["said"].append({"x": x, "y": middle - 10, "y2": middle + 10})
    rows["dots"] += [{"x": _across(timeline, place, year), "y": middle} for year in sorted(set(claim.evidence))]


def _drawn(rows: Rows, width: float, tall: float, size: Size) -> Spec:
    x, y = pixel_axes(width, tall)
    down, ends = {"x": x, "y": y, "y2": {"field": "y2"}}, {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    text = {"type": "text", "baseline": "middle", "fontSize": size.words}
    bar = {"type": "rect", "color": UNTREATED, "stroke": MUTED, "strokeWidth": 0.8}
    dot = {
        "type": "point",
        "filled": True,
        "color": BLUE,
        "size": 46,
        "opacity": 1,
        "stroke": PAPER,
        "strokeWidth": 0.8,
    }
    cross = {"type": "point", "shape": CROSS, "size": 60, "strokeWidth": 2, "stroke": VERMILION, "opacity": 1}
    layers = [
        layer("grid", {"type": "rule", "color": HAIRLINE}, **down),
        layer("bars", bar, x=x, y=y, **ends),
        layer("dots", dot, x=x, y=y),
        layer("crosses", cross, x=x, y=y),
        layer("said", {"type": "rule", "color": INK, "strokeWidth": 2}, **down),
        *(layer(data, text | {"align": align}, x=x, y=y, text=name("words"), color=own_ink())
          for data, align in (("words", "left"), ("ticks", "center"))),
        link_layer(x, y),
    ]  # fmt: skip
    return {"datasets": rows, "layer": layers, "width": width, "height": tall}
