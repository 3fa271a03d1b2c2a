"""How the rates of groups compare, of an endpoint that recurs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.report.event_rates import estimate_how_often
from remission.report.frame.headlines import ratio_sentences
from remission.report.models.compared import Compared, NamedTest, answer

if TYPE_CHECKING:
    from remission.report.asked import Asked

PLACE = 25


def compared(asked: Asked) -> Compared | None:
    """Rate ratios, each with its test; None for what ends with its first event, or where nobody is compared."""
    found = estimate_how_often(asked)
    if found is None or not found.tests:
        return None
    pairs = zip(found.ratios.rows(), found.tests, strict=True)
    title = found.outcome.endpoint.title
    tests = tuple(NamedTest("rate ratio", test, title, str(row["group"]), str(row["against"])) for row, test in pairs)
    return Compared(found.ratios, tests, answer(ratio_sentences(found)))
