"""Peers of a trust: of the same type, the nearest, or of similar size; and the deciles of all trusts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from remission.stats.estimates import Estimates
from remission.stats.quantiles import DECILES, estimate_deciles, percentile_of

# Earth's mean radius in km: distances on a sphere are right to half a per cent.
EARTH_KM = 6371.0088
SIZES = ("small", "middle", "large")


@dataclass(frozen=True)
class Place:
    """A trust as its peers see it: where it is, how much it issues (patient-years a year), and its type."""

    code: str
    latitude: float | None = None
    longitude: float | None = None
    size: float | None = None
    kind: str = "acute"


def distance_km(one: Place, other: Place) -> float:
    """Great-circle distance, by the haversine formula; infinite where a place is not known.

    >>> round(distance_km(Place("a", 51.5, 0.0), Place("b", 52.5, 0.0)))
    111
    """
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return math.inf
    a, b = (math.radians(float(place.latitude or 0)) for place in (one, other))
    east = math.radians(float(one.longitude or 0) - float(other.longitude or 0))
    half = math.sin((a - b) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(east / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def nearest(places: Sequence[Place], code: str, number: int = 10) -> tuple[str, ...]:
    """Codes of the nearest other trusts whose place is known, nearest first.

    >>> nearest([Place("a", 51.0, 0.0), Place("b", 53.0, 0.0), Place("c", 52.0, 0.0), Place("d")], "a")
    ('c', 'b')
    """
    here = _own(places, code)
    far = sorted((distance_km(here, other), other.code) for other in places if other.code != code)
    return tuple(other for km, other in far if math.isfinite(km))[:number]


def similar_size(places: Sequence[Place], code: str, number: int = 10) -> tuple[str, ...]:
    """Codes of the other trusts whose size differs least as a ratio, in order of code.

    >>> similar_size([Place("a", size=10.0), Place("b", size=100.0), Place("c", size=30.0)], "a", number=1)
    ('c',)
    """
    here = _own(places, code)
    if not here.size or here.size <= 0:
        return ()
    sized = [other for other in places if other.code != code and other.size and other.size > 0]
    apart = sorted((abs(math.log(float(other.size or 1) / here.size)), other.code) for other in sized)
    return tuple(sorted(other for _, other in apart[:number]))


def same_type(places: Sequence[Place], code: str) -> tuple[str, ...]:
    """Codes of the other trusts of the same kind and size class (thirds of all by size), in order of code.

    >>> made = [Place(name, size=size) for name, size in zip("abcdef", (1.0, 2.0, 30.0, 40.0, 500.0, 600.0))]
    >>> same_type(made, "a")
    ('b',)
    """
    here, classes = _own(places, code), size_classes(places)
    alike = (one for one in places if one.kind == here.kind and classes.get(one.code) == classes.get(code))
    return tuple(sorted(one.code for one in alike if one.code != code))


def size_classes(places: Sequence[Place]) -> Mapping[str, str]:
    """small, middle or large for each trust of known size: thirds of all of its kind."""
    classes: dict[str, str] = {}
    for kind in sorted({place.kind for place in places}):
        sized = sorted((place.size, place.code) for place in places if place.kind == kind and place.size is not None)
        classes |= {code: SIZES[3 * rank // len(sized)] for rank, (_, code) in enumerate(sized)}
    return classes


def _own(places: Sequence[Place], code: str) -> Place:
    found = next((place for place in places if place.code == code), None)
    if found is None:
        raise ValueError(f"no place of the code {code}")
    return found


def deciles_of(estimates: Estimates) -> pl.DataFrame:
    """The deciles of a measure over trusts: a row a window with from_day, to_day, trusts (with a value), d1 to d9."""
    rows = []
    for (first, last), group in estimates.frame.group_by("from_day", "to_day", maintain_order=True):
        values = group["value"].drop_nulls().to_numpy()
        deciles = estimate_deciles(values)
        named = {f"d{round(10 * at)}": float(value) for at, value in zip(DECILES, deciles, strict=True)}
        rows.append({"from_day": first, "to_day": last, "trusts": values.size, **named})
    schema = {
        "from_day": pl.Int32,
        "to_day": pl.Int32,
        "trusts": pl.Int64,
        **{f"d{at}": pl.Float64 for at in range(1, 10)},
    }
    return pl.DataFrame(rows, schema=schema).with_columns(pl.col(pl.Float64).fill_nan(None)).sort("to_day")


def percentile_among(estimates: Estimates, code: str) -> float | None:
    """Percent of the trusts of one window that lie below a trust, equal ones counted half; None where it has no value.

    >>> row = {"what": "x", "method": "made up"}
    >>> made = Estimates.of([row | {"group": name, "value": value} for name, value in (("a", 1.0), ("b", 2.0))])
    >>> percentile_among(made, "b")
    75.0
    """
    frame = estimates.frame.select("group", "value")
    own = frame.filter(pl.col("group") == code)["value"]
    if own.len() != 1 or own[0] is None:
        return None
    return float(np.asarray(percentile_of(frame["value"].drop_nulls().to_numpy(), own[0])).item())
