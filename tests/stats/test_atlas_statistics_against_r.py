"""Monthly ratios, totals, diversity, funnels, deciles and run charts against R's stored answers; R is not needed.

A failure of a comparison means that a number we print differs from R's beyond rounding. A failure of the hashes means
that the answers belong to another script or input: `python validation/atlas/ask.py --write` asks R again.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from remission.stats.months.diversity import estimate_diversity
from remission.stats.months.funnel import funnel_of, pooled_sigma
from remission.stats.months.ratios import (
    MonthlyLimits,
    difference_of_totals,
    ratio_of_totals,
    total_limits,
)
from remission.stats.months.run_chart import run_chart, runs_limits
from remission.stats.quantiles import estimate_deciles, percentile_of

ATLAS = Path(__file__).parents[2] / "validation" / "atlas"
STORED = json.loads((ATLAS / "answers.json").read_text(encoding="utf-8"))
ANSWERS: dict[str, list[float]] = STORED["answers"]
# 17 digits are stored and both sides add in another order; a wrong formula shows in the third digit.
TOLERANCE = 1e-11


@cache
def read(name: str) -> dict[str, NDArray[np.float64]]:
    with (ATLAS / "inputs" / f"{name}.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    return {column: np.array([float(row[column] or "nan") for row in rows]) for column in rows[0]}


def of_group(name: str, group: str, *columns: str) -> list[NDArray[np.float64]]:
    d = read(name)
    return [d[column][d["group"] == float(group)] for column in columns]


def limits_of(found: MonthlyLimits) -> list[float]:
    return [float(found.low), float(found.high)]


def ratio(name: str, group: str, months: str, question: str, level: str = "0.95") -> list[float]:
    n, d = of_group(f"months_{name}", group, "numerator", "denominator")
    window = slice(None) if months == "all" else slice(int(months) - 6, int(months))
    found = ratio_of_totals(n[window], d[window], float(level))
    return [float(found.value), float(found.error)] if question == "ratio" else limits_of(found)


def total(name: str, group: str, level: str) -> list[float]:
    (amounts,) = of_group(f"months_{name}", group, "numerator")
    found = total_limits(amounts, 12, float(level))
    return [float(found.value), *limits_of(found)]


def difference(name: str, group: str, level: str) -> list[float]:
    (amounts,) = of_group(f"months_{name}", group, "numerator")
    half = amounts.size // 2
    found = difference_of_totals(amounts[half:], amounts[:half], 12, float(level))
    return [float(found.value), *limits_of(found), float(found.error)]


def diversity(name: str, group: str, question: str) -> list[float]:
    kinds = [column for column in read(f"mix_{name}") if column.startswith("kind")]
    amounts = np.column_stack(of_group(f"mix_{name}", group, *kinds))
    if question == "number":
        found = estimate_diversity(amounts)
        return [float(found.value), float(found.error)]
    return limits_of(estimate_diversity(amounts, float(question)))


def funnel(name: str, question: str, level: str = "") -> list[float]:
    d = read(f"funnel_{name}")
    plain, winsorised = (funnel_of(d["value"], d["size"], d["sigma"][0], winsorised=share) for share in (0, 0.1))
    if question == "limits":
        return np.concatenate(plain.limits(d["size"], float(level))).tolist()
    answers = {"target": plain.target, "tau squared": plain.tau_squared, "phi": plain.phi}
    return [(answers | {"winsorised phi": winsorised.phi})[question]]


def sigma(name: str) -> list[float]:
    groups = np.unique(read(f"months_{name}")["group"])
    columns = [of_group(f"months_{name}", str(group), "numerator", "denominator") for group in groups]
    return [pooled_sigma(ratio_of_totals(*map(np.array, zip(*columns, strict=True))))]


def series(name: str) -> NDArray[np.float64]:
    return read(f"series_{name}")["value"]


def deciles(name: str) -> list[float]:
    return estimate_deciles(series(name)).tolist()


def percentiles(name: str) -> list[float]:
    values = series(name)
    return percentile_of(values, values[~np.isnan(values)]).tolist()


def runs(name: str) -> list[float]:
    chart = run_chart(series(name))
    found = (chart.median, chart.useful, chart.longest, chart.longest_allowed, chart.crossings, chart.crossings_needed)
    return [float(one) for one in found]


def step(name: str) -> list[float]:
    chart = run_chart(series(name))
    return [float(chart.step), float(chart.before), float(chart.after)]


def binomial() -> list[float]:
    return [float(one) for one in runs_limits(range(1, 201))[1]]


OURS: dict[str, Callable[..., list[float]]] = {
    function.__name__: function
    for function in (ratio, total, difference, diversity, funnel, sigma, deciles, percentiles, runs, step)
} | {"quantiles of a binomial": binomial}
# R is asked for the likeliest step of every series; we give one only where the runs signal.
AT_REST = {"step|still", "step|few", "step|ties"}


def apart(key: str) -> float:
    """Worst difference of an answer: absolute below 1, relative above."""
    question, *parts = key.split("|")
    ours, theirs = OURS[question](*parts), ANSWERS[key]
    if len(ours) != len(theirs) or not all(map(math.isfinite, ours)):
        return math.inf
    return max(abs(a - b) / max(1, abs(b)) for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("question", sorted(OURS))
def test_our_answers_are_those_of_r(question: str) -> None:
    keys = [key for key in ANSWERS if key.split("|")[0] == question and key not in AT_REST]
    assert keys
    assert {key: apart(key) for key in keys if not apart(key) < TOLERANCE} == {}


def test_no_step_is_given_where_the_runs_are_silent() -> None:
    assert {f"step|{name}" for name in ("still", "step", "trend", "ties", "few") if step(name)[0] < 0} == AT_REST


def test_the_stored_answers_belong_to_these_scripts_and_inputs() -> None:
    hashes = STORED["hashes"]
    assert {name: hashlib.sha256((ATLAS / name).read_bytes()).hexdigest() for name in hashes} == hashes
    on_disk = {str(path.relative_to(ATLAS)) for path in [*ATLAS.glob("r/*.R"), *ATLAS.glob("inputs/*.csv")]}
    assert on_disk == set(hashes)


def test_every_kind_of_trouble_was_asked() -> None:
    amounts = {name: read(f"months_{name}") for name in ("year", "gaps", "returns")}
    assert not np.isnan(amounts["year"]["numerator"]).any()
    assert np.isnan(amounts["gaps"]["numerator"]).sum() > 5
    assert (amounts["returns"]["numerator"] < 0).any()
    assert ANSWERS["funnel|chance|phi"][0] < 1.5 < ANSWERS["funnel|spread|phi"][0]
    assert ANSWERS["funnel|outliers|winsorised phi"][0] < ANSWERS["funnel|outliers|phi"][0]


def test_the_mean_of_monthly_ratios_would_be_noticed() -> None:
    n, d = of_group("months_year", "1", "numerator", "denominator")
    assert abs(float((n / d).mean()) - ANSWERS["ratio|year|1|all|ratio"][0]) > 1e-3
