"""Where every figure of an export comes from, for the end of each page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.atlas.recipes.codes import unsure_words
from remission.exhibits.month_axis import months_words, stretches
from remission.exhibits.page import Fact
from remission.exhibits.wording import listed
from remission.supply.build import first_of
from remission.supply.coverage.extracts import shown_by_month

if TYPE_CHECKING:
    from remission.supply.views import AtlasViews, Codes

CODES: dict[Codes, str] = {
    "as now": "trusts as they are today: series of merged trusts are followed to their successor",
    "as reported": "codes as they stand in the files: merged trusts stand beside their successor",
}


def _extracts(views: AtlasViews) -> Iterator[Fact]:
    """Which months have no whole file, and what theirs can show; nothing where all are whole."""
    shown = shown_by_month(views.atlas.extracts)
    if shown:
        months = listed([months_words(*stretch) for stretch in stretches(sorted(shown))])
        held = listed(sorted(frozenset().union(*shown.values()))) or "none"
        of_others = "of all other therapies nothing is known in those months, which is not zero"
        yield Fact(
            "Extracts", f"{months}: files that hold some medicines only (MS therapies in them: {held}); {of_others}"
        )


def _own(views: AtlasViews) -> Iterator[Fact]:
    """The products that the owner of the atlas added; nothing without any."""
    added = [f"{one.name} as {one.therapy} ({one.dose_source})" for one in views.atlas.own]
    if added:
        yield Fact("Products added", f"{listed(added)}: as the owner of this atlas states in products.csv")


def facts_of(views: AtlasViews, codes_are: Codes) -> tuple[Fact, ...]:
    """Where every figure of an export comes from: rows, months, codes, extracts, products added, rule, digest."""
    atlas = views.atlas
    sources = "; ".join(f"{one.citation} ({one.status})" for one in atlas.sources)
    return (
        Fact("Rows", sources),
        Fact("Months", first_of(views.months)),
        Fact("Codes", "; ".join([CODES[codes_are], *unsure_words(views)])),
        *_extracts(views),
        *_own(views),
        Fact("Rule of coverage", views.rule.title),
        Fact("Data", f"SHA-256 {atlas.digest}"),
    )
