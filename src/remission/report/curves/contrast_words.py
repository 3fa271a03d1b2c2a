"""How groups compare, for the top of the page: a sentence a pair, which the average time leads if a ratio misleads.

What it leaves out (statistics, p of each, what a ratio means) stands in the sections of curves and of hazard ratios.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from remission.exhibits.wording import EventWords, event_words, level_words, p_words, within
from remission.report.hazards.ratio_words import held_words, refused_sentences, short_sentences
from remission.report.hazards.wording import ratio_limits, ratio_number
from remission.report.sentences import comparison_sentence, gained_limits, gained_words

if TYPE_CHECKING:
    from remission.report.event_free import EventFree
    from remission.report.hazards.fitted import FittedModel
    from remission.report.models.hazard_ratios import HazardRatios

Row = dict[str, Any]
VARIES = "but it is not the same at all times, so it says little"


def contrast_sentences(result: EventFree, ratios: HazardRatios | None = None) -> list[str]:
    """A sentence for each group against the reference, and why a ratio is not there; nothing where none is compared."""
    found = result.comparison
    if found is None:
        return []
    outcome, rows = result.outcome, found.differences.rows()
    event = event_words(outcome.endpoint.title, outcome.endpoint.record.event_words)
    # Of three groups the test is of no pair of them, and where there is none it says why.
    of_pair = len(rows) == 1 and not math.isnan(found.log_rank.p)
    test = f"log-rank {p_words(found.log_rank.p)}" if of_pair else ""
    said = [_contrast(row, event, ratios, test) for row in rows]
    said += [] if of_pair else [comparison_sentence(found.log_rank, p_words(found.log_rank.p))]
    return [*said, *_refused(ratios)]


def _refused(ratios: HazardRatios | None) -> list[str]:
    """Why there is no ratio, in one sentence where no model has one."""
    if ratios is None:
        return []
    return short_sentences(ratios) if ratios.shown is None else refused_sentences(ratios)


def _contrast(row: Row, event: EventWords, ratios: HazardRatios | None, test: str) -> str:
    ratio = _ratio_part(row, ratios)
    time_first = ratios is not None and ratios.misleads
    # Of two intervals the first names the level, which is that of both.
    time = _time_part(row, event, level=time_first or not ratio)
    parts = [time, ratio] if time_first else [ratio, time]
    return f"{row['group']} against {row['against']}: {'; '.join(filter(None, [*parts, test]))}."


def _time_part(row: Row, event: EventWords, *, level: bool) -> str:
    if row["value"] is None:
        return "difference in average time not estimable, because nobody was followed in one of them"
    limits = gained_limits(row, level_words(row["level"]) if level else "")
    return f"{gained_words(row, event.without)} {within(row['to_day'])} ({limits})"


def _ratio_part(pair: Row, ratios: HazardRatios | None) -> str:
    if ratios is None or (model := ratios.shown) is None:
        return ""
    rows = [row for row in model.group_rows if (row["group"], row["against"]) == (pair["group"], pair["against"])]
    return "".join(_ratio(row, model, ratios) for row in rows)


def _ratio(row: Row, model: FittedModel, ratios: HazardRatios) -> str:
    if row["value"] is None:
        return "hazard ratio not estimable"
    known = row["low"] is not None or row["high"] is not None
    first = "" if ratios.misleads else f"{level_words(row['level'])} interval "
    limits = f"{first}{ratio_limits(row)}" if known else "limits not estimable"
    how = [
        f"hazard ratio {ratio_number(row['value'])} ({limits})",
        "by Firth's penalised likelihood" if model.penalised else "",
        held_words(model) if ratios.adjusted is not None else "",
        VARIES if ratios.misleads else "",
    ]
    return ", ".join(filter(None, how))
