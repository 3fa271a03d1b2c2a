"""What is wrong with claims beyond their form: a place of a number that leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from remission.inputs.problems import InputProblems, Problem, nearest
from remission.library.catalogue import library_files
from remission.studies.claims.load import read_claim
from remission.studies.quantities import quantities
from remission.studies.questions import question_names

if TYPE_CHECKING:
    from remission.studies.claims.claim import Claim, Where
    from remission.studies.load import Studies

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
            problems += _lost(read_claim(path), path.name, studies)
        except InputProblems as wrong:
            problems += wrong.problems
    return problems


def _lost(claim: Claim, file: str, studies: Studies) -> Iterator[Problem]:
    """Names that no study, question or quantity has."""
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


_KINDS = {"pool": "pooling question", "study": "study of the library", "what": "quantity in quantities.csv"}
