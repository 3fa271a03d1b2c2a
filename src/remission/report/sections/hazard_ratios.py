"""How many times as fast one group has the event as another, adjusted and not, and whether that is one number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Section
from remission.report.curves.first_events import estimate_whole
from remission.report.curves.planted_truth import Beside, truth_beside
from remission.report.curves.visit_words import day_of_visit
from remission.report.hazards.ratio_words import (
    FIRST_EVENTS,
    LEANS_ON_ONE_RATIO,
    answer_sentences,
    averaged_sentences,
    caution_sentences,
    time_sentences,
)
from remission.report.models.averaged import estimate_averaged
from remission.report.models.hazard_ratios import HazardRatios, estimate_hazard_ratios_by_group
from remission.report.pictures.hazard_ratio_tables import (
    averaged_table,
    model_table,
    proportionality_table,
    ratios_table,
)
from remission.report.pictures.schoenfeld import draw_ratio_over_time
from remission.stats.estimates import Estimates
from remission.stats.regression.estimates import NOT_COLLAPSIBLE

if TYPE_CHECKING:
    from remission.report.asked import Asked

# Behind the curves, which it puts into one number.
PLACE = 35
COMPARES = True


def make_section(asked: Asked) -> Section | None:
    """Ratios and models, averaged shares, tests of proportional hazards; nothing where people are not divided."""
    found = estimate_hazard_ratios_by_group(asked)
    if found is None:
        return None
    blocks = [_ratios(asked, found), *_averaged(asked, found), *_over_time(asked, found), *_planted(asked, found)]
    return Section("hazard-ratios", "Hazard ratios", blocks)


def _ratios(asked: Asked, found: HazardRatios) -> Block:
    shown, day = found.shown, day_of_visit(asked.outcome.endpoint)
    said = [*answer_sentences(found, estimate_whole(asked)), *([day] if day and shown else [])]
    said += [FIRST_EVENTS] if shown and asked.outcome.endpoint.recurs else []
    said += caution_sentences(found)
    tables = [ratios_table(found)] if found.fitted else []
    whole = [model_table(shown)] if shown and len(shown.design.columns) > len(shown.design.group_columns) else []
    return Block("", said, tables=[*tables, *whole])


def _averaged(asked: Asked, found: HazardRatios) -> Iterator[Block]:
    averaged = estimate_averaged(asked)
    if averaged is None:
        return
    said = [*averaged_sentences(averaged), NOT_COLLAPSIBLE, *([LEANS_ON_ONE_RATIO] if found.misleads else [])]
    yield Block("Had everybody been in each group", said, tables=[averaged_table(found, averaged)])


def _over_time(asked: Asked, found: HazardRatios) -> Iterator[Block]:
    if found.proportional is None:
        return
    tests = proportionality_table(found.proportional)
    yield Block("Is the ratio the same at all times?", list(time_sentences(found)), tables=[tests])
    for column in found.proportional.model.design.group_columns:
        # Of single persons: with --aggregates-only the page leaves it out by what its rows are.
        yield Block(picture=asked.picture(draw_ratio_over_time(found.proportional, column)))


def _planted(asked: Asked, found: HazardRatios) -> Iterator[Block]:
    """One table of all that was planted and is estimated here."""
    compared = Estimates.together([one.estimates for one in found.fitted if one is not found.same_people])
    beside = [Beside("hazard ratio", compared)]
    if (averaged := estimate_averaged(asked)) is not None:
        # Averaged over people the shares are of no covariates any more, and so is what was planted.
        shares = averaged.labelled(adjusted_for=None)
        beside += [Beside(quantity, shares) for quantity in ("standardised event-free", "standardised difference")]
    if tables := truth_beside(asked, *beside):
        yield Block("Beside the planted truth", tables=tables)
