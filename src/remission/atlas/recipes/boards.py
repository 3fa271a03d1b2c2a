"""Care boards in their own boundaries: which were fetched, and the default measure by the boards of that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remission.atlas.recipes.measures import WINDOW
from remission.places.areas import LAST_OF_42, code_of_gss
from remission.places.sources import boundaries
from remission.supply.measures.estimates import estimate_measure

if TYPE_CHECKING:
    from remission.atlas.recipes.live import MapSheets
    from remission.places.organisations import Organisations
    from remission.stats.estimates import Estimates

# The address of the page, which the map offers where there is one.
PATH = "boards.html"


@dataclass(frozen=True, eq=False)
class Boundaries:
    """Areas of one vintage by the code of the Office for National Statistics, each as polygons of GeoJSON."""

    vintage: date
    areas: dict[str, Any]

    def shapes(self, organisations: Organisations) -> dict[str, dict[str, Any]]:
        """The areas as GeoJSON, by the codes of the health service."""
        codes = code_of_gss(organisations)
        return {
            codes.get(gss, gss): {"type": "MultiPolygon", "coordinates": polygons}
            for gss, polygons in self.areas.items()
        }


def boundaries_until(home: Path, last: date) -> Boundaries | None:
    """The newest boundaries that were fetched and not drawn later than a month; None without any."""
    vintages = boundaries.tidy(home)
    # Boundaries drawn later than the newest month have boards of which there are no figures.
    usable = [vintage for vintage in vintages if vintage <= last]
    if not usable:
        return None
    newest = max(usable)
    return Boundaries(newest, {gss: area.polygons for gss, area in vintages[newest].items()})


def estimates_of(maps: MapSheets, vintage: date) -> Estimates:
    """The newest window by the boards of the boundaries' day, whatever boards there are now."""
    views = maps.views
    monthly = views.before if vintage <= LAST_OF_42 else views.monthly
    return estimate_measure(monthly, maps.sheets.measures[maps.default.name], "icb", WINDOW, views.months[-1])
