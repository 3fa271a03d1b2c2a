"""Is the interval as wide as so many people can make it?"""

from __future__ import annotations

import math
from collections.abc import Iterator

from remission.studies.papers.checks.interval_kind import shapes_of
from remission.studies.papers.paper import Finding, Paper, PrintedNumber

ASKS, PLACE = "Do the limits fit the number of people?", 30
SEARCHED = "Greenwood's variance with five kinds of interval, any losses, every way of rounding"


def check(paper: Paper) -> Iterator[Finding]:
    """A finding for each share over time with an interval and its people."""
    for one in paper.of_kind("share over time"):
        if one.has_interval and one.people is not None and (found := _finding(one, one.people)):
            yield found


def _finding(one: PrintedNumber, people: int) -> Finding | None:
    shapes = shapes_of(one, None)
    if not shapes:
        return None
    least = min(math.floor(each.people.low) for each in shapes)
    most = max(each.people.high for each in shapes)
    computed = f"{least} people or more"
    if least > people:
        says = (
            f"Limits so close need {least} people or more, had nobody been lost; losses would put them further apart. "
            f"Printed are {people}."
        )
        return Finding("enough_people", (one.name,), "not by what was searched", f"{people} people", computed, says,
                       SEARCHED)  # fmt: skip
    if one.at_risk and most < one.at_risk:
        says = f"With {one.at_risk} people still at risk at that time the limits would be closer."
        return Finding("enough_people", (one.name,), "not by what was searched", f"{one.at_risk} at risk",
                       f"{math.ceil(most)} at risk or fewer", says, SEARCHED)  # fmt: skip
    says = f"They do: they are as wide as of {least} to {math.ceil(most)} people of whom nobody is lost."
    return Finding("enough_people", (one.name,), "adds up", f"{people} people", computed, says, SEARCHED)
