"""One of everybody who can be at an observatory, with a record that says something, and canaries in all of it.

Ann tells much and has a helper, one who helps no more and one who was asked. Eve has a record of her own. Finn helps
Gus. A canary is a text of Ann's alone: where somebody else is shown one, something leaks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.test import Client

from made_up.every_answer import answered
from made_up.journeys import traveller
from made_up.registry_people import day
from remission.registry.forms.form import forms
from remission.web import clock
from remission.web.acts.telling import save_draft, send_form
from remission.web.identities.models import Delegation
from remission.web.instance import instance
from remission.web.mail.tickets import make_ticket
from remission.web.records.models import ConsentRow, PersonRow
from remission.web.records.writing import write_answers
from remission.web.roles import acting_for_self

CANARY = "canary"
ANN = f"{CANARY}-ann@example.org"
# What Ann wrote that nobody without a part in her record may read.
WORDS, DRAFT, CENTRE = f"{CANARY} own words", f"{CANARY} draft", f"{CANARY} centre"
CALLED, SIGNED, ASKED = f"{CANARY} Bob", f"{CANARY} Ann", f"{CANARY}-dora@example.org"


@dataclass(frozen=True)
class House:
    """Everybody by name, the ties to Ann's record by who holds them, the tokens of her letters by what they open."""

    members: Mapping[str, Any]
    ties: Mapping[str, str]
    tokens: Mapping[str, str]

    def client(self, name: str) -> Client:
        """A browser with the session that somebody is in; what it does to its cookies stays in it."""
        client = Client()
        if name != "visitor":
            client.cookies["sessionid"] = self.members[name].client.cookies["sessionid"].value
        return client


def full_house(join: Callable[..., Any], sign_in: Callable[..., Any]) -> House:
    """Everybody, in the observatory that is served now."""
    ann, eve, gus = join(ANN), join("eve@example.org"), join("gus@example.org")
    bob, carl, finn = (sign_in(f"{name}@example.org", factor=True) for name in ("bob", "carl", "finn"))
    tells(ann)
    send(eve, "short", {"registry.own_words": "all is well"})
    send(gus, "short", {"registry.own_words": "all is well too"})
    ties = {
        "bob": tied(ann, bob, "fill", called=CALLED, signed=SIGNED), "carl": tied(ann, carl, "fill", ended=True),
        "dora": tied(ann, None, "read", invited=ASKED, called=CALLED, signed=SIGNED),
    }  # fmt: skip
    tied(gus, finn, "fill", called="Finn", signed="Gus")
    tokens = {
        "visit": make_ticket("visit", account=ann.account, person_id=ann.person_id, about="day-100 short", days=9),
        "stop": make_ticket("stop", account=ann.account, person_id=ann.person_id, days=9),
        "delegate": make_ticket("delegate", person_id=ann.person_id, about=ties["dora"], days=9),
    }
    members = {
        "ann": ann, "eve": eve, "gus": gus, "bob": bob, "carl": carl, "finn": finn,
        "host": sign_in("host@example.org", duty="host"), "auditor": sign_in("auditor@example.org", duty="auditor"),
    }  # fmt: skip
    return House(members, ties, tokens)


def tells(member: Any) -> None:
    """Let somebody tell all that a journey can show and all that the long form asks, and leave a draft."""
    PersonRow.objects.filter(person_id=member.person_id).update(registered_on=day(0))
    ConsentRow.objects.filter(person_id=member.person_id).update(given_on=day(0))
    write_answers([replace(one, person_id=member.person_id) for one in traveller().answers])
    typed = {name: text for name, text, _, _ in answered(forms()["long"], 0)}
    send(member, "long", {**typed, "registry.own_words": WORDS, "registry.centre_words": CENTRE})
    save_draft(acting(member), "short", {"registry.own_words": DRAFT})


def send(member: Any, form: str, typed: Mapping[str, str]) -> None:
    """One form of a person's own record, sent."""
    send_form(acting(member), form, forms()[form].version, typed)


def acting(member: Any) -> Any:
    """Somebody at their own record."""
    found = acting_for_self(member.account)
    assert found is not None
    return found


def tied(
    person: Any, helper: Any, may: str, *, invited: str = "", called: str = "", signed: str = "", ended: bool = False
) -> str:
    """That somebody helps a person, was asked to, or does so no more; its name."""
    now, hide = clock.now(), instance().keyring.hide
    return Delegation.objects.create(
        person_id=person.person_id, may=may, delegate=helper and helper.account, invited=invited, asked_at=now,
        taken_at=helper and now, ended_at=now if ended else None, called_hidden=hide(called) if called else "",
        signed_hidden=hide(signed) if signed else "",
    ).name  # fmt: skip


def said(answer: HttpResponse) -> str:
    """All that somebody reads of an answer: its headers, its words, its cookies."""
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
    return f"{answer.headers}\n{answer.cookies}\n{body.decode('utf-8', 'replace')}"
