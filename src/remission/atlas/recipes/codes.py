"""What is not sure of codes: those that no list knows, and months in which a merged trust may be counted twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.month_axis import months_words, stretches
from remission.exhibits.wording import count, listed
from remission.places.fetched_organisations import organisations_of
from remission.supply.unknown_codes import unknown_codes

if TYPE_CHECKING:
    from remission.supply.build import Built
    from remission.supply.views import AtlasViews

VERDICTS = {
    "moved": "stands under its own code, which is counted here",
    "rebuilt": "stands beside the new code with amounts that the new one includes: the new one only is counted",
    "both": "stands beside the new code with amounts of its own: both are counted",
    "in doubt": "stands beside the new code, whose amounts may hold its own: both are counted, perhaps twice",
}

DOUBTFUL: dict[str, type[pl.DataType]] = {
    "code": pl.String,
    "name": pl.String,
    "predecessor": pl.String,
    "months": pl.Int64,
    "when": pl.String,
    "patient_years": pl.Float64,
}


def unknown_of(views: AtlasViews) -> pl.DataFrame:
    """Codes in no list of organisations, in the columns of `UNKNOWN`."""
    return unknown_codes(views.atlas.issued, views.atlas.submissions, views.organisations)


def unknown_lines(built: Built) -> Iterator[str]:
    """The same as a build tells it to whoever ran it; no line where every code is known."""
    unknown = unknown_codes(built.atlas.issued, built.atlas.submissions, organisations_of(built.home))
    if unknown.height:
        years, rows = unknown["patient_years"].sum(), unknown["counted_rows"].sum()
        yield (
            f"{count(unknown.height, 'code')} in no list of organisations, with {rows:,} counted rows and {years:,.1f} "
            "patient-years: counted under the code itself and for England, and in no area. Newer lists: "
            "remission atlas fetch ods"
        )
    for code, months, counted, of in unknown.select("code", "months", "counted_rows", "patient_years").iter_rows():
        yield f"  {code}: {count(months or 0, 'month')}, {counted:,} counted rows, {of:,.1f} patient-years"


# Three kinds of page ask for it, each once: the last atlas that was asked for is the one being written.
@lru_cache(maxsize=1)
def doubtful_of(views: AtlasViews) -> pl.DataFrame:
    """Old codes that may be counted twice: a row each, in the columns of `DOUBTFUL`, trusts in order of name.

    `when` is the months in words; `patient_years` are all that the old code issued in them, the most that can be there
    twice.
    """
    doubt = views.recoding.filter(pl.col("rows_in_doubt") > 0)
    rows = views.as_now.join(doubt, left_on=["code", "ods_code", "month"], right_on=["code", "predecessor", "month"])
    years = rows.group_by("code", predecessor="ods_code").agg(pl.col("patient_years").sum())
    months = doubt.group_by("code", "predecessor").agg(pl.col("month").sort())
    told = [
        {"code": code, "name": views.names.get(code, code), "predecessor": old, "months": len(when)}
        | {"when": listed([months_words(*stretch) for stretch in stretches(when)])}
        for code, old, when in months.iter_rows()
    ]
    frame = pl.DataFrame(told, schema={name: kind for name, kind in DOUBTFUL.items() if name != "patient_years"})
    return frame.join(years, on=["code", "predecessor"], how="left").select(*DOUBTFUL).sort("name", "predecessor")


def unsure_words(views: AtlasViews) -> Iterator[str]:
    """What every page says of codes that are not sure, a part of a sentence each; nothing where all are."""
    unknown, doubtful = unknown_of(views)["code"].to_list(), doubtful_of(views)
    if unknown:
        yield f"in no list, and counted for England alone: {listed(unknown)}"
    for row in doubtful.iter_rows(named=True):
        yield f"{row['predecessor']} may be counted twice, under {row['code']} too, in {row['when']}"


def doubt_words(row: Mapping[str, object]) -> str:
    """A row of `doubtful_of` in words."""
    years = f"{row['patient_years']:,.0f}" if row["patient_years"] is not None else "an unknown number of"
    return (
        f"Amounts of {row['predecessor']} may be counted twice in {row['when']}, at most {years} patient-years: they "
        "stand under the old code, and the amounts of the new one look as if they held them."
    )


def verdict_words(row: Mapping[str, object]) -> str:
    """What became of an old code in so many months, from a row with predecessor, verdict and months."""
    return f"In {count(int(str(row['months'])), 'month')} {row['predecessor']} {VERDICTS[str(row['verdict'])]}."
