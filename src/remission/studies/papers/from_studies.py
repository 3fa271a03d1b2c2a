"""The studies of the library as papers to be checked: what their files keep of what was printed.

A file keeps a number and no zero at its end, so an estimate is read with as many digits as any of its limits has. Where
it does not fit so, it is read with its own digits too: a paper may print -1.7 between limits of two digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from remission.studies.papers.finding import check_paper
from remission.studies.papers.load import bundled_papers, load_paper
from remission.studies.papers.paper import Finding, Kind, Paper, PrintedNumber, worst
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.studies.load import Studies
    from remission.studies.study import Number, Study

DIGITS = re.compile(r"\.(\d*[1-9])0*$")


@dataclass(frozen=True)
class Checked:
    """A paper and everything that was found."""

    paper: Paper
    findings: tuple[Finding, ...]


def every_paper(studies: Studies) -> Iterator[Checked]:
    """One for each study of the library, from the papers of the library where it has a file there."""
    for study in studies.every:
        yield paper_named(study.name, studies)


def paper_named(name: str, studies: Studies) -> Checked:
    """A paper of the library, or what the file of a study keeps; NotInLibrary for another name.

    >>> from remission.studies.load import load_studies
    >>> worst(paper_named("silfverberg-2023", load_studies()).findings)
    'adds up'
    """
    own = bundled_papers()
    if name in own:
        paper = load_paper(own[name])
        return Checked(paper, check_paper(paper))
    return check_study(studies.of_name(name))


def check_study(study: Study) -> Checked:
    """What is found in a study's numbers, where zeros at the end that its file lost are allowed for."""
    paper = paper_of(study)
    findings = check_paper(paper)
    if worst(findings) == "adds up":
        return Checked(paper, findings)
    again = {
        (one.check, one.of): one for one in check_paper(paper_of(study, own_digits=True)) if one.verdict == "adds up"
    }
    return Checked(paper, tuple(_unless_fits(one, again.get((one.check, one.of))) for one in findings))


def _unless_fits(one: Finding, other: Finding | None) -> Finding:
    if other is None or one.verdict in ("adds up", "cannot be checked"):
        return one
    says = f"{other.says} Read with its own digits: zeros at the end are not kept here."
    return replace(other, says=says)


def paper_of(study: Study, *, own_digits: bool = False) -> Paper:
    """What the file of a study keeps, as a paper; each number with its own digits, or with those of its interval.

    >>> from remission.studies.load import load_studies
    >>> [one.text for one in paper_of(load_studies().of_name("boffa-2021")).read if one.has_interval][0]
    '85.5 (76.9 to 94.1)'
    """
    kept = [one for one in study.numbers if one.interval == "confidence"]
    numbers = (printed for one in kept if (printed := _printed(study, one, own_digits=own_digits)) is not None)
    return Paper(study.name, study.title, study.citation, tuple(numbers), DIGITS_SAID)


def _printed(study: Study, one: Number, *, own_digits: bool) -> PrintedNumber | None:
    kind = _kind(one)
    if kind is None or (one.value is None and one.events is None):
        return None
    if not one.is_showable:
        return PrintedNumber(_name(one), kind, status=one.status)
    value, low, high = _texts(one, own_digits=own_digits)
    events, other = _events_of_ratio(study, one) if kind == "ratio" else (one.events, None)
    people = one.denominator or (
        study.people(one.arm) if kind != "ratio" and not one.course and not one.among else None
    )
    is_curve = kind == "share over time"
    return PrintedNumber(
        name=_name(one), kind=kind, value=value, low=low, high=high,
        level=one.level, p="" if one.p is None or not one.has_interval else f"{one.p:.10f}".rstrip("0"),
        people=people, events=None if is_curve else events, other_events=other,
        months=one.months, curve=_curve(one) if is_curve else "",
        part_of=_curve(one, of="neda") if is_curve and one.what in PARTS else "",
        whole=f"{one.arm}, {one.among}" if one.what in WHOLE and kind == "share" else "",
        status=one.status, source=one.source, locus=one.locus, date_read=one.date_read,
    )  # fmt: skip


DIGITS_SAID = "The library keeps no zero at the end of a number: each is read with as many digits as its limits have."
# Shares that count one kind of event of those that no evidence of disease activity counts.
PARTS = ("relapse-free", "progression-free", "mri-free")
# What everybody is one of.
WHOLE = ("improved", "stable", "worse")


def _kind(one: Number) -> Kind | None:
    quantity = quantities()[one.what]
    if quantity.shape == "ratio":
        return "ratio"
    if one.what.endswith("-difference"):
        return "difference"
    if not quantity.is_percentage:
        return None
    if one.how == "Kaplan-Meier":
        return "share over time"
    return "share" if one.how == "count" and one.events is not None else None


def _texts(one: Number, *, own_digits: bool) -> tuple[str, str, str]:
    said = (one.value, one.low, one.high) if one.has_interval else (one.value, None, None)
    digits = [len(found[1]) if (found := DIGITS.search(repr(float(each or 0)))) else 0 for each in said]
    used = digits if own_digits else [max(digits)] * 3
    value, low, high = ("" if each is None else f"{each:.{many}f}" for each, many in zip(said, used, strict=True))
    return value, low, high


def _events_of_ratio(study: Study, one: Number) -> tuple[int | None, int | None]:
    """Events of the two arms of a ratio, where each arm's count of the same thing was printed."""
    what = {"progression-hazard-ratio": "progressed", "relapse-hazard-ratio": "relapsed"}.get(one.what)
    found = [study.number(what, arm) if what else None for arm in (one.arm, one.against)]
    counts = [None if each is None or each.months != one.months else each.events for each in found]
    return counts[0], counts[1]


def _curve(one: Number, of: str = "") -> str:
    return ", ".join(filter(None, (of or one.what, one.arm, one.course, one.among)))


def _name(one: Number) -> str:
    about = [quantities()[one.what].title, one.arm, one.against and f"against {one.against}", one.course, one.among]
    when = f"at {one.months:g} months" if one.months is not None else one.at
    return ", ".join(filter(None, (*about, when)))
