"""Disability: the change in EDSS among those who completed follow-up, and everyone's scores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from remission.exhibits.page import Block, Section
from remission.exhibits.wording import count, p_words, signed
from remission.report.edss_change import EdssChange, estimate_edss_change
from remission.report.sentences import comparison_sentence, named

if TYPE_CHECKING:
    from remission.report.asked import Asked

PLACE = 80
Row = dict[str, Any]


def make_section(asked: Asked) -> Section:
    """Two pictures; where no visits were collected it says so, because silence would read as no change."""
    return Section("edss", "Disability (EDSS)", _blocks(asked))


def _blocks(asked: Asked) -> list[Block]:
    if not asked.cohort.collected("visits"):
        return [Block(sentences=["Not collected: this cohort lists no visits."])]
    change = estimate_edss_change(asked.cohort, asked.group_by)
    said = [sentence for place, row in enumerate(change.summary.rows()) for sentence in _change(change, place, row)]
    if unknown := change.changes["completed"].null_count():
        said.append(
            f"Whether they completed is not known of {count(unknown, 'person')}, for no end reason is recorded."
        )
    return [
        Block("Change among those who completed follow-up", said, asked.picture(change.draw_change())),
        Block("Everyone", (), asked.picture(change.draw_trajectories())),
    ]


def _change(change: EdssChange, place: int, row: Row) -> Iterator[str]:
    if row["value"] is None:
        yield named(row, "Nobody completed follow-up with a score before and after, so no change can be given.")
        return
    spread = f"{signed(row['value'])} (quartiles {signed(row['low'])} to {signed(row['high'])})"
    of = f"{row['n']} of {count(row['denominator'], 'person')} who completed follow-up"
    yield named(row, f"Median change in EDSS {spread}, in {of} and have a score before and after.")
    test = change.tests[place]
    if test is not None:
        yield named(row, comparison_sentence(test, p_words(test.p)))
