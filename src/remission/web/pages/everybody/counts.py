"""The public page: three counts of the last quarter, and why there is nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from remission.exhibits.wording import day_words
from remission.registry.counts import FEWEST, ROUNDED_TO
from remission.web.jobs.tasks.counts import last_counts
from remission.web.roles import ROLES
from remission.web.routes import Route
from remission.web.shell import page_response

if TYPE_CHECKING:
    from remission.registry.counts import QuarterCounts

WITHHELD = "not shown"


def counts(request: HttpRequest) -> HttpResponse:
    """The page."""
    found = last_counts()
    until = day_words(found.quarter_end) if found else ""
    counted = _shown(found)
    return page_response(
        request, "counts.html.jinja", title="Who takes part", fewest=FEWEST, step=ROUNDED_TO, counted=counted,
        until=until, withheld=WITHHELD, none_shown=all(number == WITHHELD for _, number in counted),
    )  # fmt: skip


def _shown(found: QuarterCounts | None) -> list[tuple[str, str]]:
    """Each count with what it is of; a small one, or one that would tell a small one, as not shown."""
    if found is None:
        return []
    every = (("People", found.people), ("Transplants", found.transplants), ("Countries they live in", found.countries))
    return [(words, WITHHELD if number is None else f"{number:,}") for words, number in every]


ROUTES = (Route("registry/", "counts", counts, ROLES),)
