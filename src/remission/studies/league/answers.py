"""A league in sentences: each treatment by name, what a reader should know of it, and how it was made."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from remission.studies.league.cells import cell_of
from remission.studies.league.in_short import FEWER, NOTHING
from remission.studies.league.rows import RELAPSING

if TYPE_CHECKING:
    from remission.stats.network.trends import Trend, YearTrends
    from remission.studies.league.baseline import Baseline
    from remission.studies.league.compared import Basis, Compared, What
    from remission.studies.league.league import League, Part

TITLES: dict[What, str] = {
    "relapse-rate-ratio": "Relapses",
    "progression-12w-hazard-ratio": "Worsening confirmed after 12 weeks",
    "progression-24w-hazard-ratio": "Worsening confirmed after 24 weeks",
}
NO_EFFECT = (
    "A rank is not an effect: the first and the fifth may do the same, and a rank says nothing of how large a "
    "difference is."
)
_WORSENING = "Trials of different decades had different people, and called different things worsening."
DECADES: dict[What, str] = {
    "relapse-rate-ratio": "Trials of different decades had different people: where the control group has fewer "
    "relapses, there is less to prevent.",
    "progression-12w-hazard-ratio": _WORSENING,
    "progression-24w-hazard-ratio": _WORSENING,
}
STATUSES = {"secondary": "second-hand (read in somebody else's table or summary)", "derived": "derived"}
BASES: tuple[Basis, ...] = ("printed interval", "both arms' printed intervals", "Poisson")


def named(league: League) -> str:
    """Who does what against the reference, in the order of the node set and never in that of the effects."""
    if not league.parts:
        return NOTHING
    return " ".join(_of_part(league, part) for part in league.parts)


def _of_part(league: League, part: Part) -> str:
    base, (fewer, more) = part.reference, FEWER[league.what]
    others = [cell_of(part, name, base) for name in part.names if name != base]
    groups = {
        f"had {fewer} than {base}": [one.one for one in others if one.favours == one.one],
        f"had {more} than {base}": [one.one for one in others if one.favours == base],
        f"could not be told from {base}, for the interval holds 1": [one.one for one in others if not one.favours],
    }
    said = "; ".join(f"{listed(names)} {what}" for what, names in groups.items() if names)
    verb = "is" if part.k == 1 else "are"
    return f"In {studies(part.k)} that {verb} joined to {base}, {said}."


def caveat(league: League) -> str:
    """What a reader should know first."""
    return " ".join(_caveats(league))


def _caveats(league: League) -> Iterator[str]:
    used, found = len(league.used), len(league.rows)
    yield f"{used} of {found} comparisons that were found could be used; {found - used} are left out."
    yield from _how_checked(league)
    if league.part_of(league.reference) is None:
        yield f"No study that could be used has {league.reference}, so that others stand for it."
    if len(league.parts) > 1:
        yield f"The network falls into {len(league.parts)} parts that no trial joins: between them nothing can be said."
    yield from _indirect(league)
    yield from _left_out_beside(league)
    counted = Counter(row.basis for row in league.used)["Poisson"]
    if counted:
        yield f"The errors of {counted} are assumed, for no interval of theirs was found: {league.spread.says}."
    yield DECADES[league.what]
    yield NO_EFFECT
    yield "A transplant is in no network: it stands beside, with what each study compared it with."


def _how_checked(league: League) -> Iterator[str]:
    """How many of the used rows do not rest on print of the trial itself, and on how many sources disagree."""
    status = Counter(row.status for row in league.used)
    said = [f"{status[name]} {_verb(status[name])} {words}" for name, words in STATUSES.items() if status[name]]
    apart = sum(bool(row.disagreements) for row in league.used)
    parts = ([f"Of the {len(league.used)}, {listed(said)}"] if said else []) + (
        [f"on {apart} sources disagree"] if apart else []
    )
    if parts:
        told = "; ".join(parts)
        yield f"{told[0].upper()}{told[1:]}."


def _verb(count: int) -> str:
    return "is" if count == 1 else "are"


def _indirect(league: League) -> Iterator[str]:
    """How many of the numbers of each part have no trial of their own."""
    for part in league.parts:
        base, others = part.reference, [name for name in part.names if name != part.reference]
        alone = sum(not cell_of(part, name, base).k for name in others)
        if alone:
            verb = "is" if alone == 1 else "are"
            said = f"{alone} of the {len(others)} numbers against {base} {verb} indirect"
            yield f"{said}: no trial that is used compares the two."


def _left_out_beside(league: League) -> Iterator[str]:
    """Treatments with a number against the reference that have trials against it, all of which are left out."""
    base = league.reference
    part = league.part_of(base)
    for name in part.names if part else ():
        own = [row for row in league.rows if {row.treatment, row.comparator} == {name, base}]
        trials = dict.fromkeys(row.study.title for row in own if _like_those_used(row))
        if trials and not any(row.used for row in own):
            verb = "is" if len(trials) == 1 else "are"
            yield f"{listed(list(trials))}, which compared {name} with {base}, {verb} left out."


def _like_those_used(row: Compared) -> bool:
    """A trial by lot of people like those of the network: what it lacks is a number."""
    arms = (row.study.arm(row.arm), row.study.arm(row.against))
    return row.study.kind == "randomised" and all(one is not None and one.course in RELAPSING for one in arms)


def method(league: League) -> str:
    """How it was made."""
    if not league.parts:
        return ""
    tau2 = ", ".join(f"{part.random.tau2:.3f}" for part in league.parts)
    bases = Counter(row.basis for row in league.used)
    said = "; ".join(f"{bases[basis]} {_basis_words(basis)}" for basis in BASES if bases[basis])
    treatments = f"{league.nodes.title[0].lower()}{league.nodes.title[1:]}"
    return (
        f"Network meta-analysis of contrasts by generalised least squares, tau squared by REML ({tau2}), beside it the "
        "same with a common effect; direct and indirect sides split by back-calculation. "
        f"Treatments: {treatments}. Where errors are from: {said}. Arms of one trial that share a control err together "
        "by that arm's variance; where that is not known, one of them is used."
    )


def _basis_words(basis: Basis) -> str:
    return {
        "printed interval": "from the printed interval of the ratio",
        "both arms' printed intervals": "derived from the intervals of both arms' rates",
        "Poisson": "counted from rate, people and months",
    }.get(basis, basis)


def baseline_words(baseline: Baseline) -> str:
    """What the slope on the reference's rate says, and how far it takes decades out; or why there is none."""
    risk = baseline.risk
    if risk is None:
        return f"Baseline risk: no slope can be told: {baseline.why}."
    said = (
        f"Baseline risk: with one slope for all treatments on the log relapse rate of {risk.reference}, "
        f"{risk.slope:.2f} ({risk.low:.2f} to {risk.high:.2f}). {risk.k} trials of {risk.reference} tell it; "
        f"{risk.k_alone} hold {risk.reference} beside what no other trial leads to, and {risk.k_without} hold no "
        f"{risk.reference}: these do not. Effects with it are shown for {baseline.rate:.2f} relapses a year; there "
        "a small control group leans on those of other trials, whose rates are taken to be spread around one mean."
    )
    return f"{said} {_decades(baseline.trends)}" if baseline.trends else said


def _decades(trends: YearTrends) -> str:
    off, on = (_a_year(one) for one in (trends.off, trends.on))
    if trends.off.low < 0 < trends.off.high:
        return f"Ratios move by {off} a year without it and by {on} with it: so no drift over the decades can be told."
    nearer = abs(trends.on.slope) < abs(trends.off.slope)
    how_far = "so far it takes the decades out" if nearer else "so it takes nothing of the decades out"
    return f"Ratios move by {off} a year without it and by {on} with it: {how_far}."


def _a_year(trend: Trend) -> str:
    value, low, high = (100 * math.expm1(one) for one in (trend.slope, trend.low, trend.high))
    return f"{value:.1f} % ({low:.1f} to {high:.1f})"


def listed(names: Sequence[str]) -> str:
    """Names as a list in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def studies(count: int) -> str:
    """So many studies: what others pooled of several trials is one.

    >>> studies(1), studies(12)
    ('1 study', '12 studies')
    """
    return f"{count} {'study' if count == 1 else 'studies'}"
