"""Progressive MS: what was tried, what is open, for whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.site.doors import PROGRESSIVE, evidence_makings

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

PATH, TITLE, PLACE = "evidence/progressive.html", "Progressive MS", 40


def pages(known: Known) -> Iterator[Making]:
    """Its pages, which the room of the evidence makes."""
    yield from evidence_makings(known, *PROGRESSIVE)
