"""Hazard ratios of a fitted model as Estimates, and the sentence that belongs beside an adjusted one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from remission.stats.regression.ratios import Ratios

if TYPE_CHECKING:
    from remission.stats.estimates import Estimates
    from remission.stats.survival.time_at_risk import Floats


class HazardModel(Protocol):
    """A fitted model of proportional hazards, whatever is known of the days of events."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns."""
        ...

    @property
    def coefficients(self) -> Floats:
        """Logarithms of hazard ratios, shape (p,)."""
        ...

    @property
    def standard_errors(self) -> Floats:
        """Of the coefficients, shape (p,)."""
        ...

    @property
    def n(self) -> int:
        """Rows in the model."""
        ...

    @property
    def events(self) -> int:
        """Rows with the event."""
        ...

    @property
    def method(self) -> str:
        """What it is, in words."""
        ...


NOT_COLLAPSIBLE = (
    "Adjusting changes a hazard ratio even where the groups are alike in all that is adjusted for. So an adjusted and "
    "an unadjusted ratio that differ do not show confounding; curves averaged over the same people can be compared."
)


def estimate_hazard_ratios(fit: HazardModel, level: float = 0.95) -> Estimates:
    """The ratio of hazards for one unit more of each column, one row a column, with normal limits on the log scale.

    Of `cox`, `interval_weibull` or `interval_spline`. `group` is the column. There are no limits where the errors are
    by cluster and there is a single one, and no ratio beyond exp(700), where the unit of the column is far too large.
    ValueError unless 0 < level < 1. Pinned to `summary(coxph)` of R.

    >>> from remission.stats.regression.cox import cox
    >>> fit = cox([9, 13, 18, 23, 28, 31], [True, True, False, True, True, False], {"arm": [1, 0, 1, 1, 0, 0]})
    >>> estimate_hazard_ratios(fit).frame.select("group", "value", "low", "high").row(0)  # doctest: +ELLIPSIS
    ('arm', 2.924..., 0.259..., 32.93...)
    """
    about = {"what": "hazard ratio", "n": fit.n, "events": float(fit.events), "method": fit.method}
    return Ratios.with_normal_limits(fit.names, fit.coefficients, fit.standard_errors, level, about)
