"""The answer of a design in one sentence, and what limits it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.exhibits.wording import NBSP, count, percent
from remission.stats.rounding import text_half_up
from remission.trials.design.outlook import exposure_of
from remission.trials.design.taken import taken_for_true

if TYPE_CHECKING:
    from remission.simulation.trials.results import Share
    from remission.trials.design.events import EventPlan
    from remission.trials.design.outlook import Outlook, Planned

# A share of simulated trials above this that end short of events is said.
OFTEN = 0.05


def answer(planned: Planned) -> str:
    """How many people, how many events, how long, what power.

    The power is by formula and by simulation, the latter with its error.
    """
    first = planned.first
    who = _people_words(planned)
    power = power_words(first)
    if planned.plan is not None:
        return _events_words(planned, planned.plan, who, power)
    if (rates := planned.design.rates) is not None:
        years = exposure_of(rates).mean
        events = sum(
            people * rate * years
            for people, rate in zip(planned.people, (rates.control.value, rates.control.value * rates.ratio.value),
                                    strict=True)
        )  # fmt: skip
        effect = f"a rate ratio of {_short(rates.ratio.value)}"
        return (
            f"{who}, followed for {_rounded(years)}{NBSP}years each on average, have about {_rounded(events)} "
            f"{rates.event} and {_shows(effect, rates.ratio.value, power)}."
        )
    if (arm := planned.design.one_arm) is not None:
        free = arm.history_free.value**arm.ratio.value
        return (
            f"{who}, followed for {arm.years:g}{NBSP}years each, of whom {percent(free, 0)} stay free of {arm.event} "
            f"where history has {percent(arm.history_free.value, 0)}, show that with a power of {power}."
        )
    shares = planned.design.shares
    assert shares is not None
    # Rounded up: one person short is short.
    enter = math.ceil(sum(planned.people) / (1 - shares.lost.value) - 1e-9)
    return (
        f"{who} seen at {shares.landmark_months:g}{NBSP}months (so {enter:,} must enter) show that "
        f"{percent(shares.treated.value, 0)} and not {percent(shares.control.value, 0)} have {shares.event}, "
        f"with a power of {power}."
    )


def _events_words(planned: Planned, plan: EventPlan, who: str, power: str) -> str:
    promise = planned.first.promise
    assert promise is not None
    if promise.gain is not None:
        return _gain_words(plan, promise.gain, who, power)
    looks = count(plan.boundaries.looks, "look")
    if plan.trial.strata:
        looks += f" and {len(plan.trial.strata)} strata"
    end = f"{count(plan.events, 'event')}, expected in month {promise.duration.times[-1]:.0f}"
    ratio = plan.trial.effect[0].ratio
    effect = f"a hazard ratio of {_short(ratio)}"
    if len(plan.trial.effect) > 1:
        ratio = promise.ratios[-1].ratio or 1.0
        effect = f"an effect that changes (on average {_short(ratio)})"
    return f"{who} and {end}, with {looks}, {_shows(effect, ratio, power)}."


def _gain_words(plan: EventPlan, gain: float, who: str, power: str) -> str:
    months = text_half_up(abs(gain), 1)
    of = f"{months}{NBSP}months free of {plan.trial.event} up to month {plan.horizon:g}"
    effect = f"a gain of {of}" if gain > 0 else f"a loss of {of}"
    # A gain is shown as a ratio below 1 is.
    shows = _shows(effect, 0.0 if gain > 0 else 1.0, power)
    return (
        f"{who}, looked at once in month {plan.trial.last_month:g} with about {count(plan.events, 'event')}, {shows}."
    )


def _shows(effect: str, ratio: float, power: str) -> str:
    """What the trial shows; where there is no gain, it shows none, however often it says so."""
    if ratio < 1:
        return f"show {effect} with a power of {power}"
    return f"would call the treated better, at {effect} and so without any gain to show, with a chance of {power}"


def test_words(planned: Planned) -> str:
    """What the arms are compared by, so that nobody has to guess it from the bounds."""
    if planned.plan is not None:
        return planned.plan.play(planned.first.truth).test
    if planned.design.rates is not None:
        return "Wald test of a negative binomial rate ratio, dispersion by moments"
    if (arm := planned.design.one_arm) is not None:
        variance = "E" if arm.variance == "expected" else "(O + E) / 2"
        return f"one-sample log-rank, variance of O - E taken as {variance}"
    assert planned.design.shares is not None
    return f"difference of two shares, {planned.design.shares.test} variance"


def power_words(one: Outlook) -> str:
    """Power by formula, exact and simulated, as far as each is known."""
    return _power_words(one.formula, one.exact, one.played)


def _power_words(formula: float | None, exact: float | None, played: Share | None) -> str:
    said = [] if formula is None else [f"{percent(formula, 1)} by formula"]
    if exact is not None:
        said.append(f"{percent(exact, 1)} exactly")
    if played is not None and played.trials:
        error = played.error
        told = "not estimable" if error != error else text_half_up(100 * error, 2)
        said.append(f"{percent(played.value, 1)} simulated (Monte-Carlo error {told})")
    return ", ".join(said) or "not estimable"


def _people_words(planned: Planned) -> str:
    people = planned.people
    if len(people) == 1:
        return count(people[0], "person", "people")
    return f"{sum(people):,} people ({people[0]:,} control, {people[1]:,} treated)"


def limits(planned: Planned) -> list[str]:
    """What limits the answer, the most important first."""
    return list(_limits(planned))


def _limits(planned: Planned) -> Iterator[str]:
    yield planned.said
    if planned.plan is not None and not planned.plan.is_plain:
        plain = _power_words(planned.first.plain, None, planned.first.plain_played)
        when = "after as many events" if planned.plan.horizon is None else "in the same month"
        yield f"The plain log-rank test, {when}, would have a power of {plain}."
        yield from _of_plain_size(planned, planned.plan)
    if weaker := _weaker(planned):
        yield f"If instead the {weaker.truth.title} were true, power would be {power_words(weaker)}."
    taken = taken_for_true(planned.design)
    assumed = sum(1 for one in taken if one.status == "assumed")
    if assumed:
        number = "All" if assumed == len(taken) else f"{assumed} of the"
        verb = "is" if assumed == 1 else "are"
        yield f"{number} {len(taken)} numbers that it takes for true {verb} assumed: nobody measured them."
    yield from _size(planned)
    if planned.first.differs:
        better = "simulation" if planned.first.exact is None else "exact power"
        apart = abs((planned.first.formula or 0.0) - planned.first.played.value) if planned.first.played else 0.0
        yield (
            f"Formula and simulation of the design lie {text_half_up(100 * apart, 1)} points apart, more than chance "
            f"explains: trust the {better}."
        )
    if planned.plan is not None:
        yield from _of_gain(planned.first)
        yield from _of_events(planned, planned.plan)
    if (shares := planned.design.shares) is not None and shares.lost.value > 0:
        yield "Power holds if those not seen at the landmark are like those who are."


def _of_plain_size(planned: Planned, plan: EventPlan) -> Iterator[str]:
    """That a test which does not know the strata claims too little, where arms have equal shares of them."""
    null = next((one for one in planned.outlooks if one.truth.null), None)
    if plan.trial.strata and null is not None and null.plain is not None:
        yield (
            f"It does not know that arms have equal shares of the strata: without any effect it claims one in "
            f"{percent(null.plain, 1)} of trials by formula, where {percent(planned.design.alpha, 1)} was asked for."
        )


def _weaker(planned: Planned) -> Outlook | None:
    """The truth nearest to the one planned for whose effect is weaker, but not none."""
    power = planned.first.formula
    if power is None:
        return None
    told = [one for one in planned.outlooks[1:] if one.truth.value is not None and not one.truth.null]
    below = [(one.formula, one) for one in told if one.formula is not None and one.formula < power]
    return max(below, key=lambda pair: pair[0])[1] if below else None


def _size(planned: Planned) -> Iterator[str]:
    """The error where there is no effect, exact or simulated, where it is not what was promised."""
    null = next((one for one in planned.outlooks if one.truth.null), None)
    alpha = planned.design.alpha
    if null is None:
        return
    if null.exact is not None:
        yield (
            f"Without any effect it would claim an effect in {percent(null.exact, 1)} of trials, by exact computation; "
            f"{percent(alpha, 1)} was asked for."
        )
    elif null.played is not None and null.differs:
        yield (
            f"Without any effect it claims an effect in {percent(null.played.value, 1)} of simulated trials, "
            f"where {percent(alpha, 1)} was asked for."
        )


def _of_gain(first: Outlook) -> Iterator[str]:
    """Whether simulated trials gain the months that are expected."""
    if first.promise is None or first.promise.gain is None or first.results is None or not first.results.trials:
        return
    seen = first.results.by_look()[-1].effect
    yield (
        f"Of restricted means a gain of {text_half_up(first.promise.gain, 2)}{NBSP}months is expected; simulated "
        f"trials gain {text_half_up(seen.value, 2)} on average (Monte-Carlo error {text_half_up(seen.error, 2)})."
    )


def _of_events(planned: Planned, plan: EventPlan) -> Iterator[str]:
    results = planned.first.results
    if results is not None and results.trials and results.short_of_events.value > OFTEN:
        short = percent(results.short_of_events.value, 0)
        yield f"{short} of simulated trials reach month {plan.trial.last_month:g} before their last events."
    if len(plan.trial.effect) > 1:
        yield _changing_words(planned, plan)


def _changing_words(planned: Planned, plan: EventPlan) -> str:
    """What an early look sees of an effect that changes, beside what the last one sees."""
    assert planned.first.promise is not None
    end = planned.first.promise.duration.times[-1]
    early, late = plan.who.ratios([_early_month(planned, plan), end], plan.truths[0])
    if early.ratio is None or late.ratio is None:
        return "Hazards are not proportional, and in an arm without any hazard there is no average ratio."
    if _short(early.ratio) == _short(late.ratio):
        return (
            f"Hazards are not proportional, and by the last look the average hazard ratio is {_short(late.ratio)}, as "
            f"it is by month {early.at:g}: what changes later is not seen."
        )
    return (
        f"Hazards are not proportional: by month {early.at:g} the average hazard ratio is {_short(early.ratio)}, "
        f"by the last look {_short(late.ratio)}, so an early look would see another trial than a late one."
    )


def _early_month(planned: Planned, plan: EventPlan) -> float:
    """The first month that is watched before the end, or one that is early."""
    assert planned.first.promise is not None
    end = planned.first.promise.duration.times[-1]
    return min((one for one in plan.trial.watched_months if one < end), default=min(12.0, end / 2))


def _rounded(value: float) -> str:
    """Whole from ten on, else with a digit after the point, or the first that is not 0."""
    if value >= 0.1:
        return f"{value:,.0f}" if value >= 10 else text_half_up(value, 1)
    return f"{value:.1g}"


def _short(value: float) -> str:
    """Two digits after the point, or the first that is not 0: a ratio of 0.001 is not one of 0."""
    return text_half_up(value, 2).rstrip("0").rstrip(".") if value >= 0.01 else f"{value:.1g}"
