"""What is said of a trial of time to an event: its answer, the plain test beside it, and what limits it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.exhibits.wording import NBSP, count, percent
from remission.stats.rounding import text_half_up
from remission.trials.design.phrases import short_ratio, shown

if TYPE_CHECKING:
    from remission.trials.design.outlook import Outlook
    from remission.trials.kinds.time_to_event.plan import EventPlan
    from remission.trials.kinds.time_to_event.promise import Promise

# A share of simulated trials above this that end short of events is said.
OFTEN = 0.05


def answer_of(plan: EventPlan, who: str, promise: Promise, power: str) -> str:
    """How many people, how many events, how long, what power."""
    # Restricted means have one look and no ratio, of which the sentence below would speak.
    if promise.gain is not None:
        return _gain_words(plan, promise.gain, who, power)
    looks = count(plan.boundaries.looks, "look")
    if plan.trial.strata:
        looks += f" and {len(plan.trial.strata)} strata"
    end = f"{count(plan.events, 'event')}, expected in month {promise.duration.times[-1]:.0f}"
    ratio = plan.trial.effect[0].ratio
    effect = f"a hazard ratio of {short_ratio(ratio)}"
    if len(plan.trial.effect) > 1:
        # The average by the last look: an earlier one sees less of an effect that comes late.
        ratio = promise.ratios[-1].ratio or 1.0
        effect = f"an effect that changes (on average {short_ratio(ratio)})"
    return f"{who} and {end}, with {looks}, {shown(effect, ratio, power)}."


def _gain_words(plan: EventPlan, gain: float, who: str, power: str) -> str:
    # A gain of less than a tenth of a month is small, and not none.
    months = text_half_up(abs(gain), 1) if abs(gain) >= 0.1 else f"{abs(gain):.1g}"
    of = f"{months}{NBSP}months free of {plan.trial.event} up to month {plan.comparison.horizon:g}"
    effect = f"a gain of {of}" if gain > 0 else f"a loss of {of}"
    # A gain is shown as a ratio below 1 is.
    shows = shown(effect, 0.0 if gain > 0 else 1.0, power)
    return (
        f"{who}, looked at once in month {plan.trial.last_month:g} with about {count(plan.events, 'event')}, {shows}."
    )


def compared_of(plan: EventPlan, every: tuple[Outlook, ...]) -> Iterator[str]:
    """What the plain log-rank test of the same people would show, where another one is planned."""
    if plan.is_plain:
        return
    when = "in the same month" if plan.comparison.horizon is not None else "after as many events"
    yield f"The plain log-rank test, {when}, would have a power of {every[0].plain_power}."
    # Only beside strata is the error of the plain test not alpha by formula: arms that share them equally make its Z
    # spread by less than it takes for granted.
    null = next((one for one in every if one.truth.null), None)
    if plan.trial.strata and null is not None and null.plain is not None:
        yield (
            f"It does not know that arms have equal shares of the strata: without any effect it claims one in "
            f"{percent(null.plain, 1)} of trials by formula, where {percent(plan.design.alpha, 1)} was asked for."
        )


def limits_of(plan: EventPlan, every: tuple[Outlook, ...]) -> Iterator[str]:
    """What of gains, events and hazards limits the answer."""
    yield from _of_gain(every[0])
    yield from _of_events(plan, every[0])


def _of_gain(first: Outlook) -> Iterator[str]:
    """Whether simulated trials gain the months that are expected."""
    if first.promise is None or first.promise.gain is None or first.results is None or not first.results.trials:
        return
    seen = first.results.by_look()[-1].effect
    yield (
        f"Of restricted means a gain of {text_half_up(first.promise.gain, 2)}{NBSP}months is expected; simulated "
        f"trials gain {text_half_up(seen.value, 2)} on average (Monte-Carlo error {text_half_up(seen.error, 2)})."
    )


def _of_events(plan: EventPlan, first: Outlook) -> Iterator[str]:
    results = first.results
    if results is not None and results.trials and results.short_of_events.value > OFTEN:
        short = percent(results.short_of_events.value, 0)
        yield f"{short} of simulated trials reach month {plan.trial.last_month:g} before their last events."
    if len(plan.trial.effect) > 1:
        yield _changing_words(plan, first)


def _changing_words(plan: EventPlan, first: Outlook) -> str:
    """What an early look sees of an effect that changes, beside what the last one sees."""
    assert first.promise is not None
    end = first.promise.duration.times[-1]
    # Of the design as planned, at months that need not be those of looks: a trial of one look has an early month too.
    early, late = plan.who.ratios([_early_month(plan, end), end], plan.truths[0])
    if early.ratio is None or late.ratio is None:
        return "Hazards are not proportional, and in an arm without any hazard there is no average ratio."
    # Compared as printed: a sentence that they differ must not show the same number twice.
    if short_ratio(early.ratio) == short_ratio(late.ratio):
        return (
            f"Hazards are not proportional, and by the last look the average hazard ratio is "
            f"{short_ratio(late.ratio)}, as it is by month {early.at:g}: what changes later is not seen."
        )
    return (
        f"Hazards are not proportional: by month {early.at:g} the average hazard ratio is {short_ratio(early.ratio)}, "
        f"by the last look {short_ratio(late.ratio)}, so an early look would see another trial than a late one."
    )


def _early_month(plan: EventPlan, end: float) -> float:
    """The first month that is watched before the end, or one that is early."""
    # A year is early, unless the trial is over within two: then half of it is.
    return min((one for one in plan.trial.watched_months if one < end), default=min(12.0, end / 2))
