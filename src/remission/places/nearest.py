"""The trusts nearest to a place that issued a therapy, and those nearer of which nothing can be seen.

A place is a postcode district, a postcode, a name, or a latitude and longitude. Districts are known by the hospitals in
them, so a point is rough, and says how it was found. Distances are straight lines; whom a trust treats is not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import InputProblems, Problem, nearest, shown
from remission.inputs.snapshots import LISTED
from remission.library.catalogue import LIBRARY
from remission.places.names import NamedPlace, choices_of, hospital_places, named_places, places_called, words_of
from remission.places.peers import Place, distance_km
from remission.places.sources import postcodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.places.organisations import Organisations

DISTRICTS: dict[str, type[pl.DataType]] = {
    "district": pl.String,
    "latitude": pl.Float64,
    "longitude": pl.Float64,
    "source": pl.String,
}
NEAREST: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("group", "code", "name"), pl.String),
    "km": pl.Float64,
    "state": pl.String,
}
ISSUED, HIDDEN, NO_PLACE = "issued", "not visible here", "place not known"

# The outward half of a postcode; with the inward half, always a digit and two letters, the whole of it.
_DISTRICT = re.compile(r"([A-Z]{1,2})[0-9][A-Z0-9]?")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}")
_DEGREES = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]+)?)[,;](-?[0-9]{1,3}(?:\.[0-9]+)?)")
SOUTH, NORTH, WEST, EAST = 49.0, 61.0, -9.0, 2.0  # a frame round the United Kingdom, in degrees
# Postcode areas outside England or nearly so; of areas on the border only those that lie almost wholly beyond it.
ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(("AB", "DD", "DG", "EH", "FK", "G", "HS", "IV"), "Scotland"),
    **dict.fromkeys(("KA", "KW", "KY", "ML", "PA", "PH", "TD", "ZE"), "Scotland"),
    "BT": "Northern Ireland",
    **dict.fromkeys(("CF", "LD", "LL", "NP", "SA"), "Wales"),
    "IM": "The Isle of Man",
    "JE": "Jersey",
    "GY": "Guernsey",
}
# Two that are called alike and stand so near each other are one place to whoever asks for it.
ONE_PLACE_KM = 5.0
ASKED = "a postcode district (E1), a postcode, a place by name (Newham), or latitude and longitude (52.2,0.1)"


@dataclass(frozen=True)
class Point:
    """A place in degrees, and in words how it was found."""

    latitude: float
    longitude: float
    how: str


@cache
def postcode_districts() -> pl.DataFrame:
    """Every district with a hospital or a trust's address, and the middle of them, in the columns of `DISTRICTS`."""
    return pl.read_csv(LIBRARY / "places/postcode_districts.csv", schema=DISTRICTS)


def districts_of(home: Path) -> pl.DataFrame:
    """The districts of the directory fetched into `home`; without one, those with a hospital.

    >>> districts_of(Path("no such folder")).height == postcode_districts().height
    True
    """
    fetched = postcodes.tidy(home) if (home / LISTED).is_file() else postcode_districts().clear()
    return fetched if fetched.height else postcode_districts()


def find_point(text: str, districts: pl.DataFrame | None = None, trusts: Sequence[NamedPlace] = ()) -> Point:
    """The point meant by a district, a postcode, a name, or "latitude,longitude"; InputProblems when none can be told.

    districts: as `postcode_districts`, which is used without it. A district in no row is put in the middle of those of
    its postcode area (the letters it begins with), and the point says so. Where an area has none, no other is guessed:
    it is elsewhere, or nothing is known near it. A name is that of a local authority, one that people use, one of
    `trusts`, or that of a hospital or its town; where several places are called so, which one is asked.

    >>> find_point("52.2, 0.1")
    Point(latitude=52.2, longitude=0.1, how='as given')
    >>> find_point("e1 1fr").how
    'the middle of the hospitals known in postcode district E1'
    >>> find_point("East End").how
    'the middle of Tower Hamlets, Newham and Hackney, which East End is taken for here'
    """
    written = re.sub(r"\s+", "", text).upper()
    # Degrees first: nothing that is a postcode can be read as two numbers.
    if degrees := _DEGREES.fullmatch(written):
        return _given(float(degrees[1]), float(degrees[2]), text)
    whole = _POSTCODE.fullmatch(written)
    if not whole and not _DISTRICT.fullmatch(written) and (named := _by_name(text, trusts)):
        return Point(named.latitude, named.longitude, named.how)
    return _of_district(whole[1] if whole else written, text, postcode_districts() if districts is None else districts)


def _by_name(text: str, trusts: Sequence[NamedPlace]) -> NamedPlace | None:
    """The place that a name means; None where nothing is called so, InputProblems where several are."""
    # A town before a trust that is named after it: the trust need not be the nearest.
    for places in (named_places(), (*trusts, *hospital_places())):
        found = places_called(text, places)
        if len(found) > 1 and not _one_place(found):
            do = f"Say which: {choices_of(found)}."
            raise InputProblems(Problem.of_file("place", found=f"{shown(text)}, of which there are {len(found)}",
                                                allowed="one place", do=do))  # fmt: skip
        if found:
            return found[0]
    return None


def _one_place(found: Sequence[NamedPlace]) -> bool:
    """Whether all of some places are about where the first is, such as a trust and its hospital."""
    first, *others = (Place(one.name, one.latitude, one.longitude) for one in found)
    return all(distance_km(first, other) <= ONE_PLACE_KM for other in others)


def trust_places(organisations: Organisations) -> tuple[NamedPlace, ...]:
    """Open trusts by their names, each at its main site."""
    rows = organisations.nodes.filter(pl.col("level") == "trust", pl.col("closed").is_null())
    known = rows.drop_nulls(["latitude", "longitude"]).select("name", "latitude", "longitude")
    return tuple(NamedPlace(name, lat, lon, f"the main site of {name}") for name, lat, lon in known.iter_rows())


def _given(latitude: float, longitude: float, text: str) -> Point:
    if not (SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST):
        frame = f"latitude {SOUTH:g} to {NORTH:g} and longitude {WEST:g} to {EAST:g}"
        raise InputProblems(Problem.of_file("place", found=shown(text), allowed=frame, do="Give the latitude first."))
    return Point(latitude, longitude, "as given")


def _of_district(district: str, text: str, districts: pl.DataFrame) -> Point:
    own = districts.filter(pl.col("district") == district)
    if own.height:
        return _middle(own, f"the middle of the hospitals known in postcode district {district}")
    parts = _DISTRICT.fullmatch(district)
    alike = districts.filter(pl.col("district").str.extract("^([A-Z]+)") == (parts[1] if parts else ""))
    if parts is None or not alike.height:
        advice = _advice(district, parts[1] if parts else "", districts)
        raise InputProblems(Problem.of_file("place", found=shown(text), allowed=ASKED, do=advice))
    number = f"{alike.height} district{'s' if alike.height > 1 else ''}"
    return _middle(alike, f"no hospital is known in {district}: the middle of {number} of postcode area {parts[1]}")


def _advice(district: str, area: str, districts: pl.DataFrame) -> str:
    """What to do about a district that is nowhere: a likely slip has the same letters, for others are another town."""
    if area in ELSEWHERE:
        return f"{ELSEWHERE[area]} publishes no such data."
    if area:
        return "No hospital is known near that district: give a neighbouring one, or a point in degrees."
    if not re.search("[0-9]", district):
        return (
            nearest(district.title(), words_of([*named_places(), *hospital_places()]))
            or "Give a larger place near it, or its postcode district."
        )
    letters = re.match("[A-Z]*", district)
    same = districts.filter(pl.col("district").str.extract("^([A-Z]+)") == (letters[0] if letters else ""))
    return nearest(district, same["district"]) or "Give the place in degrees."


def _middle(rows: pl.DataFrame, how: str) -> Point:
    latitude, longitude = rows.select(pl.col("latitude", "longitude").mean().round(3)).row(0)
    return Point(latitude, longitude, how)


def nearest_trusts(point: Point, states: pl.DataFrame, organisations: Organisations, most: int = 5) -> pl.DataFrame:
    """Trusts that issued a therapy, nearest first, and apart the nearer ones of which it cannot be seen.

    states: code, state (see `atlas.State`), a row a trust. Result, in the columns of `NEAREST`, by group: "issued", at
    most `most`; "not visible here", those nearer than the last of the first group (of an empty one: the nearest
    `most`); "place not known", those that issued it and have no place, without a distance. A code in no table is
    called by itself.

    >>> from remission.places.organisations import load_organisations
    >>> made = pl.DataFrame({"code": ["RJ1", "RRV", "RGT"], "state": ["used", "not visible", "used"]})
    >>> nearest_trusts(Point(51.53, -0.13, "as given"), made, load_organisations()).select("group", "code").rows()
    [('issued', 'RJ1'), ('issued', 'RGT'), ('not visible here', 'RRV')]
    """
    found = _distances(point, states, organisations)
    used = found.filter(pl.col("state") == "used")
    listed = used.drop_nulls("km").head(most)
    unseen = found.filter(pl.col("state") == "not visible").drop_nulls("km")
    # Only those nearer than what is shown: a trust farther off is no reason to ask there first.
    hidden = unseen.filter(pl.col("km") < listed["km"].max()) if listed.height else unseen.head(most)
    groups = {ISSUED: listed, HIDDEN: hidden, NO_PLACE: used.filter(pl.col("km").is_null())}
    named = [rows.select(pl.lit(group).alias("group"), pl.all()) for group, rows in groups.items()]
    return pl.concat(named).select(*NEAREST)


def _distances(point: Point, states: pl.DataFrame, organisations: Organisations) -> pl.DataFrame:
    """Every trust with its name, its distance in km (null without a place), and its state; nearest first."""
    here = Place("", point.latitude, point.longitude)
    places = organisations.nodes.select("code", "name", "latitude", "longitude")
    known = states.select("code", "state").join(places, on="code", how="left", maintain_order="left")
    rows = [
        (code, name or code, None if latitude is None else distance_km(here, Place(code, latitude, longitude)), state)
        for code, state, name, latitude, longitude in known.iter_rows()
    ]
    schema = {name: kind for name, kind in NEAREST.items() if name != "group"}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("km", "code", nulls_last=True)
