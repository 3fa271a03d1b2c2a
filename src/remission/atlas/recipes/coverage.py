"""What the page of coverage counts: states, what was planted against what was decided, revisions, the rule in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from remission.atlas.recipes.last_year import named_by, recent_states
from remission.supply.coverage.reasons import STATES
from remission.supply.coverage.truth import confusion_matrix

if TYPE_CHECKING:
    from remission.supply.coverage.rule import CoverageRule
    from remission.supply.coverage.states import Coverage
    from remission.supply.views import AtlasViews


def states_of(views: AtlasViews) -> pl.DataFrame:
    """Therapy-months of the last 12 months by trust and state: code, name, state, cells."""
    cells = recent_states(views).group_by("code", "state").agg(cells=pl.len().cast(pl.Int64))
    return cells.with_columns(name=named_by(views)).select("code", "name", "state", "cells")


def confusion_of(coverage: Coverage, truth: pl.DataFrame) -> pl.DataFrame:
    """What was planted against what the rule decided, in cells: planted, decided, cells."""
    matrix = confusion_matrix(coverage, truth).select("state", used="in_use", **{"not used": "not_in_use"})
    cells = matrix.unpivot(["used", "not used"], index="state", variable_name="planted", value_name="cells")
    known = cells.filter(pl.col("state").is_in(STATES))
    return known.select("planted", decided="state", cells="cells")


def revised_by_month(rows: pl.DataFrame) -> pl.DataFrame:
    """Revisions by month: trusts and products compared, how many changed, and how much of what was issued that was."""
    changed = pl.col("difference").fill_null(0.0) != 0
    return (
        rows.group_by("month")
        .agg(
            compared=pl.len(),
            changed=changed.sum(),
            trusts=pl.col("ods_code").filter(changed).n_unique(),
            unknown=pl.col("difference").is_null().sum(),
        )
        .sort("month")
    )


def rule_sentences(rule: CoverageRule) -> Iterator[str]:
    """The rule of coverage in sentences: what it is for, then every threshold with its reason."""
    yield " ".join(rule.note.split())
    for name, why in rule.why.items():
        value = getattr(rule, name, None)
        shown = "" if value is None else f" = {value:g}"
        yield f"{name.replace('_', ' ').capitalize()}{shown}: {' '.join(why.split())}"
