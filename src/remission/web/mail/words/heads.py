"""What fills the letter with the heads of a day: the number and the proof of the last row of each chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from remission.exhibits.wording import day_words
from remission.web.audit.head import read_heads
from remission.web.instance import instance

if TYPE_CHECKING:
    from remission.web.identities.models import Letter

KINDS = ("heads",)
PLACES = ("day", "identities", "identities_seal", "records", "records_seal")


def words(letter: Letter) -> Mapping[str, str] | None:
    """The heads of the day that the letter is about; None where none were published."""
    heads = {one.chain: one for one in read_heads(instance().folder.heads) if one.day == letter.opens}
    if set(heads) != {"identities", "records"}:
        return None
    return {
        "day": day_words(date.fromisoformat(letter.opens)),
        "identities": str(heads["identities"].row),
        "identities_seal": heads["identities"].mac,
        "records": str(heads["records"].row),
        "records_seal": heads["records"].mac,
    }
