"""What is wrong with claims beyond their form: a place of a number that leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from remission.inputs.problems import InputProblems, Problem, nearest
from remission.inputs.strict_records import read_record, read_toml
from remission.library.catalogue import library_files
from remission.studies.claims.claim import Claim
from remission.studies.claims.load import wrong_form
from remission.studies.claims.numbers import OF_NUMBER, is_of
from remission.studies.pools import ask_pool
from remission.studies.quantities import quantities
from remission.studies.questions import question_names

if TYPE_CHECKING:
    from remission.studies.claims.claim import Where
    from remission.studies.load import Studies
    from remission.studies.study import Study

PLACES = ("number", "minus", "above", "below")


def check_claims(studies: Studies, files: Sequence[Path] = ()) -> list[Problem]:
    """Everything that is wrong with some files of claims, with those of the library when none is named.

    >>> from remission.studies.load import load_studies
    >>> check_claims(load_studies())
    []
    """
    problems: list[Problem] = []
    for path in files or library_files("claims", ".toml"):
        try:
            claim = read_record(Claim, read_toml(path), path.name)
            problems += [*wrong_form(claim, path), *_lost(claim, path.name, studies)]
        except InputProblems as wrong:
            problems += wrong.problems
    return problems


def _lost(claim: Claim, file: str, studies: Studies) -> Iterator[Problem]:
    """Names that no study, question or quantity has, and numbers of conditions that do not exist."""
    yield from _wrong_braces(claim, file)
    for place, condition in enumerate(claim.conditions, 1):
        for name in PLACES:
            where: Where | None = getattr(condition, name)
            if where is not None:
                yield from _wrong_names(where, file, f"conditions[{place}].{name}", studies)


def _wrong_names(where: Where, file: str, at: str, studies: Studies) -> Iterator[Problem]:
    known = {"pool": question_names(), "study": tuple(studies.by_name), "what": tuple(quantities())}
    for key, names in known.items():
        found = getattr(where, key)
        if found and found not in names:
            do = nearest(found, names) or "Correct the name."
            yield Problem.at_key(file, f"{at}.{key}", found=found, allowed=f"the name of a {_KINDS[key]}", do=do)
    if where.pool in known["pool"]:
        yield from _wrong_line(where, file, at, studies)
    if where.study in known["study"] and where.what in known["what"]:
        yield from _wrong_number(where, file, at, studies.of_name(where.study))


def _wrong_line(where: Where, file: str, at: str, studies: Studies) -> Iterator[Problem]:
    """A line that a pooling question does not have; an estimator may be given by its beginning."""
    lines = ask_pool(where.pool, studies).lines
    names = {"estimator": {one.estimator for one in lines}, "group": {one.group for one in lines}}
    wrong = {"estimator": not any(one.startswith(where.estimator) for one in names["estimator"]),
             "group": where.group not in names["group"]}  # fmt: skip
    for key in (key for key, is_wrong in wrong.items() if is_wrong):
        found, known = getattr(where, key), sorted(filter(None, names[key]))
        do = nearest(found, known) or f"Choose one of the {key}s of {where.pool}."
        yield Problem.at_key(file, f"{at}.{key}", found=found or "nothing", allowed=", ".join(known), do=do)


def _wrong_number(where: Where, file: str, at: str, study: Study) -> Iterator[Problem]:
    """An arm that a study does not have, or a number; one that may not be shown is there all the same."""
    arms = [one.name for one in study.arms]
    wrong = [key for key in ("arm", "against") if getattr(where, key) and getattr(where, key) not in arms]
    for key in wrong:
        found = getattr(where, key)
        do = nearest(found, arms) or f"Choose an arm of {study.name}."
        yield Problem.at_key(file, f"{at}.{key}", found=found, allowed=", ".join(arms), do=do)
    if not wrong and not any(is_of(one, where) for one in study.numbers):
        asked = [f"{key} {getattr(where, key)}" for key in OF_NUMBER if getattr(where, key) is not None]
        do = f"Look at `remission evidence studies {study.name}`, and take out what does not fit."
        yield Problem.at_key(
            file, at, found=", ".join([where.what, *asked]), allowed=f"a number of {study.name}", do=do
        )


def _wrong_braces(claim: Claim, file: str) -> Iterator[Problem]:
    """Braces of an answer that no condition fills."""
    try:
        found = [name for _, name, _, _ in Formatter().parse(claim.answer) if name is not None]
    except ValueError:
        found = [claim.answer]
    known = [f"{place}{part}" for place in range(1, len(claim.conditions) + 1) for part in ("", ".value", ".people")]
    for name in (one for one in found if one not in known):
        allowed = f"{{1}} to {{{len(claim.conditions)}}}, with .value or .people" if known else "no braces"
        do = "Give the place of a condition."
        yield Problem.at_key(file, "answer", found=f"{{{name}}}", allowed=allowed, do=do)


_KINDS = {"pool": "pooling question", "study": "study of the library", "what": "quantity in quantities.csv"}
