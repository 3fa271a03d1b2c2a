"""What stands at the top of the page, and the sentences on rates that their section repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remission.exhibits.wording import p_words
from remission.report.curves.contrast_words import contrast_sentences
from remission.report.curves.visit_words import moves_headline, visit_line
from remission.report.curves.words import cautions, headline_of, last_rows, people_of
from remission.report.few_persons import worth_saying
from remission.report.models.competing_words import died_unseen_headline, headlines_of
from remission.report.pictures.event_rates import decimals, headline_rates, rate_sentence, ratio_sentence
from remission.report.pictures.window_status import WindowStatus, share_sentence
from remission.report.sentences import (
    AS_RECORDED,
    ONLY_THE_RATIO,
    left_out_sentence,
    named,
    nobody_followed,
    not_followed_sentence,
)

if TYPE_CHECKING:
    from remission.report.event_free import EventFree
    from remission.report.event_rates import EventRates
    from remission.report.models.competing import CompetingRisks
    from remission.report.models.hazard_ratios import HazardRatios
    from remission.report.models.visits import ReadOffVisits

Row = dict[str, Any]


def headlines(whole: EventFree, rates: EventRates | None = None, competing: CompetingRisks | None = None) -> list[str]:
    """What stands at the top of the page: how often, of an endpoint that recurs; else the last estimate of the curves.

    That is the last that all groups reach. Where death competes it is the incidence, for a curve that censors deaths
    answers another question. Of people whom nobody followed it says so.
    """
    if not any(one.curve.n for one in whole.curves):
        return [nobody_followed(whole.outcome.not_followed())]
    if competing is not None and rates is None:
        return headlines_of(competing)
    return rate_sentences(rates) if rates else [named(row, headline_of(whole, row)) for row in last_rows(whole)]


def in_short(
    whole: EventFree,
    rates: EventRates | None = None,
    windows: WindowStatus | None = None,
    ratios: HazardRatios | None = None,
    visits: ReadOffVisits | None = None,
    competing: CompetingRisks | None = None,
) -> list[str]:
    """What follows it: how groups compare, then what limits that, and who is not counted.

    Of an endpoint with windows also the status in the longest one; of one that is seen at visits how far they leave the
    headline open, where that shows in print.
    """
    if not any(one.curve.n for one in whole.curves):
        return []
    # What intervals of few people are worth stands near the headlines that have them.
    worth = worth_saying(whole, last_rows(whole)) if rates is None else []
    cautioned = [named({"group": one.name or None}, said) for one in whole.curves for said in cautions(one)]
    return [
        *_compared(whole, rates, ratios),
        *worth,
        *(_moved(visits, whole, competing) if visits and rates is None and moves_headline(visits, whole) else []),
        *_people(whole, rates),
        *_not_counted(whole, competing),
        *cautioned,
        *_longest_window(windows),
        *_not_compared(whole, rates, ratios),
    ]


def _compared(whole: EventFree, rates: EventRates | None, ratios: HazardRatios | None) -> list[str]:
    # Of an endpoint that recurs the rates are compared, not the curves of first events: one comparison at the top.
    if rates and rates.tests:
        return ratio_sentences(rates)
    return [*contrast_sentences(whole, ratios), *whole.too_few]


def _moved(visits: ReadOffVisits, whole: EventFree, competing: CompetingRisks | None) -> list[str]:
    line = visit_line(visits, whole)
    # The headlines are then of incidences, and the line is of the curve.
    return [line if competing is None else f"With deaths censored: {line[:1].lower()}{line[1:]}"]


def _people(whole: EventFree, rates: EventRates | None) -> list[str]:
    """How many had which event; of groups only what their own sentences do not have at the top: the kinds of events."""
    compared = (rates and rates.tests) or whole.comparison
    return [] if compared and not whole.outcome.endpoint.parts else [people_of(whole.outcome)]


def _not_counted(whole: EventFree, competing: CompetingRisks | None) -> list[str]:
    said = not_followed_sentence(whole.outcome.not_followed(), whole.outcome.spells.height)
    return [" ".join([said, *(died_unseen_headline(competing) if competing else [])])] if said else []


def _not_compared(whole: EventFree, rates: EventRates | None, ratios: HazardRatios | None) -> list[str]:
    """Which groups take no part, and what such a comparison is not; nothing where people are not divided."""
    if rates and rates.tests:
        return [AS_RECORDED]
    if whole.comparison is None:
        return []
    adjusted = ratios is not None and ratios.shown is not None and bool(ratios.shown.design.held)
    return [
        *(left_out_sentence(one.group, one.persons, one.why) for one in whole.comparison.left_out),
        ONLY_THE_RATIO if adjusted else AS_RECORDED,
    ]


def rate_sentences(found: EventRates) -> list[str]:
    """The rate of each group, by the method that the headline uses."""
    rows = headline_rates(found.rates)
    # What the title adds in brackets is the definition's, and told in its own section.
    title = found.outcome.endpoint.title.partition(" (")[0]
    return [named(row, rate_sentence(title, row, decimals(rows))) for row in rows]


def ratio_sentences(found: EventRates) -> list[str]:
    """How the rates of groups compare, and who took no part; nothing where people are not divided."""
    if len(found.counts) < 2:
        return []
    pairs = zip(found.ratios.rows(), found.tests, strict=True)
    return [
        *(ratio_sentence(row, one, p_words(one.p)) for row, one in pairs),
        *(left_out_sentence(one.group, one.persons, one.why) for one in found.left_out),
    ]


def _longest_window(windows: WindowStatus | None) -> list[str]:
    if windows is None:
        return []
    rows: list[Row] = windows.counts.to_dicts()
    longest = max((row["to_day"] - row["from_day"] for row in rows), default=0)
    return [share_sentence(row, windows.level) for row in rows if row["to_day"] - row["from_day"] == longest]
