"""What is said of subgroups and components: the interaction first, and what a forest of them cannot tell."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from remission.exhibits.wording import count, listed, p_words
from remission.report.hazards.wording import ratio_words
from remission.report.models.compared import Compared
from remission.report.models.subgroups import estimate_components, estimate_subgroups
from remission.stats.estimates import Estimates

if TYPE_CHECKING:
    from remission.report.asked import Asked
    from remission.report.models.compared import NamedTest
    from remission.report.models.subgroups import RatioForest, RatioRow

# Where its rows stand in a comparison.
PLACE = 50
# A p below that is called small, and no finding.
SMALL = 0.05
NOT_SHOWN = "not shown."
EXPLORATORY = (
    "Subgroups are exploratory: they show where to look, and prove nothing. Whether limits overlap, or one of them "
    "reaches 1 and another does not, is no test of a difference between subgroups; the p of the interaction is."
)
COMPONENTS_SAID = (
    "A component that is frequent decides the whole. Each ratio is of a component as if it were an endpoint of its "
    "own: people go on being followed for it after another component, unless the definition stops them. The components "
    "are not independent, and none of the ratios is adjusted for their number.",
)


def compared(asked: Asked) -> Compared | None:
    """The ratios within subgroups and of components, with the interaction tests."""
    found = shown_forests(asked)
    if not found:
        return None
    # The whole stands in other rows of a comparison, and once is enough.
    rows = Estimates.together(Estimates(one.estimates.frame[len(_whole(one)) :]) for one in found)
    said = [*(subgroups_answer(found[0]) if found[0].tests else ()), EXPLORATORY]
    said += [one.said[-1] for one in found if one.said and one.said[-1].endswith(NOT_SHOWN)]
    return Compared(rows, tuple(test for one in found for test in one.tests), tuple(said))


def shown_forests(asked: Asked) -> list[RatioForest]:
    """The subgroups and the components, as far as there are any; of aggregates only, without single persons."""
    every = [one for one in (estimate_subgroups(asked), estimate_components(asked)) if one is not None]
    shown = [without_single_persons(one) for one in every] if asked.aggregates_only else every
    return [one for one in shown if one.rows]


def _whole(found: RatioForest) -> list[RatioRow]:
    return [row for row in found.rows if not row.part and row.name == found.rows[0].name]


def subgroups_answer(found: RatioForest) -> list[str]:
    """Did the ratio differ between subgroups, as far as can be told, and by which test?"""
    known = [one for one in found.tests if not math.isnan(one.result.p)]
    small = [one for one in known if one.result.p < SMALL]
    names = [f"{_title(one)} ({p_words(one.result.p)})" for one in small]
    if not known:
        reasons = dict.fromkeys(one.result.method.partition("not estimable, ")[2] for one in found.tests)
        return [f"Whether the hazard ratio differs between subgroups cannot be tested ({'; '.join(reasons)})."]
    if not small:
        least = min(known, key=lambda one: one.result.p)
        what = f"the least p of an interaction is that of {_title(least)}, {p_words(least.result.p)}"
        return [f"Nothing here tells that the hazard ratio differs between subgroups: {what}. That does not show that "
                "it is the same."]  # fmt: skip
    return [f"The hazard ratio differs by {listed(names)}, of {_tested(known)}: {_by_chance(len(known))}"]


def _title(test: NamedTest) -> str:
    return test.what.removeprefix("interaction with ")


def _tested(known: list[NamedTest]) -> str:
    return count(len(known), "interaction tested", "interactions tested")


def _by_chance(tests: int) -> str:
    chance = 1 - (1 - SMALL) ** tests
    return (
        f"were there no difference at all, one or more of {tests:,} such tests would be below {SMALL:g} in "
        f"{100 * chance:.0f} of 100 trials, if they were independent."
        if tests > 1
        else f"were there no difference at all, that would be so in {100 * SMALL:.0f} of 100 trials."
    )


def subgroups_said(found: RatioForest) -> list[str]:
    """What a forest of subgroups cannot tell, how many tests there are, what could not be tested, who is missing."""
    absent = [one.result.method for one in found.tests if math.isnan(one.result.p)]
    number = f"{_tested(list(found.tests))}; no p is adjusted for their number."
    cuts = "Numbers are cut at the median of the people compared, which another cohort would have elsewhere."
    return [EXPLORATORY, number, cuts, *(f"{one[:1].upper()}{one[1:]}." for one in absent), *found.said]


def without_single_persons(found: RatioForest) -> RatioForest:
    """Without the rows in which a group is one person, whose event they would tell; how many these are is said."""
    kept = [row for row in found.rows if 1 not in (row.counts[1], row.against_counts[1])]
    hidden = len(found.rows) - len(kept)
    if not hidden:
        return found
    said = f"{count(hidden, 'row')} in which a group is one person {'is' if hidden == 1 else 'are'} {NOT_SHOWN}"
    return replace(found, rows=tuple(kept), said=(*found.said, said))


def components_answer(found: RatioForest) -> list[str]:
    """The ratio of the whole, and of which components there is one, for each pair of groups."""
    said = []
    for whole in _whole(found):
        pair = (whole.group, whole.against)
        others = [row for row in found.rows if (row.group, row.against) == pair and row.name != whole.name]
        parts = [f"{row.name} {_ratio(row)}" for row in others]
        said.append(f"{whole.group} against {whole.against}: the whole {_ratio(whole)}; {'; '.join(parts)}.")
    return said


def _ratio(row: RatioRow) -> str:
    return ratio_words({"value": row.value, "low": row.low, "high": row.high, "absent_reason": row.why})
