"""A picture with its words, the numbers behind it, and what its rows are; and Vega-Lite in as few words as it takes.

Every picture leaves through `Figure`, which alone writes the title. So no picture of reconstructed or simulated rows
can fail to say so: the words come from the provenance of the data, not from whoever draws.

A spec is plain data, so building one costs next to nothing: what Altair would have made of the same picture (the tests
check every one of ours against Altair's schema), without the tenth of a second that its classes take for each
(decision 10).
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remission.exhibits.rendering import PLAIN, Finishing, render_png, render_svg
from remission.exhibits.tables import Table
from remission.exhibits.theme import SIZES, Width, configuration
from remission.inputs.provenance import Provenance
from remission.stats.horizons import days_to_years, years_to_days

# As long as the shortest upright axis of a curve, in letters of an axis.
UPRIGHT_LETTERS = 34
Spec = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]

# A tick, an arrow and a cross: shapes are SVG paths, because a character may be missing from a font.
TICK = "M0,-1V1"
ARROW = "M-0.5,-0.7L0.7,0L-0.5,0.7Z"
CROSS = "M-0.8,-0.8L0.8,0.8M0.8,-0.8L-0.8,0.8"

# Per cent as in the sentences: with a space that does not break.
PER_CENT = "format(datum.value * 100, '.0f') + '\u00a0%'"


@dataclass(frozen=True, repr=False)
class Figure:
    """One picture in two widths.

    `specs` holds its Vega-Lite drawings without title and theme, `table` is its text twin, and `description` says in a
    sentence or two what is seen, for those who do not see it. `upright` is what the axis without a title shows, which
    the title of the picture says: a drawing without that title has it on the axis.
    """

    name: str
    title: str
    subtitle: str
    description: str
    specs: Mapping[Width, Mapping[str, Any]]
    table: Table
    provenance: Provenance
    finishing: Finishing = PLAIN
    upright: str = ""

    def spec(self, width: Width = "wide") -> dict[str, Any]:
        """The whole Vega-Lite spec: title, the warning of the provenance and the theme put on the drawing."""
        size = SIZES[width]
        # The warning goes first: a picture that is cut off below still says what its rows are.
        lines = [self.provenance.mark, self.subtitle]
        subtitle = [part for line in lines if line for part in textwrap.wrap(line, size.letters)]
        # A title's letters are a third wider than a subtitle's.
        title = {"text": textwrap.wrap(self.title, size.letters * 3 // 4), "subtitle": subtitle}
        return {**self.specs[width], "title": title, "config": configuration(size)}

    def untitled_svg(self, width: Width = "wide") -> str:
        """The picture without title and subtitle, which a paper sets itself; what its rows are still stands in it."""
        size = SIZES[width]
        # No way round the warning: a picture of rows that nobody observed must not enter a paper unmarked.
        lines = textwrap.wrap(self.provenance.mark, size.letters)
        title = {"title": {"text": lines, "fontSize": size.words, "fontWeight": "normal"}} if lines else {}
        drawing = _with_upright(self.specs[width], textwrap.wrap(self.upright, UPRIGHT_LETTERS))
        return self._drawn({**drawing, **title, "config": configuration(size)}, width)

    def svg(self, width: Width = "wide") -> str:
        """The picture as an SVG that stands alone."""
        return self._drawn(self.spec(width), width)

    def _drawn(self, spec: dict[str, Any], width: Width) -> str:
        # Those who do not see the picture must not miss the warning that stands in it.
        label = " ".join(filter(None, [self.provenance.mark and f"{self.provenance.mark}.", self.description]))
        name = self.name if width == "wide" else f"{self.name}-{width}"
        return render_svg(spec, name=name, title=self.title, description=label, finishing=self.finishing)

    def png(self, scale: float = 2) -> bytes:
        """The picture as PNG, `scale` times as many pixels as it is wide on a page."""
        return render_png(self.svg(), scale)

    def __repr__(self) -> str:
        """Name, title and what its rows are."""
        return f"Figure({'. '.join(filter(None, [f'{self.name}: {self.title}', self.provenance.warning]))})"

    def _repr_html_(self) -> str:
        return f"<figure>{self.svg()}{self.table.html()}</figure>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "image/svg+xml": self.svg(), "text/plain": self.description}


def _with_upright(drawing: Any, lines: list[str]) -> Any:
    """A drawing with these lines on each upright axis whose title was left out on purpose."""
    if isinstance(drawing, list):
        return [_with_upright(one, lines) for one in drawing]
    if not isinstance(drawing, dict) or not lines:
        return drawing
    changed = {name: value if name == "datasets" else _with_upright(value, lines) for name, value in drawing.items()}
    axis = changed.get("y", {}).get("axis") if isinstance(changed.get("y"), dict) else None
    if isinstance(axis, dict) and axis.get("title", "") is None:
        changed["y"] = {**changed["y"], "axis": {**axis, "title": lines}}
    return changed


def number(field: str, **about: Any) -> Spec:
    """A channel that shows a number."""
    return {"field": field, "type": "quantitative", **about}


def name(field: str, **about: Any) -> Spec:
    """A channel that shows one of several names."""
    return {"field": field, "type": "nominal", **about}


def pixels(value: float) -> Spec:
    """A channel with one fixed value."""
    return {"value": value}


def layer(rows: str, mark: Mapping[str, Any], **encoding: Any) -> Spec:
    """One layer over the named rows."""
    return {"data": {"name": rows}, "mark": dict(mark), "encoding": encoding}


def own_ink(field: str = "ink") -> Spec:
    """The ink that the row itself names."""
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def year_axis(last_year: float, title: str, most: int = 8) -> Spec:
    """The axis of years, from 0 to the last day of follow-up."""
    return {"values": year_ticks(last_year, most), "title": title, "format": "~g"}


def last_year_of(last_day: int) -> float:
    """Where an axis of years ends: at the last day, or at the year that is over on it; a year for nobody followed.

    Five years are 1,826 days, which are 4.9993 of 365.25: without this the fifth year would have no tick.

    >>> last_year_of(1826), last_year_of(365), round(last_year_of(1825), 4), last_year_of(0)
    (5.0, 1.0, 4.9966, 1.0)
    """
    whole = float(round(days_to_years(last_day)))
    if whole and years_to_days(whole) == last_day:
        return whole
    return days_to_years(last_day) or 1.0


def year_ticks(last_year: float, most: int = 8) -> list[float]:
    """Years to be written under an axis: whole ones unless follow-up is short, and never more than `most` steps.

    >>> year_ticks(5.9), year_ticks(0.8), year_ticks(23.0)
    ([0, 1, 2, 3, 4, 5], [0.0, 0.25, 0.5, 0.75], [0, 5, 10, 15, 20])
    """
    # Below a year four steps are enough, for their labels have decimals; 50 is for what no follow-up reaches.
    step = next((step for step in (0.25, 0.5, 1, 2, 5, 10, 20) if last_year / step <= (4 if step < 1 else most)), 50)
    # A little more than exact, or the last year would be lost where a division leaves it at 4.999.
    return [step * place for place in range(int(last_year / step + 1e-9) + 1)]
