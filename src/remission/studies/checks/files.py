"""What is wrong inside one file of a study: names that lead nowhere, identifiers, places left out, a number twice."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from remission.inputs.problems import Problem, nearest
from remission.inputs.provenance import STATUSES
from remission.library.catalogue import library_files, therapies
from remission.studies.bias import OVERALL, tools
from remission.studies.checks.numbers import wrong_numbers
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.studies.load import Studies
    from remission.studies.study import Definition, Said, Study, Years

DOI = re.compile(r"10\.\d{4,9}/[!-~]+")
NAMED_DOI = re.compile(r"\bdoi:\s*(\S+?)[),;]?(?=\s|$)")
# More names than these are a list to look up, and no help in a message.
FEW = 8


def wrong_in(study: Study, whole: Studies) -> Iterator[Problem]:
    """What is wrong with one study as it stands among others."""
    file = f"{study.name}.toml"
    yield from _wrong_names(study, whole, file)
    yield from _wrong_identifiers(study, file)
    yield from _without_locus(study, file)
    yield from _wrong_judgements(study, file)
    yield from _double_numbers(study, file)
    for place, (key, found, allowed, do) in wrong_numbers(study):
        yield Problem.at_key(file, f"numbers[{place}].{key}", found=found, allowed=allowed, do=do)


def _wrong_names(study: Study, whole: Studies, file: str) -> Iterator[Problem]:
    for key, found, known in _names(study, whole):
        if found and found not in known:
            yield unknown_name(file, key, found, known)
    arms = [one.name for one in study.arms]
    for name in sorted({name for name in arms if arms.count(name) > 1}):
        yield Problem.at_key(file, "arms", found=f"two arms called {name}", allowed="one of a name", do="Rename one.")


def _names(study: Study, whole: Studies) -> Iterator[tuple[str, str, Collection[str]]]:
    """Every name in a file that must lead somewhere: its key, the name, and those that are there."""
    arms = [one.name for one in study.arms]
    endpoints = [path.stem for path in library_files("endpoints", ".toml")]
    definitions = [one.name for one in study.definitions]
    for place, arm in enumerate(study.arms, 1):
        yield f"arms[{place}].therapy", arm.therapy, therapies()
        others = [name for name in arms if name != arm.name]
        yield from ((f"arms[{place}].shares_people_with", name, others) for name in arm.shares_people_with)
    for place, overlap in enumerate(study.overlaps, 1):
        yield f"overlaps[{place}].study", overlap.study, whole.by_name
    for place, number in enumerate(study.numbers, 1):
        yield f"numbers[{place}].what", number.what, quantities()
        yield f"numbers[{place}].definition", number.definition, definitions
        yield from ((f"numbers[{place}].{key}", getattr(number, key), arms) for key in ("arm", "against", "p_against"))
    for place, definition in enumerate(study.definitions, 1):
        yield f"definitions[{place}].endpoint", definition.endpoint, endpoints
        yield from ((f"definitions[{place}].of", what, quantities()) for what in definition.of)
    for place, conflict in enumerate(study.conflicts, 1):
        yield f"conflicts[{place}].what", conflict.what, quantities()
        yield f"conflicts[{place}].arm", conflict.arm, arms
    if study.trial:
        yield "trial.endpoint", study.trial.endpoint, endpoints


def unknown_name(file: str, key: str, found: str, known: Collection[str]) -> Problem:
    """A name that is not among those that are there, answered with the nearest."""
    do = nearest(found, known) or "Correct the name."
    few = ", ".join(list(known)[:FEW]) + (" and others" if len(known) > FEW else "")
    return Problem.at_key(file, key, found=found, allowed=few or "none: there are none here", do=do)


def _wrong_identifiers(study: Study, file: str) -> Iterator[Problem]:
    allowed = "10., four to nine digits, a stroke and letters without blanks"
    sources = ((f"numbers[{place}].source", one.source) for place, one in enumerate(study.numbers, 1))
    for key, text in (("citation", study.citation), *sources):
        for doi in NAMED_DOI.findall(text):
            if not DOI.fullmatch(doi.strip("()")):
                yield Problem.at_key(file, key, found=f"doi:{doi}", allowed=allowed, do="Copy it again.")
    if study.doi and not DOI.fullmatch(study.doi):
        yield Problem.at_key(file, "doi", found=study.doi, allowed=allowed, do="Copy it again, without an address.")
    if study.doi and study.doi_status not in STATUSES:
        found = study.doi_status or "nothing"
        yield Problem.at_key(file, "doi_status", found=found, allowed=", ".join(STATUSES), do="Say who read the DOI.")
    if study.pmid and not re.fullmatch(r"[1-9]\d{0,8}", study.pmid):
        yield Problem.at_key(file, "pmid", found=study.pmid, allowed="digits", do="Copy it again.")


def _without_locus(study: Study, file: str) -> Iterator[Problem]:
    for key, one in _said(study):
        if one is not None and one.status in ("verified", "secondary") and not one.locus:
            do = "Say on which page or in which table it stands, or call it unverified."
            yield Problem.at_key(file, f"{key}.locus", found=f"{one.status} without a locus", allowed="a place", do=do)


def _said(study: Study) -> Iterator[tuple[str, Said | Years | Definition | None]]:
    yield "courses", study.courses
    yield "years", study.years
    for place, arm in enumerate(study.arms, 1):
        for key in ("conditioning", "serotherapy", "graft", "mobilisation"):
            yield f"arms[{place}].{key}", getattr(arm, key)
        yield from ((f"arms[{place}].intensity[{number}]", one) for number, one in enumerate(arm.intensity, 1))
    yield from ((f"definitions[{place}]", one) for place, one in enumerate(study.definitions, 1))


def _wrong_judgements(study: Study, file: str) -> Iterator[Problem]:
    for place, one in enumerate(study.risk_of_bias, 1):
        key, tool = f"risk_of_bias[{place}]", tools().get(one.tool)
        if tool is None:
            yield unknown_name(file, f"{key}.tool", one.tool, tools())
            continue
        domains = [*(each.name for each in tool.domains), *([OVERALL] if tool.overall else [])]
        if one.domain not in domains:
            yield unknown_name(file, f"{key}.domain", one.domain, domains)
        if one.judgement not in tool.judgements:
            yield unknown_name(file, f"{key}.judgement", one.judgement, tool.judgements)


def _double_numbers(study: Study, file: str) -> Iterator[Problem]:
    seen: dict[tuple[object, ...], int] = {}
    for place, one in enumerate(study.numbers, 1):
        # The source is no part of it: two sources of one number are a conflict, and have their own heading.
        is_of = (one.what, one.arm, one.against, one.course, one.among, one.months, one.at, one.person_years)
        first = seen.setdefault(is_of, place)
        if first != place:
            do = "Keep one of them, and write what disagrees under [[conflicts]]."
            found = f"{one.what} of the same people and time as numbers[{first}]"
            yield Problem.at_key(file, f"numbers[{place}]", found=found, allowed="each number once", do=do)
