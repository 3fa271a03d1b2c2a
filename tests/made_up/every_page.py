"""Every page that anybody can get, each once: every address of the observatory asked for as whoever may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.http import HttpResponse
from django.test import Client

from made_up.full_house import House, full_house
from made_up.web_addresses import every_address
from remission.registry.forms.form import forms
from remission.web.acts.recovering import ask_recovery
from remission.web.acts.withdrawing import withdraw
from remission.web.jobs.tasks import counts
from remission.web.mail.tickets import make_ticket

# By GET these do something to a session, or send a file after themselves.
LEFT_OUT = frozenset(("account/2fa/webauthn/login/", "my/data/file/"))
PASSWORD = "a long and quiet password"
NO_PAGE = (404, 405)


@dataclass(frozen=True)
class Seen:
    """One page: of whom, where it lies in the end, and the answer."""

    who: str
    path: str
    answer: HttpResponse
    client: Client

    @property
    def text(self) -> str:
        """Its HTML."""
        return self.answer.content.decode()


def people(join: Callable[..., Any], sign_in: Callable[..., Any]) -> House:
    """A full house whose members have just given their password, and some more in other states."""
    house = full_house(join, sign_in)
    new, stopped = sign_in("new@example.org"), join("stopped@example.org")
    withdraw(stopped.account, erase=False)
    guest = replace(new, client=Client())
    again = make_ticket(
        "visit", account=new.account, person_id=house.members["ann"].person_id, about="day-100 short", days=9
    )
    guest.client.post(f"/visit/{again}/")
    members = {**house.members, "new": new, "stopped": stopped}
    for member in members.values():
        give_password(member)
    RecoveryCodes.activate(members["ann"].account)
    counts.run()
    return House({**members, "guest": guest}, house.ties, house.tokens)


def give_password(member: Any) -> None:
    """As somebody does where it is asked for again; then it is not for some minutes."""
    answer = member.client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302


def every_page(house: House) -> Iterator[Seen]:
    """Every page, of whoever may see it; each is made with a session of its own."""
    found = set[str]()
    for who, path in _states(house):
        yield _seen(house, who, path)
    for path in _paths(house):
        for who in ("visitor", "ann", "bob", "host", "auditor"):
            one = _seen(house, who, path)
            if not _is_page(one.answer) or (who == "visitor" and one.path.startswith("/account/login/?next=")):
                if one.answer.streaming:
                    # Read to its end, which closes its file.
                    b"".join(one.answer)  # type: ignore[arg-type]
                continue
            if one.path.split("?")[0] not in found:
                found.add(one.path.split("?")[0])
                yield one
            break


def _seen(house: House, who: str, path: str) -> Seen:
    client = house.client(who)
    answer = client.get(path, follow=True)
    return Seen(who, answer.redirect_chain[-1][0] if answer.redirect_chain else path, answer, client)


def _is_page(answer: HttpResponse) -> bool:
    is_html = answer.headers["Content-Type"].startswith("text/html") and not answer.streaming
    return is_html and answer.status_code not in NO_PAGE and "Content-Disposition" not in answer.headers


def _states(house: House) -> Iterator[tuple[str, str]]:
    """What is shown to who is in another state than most, or is turned away."""
    yield from (("visitor", "/there-is-no-such-page/"), ("ann", "/there-is-no-such-page/"))
    yield from (("new", "/my/"), ("new", "/my/stop/"), ("stopped", "/my/stop/"), ("stopped", "/my/"))
    yield from (("stopped", "/my/consent/"), ("stopped", "/my/form/short/"), ("bob", f"/helper/{_token(house)}/"))
    yield from (("new", f"/helper/{_token(house)}/"), ("visitor", f"/helper/{_token(house)}/"))
    yield from (
        ("ann", f"/helper/{_token(house)}/"),
        ("guest", "/visit/form/"),
        ("visitor", "/account/login/?next=/my/"),
    )


def _paths(house: House) -> Iterator[str]:
    for one in every_address():
        if one.pattern not in LEFT_OUT:
            yield from (one.path(values) for values in _values(house, one.pattern))


def _values(house: House, pattern: str) -> Iterator[dict[str, str]]:
    ann = house.members["ann"].account
    address = EmailAddress.objects.get_or_create(user=ann, email="canary-later@example.org")[0]
    passkey = Authenticator.objects.filter(user=ann).first()
    token = {"visit/": "visit", "stop/": "stop"}.get(pattern.partition("{")[0], "")
    values = {
        "delegation": house.ties["bob"], "token": house.tokens.get(token, "x" * 43), "chain": "records",
        "key": EmailConfirmationHMAC(address).key, "uidb36": user_pk_to_url_str(ann), "pk": str(passkey and passkey.pk),
        "name": ask_recovery(ann).name if "recovery" in pattern else house.ties["bob"], "section": "me",
    }  # fmt: skip
    if "uidb36" in pattern:
        values["key"] = default_token_generator.make_token(ann)
    if "/form/" not in pattern:
        yield values
    elif "{section}" in pattern:
        yield from ({**values, "name": "long", "section": one.name} for one in forms()["long"].sections)
    else:
        yield from ({**values, "name": name} for name in forms())


def _token(house: House) -> str:
    return make_ticket("delegate", person_id=house.members["ann"].person_id, about=house.ties["dora"], days=9)
