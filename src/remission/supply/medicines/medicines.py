"""Medicines as the atlas counts them: the products of the library with what their therapy says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from remission.library.catalogue import therapies
from remission.library.products import Product, products
from remission.supply.coverage.reasons import Supply


@dataclass(frozen=True)
class Medicine:
    """One product of a therapy: how it is given, how effective its therapy is held to be, and what the pack is for."""

    product: str
    therapy: str
    route_group: str
    tier: str
    use: str
    nice_date: date | None = None
    withdrawn: date | None = None


@cache
def library_medicines() -> tuple[Medicine, ...]:
    """Every product of the library that is an MS medicine and nothing else, in order of therapy and product.

    >>> [one.product for one in library_medicines() if one.therapy == "natalizumab"]
    ['natalizumab-150-syringe', 'natalizumab-300-infusion']
    """
    # What also serves other diseases is kept apart: of such rows nobody can tell whom they treated.
    found = [_medicine(product) for product in products().values() if product.ms == "yes"]
    place = {name: number for number, name in enumerate(therapies())}
    return tuple(sorted(found, key=lambda one: (place[one.therapy], one.product)))


def medicines_with(own: tuple[Product, ...]) -> tuple[Medicine, ...]:
    """Those of the library, and products that the owner of an atlas added, each after those of its therapy.

    >>> medicines_with(()) == library_medicines()
    True
    """
    added = [_medicine(product) for product in own]
    therapies_in_order = dict.fromkeys(one.therapy for one in library_medicines())
    place = {name: number for number, name in enumerate(therapies_in_order)}
    return tuple(sorted((*library_medicines(), *added), key=lambda one: place[one.therapy]))


@cache
def library_supplies() -> tuple[Supply, ...]:
    """How each therapy with such a product is supplied, in the order of the library.

    >>> next(one.nice_date for one in library_supplies() if one.therapy == "ocrelizumab")
    datetime.date(2018, 7, 25)
    """
    # Facts of a therapy are the same on each of its products, so the last one will do.
    facts = {one.therapy: one for one in library_medicines()}
    return tuple(
        Supply(name, therapies()[name].kind, therapies()[name].homecare, one.nice_date, one.withdrawn)
        for name, one in facts.items()
    )


def _medicine(product: Product) -> Medicine:
    of = therapies()[product.therapy]
    tier, dates = of.tier or "not tiered", (day_of(of.nice_date), day_of(of.withdrawn))
    return Medicine(product.name, product.therapy, product.route_group, tier, product.use, *dates)


def day_of(text: str) -> date | None:
    """The first day that a date of the library may mean (of "2018-06": 1 June 2018); None where it has none.

    >>> day_of("2018-06"), day_of("")
    (datetime.date(2018, 6, 1), None)
    """
    # The first day: with a later one, early use would seem to come before guidance.
    return date.fromisoformat((text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10]) if text else None
