"""How the virtual people were made: each published number beside what the fitted course gives, and what is made up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from remission.exhibits.page import Block, Fact, Page, Section
from remission.exhibits.site.shell import linked
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.inputs.provenance import Provenance
from remission.simulation.course.calibrate import Target, load_targets
from remission.simulation.course.design import Effect, Plan
from remission.simulation.course.load import design_names, load_plan
from remission.simulation.course.page import arm_words, printed_words, simulated_words, what_words
from remission.simulation.course.parameters import Parameter

PATH, TITLE = "trials/virtual-people.html", "How the virtual people were made"
NOBODY = "Nobody lives behind these records. They are drawn from numbers, and every cohort of them says so."
FITTED = "Each number of the course in this table was changed until the virtual people gave what a paper printed."
BESIDE = "To these nothing was fitted. So they show how far the virtual people can be believed."
ASSUMED = "Nobody published these numbers, or nobody has looked them up. Each says why it was chosen."
MAKE = "Make your own: remission simulate cohort --design {} -n 500 -o out."


def virtual_people_page() -> Page:
    """The page with three tables for each design of virtual cohorts."""
    return Page(
        path=PATH,
        title=TITLE,
        subtitle="Targets beside the fit, and what could not be fitted",
        provenance=provenance(),
        headlines=[answer()],
        in_short=[missed_words(), NOBODY],
        sections=[section for name in design_names() for section in _sections(name)],
        facts=[Fact("In plain text, and how often limits hold the truth", "docs/virtual-cohorts.md")],
        data_folder="virtual-people",
        found_by=("calibration", "virtual cohort", "simulation", "assumptions", "synthetic patients"),
    )


def provenance() -> Provenance:
    """Published numbers beside simulated ones: the whole counts as simulated."""
    every = [load_targets(name) for name in design_names()]
    return Provenance("virtual people", "simulated", hashlib.sha256(repr(every).encode()).hexdigest())


def answer() -> str:
    """How much of a course is known."""
    plans = [load_plan(name) for name in design_names()]
    assumed = sorted({sum(one.status == "assumed" for one in plan.course.parameters.values()) for plan in plans})
    fitted = sum(bool(one.parameter) for one in _targets())
    return (
        f"{fitted} numbers were fitted to published arms. Of the {len(plans[0].course.parameters)} numbers of each "
        f"course of disease {' or '.join(map(str, assumed))} are assumed."
    )


def missed_words() -> str:
    """How many of the numbers to which nothing was fitted lie outside chance, and whose they are."""
    beside = [one for one in _targets() if not one.parameter]
    missed = [arm_words(one).split(":")[0] for one in beside if not one.agrees]
    named = f"{', '.join(missed[:-1])} and {missed[-1]}" if len(missed) > 1 else "".join(missed)
    outside = f"{len(missed)} lie outside of chance: those of {named}" if missed else "none lies outside of chance"
    return f"Of {len(beside)} further published numbers, to which nothing was fitted, {outside}."


def _targets() -> list[Target]:
    return [one for name in design_names() for one in load_targets(name)]


def _sections(name: str) -> Iterator[Section]:
    title, targets = load_plan(name).design.title, load_targets(name)
    fitted, beside = ([one for one in targets if bool(one.parameter) is which] for which in (True, False))
    plans = linked("Plans of trials", "../plan-a-trial.html")
    blocks = [
        Block("Fitted", [FITTED], None, [fitted_table(name, fitted)]),
        Block("Not fitted", [BESIDE], None, [beside_table(name, beside)]),
        Block("Assumed", [ASSUMED, MAKE.format(name), plans], None, [assumed_table(name)]),
    ]
    yield Section(name, title, blocks)


def _published(one: Target) -> dict[str, str]:
    return {
        "arm": arm_words(one), "what": what_words(one), "printed": printed_words(one),
        "simulated": simulated_words(one), "status": one.status, "source": one.source, "note": one.note,
        "design": one.design,
    }  # fmt: skip


def fitted_table(name: str, targets: Sequence[Target]) -> Table:
    """A row for each published number that one of the course was fitted to."""
    rows: list[Row] = [
        _published(one)
        | {"number": f"{one.parameter} = {one.parameter_value:g}", "parameter": one.parameter,
           "found": one.parameter_value, "allows": f"{one.parameter_low:g} to {one.parameter_high:g}"}
        for one in targets
    ]  # fmt: skip
    more = {"number": "Number found", "allows": "Chance allows"}
    return _table(f"fitted-{name}", f"What {name} is fitted to, published beside simulated.", rows, more)


def beside_table(name: str, targets: Sequence[Target]) -> Table:
    """A row for each published number that nothing was fitted to."""
    rows: list[Row] = [_published(one) | {"agrees": "yes" if one.agrees else "no"} for one in targets]
    more = {"agrees": "Within chance", "note": "Why not fitted"}
    return _table(f"beside-{name}", f"What {name} is not fitted to, published beside simulated.", rows, more)


def _table(name: str, caption: str, rows: list[Row], more: dict[str, str]) -> Table:
    headers = {"arm": "Published arm", "printed": "Printed", "simulated": "Simulated", **more,
               "status": "Checked", "source": "From"}  # fmt: skip
    first, *others = (shows(field, header, words=True) for field, header in headers.items())
    # How a definition differs stands with what was printed: a column of its own would push the source out of sight.
    what = Shown("What", _what if "note" in more else _what_and_how, words=True)
    return Table(name, caption, pl.DataFrame(rows), (first, what, *others), provenance())


def _what(row: Row) -> str:
    return str(row["what"])


def _what_and_how(row: Row) -> str:
    return ". ".join(filter(None, (row["what"], row["note"])))


def assumed_table(name: str) -> Table:
    """A row for each number of the course and of the arms that nobody published."""
    rows = [vars(one) for one in assumed_of(load_plan(name))]
    columns = (
        shows("number", "Number", words=True),
        shows("value", "Value"),
        shows("unit", "Unit", words=True),
        shows("why", "Why", words=True),
    )
    return Table(f"assumed-{name}", f"What is made up in {name}.", pl.DataFrame(rows), columns, provenance())


@dataclass(frozen=True)
class Assumed:
    """A number that nobody published, and why it was chosen."""

    number: str
    value: str
    unit: str
    why: str


def assumed_of(plan: Plan) -> Iterator[Assumed]:
    """Those of the course, then those of each arm and of what its people may switch to."""
    yield from _assumed(plan.course, "course")
    for arm in plan.design.arms:
        yield from _assumed(arm, arm.name)
        if arm.rescue is not None:
            yield from _assumed(arm.rescue, f"{arm.name}, after a switch")
        for event in arm.adverse_events:
            yield from _assumed(event, f"{arm.name}, {event.term}")


def _assumed(record: object, whose: str) -> Iterator[Assumed]:
    for name, given in vars(record).items():
        if isinstance(given, Parameter) and given.status == "assumed":
            yield Assumed(f"{whose}: {name}", f"{given.value:g}", given.unit, given.source)
        if isinstance(given, Effect) and given.status == "assumed":
            yield Assumed(f"{whose}: {name}", f"{given.ratio:g}", "ratio", given.source)
