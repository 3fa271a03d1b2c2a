"""What was found in a paper, in words and as data. The words are of arithmetic, and of nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from remission.studies.papers.finding import checks
from remission.studies.papers.paper import Finding, Verdict, worst
from remission.studies.study import weakest

if TYPE_CHECKING:
    from remission.studies.papers.from_studies import Checked

# In the order in which somebody who finds this should look: what is commonest comes first.
WHERE_TO_LOOK = (
    "1. The digits as they were typed in here: compare them with the page once more.",
    "2. Rounding: a number that was rounded twice, or with fewer digits than it seems.",
    "3. A method that is not stated: another interval, test, set of people or rule than those searched.",
    "4. Only then: the printed numbers do not agree with each other.",
)
IN_ALL: dict[Verdict, str] = {
    "adds up": "Everything that could be checked adds up.",
    "not by what was searched": "Not everything comes out by what was searched.",
    "does not add up": "Some printed numbers cannot be true together, however they were rounded.",
    "cannot be checked": "It cannot be checked from what is printed.",
}
UNCHECKED = "none"
CANNOT = "cannot be checked from what is printed"


def paper_data(checked: Checked) -> dict[str, object]:
    """Everything for a program: the paper, its verdict, and each finding with what was searched."""
    paper = checked.paper
    return {
        "name": paper.name, "title": paper.title, "citation": paper.citation, "verdict": worst(checked.findings),
        "where_to_look": list(WHERE_TO_LOOK) if _troubled(checked.findings) else [],
        "numbers": [{"name": one.name, "printed": one.text, "status": one.status, "source": one.source,
                     "locus": one.locus} for one in paper.numbers],
        "findings": [asdict(one) | {"asks": asks(one.check)} for one in checked.findings],
    }  # fmt: skip


def paper_words(checked: Checked) -> Iterator[str]:
    """The same line by line: the answer first, then check by check, then where to look."""
    paper = checked.paper
    statuses = {one.name: one.status for one in paper.numbers}
    yield paper.title
    yield paper.citation
    yield from filter(None, [paper.note])
    yield ""
    yield IN_ALL[worst(checked.findings)]
    for check in dict.fromkeys(one.check for one in checked.findings):
        found = [one for one in checked.findings if one.check == check]
        yield ""
        yield asks(check)
        for one in found:
            hand = " Read second-hand." if weakest(statuses[name] for name in one.of) == "secondary" else ""
            yield f"  {one.verdict}: {'; '.join(one.of)}. Printed: {one.printed or 'no number'}. {one.says}{hand}"
        yield from (f"  Searched: {said}." for said in dict.fromkeys(one.searched for one in found if one.searched))
    if _troubled(checked.findings):
        yield ""
        yield "Where to look, in this order:"
        yield from (f"  {line}" for line in WHERE_TO_LOOK)


def library_data(every: Iterable[Checked]) -> list[dict[str, object]]:
    """Every publication for a program: citation, verdict, and each number as published against as computed."""
    return [
        {
            "name": one.paper.name, "title": one.paper.title, "citation": one.paper.citation,
            "verdict": worst(one.findings), "says": IN_ALL[worst(one.findings)],
            "lines": [_line(one, found) for found in one.findings],
        }
        for one in every
    ]  # fmt: skip


def _line(checked: Checked, found: Finding) -> dict[str, object]:
    statuses = {one.name: one.status for one in checked.paper.numbers}
    return {
        "of": list(found.of), "check": asks(found.check), "published": found.printed,
        "computed": found.computed if found.verdict != "cannot be checked" else CANNOT,
        "verdict": found.verdict, "status": weakest(statuses[name] for name in found.of), "searched": found.searched,
    }  # fmt: skip


def library_words(every: Sequence[Checked]) -> Iterator[str]:
    """The same, a line for each publication; what does not come out is told in full."""
    verdicts = [worst(one.findings) for one in every]
    checked = sum(one != "cannot be checked" for one in verdicts)
    yield f"{checked} of {len(every)} publications can be checked from what is printed."
    for verdict in IN_ALL:
        names = [one.paper.title for one, each in zip(every, verdicts, strict=True) if each == verdict]
        if names:
            yield ""
            yield f"{IN_ALL[verdict]} ({len(names)})"
            yield from (f"  {name}" for name in names)
    for one in every:
        if _troubled(one.findings):
            yield ""
            yield from paper_words(one)


def asks(check: str) -> str:
    """The question of a check.

    >>> asks("p_value")
    'Does p fit the interval?'
    """
    return "What no check could use" if check == UNCHECKED else checks()[check].ASKS


def _troubled(findings: Sequence[Finding]) -> bool:
    return worst(findings) in ("does not add up", "not by what was searched")
