"""Traffic lights of risk of bias: a row for each result that was judged, a column for each domain.

Every light has its sign, so that it is read without colour; what nobody has judged is an empty ring and never green.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.figure import Figure, Spec, layer, name, own_ink
from remission.exhibits.rendering import Finishing
from remission.exhibits.synthesis.canvas import OWN, link_layer, name_link, only, pixel_axes
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import INK, LIGHTS, MUTED, SIZES, Size
from remission.exhibits.wording import count, listed, wrapped

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

NOT_JUDGED = "not judged"
# From the least to the most, then what is no judgement: word, sign, and the light it is drawn with.
SIGNS: dict[str, tuple[str, str]] = {
    "low": ("+", "low"),
    "yes": ("+", "low"),
    "some concerns": ("–", "middle"),
    "moderate": ("–", "middle"),
    "unclear": ("?", "none"),
    "high": ("×", "high"),
    "no": ("×", "high"),
    "serious": ("×", "high"),
    "critical": ("!", "highest"),
    "no information": ("?", "none"),
    "does not apply": ("/", "none"),
    NOT_JUDGED: ("", "none"),
}
STEP, RADIUS_AREA = 30, 430
# Longer pictures are pages of rings; the table has all rows.
MOST = 40


@dataclass(frozen=True)
class Judged:
    """One result of one study: a judgement for each domain that has one, `overall`, who judged and why."""

    name: str
    judgements: Mapping[str, str] = field(default_factory=dict)
    overall: str = NOT_JUDGED
    by: str = ""
    why: str = ""
    href: str = ""

    def of(self, domain: str) -> str:
        """The judgement of a domain; what is not there was not judged."""
        return self.judgements.get(domain, NOT_JUDGED)

    @property
    def is_judged(self) -> bool:
        """Has anybody judged anything of it?"""
        return any(one != NOT_JUDGED for one in (*self.judgements.values(), self.overall))


@dataclass(frozen=True)
class TrafficLights:
    """Results and the domains of the tool they were judged with; `overall` says whether it also judges the whole."""

    name: str
    title: str
    tool: str
    domains: Sequence[str]
    results: Sequence[Judged]
    overall: bool = True

    @property
    def drawn(self) -> Sequence[Judged]:
        """The results in the picture; all of them are in the table."""
        return self.results[:MOST]


def draw_traffic_lights(lights: TrafficLights, provenance: Provenance) -> Figure:
    """The lights in two widths, with a table of every judgement in words."""
    said = lights_words(lights)
    keys = listed([f"{sign or 'empty ring'} {word}" for word, (sign, _) in SIGNS.items() if word in _words(lights)])
    numbered = "; ".join(f"{at} {domain}" for at, domain in enumerate(lights.domains, 1))
    whole = "; All, over all" if lights.overall else ""
    rest = f" The first {MOST} are drawn; the table has all." if len(lights.results) > MOST else ""
    return Figure(
        name=lights.name,
        title=lights.title,
        subtitle=f"{said} {keys[:1].upper()}{keys[1:]}. Columns: {numbered}{whole}.{rest}",
        description=f"Traffic-light plot of risk of bias, {lights.tool}. {said}",
        specs={width: _spec(lights, SIZES[width]) for width in SIZES},
        table=lights_table(lights, provenance),
        provenance=provenance,
        finishing=Finishing(linked=True),
    )


def _judgements(lights: TrafficLights, result: Judged) -> list[str]:
    return [*map(result.of, lights.domains), *([result.overall] if lights.overall else [])]


def _words(lights: TrafficLights) -> set[str]:
    return {one for result in lights.drawn for one in _judgements(lights, result)}


def lights_words(lights: TrafficLights) -> str:
    """How many results were judged, and how.

    >>> lights_words(TrafficLights("x", "", "RoB 2", ("a",), [Judged("MIST"), Judged("x", overall="low")]))
    'Of 2 results 1 low and 1 not judged.'
    """
    if not lights.overall:
        judged = sum(result.is_judged for result in lights.results)
        return f"Of {count(len(lights.results), 'result')} {judged or 'none'} judged."
    found = Counter(result.overall for result in lights.results)
    parts = [f"{found[word]} {word}" for word in SIGNS if found[word]]
    return f"Of {count(len(lights.results), 'result')} {listed(parts) or 'none judged'}."


def lights_table(lights: TrafficLights, provenance: Provenance) -> Table:
    """Every judgement in words, with who made it and why."""
    names = [f"domain {at}" for at, _ in enumerate(lights.domains, 1)]
    rows = [{"name": one.name, **dict(zip(names, map(one.of, lights.domains), strict=True)), "overall": one.overall,
             "by": one.by or "nobody yet", "why": one.why, "href": one.href} for one in lights.results]  # fmt: skip
    schema = dict.fromkeys(("name", *names, "overall", "by", "why", "href"), pl.String)
    frame = pl.DataFrame(rows, schema=schema)
    columns = (
        Shown("Study and result", lambda row: name_link(row, "name"), words=True),
        *(shows(at, domain, words=True) for at, domain in zip(names, lights.domains, strict=True)),
        *((shows("overall", "Over all", words=True),) if lights.overall else ()),
        shows("by", "Judged by", words=True),
        Shown("Why", lambda row: row["why"] or "–", words=True),
    )
    raw = frame.drop("href").rename(mapping=dict(zip(names, lights.domains, strict=True)))
    return Table(lights.name, f"{lights.title} ({lights.tool}).", frame, columns, provenance, "", raw)


def _spec(lights: TrafficLights, size: Size) -> Spec:
    heads = [*(str(at) for at, _ in enumerate(lights.domains, 1)), *(["All"] if lights.overall else [])]
    letters = min(max((len(result.name) for result in lights.drawn), default=0), 60) if size.wide else size.letters
    # On a phone the name stands above its lights.
    left = 7.6 * letters + 12 if size.wide else 0.0
    width = max(left + STEP * len(heads), size.plot if size.wide else 336)
    rows: dict[str, list[dict[str, Any]]] = {"circles": [], "words": [], "links": []}
    rows["words"] += [_said(head, left + STEP * (at + 0.5), STEP / 2, "center", MUTED) for at, head in enumerate(heads)]
    top: float = STEP
    for result in lights.drawn:
        tall, middle = _add_names(rows, wrapped(result.name, letters), size, top)
        _add_lights(rows, _judgements(lights, result), left, middle)
        if result.href:
            rows["links"].append({"x": 0, "x2": width, "y": top, "y2": top + tall, "href": result.href,
                                  "words": f"{result.name}: {result.overall}"})  # fmt: skip
        top += tall
    return _drawn(rows, width, top, size)


def _add_names(rows: dict[str, list[dict[str, Any]]], lines: list[str], size: Size,
               top: float) -> tuple[float, float]:  # fmt: skip
    """The lines of a name; gives how high its row is, and the middle of its lights."""
    leading = size.words + 3
    tall = max(len(lines) * leading + 6, STEP) if size.wide else len(lines) * leading + STEP + 8
    middle = top + tall / 2 if size.wide else top + len(lines) * leading + STEP / 2
    first = middle - (len(lines) - 1) * leading / 2 if size.wide else top + leading / 2
    rows["words"] += [_said(line, 0, first + at * leading, "left", INK) for at, line in enumerate(lines)]
    return tall, middle


def _add_lights(rows: dict[str, list[dict[str, Any]]], judgements: list[str], left: float, middle: float) -> None:
    for at, judgement in enumerate(judgements):
        sign, light = SIGNS.get(judgement, ("?", "none"))
        x = left + STEP * (at + 0.5)
        rows["circles"].append({"x": x, "y": middle, "fill": LIGHTS[light].ground, "ink": LIGHTS[light].ink})
        if sign:
            rows["words"].append(_said(sign, x, middle, "center", LIGHTS[light].sign))


def _said(words: str, x: float, y: float, align: str, ink: str) -> dict[str, Any]:
    return {"words": words, "x": x, "y": y, "align": align, "ink": ink}


def _drawn(rows: dict[str, list[dict[str, Any]]], width: float, tall: float, size: Size) -> Spec:
    x, y = pixel_axes(width, tall)
    ring = {"type": "point", "shape": "circle", "size": RADIUS_AREA, "strokeWidth": 1.4, "opacity": 1}
    text = {"type": "text", "baseline": "middle", "fontSize": size.words}
    layers = [
        layer("circles", ring, x=x, y=y, fill={"field": "fill", **OWN}, stroke=own_ink()),
        *(only(layer("words", text | {"align": align}, x=x, y=y, text=name("words"), color=own_ink()),
               f"datum.align == '{align}'") for align in ("left", "center")),
        link_layer(x, y),
    ]  # fmt: skip
    return {"datasets": rows, "layer": layers, "width": width, "height": tall}
