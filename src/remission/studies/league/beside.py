"""What is shown beside a network and never in it: trials of transplants, and cohorts whose treatment was no lot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from remission.studies.league.nodes import NEVER
from remission.studies.league.rows import compared_arms
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.studies.league.compared import What
    from remission.studies.league.nodes import NodeSet
    from remission.studies.load import Studies
    from remission.studies.study import Arm, Number, Study

Evidence = Literal["trial", "cohort"]
# Which printed comparisons speak of the same thing as a league, if in other words.
WORSENING = ("progression-hazard-ratio", "progression-12w-hazard-ratio", "progression-24w-hazard-ratio")
NEAR: dict[str, tuple[str, ...]] = {
    "relapse-rate-ratio": (
        "relapse-rate-ratio", "relapse-hazard-ratio", "relapse-risk-ratio", "neda-failure-hazard-ratio",
        "new-t2-rate-ratio",
    ),
    "progression-12w-hazard-ratio": WORSENING,
    "progression-24w-hazard-ratio": WORSENING,
}  # fmt: skip
# Without a printed ratio: two numbers side by side.
COUNTED = {"relapse-rate-ratio": ("relapse-rate", "relapsed")}
ONLY_ITS_OWN = "a transplant is compared only with what its own study compared it with"


@dataclass(frozen=True)
class Beside:
    """A printed comparison of a transplant with something else, and why it is not in the network.

    `other` is the number of the other arm where no ratio was printed and two stand side by side.
    """

    study: Study
    number: Number
    against: str
    evidence: Evidence
    why: str
    other: Number | None = None


def beside_of(what: What, nodes: NodeSet, studies: Studies) -> tuple[Beside, ...]:
    """The printed comparisons of transplants that speak of an outcome: trials by lot first, then cohorts.

    >>> from remission.studies.league.nodes import load_nodes
    >>> from remission.studies.load import load_studies
    >>> found = beside_of("progression-24w-hazard-ratio", load_nodes("coarse"), load_studies())
    >>> [(one.study.name, one.number.value, one.evidence) for one in found][:2]
    [('mist', 0.07, 'trial'), ('boffa-2023', 0.5, 'cohort')]
    """
    rows = [
        row
        for study in studies.every
        for arm, against in compared_arms(study)
        if arm.therapy == NEVER
        for row in _of_pair(study, arm, against, what, nodes)
    ]
    return tuple(sorted(rows, key=lambda row: row.evidence != "trial"))


def _of_pair(study: Study, arm: Arm, against: Arm, what: What, nodes: NodeSet) -> list[Beside]:
    evidence: Evidence = "trial" if study.kind == "randomised" else "cohort"
    whole = [one for one in study.numbers if one.arm == arm.name and one.is_showable and not one.among]
    ratios = [one for one in whole if one.against == against.name and one.what in NEAR[what]]
    pairs: list[tuple[Number, Number | None]] = [(one, None) for one in ratios]
    if not any(one.what.startswith("relapse") for one in ratios):
        counted = [one for one in whole if one.what in COUNTED.get(what, ())]
        beside = ((one, study.number(one.what, against.name, months=one.months, at=one.at)) for one in counted)
        pairs += [(one, other) for one, other in beside if other is not None]
    return [
        Beside(study, one, against.name, evidence, "; ".join(_whys(study, one, against, what, nodes)), other)
        for one, other in pairs
    ]


def _whys(study: Study, number: Number, against: Arm, what: What, nodes: NodeSet) -> Iterator[str]:
    if study.kind != "randomised":
        yield "people were not given their treatment by lot"
    if not against.therapy:
        yield "it was compared with a mixture of drugs, which is no treatment of the network"
    elif study.kind == "randomised" and nodes.node_of(against) is None:
        yield f"it was compared with {nodes.why_not(against)}"
    if number.what != what:
        title = quantities()[number.what].title
        yield f"its number is another one: {title[0].lower()}{title[1:]}"
    yield ONLY_ITS_OWN
