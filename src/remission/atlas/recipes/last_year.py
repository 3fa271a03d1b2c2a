"""What can be seen of each therapy at each trust in the last 12 months: for the pages of coverage and of finding."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.month_axis import months_words
from remission.supply.medicines.medicines import library_supplies

if TYPE_CHECKING:
    from remission.supply.views import AtlasViews

LAST = 12

# One row a therapy and trust that has a page: its state over the last 12 months, and how many of them were reported.
USE: dict[str, type[pl.DataType]] = {
    "therapy": pl.String,
    "code": pl.String,
    "name": pl.String,
    "region": pl.String,
    "state": pl.String,
    "months_reported": pl.Int64,
}


def last_year_words(views: AtlasViews) -> str:
    """The last 12 months in words."""
    return months_words(views.months[-LAST:][0], views.months[-1])


def recent_states(views: AtlasViews) -> pl.DataFrame:
    """The state of each therapy, trust and month of the last 12, without what had been withdrawn before the first."""
    first = views.months[-LAST:][0]
    # A therapy that was withdrawn before the first month would be "not used" everywhere, and say nothing.
    kept = ~pl.col("therapy").is_in(list(withdrawn_before(views.months[0])))
    return views.coverage.frame.filter(pl.col("month") >= first, kept)


def use_of(views: AtlasViews) -> pl.DataFrame:
    """One state for each therapy and trust, in the columns of `USE`: used in any of the months, else what most say."""
    reported = (pl.col("state") != "not reported").sum().cast(pl.Int64)
    grouped = recent_states(views).group_by("therapy", "code").agg(
        # Used in any of the months goes first, then what hides (decision 34); only what no month contradicts is
        # called not used.
        state=pl.when((pl.col("state") == "used").any())
        .then(pl.lit("used"))
        .when((pl.col("state") == "not visible").any())
        .then(pl.lit("not visible"))
        .when((pl.col("state") == "not used").any())
        .then(pl.lit("not used"))
        .otherwise(pl.lit("not reported")),
        months_reported=reported,
    )  # fmt: skip
    regions = dict(views.organisations.parents("region", views.months[-1]).iter_rows())
    named = grouped.with_columns(
        name=named_by(views),
        region=pl.col("code").replace_strict(regions, default=None, return_dtype=pl.String).replace(dict(views.names)),
    )
    return named.select(pl.col(name).cast(kind) for name, kind in USE.items()).sort("therapy", "name", "code")


def named_by(views: AtlasViews) -> pl.Expr:
    """The name of the organisation in column `code`, as it is now."""
    return pl.col("code").replace(dict(views.names))


def withdrawn_before(month: date) -> tuple[str, ...]:
    """Therapies that had been withdrawn before a month: of an atlas that begins with it they can be no part.

    >>> withdrawn_before(date(2021, 1, 1)), withdrawn_before(date(2018, 1, 1))
    (('daclizumab',), ())
    """
    return tuple(one.therapy for one in library_supplies() if one.withdrawn is not None and one.withdrawn < month)
