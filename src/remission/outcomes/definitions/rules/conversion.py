"""Conversion to secondary progressive MS as the MSoutcomes package finds it in visits, functional systems and relapses.

The package is by the group that published the definition (Lorscheider 2016), and asks more than the paper's words do:
the rise lasts to the last visit, single visits without it are passed over, and the baseline moves in three ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from remission.inputs.problems import Problem
from remission.outcomes.definitions.changes import Found, Threshold, amount_problems, threshold_problems
from remission.outcomes.definitions.fields import says
from remission.outcomes.definitions.rule import Rule


@dataclass(frozen=True)
class Conversion(Rule):
    """The first rise of the EDSS away from relapses that lasts to the last visit, in the functional system that led."""

    thresholds: tuple[Threshold, ...] = says("Smallest rise that counts, by baseline value")
    minimum_edss: float = says("An onset and its confirmation must reach at least this EDSS", 4.0, low=0, high=10)
    minimum_pyramidal: int = says("An onset needs at least this pyramidal score", 2, low=0, high=6)
    pyramidal_taken_from: float = says(
        "From this EDSS on the pyramidal score counts as 2 where it is lower or missing", 5.5, low=0, high=10
    )
    after_relapse_days: int = says(
        "A score at most this many days after a relapse is no first baseline, and ends no rise", 30, low=0
    )
    lasts_days: int = says("Days for which a rise, and its leading functional system, must last", 91, low=1)
    improvement_days: int = says("Days after which a lasting improvement is the new baseline", 273, low=1)
    relapse_matters_from: float = says(
        "A rise in a relapse to this EDSS or more asks for a new baseline", 3.5, low=0, high=10
    )
    relapse_matters_below: float = says("Only from a baseline below this EDSS", 6.0, low=0, high=10)
    held_days: int = says("Days for which a score after such a relapse must hold to be the baseline", 182, low=1)

    rule = "conversion"
    kind = "clinic"
    rests_on = ("visits", "relapses")
    listed = "Course of the disease"
    asked_at = "assessments"
    sentences: ClassVar[Mapping[str, str]] = {
        "conversion-no-baseline": "No score away from a relapse, from the first visit with functional systems on: "
        "conversion cannot be assessed.",
        "conversion-baseline": "{edss:g} is the baseline.",
        "conversion-baseline-better": "{edss:g} is the new baseline: it was better, or a relapse lay before the rise.",
        "conversion-baseline-relapse": "{edss:g} is the new baseline, after a relapse that left something behind.",
        "conversion-short": "{edss:g}: the rise did not last to the last visit.",
        "conversion-relapse": "{edss:g}: a rise, but with a relapse since the visit before.",
        "conversion-minimum": "{edss:g}: a rise, but it or what confirms it is below the least EDSS.",
        "conversion-pyramidal": "{edss:g}: a rise, but the pyramidal score does not reach what is asked.",
        "conversion-system": "{edss:g}: a rise, but no leading functional system stays worse for so long.",
        "conversion-nothing": "No further change that lasts for long enough.",
        "conversion": "{edss:g}: a rise that lasts to the last visit begins here.",
    }

    @property
    def measured(self) -> tuple[str, ...]:
        """Without EDSS nobody has a baseline."""
        return ("edss",)

    @property
    def systems(self) -> tuple[str, ...]:
        """Without any functional system no rise could be led by one."""
        return SYSTEMS

    @property
    def observed_kinds(self) -> tuple[str, ...]:
        """Whether a relapse lay before a rise cannot be told where nobody asked about them."""
        return (self.kind, "relapses")

    def problems(self, file: str) -> list[Problem]:
        """What is wrong with thresholds and scores: each must be one that can be recorded."""
        return [
            Problem.at_key(file, f"{self.rule}.{key}", found=said, allowed=allowed, do=advice)
            for key, said, allowed, advice in self._wrong()
        ]

    def _wrong(self) -> Iterator[Found]:
        yield from threshold_problems("thresholds", "edss", self.thresholds)
        if any(row.percent is not None for row in self.thresholds):
            yield "thresholds", "a row by percent", "rows by change", "Write the change in points: no score is a share."
        for key in ("minimum_edss", "pyramidal_taken_from", "relapse_matters_from", "relapse_matters_below"):
            yield from amount_problems(key, "edss", getattr(self, key))


SYSTEMS = (
    "fs_pyramidal",
    "fs_cerebellar",
    "fs_brainstem",
    "fs_sensory",
    "fs_bowel_bladder",
    "fs_visual",
    "fs_cerebral",
    "ambulation",
)
"""The scores of which one must lead, the pyramidal one first."""
