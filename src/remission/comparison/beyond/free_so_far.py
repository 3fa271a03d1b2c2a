"""Free so far, then? Of those still free after some years, how many still are some years later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.horizons import years_to_days
from remission.stats.survival.conditional import conditional_limits, conditional_survival
from remission.stats.survival.kaplan_meier import FEWEST_AT_RISK

if TYPE_CHECKING:
    from remission.report.event_free import EventFree

SINCE, LATER = (1.0, 2.0, 3.0, 5.0), (1.0, 2.0, 3.0, 5.0)


def estimate_free_so_far(event_free: EventFree) -> Estimates:
    """A row for each number of years so far and each number of years more, as far as people were followed.

    `from_day` is the day up to which they were free, `at_days` the later one. Where fewer than three were still there
    it is not estimable: one person would move it at will.
    """
    curve, level, interval = event_free.curves[0].curve, event_free.level, event_free.interval
    rows = []
    for since in SINCE:
        start = years_to_days(since)
        there = float(curve.at_risk_on([start])[0])
        days = [years_to_days(since + more) for more in LATER]
        share, _ = conditional_survival(curve, start, days)
        low, high = conditional_limits(curve, start, days, level, interval)
        for day, value, least, most in zip(days, share.tolist(), low.tolist(), high.tolist(), strict=True):
            about = {
                "what": f"{event_free.outcome.endpoint.event_free}: of those free so far",
                "study": event_free.outcome.provenance.cohort,
                "from_day": start,
                "at_days": day,
                "unit": "proportion",
                "method": f"Kaplan-Meier of those still free, {interval} limits",
                "at_risk": there,
                "standing": event_free.outcome.provenance.kind,
            }
            if there < FEWEST_AT_RISK:
                rows.append({**about, "absent_reason": f"{NOT_ESTIMABLE}: fewer than {FEWEST_AT_RISK} were still free"})
            elif np.isnan(value):
                rows.append({**about, "absent_reason": f"{NOT_ESTIMABLE}: nobody was followed for so long"})
            else:
                limits = {"low": least, "high": most, "level": level} if not np.isnan(least) else {}
                rows.append({**about, "value": value, **limits})
    return Estimates.of(rows)
