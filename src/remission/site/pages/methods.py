"""How a number comes onto the site: reading, pooling, verdicts, outcomes, and how each of these is checked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Page, Section
from remission.exhibits.site.shell import joined, linked
from remission.exhibits.tables import OF_THE_LIBRARY

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

PATH, TITLE, PLACE = "methods.html", "Methods", 80

READING = (
    "Each study is a file. Each number in it has its place in the source, the day on which it was read, and how far it "
    "was checked: verified (read where the authors printed it), secondary (read in somebody else's table), derived "
    "(worked out from printed numbers). What nobody read is never shown.",
    "Where two sources print different numbers, both are kept, and the page says which one is used.",
)
POOLING = (
    "No person is counted twice: of studies that may share people, those with most people are taken that share none.",
    "Several ways to pool are shown side by side, with what each one estimates. A share over time is pooled only where "
    "its interval was printed. Under three cohorts there is no pooled line.",
)
VERDICTS = (
    "A claim becomes a question with a number. Its file says where that number would have to lie. If the whole "
    "interval lies there, the claim holds; if the whole interval lies elsewhere, it does not; else it is open. From "
    "this the verdict follows by a rule in the same file. It is never typed in, unless no number can decide: then the "
    "page says who judged, and why.",
    "“Last true” is worked out where the library can tell, and else said to be not known.",
)
CHECKED = (
    "Every statistic is compared with what R answers. Every rule of an outcome is written twice, once for speed and "
    "once plainly, and both must agree. For every check there is a test that breaks it on purpose and sees it fail.",
)


def pages(_known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(methods_page)


def methods_page() -> Page:
    """The page with all its sections."""
    library = joined(["How the library of studies was made: ", linked("what was searched and read",
                      "evidence/library.html"), "."], "")  # fmt: skip
    outcomes = [
        joined(["What trials measure is data too: ", linked("the endpoint library", "endpoints.html"), "."], ""),
        joined(["How each outcome is decided: ", linked("the rules, exactly", "rules.html"), ", and ",
                linked("the rules on a few visits each", "worlds.html"), "."], ""),
        joined(["What comes out: ", linked("the reports", "reports.html"), "."], ""),
    ]  # fmt: skip
    return Page(
        path=PATH,
        title="How this is done",
        subtitle="From a printed number to a sentence on a page",
        provenance=OF_THE_LIBRARY,
        headlines=[
            "Every number of a study was read in a source, and every sentence is made from the numbers by a program."
        ],
        sections=[
            Section("reading", "Reading", [Block(sentences=[*READING, library])]),
            Section("pooling", "Putting studies together", [Block(sentences=POOLING)]),
            Section("verdicts", "Verdicts on claims", [Block(sentences=VERDICTS)]),
            Section("outcomes", "Outcomes of people", [Block(sentences=outcomes)]),
            Section("checked", "How it is checked", [Block(sentences=CHECKED)]),
        ],
    )
