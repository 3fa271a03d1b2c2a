"""Deaths of the transplant: the answer that no single estimator gives, cohorts year by year, and limits of chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from remission.exhibits.synthesis.cumulative import Step
from remission.exhibits.synthesis.lines import Line
from remission.exhibits.synthesis.scales import Scale, known_numbers
from remission.exhibits.synthesis.size_funnel import SizeFunnel
from remission.exhibits.wording import count, day_words, percent
from remission.stats.chance_limits import chance_limits
from remission.stats.proportions import estimate_proportion

if TYPE_CHECKING:
    from datetime import date

    from remission.evidence.recipes.pooled import PoolShown

DIED, COUNTED = "Died of the transplant", "Deaths / people"
CRUDE = "all people together, exact interval"
# Curves of the limits: smooth to the eye, and the own size of every cohort besides.
SIZES = 60


def scale_of(lines: Sequence[Line]) -> Scale:
    """The scale of small shares that holds some lines."""
    return Scale.of(DIED, "small share", known_numbers([(line.value, line.low, line.high) for line in lines]))


def answer(pool: PoolShown, read_until: date) -> str:
    """The count first, then the span of all estimators with the span of their intervals: never one of them alone."""
    pooled = [line for line in pool.pooled if line.role == "pooled"]
    values = known_numbers([(line.value,) for line in pooled])
    ends = known_numbers([(line.low, line.high) for line in pooled])
    counted = f"Of {pool.people:,} people in {count(len(pool.cohorts), 'cohort')} {pool.events} died of the transplant"
    if not values or not ends:
        return f"{counted}; no pooled number could be made of them."
    span = f"{percent(min(values), 2)} to {percent(max(values), 2)}"
    return (
        f"{counted}: {span}, by which of {count(len(values), 'usual way', 'usual ways')} the cohorts are put together, "
        f"with intervals from {percent(min(ends), 2)} to {percent(max(ends), 2)} (studies read up to "
        f"{day_words(read_until)})."
    )


def without_words(pool: PoolShown) -> list[str]:
    """What the same ways give without some studies, as the count and the span of each such line."""
    said = []
    for group, lines in groupby((line for line in pool.apart if line.role == "pooled"), key=lambda line: line.group):
        found = list(lines)
        values = known_numbers([(line.value,) for line in found])
        if values and group.startswith("Without") and found[0].n:
            least, most = percent(min(values), 2), percent(max(values), 2)
            said.append(f"{group}: {found[0].events:g} of {found[0].n:,}, {least} to {most} by the same ways.")
    return said


def cumulative_steps(cohorts: Sequence[Line]) -> list[Step]:
    """All people together after the cohorts of each year, with an exact interval."""
    steps: list[Step] = []
    events = people = 0
    dated = sorted((line for line in cohorts if line.year and line.n), key=lambda line: (line.year or 0, line.name))
    for year, group in groupby(dated, key=lambda line: line.year or 0):
        added = list(group)
        events += round(sum(line.events or 0 for line in added))
        people += sum(line.n or 0 for line in added)
        # One link a year: to the card of its largest cohort.
        largest = max(added, key=lambda line: (line.n or 0, line.name))
        crude = replace(_crude(events, people, len(steps) + 1), href=largest.href)
        steps.append(Step(year, [line.name for line in added], crude))
    return steps


def _crude(events: int, people: int, studies: int) -> Line:
    row = estimate_proportion(events, people, method="clopper-pearson").rows()[0]
    value, low, high, level = (float(str(row[one])) for one in ("value", "low", "high", "level"))
    return Line(name="", role="pooled", value=value, low=low, high=high, level=level, events=events, n=people,
                studies=studies, method=CRUDE, says=CRUDE)  # fmt: skip


def funnel_of(pool: PoolShown, name: str) -> SizeFunnel:
    """The cohorts by size, around the share of all people together, with the limits that chance allows there."""
    lines = pool.cohorts
    own = [line.n for line in lines if line.n]
    centre = pool.events / pool.people if pool.people else None
    limits: list[tuple[int, float, float]] = []
    if centre is not None and own:
        even = np.geomspace(min(own), max(own), SIZES).round().astype(int).tolist()
        limits = chance_limits(centre, [*even, *own])
    says = "no share" if centre is None else f"{percent(centre, 2)}, all people together"
    return SizeFunnel(name, f"{pool.title}: every cohort by its size", lines, scale_of(lines), centre, says, limits,
                      COUNTED)  # fmt: skip
