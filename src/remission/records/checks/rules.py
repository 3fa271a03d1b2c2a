"""Rules that a table must keep, as data: an expression that is true where a row breaks it, and what to say then.

All rules of a table are asked in one pass over its columns, "does any row break you?"; only for one that answers yes
are the rows looked up. So a clean table of a million rows costs a few vectorised comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from remission.inputs.problems import Problem, Severity, shown
from remission.records.checks.absence import advise_absence
from remission.records.checks.sheets import Sheet, given
from remission.records.files.tables import IN_MEMORY


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule: `broken` is true at the rows that break it; `advice` is what to do next, given the value found.

    `found` defaults to the file's own value of `column`. `any_broken` is a cheaper way to ask whether any row may break
    the rule, where there is one: it is never false where one does.
    """

    column: str
    broken: pl.Expr
    allowed: str
    advice: str | Callable[[str], str]
    found: pl.Expr | None = None
    severity: Severity = "error"
    any_broken: pl.Expr | None = None

    @property
    def trigger(self) -> pl.Expr:
        """May any row break the rule? Only then are its rows looked up."""
        return self.broken.any() if self.any_broken is None else self.any_broken


def judge(sheet: Sheet, rules: Iterable[Rule], most: int) -> Iterator[Problem]:
    """The problems of a sheet: up to `most` rows a rule, and the number of the others."""
    asked = tuple(rules)
    # Without rules there would be no row of answers to take, and without rows nothing is broken.
    if not asked or not sheet.frame.height:
        return
    # Lazily and all together, so that Polars reads each column once for all its rules.
    questions = sheet.frame.lazy().select(rule.trigger.alias(str(i)) for i, rule in enumerate(asked))
    answers = questions.collect(engine=IN_MEMORY).row(0)
    for rule, broken in zip(asked, answers, strict=True):
        if broken:
            yield from _problems(sheet, rule, most)


def _problems(sheet: Sheet, rule: Rule, most: int) -> Iterator[Problem]:
    found = given(rule.column) if rule.found is None else rule.found
    rows = (
        sheet.frame.lazy()
        .with_row_index("row:number")
        .filter(rule.broken)
        .select("row:number", found.cast(pl.String).fill_null("nothing").alias("found"))
        .collect(engine=IN_MEMORY)
    )
    more = max(rows.height - most, 0)
    # As the file has it: where only a blank makes the difference, the blank must be seen.
    written = sheet.raw.written.get(rule.column) if rule.found is None else None
    for place, (number, read) in enumerate(rows.head(most).iter_rows(), start=1):
        value = read if written is None else written[number]
        advice = advise_absence(read) or (rule.advice if isinstance(rule.advice, str) else rule.advice(read))
        yield Problem.at_row(
            sheet.raw.file,
            int(sheet.raw.rows[number]),
            rule.column,
            found=shown(value) or "nothing",
            allowed=rule.allowed,
            do=advice,
            severity=rule.severity,
            more=more if place == most else 0,
        )
