"""What the checks of printed numbers found in every publication of the library, as rows and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.wording import count
from remission.studies.papers.finding import checks
from remission.studies.papers.from_studies import Checked, every_paper
from remission.studies.papers.paper import Finding, Verdict, worst
from remission.studies.papers.telling import asks
from remission.studies.study import weakest

if TYPE_CHECKING:
    from remission.studies.load import Studies

TROUBLED: tuple[Verdict, ...] = ("does not add up", "not by what was searched")
READ = {"verified": "read where it was printed", "secondary": "read second-hand"}
TEXTS = dict.fromkeys(("study", "title", "number", "printed", "computed", "says", "searched", "read"), pl.String)


@cache
def checked(studies: Studies) -> tuple[Checked, ...]:
    """Every publication with what was found."""
    return tuple(every_paper(studies))


def answer(found: Sequence[Checked]) -> str:
    """The answer in a sentence: how many can be checked, in how many everything comes out."""
    verdicts = Counter(worst(one.findings) for one in found)
    able = len(found) - verdicts["cannot be checked"]
    if not able:
        return "No publication here prints enough to be checked."
    open_ones = sum(verdicts[one] for one in TROUBLED)
    said = f"In {verdicts['adds up']} of them every number that can be checked comes out"
    rest = f"; in {open_ones} some do not." if open_ones else "."
    return (
        f"Of {count(len(found), 'publication')} here {able} {'print' if able != 1 else 'prints'} enough to be checked. "
        f"{said}{rest}"
    )


def check_rows(found: Sequence[Checked]) -> pl.DataFrame:
    """For each check how often it could be put, and how often the numbers came out."""
    rows = []
    for name in checks():
        verdicts = Counter(each.verdict for one in found for each in one.findings if each.check == name)
        not_out = sum(verdicts[one] for one in TROUBLED)
        rows.append({"check": asks(name), "comes_out": verdicts["adds up"], "does_not": not_out,
                     "put": verdicts["adds up"] + not_out, "open": verdicts["cannot be checked"]})  # fmt: skip
    schema = {"check": pl.String, **dict.fromkeys(("comes_out", "does_not", "put", "open"), pl.Int64)}
    return pl.DataFrame(rows, schema=schema)


def publication_rows(found: Sequence[Checked]) -> pl.DataFrame:
    """Each publication that can be checked: how many answers, and how many of them come out."""
    rows = []
    for one in found:
        put = [each for each in one.findings if each.verdict != "cannot be checked"]
        if put:
            statuses = {each.name: each.status for each in one.paper.numbers}
            used = weakest(statuses[name] for each in put for name in each.of)
            rows.append({"study": one.paper.name, "title": one.paper.title, "answers": len(put),
                         "come_out": sum(each.verdict == "adds up" for each in put), "read": READ.get(used, used),
                         "citation": one.paper.citation})  # fmt: skip
    schema = {"study": pl.String, "title": pl.String, "answers": pl.Int64, "come_out": pl.Int64, "read": pl.String,
              "citation": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def open_rows(found: Sequence[Checked]) -> pl.DataFrame:
    """Every answer that did not come out: as printed, as computed, and what was searched."""
    return _finding_rows(found, lambda each: each.verdict in TROUBLED)


def interval_rows(found: Sequence[Checked]) -> pl.DataFrame:
    """Each share over time with the kinds of interval that it can have."""
    return _finding_rows(found, lambda each: each.check == "interval_kind" and each.verdict == "adds up")


def pattern_rows(found: Sequence[Checked]) -> pl.DataFrame:
    """Each share over time of which exactly one course of events gives the digits."""
    return _finding_rows(found, lambda each: each.check == "pattern" and each.says.startswith("Exactly one"))


def unchecked_rows(found: Sequence[Checked]) -> pl.DataFrame:
    """Publications that print too little, by name."""
    rows = [{"study": one.paper.name, "title": one.paper.title} for one in found
            if worst(one.findings) == "cannot be checked"]  # fmt: skip
    return pl.DataFrame(rows, schema={"study": pl.String, "title": pl.String})


def _finding_rows(found: Sequence[Checked], wanted: Callable[[Finding], bool]) -> pl.DataFrame:
    rows = []
    for one in found:
        statuses = {each.name: each.status for each in one.paper.numbers}
        for each in one.findings:
            if wanted(each):
                read = weakest(statuses[name] for name in each.of)
                rows.append({"study": one.paper.name, "title": one.paper.title, "number": "; ".join(each.of),
                             "printed": each.printed, "computed": each.computed, "says": each.says,
                             "searched": each.searched, "read": READ.get(read, read)})  # fmt: skip
    return pl.DataFrame(rows, schema=TEXTS)
