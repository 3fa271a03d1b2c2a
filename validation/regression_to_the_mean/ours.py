"""Regression to the mean: the share whom an entry rule lets in, and their expected rates before and after entry."""

from __future__ import annotations

from pins import Answer, Inputs, Tolerance
from remission.stats.regression_to_the_mean import expect_after_selection

TOLERANCE = Tolerance(1e-8, "R integrates over what people's rates may be, where ours has a formula")


def ours(_inputs: Inputs, _table: str, mean: str, dispersion: str, at_least: str, years: str) -> Answer:
    """Our answer, as to `rules|0.7|1|2|1`."""
    told = expect_after_selection(float(mean), float(dispersion), at_least=int(at_least), within_years=float(years))
    return [told.share, told.before, told.after]
