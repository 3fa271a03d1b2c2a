"""What fills the letter to a helper: who asks, what they may do, and a ticket; none where it was ended meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from remission.exhibits.wording import day_words
from remission.web import clock
from remission.web.acts.delegating import HELPS, KIND, invitation
from remission.web.instance import instance
from remission.web.mail.letters import address_of
from remission.web.mail.tickets import make_ticket

if TYPE_CHECKING:
    from remission.web.identities.models import Letter

KINDS = (KIND,)
PLACES = ("link", "until", "from_whom", "may")
DAYS = 14


def words(letter: Letter) -> Mapping[str, str] | None:
    """Who asks, for what, and the link."""
    asked = invitation(letter.opens)
    if asked is None:
        return None
    token = make_ticket("delegate", person_id=asked.person_id, about=asked.name, days=DAYS)
    signed = instance().keyring.reveal(asked.signed_hidden) if asked.signed_hidden else ""
    return {
        "link": address_of(f"helper/{token}/"),
        "until": day_words(clock.now().date() + timedelta(DAYS)),
        "from_whom": signed or "Somebody",
        "may": HELPS[asked.may],
    }
