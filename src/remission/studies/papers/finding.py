"""Puts every check to a paper; which checks there are is found by walking `checks/`."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from typing import Protocol, cast

import remission.studies.papers.checks
from remission.inputs.walking import modules_in
from remission.studies.papers.paper import Finding, Paper, PrintedNumber


class Check(Protocol):
    """A file of `checks/`."""

    ASKS: str
    PLACE: int

    def check(self, paper: Paper) -> Iterator[Finding]:
        """What it finds."""
        ...


@cache
def checks() -> dict[str, Check]:
    """Every check by the name of its file, in the order of their places.

    >>> list(checks())[0]
    'inside'
    """
    names = modules_in(remission.studies.papers.checks)
    found = {name: cast("Check", importlib.import_module(full)) for name, full in names.items()}
    return dict(sorted(found.items(), key=lambda one: (one[1].PLACE, one[0])))


def check_paper(paper: Paper) -> tuple[Finding, ...]:
    """What every check finds, check by check; numbers that no check could use are told at the end.

    >>> from remission.studies.papers.load import bundled_papers, load_paper
    >>> {finding.verdict for finding in check_paper(load_paper(bundled_papers()["halt-ms"]))} - {"cannot be checked"}
    {'adds up'}
    """
    found = [one for each in checks().values() for one in each.check(paper)]
    used = {name for one in found for name in one.of}
    return (*found, *(_unused(one) for one in paper.numbers if one.name not in used))


def _unused(one: PrintedNumber) -> Finding:
    return Finding("none", (one.name,), "cannot be checked", one.text, "", UNUSED.get(one.status, TOO_LITTLE))


TOO_LITTLE = "What was printed around it is too little: it needs an interval with its level, people and events, or a p."
UNUSED = {
    "derived": "It was worked out from other numbers and not printed.",
    "unverified": "Its status is unverified: nobody read it where it was printed, so it is not used.",
}
