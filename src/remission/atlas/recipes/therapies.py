"""What the page of therapies lists: the library's facts with their sources, and first issues as the data show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.library.catalogue import Therapy, therapies
from remission.library.products import Product, products
from remission.places.centres import centres
from remission.supply.coverage.first_issues import estimate_first_issue
from remission.supply.medicines.medicines import library_supplies

if TYPE_CHECKING:
    from remission.supply.views import AtlasViews


def product_rows(own: tuple[Product, ...] = ()) -> pl.DataFrame:
    """Every product of the library, a row each, and those that the owner of the atlas added."""
    return pl.DataFrame([_product(one) for one in (*own, *products().values())], infer_schema_length=None)


def therapy_rows() -> pl.DataFrame:
    """Every therapy of the library that has a tier, a row each."""
    return pl.DataFrame([_therapy(one) for one in therapies().values() if one.tier])


def centre_rows() -> pl.DataFrame:
    """What sources say of transplants, trials and services, a row each."""
    fields = ("code", "name", "what", "says", "source")
    return pl.DataFrame([{field: getattr(one, field) for field in fields} for one in centres()])


def first_issues(views: AtlasViews) -> pl.DataFrame:
    """Months from NICE guidance to first visible issue over trusts, by therapy: median and quartiles."""
    rows = []
    for supply in library_supplies():
        if supply.nice_date is None:
            continue
        estimates = estimate_first_issue(views.monthly, supply).frame["value"]
        known = estimates.drop_nulls().to_numpy()
        # Where most are not known, the middle of the others says nothing of all.
        enough = known.size > estimates.null_count()
        low, median, high = np.quantile(known, [0.25, 0.5, 0.75]) if enough else (None, None, None)
        rows.append({"therapy": supply.therapy, "trusts": known.size, "median": median, "low": low, "high": high,
                     "unknown": estimates.null_count()})  # fmt: skip
    schema = {"therapy": pl.String, "trusts": pl.Int64, **dict.fromkeys(("median", "low", "high"), pl.Float64)}
    return pl.DataFrame(rows, schema={**schema, "unknown": pl.Int64})


def _therapy(one: Therapy) -> dict[str, str]:
    tier = f"{one.tier}: {one.told['tier_source']}" if one.told["tier_source"] else one.tier
    nice = f"{one.nice}, {one.nice_date} [{one.told['nice_status']}]; {one.told['nice_source']}" if one.nice else "none"
    return {
        "name": one.name,
        "brands": ", ".join(one.brands) or "–",
        "group": one.group,
        "tier": one.tier,
        "tier_words": f"{tier} [{one.told['tier_status']}]",
        "nice": one.nice,
        "nice_words": nice,
        "homecare": f"{one.homecare} [{one.told['homecare_status']}]",
        "starts": f"{one.starts} [{one.told['starts_status']}]" if one.starts else "–",
    }


def _product(one: Product) -> dict[str, str | float | None]:
    counted = "yes" if one.ms == "yes" else f"no: {one.note}"
    return {
        "product": one.name,
        "therapy": one.therapy or "–",
        "units": f"of {one.udfs_size:g} {one.udfs_unit}" if one.udfs_size else one.udfs_unit,
        "year": one.units_per_patient_year,
        "low": one.units_low,
        "high": one.units_high,
        "arithmetic": one.arithmetic or "–",
        "source": one.dose_source,
        "status": one.dose_status,
        "note": one.note,
        "counted": "starts only" if counted == "yes" and one.use == "titration" else counted,
    }
