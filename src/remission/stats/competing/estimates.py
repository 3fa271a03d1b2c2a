"""Subdistribution hazard ratios of a fitted model as Estimates, and the sentence that belongs beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remission.stats.regression.ratios import Ratios

if TYPE_CHECKING:
    from remission.stats.competing.fine_gray import FineGrayFit
    from remission.stats.estimates import Estimates


def estimate_subdistribution_ratios(fit: FineGrayFit, level: float = 0.95) -> Estimates:
    """The ratio of subdistribution hazards for one unit more of each column, one row a column, with normal limits.

    `group` is the column, `n` the number of persons. There is no ratio beyond exp(700), where the unit of the column
    is far too large. ValueError unless 0 < level < 1. Pinned to `summary(crr)` of R's cmprsk.

    >>> from remission.stats.competing.fine_gray import fine_gray
    >>> fit = fine_gray([9, 13, 18, 23, 28, 31], [1, 2, 0, 1, 1, 0], {"arm": [1, 0, 1, 0, 1, 0]})
    >>> estimate_subdistribution_ratios(fit).frame.select("group", "value", "n").row(0)  # doctest: +ELLIPSIS
    ('arm', 3.475..., 6)
    """
    data = fit.weighted.data
    # Its rows are pieces of persons, and the cluster of a piece is its person.
    persons = np.unique(data.rows.cluster).size if data.rows.cluster is not None else data.rows.n
    about = {"what": "subdistribution hazard ratio", "n": persons, "events": float(data.events), "method": fit.method}
    return Ratios.with_normal_limits(fit.names, fit.coefficients, fit.standard_errors, level, about)
