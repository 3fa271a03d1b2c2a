"""Leagues as somebody asks for them, by short words: everything that is wrong with what was asked, at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from remission.inputs.problems import InputProblems, Problem, check_together, nearest
from remission.studies.league.league import League, make_league
from remission.studies.league.nodes import check_nodes, load_nodes

if TYPE_CHECKING:
    from remission.studies.league.compared import Analysis, What
    from remission.studies.league.nodes import NodeSet
    from remission.studies.load import Studies

Outcome = Literal["relapse", "disability-12w", "disability-24w"]
OUTCOMES: Mapping[Outcome, What] = {
    "relapse": "relapse-rate-ratio",
    "disability-12w": "progression-12w-hazard-ratio",
    "disability-24w": "progression-24w-hazard-ratio",
}


def ask_leagues(
    studies: Studies, outcome: Outcome | None, nodes: str, analysis: Analysis, reference: str
) -> tuple[League, ...]:
    """The league of one outcome, or of all three.

    InputProblems for a file of nodes with anything wrong in it and for a reference that is none of its nodes.

    >>> from remission.studies.load import load_studies
    >>> [one.what for one in ask_leagues(load_studies(), "relapse", "coarse", "main", "interferon beta")]
    ['relapse-rate-ratio']
    """
    chosen = load_nodes(nodes)
    check_together(lambda: check_nodes(chosen, studies), lambda: _check_reference(chosen, reference))
    whats = OUTCOMES.values() if outcome is None else (OUTCOMES[outcome],)
    return tuple(make_league(studies, what, chosen, analysis, reference) for what in whats)


def _check_reference(nodes: NodeSet, reference: str) -> None:
    if reference and reference not in nodes.places:
        do = nearest(reference, nodes.places) or "Name one of those."
        raise InputProblems(
            Problem.at_key("--reference", None, found=reference, allowed=", ".join(nodes.places), do=do)
        )
