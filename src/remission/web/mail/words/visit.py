"""What fills a letter about a form that is due: its link, if the form is still open and still wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from remission.exhibits.wording import day_words
from remission.registry.forms.form import forms
from remission.web import clock
from remission.web.identities.models import Letter, Membership
from remission.web.mail.letters import address_of
from remission.web.mail.reminders import LONG, SHORT, about, visit_to_ask
from remission.web.mail.tickets import make_ticket

if TYPE_CHECKING:
    from datetime import date

    from remission.registry.schedule import Due

KINDS = (*SHORT.values(), LONG)
PLACES = ("link", "until", "minutes")


def words(letter: Letter) -> Mapping[str, str] | None:
    """The link and how long it works; None where the form was sent meanwhile, or nobody is to be asked any more."""
    today = clock.today()
    mine = Membership.objects.filter(account=letter.account).first()
    visit = visit_to_ask(mine.person_id, today) if mine else None
    if mine is None or visit is None or about(visit).split()[0] != letter.opens.split()[0]:
        return None
    link = f"my/form/{visit.form}/" if letter.kind == LONG else f"visit/{_token(mine, visit, today)}/"
    return {
        "link": address_of(link),
        "until": day_words(visit.closes_on),
        "minutes": str(forms()[visit.form].minutes),
    }


def _token(mine: Membership, visit: Due, today: date) -> str:
    return make_ticket(
        "visit", account=mine.account, person_id=mine.person_id, about=f"{visit.visit} {visit.form}",
        days=(visit.closes_on - today).days + 1,
    )  # fmt: skip
