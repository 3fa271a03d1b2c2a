"""Measures and loads in words: what a page says of a measure, and what a build tells whoever ran it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.atlas.place_words import MeasureWords
from remission.atlas.recipes.codes import unknown_lines
from remission.exhibits.wording import count, listed
from remission.supply.build import Built, first_of
from remission.supply.coverage.truth import confusion_matrix, false_not_used
from remission.supply.medicines.own import own_products
from remission.supply.stock.headers import printable

if TYPE_CHECKING:
    from remission.stats.estimates import Estimates
    from remission.supply.coverage.states import Coverage
    from remission.supply.measures.definitions import Measure, Selection
    from remission.supply.stock.added import AddedFile

ROUTES = {
    "injectable_self": "injected by the person",
    "oral": "taken by mouth",
    "infusion": "infused",
    "injection_hcp": "injected by a professional",
}
TIERS = {
    "high": "of high efficacy",
    "moderate": "of moderate efficacy",
    "disputed": "of disputed efficacy",
    "not tiered": "of no efficacy tier",
}
USES = {"titration": "in packs for the first weeks", "both": "in packs that serve the first weeks too"}
MADE_FROM = {
    "growth": "{numerator} patient-years a year, {denominator} in the year before",
    "volume": "{numerator} patient-years in {months}",
}
WHOLE = "all MS therapies"
# So many names of a load are printed; the file has all.
PRINTED = 60


def measure_words(measure: Measure, estimates: Estimates) -> MeasureWords:
    """A measure as readers meet it; its method is the one that its estimates name."""
    methods = estimates.frame.filter(pl.col("what") == measure.name)["method"].drop_nulls().unique().sort().to_list()
    return MeasureWords(
        name=measure.name,
        title=measure.title,
        question=measure.question,
        why=_sentence(measure.why),
        numerator=_numerator(measure),
        denominator=_denominator(measure),
        method="; ".join(methods) or "not estimated",
        definition=_sentence(measure.note),
        made_from=MADE_FROM.get(measure.kind, ""),
        sources=[f"{one.citation}: {one.says} [{one.status}]" for one in measure.sources],
    )


def added_lines(added: Sequence[AddedFile], home: Path) -> Iterator[str]:
    """What became of files that were added, for a terminal: rows in = rows kept + rows left out."""
    for one in added:
        if one.kept:
            there = f" {count(one.known, 'month')} known already." if one.known else ""
            rows = f"{one.rows_in:,} rows in = {sum(one.kept.values()):,} kept + {one.left_out:,} left out"
            yield f"{printable(one.name)}: {count(len(one.kept), 'month')}, {first_of(list(one.kept))}; {rows}.{there}"
        else:
            yield f"{printable(one.name)}: nothing is kept of it."
    if any(one.kept for one in added):
        yield f"Kept in {home}. Then: remission atlas build"


def selection_words(selection: Selection) -> str:
    """Which medicines are selected, in words.

    >>> from remission.supply.measures.definitions import Selection
    >>> selection_words(Selection(tier=("moderate",), route_group=("injectable_self",)))
    'MS therapies of moderate efficacy, injected by the person'
    """
    about = [
        *(TIERS.get(one, one) for one in selection.tier),
        *(ROUTES.get(one, one) for one in selection.route_group),
        *(USES.get(one, one) for one in selection.use),
    ]
    noun = listed(list(selection.therapy)) if selection.therapy else "MS therapies" if about else WHOLE
    return ", ".join([f"{noun} {about[0]}", *about[1:]]) if about else noun


def _numerator(measure: Measure) -> str:
    unit = "units of" if measure.kind == "starts" else "patient-years of"
    return f"{unit} {selection_words(measure.numerator)}"


def _denominator(measure: Measure) -> str:
    other = {
        "growth": "none: the same months a year before are taken off",
        "volume": "none",
        "starts": "none",
        "diversity": f"patient-years of {WHOLE}",
        "per_expected": "persons expected to have MS",
    }
    return other.get(measure.kind, f"patient-years of {selection_words(measure.denominator)}")


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def built_lines(built: Built) -> list[str]:
    """What a load found: months, rows accounted for, every name matched, apart and nearly matched, and the problems."""
    own = own_lines(built)
    return [*_counts(built), *unknown_lines(built), *own, "", *_names(built.names), "", *_problems(built)]


def own_lines(built: Built) -> Iterator[str]:
    """The products that the owner of the atlas added: how many rows each counts, or that the sample knows none."""
    if not built.atlas.own and own_products(built.home):
        yield "products.csv is not used yet: it is for real files, and this is the invented sample."
    rows = dict(built.atlas.issued.group_by("product").len().iter_rows())
    for one in built.atlas.own:
        counted = f"{rows.get(one.name, 0):,} rows" if one.name in rows else "no row: look at its codes and its pattern"
        yield f"By products.csv: {one.name} as {one.therapy}, {counted} ({one.dose_source})."


def confusion_lines(coverage: Coverage, truth: pl.DataFrame) -> list[str]:
    """The rule of coverage on the sample, whose truth was planted: a line a state, and the error that matters."""
    matrix = confusion_matrix(coverage, truth)
    said = [f"  {state}: in use {used:,}, not in use {other:,}" for state, used, other, _ in matrix.iter_rows()]
    wrong = f"Of the cells called not used, {100 * false_not_used(matrix):.2f} % were in use."
    return ["The rule of coverage against the planted truth, in trust-therapy-months:", *said, wrong]


def _counts(built: Built) -> Iterator[str]:
    ledger, atlas = built.ledger.filter(pl.col("used") == "yes"), built.atlas
    codes = atlas.submissions["ods_code"].n_unique()
    yield f"{len(atlas.months)} months, {first_of(atlas.months)}; {codes} codes reported."
    kinds = dict(ledger.group_by("kind").agg(pl.col("rows").sum()).sort("rows", descending=True).iter_rows())
    rows = kinds.pop("in", 0)
    yield f"{rows:,} rows in = {' + '.join(f'{number:,} {kind}' for kind, number in kinds.items())}."


def _names(names: pl.DataFrame) -> Iterator[str]:
    for verdict, title in (
        ("matched", "Matched"),
        ("apart", "Kept apart, never counted"),
        ("near miss", "Near misses"),
    ):
        rows = names.filter(pl.col("verdict") == verdict)
        yield f"{title}: {count(rows.height, 'name')}"
        yield from (_name(row) for row in rows.head(PRINTED).iter_rows(named=True))
        if rows.height > PRINTED:
            yield f"  and {rows.height - PRINTED} more, in built/names.csv"


def _name(row: dict[str, object]) -> str:
    product = f" -> {row['product']}" if row["product"] else ""
    price = row["cost_per_list_price"]
    check = (
        f"; cost / list price = {price:,.0f} units, issued with a cost {row['units_priced']:,.0f}"
        if price is not None
        else ""
    )
    reason = f" ({row['reason']})" if row["reason"] else ""
    return f"  {row['vmp_name']} [{row['vmp_code']}]{product}: {row['rows']:,} rows{check}{reason}"


def _problems(built: Built) -> Iterator[str]:
    errors = [one for one in built.problems if one.severity == "error"]
    warnings = len(built.problems) - len(errors)
    yield f"{len(errors)} errors and {warnings} warnings, all in {built.home / 'built' / 'problems.csv'}."
    if built.atlas.provenance.kind == "synthetic":
        yield "The sample is meant to have them: it holds every trouble that real files are known to have."
    yield from (f"error: {one}" for one in errors[:20])
    if len(errors) > 20:
        yield f"and {len(errors) - 20} more errors"
