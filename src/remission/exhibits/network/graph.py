"""The graph of a network: which treatments were compared with which, by how many trials, among how many people.

Treatments stand on a ring in the order in which they are given, from the top clockwise: no three of them lie in a
line, so that no line seems to run through a treatment, and the picture is the same on every run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.figure import Figure
from remission.exhibits.network.sheet import Sheet
from remission.exhibits.rendering import PLAIN
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import BLUE, INK, MUTED, PAPER, SIZES, Size
from remission.exhibits.wording import count

if TYPE_CHECKING:
    from remission.exhibits.figure import Spec
    from remission.inputs.provenance import Provenance


@dataclass(frozen=True)
class Treatment:
    """A treatment: how many people took it in these trials, where that is known."""

    name: str
    people: int | None = None


@dataclass(frozen=True)
class Compared:
    """Two treatments with trials that compared them head to head."""

    one: str
    other: str
    trials: Sequence[str]


@dataclass(frozen=True)
class NetworkGraph:
    """Treatments in order, what was compared, and the `reference` against which effects are told.

    `beside` says what stands apart from this network, and why.
    """

    name: str
    title: str
    treatments: Sequence[Treatment]
    compared: Sequence[Compared]
    reference: str
    beside: str = ""

    @property
    def trials(self) -> int:
        """How many trials: one with three arms is one."""
        return len({trial for pair in self.compared for trial in pair.trials})


@dataclass(frozen=True)
class _Ring:
    x: float
    y: float
    across: float
    down: float


_RINGS = {True: _Ring(431, 285, 215, 235), False: _Ring(168, 150, 128, 128)}
# Areas of the smallest and the largest treatment, in square pixels; a phone writes a number into each.
_AREAS = {True: (90.0, 1500.0), False: (420.0, 420.0)}


def draw_network_graph(graph: NetworkGraph, provenance: Provenance) -> Figure:
    """The graph in two widths; its table has every comparison with its trials."""
    said = (
        f"{count(len(graph.treatments), 'treatment')}, {count(graph.trials, 'study', 'studies')}. A line: they were "
        "compared head to head; the thicker, the more trials, and a number where there are two or more. A dot: "
        "the larger, the more people; hollow where their number was not found."
    )
    people = sum(one.people or 0 for one in graph.treatments)
    return Figure(
        name=graph.name,
        title=graph.title,
        subtitle=f"{said} Ring in a ring: {graph.reference}, against which effects are told. The order is fixed and "
        f"says nothing about effect. {graph.beside}".strip(),
        description=f"Network graph of {count(len(graph.treatments), 'treatment')} with {people:,} people, as far as "
        f"their number was found, and {count(len(graph.compared), 'comparison')} made head to head. "
        "The table has every comparison.",
        specs={width: _spec(graph, SIZES[width]) for width in SIZES},
        table=graph_table(graph, provenance),
        provenance=provenance,
        finishing=PLAIN,
    )


def graph_table(graph: NetworkGraph, provenance: Provenance) -> Table:
    """Every comparison that trials made, with the people on each side over all trials of the network."""
    people = {one.name: one.people for one in graph.treatments}
    rows = [{"one": pair.one, "other": pair.other, "trials": len(pair.trials), "which": "; ".join(pair.trials),
             "one_people": people.get(pair.one), "other_people": people.get(pair.other)}
            for pair in graph.compared]  # fmt: skip
    schema = {"one": pl.String, "other": pl.String, "trials": pl.Int64, "which": pl.String, "one_people": pl.Int64,
              "other_people": pl.Int64}  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema)
    columns = (
        Shown("Treatment", lambda row: _with_people(row["one"], row["one_people"]), words=True),
        Shown("Compared with", lambda row: _with_people(row["other"], row["other_people"]), words=True),
        shows("trials", "Trials"),
        shows("which", "Which", words=True),
    )
    note = "People are those on a treatment in all trials of this network; not known where a trial did not print them."
    return Table(graph.name, f"{graph.title}: who was compared with whom.", frame, columns, provenance, note)


def _with_people(name: str, people: int | None) -> str:
    return f"{name} ({people:,})" if people else name


def places(graph: NetworkGraph, ring: tuple[float, float, float, float]) -> dict[str, tuple[float, float]]:
    """Where each treatment stands on a ring (middle x and y, half widths), from the top clockwise, in pixels."""
    x, y, across, down = ring
    step = 2 * math.pi / max(len(graph.treatments), 1)
    return {
        one.name: (round(x + across * math.sin(at * step), 2), round(y - down * math.cos(at * step), 2))
        for at, one in enumerate(graph.treatments)
    }


def _spec(graph: NetworkGraph, size: Size) -> Spec:
    sheet, ring = Sheet(size), _RINGS[size.wide]
    at = places(graph, (ring.x, ring.y, ring.across, ring.down))
    _add_lines(sheet, graph, at)
    _add_treatments(sheet, graph, at)
    if size.wide:
        _add_names(sheet, graph, ring, at)
        return sheet.spec(ring.y + ring.down + 46)
    return sheet.spec(_add_key(sheet, graph, ring.y + ring.down + 42))


def _add_lines(sheet: Sheet, graph: NetworkGraph, at: dict[str, tuple[float, float]]) -> None:
    for pair in graph.compared:
        (x, y), (x2, y2) = at[pair.one], at[pair.other]
        sheet.rule(x, y, x2, y2, ink=MUTED, thick=1.2 + 1.6 * (len(pair.trials) - 1))
    for pair in graph.compared:
        if len(pair.trials) > 1:
            (x, y), (x2, y2) = at[pair.one], at[pair.other]
            # Off the middle, where many lines cross; on the side of whoever is not the reference.
            share = 0.36 if pair.one != graph.reference else 0.64
            sheet.haloed(str(len(pair.trials)), x + share * (x2 - x), y + share * (y2 - y), letters=sheet.size.words)


def _add_treatments(sheet: Sheet, graph: NetworkGraph, at: dict[str, tuple[float, float]]) -> None:
    largest = _largest(graph)
    for number, one in enumerate(graph.treatments, 1):
        area = _area(one, largest, wide=sheet.size.wide)
        x, y = at[one.name]
        if one.name == graph.reference:
            sheet.point(x, y, ink=INK, area=(math.sqrt(area) + 10) ** 2, thick=2)
        fill = INK if one.name == graph.reference else (BLUE if one.people else PAPER)
        sheet.point(x, y, ink=INK if one.name == graph.reference else BLUE, fill=fill, area=area)
        if not sheet.size.wide:
            sheet.say(str(number), x, y + 0.5, "center", ink=PAPER if fill != PAPER else INK, bold=True)


def _largest(graph: NetworkGraph) -> int:
    return max((one.people or 0 for one in graph.treatments), default=0) or 1


def _area(one: Treatment, largest: int, *, wide: bool) -> float:
    least, most = _AREAS[wide]
    return least + (most - least) * (one.people or 0) / largest


def _add_names(sheet: Sheet, graph: NetworkGraph, ring: _Ring, at: dict[str, tuple[float, float]]) -> None:
    largest = _largest(graph)
    for one in graph.treatments:
        x, y = at[one.name]
        # As far off as its own dot is wide.
        off = math.sqrt(_area(one, largest, wide=True) / math.pi) + (16 if one.name == graph.reference else 10)
        side = (x - ring.x) / ring.across
        words = _with_people(one.name, one.people)
        bold = one.name == graph.reference
        if abs(side) < 0.08:
            sheet.say(words, x, y + (-off - 6 if y < ring.y else off + 6), "center", bold=bold)
        else:
            sheet.say(words, x + (off if side > 0 else -off), y, "left" if side > 0 else "right", bold=bold)


def _add_key(sheet: Sheet, graph: NetworkGraph, top: float) -> float:
    """Which number is which treatment, under the ring; gives where the list ends."""
    for number, one in enumerate(graph.treatments, 1):
        y = top + (number - 1) * (sheet.leading + 3)
        bold = one.name == graph.reference
        sheet.say(str(number), 20, y, "right", bold=True)
        sheet.say(one.name, 30, y, bold=bold)
        sheet.say("not known" if one.people is None else f"{one.people:,}", 336, y, "right", ink=MUTED)
    sheet.say("People", 336, top - sheet.leading - 3, "right", ink=MUTED)
    return top + len(graph.treatments) * (sheet.leading + 3)
