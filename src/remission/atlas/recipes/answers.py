"""What authorities answered, beside what was issued: for the pages of trusts, the map and the page of requests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.foi.answers.beside import beside_issued, people_counted
from remission.foi.answers.ledger import read_answers
from remission.foi.register.request import read_register, refusals, request_rows
from remission.supply.coverage.extracts import shown_by_month

if TYPE_CHECKING:
    from remission.foi.answers.answer import Imported
    from remission.places.organisations import Organisations
    from remission.supply.views import AtlasViews

# The columns that a page of requests is made from.
REQUESTS: dict[str, type[pl.DataType]] = {
    "code": pl.String,
    "name": pl.String,
    "sent": pl.Date,
    "due": pl.Date,
    "state": pl.String,
    "act": pl.String,
    "section": pl.String,
    "reason": pl.String,
}

# The columns of answers: persons counted, from low to high (null: no upper end is known), on a day or in a period;
# patient-years a year that were issued around then (null: too few months reported); and refusals in rows of their own.
ANSWERS: dict[str, type[pl.DataType]] = {
    "therapy": pl.String,
    "counted": pl.String,
    "period_start": pl.Date,
    "period_end": pl.Date,
    "state": pl.String,
    "patients_low": pl.Int64,
    "patients_high": pl.Int64,
    "issued_per_year": pl.Float64,
    "act": pl.String,
    "section": pl.String,
    "reason": pl.String,
    "words": pl.String,
}


def answers_of(home: Path, views: AtlasViews, imported: Imported) -> dict[str, pl.DataFrame]:
    """Answers and refusals of each authority by its code, in the columns of `ANSWERS`."""
    answers, extracts = by_todays_codes(imported.answers, views.organisations), shown_by_month(views.atlas.extracts)
    beside = beside_issued(answers, views.as_now, views.submissions, extracts)
    answered = beside.with_columns(state=pl.lit("answered"))
    # Refusals come from two places: what files of answers say, and what the register was told by hand.
    refused = pl.concat([imported.refusals, refusals(read_register(home))]).with_columns(
        state=pl.when(pl.col("kind") == "not held").then(pl.lit("not held")).otherwise(pl.lit("refused")),
        period_start=pl.col("refused"),
        period_end=pl.col("refused"),
        reason=pl.col("reason") + pl.lit(" [") + pl.col("status") + pl.lit("]"),
    )
    rows = pl.concat([_shaped(answered), _shaped(refused)])
    return {str(code): part.drop("code") for (code,), part in rows.partition_by("code", as_dict=True).items()}


def people_of(home: Path, organisations: Organisations) -> pl.DataFrame:
    """People counted in the answers kept in `home`, by the codes of today, as the rule of coverage takes them."""
    return by_todays_codes(people_counted(read_answers(home).answers), organisations)


def by_todays_codes(answers: pl.DataFrame, organisations: Organisations) -> pl.DataFrame:
    """Answers with the code of the trust as it is now: what a trust that was merged answered is of a part of another.

    So where a part answered that it treats nobody, nothing follows for the whole, and the row is left out.
    """
    mapping = organisations.as_now(answers["code"]).select(code="ods_code", now="code")
    mapped = answers.join(mapping, on="code", how="left", maintain_order="left")
    whole = (pl.col("code") == pl.col("now")) | (pl.col("high") != 0).fill_null(True)
    return mapped.filter(whole).with_columns(code=pl.col("now")).drop("now")


def refused_codes(home: Path) -> frozenset[str]:
    """Who refused, in the register: drawn so on the map where nothing else is known."""
    return frozenset(refusals(read_register(home)).filter(pl.col("kind") == "refusal")["code"].to_list())


def request_rows_of(home: Path, on: date, names: Mapping[str, str]) -> pl.DataFrame:
    """Every request of the register with its state on a day, in the columns of `REQUESTS`."""
    rows = request_rows(read_register(home), on)
    named = rows.with_columns(name=pl.col("code").replace(dict(names)))
    return named.select(_column(named, name, kind) for name, kind in REQUESTS.items())


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("code", *(_column(frame, name, kind) for name, kind in ANSWERS.items()))


def _column(frame: pl.DataFrame, name: str, kind: type[pl.DataType]) -> pl.Expr:
    return (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
