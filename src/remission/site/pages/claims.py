"""What people say, and what the numbers say to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.site.doors import CLAIMS, evidence_makings

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

PATH, TITLE, PLACE = "claims.html", "Claims", 30


def pages(known: Known) -> Iterator[Making]:
    """Its pages, which the room of the evidence makes."""
    yield from evidence_makings(known, *CLAIMS)
