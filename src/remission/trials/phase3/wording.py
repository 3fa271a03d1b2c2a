"""The way to phase III in sentences: the answer first, then what limits it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.exhibits.wording import listed
from remission.stats.rounding import text_half_up
from remission.trials.phase3.steps import SHRINKAGES, TITLES

if TYPE_CHECKING:
    from remission.trials.phase3.steps import Step, WhatRemains

NO_FORECAST = (
    "SIMULATED: a what-if and no forecast. It says what follows from a result and from assumptions; nobody knows which "
    "of them hold."
)
# With fewer events in all than that a log-rank test is far from normal: simulated power is far below the formula.
FEW_EVENTS = 5.0
# What is printed as 1.01 or more.
ABOVE_ONE = 1.005
TWICE = (
    "The doubts overlap. A sceptic's prior, a published ratio and selection all say that early results flatter, so all "
    "at once count some of it twice: read the last bar as a floor, and each doubt alone beside it."
)
LIMITS = (
    "Success is a significant result at one look, by a log-rank test. Harm, cost and what people want are not in it.",
    "Hazards are constant, and the ratio is the same at all times. A transplant has its risk early: that is not in it.",
    "Everybody is followed for the same time. How long it takes to find people is not in it.",
    "The control arm of phase III may have better drugs than that of phase II. Only its rate is lowered here.",
    "Without blinding a result may lean towards the treatment in both trials. No step takes that away.",
)
DAWID = (
    "Where the prior describes every treatment that enters phase II, picking those that passed changes nothing: then "
    "the sceptic's prior alone is right, and selection besides counts the same thing twice."
)


def of_100(chance: float) -> str:
    """A chance in words.

    >>> of_100(0.995), of_100(0.745), of_100(0.004)
    ('more than 99 of 100', '75 of 100', 'fewer than 1 of 100')
    """
    # Rounded it could read 100 of 100, and no chance here is certain.
    if chance >= 0.995:
        return "more than 99 of 100"
    return "fewer than 1 of 100" if chance < 0.005 else f"{text_half_up(100 * chance, 0)} of 100"


def answer(found: WhatRemains) -> str:
    """The chances in two sentences: as phase II found it, each doubt alone, and all at once."""
    asked, first = found.asked, found.steps[0]
    said = (
        f"If the hazard ratio of {asked.found.ratio:.2g} were the truth, {of_100(first.chance)} trials of "
        f"{asked.size:,} people would succeed."
    )
    if not found.alone:
        return f"{said} With phase II's own error it is {of_100(found.last.chance)}."
    # By each doubt alone, for with all at once nobody can say which of them took how much.
    least, most = (pick(found.alone, key=lambda one: one.alone) for pick in (min, max))
    all_of_them = f"with all doubts at once, some of them counted twice, it is {of_100(found.last.chance)}"
    return f"{said} {_one_doubt(least, most)}; {all_of_them}."


def _one_doubt(least: Step, most: Step) -> str:
    # Compared as they are printed: a range must not have the same number at both ends.
    if of_100(least.alone) == of_100(most.alone):
        return f"With one doubt alone it is {of_100(least.alone)}"
    low = of_100(least.alone).removesuffix(" of 100")
    return f"With one doubt alone it is {low} to {of_100(most.alone)}, least with {_lowered(least.title)}"


def _lowered(title: str) -> str:
    return f'"{title}"'


def in_short(found: WhatRemains) -> list[str]:
    """That it is no forecast, and what decides."""
    return [NO_FORECAST, *_cautions(found), *([spread_words(found)] if "sceptical" in found.doubts else [])]


def _cautions(found: WhatRemains) -> Iterator[str]:
    """What must be known before any chance is believed."""
    asked = found.asked
    if asked.found.doubt:
        yield asked.found.doubt
    events = sum(asked.trial().events(asked.found.log_ratio))
    if events < FEW_EVENTS:
        yield (
            f"The trial would see about {_few(events)} events in all, if phase II's ratio were the truth. With so few "
            "the formulas need not hold, and of one or two no test is significant: the chances may be far too high."
        )
    # Only a flat prior lets a narrow result run away to harm; a named one holds it (decision 360).
    if "selection" in found.doubts and asked.prior is None and (left := found.ratio(["selection"])) > 1:
        yield (
            f'Phase II passed so narrowly that with a flat prior "{TITLES["selection"]}" leaves a hazard ratio of '
            f"{left:.2g}. That is no finding: it says that such a result tells next to nothing. Name a prior, such as "
            "--prior normal:0,0.5, or leave that step out."
        )


def _few(events: float) -> str:
    return text_half_up(events, 1) if events >= 0.1 else f"{events:.1g}"


def spread_words(found: WhatRemains) -> str:
    """How much hangs on the spread of the sceptic's prior alone."""
    (low, _, least, _), *_, (high, _, most, _) = found.by_spread
    # As printed, too: where both ends read alike, nothing hangs on the sceptic.
    if of_100(least) == of_100(most):
        return (
            f"How sceptical one is decides little here: with a sceptic's prior alone it is {of_100(least)} for a "
            f"spread of {low:g} and for one of {high:g}."
        )
    return (
        f"Most hangs on how sceptical one is: with a sceptic's prior alone it is {of_100(least)} for a spread of "
        f"{low:g} and {of_100(most)} for {high:g}. No data say which is right."
    )


def beyond_one(found: WhatRemains) -> list[str]:
    """That a ratio above 1 is made by the steps and foretells no harm, where phase II and the prior leave one below.

    Nothing where none comes to be above 1, or where phase II or the prior itself says so.
    """
    above = [one for one in found.alone if one.ratio >= ABOVE_ONE]
    # Before any doubt: the ratio of phase II itself, and that which its prior makes of it.
    if not above or max(one.ratio for one in found.steps[:2]) >= 1:
        return []
    # Only shrinkages up to this step can have brought it there, so no later one is blamed.
    step = above[0]
    taken = set(SHRINKAGES).intersection(found.doubts[: found.doubts.index(step.name) + 1])
    if found.ratio([step.name]) >= ABOVE_ONE:
        why = "This step by itself takes away more than phase II found"
    else:
        twice = "they count some of the same thing twice, and " if len(taken) > 1 else ""
        why = f"It is made by putting steps on top of each other: {twice}together they take away more than there was"
    return [
        f'From "{step.title}" on the hazard ratio believed is above 1 ({_two_digits(step.ratio)}), though phase II '
        f"found {_two_digits(found.asked.found.ratio)}. That is no forecast of harm. {why}."
    ]


def _two_digits(ratio: float) -> str:
    return text_half_up(ratio, 2) if ratio >= 0.01 else f"{ratio:.1g}"


def left_out(found: WhatRemains) -> list[str]:
    """Which steps are not taken, and why."""
    said = []
    if not found.asked.found.passes(found.asked.assumed.alpha):
        said.append("Phase II's own result is not significant, so no step asks what being picked for it means.")
    if found.asked.without:
        titles = [f'"{TITLES[name]}"' for name in found.asked.without]
        said.append(f"Left out as was asked: {listed(titles)}.")
    return said
