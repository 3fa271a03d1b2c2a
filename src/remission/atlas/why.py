"""`remission atlas explain`: why something can be seen of a trust and therapy in a month, or not, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.atlas.find import therapy_called
from remission.atlas.recipes.answers import people_of
from remission.exhibits.month_axis import month_words, months_words
from remission.inputs.problems import InputProblems, Problem, nearest, shown
from remission.places.fetched_organisations import organisations_of
from remission.supply.build import first_of, load_atlas
from remission.supply.explain import CoverageAccount, CoverageAccounts
from remission.supply.views import views_of

if TYPE_CHECKING:
    from remission.supply.views import AtlasViews


@dataclass(frozen=True)
class Why:
    """An account with the name of its trust, the states of all months, and what the figures are.

    `own` are products of the therapy that the owner of the atlas added, with who says so.
    """

    code: str
    name: str
    account: CoverageAccount
    stretches: tuple[tuple[str, date, date], ...]
    warning: str
    own: tuple[str, ...] = ()


def explain_cell(home: Path, code: str, therapy: str, month: date | None) -> Why:
    """Why a month of a therapy at a trust is what it is; `month` None: the newest.

    InputProblems, all at once, for a code, therapy or month that the atlas does not have. A code of before is followed
    to today's.
    """
    problems: list[Problem] = []
    try:
        therapy = therapy_called(therapy)
    except InputProblems as unknown:
        problems += unknown.problems
    organisations = organisations_of(home)
    people = people_of(home, organisations)
    views = views_of(load_atlas(home), people, organisations=organisations)
    today, asked = _today(views, code), month or views.months[-1]
    problems += [*_wrong(views, code, today, asked)]
    if problems:
        raise InputProblems(problems)
    accounts = CoverageAccounts(views, people)
    name, warning = views.names.get(today, f"Code {today}, in no list"), views.atlas.provenance.warning
    stretches = tuple(accounts.stretches(today, therapy))
    own = tuple(f"{one.name} ({one.dose_source})" for one in views.atlas.own if one.therapy == therapy)
    return Why(today, name, accounts.of(today, therapy, asked), stretches, warning, own)


def why_lines(why: Why) -> Iterator[str]:
    """The answer, then how it was found, then the other months."""
    account = why.account
    if why.warning:
        yield f"{why.warning}."
    yield f"{why.name} [{why.code}], {account.therapy}, {month_words(account.month)}: {account.verdict}."
    yield from (f"  {line}" for line in account.lines)
    if why.own:
        yield f"Counted as it by the products.csv of this atlas: {', '.join(why.own)}."
    yield "All months:"
    yield from (f"  {months_words(first, last)}: {state}" for state, first, last in why.stretches)


def _today(views: AtlasViews, code: str) -> str:
    """Today's code of the trust that somebody means."""
    written = code.strip().upper()
    (now,) = views.organisations.as_now(pl.Series("ods_code", [written]))["code"]
    return written if written in views.everyone.codes else str(now)


def _wrong(views: AtlasViews, code: str, today: str, month: date) -> Iterator[Problem]:
    if today not in views.everyone.codes:
        do = nearest(code, views.everyone.codes) or "Look it up on the map, or in the table of organisations."
        yield Problem.of_file("CODE", found=shown(code), allowed="a code that reported anything", do=do)
    if month not in views.months:
        months = first_of(views.months)
        yield Problem.of_file("MONTH", found=f"{month:%Y-%m}", allowed=months, do="Choose one of these months.")
