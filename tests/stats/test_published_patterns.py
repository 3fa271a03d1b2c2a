"""The seven estimates of the HALT-MS reports from the numbers at risk at their events.

Nash and others 2017, doi:10.1212/WNL.0000000000003660 (five years) and 2015, doi:10.1001/jamaneurol.2014.3780 (three
years). A failure means that the printed values no longer follow from Kaplan-Meier, Greenwood and log-log limits.
"""

from __future__ import annotations

import pytest

from remission.stats.intervals import INTERVALS, Interval
from remission.stats.rounding import text_half_up
from remission.stats.survival.estimates import estimate_survival
from remission.stats.survival.kaplan_meier import kaplan_meier

PUBLISHED = {
    "event-free, 5 years": ((24, 22, 21, 20, 19, 17, 16), "69.2 (50.2-82.1)"),
    "progression-free, 5 years": ((23, 22), "91.3 (74.7-97.2)"),
    "relapse-free, 5 years": ((24, 22, 20), "86.9 (69.5-94.7)"),
    "MRI-activity-free, 5 years": ((24, 20, 19), "86.3 (68.1-94.5)"),
    "event-free, 3 years": ((24, 22, 21, 20, 19), "78.4 (60.1-89.0)"),
    "progression-free, 3 years": ((22, 21), "90.9 (73.7-97.1)"),
    "relapse-free, 3 years": ((24, 20, 19), "86.3 (68.1-94.5)"),
}


def printed(at_risk: tuple[int, ...], interval: Interval) -> str:
    """24 people of whom so many are at risk at each event, the others lost just before it; followed for long."""
    last, event, left = [], [], 24
    for place, wanted in enumerate(at_risk, start=1):
        last += [100 * place - 1] * (left - wanted) + [100 * place]
        event += [False] * (left - wanted) + [True]
        left = wanted - 1
    curve = kaplan_meier(last + [2000] * left, event + [False] * left)
    row = estimate_survival(curve, [1826], 0.90, interval).rows()[0]
    value, low, high = (text_half_up(100 * row[name], 1) for name in ("value", "low", "high"))
    return f"{value} ({low}-{high})"


@pytest.mark.parametrize("name", PUBLISHED)
def test_it_prints_what_was_published(name: str) -> None:
    at_risk, published = PUBLISHED[name]
    assert printed(at_risk, "log-log") == published


@pytest.mark.parametrize("interval", [interval for interval in INTERVALS if interval != "log-log"])
def test_no_other_interval_prints_any_of_them(interval: Interval) -> None:
    assert not [name for name, (at_risk, published) in PUBLISHED.items() if printed(at_risk, interval) == published]
