"""The page of the way to phase III: what remains, what decides, shrinkages together, limits, and what was assumed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.page import TABLES, Block, Fact, Page, Picture, Section
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.trials.waterfall import Fall, draw_waterfall
from remission.exhibits.wording import percent
from remission.inputs.provenance import Provenance
from remission.stats.rounding import text_half_up
from remission.trials.phase3.steps import TITLES
from remission.trials.phase3.wording import DAWID, LIMITS, TWICE, answer, beyond_one, in_short, left_out

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.trials.phase3.steps import WhatRemains

TITLE = "From phase II to phase III"


def provenance_of(found: WhatRemains) -> Provenance:
    """What every row is: reckoned, of nobody; its sources are those of the assumptions."""
    digest = hashlib.sha256(repr(found.asked).encode()).hexdigest()
    return Provenance("phase3", "simulated", digest, found.asked.assumed.sources)


def waterfall(found: WhatRemains) -> Figure:
    """The picture of what remains."""
    falls = [Fall(one.title, one.chance, one.before, one.alone, one.ratio, one.formula, one.says)
             for one in found.steps]  # fmt: skip
    subtitle = "Blue: the chance of success that is left. Pale: what this step took. Each step on top of those above."
    title = f"What remains of the chance of success in {found.asked.size:,} people"
    return draw_waterfall(falls, title, subtitle, provenance_of(found))


def sections(found: WhatRemains, picture: Callable[[Figure], Picture] = Picture.of) -> Iterator[Section]:
    """Every section; the picture first."""
    # Without a doubt there is nothing that overlaps, and no step that could have made a ratio.
    words = [TWICE, *beyond_one(found), *left_out(found)] if found.alone else left_out(found)
    yield Section("what-remains", "What remains, step by step", [Block("", words, picture(waterfall(found)))])
    if "sceptical" in found.doubts:
        yield Section("sceptical", "How much hangs on the sceptic", [Block("", [], None, [spreads_table(found)])])
    # One shrinkage makes two rows, with it and without, and both stand in the picture.
    if len(found.together) > 2:
        yield Section("together", "Three ways to shrink a result, apart and together",
                      [Block("", [DAWID], None, [together_table(found)])])  # fmt: skip
    yield Section("limits", "What limits it", [Block("", LIMITS)])
    yield Section("assumed", "What went in", [Block("", [], None, [inputs_table(found), events_table(found)])])


def phase3_page(
    found: WhatRemains, command: str = "", picture: Callable[[Figure], Picture] = Picture.of, note: str = ""
) -> Page:  # fmt: skip
    """The page; `command` is said to have made it, `note` what must be known of a cohort that it came from."""
    return Page(
        title=TITLE,
        subtitle=found.asked.found.of or f"A hazard ratio of {found.asked.found.says} in {found.asked.size:,} people",
        provenance=provenance_of(found),
        sources=found.asked.assumed.sources,
        note=note,
        headlines=[answer(found)],
        in_short=in_short(found),
        sections=list(sections(found, picture)),
        facts=[Fact("Command", command)] if command else [],
        data_folder=TABLES,
        picture_first=True,
    )


def spreads_table(found: WhatRemains) -> Table:
    """Over the spreads of the sceptic's prior."""
    # In 19 of 20 the log ratio lies within 1.96 spreads of 0, so that one end of the ratio is 1 over the other.
    rows = [{"spread": one[0], "inside": math.exp(-1.96 * one[0]), "kept": one[1], "chance": one[2], "ratio": one[3]}
            for one in found.by_spread]  # fmt: skip
    columns = (
        Shown("Spread s of N(0, s²)", lambda row: f"{row['spread']:g}"),
        Shown("19 of 20 ratios lie from", lambda row: f"{row['inside']:.2f} to {1 / row['inside']:.2f}"),
        Shown("Share of the log ratio kept", lambda row: text_half_up(row["kept"], 2)),
        Shown("Hazard ratio believed", lambda row: text_half_up(row["ratio"], 2)),
        Shown("Chance of success", lambda row: percent(row["chance"], 1)),
    )
    note = "Kept: s² / (s² + error²) of the log hazard ratio of phase II. No other doubt is taken."
    return _table("sceptical", "A sceptic's prior alone, from narrow to wide.", rows, columns, found, note)


def together_table(found: WhatRemains) -> Table:
    """Selection, a published ratio and a sceptic's prior in every combination."""
    rows = [{"which": " + ".join(TITLES[name] for name in names) or "None of them", "ratio": ratio, "chance": chance}
            for names, chance, ratio in found.together]  # fmt: skip
    columns = (
        shows("which", "Shrunk by", words=True),
        Shown("Hazard ratio believed", lambda row: text_half_up(row["ratio"], 2)),
        Shown("Chance of success", lambda row: percent(row["chance"], 1)),
    )
    note = "The trial itself stays as it is: its control arm and its people are those of phase II."
    return _table("together", "Shrunk by each way, and by several at once.", rows, columns, found, note)


def inputs_table(found: WhatRemains) -> Table:
    """What went in, each with where it is from."""
    asked, assumed = found.asked, found.asked.assumed
    rows = [
        ("Hazard ratio of phase II", asked.found.says, asked.found.of or "as was asked"),
        ("Error of its log", text_half_up(asked.found.error, 3), asked.found.by),
        ("Controls' hazard a year in phase II", text_half_up(asked.rate, 3), asked.rate_by),
        ("People, and share treated", f"{asked.size:,}, {percent(asked.treated, 0)}", "as was asked"),
        ("Follow-up, and leaving a year", f"{assumed.years:g} years, {assumed.dropout:g}", "a choice"),
        ("One-sided alpha of both trials", f"{assumed.alpha:g}", "a choice"),
        ("Prior of assurance", asked.prior_says, "a choice"),
    ]
    columns = (shows("what", "What", words=True), shows("value", "Value"), shows("from", "From", words=True))
    told = [dict(zip(("what", "value", "from"), row, strict=True)) for row in rows]
    return _table(
        "inputs", "What went in.", told, columns, found, "The assumptions of each step stand in its row above."
    )


def events_table(found: WhatRemains) -> Table:
    """Events that the trial would see, and its power, for some true ratios."""
    trial, alpha = found.asked.trial(), found.asked.assumed.alpha
    # With the ratio of phase II among round ones, to three digits so that 0.7000001 is no row beside 0.7.
    ratios = sorted({0.25, 0.5, 0.7, 0.85, 1.0, float(f"{found.asked.found.ratio:.3g}")})
    rows = []
    for ratio in ratios:
        others, treated = trial.events(math.log(ratio))
        rows.append({"ratio": ratio, "others": others, "treated": treated,
                     "power": float(trial.power(math.log(ratio), alpha))})  # fmt: skip
    columns = (
        Shown("True hazard ratio", lambda row: f"{row['ratio']:.2g}"),
        Shown("Events among controls", lambda row: f"{row['others']:.0f}"),
        Shown("Events among treated", lambda row: f"{row['treated']:.0f}"),
        Shown("Power", lambda row: percent(row["power"], 1)),
    )
    note = "Power is Φ((E − z √V) / σ): mean E, variance V and true variance σ² of the log-rank test, over time."
    return _table("power", "The trial as phase II was: what it would see.", rows, columns, found, note)


def _table(
    name: str,
    caption: str,
    rows: Sequence[Mapping[str, object]],
    columns: tuple[Shown, ...],
    found: WhatRemains,
    note: str,
) -> Table:
    return Table(name, caption, pl.DataFrame(rows), columns, provenance_of(found), note)
