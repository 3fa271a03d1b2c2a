"""Invented people for a demo: each made by the very acts that the pages call, from a seed, and none of them anybody."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress

from remission.registry.forms.form import forms
from remission.web.acts.joining import join_registry
from remission.web.acts.telling import send_form
from remission.web.clock import today
from remission.web.identities.models import Account
from remission.web.roles import acting_for_self

if TYPE_CHECKING:
    from remission.registry.consent import Scope

SEED = 1
PEOPLE = 36
# As many as there are here can be signed in to.
NAMES = ("ada", "ben", "cleo")
PASSWORD = "an invented password"
ALL: tuple[Scope, ...] = ("research", "aggregates", "contact")
DOMAIN = "invented.invalid"
COUNTRIES = ("GB", "DE", "IT", "SE", "US", "NO")
TREATED_IN = ("MX", "GB", "SE", "IT", "IN")


@dataclass(frozen=True)
class Way:
    """Who can sign in to a demo."""

    address: str
    password: str


def ways_in() -> tuple[Way, ...]:
    """The addresses and passwords of a demo."""
    return tuple(Way(f"{name}@{DOMAIN}", PASSWORD) for name in NAMES)


def invent_people(people: int = PEOPLE, seed: int = SEED) -> None:
    """Make accounts and records of people whom nobody ever was."""
    made = random.Random(seed)
    for number in range(people):
        signs_in = number < len(NAMES)
        address = f"{NAMES[number]}@{DOMAIN}" if signs_in else f"person-{number}@{DOMAIN}"
        account = Account.objects.create_user(address, PASSWORD if signs_in else None)
        EmailAddress.objects.create(user=account, email=address, verified=True, primary=True)
        # The second of them joined for the person's own sake alone.
        join_registry(account, ALL if number != 1 else ())
        _tell(account, told(made, today()))


def told(made: random.Random, day: date) -> dict[str, str]:
    """What one of them types into the long form, as its inputs are named.

    >>> told(random.Random(1), date(2026, 3, 2))["registry.birth_year"].isdecimal()
    True
    """
    onset = made.randint(1995, 2014)
    treated = day - timedelta(days=made.randint(200, 2500))
    relapsed = treated - timedelta(days=made.randint(60, 700))
    step = made.choice((0, 1, 1, 2, 2, 3, 4, 5, 6, 7))
    return {
        "registry.birth_year": str(onset - made.randint(20, 40)),
        "subjects.sex": made.choice(("female", "female", "male")),
        "registry.home_country": made.choice(COUNTRIES),
        "subjects.onset_day": str(onset),
        "subjects.course": made.choice(("RRMS", "RRMS", "SPMS", "PPMS")),
        "treatments.start_day/transplant-1": treated.isoformat(),
        "treatments.conditioning/transplant-1": made.choice(("cyclophosphamide", "BEAM")),
        "registry.treatment_country": made.choice(TREATED_IN),
        "registry.centre_words": "A hospital that was made up",
        "registry.hospital_days": str(made.randint(14, 60)),
        "walking.day/walking-1": day.isoformat(),
        "walking.step/walking-1": str(step),
        "asked.relapses/visit-1": "yes",
        "asked.scans/visit-1": "no",
        "relapses.day/relapses-1": relapsed.isoformat(),
        "relapses.recovery/relapses-1": made.choice(("full", "partial")),
    }


def _tell(account: Account, raw: dict[str, str]) -> None:
    acting = acting_for_self(account)
    if acting is not None:
        form = forms()["long"]
        send_form(acting, form.name, form.version, raw)
