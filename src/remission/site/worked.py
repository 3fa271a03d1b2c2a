"""Pages of the evidence that lead on to a worked example: what the site has, and the room of the evidence has not."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from remission.evidence.pages import beyond_five_years
from remission.exhibits.page import Block, Page, Section
from remission.exhibits.site.shell import linked
from remission.site.bundled import BEYOND

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Files, Making

SAYS = (
    "No paper says what comes after its last year. With the records of a cohort, many shapes of the curve can be drawn "
    "on from what was seen. Where they part, nobody knows. No line is shown alone."
)
YOURS = "With your own records: remission beyond COHORT --endpoint NAME --to 15y -o DIR."


def with_example(path: str, making: Making) -> Making:
    """The making of a page at an address, which then leads on to the worked example where there is one.

    >>> with_example("evidence/index.html", dict) is dict
    True
    """
    return partial(_led_on, making) if path == beyond_five_years.PATH else making


def _led_on(making: Making) -> Page | Files:
    made = making()
    assert isinstance(made, Page), "the page of later years is one page"
    link = linked("See how that looks for 500 made-up people (SIMULATED)", made.root + BEYOND.path)
    section = Section("worked", "And after the last year that was seen?", [Block("", [SAYS, link, YOURS])])
    return replace(made, sections=[*made.sections, section])
