"""The picture of what lies beyond follow-up, from what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remission.exhibits.beyond_follow_up import BeyondFollowUp, ShapeLine, draw_beyond
from remission.exhibits.wording import NBSP, count
from remission.stats.horizons import days_to_years

if TYPE_CHECKING:
    from remission.comparison.beyond.extrapolate import Beyond, Extrapolated
    from remission.exhibits.figure import Figure


def draw(found: Beyond) -> Figure:
    """The curve seen and every shape beside each other."""
    outcome, curve = found.asked.outcome, found.event_free.curves[0].curve
    told = [*found.shapes, *([found.average] if found.average else [])]
    said = (
        f"{count(curve.n, 'person')}, {curve.events.sum():g} with the event. Thick: seen. Dashed: not seen by anybody, "
        f"after {count(len(found.shapes), 'shape')} of the curve; how far they lie apart is what is not known."
    )
    shown = BeyondFollowUp(
        name=f"beyond-{outcome.name}",
        title=f"{outcome.endpoint.event_free}, and beyond {found.seen_until:.1f}{NBSP}years",
        subtitle=said,
        clock=found.event_free.clock,
        seen=[
            (0.0, 1.0),
            *zip((days_to_years(float(day)) for day in curve.days), curve.survival.tolist(), strict=True),
        ],
        seen_until=found.seen_until,
        last_year=float(found.shapes[0].years[-1]),
        shapes=[_line(one, found.at_years) for one in told],
        level=found.asked.choices.level,
    )
    return draw_beyond(shown, outcome.provenance)


def _line(one: Extrapolated, at_years: tuple[float, ...]) -> ShapeLine:
    rows = [(year, *one.at(year)) for year in at_years]
    limited = [(year, share, *((None, None) if np.isnan(low) else (low, high))) for year, share, low, high in rows]
    points = [(0.0, 1.0), *zip(one.years.tolist(), one.share.tolist(), strict=True)]
    return ShapeLine(one.title, one.assumes, points, limited, one.fit.aic if one.fit else None)
