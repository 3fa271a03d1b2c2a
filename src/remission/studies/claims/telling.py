"""Verdicts among the conclusions that change when studies do: `remission evidence add` and `diff` tell of them too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from remission.studies.claims.decide import Decision, decide_claims
from remission.studies.claims.load import load_claims
from remission.studies.claims.numbers import Evidence
from remission.studies.difference import Told
from remission.studies.pools import ask_pool

if TYPE_CHECKING:
    from remission.studies.claims.claim import Claim
    from remission.studies.load import Studies


def decide_all(studies: Studies, claims: Sequence[Claim] = ()) -> tuple[Decision, ...]:
    """Some claims decided on these studies, every one of the library when none is given.

    >>> from remission.studies.load import load_studies
    >>> [one.verdict for one in decide_all(load_studies()) if one.claim.name == "mortality-5-10"]
    ['outdated']
    """
    return decide_claims(claims or load_claims(), evidence_of(studies))


def evidence_of(studies: Studies) -> Evidence:
    """What claims about these studies are decided on."""
    return Evidence(studies, ask_pool)


def verdicts(studies: Studies) -> Iterator[Told]:
    """Every verdict, with the number that decided it and of how many cohorts that is."""
    for one in decide_all(studies):
        decided = one.decided_by
        measured = decided.measured if decided else None
        limits = measured.limits if measured else None
        low, high = limits or (None, None)
        value = measured.value if measured else None
        k, unit = (measured.cohorts, str(measured.row["unit"] or "")) if measured else (None, "")
        yield Told("verdict", one.claim.name, "", one.verdict, value, low, high, k, unit)
