"""What a model says of how groups compare: rows of estimates, tests by their names, and what is said of them first.

`remission compare` walks this folder. A file takes part by offering

    PLACE: int                                   where its rows stand among the others', in steps of ten
    def compared(asked: Asked) -> Compared | None    None where it does not apply

A section of the report stands on the page of the comparison too where its file says `COMPARES = True`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from remission.stats.estimates import Estimates, TestResult


@dataclass(frozen=True)
class NamedTest:
    """A test and of what: "log-rank test", "interaction with sex"; null where a group or adjustment does not apply.

    `group` and `against` are those compared, both null for a test over all groups. `endpoint` is the title of the
    outcome tested, `adjusted_for` the columns held alike with commas between them, `to_day` the horizon.
    """

    what: str
    result: TestResult
    endpoint: str | None = None
    group: str | None = None
    against: str | None = None
    adjusted_for: str | None = None
    to_day: int | None = None


@dataclass(frozen=True)
class Compared:
    """How groups compare by one model: `said` are its sentences, of which the first is the model's answer.

    `estimates` are contrasts only: each row names its `group` and what it is `against`.
    """

    estimates: Estimates
    tests: tuple[NamedTest, ...] = ()
    said: tuple[str, ...] = ()


def answer(sentences: Iterable[str]) -> tuple[str, ...]:
    """The sentences of all pairs of groups as one, for of a model the first alone stands at the top of a comparison.

    >>> answer(["B to A: 0.5.", "C to A: 0.7."]), answer([])
    (('B to A: 0.5. C to A: 0.7.',), ())
    """
    together = " ".join(sentences)
    return (together,) if together else ()
