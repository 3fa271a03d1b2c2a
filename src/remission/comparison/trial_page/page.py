"""The page of a target trial, in the order of the TARGET statement: the answer first."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.comparison.design.before_after import WARNING
from remission.comparison.page import contrast_words
from remission.comparison.trial_page.pictures import (
    draw_curves,
    draw_people_alike,
    draw_people_flow,
    draw_people_overlap,
)
from remission.comparison.trial_page.strata import POSSIBLE, strata_table
from remission.comparison.trial_page.target_items import items_table, numbered
from remission.comparison.trial_page.wording import COMPETES, answer, cautions, not_addressed, protocol
from remission.exhibits.page import TABLES, Block, Fact, Page, Picture, Section
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import NBSP, at_years, count, level_words, percent
from remission.report.frame.facts import cohort_facts
from remission.stats.horizons import days_to_years
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from remission.comparison.design.before_after import SelectedRates
    from remission.comparison.design.estimate import Trial
    from remission.exhibits.figure import Figure
    from remission.stats.propensity.contrasts import Contrast

TARGET = (
    "Numbers in brackets are items of the TARGET statement (Transparent Reporting of Observational Studies Emulating a "
    "Target Trial, 2025, doi:10.1001/jama.2025.13350), which the page follows, but for its answer, which comes first."
)
ALIKE = (
    "In what was known on day zero the two groups should differ by less than a tenth of a standard deviation after "
    "people are made alike. What was not recorded is not in this picture."
)
ITEMS = "Of its 21 items, with their letters: what each asks for, and where it is, or who has to say it."
EVERY = "By both kinds of error, made alike and as treated, with the shares, means and rates behind them."
CLONES_AT_RISK = "Numbers at risk are sums of weights, rounded: at first everybody is in both strategies."
TRIALS_AT_RISK = (
    "Numbers at risk, and of events, are of trials and not of people, who count in each trial of theirs: weights, in "
    "as many trials as have an equal say together, rounded."
)
AT_RISK = (
    "Numbers at risk are weights, in as many people as have an equal say together (the effective number), rounded."
)


def trial_page(found: Trial, command: str = "", picture: Callable[[Figure], Picture] = Picture.of) -> Page:
    """The page; `command` is said to have made it, `picture` makes its figures ready."""
    design, manifest = found.emulated.design, found.emulated.cohort.manifest
    return Page(
        title=design.title,
        subtitle=design.question,
        provenance=found.emulated.cohort.provenance,
        sources=found.emulated.cohort.provenance.sources,
        note=manifest.note,
        headlines=[answer(found)],
        in_short=list(cautions(found)),
        sections=list(_sections(found, picture)),
        facts=[*cohort_facts(found.emulated.cohort, command), *_facts(found)],
        data_folder=TABLES,
        picture_first=True,
    )


def _facts(found: Trial) -> Iterator[Fact]:
    one, other = found.weighed.effective
    names = found.emulated.names
    yield Fact("Endpoint", f"{found.emulated.outcome.endpoint.title} (in files: {found.emulated.outcome.name})")
    who = "trials" if found.emulated.design.in_sequence else "people"
    yield Fact(f"Effective number of {who}", f"{names[0]} {one:,.0f}, {names[1]} {other:,.0f}")
    yield Fact(f"{who.capitalize()} made alike by", found.weighed.method)
    weight = found.weighed.weight
    cut = f"{count(found.weighed.cut, 'weight')} cut" if found.weighed.most is not None else "none cut"
    yield Fact("Weights", f"the largest is {text_half_up(weight.max() / weight.mean(), 1)} times the mean; {cut}")
    if (value := found.e_value) is not None:
        yield Fact("E-value", f"{value.method}; the nearer limit in the same way (doi:10.7326/M16-2607)")


def _sections(found: Trial, picture: Callable[[Figure], Picture]) -> Iterator[Section]:
    said = CLONES_AT_RISK if found.emulated.design.cloned else AT_RISK
    if found.emulated.design.in_sequence:
        said = TRIALS_AT_RISK
    if found.emulated.competing:
        said = COMPETES
    curves = Block("", [said], picture(draw_curves(found)), [effects_table(found)])
    yield Section("effect", "Results: the effect (items 13, 14)", [curves])
    background = [found.emulated.design.background] if found.emulated.design.background else []
    yield Section("protocol", "Methods: the trial, and how it was carried out (items 6, 7)",
                  [Block("", [*background, TARGET], None, [protocol_table(found)])])  # fmt: skip
    flow = Block("Who is in it (8, 11)", [], picture(draw_people_flow(found)), [flow_table(found)])
    alike = Block("How alike they are (9)", [ALIKE], picture(draw_people_alike(found)))
    overlap = Block(
        "Whether either was possible", [POSSIBLE], picture(draw_people_overlap(found)), [strata_table(found)]
    )
    followed = Block("How long they were followed (10, 12)", [], None, [followed_table(found)])
    yield Section("people", "Results: the people (items 8 to 12)", [flow, alike, overlap, followed])
    if (selected := found.emulated.selected) is not None:
        told = [WARNING, *(one.said(selected.expected) for one in selected.groups), selected.expectation]
        yield Section("before-after", "Beside: relapses before and after entry",
                      [Block("", told, None, [before_after_table(found, selected)])])  # fmt: skip
    yield Section(
        "all-estimates", "Results: every estimate (items 13, 14)", [Block("", [EVERY], folded=[estimates_table(found)])]
    )
    yield Section("not-addressed", "Discussion: what this does not address (item 16)",
                  [Block("", not_addressed(found))])  # fmt: skip
    yield Section("target-items", "Where each item of the TARGET statement is",
                  [Block("", [ITEMS], folded=[items_table(found)])])  # fmt: skip


def effects_table(found: Trial) -> Table:
    """A row a contrast: made alike, and as treated."""
    level, cloned = found.emulated.design.analysis.level, found.emulated.design.cloned
    rows = [
        {"what": _contrast(one), "alike": _words(found.limits(place), one), "drawn": _words(found.drawn(place), one),
         "kept": _words(_kept(found, place), one), "crude": _words(crude.limits(level), crude)}
        for place, (one, crude) in enumerate(zip(found.contrasts, found.crude, strict=True))
    ]  # fmt: skip
    if (control := found.control) is not None:
        title = f"Negative control, {control.outcome.endpoint.title}: "
        rows += [
            {"what": title + one.what, "alike": _words(one.limits(level), one), "drawn": "",
             "crude": _words(crude.limits(level), crude)}
            for one, crude in zip(control.contrasts[:1], control.crude[:1], strict=True)
        ]  # fmt: skip
    columns = (
        shows("what", "Contrast", words=True),
        shows("alike", "Made alike"),
        *((shows("drawn", "The same, by draws"),) if found.draws else ()),
        *((shows("kept", "Had all kept to it"),) if found.protocol else ()),
        shows("crude", "As it came" if cloned else "As treated"),
    )
    note = f"With {level_words(level)} intervals by robust errors."
    if found.bootstrapped:
        note += f" By draws: {found.bootstrapped}."
    if found.protocol is not None:
        left = found.protocol.left
        note += (
            f" Had all kept to it: per protocol, whoever leaves a strategy ({left[0]:,} and {left[1]:,}) is followed "
            f"until then, and those who stay are weighted for them."
        )
    names, provenance = found.emulated.names, found.emulated.cohort.provenance
    return Table("effects", f"{names[0]} against {names[1]}.", pl.DataFrame(rows), columns, provenance, note)


def _contrast(one: Contrast) -> str:
    when = "" if one.day is None else f" {'up to' if 'mean' in one.what else 'at'} {at_years(one.day)}"
    what = one.what.replace("the competing event", "death without the event")
    return f"{what[:1].upper()}{what[1:]}{when}"


def _kept(found: Trial, place: int) -> tuple[float, float, float] | None:
    """The contrast per protocol; None where none was asked for."""
    if found.protocol is None:
        return None
    return found.protocol.contrasts[place].limits(found.emulated.design.analysis.level)


def _words(told: tuple[float, float, float] | None, one: Contrast) -> str:
    if told is None:
        return ""
    unit = "ratio" if one.is_ratio else "days" if "mean" in one.what else "proportion"
    value, low, high = (None if number != number else number for number in told)
    return contrast_words({"unit": unit, "value": value, "low": low, "high": high, "absent_reason": None})


def protocol_table(found: Trial) -> Table:
    """A row for each part of the trial."""
    rows = [
        {"part": numbered(place, part), "trial": trial, "here": here}
        for place, (part, trial, here) in enumerate(protocol(found))
    ]
    columns = (
        shows("part", "Part", words=True),
        shows("trial", "The trial that would answer it", words=True),
        shows("here", "What is done with these records", words=True),
    )
    return Table("protocol", "The target trial and its emulation.", pl.DataFrame(rows), columns,
                 found.emulated.cohort.provenance)  # fmt: skip


def flow_table(found: Trial) -> Table:
    """A row for each step: how many left and why, and how many were there after it."""
    rows = [
        {"step": step.name, "left": sum(one.persons for one in step.left),
         "why": "; ".join(f"{one.persons:,} {one.why}" for one in step.left), "after": step.after}
        for step in found.emulated.flow
    ]  # fmt: skip
    schema = {"step": pl.String, "left": pl.Int64, "why": pl.String, "after": pl.Int64}
    columns = (
        shows("step", "Step", words=True),
        Shown("Left", lambda row: f"{row['left']:,}"),
        shows("why", "Why", words=True),
        Shown("Still there", lambda row: f"{row['after']:,}"),
    )
    note = f"Of {found.emulated.everybody:,} in the cohort."
    return Table("steps", "Who left at which step.", pl.DataFrame(rows, schema), columns,
                 found.emulated.cohort.provenance, note)  # fmt: skip


def followed_table(found: Trial) -> Table:
    """A row a strategy: how many, days followed (median and quartiles), and each end of follow-up; nothing is weighted.

    The four ends add up to how many there are.
    """
    emulated = found.emulated
    people, horizon = emulated.people, emulated.design.horizon_days
    rows = []
    for name, treated in zip(emulated.names, (True, False), strict=True):
        mine = people.filter(pl.col("treated") == treated)
        event, lost = mine["event"].to_numpy(), mine["lost"].to_numpy()
        whole = (mine["exit"].to_numpy() >= horizon) & ~event & ~lost
        low, median, high = np.quantile((mine["exit"] - mine["entry"]).to_numpy(), [0.25, 0.5, 0.75])
        rows.append({
            "group": name, "number": mine.height, "median_days": median, "low_days": low, "high_days": high,
            "event": int(event.sum()), "lost": int(lost.sum()), "whole": int(whole.sum()),
            "earlier": int((~event & ~lost & ~whole).sum()),
        })  # fmt: skip
    columns = (
        shows("group", "Strategy", words=True),
        Shown("Trials" if emulated.design.in_sequence else "People", lambda row: f"{row['number']:,}"),
        Shown("Years followed, median (quartiles)", lambda row: (
            f"{_years(row['median_days'])} ({_years(row['low_days'])} to {_years(row['high_days'])})")),
        Shown("Had the event", lambda row: f"{row['event']:,}"),
        Shown("Lost", lambda row: f"{row['lost']:,}"),
        Shown(f"Followed to {emulated.design.follow_up.years:g}{NBSP}years", lambda row: f"{row['whole']:,}"),
        Shown("Records end before", lambda row: f"{row['earlier']:,}"),
    )  # fmt: skip
    return Table("followed", "How long they were followed, and why that ended.", pl.DataFrame(rows), columns,
                 emulated.cohort.provenance, _followed_note(found))  # fmt: skip


def _followed_note(found: Trial) -> str:
    said = "As the records came: nothing is weighted."
    if found.emulated.design.cloned:
        said += " People are divided by what they began later, which nobody knew on day zero."
    if found.emulated.design.in_sequence:
        said += " A person counts in each trial of theirs."
    return said


def _years(days: float) -> str:
    return f"{days_to_years(days):.1f}"


def before_after_table(found: Trial, selected: SelectedRates) -> Table:
    """A row a group: relapses a year before and after entry, and the share of the fall that selection explains."""
    rows = [
        {"group": one.name, "people": one.people, "before": one.before, "after": one.after,
         "expected_after": one.before * (1 - selected.expected.fall),
         "by_selection": selected.expected.part_of(one.before, one.after)}
        for one in selected.groups
    ]  # fmt: skip
    columns = (
        shows("group", "Group", words=True),
        Shown("People", lambda row: f"{row['people']:,}"),
        Shown("A year before", lambda row: _two_digits(row["before"])),
        Shown("A year after", lambda row: _two_digits(row["after"])),
        Shown("Expected after, if nothing is done", lambda row: _two_digits(row["expected_after"])),
        Shown("Of the fall, by selection", lambda row: _share(row["by_selection"])),
    )
    note = f"No effect of treatment. Population: {selected.rule.source}. As treated, nothing held alike."
    return Table("before-after", "Relapses before and after entry.", pl.DataFrame(rows), columns,
                 found.emulated.cohort.provenance, note)  # fmt: skip


def _two_digits(number: float) -> str:
    return text_half_up(number, 2) if math.isfinite(number) else "not estimable"


def _share(number: float) -> str:
    return "no fall was seen" if not math.isfinite(number) else "all" if number >= 1 else percent(number, 0)


def estimates_table(found: Trial) -> Table:
    """Every row of the estimates; the CSV has them in full precision."""
    frame = found.estimates.frame
    columns = (
        Shown("What", lambda row: f"{row['what']}{_when(row)}", words=True),
        Shown("Whose", _whose, words=True),
        Shown("Estimate", _estimate),
        Shown("Method", lambda row: str(row["method"]), words=True),
    )
    kept = frame.select(name for name in frame.columns if frame[name].null_count() < frame.height)
    return Table("estimates", "Every estimate.", frame, columns, found.emulated.cohort.provenance, raw=kept)


def _when(row: Row) -> str:
    day = row["at_days"] if row["at_days"] is not None else row["to_day"]
    return "" if day is None else f", {at_years(day)}"


def _whose(row: Row) -> str:
    against = f" against {row['against']}" if row["against"] else ""
    return f"{row['group']}{against}{', ' + row['population'] if row['population'] else ''}"


def _estimate(row: Row) -> str:
    if row["unit"] == "per year":
        return "not estimable" if row["value"] is None else f"{text_half_up(row['value'], 3)} a year"
    if row["against"] or row["value"] is None:
        return contrast_words(row)
    if row["unit"] == "days":
        return f"{text_half_up(row['value'] / 365.25, 2)}{NBSP}years"
    limits = "" if row["low"] is None else f" ({100 * row['low']:.0f} to {100 * row['high']:.0f})"
    return f"{100 * row['value']:.0f}{NBSP}%{limits}"
