"""Totals that an authority wrote, compared with what the rows add up to; a difference is named.

Nothing is changed by it: a total never corrects a row, and is never counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from remission.foi.answers.counts import Count, Reading

Ends = tuple[int, int | None]
UNKNOWN: Ends = (0, None)


@dataclass
class RowSums:
    """The counts of a column in their order, and where its totals stand between them."""

    counts: list[Ends] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def add(self, reading: Reading) -> None:
        """Take one more cell; one that is unknown may be any number."""
        known = isinstance(reading, Count) and not reading.approximate
        self.counts.append((reading.low, reading.high) if known and isinstance(reading, Count) else UNKNOWN)

    def compare(self, total: Count, at: int, *, part: bool) -> str:
        """What the rows add up to, in words, where that cannot be the total; empty where it can.

        at: how many counts stand above it. A total adds up all rows or those since the last one; one above its table
        those below it. A part adds up those since the last one only.

        >>> sums = RowSums([(12, 12), (0, 4)])
        >>> sums.compare(Count(14, 14), 2, part=False), sums.compare(Count(20, 20), 2, part=False)
        ('', '12 to 16')
        """
        since = max((end for end in self.ends if end < at), default=0)
        spans = [(since, at)] if part else [(0, at), (since, at)]
        if at == 0:
            spans = [(0, len(self.counts))]
        sums = [_sum(self.counts[first:last]) for first, last in spans]
        return "" if any(_may_be(total, one) for one in sums) else _words(sums[0])


def _sum(counts: list[Ends]) -> Ends:
    highs = [high for _, high in counts if high is not None]
    return sum(low for low, _ in counts), sum(highs) if len(highs) == len(counts) else None


def _may_be(total: Count, ends: Ends) -> bool:
    low, high = ends
    return (total.high is None or total.high >= low) and (high is None or total.low <= high)


def _words(ends: Ends) -> str:
    low, high = ends
    if high is None:
        return f"{low} or more"
    return f"{low}" if low == high else f"{low} to {high}"
