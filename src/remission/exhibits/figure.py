"""A picture with its words, the numbers behind it, and what its rows are.

Every picture leaves through this class, and this class alone writes the title. So no picture of reconstructed or
simulated rows can fail to say so: the words come from the provenance of the data, not from whoever draws.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from remission.exhibits.rendering import PLAIN, Finishing, render_png, render_svg
from remission.exhibits.tables import Table
from remission.exhibits.theme import SIZES, Width, configuration
from remission.inputs.provenance import Provenance


@dataclass(frozen=True)
class Figure:
    """One picture in two widths.

    `specs` holds its Vega-Lite drawings without title and theme, `table` is its text twin, and `description` says in a
    sentence or two what is seen, for those who do not see it.
    """

    name: str
    title: str
    subtitle: str
    description: str
    specs: Mapping[Width, Mapping[str, Any]]
    table: Table
    provenance: Provenance
    finishing: Finishing = PLAIN

    def spec(self, width: Width = "wide") -> dict[str, Any]:
        """The whole Vega-Lite spec: title, the warning of the provenance and the theme put on the drawing."""
        size = SIZES[width]
        # The warning goes first: a picture that is cut off below still says what its rows are.
        lines = [self.provenance.warning, self.subtitle]
        subtitle = [part for line in lines if line for part in textwrap.wrap(line, size.letters)]
        # A title's letters are a third wider than a subtitle's.
        title = {"text": textwrap.wrap(self.title, size.letters * 3 // 4), "subtitle": subtitle}
        return {**self.specs[width], "title": title, "config": configuration(size)}

    def svg(self, width: Width = "wide") -> str:
        """The picture as an SVG that stands alone."""
        # Those who do not see the picture must not miss the warning that stands in it.
        label = " ".join(filter(None, [self.provenance.warning and f"{self.provenance.warning}.", self.description]))
        name = self.name if width == "wide" else f"{self.name}-{width}"
        return render_svg(self.spec(width), name=name, title=self.title, description=label, finishing=self.finishing)

    def png(self, scale: float = 2) -> bytes:
        """The picture as PNG, `scale` times as many pixels as it is wide on a page."""
        return render_png(self.svg(), scale)

    def _repr_html_(self) -> str:
        return f"<figure>{self.svg()}{self.table.html()}</figure>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "image/svg+xml": self.svg(), "text/plain": self.description}
