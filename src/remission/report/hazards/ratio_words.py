"""Hazard ratios in sentences: what was found, what it means, when it misleads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from remission.exhibits.wording import EventWords, at_years, count, event_words, level_words, listed, p_words, period
from remission.report.hazards.fitted import FEW_PEOPLE
from remission.report.hazards.wording import adjusted_words, ratio_limits, ratio_number
from remission.report.models.coverage import Method, coverage_words
from remission.report.pictures.comparison import share_difference_words
from remission.report.sentences import difference_sentence
from remission.stats.survival.kaplan_meier import FEW_PERSONS

if TYPE_CHECKING:
    from remission.report.event_free import EventFree
    from remission.report.hazards.fitted import FittedModel
    from remission.report.models.hazard_ratios import HazardRatios
    from remission.stats.estimates import Estimates, TestResult

Row = Mapping[str, Any]
ADJUSTED = "adjusted"
SEVERAL = (
    "Several ratios on one page are not adjusted for multiplicity: of twenty 95\u00a0% intervals of ratios that are 1, "
    "one misses it. Holm's p allows for the groups that one model compares, and for nothing else on the page."
)
# By whether a model is penalised.
MEASURED_AS: dict[bool, Method] = {False: "Cox, Wald", True: "Firth, profile"}
NO_RATIO_OF_SHARES = (
    "It is no ratio of the shares that have had it by some time, and does not say how much time is gained: the shares "
    "and the average times do."
)
AN_AVERAGE = (
    "One ratio for all times is then an average that leans on how long people were followed, and can hide that a group "
    "does better at first and worse later."
)
LEANS_ON_ONE_RATIO = (
    "These shares lean on the model, and so on one ratio for all times, which is not so here: trust the curves more."
)
FIRST_EVENTS = "Of an endpoint that recurs only each person's first event is in these ratios: the rates have them all."
ONLY_RECORDED = (
    "What is not recorded is not adjusted for, so a ratio between groups that were not randomised is not a treatment "
    "effect."
)
IF_LOST_ALIKE = "It holds only if people are lost alike in both groups."


def held_words(model: FittedModel) -> str:
    """How a model is adjusted, in words."""
    return adjusted_words(model.design.adjusted_for)


def short_sentences(found: HazardRatios) -> list[str]:
    """One sentence a comparison for the top of the page, or why there is none."""
    if found.shown is None:
        return [f"Hazard ratio: not estimable, because {'; '.join(found.refused[0][1].reasons)}."]
    shown, caution = found.shown, "; it is not the same at all times, so it says little" if found.misleads else ""
    how = f"{held_words(shown)}{_of_fewer(shown)}{_instead(found)}{caution}"
    return [
        f"Hazard ratio, {row['group']} to {row['against']}: {_found(row, shown)}; {how}." for row in shown.group_rows
    ]


def _of_fewer(model: FittedModel) -> str:
    """Of how many people a model is, where some lack a covariate."""
    people, compared = model.design.people.height, model.design.compared
    return f", of {people:,} of {count(compared, 'person')}" if people < compared else ""


def _instead(found: HazardRatios) -> str:
    """Why an answer that is not adjusted stands where an adjusted one was asked for."""
    if found.adjusted is None or found.shown is found.adjusted:
        return ""
    why = "; ".join(one for name, refused in found.refused if name == ADJUSTED for one in refused.reasons)
    return f" (asked for and not estimable: the adjusted ratio, because {why})"


def _found(row: Row, model: FittedModel) -> str:
    """The ratio with its interval, p, and the name of what is not the usual method."""
    if row["value"] is None:
        return "not estimable"
    known = row["low"] is not None or row["high"] is not None
    limits = f"{level_words(row['level'])} interval {ratio_limits(row)}" if known else "limits not estimable"
    p = "p not estimable" if row["p"] is None else p_words(row["p"])
    how = "Firth's penalised likelihood, profile limits" if model.penalised else "Wald test"
    return f"{ratio_number(row['value'], 2)} ({limits}); {p} ({how})"


def answer_sentences(found: HazardRatios, curves: EventFree) -> list[str]:
    """The answer: where one ratio for all times misleads, the difference in average time first."""
    event = event_words(found.outcome.endpoint.title, found.outcome.endpoint.record.event_words)
    said = [*_misleading(found, curves, event)] if found.misleads else []
    shown = found.shown
    if shown is None:
        return [*said, *refused_sentences(found)]
    said += [
        f"Hazard ratio, {row['group']} to {row['against']}, {held_words(shown)}: {_found(row, shown)}."
        for row in shown.group_rows
    ]
    if shown is not found.crude and found.crude in found.fitted:
        said += [_beside(row, found.crude) for row in found.crude.group_rows]
    first = "Were it the same at all times" if found.misleads else "That is"
    said += [meaning_sentence(row, event, first) for row in shown.group_rows[:1] if row["value"] is not None]
    return [*said, *refused_sentences(found)]


def _beside(row: Row, model: FittedModel) -> str:
    return f"Not adjusted, of {count(model.design.people.height, 'person')}: {_found(row, model)}."


def meaning_sentence(row: Row, event: EventWords, first: str = "That is") -> str:
    """What a hazard ratio says, and what it does not."""
    times = f"{ratio_number(row['value'], 2)} times as often"
    return (
        f"{first}: among those still {event.without}, {event.noun} comes {times} on any one day in {row['group']} "
        f"as in {row['against']}. {NO_RATIO_OF_SHARES}"
    )


def _misleading(found: HazardRatios, curves: EventFree, event: EventWords) -> Iterator[str]:
    if curves.comparison:
        pairs = zip(curves.comparison.differences.rows(), curves.comparison.tests, strict=True)
        yield from (difference_sentence(row, p_words(test.p), event) for row, test in pairs)
    reasons = [
        f"the curves of {one.group} and {one.against} cross (about {period(one.day)})" for one in found.crossings
    ]
    if found.proportional and found.proportional.speaks_against:
        changed = listed(list(found.proportional.speaks_against))
        reasons.append(f"the test of proportional hazards speaks against a constant ratio ({changed})")
    yield f"That stands first, because {listed(reasons)}. {AN_AVERAGE}"


def refused_sentences(found: HazardRatios) -> list[str]:
    """Why a model cannot be fitted, and what to do."""
    return [f"Hazard ratio, {name}: not estimable. {_sentence('; '.join(why.reasons))}" for name, why in found.refused]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def caution_sentences(found: HazardRatios) -> Iterator[str]:
    """What must be known of who is in a model, how it was fitted, and how many there are."""
    shown = found.shown
    if shown is None:
        return
    yield from shown.design.said
    yield from dict.fromkeys(_penalised(one) for one in found.fitted if one.penalised)
    if shown.design.people.height < FEW_PERSONS:
        measured = {one.penalised: MEASURED_AS[one.penalised] for one in found.fitted}
        yield from (coverage_words(one, shown.design.people.height, shown.level) for one in measured.values())
    if found.permutation:
        yield permutation_sentence(found.permutation)
    if found.several:
        yield SEVERAL
    if shown.design.held:
        yield ONLY_RECORDED


def _penalised(model: FittedModel) -> str:
    if model.because == FEW_PEOPLE:
        return (
            "Of so few people Firth's penalised likelihood stands beside it, with profile limits: it takes off the "
            "bias of small samples."
        )
    return f"{model.because}: Firth's penalised likelihood was taken in its place, with profile limits."


def permutation_sentence(test: TestResult) -> str:
    """The log-rank test of few people, and under which condition it holds."""
    return f"{test.method[:1].upper()}{test.method[1:]}: {p_words(test.p)}. {IF_LOST_ALIKE}"


def _model_words(model: FittedModel) -> str:
    return f"the model {held_words(model)}" if model.design.held else "the unadjusted model"


def time_sentences(found: HazardRatios) -> Iterator[str]:
    """What the test of proportional hazards found of the groups, and what it cannot find."""
    proportional = found.proportional
    if proportional is None:
        yield "Of a penalised likelihood there is no such test."
        return
    columns = proportional.model.design.group_columns
    for column in columns:
        test = proportional.found.tests[column.name]
        moves = column.label in proportional.speaks_against
        verdict = "changes with time by more than chance" if moves else "is not seen to change with time"
        if math.isnan(test.p):
            verdict = "cannot be tested for a change with time"
        yield f"{column.level} against {column.against}: the ratio {verdict} ({p_words(test.p)})."
    events, held = count(proportional.model.fit.data.events, "event"), _model_words(proportional.model)
    yield (
        f"Score test of Grambsch and Therneau, exact, on the clock of the Kaplan-Meier curve, in {held}, of "
        f"{events}: with few a change goes unseen, with many one is found that does not matter, so look at the picture."
    )


def averaged_sentences(averaged: Estimates) -> Iterator[str]:
    """The difference of the averaged shares at the last chosen time that has one, a sentence a group."""
    rows = [row for row in averaged.rows() if row["against"] and row["value"] is not None]
    last = {row["group"]: row for row in rows}
    for row in last.values():
        found, time = share_difference_words(row), at_years(float(str(row["at_days"])))
        yield (
            f"Had all {row['n']:,} persons of the adjusted model been in {row['group']}, the share free of the event "
            f"at {time} would differ by {found} from that had all of them been in {row['against']}."
        )
