"""`docs/virtual-cohorts.md`: the fit beside its targets, what was not fitted and why, and what limits are worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from remission.inputs.declared import key
from remission.inputs.strict_records import read_toml
from remission.library.catalogue import LIBRARY, table
from remission.simulation.course.calibrate import Target, load_targets
from remission.simulation.course.load import design_names, load_cohort_design

QUANTITIES = {
    "relapse-rate": "relapses a year",
    "relapse-free": "free of relapses, %",
    "progression-free-12w": "free of worsening (12 weeks), %",
    "progression-free": "free of worsening (24 weeks), %",
    "mri-free": "free of new lesions, %",
    "neda": "no evidence of disease activity, %",
    "edss-change": "mean change of the EDSS, points",
    "progression-hazard-ratio": "hazard ratio of worsening",
}
OPENING = """\
# Virtual cohorts: what they are fitted to, and what limits are worth in them

The simulated people are like those of published arms in the fitted numbers of the tables below, and made up otherwise:
{assumed} of the {all_} numbers of each course are assumed. Of {beside} further published numbers, to which nothing was
fitted, {agree} lie within chance of what they give. Every record that `remission simulate cohort` writes is made up,
and says so. This page is written from `course_calibration.csv` and `course_coverage.csv` of the library.

    remission simulate cohort --design hsct-against-therapy -n 500 -o out
"""
COVERAGE = """\
## Do limits hold the truth?

Yes, of what visits see: of {cohorts} cohorts a design, 95 % limits of the engine held it in {least} to {most} %, on
average {mean} %. They do not hold what is latent, and should not: a worsening comes before the visit that finds it, may
heal before one confirms it, or is never seen because its person left. The last columns say how far that is, and how
often limits from the records hold it. Chance alone moves a share of {cohorts} by 1 point (standard error). Both ends
are the transplant arm, in which about ten people have an event: limits of hazard ratios are a little wide there, and
those of the rate ratio a little narrow, for the model gives both arms one dispersion.

Shares are after two years; ratios and rates over the whole of follow-up. By `validation/course_coverage.py`.
"""
METHOD = """\
## How it was fitted

By the method of moments on what visits show: each target names the one number of the course that moves it most, and all
of a design are changed together until a large simulated sample prints what the papers print
(`remission.simulation.course.calibrate`). "Chance allows" is a 95 % interval of the number that follows from that of
the published one; where none was printed, from as many simulated people as the arm had. It does not count that the rest
is assumed. `validation/course_calibration.py` fits again and compares; `truth.toml` in a cohort names the status of
every number.
"""


@dataclass(frozen=True)
class Covered:
    """A row of `course_coverage.csv`."""

    design: str = key("The design")
    people: int = key("People of a cohort")
    endpoint: str = key("What was asked")
    quantity: str = key("Which number of it")
    arm: str = key("Of which arm")
    seen: float = key("The truth as visits see it")
    latent: float = key("The same as it happens")
    gap: float = key("Seen less latent")
    coverage: float = key("Share of limits that hold what is seen")
    coverage_of_latent: float = key("Share that hold what is latent")
    cohorts: int = key("How many cohorts")


def virtual_cohorts_page() -> str:
    """The page as Markdown.

    >>> virtual_cohorts_page().splitlines()[0]
    '# Virtual cohorts: what they are fitted to, and what limits are worth in them'
    """
    courses = [load_cohort_design(name).course.parameters.values() for name in design_names()]
    # One number where courses agree, and each where they do not, so that the sentence holds of all of them.
    assumed = sorted({sum(one.status == "assumed" for one in course) for course in courses})
    # A fitted number agrees because it was fitted: only the others are counted as evidence.
    beside = [one for name in design_names() for one in load_targets(name) if not one.parameter]
    said = {"assumed": " or ".join(map(str, assumed)), "all_": len(courses[0]), "beside": len(beside)}
    parts = [OPENING.format(agree=sum(one.agrees for one in beside), **said)]
    for name in design_names():
        parts += list(_design(name, load_targets(name)))
    # Measured beforehand and kept in the library, because it takes minutes; the page only reads it.
    rows = table("course_coverage", Covered)
    shares = [100 * row.coverage for row in rows]
    told = {"least": f"{min(shares):.1f}", "most": f"{max(shares):.1f}", "mean": f"{sum(shares) / len(shares):.1f}"}
    parts.append(COVERAGE.format(cohorts=rows[0].cohorts, **told))
    parts += ["\n".join(_coverage(rows)) + "\n", METHOD]
    return "\n".join(parts)


def _design(name: str, targets: Sequence[Target]) -> Iterator[str]:
    yield f"## {load_cohort_design(name).design.title} (`{name}`)\n\nFitted:\n"
    lines = [_row("Published arm", "What", "Printed", "Simulated", "Number found", "Chance allows", "Status", "Source")]
    lines.append(_row(*["---"] * 8))
    for one in targets:
        if one.parameter:
            found = f"{one.parameter_low:g} to {one.parameter_high:g}"
            number = f"`{one.parameter}` = {one.parameter_value:g}"
            what = what_words(one) + (f". {one.note}" if one.note else "")
            # With the note in one cell: of a fitted number it says how the definition differs, so it belongs to what
            # was asked.
            arm, _, *held = _held(one)
            lines.append(_row(arm, what, *held, number, found, one.status, one.source))
    yield "\n".join(lines) + "\n"
    yield "Beside it, not fitted:\n"
    lines = [
        _row("Published arm", "What", "Printed", "Simulated", "Within chance?", "Why not fitted", "Status", "Source")
    ]
    lines.append(_row(*["---"] * 8))
    lines += [
        _row(
            arm_words(one),
            what_words(one),
            printed_words(one),
            simulated_words(one),
            "yes" if one.agrees else "no",
            one.note,
            one.status,
            one.source,
        )
        for one in targets
        if not one.parameter
    ]
    yield "\n".join(lines) + "\n"


def _held(one: Target) -> tuple[str, str, str, str]:
    return arm_words(one), what_words(one), printed_words(one), simulated_words(one)


def arm_words(one: Target) -> str:
    """The published arm and how many people it had."""
    # From the study's own file, so that a title is written once in the library.
    title = str(read_toml(LIBRARY / "studies" / f"{one.study}.toml")["title"])
    return f"{title.split(',')[0]}: {one.study_arm}, {one.people} people"


def what_words(one: Target) -> str:
    """What was printed of it, and when."""
    return f"{QUANTITIES[one.quantity]}, at {one.months:g} months"


def printed_words(one: Target) -> str:
    """The published number with its limits."""
    # Without limits none are made here: what stands as printed was printed.
    if one.low is None or one.high is None or one.level is None:
        return f"{one.value:g}"
    return f"{one.value:g} ({one.low:g} to {one.high:g}, {100 * one.level:g} %)"


def simulated_words(one: Target) -> str:
    """What the fitted people give in its place."""
    # The error of the simulation alone, which is not what chance in the published arm allows.
    return f"{one.fitted:g} (error {one.simulation_error:g})"


def _coverage(rows: Sequence[Covered]) -> Iterator[str]:
    yield _row("Design", "What", "Arm", "Seen", "Latent", "Gap", "Limits that hold seen, %", "that hold latent, %")
    yield _row(*["---"] * 8)
    for row in rows:
        what = f"{row.endpoint}: {row.quantity}"
        numbers = (f"{one:.3f}" for one in (row.seen, row.latent, row.gap))
        held = (f"{100 * one:.1f}" for one in (row.coverage, row.coverage_of_latent))
        yield _row(f"{row.design}, {row.people}", what, row.arm, *numbers, *held)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
