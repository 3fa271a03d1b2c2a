"""Places by name: local authorities, names that people use and no map draws, trusts by theirs, and their hospitals.

A name that several places share is a question, and none of them is guessed. What a name of our own is taken for is
said with the answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from remission.inputs.provenance import Status
from remission.library.catalogue import table

# Codes of the Office for National Statistics begin with the letter of the nation; only England publishes.
NATIONS = {"W": "Wales", "S": "Scotland", "N": "Northern Ireland"}
MOST_CHOICES = 8
LEAST_LETTERS = 5


@dataclass(frozen=True)
class LocalAuthority:
    """A local authority of the United Kingdom with the point that its boundaries are published with, in degrees."""

    code: str
    name: str
    latitude: float
    longitude: float
    source: str
    status: Status


@dataclass(frozen=True)
class InformalName:
    """A name that people use, and the local authorities that it is taken for, by their codes joined by "; "."""

    name: str
    codes: str
    source: str
    status: Status


@dataclass(frozen=True)
class Hospital:
    """A hospital site with its town and the trust that it is of (by its code of 2024), and its point in degrees.

    The list is of one public directory and lacks many sites; who a site is of changes.
    """

    name: str
    town: str
    trust: str
    latitude: float
    longitude: float
    source: str
    status: Status


@dataclass(frozen=True)
class NamedPlace:
    """A place as it is called, its point in degrees, and in words what that point is."""

    name: str
    latitude: float
    longitude: float
    how: str


@cache
def local_authorities() -> Mapping[str, LocalAuthority]:
    """Every local authority by its code.

    >>> local_authorities()["E09000030"].name
    'Tower Hamlets'
    """
    return {one.code: one for one in table("places/local_authorities", LocalAuthority)}


@cache
def informal_names() -> tuple[InformalName, ...]:
    """Names that people use, with what each is taken for."""
    return table("places/informal_names", InformalName)


@cache
def named_places() -> tuple[NamedPlace, ...]:
    """Names that people use first, then local authorities: of two that are called the same, the first is meant.

    >>> [one.how for one in named_places() if one.name == "East End"]
    ['the middle of Tower Hamlets, Newham and Hackney, which East End is taken for here']
    """
    return (*map(_informal, informal_names()), *map(_authority, local_authorities().values()))


@cache
def hospitals() -> tuple[Hospital, ...]:
    """Hospital sites of English trusts, as far as the list knows them, in order of name."""
    return table("places/hospitals", Hospital)


@cache
def hospital_places() -> tuple[NamedPlace, ...]:
    """The same by what they are called, with their town; of several of one name, the town is part of each.

    >>> [one.name for one in places_called("Addenbrookes", hospital_places())]
    ["Addenbrooke's Hospital, Cambridge"]
    >>> [one.name for one in places_called("queen elizabeth hospital", hospital_places())][:2]
    ['Queen Elizabeth Hospital (Gateshead)', 'Queen Elizabeth Hospital (London)']
    """
    number = Counter(spoken(one.name) for one in hospitals())
    called = [_with_town(one, several=number[spoken(one.name)] > 1) for one in hospitals()]
    return tuple(
        NamedPlace(name, one.latitude, one.longitude, name) for name, one in zip(called, hospitals(), strict=True)
    )


def _with_town(one: Hospital, *, several: bool) -> str:
    # In brackets a town is part of the name; behind a comma it is what may be left away.
    if several:
        return f"{one.name} ({one.town})"
    return one.name if f" {spoken(one.town)} " in f" {spoken(one.name)} " else f"{one.name}, {one.town}"


def places_called(text: str, places: Sequence[NamedPlace]) -> tuple[NamedPlace, ...]:
    """The places that a name means: the one that is called so, else those in whose name its words stand together.

    >>> [one.name for one in places_called("newcastle", named_places())]
    ['Newcastle-under-Lyme', 'Newcastle upon Tyne']
    >>> [one.name for one in places_called("bristol", named_places())]
    ['Bristol, City of']
    """
    asked = spoken(text)
    if not asked:
        return ()
    exact = [one for one in places if asked in spellings(one.name)]
    # Of places of one name the first: a name of our own says what it is taken for.
    if exact:
        return (exact[0],)
    return tuple(one for one in places if f" {asked} " in f" {spoken(one.name)} ")


def spellings(name: str) -> tuple[str, ...]:
    """What a place is called in full, and without what its name puts behind a comma ("Bristol, City of").

    >>> spellings("Bristol, City of")
    ('bristol city of', 'bristol')
    """
    return tuple(dict.fromkeys((spoken(name), spoken(name.partition(",")[0]))))


def spoken(text: str) -> str:
    """A name in small letters, without accents and signs, as it is looked up.

    >>> spoken("St. Helens"), spoken("Guy's and  St Thomas'"), spoken("Stoke-on-Trent")
    ('st helens', 'guys and st thomas', 'stoke on trent')
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", plain).removeprefix("the ")))


def words_of(places: Iterable[NamedPlace]) -> list[str]:
    """Names, and the longer words of them, for advice to somebody who misspelt one.

    >>> words_of([NamedPlace("City of Edinburgh", 0, 0, "")])
    ['City of Edinburgh', 'Edinburgh']
    """
    names = [one.name for one in places]
    words = [word for name in names for word in re.findall(r"[^\W\d_]+", name) if len(word) >= LEAST_LETTERS]
    return list(dict.fromkeys([*names, *words]))


def choices_of(found: Iterable[NamedPlace]) -> str:
    """Several places as a question offers them: the first few, and how many more.

    >>> choices_of(NamedPlace(str(number), 0, 0, "") for number in range(10))
    '0, 1, 2, 3, 4, 5, 6, 7 and 2 more'
    """
    names = [one.name for one in found]
    more = len(names) - MOST_CHOICES
    return ", ".join(names[:MOST_CHOICES]) + (f" and {more} more" if more > 0 else "")


def _authority(one: LocalAuthority) -> NamedPlace:
    return NamedPlace(one.name, one.latitude, one.longitude, f"the middle of {one.name}{_unpublished([one])}")


def _informal(one: InformalName) -> NamedPlace:
    parts = [local_authorities()[code] for code in one.codes.split("; ")]
    latitude, longitude = (round(sum(numbers) / len(parts), 3) for numbers in (
        [part.latitude for part in parts], [part.longitude for part in parts]
    ))  # fmt: skip
    names = [part.name for part in parts]
    several = f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else names[0]
    how = f"the middle of {several}, which {one.name} is taken for here{_unpublished(parts)}"
    return NamedPlace(one.name, latitude, longitude, how)


def _unpublished(parts: Sequence[LocalAuthority]) -> str:
    return "".join(f"; {nation} publishes no such data" for nation in _nations(parts))


def _nations(parts: Sequence[LocalAuthority]) -> Iterator[str]:
    yield from dict.fromkeys(NATIONS[one.code[0]] for one in parts if one.code[0] in NATIONS)
