"""How the curves of groups compare: the log-rank test, restricted means, and shares free of the event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.report.curves.first_events import estimate_whole
from remission.report.curves.words import comparison_sentences, difference_sentences
from remission.report.models.compared import Compared, NamedTest, answer
from remission.report.pictures.comparison import LOG_RANK
from remission.stats.estimates import Estimates

if TYPE_CHECKING:
    from remission.report.asked import Asked

PLACE = 15


def compared(asked: Asked) -> Compared | None:
    """The contrasts beside the curve of the endpoint; None where people are not divided."""
    whole = estimate_whole(asked)
    found = whole.comparison
    if found is None:
        return None
    title = whole.outcome.endpoint.event_free
    means = [
        NamedTest("difference in restricted mean", test, title, row["group"], row["against"], to_day=row["to_day"])
        for row, test in zip(found.differences.frame.to_dicts(), found.tests, strict=True)
    ]
    # A difference answers how much; the test only whether.
    differences = difference_sentences(whole)
    others = [one for one in comparison_sentences(whole) if one not in differences]
    estimates = Estimates.together([found.differences, found.shares])
    return Compared(estimates, (NamedTest(LOG_RANK, found.log_rank, title), *means), (*answer(differences), *others))
