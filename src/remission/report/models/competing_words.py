"""What is said where death competes: the answer, the number by which Kaplan-Meier is too high, what nobody saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.wording import amount, at_years, count, level_words, limits_words, listed, p_words, percent
from remission.report.hazards.wording import ratio_words
from remission.report.models.compared import Compared
from remission.report.models.competing import CompetingRisks, estimate_competing
from remission.report.models.incidence import DEATH, original_noun
from remission.report.sentences import AS_RECORDED, comparison_sentence, named
from remission.stats.intervals import FEWEST_FOR_NORMAL
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.report.asked import Asked
    from remission.report.models.compared import NamedTest
    from remission.report.models.incidence import GroupIncidence
    from remission.report.models.ratios_apart import RatiosApart

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
HELD = (
    "Adjusted ratios are in the table; shares and tests are of people as recorded. A difference between groups that "
    "were not randomised is not a treatment effect."
)
# Of the section, which others point to.
TITLE = "With death as a competing event"
# Where its rows stand in a comparison.
PLACE = 40


def compared(asked: Asked) -> Compared | None:
    """How groups compare where death competes: the shares, ratios apart and Gray's tests."""
    found = estimate_competing(asked)
    if found is None or found.ratios is None:
        return None
    said = (
        _contrast(found),
        *headlines_of(found),
        *cautions_of(found, aggregates_only=asked.aggregates_only),
        *found.ratios.said,
    )
    return Compared(found.ratios.estimates, (*found.tests, *found.ratios.tests), said)


def _contrast(found: CompetingRisks) -> str:
    """The shares of all groups side by side, with Gray's tests: how they compare, in one sentence."""
    day, noun = found.headline_day, original_noun(found.outcome.endpoint)
    event, death = (
        listed([_in_group(row) for row in _on(rows.rows(), day) if row["value"] is not None]) or "nobody"
        for rows in (found.event, found.death)
    )
    mine, other = (p_words(one.result.p) for one in found.tests)
    time = at_years(day)
    return f"By {time} {event} had {noun} (Gray's test {mine}), and {death} had died without it ({other})."


def headlines_of(found: CompetingRisks) -> list[str]:
    """By the time of the headlines: the share with the event and the share that died without it, group by group."""
    day = found.headline_day
    pairs = zip(found.groups, *(_on(rows.rows(), day) for rows in (found.event, found.death)), strict=True)
    return [named(mine, _headline(found, one, mine, other)) for one, mine, other in pairs]


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
    if said and any(one.incidence.data.causes.count(DEATH) for one in found.groups):
        yield (
            "One less Kaplan-Meier, which censors deaths as the curve of those free of the event does, would say "
            f"{listed(said)} by {at_years(day)}: the share in a world in which nobody dies, so too high for this one."
        )


def _in_group(row: Row) -> str:
    share = percent(row["value"]) if row["value"] else "nobody"
    return f"{share} in {row['group']}" if row["group"] else share


def _points(more: float) -> str:
    text = text_half_up(100 * more, 1)
    return "no more" if not float(text) else f"{text} percentage points more"


def _died_unseen(found: CompetingRisks) -> int:
    """How many died before anybody looked again after time began: followed to the death, and in no curve."""
    began = pl.max_horizontal("entry", 0)
    before = (pl.col("until") - pl.col("unseen_days") <= began) & (pl.col("until") > began)
    return sum(one.endings.filter(before).height for one in found.groups)


def died_unseen_headline(found: CompetingRisks) -> list[str]:
    """For the top of the page, beside those who are not counted; nothing where there is nobody."""
    died = _died_unseen(found)
    said = f"{died:,} of these died before anybody looked again, which is counted where death competes."
    return [said] if died else []


def _deaths(found: CompetingRisks) -> Iterator[str]:
    deaths = pl.concat([one.endings for one in found.groups])["death"].drop_nulls()
    if not deaths.len():
        yield "Nobody died without the event while death could compete, so nothing competed with it."
        return
    kinds = {kind: int((deaths == kind).sum()) for kind in ("competes", *WHY_NOT)}
    competing = kinds.pop("competes")
    every = "and the death competes" if deaths.len() == 1 else "and each of these deaths competes"
    some = every if competing == deaths.len() else f"and {competing:,} of these deaths {_verb(competing)}"
    others = [f"{many:,} came {WHY_NOT[kind]}" for kind, many in kinds.items() if many]
    rest = f" {_upper(listed(others))}: there the spell is censored." if others else ""
    yield f"{count(deaths.len(), 'person')} died without the event, {some} with it.{rest}"
    if died := _died_unseen(found):
        here = sum(one.free.n for one in found.groups)
        yield (
            f"{died:,} of them died before anybody looked again: among the {here:,} persons here, and not among the "
            f"{here - died:,} of the curve of those free of the event and of what is seen at visits."
        )


def _unseen(found: CompetingRisks, aggregates_only: bool) -> Iterator[str]:  # noqa: FBT001
    unseen = pl.concat([one.unseen for one in found.groups]).to_list()
    if not unseen:
        return
    # Of a single person the longest time is that person's.
    longest = found.outcome.endpoint.estimation.late_death_days if aggregates_only else max(unseen)
    how_long = f"up to {longest:,} days " if longest is not None else ""
    alone = len(unseen) == 1
    yield (
        f"{'A death that competes' if alone else f'{len(unseen):,} of these deaths'} came {how_long}after anybody had "
        "last looked. What happened in between is unknown, and is counted as free of the event. "
        f"{_bound(found, 'that person' if alone else 'all of them')}"
    )


def _verb(many: int) -> str:
    return "competes" if many == 1 else "compete"


def _bound(found: CompetingRisks, them: str) -> str:
    day = found.headline_day
    rows = _on(found.bounds.rows(), day)
    said = [_in_group(row) for row in rows if row["value"] is not None]
    return f"Had {them} had the event, its share by {at_years(day)} would be {listed(said)}." if said else ""


def comparison_of(found: CompetingRisks) -> list[str]:
    """Gray's tests, the ratios in words, what each means, and what could not be fitted; nothing without groups."""
    if found.ratios is None:
        return []
    crude = [pair for pair in _pairs(found.ratios) if pair[0]["adjusted_for"] is None]
    return [
        *map(_gray, found.tests), *_too_few(found), *_ratios(crude), *found.ratios.refused,
        *(MEANINGS if crude else ()), *found.ratios.said, AS_RECORDED if not _held(found.ratios) else HELD,
    ]  # fmt: skip


def _too_few(found: CompetingRisks) -> Iterator[str]:
    few = [one.name for one in found.groups if 0 < one.free.n < FEWEST_FOR_NORMAL and one.name != found.unrecorded]
    if few:
        yield f"Fewer than {FEWEST_FOR_NORMAL} persons in {listed(few)}: no p can be relied on."


def _pairs(ratios: RatiosApart) -> list[tuple[Row, NamedTest]]:
    return list(zip(ratios.estimates.rows(), ratios.tests, strict=True))


def _held(ratios: RatiosApart) -> bool:
    return ratios.estimates.frame["adjusted_for"].drop_nulls().len() > 0


def _gray(test: NamedTest) -> str:
    method = test.result.method.replace("Gray's test", test.what).removesuffix(" of 2 groups")
    return comparison_sentence(replace(test.result, method=method), p_words(test.result.p))


def _ratios(crude: list[tuple[Row, NamedTest]]) -> Iterator[str]:
    """A sentence for each kind of ending and pair of groups, with both its ratios."""
    said: dict[str, list[str]] = {}
    for row, test in crude:
        kind, _, ratio = row["what"].partition(": ")
        words = f"{ratio} {ratio_words(row)}, {p_words(test.result.p)}"
        said.setdefault(f"{kind}, {row['group']} against {row['against']}", []).append(words)
    for whom, ratios in said.items():
        yield f"{whom}: {'; '.join(ratios)}."


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
