"""Drugs beside their cells, and every row as a table: what was read, how it was counted, where, and how far checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.biology.beside_effect import NO_EFFECT, Cells, DrugRow, Sign
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import NBSP
from remission.inputs.provenance import Provenance
from remission.stats.rounding import text_half_up
from remission.studies.b_cells.join import OTHER_PEOPLE, between
from remission.studies.b_cells.rows import DENOMINATORS, MEMORY, unit_words
from remission.studies.b_cells.telling import number_words, when_words

if TYPE_CHECKING:
    from remission.studies.b_cells.join import Effect
    from remission.studies.b_cells.load import BCells
    from remission.studies.b_cells.rows import Counted

NOT_READ = "not read"
SIGN_OF: Mapping[str, Sign] = {"down": "down", "up": "up", "no change": "same", "": "none"}
# Of these the picture tells nothing: they are no counts of memory cells in MS at one time.
OF_NO_COUNT = ("months until treated again", "months until back")
ROWS = (
    "drug",
    "cells",
    "gate",
    "unit",
    "when",
    "whom",
    "number",
    "people",
    "source",
    "locus",
    "status",
    "read",
    "says",
)


def b_cell_provenance(b_cells: BCells) -> Provenance:
    """What the rows are: published, with a digest of all of them."""
    return Provenance("evidence", "published", hashlib.sha256(repr(b_cells).encode()).hexdigest())


def drug_rows(b_cells: BCells, effects: Mapping[str, Effect]) -> list[DrugRow]:
    """Each drug with its effect and what was read of memory B cells; what was not read is said."""
    return [_drug_row(one.name, one.title, b_cells, effects.get(one.name)) for one in b_cells.drugs]


def _drug_row(name: str, title: str, b_cells: BCells, effect: Effect | None) -> DrugRow:
    cells = cells_of(b_cells.of(name, MEMORY))
    if effect is None:
        return DrugRow(title, cells)
    return DrugRow(title, cells, effect.value, effect.low, effect.high, effect_words(effect), effect.assumed)


def effect_words(effect: Effect | None) -> str:
    """The ratio with its interval; a sign where its error rests on an assumption."""
    if effect is None:
        return NO_EFFECT
    ends = [text_half_up(end, 2) for end in (effect.low, effect.high) if end is not None]
    interval = f" ({' to '.join(ends)})" if len(ends) == 2 else ""
    return f"{text_half_up(effect.value, 2)}{interval}{f'{NBSP}†' if effect.assumed else ''}"


def cells_of(rows: Sequence[Counted]) -> list[Cells]:
    """What was read of one drug's cells: each sign and way of counting once, read in print before second-hand."""
    found: dict[tuple[Sign, str], bool] = {}
    for row in rows:
        if row.status == "not found" or row.whom == "NMOSD" or row.statistic in OF_NO_COUNT:
            continue
        whom = f", in {row.whom}" if row.whom != "MS" else ""
        said = (_sign(row), f"{_cell_words(row)}{whom}")
        found[said] = found.get(said, True) and row.status == "secondary"
    made = [Cells(sign, words, second_hand) for (sign, words), second_hand in found.items()]
    return made or [Cells("none", NOT_READ)]


def _sign(row: Counted) -> Sign:
    if row.statistic == "left of baseline":
        # A bound or a range has a sign where all that it allows lies on one side of before.
        low, high = between(row)
        return "down" if high < 100 else "up" if low > 100 else "same" if low == high else "none"
    return SIGN_OF[row.direction]


def _cell_words(row: Counted) -> str:
    against = f" against {row.against}" if row.against in OTHER_PEOPLE else ""
    if not row.is_number:
        return f"{row.direction}{against}: {DENOMINATORS[row.denominator]}"
    if row.statistic == "left of baseline":
        return f"{number_words(row)}{NBSP}% of before: {DENOMINATORS[row.denominator]}"
    return f"{number_words(row)} {unit_words(row.denominator, row.statistic)}, {when_words(row)}; no change from before"


def row_table(name: str, caption: str, rows: Sequence[Counted], b_cells: BCells, provenance: Provenance) -> Table:
    """Rows as they were read, with where and how far they were checked."""
    frame = pl.DataFrame([_row(row, b_cells) for row in rows], schema=dict.fromkeys(ROWS, pl.String))
    columns = (
        shows("drug", "Drug", words=True),
        Shown("Cells, and how they were told", lambda row: _joined(row["cells"], row["gate"]), words=True),
        shows("number", "What was read", words=True),
        shows("unit", "What it is", words=True),
        Shown("When", lambda row: row["when"] or "not told", words=True),
        shows("people", "People"),
        Shown("Where it was read", lambda row: _joined(row["source"], row["locus"]) or "–", words=True),
        Shown("Checked", lambda row: row["status"], words=True),
        Shown("Note", lambda row: row["says"] or "–", words=True),
    )
    return Table(name, caption, frame, columns, provenance)


def _row(row: Counted, b_cells: BCells) -> dict[str, str]:
    return {
        "drug": b_cells.drug(row.drug).title, "cells": row.subset, "gate": row.gate,
        "unit": unit_words(row.denominator, row.statistic), "when": when_words(row), "whom": row.whom,
        "number": number_words(row), "people": "–" if row.people is None else f"{row.people:,}", "source": row.source,
        "locus": row.locus, "status": row.status, "read": row.date_read.isoformat() if row.date_read else "not noted",
        "says": "; ".join(filter(None, [row.says, _against(row), f"in {row.whom}" if row.whom != "MS" else "",
                                        "in tissue" if row.compartment == "tissue" else ""])),
    }  # fmt: skip


def _against(row: Counted) -> str:
    """With what a direction was compared; of numbers the unit says it."""
    if row.statistic != "change" or row.status == "not found":
        return ""
    return "with what it was compared is not told" if row.against == "not told" else f"compared with {row.against}"


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))


def beside_effect_table(b_cells: BCells, effects: Mapping[str, Effect], provenance: Provenance) -> Table:
    """The text twin of effect beside cells: each drug with its effect, and all that was read of memory B cells."""
    rows = [{"drug": one.name, "effect": one.effect_words, "value": one.value, "low": one.low, "high": one.high,
             "assumed": one.assumed, "cells": "; ".join(_spoken(cell) for cell in one.cells)}
            for one in drug_rows(b_cells, effects)]  # fmt: skip
    schema = {"drug": pl.String, "effect": pl.String, **dict.fromkeys(("value", "low", "high"), pl.Float64),
              "assumed": pl.Boolean, "cells": pl.String}  # fmt: skip
    columns = (
        shows("drug", "Drug", words=True),
        shows("effect", "Relapses against placebo"),
        shows("cells", "Memory B cells in blood, and how they were counted", words=True),
    )
    caption = "Effect on relapses beside what was read of memory B cells, drug by drug."
    frame = pl.DataFrame(rows, schema=schema)
    return Table("effect-beside-cells", caption, frame, columns, provenance, raw=frame.drop("effect"))


def _spoken(cell: Cells) -> str:
    return f"{cell.words} (second-hand)" if cell.second_hand else cell.words
