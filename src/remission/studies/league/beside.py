"""What is shown beside a network and never in it: trials of transplants, and cohorts whose treatment was no lot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from remission.studies.contrasts import Contrast, contrasts
from remission.studies.league.nodes import NEVER
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.studies.league.compared import What
    from remission.studies.league.nodes import NodeSet
    from remission.studies.load import Studies
    from remission.studies.study import Number, Study

Evidence = Literal["trial", "cohort"]
# Which printed comparisons speak of the same thing as a league, if in other words.
NEAR: dict[str, tuple[str, ...]] = {
    "relapse-rate-ratio": (
        "relapse-rate-ratio", "relapse-hazard-ratio", "relapse-risk-ratio", "relapse-rate", "new-t2-rate-ratio",
        "neda-failure-hazard-ratio",
    ),
    "progression-12w-hazard-ratio": ("progression-hazard-ratio", "progression-12w-hazard-ratio"),
    "progression-24w-hazard-ratio": ("progression-hazard-ratio", "progression-24w-hazard-ratio"),
}  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """A printed comparison of a transplant with something else, and why it is not in the network."""

    study: Study
    number: Number
    against: str
    evidence: Evidence
    why: str


def beside_of(what: What, nodes: NodeSet, studies: Studies) -> tuple[Beside, ...]:
    """The printed comparisons of transplants that speak of an outcome: trials by lot first, then cohorts.

    >>> from remission.studies.league.nodes import load_nodes
    >>> from remission.studies.load import load_studies
    >>> found = beside_of("progression-24w-hazard-ratio", load_nodes("coarse"), load_studies())
    >>> [(one.study.name, one.number.value, one.evidence) for one in found][:2]
    [('mist', 0.07, 'trial'), ('boffa-2023', 0.5, 'cohort')]
    """
    near = NEAR[what]
    found = [one for one in contrasts(studies, "therapies", NEVER) if one.number.what in near and one.is_ratio]
    rows = [
        Beside(one.study, one.number, one.against, _evidence(one), "; ".join(_whys(one, what, nodes))) for one in found
    ]
    return tuple(sorted(rows, key=lambda row: row.evidence != "trial"))


def _evidence(one: Contrast) -> Evidence:
    return "trial" if one.study.kind == "randomised" else "cohort"


def _whys(one: Contrast, what: What, nodes: NodeSet) -> list[str]:
    other = one.study.arm(one.against)
    assert other is not None
    found = []
    if one.study.kind != "randomised":
        found.append("people were not given their treatment by lot")
    if nodes.node_of(other) is None:
        said = other.given or other.name
        mixed = "a mixture of drugs" if not other.therapy else ""
        found.append(f"it was compared with {mixed or said}, which is no treatment of the network")
    if one.number.what != what:
        found.append(f"its number is another one: {quantities()[one.number.what].title.lower()}")
    found.append("a transplant is compared only with what its own trial compared it with")
    return found
