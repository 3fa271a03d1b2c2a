"""The counts of the last quarter: worked out once, kept, and the same whenever they are asked for."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from remission.registry.counts import QuarterCounts, count_last_quarter, last_quarter_end
from remission.web.clock import today
from remission.web.databases import RECORDS
from remission.web.records.models import QuarterRow
from remission.web.records.reading import every_answer, people

NAME = "counts"
# Looked for every day, so that a server that was off on the first day of a quarter is not a quarter late.
EVERY = timedelta(days=1)


def run() -> None:
    """Count the quarter that ended last, unless it is counted already."""
    on = today()
    # In one transaction: of two that count at once one finds the row of the other.
    with transaction.atomic(using=RECORDS):
        if QuarterRow.objects.filter(quarter_end=last_quarter_end(on)).exists():
            return
        found = count_last_quarter(people(), every_answer(), on=on)
        QuarterRow.objects.create(
            quarter_end=found.quarter_end, people=found.people, transplants=found.transplants, countries=found.countries
        )


def last_counts() -> QuarterCounts | None:
    """The newest counts that were kept; None before the first quarter was counted."""
    row = QuarterRow.objects.order_by("-quarter_end").first()
    return None if row is None else QuarterCounts(row.quarter_end, row.people, row.transplants, row.countries)
