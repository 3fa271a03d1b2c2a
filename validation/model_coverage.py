"""Measures how often limits hold the truth, and tests reject it, in simulated samples of 24, 100 and 500.

    python validation/model_coverage.py           measures again and compares; exit 1 if they differ
    python validation/model_coverage.py --write   stores what is measured now, in `library/model_coverage.csv`

Minutes on one core. `censored` is the share of all who would be lost before their event; `error` is the standard error
that the number of samples leaves. Coverage and type I error are of samples that have an answer: `without_limits` is the
share that has none. A test of 1 less the level is measured where the truth is a ratio of 1. What samples look like is
told in `coverage_samples.py`, what is asked of them in `coverage_methods.py`.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import coverage_methods as methods
import coverage_samples as samples
from coverage_methods import Held, TwoArms
from remission.stats.intervals import INTERVALS

STORED = Path(__file__).parents[1] / "src" / "remission" / "library" / "model_coverage.csv"
SIZES, CENSORED, LEVELS = (24, 100, 500), (0.2, 0.5), (0.9, 0.95)
RATIOS, SHARES = (1.0, 0.5), (0.5, 0.863)
SEED = 24
# Those that are fitted to thousands of samples at once, and those that ask a function sample by sample.
SAMPLES, ONE_BY_ONE = 20_000, 5_000
NO_EFFECT = 1.0

Row = dict[str, Any]
# What: the quantity whose truth is known.
HAZARD, SUBDISTRIBUTION, FREE = "hazard ratio", "subdistribution hazard ratio", "event-free share"


def measure(*, share: float = 1.0, sizes: tuple[int, ...] = SIZES) -> Iterator[Row]:
    """A row for each method, truth, share censored and level; share: of the samples that are stored."""
    batch, few = (max(1, round(share * number)) for number in (SAMPLES, ONE_BY_ONE))
    for n in sizes:
        for censored in CENSORED:
            for ratio in RATIOS:
                yield from _hazard_ratios(n, ratio, censored, batch)
                yield from _subdistribution(n, ratio, censored, few)
            yield from _permutation(n, censored, few)
            for truth in SHARES:
                yield from _event_free(n, truth, censored, batch)
                yield from _at_visits(n, truth, censored, few)


def _hazard_ratios(n: int, ratio: float, censored: float, many: int) -> Iterator[Row]:
    asked = {
        "Cox, Wald": methods.wald,
        "Cox, likelihood ratio": methods.likelihood_ratio,
        "Firth, profile": methods.firth_profile,
    }
    if ratio == NO_EFFECT:
        asked["log-rank"] = methods.log_rank
    drawn = samples.two_arms(_random(n, ratio, censored), n, ratio, censored, many)
    answers = [[held(models, ratio, LEVELS) for held in asked.values()] for models in map(TwoArms, drawn)]
    for method, found in zip(asked, zip(*answers, strict=True), strict=True):
        yield from _rows(HAZARD, method, n, ratio, censored, _joined(found), many)


def _subdistribution(n: int, ratio: float, censored: float, many: int) -> Iterator[Row]:
    drawn = samples.two_kinds(_random(n, ratio, censored), n, ratio, censored, many)
    found = _joined([methods.subdistribution(block, ratio, LEVELS) for block in drawn])
    yield from _rows(SUBDISTRIBUTION, "Fine-Gray (cmprsk)", n, ratio, censored, found, many)


def _permutation(n: int, censored: float, many: int) -> Iterator[Row]:
    drawn = samples.two_arms(_random(n, NO_EFFECT, censored), n, NO_EFFECT, censored, many)
    found = _joined([methods.permutation(block, LEVELS) for block in drawn])
    yield from _rows(HAZARD, "log-rank by permutation", n, NO_EFFECT, censored, found, many)


def _event_free(n: int, truth: float, censored: float, many: int) -> Iterator[Row]:
    drawn = samples.one_group(_random(n, truth, censored), n, truth, censored, many)
    survival, log_variance = (np.concatenate(parts) for parts in zip(*map(methods.curves, drawn), strict=True))
    for interval in INTERVALS:
        for level in LEVELS:
            known, held = methods.kaplan_meier(survival, log_variance, truth, level, interval)
            yield from _rows(FREE, f"Kaplan-Meier, {interval}", n, truth, censored, (known, {level: held}), many)


def _at_visits(n: int, truth: float, censored: float, many: int) -> Iterator[Row]:
    drawn = samples.at_visits(_random(n, truth, censored), n, truth, censored, many)
    found = _joined([methods.npmle_limits(last, seen, truth, LEVELS) for last, seen in drawn])
    yield from _rows(FREE, "NPMLE, likelihood ratio", n, truth, censored, found, many)


def _random(n: int, truth: float, censored: float) -> np.random.Generator:
    """Each setting has samples of its own, whatever is measured before it."""
    return np.random.default_rng([SEED, n, round(1000 * truth), round(1000 * censored)])


def _joined(found: Iterable[Held]) -> Held:
    known, by_level = zip(*found, strict=True)
    return np.concatenate(known), {level: np.concatenate([held[level] for held in by_level]) for level in LEVELS}


def _rows(of: str, method: str, n: int, truth: float, censored: float, found: Held, many: int) -> Iterator[Row]:
    known, by_level = found
    for level, held in by_level.items():
        coverage = float(held.sum() / known.sum())
        is_null, is_test = of != FREE and truth == NO_EFFECT, method.startswith("log-rank")
        yield {
            "of": of, "method": method, "level": level, "n": n, "truth": truth, "censored": censored,
            "coverage": None if is_test else round(coverage, 4),
            "type_1_error": round(1 - coverage, 4) if is_null else None,
            "error": round(math.sqrt(coverage * (1 - coverage) / known.sum()), 5),
            "without_limits": round(float(1 - known.mean()), 4), "samples": many,
            "source": f"validation/model_coverage.py, seed {SEED}", "status": "derived",
        }  # fmt: skip


def stored() -> list[Row]:
    """What the library says, its numbers as numbers."""
    with STORED.open(encoding="utf-8", newline="") as opened:
        return [{key: _number(value) for key, value in row.items()} for row in csv.DictReader(opened)]


def _number(text: str) -> object:
    try:
        return float(text) if text else None
    except ValueError:
        return text


ABOUT = ("of", "method", "level", "n", "truth", "censored")


def differences(found: list[Row], known: list[Row]) -> list[str]:
    """Where two measurements differ by more than four standard errors, or one is missing."""
    others = {tuple(row[key] for key in ABOUT): row for row in known}
    told = []
    for row in found:
        about = tuple(row[key] for key in ABOUT)
        if (other := others.get(about)) is None:
            told.append(f"{about} is not stored")
            continue
        for key in ("coverage", "type_1_error", "without_limits"):
            one, two = row[key], other[key]
            if (one is None) != (two is None) or (one is not None and abs(one - two) > _bar(two, row, other)):
                told.append(f"{about}: {key} is {one} where {two} is stored")
    return told


def _bar(share: float, row: Row, other: Row) -> float:
    """Four standard errors of the difference of two shares, and what rounding to four digits adds."""
    return 4 * math.sqrt(max(share * (1 - share), 1e-4) * (1 / row["samples"] + 1 / other["samples"])) + 1e-4


def main(arguments: list[str]) -> int:
    found = list(measure())
    if "--write" in arguments:
        with STORED.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, list(found[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
        return 0
    told = differences(found, stored())
    print("\n".join(told) or f"all {len(found)} rows hold within four standard errors")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
