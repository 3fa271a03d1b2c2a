"""Two to four trusts side by side: a table of all that needs no script, and a form that puts some beside each other.

What the form shows lies in the page itself, so that it works from a folder as well as from a server.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.atlas.page_shell import ROOM, trust_link
from remission.atlas.place_words import HOMECARE, NEUTRAL, STATES, amount_words, estimate_words, number_words
from remission.atlas.recipes.compare import NO_ROW, Row, Side, Sides, sides_of
from remission.exhibits.page import Block, Fact, Page, Section
from remission.exhibits.site.shell import Files, Making, marked_json, template_text
from remission.exhibits.tables import Shown, Table, environment
from remission.exhibits.wording import count, percent

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.inputs.provenance import Provenance

PATH, TITLE, PLACE = "compare.html", "Compare", 35
SCRIPT = "compare.js"
# More columns would make a table that nobody reads.
IN_TABLE = ("injectables-seen", "hospital-anti-cd20", "high-efficacy", "volume")

WITHOUT = (
    "Nothing can be put side by side here without a script: the table below has every trust, a row each, and its CSV "
    "all figures."
)


@dataclass(frozen=True, eq=False)
class CompareParts:
    """What the page is made of."""

    sides: Sides
    facts: Sequence[Fact]
    provenance: Provenance


def pages(known: Known) -> Iterator[Making]:
    """The page and the script of its form."""
    yield partial(compare_page, CompareParts(sides_of(known.trusts), known.facts, known.provenance))
    yield compare_files


def compare_files() -> Files:
    """The script of the form."""
    return [(SCRIPT, template_text(ROOM, SCRIPT))]


def compare_page(parts: CompareParts) -> Page:
    """The page: the form, and the table of every trust."""
    table = compare_table(parts)
    template = environment(ROOM).get_template("compare_form.html.jinja")
    return Page(
        path=PATH,
        title="Compare trusts",
        subtitle=f"Two to four trusts side by side, {parts.sides.window}",
        provenance=parts.provenance,
        headlines=[
            f"{count(len(parts.sides.trusts), 'trust')} can be put side by side, each figure with its interval."
        ],
        in_short=[HOMECARE],
        sections=[Section("all", "Every trust, by name", [Block("", [NEUTRAL], None, [table])])],
        facts=parts.facts,
        data_folder="data",
        form=template.render(data=compare_data(parts), without=WITHOUT),
        script=SCRIPT,
    )


def compare_data(parts: CompareParts) -> str:
    """What the form shows, as JSON that cannot end the element it stands in: texts as the table prints them."""
    sides = parts.sides
    england = [sides.england.get(one.name, NO_ROW) for one in sides.measures]
    data = {
        "measures": [_measure(one.name, one.title, row) for one, row in zip(sides.measures, england, strict=True)],
        "classes": list(sides.classes),
        "states": list(STATES),
        "trusts": [_side(one, sides) for one in sides.trusts],
    }
    return marked_json(data, parts.provenance)


def _measure(name: str, title: str, england: Row) -> list[Any]:
    """Name, title with its unit, England in words, and the numbers of a bar where it is a share."""
    unit = "" if england["unit"] in (None, "proportion") else f", {england['unit']}"
    return [name, f"{title}{unit}", estimate_words(england), _numbers(england)]


def _numbers(row: Row) -> list[float | None] | None:
    if row["unit"] != "proportion":
        return None
    return [None if row[part] is None else round(row[part], 4) for part in ("value", "low", "high")]


def _side(one: Side, sides: Sides) -> list[Any]:
    rows = [one.figures.get(measure.name, NO_ROW) for measure in sides.measures]
    shares = [one.mix.get(name) for name in sides.classes]
    return [
        one.code,
        one.name,
        [estimate_words(row) for row in rows],
        [_numbers(row) for row in rows],
        [None if share is None else round(share, 4) for share in shares],
        ["–" if share is None else "none issued" if share == 0 else percent(share, 0) for share in shares],
        [one.states.get(state, 0) for state in STATES],
        one.reported,
    ]


def compare_table(parts: CompareParts) -> Table:
    """Every trust with the measures of `IN_TABLE`; the CSV has all of them with their limits, and the mix."""
    sides = parts.sides
    rows = [_flat(one, sides) for one in sides.trusts]
    measures = [
        Shown(one.title, partial(_figure, one.name), words=True, group="Value (interval)")
        for one in sides.measures
        if one.name in IN_TABLE
    ]
    columns = (
        Shown("Trust", lambda row: trust_link("", row["code"], row["name"])),
        *measures,
        Shown("Months known, of 12", lambda row: str(row["reported"])),
    )
    caption = "Every trust, in order of name; the other measures and the mix are in the CSV."
    return Table("compare", caption, _frame(rows), columns, parts.provenance)


def _figure(name: str, row: Any) -> str:
    figure = {part: row[f"{name}: {part}"] for part in ("value", "low", "high", "unit", "absent_reason")}
    # Amounts without their interval: a table of all would be too wide to be read.
    if figure["unit"] == "patient-years a year" and figure["value"] is not None and name == "volume":
        return f"{amount_words(figure['value'])} ({_ends(figure)})"
    return estimate_words(figure)


def _ends(figure: Row) -> str:
    ends = ["open" if figure[end] is None else number_words(figure[end], figure["unit"]) for end in ("low", "high")]
    return " to ".join(ends)


def _flat(one: Side, sides: Sides) -> dict[str, Any]:
    """A row of plain columns: code, name, each measure's numbers, each class's share, and the months known."""
    row: dict[str, Any] = {"code": one.code, "name": one.name, "reported": one.reported}
    for measure in sides.measures:
        figure = one.figures.get(measure.name, NO_ROW)
        for part in ("value", "low", "high", "unit", "absent_reason"):
            row[f"{measure.name}: {part}"] = figure[part]
    return row | {f"mix: {name}": one.mix.get(name) for name in sides.classes}


def _frame(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    schema = {
        name: pl.String if name.endswith((": unit", ": absent_reason")) else pl.Float64
        for row in rows[:1]
        for name in row
    }
    return pl.DataFrame(rows, schema=schema | {"code": pl.String, "name": pl.String, "reported": pl.Int64})
