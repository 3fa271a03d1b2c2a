"""Which therapy a cell names: a brand, a substance, several of one therapy, or something that is none.

"Copaxone/Brabio" is one therapy under two brands, "Ampyra/Fampyra" no disease-modifying one, "interferon beta-1a" two
that are told apart by brand only. A name is never matched to one that merely looks like it: the likeness is advice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from remission.inputs.problems import closest
from remission.library.catalogue import table, therapies

NOT_A_DMT, NOT_NAMED = "not a DMT", "not named"


@dataclass(frozen=True)
class Named:
    """What a cell names. `brands` are the brands written; none when the substance itself is meant.

    `part`: only one strength, form or way of supply of it is meant. `why` says why there is no therapy, if so.
    """

    therapies: tuple[str, ...]
    brands: tuple[str, ...] = ()
    part: bool = False
    why: str = ""


@dataclass(frozen=True)
class _Name:
    """A name that is neither a therapy's own nor a brand of one."""

    name: str
    means: str
    therapy: str
    why: str


@dataclass(frozen=True)
class _Generic:
    therapy: str


@cache
def _names() -> dict[str, tuple[str, str, str]]:
    """By name in lower case: what it means, the therapy (or why there is none), and the brand."""
    rows = table("foi/names", _Name)
    others = [(row.name, row.means, row.therapy or row.why, "") for row in rows]
    own = [(one.name, "therapy", one.name, "") for one in therapies().values()]
    brands = [(brand, "therapy", one.name, brand) for one in therapies().values() for brand in one.brands]
    return {_key(name): (means, what, brand) for name, means, what, brand in [*own, *brands, *others]}


@cache
def sold_as_generics() -> frozenset[str]:
    """Therapies that are sold without a brand too: none of the brand is not none at all.

    >>> "fingolimod" in sold_as_generics()
    True
    """
    return frozenset(row.therapy for row in table("foi/generics", _Generic))


@lru_cache(maxsize=4096)
def named_medicine(written: str) -> Named | None:
    """What a cell names; None when it names nothing that the library knows.

    >>> named_medicine("Copaxone/Brabio"), named_medicine("Ampyra/Fampyra").therapies
    (Named(therapies=('glatiramer acetate',), brands=('Copaxone', 'Brabio'), part=False, why=''), ())
    >>> named_medicine("Tecfidera (dimethyl fumarate) 240mg capsules").brands
    ('Tecfidera',)
    """
    key = _key(written)
    if key in _names():
        return _together([_names()[key]], part=False)
    parts = [part for part in re.split(r"\s*(?:[/,;&+()\[\]\n]|\band\b|\bor\b)\s*", _without_strength(key)) if part]
    found = [_names()[_bare(part)] for part in parts if _bare(part) in _names()]
    unknown = [part for part in parts if _bare(part) not in _names() and _bare(part) not in _FORMS]
    whole = _without_strength(key) == key and all(part in _names() for part in parts)
    return _together(found, part=not whole) if found and not unknown else None


def looks_like(written: str) -> str:
    """Advice for a name that is not known: the nearest known one; empty when none is alike.

    >>> looks_like("Tecfidara")
    'Did you mean tecfidera?'
    """
    alike = closest(written, _names())
    return f"Did you mean {alike}?" if alike else ""


def both(first: Named, second: Named) -> Named:
    """What two cells name that share one count.

    >>> both(named_medicine("Copaxone"), named_medicine("Brabio")).brands
    ('Copaxone', 'Brabio')
    """
    return Named(
        tuple(dict.fromkeys(first.therapies + second.therapies)),
        tuple(dict.fromkeys(first.brands + second.brands)),
        first.part or second.part,
        "; ".join(dict.fromkeys(why for why in (first.why, second.why) if why)),
    )


def _together(found: list[tuple[str, str, str]], *, part: bool) -> Named:
    # "dimethyl fumarate (Tecfidera)" is the substance with its brand for an example; the other way round, the brand.
    begins = found[0][0] == "therapy" and not found[0][2]
    brands = () if begins else tuple(dict.fromkeys(brand for _, _, brand in found if brand))
    names = tuple(dict.fromkeys(what for means, what, _ in found if means == "therapy"))
    if names and any(means in (NOT_A_DMT, NOT_NAMED) for means, _, _ in found):
        return Named((), brands, part, "it names a disease-modifying therapy together with something else")
    # A word for several therapies beside a brand of one ("interferon beta-1a (Rebif)") only explains it.
    return Named(names, brands, part, "" if names else "; ".join(dict.fromkeys(what for _, what, _ in found)))


def _key(text: str) -> str:
    plain = re.sub("[®™©*†‡]|\\(r\\)|\\(tm\\)", "", text.casefold())
    plain = re.sub("[\u2010-\u2015\u2212]", "-", plain).replace("β", "beta").replace("\u00a0", " ")
    plain = re.sub(r"\bbeta[ -]?1[ -]?([ab])\b", r"beta-1\1", plain)
    return " ".join(plain.split()).strip(" .:")


_STRENGTH = re.compile(r"\b\d[\d.,]*\s*(?:mg|mcg|micrograms?|g|ml|mu|miu|units?)\b(?:\s*/\s*[\d.,]*\s*(?:ml|dose))?")
_FORM = re.compile(
    r"\b(?:tablets?|tabs?|capsules?|caps|injections?|infusions?|syringes?|pens?|vials?|pre-?filled|solution|oral"
    r"|iv|sc|im|s\.c\.|i\.v\.|i\.m\.|subcutaneous(?:ly)?|intravenous(?:ly)?|intramuscular|generics?|brands?|biosimilars?)\b"
)
_FORMS = ("", "-")


def _without_strength(text: str) -> str:
    return _STRENGTH.sub(" ", text)


def _bare(part: str) -> str:
    """A name without the words that only say its form; the whole name where it is one ("interferon beta-1a im")."""
    whole = " ".join(part.split()).strip(" .:-")
    return whole if whole in _names() else " ".join(_FORM.sub(" ", whole).split()).strip(" .:-")
