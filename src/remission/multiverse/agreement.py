"""How far definitions agree: kappa of every pair as a heat map, and persons by how many definitions see the event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.exhibits.bars import Bar, draw_bars
from remission.exhibits.figure import Figure, Spec, layer, name, number, own_ink
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import BLUE, INK, KAPPA_EDGE, KAPPA_FILLS, NO_KAPPA, SIZES, SLATE, Size
from remission.exhibits.wording import count, percent
from remission.multiverse.specification_curve import Specifications
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.stats.agreement import PersonVotes

Floats = NDArray[np.float64]

# Each step ends below its limit.
_LIMITS = (0.2, 0.4, 0.6, 0.8, 0.9, np.inf)
_WORDS = ("below 0.2", "0.2 to 0.4", "0.4 to 0.6", "0.6 to 0.8", "0.8 to 0.9", "0.9 to 1")
STEPS: tuple[tuple[float, str, str], ...] = tuple(zip(_LIMITS, KAPPA_FILLS, _WORDS, strict=True))
NOT_ESTIMABLE = (NO_KAPPA, "not estimable")
MOST_DRAWN = 160
SHOWN_PAIRS = 40
SIDE = {True: 470, False: 270}


@dataclass(frozen=True, eq=False)
class Agreement:
    """Kappa of every pair of definitions and the persons whom both assess; shape (m, m), in the order of the rows."""

    seen: Specifications
    kappa: Floats
    judged: NDArray[np.int64]

    @cached_property
    def order(self) -> list[int]:
        """Places of the definitions from the lowest to the highest estimate, as in the specification curve."""
        places = {row.id: at for at, row in enumerate(self.seen.rows)}
        return [places[row.id] for row in self.seen.ordered]

    def pairs(self, apart_in: int | None = None) -> Floats:
        """The kappas of all pairs, or of those that differ in one choice and no other; NaN left out."""
        places = np.array([row.places for row in self.seen.rows], np.int64)
        first, second = np.triu_indices(len(places), 1)
        kappas = self.kappa[first, second]
        if apart_in is not None:
            differ = places[first] != places[second]
            # Pairs that differ in one choice alone tell what that choice does; all others mix several.
            kappas = kappas[(differ.sum(axis=1) == 1) & differ[:, apart_in]]
        found: Floats = kappas[~np.isnan(kappas)]
        return found


def draw_kappas(agreement: Agreement) -> Figure:
    """The lower half of the matrix of kappas, definitions in the order of the specification curve."""
    kappas = agreement.pairs()
    drawn = _drawn(agreement)
    total = len(agreement.seen.rows)
    every = f" Drawn: {len(drawn)} of {total} definitions, evenly spaced." if len(drawn) < total else ""
    said = kappa_words(kappas)
    return Figure(
        name="agreement",
        title="Do two definitions find the same persons?",
        subtitle=f"Cohen's kappa of every pair of {total} definitions: {said}. Both ways, definitions run from the "
        f"lowest estimate to the highest.{every}",
        description=f"Heat map of Cohen's kappa of every pair of definitions: {said}.",
        specs={width: _spec(agreement, drawn, SIZES[width]) for width in SIZES},
        table=pairs_table(agreement),
        provenance=agreement.seen.provenance,
    )


def kappa_words(kappas: Floats) -> str:
    """The middle and the ends of some kappas.

    >>> kappa_words(np.array([0.2, 0.5, 1.0])), kappa_words(np.zeros(0))
    ('median 0.50, range 0.20 to 1.00', 'not estimable')
    """
    if not kappas.size:
        return "not estimable"
    low, middle, high = (text_half_up(float(one), 2) for one in (kappas.min(), np.median(kappas), kappas.max()))
    return f"median {middle}, range {low} to {high}"


_BY_CHOICE = {
    "pairs": pl.String, "choice": pl.String, "n_pairs": pl.Int64,
    "median": pl.Float64, "lowest": pl.Float64, "highest": pl.Float64,
}  # fmt: skip
_KAPPA = (
    "Cohen's kappa between the statuses 'had the event during follow-up' and 'did not', of those whom both "
    "definitions can assess. Pairs without a kappa (nobody, or everybody, had the event under both) are left out."
)


def agreement_table(agreement: Agreement) -> Table:
    """Kappa over all pairs, and over pairs that differ in one choice only."""
    seen = agreement.seen
    groups: list[tuple[str, str | None, int | None]] = [("All pairs", None, None)]
    groups += [(f"Differ only in: {choice.label}", choice.name, at) for at, choice in enumerate(seen.choices)]
    rows = [{"pairs": words, "choice": named, **_summary(agreement.pairs(at))} for words, named, at in groups]
    columns = (
        shows("pairs", "Pairs of definitions"),
        shows("n_pairs", "Pairs"),
        *(Shown(header, _two_digits(field)) for field, header in
          (("median", "Median kappa"), ("lowest", "Lowest"), ("highest", "Highest"))),
    )  # fmt: skip
    frame = pl.DataFrame(rows, schema=_BY_CHOICE)
    return Table("agreement-by-choice", "Agreement between definitions.", frame, columns, seen.provenance, _KAPPA)


def _summary(kappas: Floats) -> dict[str, Any]:
    if not kappas.size:
        return {"n_pairs": 0, "median": None, "lowest": None, "highest": None}
    ends = {"median": np.median(kappas), "lowest": kappas.min(), "highest": kappas.max()}
    return {"n_pairs": kappas.size, **{key: float(value) for key, value in ends.items()}}


def pairs_table(agreement: Agreement) -> Table:
    """The pairs that agree least; the CSV has all of them."""
    seen, order = agreement.seen, agreement.order
    rank = np.argsort(order) + 1
    ids = np.array([row.id for row in seen.rows])
    first, second = np.triu_indices(len(ids), 1)
    # The lower estimate first, so that a pair is written in one way only.
    swap = rank[first] > rank[second]
    first, second = np.where(swap, second, first), np.where(swap, first, second)
    raw = pl.DataFrame(
        {
            "first_no": rank[first],
            "second_no": rank[second],
            "first": ids[first],
            "second": ids[second],
            "assessed_by_both": agreement.judged[first, second],
            "kappa": agreement.kappa[first, second],
        }
    ).with_columns(pl.col("kappa").fill_nan(None))
    raw = raw.sort("first_no", "second_no")
    least = raw.drop_nulls("kappa").sort("kappa", "first_no", "second_no").head(SHOWN_PAIRS)
    columns = (
        Shown("Definitions", lambda row: f"No. {row['first_no']} and {row['second_no']}"),
        Shown("Kappa", _two_digits("kappa")),
        shows("assessed_by_both", "Assessed by both"),
    )
    caption = f"The {least.height} pairs of definitions that agree least; numbers as in the table of definitions."
    return Table("pairs", caption, least, columns, seen.provenance, f"All {raw.height:,} pairs are in the CSV.", raw)


def _two_digits(field: str) -> Any:
    def text(row: Row) -> str:
        return "–" if row[field] is None else text_half_up(row[field], 2)

    return text


def draw_persons(seen: Specifications, votes: PersonVotes) -> Figure:
    """Persons by the share of the definitions under which they had the event."""
    rows = person_rows(votes)
    total = sum(row["persons"] for row in rows)
    bars = [
        Bar(row["under"], row["persons"], _persons_words(row),
            SLATE if row["unanimous"] else BLUE)
        for row in rows
    ]  # fmt: skip
    said = _changing_words(votes, total)
    return Figure(
        name="persons",
        title="Persons by how many definitions see the event",
        subtitle=f"{said}. Bars: persons by the share of definitions, of those that can assess them, under which they "
        "had the event.",
        description=f"Bars of persons by the share of definitions under which they had the event. {said}.",
        specs=draw_bars(bars),
        table=_persons_table(seen, rows, votes),
        provenance=seen.provenance,
    )


def _changing_words(votes: PersonVotes, total: int) -> str:
    changing = int(np.count_nonzero(votes.changing))
    of = f"{percent(changing / total)} of {total:,}" if total else "of nobody"
    return f"{count(changing, 'person')} ({of}) had the event under some definitions and not under others"


def person_rows(votes: PersonVotes) -> list[dict[str, Any]]:
    """Persons in twelve groups: under no definition, by tenths, under every definition.

    >>> from remission.stats.agreement import PersonVotes
    >>> rows = person_rows(PersonVotes(np.array([0, 1, 3, 10, 0]), np.array([10, 10, 10, 10, 0])))
    >>> [(row["under"], row["persons"]) for row in rows if row["persons"]]
    [('none of them', 1), ('up to 10\\xa0%', 1), ('over 20 to 30\\xa0%', 1), ('all of them', 1)]
    """
    known = votes.judged > 0
    yes, judged = votes.yes[known], votes.judged[known]
    # Tenths rounded up, so that a person with one definition of many is not among those with none; all is a class of
    # its own.
    tenth = np.where(yes == judged, 11, -(-10 * yes // np.maximum(judged, 1)))
    persons = np.bincount(np.where(yes == 0, 0, tenth), minlength=12)
    words = ["none of them", "up to 10\u00a0%", *(f"over {10 * at} to {10 * at + 10}\u00a0%" for at in range(1, 9)),
             "over 90\u00a0%, not all", "all of them"]  # fmt: skip
    total = max(int(persons.sum()), 1)
    return [
        {"under": said, "persons": int(number), "share": number / total, "unanimous": at in (0, 11)}
        for at, (said, number) in enumerate(zip(words, persons, strict=True))
    ]


def _persons_words(row: Row) -> str:
    return f"{row['persons']:,} ({percent(row['share'])})" if row["persons"] else "0"


def _persons_table(seen: Specifications, rows: list[dict[str, Any]], votes: PersonVotes) -> Table:
    columns = (
        shows("under", "Had the event under"),
        shows("persons", "Persons"),
        Shown("Share", lambda row: percent(row["share"])),
    )
    never = int(np.count_nonzero(votes.judged == 0))
    note = (
        f"{count(never, 'person')} who entered can be assessed under no definition and are not counted."
        if never
        else ""
    )
    caption = "Persons by the share of definitions under which they had the event."
    return Table("persons", caption, pl.DataFrame(rows), columns, seen.provenance, note)


def _drawn(agreement: Agreement) -> list[int]:
    """Places of the definitions that are drawn: all, or so many that a cell can be seen."""
    order = agreement.order
    if len(order) <= MOST_DRAWN:
        return order
    # Evenly spaced along the order of estimates: the first so many would all be alike.
    return [order[round(at)] for at in np.linspace(0, len(order) - 1, MOST_DRAWN)]


def _spec(agreement: Agreement, drawn: list[int], size: Size) -> Spec:
    side = SIDE[size.wide]
    kappa = agreement.kappa[np.ix_(drawn, drawn)]
    cell = {"domain": [0, max(len(drawn), 1)], "range": [0, side]}
    across, down = {"axis": None, "scale": cell}, {"axis": None, "scale": {**cell, "reverse": False}}
    data = {
        "cells": list(_runs(kappa)),
        "legend": list(_legend(size, some_unknown=bool(np.isnan(kappa).any()))),
        "names": _names(side),
    }
    text = {"type": "text", "fontSize": size.words, "align": "left", "baseline": "middle"}
    layers = [
        layer("cells", {"type": "rect", "strokeWidth": 0.6}, x=number("left", **across), x2={"field": "right"},
              y=number("top", **down), y2={"field": "bottom"}, color=own_ink(), stroke=own_ink()),
        *_legend_layers(side, text),
    ]  # fmt: skip
    for align in ("left", "right"):
        mark = {**text, "align": align, "color": INK}
        place = {"axis": None, "scale": {"domain": [0, side], "range": [0, side]}}
        names = layer("names", mark, x=number("x_at", **place), y=number("y_at", **place), text=name("words"))
        layers.append({**names, "transform": [{"filter": f"datum.align == '{align}'"}]})
    return {"datasets": data, "layer": layers, "width": side, "height": side + 24,
            "resolve": {"scale": {"x": "independent", "y": "independent"}}}  # fmt: skip


def _names(side: int) -> list[dict[str, Any]]:
    below = side + 14
    return [
        {"x_at": 0, "y_at": below, "words": "lowest estimate", "align": "left"},
        {"x_at": side, "y_at": below, "words": "highest", "align": "right"},
    ]


def _runs(kappa: Floats) -> Iterator[dict[str, Any]]:
    """Cells of the lower half, neighbours of one step in a row joined into one rectangle."""
    step = np.searchsorted([limit for limit, _, _ in STEPS], np.nan_to_num(kappa, nan=0.0), side="right")
    step = np.where(np.isnan(kappa), len(STEPS), np.minimum(step, len(STEPS) - 1))
    inks = [*(ink for _, ink, _ in STEPS), NOT_ESTIMABLE[0]]
    for row in range(len(kappa)):
        cells = step[row, : row + 1]
        starts = [0, *(np.flatnonzero(np.diff(cells)) + 1).tolist(), row + 1]
        for left, right in pairwise(starts):
            yield {"left": left, "right": right, "top": row, "bottom": row + 1, "ink": inks[cells[left]]}


def _legend(size: Size, *, some_unknown: bool) -> Iterator[dict[str, Any]]:
    side, high = SIDE[size.wide], size.words + 7
    left = side - (118 if size.wide else 100)
    yield {"left": left, "top": 4 + high / 2, "words": "Kappa", "ink": None}
    inks = [(ink, words) for _, ink, words in reversed(STEPS)]
    for at, (ink, words) in enumerate([*inks, *([NOT_ESTIMABLE] if some_unknown else [])], 1):
        yield {"left": left, "top": 4 + high * (at + 0.5), "words": words, "ink": ink}


def _legend_layers(side: int, text: Spec) -> list[Spec]:
    place = {"axis": None, "scale": {"domain": [0, side], "range": [0, side]}}
    x, y = number("left", **place), number("top", **place)
    square = {"type": "point", "shape": "square", "filled": True, "size": 150, "opacity": 1, "xOffset": 7}
    boxes = layer("legend", {**square, "stroke": KAPPA_EDGE, "strokeWidth": 0.5}, x=x, y=y, color=own_ink())
    words = layer("legend", text | {"dx": 20}, x=x, y=y, text=name("words"))
    head = layer("legend", text | {"fontWeight": "bold"}, x=x, y=y, text=name("words"))
    return [
        {**boxes, "transform": [{"filter": "datum.ink != null"}]},
        {**words, "transform": [{"filter": "datum.ink != null"}]},
        {**head, "transform": [{"filter": "datum.ink == null"}]},
    ]
