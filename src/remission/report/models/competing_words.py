"""What is said where death competes: the answer, the number by which Kaplan-Meier is too high, what nobody saw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.wording import amount, at_years, count, level_words, limits_words, listed, p_words, percent
from remission.report.models.competing import CompetingRisks, original_noun
from remission.report.pictures.ratios_table import ratio_words
from remission.report.sentences import AS_RECORDED, comparison_sentence, named
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.report.models.incidence import GroupIncidence

Row = dict[str, Any]
# Why a death did not compete, for one and for several.
WHY_NOT = {
    "later": "longer after anybody had looked than the definition allows",
    "left": "after follow-up had ended",
    "open": "while a change was open that nobody could confirm or refute",
    "not asked": "of somebody of whom the event cannot be asked",
}
MEANINGS = (
    "The cause-specific ratio compares rates among those still alive and free of the event: it asks what the group "
    "does to the event itself. The subdistribution ratio compares how the shares above grow, with who died among those "
    "who have not had the event: it says which way the share moves, and is no ratio of rates.",
    "They can differ, and even point apart: a group with fewer deaths has more people left to have the event. Read "
    "both, for the event and for death. They cannot both be the same at every time.",
    "Several ratios and tests stand here, and none is adjusted for their number.",
)


def headlines_of(found: CompetingRisks) -> list[str]:
    """By the time of the headlines: the share with the event and the share that died without it, group by group."""
    day = found.headline_day
    event, death, free = (_on(rows.rows(), day) for rows in (found.event, found.death, found.event))
    pairs = zip(found.groups, event, death, free, strict=True)
    return [named(mine, _headline(found, one, mine, other)) for one, mine, other, _ in pairs]


def _on(rows: list[Row], day: int) -> list[Row]:
    return [row for row in rows if row["at_days"] == day]


def _headline(found: CompetingRisks, one: GroupIncidence, mine: Row, other: Row) -> str:
    time, noun = at_years(mine["at_days"]), original_noun(found.outcome.endpoint)
    if not one.free.n:
        return "nobody was followed, so nothing can be estimated."
    if mine["value"] is None or other["value"] is None:
        return f"by {time} not estimable, nobody was followed for so long."
    had = "nobody" if mine["value"] == 0 else _share(mine, found.level)
    died = "nobody" if other["value"] == 0 else _share(other, None)
    return f"By {time} {had} had {noun}, and {died} had died without it ({amount(mine['at_risk'])} still at risk)."


def _share(row: Row, level: float | None) -> str:
    interval = f"{level_words(level)} interval " if level else ""
    limits = "limits not estimable" if row["low"] is None else f"{interval}{limits_words(row)}"
    return f"{percent(row['value'])} ({limits})"


def cautions_of(found: CompetingRisks, *, aggregates_only: bool = False) -> list[str]:
    """By how much Kaplan-Meier is too high; which deaths competed, how long nobody had looked, what that could move."""
    return [*_too_high(found), *_deaths(found), *_unseen(found, aggregates_only)]


def _too_high(found: CompetingRisks) -> Iterator[str]:
    day = found.headline_day
    pairs = zip(_on(found.event.rows(), day), _on(found.too_high.rows(), day), strict=True)
    said = [
        f"{_in_group(high)} ({_points(high['value'] - row['value'])})"
        for row, high in pairs
        if row["value"] is not None and high["value"] is not None
    ]
    if said:
        yield (
            f"One less Kaplan-Meier, which censors deaths, would say {listed(said)} by {at_years(day)}: the share in a "
            "world in which nobody dies, and so too high for this one."
        )


def _in_group(row: Row) -> str:
    return f"{percent(row['value'])} in {row['group']}" if row["group"] else percent(row["value"])


def _points(more: float) -> str:
    text = text_half_up(100 * more, 1)
    return "no more" if not float(text) else f"{text} percentage points more"


def _deaths(found: CompetingRisks) -> Iterator[str]:
    deaths = pl.concat([one.endings for one in found.groups])["death"].drop_nulls()
    if not deaths.len():
        yield "Nobody died without the event while death could compete, so nothing competed with it."
        return
    kinds = {kind: int((deaths == kind).sum()) for kind in ("competes", *WHY_NOT)}
    competing = kinds.pop("competes")
    said = f"{count(deaths.len(), 'person')} died without the event; {competing:,} of these deaths compete with it."
    others = [f"{many:,} came {WHY_NOT[kind]}" for kind, many in kinds.items() if many]
    yield f"{said} {_upper(listed(others))}: that spell is censored." if others else said


def _unseen(found: CompetingRisks, aggregates_only: bool) -> Iterator[str]:  # noqa: FBT001
    unseen = pl.concat([one.unseen for one in found.groups])
    if not unseen.len():
        return
    limit = found.outcome.endpoint.estimation.late_death_days
    # Of a single person the longest time is that person's.
    longest = limit if aggregates_only else max(unseen.to_list())
    how_long = f", by up to {longest:,} days" if longest is not None else ""
    yield (
        f"{unseen.len():,} of these deaths came after anybody had last looked{how_long}. What happened in between is "
        f"unknown, and is counted as nothing. {_bound(found)}"
    )


def _bound(found: CompetingRisks) -> str:
    day = found.headline_day
    rows = _on(found.bounds.rows(), day)
    said = [_in_group(row) for row in rows if row["value"] is not None]
    return f"Had all of them had the event, its share by {at_years(day)} would be {listed(said)}." if said else ""


def comparison_of(found: CompetingRisks) -> list[str]:
    """Gray's tests, the ratios in words, what each means, and what could not be fitted; nothing without groups."""
    if found.ratios is None:
        return []
    tests = [f"{_upper(one.what)}. {comparison_sentence(one.result, p_words(one.result.p))}" for one in found.tests]
    rows = zip(found.ratios.estimates.rows(), found.ratios.tests, strict=True)
    ratios = [_ratio(row, p_words(test.result.p)) for row, test in rows]
    crude = all(row["adjusted_for"] is None for row in found.ratios.estimates.rows())
    return [
        *tests, *ratios, *found.ratios.refused, *(MEANINGS if ratios else ()), *found.ratios.said,
        *([AS_RECORDED] if crude else []),
    ]  # fmt: skip


def _ratio(row: Row, p: str) -> str:
    held = f", with {row['adjusted_for']} held alike" if row["adjusted_for"] else ""
    return f"{row['group']} against {row['against']}, {row['what']}{held}: {ratio_words(row)}; {p}."


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
