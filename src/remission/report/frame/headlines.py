"""What stands at the top of the page, and the sentences on rates that their section repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remission.exhibits.wording import p_words
from remission.report.curves.visit_words import moves_headline, visit_line
from remission.report.curves.words import cautions, comparison_sentences, headline_of, last_rows, people_of
from remission.report.few_persons import worth_saying
from remission.report.hazards.ratio_words import short_sentences
from remission.report.models.competing_words import headlines_of
from remission.report.pictures.event_rates import decimals, headline_rates, rate_sentence, ratio_sentence
from remission.report.pictures.window_status import WindowStatus, share_sentence
from remission.report.sentences import AS_RECORDED, left_out_sentence, named, nobody_followed, not_followed_sentence

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
    left, entered = whole.outcome.not_followed(), whole.outcome.spells.height
    if not any(one.curve.n for one in whole.curves):
        return [nobody_followed(left)]
    if competing is not None and rates is None:
        said = headlines_of(competing)
    else:
        said = rate_sentences(rates) if rates else [named(row, headline_of(whole, row)) for row in last_rows(whole)]
    return [one for one in (*said, not_followed_sentence(left, entered)) if one]


def in_short(
    whole: EventFree,
    rates: EventRates | None = None,
    windows: WindowStatus | None = None,
    ratios: HazardRatios | None = None,
    visits: ReadOffVisits | None = None,
) -> list[str]:
    """What follows it: what its interval is worth in few people, how many people had which event, how groups compare.

    Of an endpoint with windows also the status in the longest one; of one that is seen at visits how far they leave the
    headline open, where that shows in print.
    """
    if not any(one.curve.n for one in whole.curves):
        return []
    cautioned = [named({"group": one.name or None}, said) for one in whole.curves for said in cautions(one)]
    # What intervals of few people are worth stands right below the headlines that have them.
    worth = worth_saying(whole, last_rows(whole)) if rates is None else []
    # Of an endpoint that recurs the headline is a rate, which no curve moves.
    moved = [visit_line(visits, whole)] if visits and rates is None and moves_headline(visits, whole) else []
    said = [*worth, *moved, people_of(whole.outcome), *cautioned, *_longest_window(windows)]
    # Of an endpoint that recurs the rates are compared, not the curves of first events: one comparison at the top.
    if rates and rates.tests:
        return [*said, *ratio_sentences(rates), AS_RECORDED]
    if ratios is None:
        return [*said, *comparison_sentences(whole)]
    adjusted = ratios.shown is not None and bool(ratios.shown.design.held)
    return [*said, *comparison_sentences(whole, short_sentences(ratios), adjusted=adjusted)]


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
