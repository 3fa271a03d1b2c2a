"""The test of proportional hazards of what groups are compared by, for a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.report.hazards.ratio_words import time_sentences
from remission.report.models.compared import Compared, NamedTest, answer
from remission.report.models.hazard_ratios import estimate_hazard_ratios_by_group
from remission.stats.estimates import Estimates

if TYPE_CHECKING:
    from remission.report.asked import Asked

PLACE = 30
WHAT = "proportional hazards (zph)"


def compared(asked: Asked) -> Compared | None:
    """The test of each group's ratio in the model shown; None where there is none to test."""
    found = estimate_hazard_ratios_by_group(asked)
    if found is None or found.proportional is None:
        return None
    design, tests = found.proportional.model.design, found.proportional.found.tests
    title, held = found.outcome.endpoint.event_free, design.adjusted_for
    named = tuple(NamedTest(WHAT, tests[one.name], title, one.level, one.against, held) for one in design.group_columns)
    *said, method = time_sentences(found)
    return Compared(Estimates.of([]), named, (*answer(said), method))
