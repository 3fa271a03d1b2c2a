"""What a command says of a virtual cohort it has written: what it is, how far it is made up, and what to do next."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from remission.simulation.course.load import design_names, load_cohort_design

if TYPE_CHECKING:
    from pathlib import Path

    from remission.simulation.cohorts.truth import Truth
    from remission.simulation.course.design import Plan

# The endpoint whose gap between both truths is told: it is the one that visits, noise and leaving change most.
TOLD_OF = "cdp-24w"
PAGE = "virtual-cohorts.md"


def told_lines(plan: Plan, people: int, truths: Sequence[Truth], folder: Path) -> Iterator[str]:
    """The lines in order."""
    parameters = plan.course.parameters.values()
    assumed = sum(one.status == "assumed" for one in parameters)
    where = shlex.quote(str(folder))
    yield f"SIMULATED: {people:,} people who do not exist, in {where}."
    yield f"Of {len(parameters)} numbers of the course {assumed} are assumed; truth.toml there says which."
    yield from (_gap(one) for one in truths if (one.endpoint, one.quantity) == (TOLD_OF, "hazard ratio"))
    shares = [one for one in truths if (one.endpoint, one.quantity) == (TOLD_OF, "event-free")]
    years = max((one.at_years for one in shares), default=0)
    yield from (_share_gap(one) for one in shares if one.at_years == years)
    # Somebody's own copy may have the name and other numbers.
    if plan.design.name in design_names() and load_cohort_design(plan.design.name) == plan:
        yield f"Fitted in part to published arms: docs/{PAGE} has targets, fit, and what could not be fitted."
    yield f"Next: remission report {where} --endpoint {TOLD_OF} --group-by arm -o report"


def _gap(truth: Truth) -> str:
    latent = "not known" if truth.latent is None else f"{truth.latent:.2f}"
    return (
        f"Hazard ratio of confirmed worsening ({truth.endpoint}), {truth.arm} against {truth.against}: "
        f"{truth.seen:.2f} as visits see it, {latent} as it happens. Records of this cohort should give the first, "
        "within chance."
    )


def _share_gap(truth: Truth) -> str:
    latent = "not known" if truth.latent is None else f"{100 * truth.latent:.0f} %"
    years = f"{truth.at_years} year" + ("" if truth.at_years == 1 else "s")
    return f"Free of it at {years}, {truth.arm}: {100 * truth.seen:.0f} % as visits see it, {latent} as it happens."
