"""What the studies say: every page of the evidence without a door of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.site.doors import evidence_makings

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

PATH, TITLE, PLACE = "evidence/index.html", "Evidence", 20


def pages(known: Known) -> Iterator[Making]:
    """Its pages, which the room of the evidence makes."""
    yield from evidence_makings(known)
