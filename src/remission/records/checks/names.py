"""Names of people and groups: two that a person takes for one, and texts that may mean "nothing known"."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import Problem, Severity, shown
from remission.records.checks.absence import looks_absent
from remission.records.files.manifest import FILE
from remission.records.files.texts import NOT_PLAIN, drawn, folded
from remission.records.runs import all_differ
from remission.records.schema import ON_DAY_ZERO

if TYPE_CHECKING:
    from remission.records.checks.sheets import Sheet
    from remission.records.cohort import Manifest

SHOWN_NAMES = 50


@dataclass(frozen=True)
class Stranger:
    """Advice on a name that no subject has: the one that it may stand for, where there is one."""

    people: pl.Series | None
    where: str = "the subjects table"

    def __call__(self, found: str) -> str:
        """What to do about it."""
        fold = _fold(found)
        # A program that reads ids as numbers writes 7 as 7.0 where a cell of the column was empty.
        near = self._by_fold.get(fold) or self._by_fold.get(fold.removesuffix(".0"))
        # Never to add it: that would make two people of one.
        if near:
            return f"Did you mean {shown(near)}? Write it as in {self.where}."
        return "Add the subject there, or correct the id."

    @cached_property
    def _by_fold(self) -> dict[str, str]:
        people = pl.Series([], dtype=pl.String) if self.people is None else self.people
        named = people.drop_nulls().to_frame("name").select(folded(pl.col("name")).alias("fold"), "name")
        return dict(named.iter_rows())


def _fold(name: str) -> str:
    return str(pl.select(folded(pl.lit(name))).item())


def check_names(sheet: Sheet, manifest: Manifest) -> Iterator[Problem]:
    """Names of subjects and of groups that look alike, and names of groups that may be none."""
    if sheet.table.name != "subjects":
        return
    for column in sheet.columns:
        groups = column.kind == "text" and (column.name in ON_DAY_ZERO or column.name.startswith("x_"))
        if groups:
            yield from _absent(sheet, column.name, manifest)
        if groups or column.name == "subject_id":
            yield from check_alike(sheet.raw.file, column.name, sheet.frame[column.name])


def _absent(sheet: Sheet, name: str, manifest: Manifest) -> Iterator[Problem]:
    values = sheet.frame.select(pl.col(name).alias("name")).with_row_index("row").filter(looks_absent(pl.col("name")))
    counted = values.group_by("name", maintain_order=True).agg(pl.len(), pl.col("row").first())
    # Asked once: where somebody has said which texts mean it, another one may be a name, and is only told.
    severity: Severity = "error" if manifest.missing is None else "warning"
    listed = ", ".join(json.dumps(one) for one in (*(manifest.missing or ()), *counted["name"]))
    for text, count, row in counted.iter_rows():
        yield Problem.at_key(
            sheet.raw.file,
            name,
            found=f"{shown(text)} in {count:,} row{'' if count == 1 else 's'}, the first {sheet.raw.rows[row]}",
            allowed="a name, or an empty cell",
            do=f"Say in {FILE} what it is: missing = [{listed}] if it means that nothing is known"
            + (", missing = [] if it is a name." if manifest.missing is None else "; otherwise it is taken as a name."),
            severity=severity,
            private=True,
        )


def check_alike(file: str, column: str, named: pl.Series) -> Iterator[Problem]:
    """Names of one column that a person takes for one; null is none."""
    names = named.alias("name").to_frame().drop_nulls()
    names = names if all_differ(names["name"]) else names.unique()
    plain = not names["name"].str.contains(NOT_PLAIN).any()
    # Plain letters look like nothing but themselves, and nearly every id is made of them: the long way is for others.
    fold = pl.col("name").str.to_lowercase().str.replace_all(" ", "", literal=True) if plain else folded(pl.col("name"))
    names = names.with_columns(fold.alias("fold"))
    if names["fold"].n_unique() == names.height:
        return
    clusters = names.filter(pl.col("fold").is_duplicated()).with_columns(drawn(pl.col("name")).alias("drawn"))
    every = clusters.sort("fold", "name").partition_by("fold", maintain_order=True)
    for place, cluster in enumerate(every[:SHOWN_NAMES], 1):
        yield _of_cluster(file, column, cluster, max(len(every) - SHOWN_NAMES, 0) if place == SHOWN_NAMES else 0)


def _of_cluster(file: str, column: str, cluster: pl.DataFrame, more: int) -> Problem:
    same = bool(cluster["drawn"].is_duplicated().any())
    listed = ", ".join(shown(one, in_ascii=same) for one in cluster["name"])
    what = "people" if column == "subject_id" else "groups"
    if_not = f", if they are one; as it stands they are {cluster.height} {what}"
    return Problem.at_row(
        file,
        None,
        column,
        found=f"names that {'look the same' if same else 'differ only in blanks or capitals'}: {listed}",
        allowed="one spelling of a name",
        do=f"Write them alike{'' if same else if_not}.",
        # What looks the same on every page cannot be meant as two; a capital can.
        severity="error" if same else "warning",
        more=more,
    )
