"""Ranks of treatments with how little is known of them: for each treatment how probable each rank is.

A rank is no effect: two treatments may stand a rank apart and differ by nothing that anybody would notice. So the
picture shows the whole spread and the ranks between which a treatment lies, and never one number alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.figure import Figure
from remission.exhibits.network.sheet import Sheet
from remission.exhibits.rendering import PLAIN
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import BLUE, HAIRLINE, INK, MUTED, SIZES, UNTREATED, Size
from remission.exhibits.wording import count, level_words
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.exhibits.figure import Spec
    from remission.inputs.provenance import Provenance

NO_EFFECT = "A rank is not an effect: it says who is ahead, and not by how much, nor whether anybody would notice."


@dataclass(frozen=True)
class RankLine:
    """A treatment: how probable each rank is (from 1), and the ranks `low` to `high` between which it lies."""

    name: str
    probabilities: Sequence[float]
    low: int
    high: int
    p_score: float

    @property
    def mean(self) -> float:
        """The mean rank."""
        return sum(rank * share for rank, share in enumerate(self.probabilities, 1))

    @property
    def words(self) -> str:
        """The ranks between which it lies.

        >>> RankLine("A", (0.0, 0.5, 0.5), 2, 3, 0.2).words, RankLine("B", (1.0,), 1, 1, 1.0).words
        ('2 to 3', '1')
        """
        return f"{self.low}" if self.low == self.high else f"{self.low} to {self.high}"


@dataclass(frozen=True)
class RankPicture:
    """Treatments in order, not by rank; `level` is how sure the spans of ranks are."""

    name: str
    title: str
    lines: Sequence[RankLine]
    level: float = 0.95


def draw_ranks(ranks: RankPicture, provenance: Provenance) -> Figure:
    """Small columns for each treatment, a bar from its lowest to its highest rank, and a stroke at the mean."""
    whole = f"{count(len(ranks.lines), 'treatment')}; rank 1: fewest."
    return Figure(
        name=ranks.name,
        title=ranks.title,
        subtitle=f"{NO_EFFECT} {whole} Columns: how probable each rank is. Bar: the ranks between which a treatment "
        f"lies with {level_words(ranks.level)} probability. Stroke: its mean rank. The order is fixed and not by rank.",
        description=f"Rank distributions. {NO_EFFECT} {whole} "
        + " ".join(f"{line.name}: rank {line.words}." for line in ranks.lines),
        specs={width: _spec(ranks, SIZES[width]) for width in SIZES},
        table=ranks_table(ranks, provenance),
        provenance=provenance,
        finishing=PLAIN,
    )


def ranks_table(ranks: RankPicture, provenance: Provenance) -> Table:
    """For each treatment the span of its ranks, its mean rank and P-score; the CSV has how probable each rank is."""
    rows = [{"name": line.name, "span": line.words, "low": line.low, "high": line.high, "mean": line.mean,
             "p_score": line.p_score} for line in ranks.lines]  # fmt: skip
    schema = {"name": pl.String, "span": pl.String, "low": pl.Int64, "high": pl.Int64, "mean": pl.Float64,
              "p_score": pl.Float64}  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema)
    most = max((len(line.probabilities) for line in ranks.lines), default=0)
    each = {f"rank_{at + 1}": pl.Series([line.probabilities[at] for line in ranks.lines], dtype=pl.Float64)
            for at in range(most)}  # fmt: skip
    columns = (
        shows("name", "Treatment", words=True),
        shows("span", f"Rank ({level_words(ranks.level)})"),
        Shown("Mean rank", lambda row: text_half_up(row["mean"], 1)),
        Shown("P-score", lambda row: text_half_up(row["p_score"], 2)),
    )
    note = f"{NO_EFFECT} P-score: the mean certainty of being ahead of another treatment (Ruecker & Schwarzer 2015)."
    raw = frame.drop("span").with_columns(**each)
    return Table(ranks.name, f"{ranks.title}.", frame, columns, provenance, note, raw)


# Height of the columns of one treatment, and of its row.
TALL = 22


def _spec(ranks: RankPicture, size: Size) -> Spec:
    sheet = Sheet(size)
    left, right = (250.0, 740.0) if size.wide else (0.0, 262.0)
    most = max(len(ranks.lines), 1)
    step = (right - left) / most
    top = _add_heads(sheet, left, step, most)
    for line in ranks.lines:
        if not size.wide:
            sheet.say(line.name, 0, top + 8, bold=True)
            top += sheet.leading + 2
        foot = top + TALL
        _add_columns(sheet, line, left, step, foot)
        if size.wide:
            sheet.say(line.name, left - 14, foot - 6, "right")
        sheet.say(line.words, right + 14, foot - 6, bold=size.wide)
        top = foot + (14 if size.wide else 20)
    return sheet.spec(top)


def _add_heads(sheet: Sheet, left: float, step: float, most: int) -> float:
    every = 1 if step >= 22 else 2 if step >= 11 else 5
    for rank in range(1, most + 1):
        if rank in (1, most) or (rank % every == 0 and rank > 1 and most - rank >= every):
            sheet.say(str(rank), left + (rank - 0.5) * step, sheet.leading, "center", ink=MUTED)
    sheet.say("Rank (1: fewest)", left, 0, ink=MUTED)
    if sheet.size.wide:
        sheet.say("Lies between", left + most * step + 14, 0, ink=MUTED)
    return 2 * sheet.leading


def _add_columns(sheet: Sheet, line: RankLine, left: float, step: float, foot: float) -> None:
    highest = max(line.probabilities, default=0) or 1
    for rank, share in enumerate(line.probabilities, 1):
        high = round(TALL * share / max(highest, 0.25), 1)
        if high >= 0.4:
            x = left + (rank - 1) * step
            sheet.box(x + 1, foot - high, x + step - 1, foot, fill=UNTREATED, ink=UNTREATED)
    sheet.rule(left, foot + 0.5, left + len(line.probabilities) * step, foot + 0.5, ink=HAIRLINE)
    sheet.rule(left + (line.low - 1) * step + 1, foot + 3, left + line.high * step - 1, foot + 3, ink=BLUE, thick=3.5)
    middle = left + (line.mean - 0.5) * step
    sheet.rule(middle, foot - 5, middle, foot + 8, ink=INK, thick=1.8)
