"""At what is another's: whatever name of it somebody puts into an address or a form, they get nothing of it."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpResponse

from made_up.full_house import CANARY, House, full_house, said
from made_up.web_addresses import every_address
from remission.registry.forms.form import forms
from remission.web import routes
from remission.web.acts.recovering import ask_recovery
from remission.web.identities.models import Account, Delegation, Membership, Recovery, Ticket
from remission.web.ids import new_id
from remission.web.instance import Instance
from remission.web.records.models import AnswerRow, ConsentRow, DraftRow, PersonRow, SentForm
from remission.web.roles import Acting

pytestmark = pytest.mark.usefixtures("quick_hashes")
TRIES = 10_000 if os.environ.get("REMISSION_LONG") else 300
WAYS = ("get", "post")
WHO = ("visitor", "eve", "finn", "carl")
# What differs in any two pages: the token of their forms, and how far up the first page lies from an address.
OWN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|(\.\./)+')
# What these do to who presses them is theirs to do, and ends the session that the next try is made with.
ENDS = frozenset(("my/stop/", "my/stop/erase/", "account/logout/", "account/sign-out-everywhere/"))
# The one place in which the link of a letter opens what it is for, whoever holds it: that is what a link is.
OPENS = {
    "visit": "visit/{token}/", "stop": "stop/{token}/", "delegate": "helper/{token}/",
    "recovery": "account/stop-recovery/{name}/",
}  # fmt: skip
OF_ANN = (AnswerRow, ConsentRow, DraftRow, PersonRow, SentForm, Delegation, Membership, Ticket, Recovery)


@dataclass(frozen=True)
class Try:
    """One asking: who, how, for which address, filled with what, and with what in its body."""

    who: str
    method: str
    pattern: str
    path: str
    body: Mapping[str, str]


@pytest.fixture
def house(observatory: Instance, join: Callable[..., Any], sign_in: Callable[..., Any]) -> House:
    made = full_house(join, sign_in)
    asked = ask_recovery(made.members["ann"].account)
    return replace(made, tokens={**made.tokens, "recovery": asked.name})


def names_of_ann(house: House) -> tuple[str, ...]:
    """Every name under which something of Ann lies, and the tokens of her letters."""
    ann: Account = house.members["ann"].account
    rows = AnswerRow.objects.filter(person=house.members["ann"].person_id)
    return (
        house.members["ann"].person_id, ann.actor, str(ann.pk), *house.ties.values(), *house.tokens.values(),
        *Ticket.objects.values_list("token_hash", flat=True),
        *rows.exclude(episode="").values_list("episode", flat=True).distinct()[:8],
        *rows.values_list("answer_id", flat=True)[:3],
    )  # fmt: skip


def neighbour(name: str, dice: random.Random) -> str:
    """A name that differs in one letter."""
    at = dice.randrange(len(name))
    return name[:at] + dice.choice("0123456789abcdefghijklmnopqrstuvwxyz") + name[at + 1 :]


def tries(house: House, seed: int) -> Iterator[Try]:
    dice, true = random.Random(seed), names_of_ann(house)
    addresses = [one.pattern for one in every_address()]
    placed = [one for one in addresses if "{" in one]
    ties = ["", "", *house.ties.values()]
    sections = [one.name for one in forms()["long"].sections]

    def name() -> str:
        kind = dice.random()
        if kind < 0.1:
            return new_id()
        if kind < 0.25:
            return str(neighbour(dice.choice(true), dice))
        return dice.choice(true)

    def filled(pattern: str, tie: str) -> str:
        values = {place: name() for place in ("delegation", "name", "token", "key", "uidb36", "pk", "section", "chain")}
        if tie:
            values["delegation" if "{delegation}" in pattern else "name"] = tie
        if "/form/" in pattern and dice.random() < 0.8:
            values |= {"name": dice.choice([*forms()]), "section": dice.choice(sections)}
        return "/" + pattern.format_map(values)

    def body() -> dict[str, str]:
        asked = ("name", "person_id", "person", "account", "delegation", "actor", "pk", "token", "id", "visit", "next")
        episode, field = name(), dice.choice(["relapses.day", "registry.own_words", "treatments.therapy"])
        return {
            **{place: name() for place in dice.sample(asked, 4)}, "may": "read", "version": "1", "stood": name(),
            "out": episode, "do": dice.choice(["send", "save", "drop", f"add:{name()}", "begin"]),
            f"{field}/{episode}": dice.choice(["2019", name()]),
        }  # fmt: skip

    # First everybody at every place in both ways, then whatever falls out of the dice.
    held = {"carl": house.ties["carl"]}
    every = [
        (pattern, who, method, held.get(who, house.ties["bob"])) for pattern in placed for who in WHO for method in WAYS
    ]
    chance = (
        (dice.choice(addresses), dice.choice(WHO), dice.choice(WAYS), dice.choice(ties))
        for _ in range(TRIES - len(every))
    )
    for pattern, who, method, tie in chain(every, chance):
        path = filled(pattern, tie)
        opened = [kind for kind, at in OPENS.items() if at == pattern and house.tokens[kind] in path]
        if opened or (method == "post" and pattern in ENDS) or (method == "get" and pattern == "account/logout/"):
            continue
        yield Try(who, method, pattern, path, body() if method == "post" else {})


def leaks(house: House, seed: int) -> tuple[list[Try], dict[str, set[bytes]], dict[int, int]]:
    """The tries whose answer shows a canary; the bodies of all that say that nothing is there, and how many of each."""
    found, nothing, counted = list[Try](), dict[str, set[bytes]](), dict[int, int]()
    for one in tries(house, seed):
        client = house.client(one.who)
        answer: HttpResponse = getattr(client, one.method)(one.path, one.body)
        counted[answer.status_code] = counted.get(answer.status_code, 0) + 1
        if CANARY in said(answer):
            found.append(one)
        if answer.status_code == 404:
            nothing.setdefault(one.who, set()).add(OWN.sub(b"", answer.content))
    return found, nothing, counted


def rows_of_ann(house: House) -> dict[str, list[Any]]:
    """Everything that the databases hold of Ann, as it stands."""
    ann = house.members["ann"]
    said = {"person": ann.person_id, "person_id": ann.person_id, "account": ann.account.pk}
    held: dict[str, list[Any]] = {}
    for model in OF_ANN:
        names = {field.name for field in model._meta.get_fields()}
        own = next(name for name in said if name in names)
        held[model.__name__] = list(model._default_manager.filter(**{own: said[own]}).order_by("pk").values_list())
    held["Account"] = list(Account.objects.filter(pk=ann.account.pk).values_list())
    return held


def test_nobody_gets_anything_of_anothers(house: House) -> None:
    before = rows_of_ann(house)
    found, nothing, counted = leaks(house, 14)
    assert found == []
    assert rows_of_ann(house) == before
    # Of all that is not there and not theirs the page is the same, to the letter, and as of no address at all.
    assert set(nothing) == set(WHO)
    for who, bodies in nothing.items():
        bodies.add(OWN.sub(b"", house.client(who).get("/there-is-no-such-page/").content))
        assert len(bodies) == 1, who
    print(f"{sum(counted.values())} answers by status: {dict(sorted(counted.items()))}")


def test_whose_it_is_forgotten_the_leaks_are_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def anybody(account: Account, name: str) -> Acting | None:
        one = Delegation.objects.filter(name=name).first()
        return one and Acting(account, one.person_id, "delegate", fills=True, base=f"/for/{name}/")

    monkeypatch.setattr(routes, "acting_for", anybody)
    found, _, _ = leaks(house, 15)
    assert {one.who for one in found} == {"finn"}
    patterns = {one.pattern for one in found}
    assert len(patterns) > 1
    assert all(one.startswith("for/{delegation}/") for one in patterns)


def test_each_place_of_each_address_was_filled_with_a_name_of_anothers(house: House) -> None:
    true = names_of_ann(house)
    tried = {one.pattern for one in tries(house, 14) if any(name in one.path for name in true)}
    assert tried >= {one.pattern for one in every_address() if "{" in one.pattern}


def test_every_table_that_names_a_person_is_watched() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("remission.web")]
    named = {model for model in ours if {"person", "person_id"} & {one.name for one in model._meta.get_fields()}}
    chains = {model for model in named if model.__name__.endswith("Audit")}
    sent_by_us = {model for model in named if model.__name__ == "SentMail"}
    assert named - chains - sent_by_us - set(OF_ANN) == set()
