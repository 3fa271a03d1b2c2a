"""The plain twin of the verdicts on merged trusts: one trust, one month, one medicine at a time, in words and loops.

It decides what is a history told again and what of it is left out. The two signs of a history told twice beside its
old code (`counted_twice.py`) are statistics and are checked on invented stock instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

Row = tuple[date, str, str, float]
"""Month, code as reported, medicine, quantity."""
Amounts = dict[str, float]


def plain_verdicts(rows: Sequence[Row], today: Mapping[str, str]) -> dict[tuple[str, date], str]:
    """The verdict on each trust of today and month that has a row of a predecessor; `today`: old code to new.

    >>> plain_verdicts([(date(2019, 5, 1), "RE9", "x", 3.0)], {"RE9": "R0B"})
    {('R0B', datetime.date(2019, 5, 1)): 'moved'}
    """
    found: dict[tuple[str, date], str] = {}
    for new in sorted(set(today.values())):
        months = _months(rows, new, today)
        told = {month: "both" if own else "moved" for month, (own, before) in months.items() if before}
        for run, verdict in _runs(months):
            told |= dict.fromkeys(run, verdict)
        found |= {(new, month): verdict for month, verdict in told.items()}
    return found


def plainly_dropped(rows: Sequence[Row], today: Mapping[str, str]) -> list[Row]:
    """The rows that a history told again repeats."""
    verdicts, dropped = plain_verdicts(rows, today), []
    for row in rows:
        month, code, medicine, _ = row
        new = today.get(code)
        if new is not None and verdicts[new, month] == "rebuilt":
            own, before = _months(rows, new, today)[month]
            if _is_shared(medicine, own, before) and _is_equal(medicine, own, before):
                dropped.append(row)
    return dropped


def _months(rows: Sequence[Row], new: str, today: Mapping[str, str]) -> dict[date, tuple[Amounts, Amounts]]:
    """In each month what stands under the new code, and the sum of what stands under the old ones."""
    found: dict[date, tuple[Amounts, Amounts]] = {}
    for month, code, medicine, quantity in sorted(rows):
        if new in (code, today.get(code)):
            own, before = found.setdefault(month, (defaultdict(float), defaultdict(float)))
            (own if code == new else before)[medicine] += quantity
    return found


def _runs(months: Mapping[date, tuple[Amounts, Amounts]]) -> Iterator[tuple[list[date], str]]:
    """Runs of months that agree, and what each run is: long enough to prove it, or all there is and too little."""
    compared = {}
    for month, (own, before) in months.items():
        shared = [medicine for medicine in own if _is_shared(medicine, own, before)]
        if shared:
            compared[month] = len(shared), sum(_is_equal(medicine, own, before) for medicine in shared)
    for agrees, run_of in groupby(compared, key=lambda month: 2 * compared[month][1] >= compared[month][0]):
        run = list(run_of)
        shared_cells, equal_cells = (sum(compared[month][at] for month in run) for at in (0, 1))
        if not agrees or 5 * equal_cells < 4 * shared_cells:
            continue
        if len(run) >= 3 and equal_cells >= 6:
            yield run, "rebuilt"
        elif len(run) == len(compared):
            yield run, "in doubt"


def _is_shared(medicine: str, own: Amounts, before: Amounts) -> bool:
    return medicine in own and round(before.get(medicine, 0.0), 2) != 0


def _is_equal(medicine: str, own: Amounts, before: Amounts) -> bool:
    return round(own[medicine], 2) == round(before[medicine], 2)
