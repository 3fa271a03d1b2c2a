"""The list of all measures, with England's figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.atlas.page_shell import measure_link
from remission.atlas.place_words import HOMECARE, ISSUED, NEUTRAL, MeasureWords, estimate_words, window_words
from remission.exhibits.page import Block, Page, Section
from remission.exhibits.tables import Shown, Table, shows
from remission.supply.views import ENGLAND

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.exhibits.site.shell import Making
    from remission.inputs.provenance import Provenance
    from remission.stats.estimates import Estimates

PATH, TITLE, PLACE = "measures.html", "Measures", 40


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    measures = known.measures
    yield partial(measures_page, list(measures.words.values()), measures.latest, ENGLAND, known.provenance)


def measures_page(measures: Sequence[MeasureWords], latest: Estimates, england: str, provenance: Provenance) -> Page:
    """The list of measures with England's value."""
    rows = {row["what"]: row for row in latest.rows() if row["group"] == england}
    frame = pl.DataFrame([_listed(words, rows.get(words.name)) for words in measures], schema=_LISTED)
    columns = (
        Shown("Measure", lambda row: measure_link("", row["what"], row["title"])),
        shows("question", "Question", words=True),
        Shown("England", estimate_words),
        Shown("Unit", lambda row: UNITS.get(row["unit"], row["unit"] or "–"), words=True),
        Shown("Window", window_words, words=True),
    )
    table = Table("measures", "All measures, with England's figure.", frame, columns, provenance)
    sections = [Section("measures", "Measures", [Block("", [ISSUED, HOMECARE, NEUTRAL], None, [table])])]
    headline = "Each measure has its own page: what it means, how it is made, England over time, and every trust."
    return Page(
        path=PATH,
        title="Measures",
        subtitle="What is asked of the data",
        provenance=provenance,
        headlines=[headline],
        sections=sections,
        data_folder="data",
    )


UNITS = {"proportion": "per cent"}


_LISTED = {"what": pl.String, "title": pl.String, "question": pl.String, **dict.fromkeys(("value", "low", "high"),
           pl.Float64), "unit": pl.String, "absent_reason": pl.String, "from_day": pl.Int32,
           "to_day": pl.Int32}  # fmt: skip


def _listed(words: MeasureWords, row: Mapping[str, Any] | None) -> dict[str, Any]:
    found = row or {"absent_reason": "not estimable"}
    kept = {field: found.get(field) for field in _LISTED}
    return {**kept, "what": words.name, "title": words.title, "question": words.question}
