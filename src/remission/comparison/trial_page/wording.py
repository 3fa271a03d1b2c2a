"""A target trial in words: the answer, what limits it, its protocol, and what it does not address."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from remission.comparison.design.before_after import WARNING
from remission.comparison.design.impossible import WEIGHTED
from remission.comparison.design.leaving import died_first
from remission.comparison.design.records import DAY_ZERO, LANDMARK, NEAREST, lower_words
from remission.comparison.trial_page.strata import absent_words, unlikely_words
from remission.exhibits.wording import NBSP, at_years, count, level_words, listed, percent
from remission.report.models.incidence import original_noun
from remission.stats.emulation.clones import Grace
from remission.stats.horizons import days_to_years
from remission.stats.propensity.contrasts import COMPETING, EVENT
from remission.stats.propensity.weights import ESTIMANDS, Kind
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.comparison.design.estimate import Trial
    from remission.comparison.design.records import Condition, Design, Strategy
    from remission.stats.propensity.contrasts import Contrast

OF_WHOM = {
    "everybody": "everybody who could have been in the trial",
    "the treated": "those who followed the first strategy",
    "the overlap": "people for whom either strategy could be expected",
    "the matched": "people who have somebody like them on the other strategy",
}
NOT_LOTS = (
    "Nobody drew lots. People were made alike in what was recorded on day zero, and in nothing else: what was not "
    "recorded can still explain a difference."
)

COMPETES = (
    "Death competes: whoever died can no longer have the event, so the share is by Aalen and Johansen and is not one "
    "less a Kaplan-Meier curve, which would take who died for somebody who was lost and be too high. A cause-specific "
    "hazard ratio is of those alive without the event, and does not say by itself what becomes of the share."
)
KEPT = (
    " Beside it the effect per protocol: had everybody kept to the strategy with which they began. Whoever begins what "
    "their strategy does not begin, or has for more than 60 days taken nothing that it starts, is followed until then."
)
CHANGES = (
    "Covariates are as they were on day zero, beside the time since then: relapses, EDSS and scans between day zero "
    "and the start of a trial are not held alike."
)


def answer(found: Trial) -> str:
    """The difference at the last year that both curves reach, and the hazard ratio, in a sentence or two."""
    if found.emulated.competing:
        return _competing_answer(found)
    one, other = found.emulated.names
    free = found.emulated.outcome.endpoint.event_free
    told = [
        (place, contrast) for place, contrast in enumerate(found.contrasts)
        if contrast.what == "difference in event-free share" and math.isfinite(contrast.value)
    ]  # fmt: skip
    ratio = ratio_words(found)
    if not told:
        return f"{one} against {other}: {ratio}. Nobody was followed up to a year that was asked for."
    place, last = told[-1]
    assert last.day is not None
    year = f"{days_to_years(last.day):.3g}{NBSP}year{'' if round(days_to_years(last.day), 2) == 1 else 's'}"
    shares = [percent(float(found.curve(treated=treated).survival_on([last.day])[0]), 0) for treated in (True, False)]
    return (
        f"{free} at {year}: {shares[0]} with {one} and {shares[1]} with {other}, among "
        f"{OF_WHOM[found.emulated.design.estimand]}. That is {points_words(found, place)}; {ratio}."
    )


def _competing_answer(found: Trial) -> str:
    """The difference in shares with the event while death competes, and how many died without it."""
    one, other = found.emulated.names
    endpoint = found.emulated.outcome.endpoint
    told = [
        (place, contrast) for place, contrast in enumerate(found.contrasts)
        if contrast.what == "difference in cumulative incidence" and math.isfinite(contrast.value)
    ]  # fmt: skip
    ratio = f"cause-specific {ratio_words(found)}"
    if not told:
        return f"{one} against {other}: {ratio}. Nobody was followed up to a year that was asked for."
    place, last = told[-1]
    assert last.day is not None
    both = [found.incidence(treated=treated) for treated in (True, False)]
    had, died = (
        [percent(float(one.share_on(cause, [last.day])[0]), 0) for one in both] for cause in (EVENT, COMPETING)
    )
    return (
        f"{endpoint.title} by {at_years(last.day)}, with death competing: {had[0]} with {one} and {had[1]} with "
        f"{other}, among {OF_WHOM[found.emulated.design.estimand]}. That is {points_words(found, place)}; {ratio}. "
        f"Died before {original_noun(endpoint)}: {died[0]} and {died[1]}."
    )


def points_words(found: Trial, place: int) -> str:
    """A difference in shares in percentage points, with its limits."""
    value, low, high = (100 * one for one in found.limits(place))
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{_signed(value)} points (limits not estimable)"
    level = level_words(found.emulated.design.analysis.level)
    return f"{_signed(value)} points ({level} interval {_signed(low)} to {_signed(high)})"


def ratio_words(found: Trial) -> str:
    """The hazard ratio with its limits."""
    value, low, high = (text_half_up(one, 2) if math.isfinite(one) else "" for one in found.limits(0))
    return f"hazard ratio {value} ({low} to {high})" if low and high else f"hazard ratio {value} (limits not estimable)"


def _signed(number: float) -> str:
    words = text_half_up(number, 0)
    return "0" if words in ("0", "-0") else words.replace("-", "−") if number < 0 else f"+{words}"


def cautions(found: Trial) -> Iterator[str]:
    """What limits the answer, the most important first."""
    yield NOT_LOTS
    if found.emulated.competing:
        yield COMPETES
    if (value := found.e_value) is not None:
        of = "ratio of shares" if found.emulated.competing else "hazard ratio"
        yield _explained(value.value, value.nearer, of)
    if found.control is not None:
        yield found.control.said
    if found.emulated.filled is not None:
        yield found.emulated.filled.caution
    if found.complete is not None and found.emulated.filled is not None and found.emulated.filled.people:
        yield _complete_words(found, *found.complete)
    if found.emulated.selected is not None:
        yield WARNING
    apart = [after.name for _, after in found.balances if abs(after.difference) > 0.1]
    if apart:
        yield f"The groups still differ by more than a tenth of a standard deviation in: {listed(apart)}."
    yield from absent_words(found.strata)
    if found.emulated.design.in_sequence:
        yield _in_trials(found)
    if unlikely := unlikely_words(found):
        yield unlikely
    if found.weighed.most is not None:
        yield f"{count(found.weighed.cut, 'weight')} above {found.weighed.most:.3g} were cut to it."
    if found.emulated.design.cloned:
        yield (
            "As it came, people are divided by what they began later: that has immortal time in it, and is shown only "
            "to be seen beside the other."
        )
    if found.weighed.unmatched:
        yield f"{count(found.weighed.unmatched, 'person')} of {found.emulated.names[0]} found nobody near and left."


def _complete_words(found: Trial, one: Contrast, people: int) -> str:
    value, low, high = (text_half_up(number, 2) for number in one.limits(found.emulated.design.analysis.level))
    return f"Among the {people:,} who lack nothing alone, the hazard ratio is {value} ({low} to {high})."


def _in_trials(found: Trial) -> str:
    emulated = found.emulated
    return (
        f"{count(found.people, 'person')} are in {emulated.people.height:,} trials, a new one each "
        f"{emulated.design.time_zero.every} of those who had not begun: a person counts in as many as they could have "
        f"entered, and errors are by person. {CHANGES}"
    )


def _explained(value: float, nearer: float, of: str) -> str:
    if nearer == 1:
        return "The interval holds no difference, so nothing unmeasured is needed to explain it (E-value 1)."
    return (
        f"To explain the {of} away, something not recorded would have to go with the strategy and with the "
        f"event by a ratio of risks of {text_half_up(value, 1)} each; of {text_half_up(nearer, 1)} to make the "
        f"interval hold no difference (E-values)."
    )


def protocol(found: Trial) -> list[tuple[str, str, str]]:
    """Each part of the target trial: its name, what the trial would do, and what is done with these records."""
    design = found.emulated.design
    outcome = found.emulated.outcome.endpoint
    held = listed([lower_words(one) for one in design.assignment.covariates])
    years = f"{design.follow_up.years:g}{NBSP}years"
    both = " ".join(f"{one.name}: {strategy_words(one)}." for one in design.strategies)
    if design.in_sequence:
        both += f" {_each_trial(design)}"
    if design.cloned:
        rule = Grace(design.grace_days).rule
        both += f" {rule[:1].upper()}{rule[1:]}."
    names = listed([f"'{name}'" for name in found.emulated.names])
    return [
        ("Eligibility", eligibility_words(design.eligibility), "The same, by what is recorded as of day zero; whoever "
         "has no value is left out and counted."),
        ("Treatment strategies", f"To follow {names}.", both),
        ("Assignment", "By lot, and people know what they get.", f"By {found.weighed.method}, on "
         f"{held}{_and_time(design)}: within these, who followed which is taken to be by chance."),
        ("Time zero and follow-up", f"From the draw of lots, for {years}.", f"From {zero_words(design)} to the event, "
         f"the end of observation, or {years}, whichever comes first."),
        ("Outcome", f"{outcome.title}.", f"The endpoint '{outcome.name}', by the rule that its file states."),
        ("Causal contrast", f"The effect of being assigned, in {OF_WHOM[design.estimand]}.",
         f"The effect of {_doing(design)}, whatever is done later (intention to treat); of whom: "
         f"{_estimand(design)}.{KEPT if found.protocol else ''}"),
        ("Assumptions", "None for who is assigned; that those lost are like those who stay.", "Nothing unrecorded "
         "decided both strategy and event; everybody could have followed either; strategies are the same for all; "
         f"those lost are like those who stay{_in_what(design)}."),
        ("Analysis", "Shares while death competes, cause-specific hazard ratio, time lost." if found.emulated.competing
         else "Curves, hazard ratio, restricted mean.", "The same under weights; " + _errors(found)),
    ]  # fmt: skip


def _in_what(design: Design) -> str:
    return ", given the covariates of being lost" if design.follow_up.censoring == WEIGHTED else ""


def _each_trial(design: Design) -> str:
    """Who is in which arm of a trial of a sequence, in words."""
    days = design.begins
    return (
        f"{len(days)} trials, one at the end of each {design.time_zero.every}, the last on day {days[-1]:,}: in each "
        f"are those who had not begun by the one before. Whoever began since then, up to that day, is on the first "
        f"strategy, the others are on the second, whatever they begin later."
    )


def _and_time(design: Design) -> str:
    return ", and on how long after day zero the trial began" if design.in_sequence else ""


def _doing(design: Design) -> str:
    return f"following the strategy up to day {design.grace_days:,}" if design.cloned else "beginning"


def _estimand(design: Design) -> str:
    if design.assignment.by == NEAREST:
        return OF_WHOM[design.answers_for]
    return ESTIMANDS[cast(Kind, design.assignment.by)]


def _errors(found: Trial) -> str:
    by = "pair" if found.emulated.design.assignment.by == NEAREST else "person"
    beside = f"; {found.bootstrapped} stand beside" if found.draws is not None else ""
    return f"intervals by robust errors by {by}, which take the weights as known and are mostly too wide{beside}."


def zero_words(design: Design) -> str:
    """When follow-up begins."""
    if design.cloned:
        return f"{DAY_ZERO}, everybody in both strategies until what they do fits only one,"
    if design.in_sequence:
        return f"the day on which each trial begins (the end of each {design.time_zero.every} after day zero),"
    if design.time_zero.at == LANDMARK:
        return f"the landmark, day {design.time_zero.day:,}, in those still free of the event and followed then"
    return DAY_ZERO


def eligibility_words(conditions: tuple[Condition, ...]) -> str:
    """Every condition in a sentence."""
    if not conditions:
        return "Everybody."
    said = "; ".join(one.words for one in conditions)
    return f"{said[:1].upper()}{said[1:]}."


def strategy_words(one: Strategy) -> str:
    """Who follows a strategy."""
    by = "on day zero" if not one.by_day else f"by day {one.by_day:,}"
    parts = [condition.words for condition in one.where]
    if one.starts:
        parts.append(f"begins {' or '.join(one.starts)} {by}")
    if one.not_starts:
        parts.append(f"does not begin {' or '.join(one.not_starts)} {by}")
    return ", and ".join(parts)


def _of_changes(found: Trial) -> str:
    if found.protocol is None:
        return "Later changes of therapy: people are compared by what they began, and what came later is part of it."
    return (
        "What decided later on leaving a strategy: those who stay are weighted for those who left by what was known at "
        "time zero. A relapse, a scan or a side effect that made somebody change is not in it, and the effect had all "
        "kept to their strategy rests on that."
    )


def _of_lost(found: Trial) -> str:
    if found.emulated.design.follow_up.censoring == WEIGHTED:
        held = listed([lower_words(one) for one in found.emulated.design.follow_up.censoring_covariates])
        return (
            f"What else decided on being lost: those who stay stand for those lost who were like them in {held} at "
            f"time zero, and in nothing that came later."
        )
    return (
        "Those lost: they are taken to be like those who stay, given the strategy. No weights for being lost are used."
    )


def _of_death(found: Trial) -> str:
    if found.emulated.competing:
        return (
            "Death that comes first: it competes, and its share stands beside. A strategy after which more die early "
            "leaves fewer to have the event: read both shares together."
        )
    died = died_first(found.emulated.cohort, found.emulated.design, found.emulated.people)
    if died is None:
        return "Death that comes first: no death is recorded in this cohort."
    if not died:
        return "Death that comes first: nobody died in these years without the event having been seen."
    return (
        f"Death that comes first: {count(died, 'person')} died in these years without the event having been seen. As "
        f"the endpoint says they are taken to be no longer followed, as if they could still have it: the shares are of "
        f"a world in which nobody dies first."
    )


def not_addressed(found: Trial) -> list[str]:
    """What the estimate does not take into account."""
    said = [
        _of_changes(found),
        _of_lost(found),
        _of_death(found),
    ]  # fmt: skip
    if found.emulated.filled is None:
        said.append("Missing covariates are not filled in.")
    if found.control is None:
        said.append("No outcome that the strategies cannot change was looked at, which would show what is left of the "
                    "difference between groups.")  # fmt: skip
    if found.emulated.design.in_sequence:
        said.insert(0, f"{CHANGES} Those who are still free of the event later are also others than on day zero.")
    if found.emulated.design.time_zero.at == LANDMARK:
        said.insert(0, "The time before the landmark: what happens in it is no part of the answer, and those who are "
                       "still there at the landmark are not those who began.")  # fmt: skip
    return said
