"""The report of a planned trial as data: the answer, what limits it, the picture, then the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from remission.exhibits.page import TABLES, Block, Fact, Page, Picture, Section
from remission.trials.design.report.cells import provenance_of
from remission.trials.design.report.pictures import draw_first
from remission.trials.design.report.sizes import sizes_table
from remission.trials.design.report.tables import formulas_table, power_table, taken_table
from remission.trials.design.report.words import answer, limits
from remission.trials.kinds.time_to_event.tables import (
    bounds_table,
    calendar_table,
    characteristics_table,
    conditional_table,
)

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.trials.design.planned import Planned

SEEN_FIRST = "Nobody took part in this: it is a plan, computed and simulated."
LATER = (
    "The estimate so far swings far at an early look. What is assumed for the rest of the trial decides the answer, "
    "so three assumptions stand beside each other. Predictive power takes none of them: it averages over what the data "
    "leave possible."
)
PLAN_ONLY = "A design page helps to plan a trial. It says nothing about which treatment is right for whom."


def design_page(planned: Planned, command: str = "", picture: Callable[[Figure], Picture] = Picture.of) -> Page:
    """The page of a design; `command` is said to have made it, and `picture` draws."""
    design = planned.design
    return Page(
        title=design.title,
        subtitle=design.question,
        provenance=provenance_of(planned),
        sources=design.sources,
        headlines=[answer(planned)],
        in_short=limits(planned),
        sections=list(_sections(planned, picture)),
        facts=list(_facts(planned, command)),
        data_folder=TABLES,
        picture_first=True,
        stacked=True,
    )


def _facts(planned: Planned, command: str) -> Iterator[Fact]:
    yield Fact("Design", planned.design.name)
    yield Fact("Test", planned.kind.test)
    yield Fact("One-sided alpha", f"{planned.design.alpha:g}")
    yield Fact("Simulated", planned.said)
    if command:
        yield Fact("Command", command)


def _sections(planned: Planned, picture: Callable[[Figure], Picture]) -> Iterator[Section]:
    plan = planned.plan
    first = picture(draw_first(planned))
    # The table of the picture stands open below it, once.
    if plan is None:
        yield Section("power", "Power, by what is true", [Block("", [SEEN_FIRST], first, [power_table(planned)])])
        yield from _how_many(planned)
    else:
        bounds, calendar = bounds_table(planned, plan), calendar_table(planned, plan)
        yield Section("bounds", "When one looks", [Block("", [SEEN_FIRST], first, [bounds])])
        yield Section("calendar", "What comes when", [Block("", [], None, [calendar])])
        yield Section("power", "Formula beside simulation", [Block("", [], None, [power_table(planned)])])
        yield from _how_many(planned)
        yield from _where_it_ends(planned)
    yield Section("taken-for-true", "What is taken for true", [Block("", [PLAN_ONLY], None, [taken_table(planned)])])
    yield Section("formulas", "Formulas", [Block("", [], None, [formulas_table(planned)])])


def _how_many(planned: Planned) -> Iterator[Section]:
    if (sizes := sizes_table(planned)) is not None:
        yield Section("people-needed", "How many people it takes", [Block("", [], None, [sizes])])


def _where_it_ends(planned: Planned) -> Iterator[Section]:
    plan = planned.plan
    assert plan is not None
    if any(one.results for one in planned.outlooks):
        yield Section(
            "characteristics", "Where the trial ends", [Block("", [], None, [characteristics_table(planned, plan)])]
        )
    if (later := conditional_table(planned, plan)) is not None:
        yield Section("conditional-power", "Once a look has been seen", [Block("", [LATER], None, [later])])
