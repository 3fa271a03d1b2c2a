"""How often checking cries over true papers, and how often it notices one digit that was changed. Simulated papers.

    python benchmarks/check_published.py [PAPERS] [SEED]

A paper is a simulated trial of two groups with losses: shares free of two things and of both at three and five years
in one group with limits of one of the five kinds, percentages of counts, and a hazard ratio with limits, p and events;
all rounded one way of three, with no, one or two digits after the point. Then one digit of one of its numbers is
changed, and the same checks are put to it. What is printed is a share with its 95 % interval (Clopper-Pearson).
"""

from __future__ import annotations

import math
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from remission.stats.consistency.printed import ROUNDINGS, Rounding
from remission.stats.intervals import INTERVALS, Interval, confidence_limits, normal_quantile, normal_tails
from remission.stats.proportions import estimate_proportion
from remission.stats.regression.cox import cox
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.studies.papers.finding import check_paper
from remission.studies.papers.paper import Paper, PrintedNumber, worst

YEARS = (3, 5)
LEVEL = 0.95
TROUBLED = ("does not add up", "not by what was searched")
Days = NDArray[np.int64]


@dataclass(frozen=True)
class House:
    """How one paper prints: the kind of interval, the way of rounding, digits of a percentage."""

    interval: Interval
    rounding: Rounding
    digits: int

    def text(self, value: float, digits: int | None = None) -> str:
        """A number as it would be printed."""
        digits = self.digits if digits is None else digits
        scaled = abs(value) * 10**digits
        if self.rounding == "cut off":
            whole = math.floor(scaled + 1e-9)
        else:
            whole = math.floor(scaled + 0.5 + 1e-9) if self.rounding == "halves up" else round(round(scaled, 9))
        return f"{math.copysign(whole / 10**digits, value) if whole else 0:.{digits}f}"


def simulated_paper(draw: np.random.Generator) -> Paper:
    """A paper in which every number is true."""
    people = int(draw.choice([12, 20, 24, 30, 40, 60, 90, 150, 300]))
    house = House(draw.choice(INTERVALS), draw.choice(ROUNDINGS), int(draw.choice([0, 1, 1, 1, 2])))
    parts = [draw.exponential(365.25 * draw.uniform(6, 40), (2, people)) for _ in range(2)]
    parts[0][1] *= draw.uniform(0.2, 1.2)
    lost = np.minimum(draw.exponential(365.25 * draw.uniform(8, 60), (2, people)), 365.25 * draw.uniform(5.2, 9))
    numbers = [*_shares(house, [np.ceil(one[0]).astype(np.int64) for one in parts], np.ceil(lost[0]).astype(np.int64))]
    return Paper("simulated", "simulated", "nobody", (*numbers, *_counts(house, draw), *_ratio(house, parts[0], lost)))


def _shares(house: House, parts: list[Days], lost: Days) -> Iterator[PrintedNumber]:
    curves = {"first": parts[0], "second": parts[1], "both": np.minimum(*parts)}
    for name, event in curves.items():
        curve = kaplan_meier(np.minimum(event, lost), event <= lost)
        for years in YEARS:
            at = int(np.searchsorted(curve.days, 365.25 * years, side="right")) - 1
            p = float(curve.survival[at]) if at >= 0 else 1.0
            if not 0 < p < 1:
                continue
            low, high = (float(one) for one in confidence_limits(p, curve.greenwood[at], LEVEL, house.interval))
            value, least, most = (house.text(100 * one) for one in (p, low, high))
            if value in (house.text(0), house.text(100)):
                continue
            yield PrintedNumber(
                f"{name} {years}", "share over time", value, least, most, level=LEVEL,
                people=int(lost.size), months=12 * years, curve=name, part_of="both" if name != "both" else "",
            )  # fmt: skip


def _counts(house: House, draw: np.random.Generator) -> Iterator[PrintedNumber]:
    people = int(draw.integers(15, 400))
    counts = draw.multinomial(people, [0.5, 0.3, 0.2])
    for name, count in zip(("better", "same", "worse"), counts, strict=True):
        yield PrintedNumber(name, "share", house.text(100 * count / people), people=people, events=int(count),
                            whole="change")  # fmt: skip


def _ratio(house: House, event: NDArray[np.float64], lost: NDArray[np.float64]) -> Iterator[PrintedNumber]:
    exits, happened = np.ceil(np.minimum(event, lost)).astype(np.int64).ravel(), (event <= lost).ravel()
    group = np.repeat([1, 0], event.shape[1])
    events = [int(happened[group == one].sum()) for one in (1, 0)]
    if min(events) < 2:
        return
    fit = cox(exits, happened, {"group": group})
    at, error = float(fit.coefficients[0]), float(fit.standard_errors[0])
    ends = [math.exp(at + side * normal_quantile(LEVEL) * error) for side in (0, -1, 1)]
    p = normal_tails(at / error)
    value, low, high = (house.text(one, 2) for one in ends)
    yield PrintedNumber("ratio", "ratio", value, low, high, level=LEVEL, events=events[0],
                        other_events=events[1], p="<0.001" if p < 0.001 else house.text(p, 3))  # fmt: skip


def spoilt(paper: Paper, draw: random.Random) -> tuple[Paper, str]:
    """The same paper with one digit of one number changed, and which: its kind and the field."""
    place = draw.randrange(len(paper.numbers))
    one = paper.numbers[place]
    field = draw.choice([name for name in ("value", "low", "high") if getattr(one, name)])
    text = getattr(one, field)
    where = draw.choice([at for at, sign in enumerate(text) if sign.isdigit()])
    other = draw.choice([digit for digit in "0123456789" if digit != text[where]])
    changed = replace(one, **{field: text[:where] + other + text[where + 1 :]})
    return replace(
        paper, numbers=(*paper.numbers[:place], changed, *paper.numbers[place + 1 :])
    ), f"{one.kind}, {field}"


def is_troubled(paper: Paper) -> bool:
    """Does any check find what does not come out?"""
    return worst(check_paper(paper)) in TROUBLED


def main(papers: int, seed: int) -> None:
    """Print both rates."""
    draw, digit = np.random.default_rng(seed), random.Random(seed)
    alarms, numbers, began = 0, 0, time.perf_counter()
    noticed: dict[str, list[bool]] = {}
    by_digits: dict[str, list[bool]] = {}
    for _ in range(papers):
        paper = simulated_paper(draw)
        numbers += len(paper.numbers)
        if is_troubled(paper):
            alarms += 1
            print("cried over:", paper, [one for one in check_paper(paper) if one.verdict in TROUBLED])
        other, kind = spoilt(paper, digit)
        found = is_troubled(other)
        noticed.setdefault(kind, []).append(found)
        by_digits.setdefault("all", []).append(found)
    cried = [False] * (papers - alarms) + [True] * alarms
    print(f"true papers: {papers} with {numbers} numbers; cried over {said(cried)}")
    for kind, each in sorted({**noticed, **by_digits}.items()):
        print(f"one digit changed, {kind}: noticed {said(each)}")
    print(f"{(time.perf_counter() - began) / papers / 2:.3f} s a paper")


def said(found: list[bool]) -> str:
    """A share with its interval."""
    row = estimate_proportion(sum(found), len(found), LEVEL, "clopper-pearson").rows()[0]
    return f"{sum(found)} of {len(found)} ({row['value']:.1%}, {row['low']:.1%} to {row['high']:.1%})"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
