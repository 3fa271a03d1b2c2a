"""The page of coverage: what the four states mean, how they are decided, how well, and who reported when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.atlas.page_shell import trust_link
from remission.atlas.pictures.run_chart import draw_run_chart, run_of
from remission.atlas.place_words import HOMECARE, STATES, withdrawn_words
from remission.atlas.recipes.coverage import confusion_of, revised_by_month, rule_sentences, states_of
from remission.atlas.recipes.last_year import last_year_words, named_by, withdrawn_before
from remission.exhibits.month_axis import Months, month_words, months_words, stretches
from remission.exhibits.page import Block, Fact, Page, Picture, Section
from remission.exhibits.tables import OF_THE_LIBRARY, Row, Shown, Table, shows
from remission.exhibits.wording import count, listed, percent
from remission.inputs.provenance import Provenance
from remission.supply.build import load_revisions, load_truth

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.exhibits.site.shell import Making

PATH, TITLE, PLACE = "coverage.html", "Coverage", 60

WHY = (
    "These data are what hospital pharmacies issued. A therapy that is not in them may not be used, may reach people "
    "another way, or may not have been reported. Only the first is “not used”, and it is said only where nothing "
    "suggests the others. Nothing is ever zero by silence."
)


@dataclass(frozen=True, eq=False)
class CoverageParts:
    """What the coverage page is made of.

    `states` has columns code, name, state and cells (therapy-months of the window that `window` names); `submitted` has
    month, code, name and rows (a month without a row was not reported). `rule` is the rule in words, a sentence each.
    `pages` are the codes that have a page. `confusion`, if given, has planted and decided (states) and cells, from a
    sample whose truth was planted. `revised`, if given, has for each month of which a provisional and a final file are
    known: month, compared (trust and product pairs), changed, trusts (with a change) and unknown (not comparable).
    `withdrawn` are therapies left out because they were withdrawn before the first month.
    """

    states: pl.DataFrame
    submitted: pl.DataFrame
    window: str
    rule: Sequence[str]
    months: Months
    confusion: pl.DataFrame | None
    pages: Collection[str]
    facts: Sequence[Fact]
    provenance: Provenance
    revised: pl.DataFrame | None = None
    withdrawn: Sequence[str] = ()


def pages(known: Known) -> Iterator[Making]:
    """The page: how the rule does is known of a sample, whose truth is."""
    views = known.views
    truth = load_truth(known.home, views.atlas)
    parts = CoverageParts(
        states=states_of(views),
        submitted=views.submissions.with_columns(name=named_by(views)).select("month", "code", "name", "rows"),
        window=last_year_words(views),
        rule=list(rule_sentences(views.rule)),
        months=Months(views.months[0], views.months[-1]),
        confusion=None if truth is None else confusion_of(views.everyone, truth),
        revised=revised_by_month(load_revisions(known.home)),
        withdrawn=withdrawn_before(views.months[0]),
        pages=known.pages,
        facts=known.facts,
        provenance=known.provenance,
    )
    yield partial(coverage_page, parts)


def coverage_page(parts: CoverageParts) -> Page:
    """The page with all its sections."""
    said = [WHY, *withdrawn_words(parts.withdrawn)]
    return Page(
        path=PATH,
        title="Coverage",
        subtitle="What these data can show, and what they cannot",
        provenance=parts.provenance,
        headlines=[_share_words(parts), HOMECARE],
        in_short=said,
        sections=_sections(parts),
        facts=parts.facts,
        data_folder="data",
    )


def _sections(parts: CoverageParts) -> list[Section]:
    return [
        Section("states", "The four states", [Block("", [], None, [states_table()])]),
        Section("trusts", "Every trust", [Block("", [], None, [matrix_table(parts)])]),
        Section("history", "Who reported when", [_history(parts)]),
        *([_revised(parts.revised, parts.provenance)] if parts.revised is not None and parts.revised.height else []),
        *([_checked(parts.confusion, parts.provenance)] if parts.confusion is not None else []),
        Section("rule", "The rule", [Block("", list(parts.rule))]),
    ]


def _share_words(parts: CoverageParts) -> str:
    total = int(parts.states["cells"].sum())
    if not total:
        return "No month has been covered yet."
    sums = dict(parts.states.group_by("state").agg(pl.col("cells").sum()).iter_rows())
    said = [f"{percent(sums[state] / total)} {state}" for state in STATES if sums.get(state)]
    return f"Of {count(total, 'month')} of a trust and a therapy in {parts.window}: {listed(said)}."


def states_table() -> Table:
    """What each state means."""
    frame = pl.DataFrame({"state": list(STATES), "meaning": list(STATES.values())})
    columns = (shows("state", "State"), shows("meaning", "Meaning", words=True))
    caption = "For each trust, therapy and month exactly one of these is true."
    return Table("states", caption, frame, columns, OF_THE_LIBRARY)


def matrix_table(parts: CoverageParts) -> Table:
    """Each trust with the share of its therapy-months in each state, in order of name."""
    total = parts.states.group_by("code", "name").agg(all=pl.col("cells").sum())
    wide = parts.states.pivot(on="state", index=["code", "name"], values="cells", aggregate_function="sum")
    missing = [state for state in STATES if state not in wide.columns]
    frame = wide.with_columns(pl.lit(0).alias(state) for state in missing).join(total, on=["code", "name"])
    # A pivot has its columns in the order in which states are met, which differs from run to run.
    ordered = frame.select("code", "name", pl.col(list(STATES)).fill_null(0), "all").sort("name", "code")
    columns = (
        Shown("Trust", lambda row: trust_link("", row["code"], row["name"], parts.pages)),
        *(_share(state) for state in STATES),
        shows("all", "Therapy-months"),
    )
    caption = f"Share of therapy-months in each state, {parts.window}, trusts in order of name."
    return Table("coverage-trusts", caption, ordered, columns, parts.provenance)


def _share(state: str) -> Shown:
    return Shown(state.capitalize(), lambda row: percent(row[state] / row["all"], 0) if row["all"] else "–")


def _checked(confusion: pl.DataFrame, provenance: Provenance) -> Section:
    table = confusion_table(confusion, provenance)
    said = (
        "The rule was tried on a synthetic sample in which homecare, outsourcing and silence were planted, so that the "
        f"truth is known. {_false_words(confusion)}"
    )
    return Section("checked", "How well the rule does", [Block("", [said], None, [table])])


def _false_words(confusion: pl.DataFrame) -> str:
    """The error that matters most: called not used although it was used."""
    used = confusion.filter(pl.col("planted").is_in(["used", "not visible"]))
    total, wrong = (int(one["cells"].sum()) for one in (used, used.filter(pl.col("decided") == "not used")))
    share = percent(wrong / total, 2) if total else "none"
    return (
        f"Called “not used” although the therapy was used, seen or unseen: {share} of {total:,} trust-therapy-months."
    )


def confusion_table(confusion: pl.DataFrame, provenance: Provenance) -> Table:
    """Planted states by row, decided ones by column."""
    wide = confusion.pivot(on="decided", index="planted", values="cells", aggregate_function="sum")
    missing = [state for state in STATES if state not in wide.columns]
    frame = wide.with_columns(pl.lit(0).alias(state) for state in missing).with_columns(
        pl.col(list(STATES)).fill_null(0)
    )
    cells = [_decided(state) for state in STATES]
    caption = "What was planted against what the rule decided, in trust-therapy-months."
    return Table("confusion", caption, frame, (shows("planted", "Planted"), *cells), provenance)


def _decided(state: str) -> Shown:
    return Shown(state.capitalize(), lambda row: f"{row[state]:,}", group="Decided")


def _history(parts: CoverageParts) -> Block:
    seen = parts.submitted.filter(pl.col("rows") > 0)
    monthly = seen.group_by("month").agg(value=pl.col("code").n_unique().cast(pl.Float64)).sort("month")
    run = run_of("England", "Trusts that reported", "trusts", monthly, parts.months)
    drawn = Picture.of(draw_run_chart(run, parts.provenance))
    said = "How many trusts reported any medicine at all in each month, and each trust's own history."
    return Block(before=[said], picture=drawn, tables=[history_table(parts)])


def history_table(parts: CoverageParts) -> Table:
    """Each trust with the months it reported and its gaps, in order of name."""
    rows = []
    seen = parts.submitted.filter(pl.col("rows") > 0)
    for (code, name), group in seen.group_by("code", "name", maintain_order=True):
        months = group["month"].unique().to_list()
        inside = [month for month in parts.months.all if min(months) <= month <= max(months)]
        gaps = [months_words(*stretch) for stretch in stretches(set(inside) - set(months))]
        rows.append({"code": code, "name": name, "first": min(months), "last": max(months), "months": len(months),
                     "gaps": "; ".join(gaps) or None})  # fmt: skip
    schema = {"code": pl.String, "name": pl.String, "first": pl.Date, "last": pl.Date, "months": pl.Int64,
              "gaps": pl.String}  # fmt: skip
    columns = (
        Shown("Trust", lambda row: trust_link("", row["code"], row["name"], parts.pages)),
        Shown("Reported", _from_to, words=True),
        shows("months", "Months"),
        Shown("Gaps between", lambda row: row["gaps"] or "none", words=True),
    )
    frame = pl.DataFrame(rows, schema=schema).sort("name", "code")
    return Table("submissions", "Submission history, trusts in order of name.", frame, columns, parts.provenance)


def _from_to(row: Row) -> str:
    return months_words(row["first"], row["last"])


def _revised(revised: pl.DataFrame, provenance: Provenance) -> Section:
    compared, changed = (int(revised[column].sum()) for column in ("compared", "changed"))
    share = percent(changed / compared) if compared else "none"
    said = (
        "A month is published as provisional first and as final later; the final file counts. Of "
        f"{count(revised.height, 'month')} of which both are known, {share} of the trust and product pairs changed."
    )
    table = revised_table(revised, provenance)
    return Section("revised", "From provisional to final", [Block("", [said], None, [], [table])])


def revised_table(revised: pl.DataFrame, provenance: Provenance) -> Table:
    """What changed between the provisional and the final file of each month, newest first."""
    columns = (
        Shown("Month", lambda row: month_words(row["month"])),
        shows("compared", "Pairs of trust and product"),
        shows("changed", "Changed"),
        shows("trusts", "Trusts with a change"),
        shows("unknown", "Not comparable"),
    )
    note = "Not comparable: the trust reported nothing at all in one of the two files."
    ordered = revised.sort("month", descending=True)
    return Table("revisions", "Changes from provisional to final, by month.", ordered, columns, provenance, note)
