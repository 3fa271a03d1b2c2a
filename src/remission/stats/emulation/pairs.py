"""Matched people who end together: once one of them is gone, nobody is there to compare the other with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from remission.stats.emulation.clones import Days, Flags


def censor_pairs(
    exit: ArrayLike, event: ArrayLike, pair: ArrayLike, *, followed: ArrayLike | None = None
) -> tuple[Days, Flags]:
    """Exit and event of each row when all of a pair end on the day on which the first of them ends, shape (n,) each.

    exit: days, shape (n,); event: bool; pair: a label shared by those matched, of two or more; followed: the last day
    on which each was watched, whether or not the event came before it. Without `followed` an event ends the pair too;
    with it only the end of watching does, as where groups differ in how long they were followed. Events of the last
    day count. ValueError for arrays that do not fit, and for somebody followed for less long than to the exit.
    Kalincik and others 2023, doi:10.1001/jamaneurol.2023.1184, censor pairwise.

    >>> exit, event = censor_pairs([400, 300, 100, 250], [True, False, True, True], ["a", "a", "b", "b"])
    >>> exit.tolist(), event.tolist()
    ([300, 300, 100, 100], [False, False, True, False])
    """
    last, happened, label = np.asarray(exit), np.asarray(event, np.bool_), np.asarray(pair)
    watched = last if followed is None else np.asarray(followed)
    if not last.shape == happened.shape == label.shape == watched.shape or last.ndim != 1:
        raise ValueError("exit, event, pair and followed must have one value a row")
    if (watched < last).any():
        raise ValueError(f"{(watched < last).sum():,} rows are followed for less long than to their exit")
    _, member = np.unique(label, return_inverse=True)
    # From -1, so that no rows make no pairs.
    first = np.full(member.max(initial=-1) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, member, watched)
    end = np.minimum(last, first[member]).astype(np.int64)
    return end, happened & (end == last)
