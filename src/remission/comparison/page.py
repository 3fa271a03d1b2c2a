"""The page of a comparison: the answers first, then every contrast and test, then where they come from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from remission.exhibits.page import TABLES, Block, Fact, Page, Section
from remission.exhibits.tables import Row, Shown, Table
from remission.exhibits.wording import level_words, spread_words
from remission.report.curves.first_events import estimate_whole
from remission.report.definitions.words import unverified_values
from remission.report.frame.facts import provenance_facts
from remission.report.hazards.ratio_words import ONLY_RECORDED
from remission.report.hazards.wording import adjusted_words, columns_words
from remission.report.pictures.comparison import difference_words, p_number, share_difference_words
from remission.report.pictures.estimates_table import quantity
from remission.report.sentences import AS_RECORDED, rests_on
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.comparison.compare import GroupsCompared

EVERYBODY = "entered"
MANY = "Several contrasts stand on one page, and none is adjusted for that: each interval misses by itself."


def comparison_page(found: GroupsCompared, command: str = "") -> Page:
    """The page without the sections of the report; `command` is said to have made it."""
    asked = found.asked
    endpoint, manifest = asked.outcome.endpoint, asked.cohort.manifest
    answers = found.answers
    return Page(
        title=manifest.title,
        subtitle=f"{endpoint.title}, compared by {asked.divided_by}",
        provenance=asked.cohort.provenance,
        sources=asked.cohort.provenance.sources,
        note=manifest.note,
        headlines=answers[:1],
        in_short=[*answers[1:], ONLY_RECORDED if asked.adjust or asked.strata else AS_RECORDED],
        rests_on=rests_on(unverified_values(endpoint, asked.choices)),
        sections=[contrasts_section(found)],
        facts=[*provenance_facts(asked.cohort, estimate_whole(asked), command), *_facts(found)],
        data_folder=TABLES,
    )


def _facts(found: GroupsCompared) -> list[Fact]:
    asked = found.asked
    held = {"Adjusted for": asked.adjust, "Strata": asked.strata, "Subgroups": asked.subgroups}
    return [Fact(name, columns_words(columns)) for name, columns in held.items() if columns]


def contrasts_section(found: GroupsCompared) -> Section:
    """Every contrast and every test; the CSV have them in full precision."""
    tables = [contrasts_table(found), tests_table(found)]
    return Section("contrasts", "Every contrast and test", [Block("", [MANY], tables=tables)])


def contrasts_table(found: GroupsCompared) -> Table:
    """A row a contrast; the methods stand in the note, and the groups in the caption where there is one pair."""
    frame = found.estimates.frame
    levels, pairs = set(frame["level"].drop_nulls()), frame.select("group", "against").unique()
    said = f" with {level_words(levels.pop())} intervals" if len(levels) == 1 else ""
    one_pair = pairs.height == 1
    between = f", {pairs.item(0, 'group')} to {pairs.item(0, 'against')}" if one_pair else ""
    titles = _titles(found)
    columns = (
        Shown("Contrast", lambda row: _contrast(row, titles), words=True),
        *(() if one_pair else (Shown("Groups", _between, words=True),)),
        Shown("People", _people, words=True),
        Shown("Persons", lambda row: _counted(row["n"])),
        Shown("Events", lambda row: _counted(row["events"])),
        Shown("Estimate", contrast_words),
        Shown("Model", lambda row: adjusted_words(row["adjusted_for"]), words=True),
    )
    note = f"Methods: {'; '.join(dict.fromkeys(frame['method'].drop_nulls()))}."
    raw = frame.select(name for name in frame.columns if name in KEPT or frame[name].null_count() < frame.height)
    caption = f"Every contrast{between}{said}."
    return Table("estimates", caption, frame, columns, found.asked.cohort.provenance, note, raw)


def _people(row: Row) -> str:
    """Of whom a contrast is, where it is not of all who entered."""
    return str(row["population"] or EVERYBODY).removeprefix(f"{EVERYBODY}, ").replace(EVERYBODY, "all")


def _counted(number: float | None) -> str:
    return "–" if number is None else f"{number:,.0f}"


def _titles(found: GroupsCompared) -> set[str]:
    endpoint = found.asked.outcome.endpoint
    return {endpoint.title, endpoint.event_free, estimate_whole(found.asked).outcome.endpoint.event_free}


def _contrast(row: Row, titles: set[str]) -> str:
    """What is compared, and of which event where it is not that of the page."""
    of = str(row["what"]).rpartition(": ")[0]
    return quantity(row) + (f": {of}" if of and of not in titles else "")


# What a column of the CSV is kept for though no row has it: whoever reads it counts on these.
KEPT = ("what", "group", "against", "adjusted_for", "value", "low", "high", "level", "unit", "method", "absent_reason")


def _between(row: Row) -> str:
    joined = "to" if row["unit"] == "ratio" else "less"
    return " ".join(filter(None, (row["group"], row["against"] and f"{joined} {row['against']}")))


def contrast_words(row: Row) -> str:
    """A contrast with its limits: times in years, shares in points, all else as it is.

    >>> contrast_words({"unit": "ratio", "value": 0.447, "low": 0.31, "high": 0.64, "absent_reason": None})
    '0.45 (0.31 to 0.64)'
    """
    if row["value"] is None:
        return str(row["absent_reason"] or "not estimable")
    if row["unit"] == "days":
        return difference_words(row)
    if row["unit"] == "proportion":
        return share_difference_words(row)
    limits = row["low"] is not None and row["high"] is not None
    return spread_words(row, 2) if limits else f"{text_half_up(row['value'], 2)} (limits not estimable)"


def tests_table(found: GroupsCompared) -> Table:
    """A row a test."""
    titles, tests = _titles(found), found.tests
    columns = (
        Shown("Test", lambda row: _test(row, titles), words=True),
        Shown("Groups", _compared, words=True),
        Shown("Statistic", lambda row: "–" if row["statistic"] is None else text_half_up(row["statistic"], 2)),
        Shown("df", lambda row: "–" if row["df"] is None else str(row["df"])),
        Shown("p", lambda row: p_number(row["p"])),
        Shown("Model", lambda row: adjusted_words(row["adjusted_for"]), words=True),
    )
    note = f"Methods: {'; '.join(dict.fromkeys(tests['method'].drop_nulls()))}."
    return Table("tests", "Every test.", tests, columns, found.asked.cohort.provenance, note)


def _test(row: Row, titles: set[str]) -> str:
    words = f"{row['what'][:1].upper()}{row['what'][1:]}"
    return words if row["endpoint"] is None or row["endpoint"] in titles else f"{words}: {row['endpoint']}"


def _compared(row: Row) -> str:
    return "all" if row["group"] is None else f"{row['group']} to {row['against']}"


def with_sections(page: Page, sections: list[Section]) -> Page:
    """The page with the report's sections below its own."""
    return replace(page, sections=[*page.sections, *sections])
