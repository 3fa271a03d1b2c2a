"""Peers of a trust: the nearest, or those of similar size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Earth's mean radius in km: distances on a sphere are right to half a per cent.
EARTH_KM = 6371.0088


@dataclass(frozen=True)
class Place:
    """A trust as its peers see it: where it is, and how much it issues (patient-years a year)."""

    code: str
    latitude: float | None = None
    longitude: float | None = None
    size: float | None = None


def distance_km(one: Place, other: Place) -> float:
    """Great-circle distance, by the haversine formula; infinite where a place is not known.

    >>> round(distance_km(Place("a", 51.5, 0.0), Place("b", 52.5, 0.0)))
    111
    """
    # Without a place nobody is near: infinitely far sorts last, and is left out below.
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
    # By ratio: a trust twice as large is as unlike as one half as large.
    apart = sorted((abs(math.log(float(other.size or 1) / here.size)), other.code) for other in sized)
    return tuple(sorted(other for _, other in apart[:number]))


def _own(places: Sequence[Place], code: str) -> Place:
    found = next((place for place in places if place.code == code), None)
    if found is None:
        raise ValueError(f"no place of the code {code}")
    return found
