"""How the virtual people were made: each published number beside what the fitted course gives, and what is made up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup, escape

from remission.exhibits.page import Block, Fact, Page, Section
from remission.exhibits.site.shell import linked
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import listed
from remission.inputs.provenance import Provenance
from remission.simulation.course.calibrate import Target, load_targets
from remission.simulation.course.design import Effect, Plan
from remission.simulation.course.load import design_names, load_cohort_design
from remission.simulation.course.page import arm_words, printed_words, simulated_words, what_words
from remission.simulation.course.parameters import Parameter
from remission.trials.pages.near_published import PUBLISHED, near_section, plain_words

PATH, TITLE = "trials/virtual-people.html", "How the virtual people were made"
NOBODY = "Nobody lives behind these records: they are drawn from numbers, and say so."
FITTED = "Each number of the course in this table was changed until the virtual people gave what a paper printed."
BESIDE = "To these nothing was fitted. So they show how far the virtual people can be believed."
ASSUMED = "Nobody published these numbers, or nobody has looked them up. Each says why it was chosen."
MAKE = "Make your own: remission simulate cohort --design {} -n 500 -o out."


def virtual_people_page() -> Page:
    """The page: two pictures of all that can stand on one axis, then three tables for each design."""
    return Page(
        path=PATH,
        title=TITLE,
        subtitle="And how far they can be believed",
        provenance=provenance(),
        headlines=[answer()],
        in_short=[missed_words(), assumed_words(), NOBODY],
        sections=[near_section(_targets(), provenance()), *map(_section, design_names())],
        picture_first=True,
        facts=[Fact("In plain text, and how often limits hold the truth", "docs/virtual-cohorts.md")],
        data_folder="virtual-people",
        found_by=("calibration", "virtual cohort", "simulation", "assumptions", "synthetic patients"),
    )


def provenance() -> Provenance:
    """Published numbers beside simulated ones: the whole counts as simulated."""
    # Of published and simulated numbers alike, so that another fit has another digest.
    every = [load_targets(name) for name in design_names()]
    return Provenance("virtual people", "simulated", hashlib.sha256(repr(every).encode()).hexdigest())


def answer() -> str:
    """How far the virtual people can be believed: what comes out of the numbers fitted, and of the others."""
    fitted, beside = ([one for one in _targets() if bool(one.parameter) is which] for which in (True, False))
    follow, out = (sum(one.agrees for one in group) for group in (fitted, beside))
    how_many = f"all {len(fitted)}" if follow == len(fitted) else f"{follow} of {len(fitted)}"
    return (
        f"The virtual people give {how_many} published numbers that they were fitted to. Of {len(beside)} others "
        f"{out} come out within chance, and {len(beside) - out} do not."
    )


def missed_words() -> str:
    """Whose numbers lie outside of chance, of those to which nothing was fitted."""
    # Only of those to which nothing was fitted: there a miss says how far the virtual people can be believed.
    missed = [arm_words(one).split(":")[0] for one in _targets() if not (one.parameter or one.agrees)]
    return (
        f"Outside of chance lie those of {listed(missed)}." if missed else "None of the others lies outside of chance."
    )


def assumed_words() -> str:
    """The caveat: how many numbers of a course nobody published."""
    plans = [load_cohort_design(name) for name in design_names()]
    # Courses need not have as many: each number that there is is said once.
    assumed = sorted({sum(one.status == "assumed" for one in plan.course.parameters.values()) for plan in plans})
    among = f"{' or '.join(map(str, assumed))} of the {len(plans[0].course.parameters)}"
    return f"Most numbers behind them are assumed: {among} of each course of disease."


def _targets() -> list[Target]:
    return [one for name in design_names() for one in load_targets(name)]


def _section(name: str) -> Section:
    title, targets = load_cohort_design(name).design.title, load_targets(name)
    fitted, beside = ([one for one in targets if bool(one.parameter) is which] for which in (True, False))
    plans = linked("Plans of trials", "../plan-a-trial.html")
    blocks = [
        Block("Fitted", [FITTED], None, [fitted_table(name, fitted)]),
        Block("Not fitted", [BESIDE], None, [beside_table(name, beside)]),
        # Folded: on a phone its rows are as long as all the rest of the page together.
        Block("Assumed", [ASSUMED, MAKE.format(name), plans], folded=[assumed_table(name)]),
    ]
    return Section(name, title, blocks)


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
    found = Shown("Number found (chance allows)", lambda row: f"{row['number']} ({row['allows']})", words=True)
    # A note of a few rows has no column of its own: it would take the room of those that every row fills.
    notes = " ".join(f"{arm_words(one).split(',')[0]}, {plain_words(one)}: {one.note}" for one in targets if one.note)
    return _table(f"fitted-{name}", f"What {name} is fitted to, published beside simulated.", rows, [found], notes)


def beside_table(name: str, targets: Sequence[Target]) -> Table:
    """A row for each published number that nothing was fitted to."""
    rows: list[Row] = [_published(one) | {"agrees": "yes" if one.agrees else "no"} for one in targets]
    more = [shows("agrees", "Within chance"), shows("note", "Why not fitted", words=True)]
    return _table(f"beside-{name}", f"What {name} is not fitted to, published beside simulated.", rows, more)


def _table(name: str, caption: str, rows: list[Row], more: Sequence[Shown], note: str = "") -> Table:
    columns = (
        PUBLISHED,
        shows("printed", "Printed", words=True),
        shows("simulated", "Simulated", words=True),
        *more,
        Shown("From", lambda row: breakable(f"{row['status']}: {row['source']}"), words=True),
    )
    return Table(name, caption, pl.DataFrame(rows), columns, provenance(), note)


def breakable(words: str) -> Markup:
    """Words in which a line may end behind a slash: a DOI in one piece is wider than its column.

    >>> print(breakable("doi:10.1001/a & b"))
    doi:10.1001/<wbr>a &amp; b
    """
    # Escaped before the breaks go in: these must stay marks, and what a source says must not become one.
    return Markup(escape(words).replace("/", Markup("/<wbr>")))


def assumed_table(name: str) -> Table:
    """A row for each number of the course and of the arms that nobody published."""
    rows = [vars(one) for one in assumed_of(load_cohort_design(name))]
    columns = (
        shows("number", "Number", words=True),
        shows("value", "Value"),
        shows("unit", "Unit", words=True),
        shows("why", "Why", words=True),
    )
    caption = f"The {len(rows)} numbers that are made up in {name}."
    return Table(f"assumed-{name}", caption, pl.DataFrame(rows), columns, provenance())


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
        # By what a field is and not by its name, so that a number that is added is listed without a change here.
        if isinstance(given, Parameter) and given.status == "assumed":
            yield Assumed(f"{whose}: {name}", f"{given.value:g}", given.unit, given.source)
        if isinstance(given, Effect) and given.status == "assumed":
            yield Assumed(f"{whose}: {name}", f"{given.ratio:g}", "ratio", given.source)
