"""How many people would a trial need? The designs of the library, each computed and played as planned."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.site.shell import linked
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import NBSP, percent
from remission.inputs.provenance import Provenance
from remission.stats.rounding import text_half_up
from remission.trials.design.load import load_trial_design, trial_design_names
from remission.trials.design.planned import Planned, plan_trial
from remission.trials.design.report.pictures import draw_first
from remission.trials.design.report.sizes import size_field
from remission.trials.design.report.words import answer, limits
from remission.trials.design.size import POWERS
from remission.trials.kinds.time_to_event.plan import EventPlan
from remission.trials.pages import virtual_people

if TYPE_CHECKING:
    from remission.trials.design.records import EventTrial

PATH = "plan-a-trial.html"
QUESTION = "How many people would a trial need?"
# The one that is shown whole: what people ask for most often.
WORKED = "hsct-against-therapy"
PEOPLE_FOR = "People for a power of"
# Enough for an error of a point, and the export need not wait.
TRIALS, SEED = 1_000, 1
FEWER = (
    "The larger the effect, the fewer people a trial needs. But nobody knows the effect before the trial. So each plan "
    "says what it takes for true, and what happens if something else is."
)
EVENTS_COUNT = (
    "What counts is how many people have the event, not how many take part. Where events are rare, a trial needs more "
    "people or more years."
)
PICTURE = (
    "The picture is of the first plan. It is looked at three times. Where the dashed line lies above the other, the "
    "trial is expected to end with an answer."
)
NOBODY = "Nobody took part in these trials. They are plans, computed and simulated."
OWN = (
    "A design is a file. Copy one of these and change it: people, looks, hazards, accrual. What cannot be is refused, "
    "all of it at once.",
    "Then: remission simulate trial --design mine.toml -o DIR.",
)


@cache
def shipped(name: str) -> Planned:
    """A design of the library, played under the truth that it is planned for."""
    return plan_trial(load_trial_design(name), TRIALS, SEED, only_planned=True)


@cache
def lead_words() -> str:
    """The answer in three sentences, by formula alone: no trial has to be played for the front page."""
    plan = EventPlan.of(load_trial_design(WORKED))
    # By the plan itself and not by `shipped`, which plays trials.
    promise = plan.promise(plan.truths[0])
    assert promise is not None
    return (
        f"It depends on the effect. If a transplant cut the rate of {plan.trial.event} to {_ratio(plan.trial)} of that "
        f"on a strong drug, {sum(plan.people)} people and about {promise.duration.times[-1] / 12:.0f}{NBSP}years would "
        f"show it with a power of {percent(promise.power, 0)}, by formula. Nobody knows whether it does."
    )


def _ratio(trial: EventTrial) -> str:
    return percent(trial.effect[0].ratio, 0)


def plan_a_trial_page(worked_at: str) -> Page:
    """The page with a row and a section for each design; `worked_at` is the address of the one shown whole."""
    # The worked one first, for the picture is of it; the others as the library lists them.
    every = [shipped(name) for name in (WORKED, *(one for one in trial_design_names() if one != WORKED))]
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle=f"{len(every)} trials, planned but not held",
        provenance=Provenance("designs of trials", "simulated", ""),
        headlines=[lead_words()],
        in_short=[FEWER, NOBODY],
        sections=list(_sections(every, worked_at)),
        picture_first=True,
        data_folder="plan-a-trial",
        found_by=("sample size", "power", "phase III", "interim analysis", "trial design", "events"),
    )


def _sections(every: list[Planned], worked_at: str) -> Iterator[Section]:
    first = Picture.of(draw_first(every[0]))
    link = linked("See this plan whole (SIMULATED)", worked_at)
    beside = [PICTURE, EVENTS_COUNT, link]
    yield Section("plans", f"{len(every)} plans", [Block("", beside, first, [plans_table(every)])])
    for one in every:
        yield Section(one.design.name, one.design.title, [Block("", _said(one))])
    people = linked("How the virtual people were made (SIMULATED)", virtual_people.PATH)
    yield Section("own", "Plan your own", [Block("", [*OWN, people])])


def _said(one: Planned) -> list[str]:
    command = f"The whole report: remission simulate trial --design {one.design.name} -o out."
    return [one.design.question, answer(one), *limits(one), command]


def plans_table(every: list[Planned]) -> Table:
    """A row for each design: people, events, months, and power by formula beside simulation."""
    columns = (
        shows("title", "Plan", words=True),
        shows("people", "People"),
        # Only trials of time to an event have a number of events and a month of the last look.
        Shown("Events", lambda row: "–" if row["events"] is None else str(row["events"])),
        Shown("Months", lambda row: "–" if row["months"] is None else text_half_up(row["months"], 0)),
        Shown("Power by formula", lambda row: percent(row["formula"], 1)),
        Shown("Simulated", _simulated),
        *(shows(size_field("people", power), percent(power, 0), group=PEOPLE_FOR) for power in POWERS),
    )
    note = (
        f"SIMULATED: {TRIALS:,} trials of each plan. In brackets the Monte-Carlo error. People for a power are by "
        "formula, if the trial goes on to its last month."
    )
    caption = "People, events, months and power of the plans of the library."
    return Table("plans", caption, pl.DataFrame([_row(one) for one in every], infer_schema_length=None), columns,
                 Provenance("designs of trials", "simulated", ""), note)  # fmt: skip


def _row(one: Planned) -> dict[str, Any]:
    plan, promise, played = one.plan, one.first.promise, one.first.played
    assert played is not None
    return {
        "design": one.design.name, "title": one.design.title, "people": sum(one.people),
        "events": plan.events if plan else None, "months": promise.duration.times[-1] if promise else None,
        **{size_field("people", power): size.people if size else None
           for power, size in zip(POWERS, one.first.sizes, strict=True)},
        "formula": one.first.formula, "simulated": played.value, "error": played.error, "trials": played.trials,
    }  # fmt: skip


def _simulated(row: Row) -> str:
    return f"{percent(row['simulated'], 1)} ({text_half_up(100 * row['error'], 2)})"
