"""Many definitions evaluated side by side, in threads, for the kernels let go of the interpreter.

Definitions that look for the same changes (they differ in how an event is dated, or in what censors) stand one after
the other on one index, so that the visits of everybody are walked once for all of them.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from remission.multiverse.evaluation import Evaluated, evaluate_definition
from remission.records.segments import SubjectIndex

if TYPE_CHECKING:
    from remission.multiverse.grid import Definition
    from remission.outcomes.definitions.records import Estimation
    from remission.records.cohort import Cohort

Group = Sequence["Definition"]


def evaluate_side_by_side(
    cohort: Cohort, chunks: Sequence[Group], estimation: Estimation, workers: int | None = None
) -> Generator[Evaluated, None, None]:
    """What each definition says, chunk after chunk in the order given, each as soon as it and all before it are there.

    Only definitions of one chunk are put together. `workers` is one a processor unless told otherwise.
    """
    groups = [group for chunk in chunks for group in searching_alike(chunk)]
    if not groups:
        return
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        # The first alone, so that tables are sorted once.
        first = pool.submit(evaluate_group, cohort, groups[0], estimation)
        first.result()
        others = [pool.submit(evaluate_group, cohort, group, estimation) for group in groups[1:]]
        try:
            yield from _in_order(chunks, groups, [first, *others])
        finally:
            # Whoever stops listening (Ctrl-C, a full disk) does not wait for hundreds of definitions.
            pool.shutdown(cancel_futures=True)


def _in_order(
    chunks: Sequence[Group], groups: Sequence[Group], told: Sequence[Future[list[Evaluated]]]
) -> Iterator[Evaluated]:
    where = {one.id: (future, place) for group, future in zip(groups, told, strict=True)
             for place, one in enumerate(group)}  # fmt: skip
    for one in (one for chunk in chunks for one in chunk):
        future, place = where[one.id]
        yield future.result()[place]


def searching_alike(definitions: Group) -> list[list[Definition]]:
    """Definitions in groups that search alike, in the order of the first of each.

    >>> from remission.multiverse.files import load_multiverse
    >>> from remission.multiverse.grid import derive_grid
    >>> definitions = derive_grid(load_multiverse("cdp")).definitions
    >>> len(definitions), len(searching_alike(definitions))
    (30, 30)
    """
    groups: dict[object, list[Definition]] = {}
    for one in definitions:
        groups.setdefault(_search_of(one), []).append(one)
    return list(groups.values())


def _search_of(definition: Definition) -> object:
    """What a definition searches for: equal where one search does for several; itself where nothing would be shared."""
    endpoint = definition.endpoint
    rules = [part.record for part in (endpoint, *endpoint.parts)]
    searched = tuple(rule.searched for rule in rules)
    # Only a walk is kept on an index, and only from day zero; others side by side are better off in threads.
    walks = any(search is not rule for search, rule in zip(searched, rules, strict=True))
    return (endpoint.origin_day, searched) if walks and endpoint.origin is None else definition.id


def evaluate_group(cohort: Cohort, group: Group, estimation: Estimation) -> list[Evaluated]:
    """What each definition of a group says, on one index."""
    index = SubjectIndex.of(cohort)
    return [evaluate_definition(cohort, one, estimation, index) for one in group]
