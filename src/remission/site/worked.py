"""Pages of the evidence that lead on to a worked example: what the site has, and the room of the evidence has not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from remission.evidence.pages import beyond_five_years, five_hundred
from remission.exhibits.page import Block, Page, Section
from remission.exhibits.site.shell import linked
from remission.site.bundled import BEYOND
from remission.site.pages import from_24_to_500

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Files, Making

SAYS = (
    "No paper says what comes after its last year. With the records of a cohort, many shapes of the curve can be drawn "
    "on from what was seen. Where they part, nobody knows. No line is shown alone."
)
LARGER = (
    "No trial of that size has been done. What a small trial's result is worth in a larger one can be reckoned step by "
    "step, each with its formula."
)
YOURS = "With your own records: remission beyond COHORT --endpoint NAME --to 15y -o DIR."


def with_example(path: str, making: Making) -> Making:
    """The making of a page at an address, which then leads on to the worked example where there is one.

    >>> with_example("evidence/index.html", dict) is dict
    True
    """
    leads = {beyond_five_years.PATH: _later, five_hundred.PATH: _larger}
    return partial(_led_on, making, leads[path]) if path in leads else making


def _led_on(making: Making, further: Callable[[str], Section]) -> Page | Files:
    made = making()
    assert isinstance(made, Page), "what leads on is one page"
    return replace(made, sections=[*made.sections, further(made.root)])


def _later(root: str) -> Section:
    link = linked("See how that looks for 500 made-up people (SIMULATED)", root + BEYOND.path)
    return Section("worked", "And after the last year that was seen?", [Block("", [SAYS, link, YOURS])])


def _larger(root: str) -> Section:
    link = linked("What would be left of it in a trial of 500 (SIMULATED)", root + from_24_to_500.PATH)
    return Section("worked", "And in a trial of 500?", [Block("", [LARGER, link])])
