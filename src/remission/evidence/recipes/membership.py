"""In which pools a study stands, and why it does not stand in the others that ask for its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remission.studies.pools import Pools

IN, ALONE = "in the pool", "it could be pooled, but too few studies that share nobody could"


def memberships(answered: Iterable[Pools]) -> dict[str, list[str]]:
    """By study, a sentence for each question that it has numbers for.

    Questions that only part a pool into groups are left out: who is in them is who is in the pool.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for pools in answered:
        if pools.question.estimators and not pools.question.by:
            for study, said in _places(pools):
                reasons = found.setdefault(study, {}).setdefault(pools.question.title, [])
                if said not in reasons:
                    reasons.append(said)
    return {study: [f"{title}: {'; '.join(reasons)}." for title, reasons in titles.items()]
            for study, titles in found.items()}  # fmt: skip


def _places(pools: Pools) -> Iterator[tuple[str, str]]:
    pooled = any(line.pooled.value is not None for line in pools.lines)
    for one in pools.kept:
        yield one.study, IN if pooled else ALONE
    for left in pools.left_out:
        yield left.entry.study.name, f"not in the pool: {left.why}"
