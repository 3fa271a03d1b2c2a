"""`remission simulate`: virtual cohorts, trials, and what a phase II result is worth in phase III."""

from __future__ import annotations

import math
import shlex
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from remission.terminal import SetValues, chosen_endpoint, must_take_files, say_undrawn, say_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from remission.inputs.problems import Problem
    from remission.simulation.trials.run import Standing
    from remission.trials.phase3.result import PhaseTwo

PLACE = 69
NAME = "simulate"
app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="From 24 to 500: virtual cohorts, trials and what a phase II result is worth in phase III. "
    "Example: remission simulate cohort --design hsct-against-therapy -n 500 -o out",
)

Text = str | None

# A cohort is held in memory as a whole: a million people take some three gigabytes.
MOST_PEOPLE, MOST_TRIALS, HIGHEST_SEED = 1_000_000, 10_000_000, 2**32 - 1
# Whoever waits for less than that need not be told how long.
WORTH_TELLING = 5.0
NOTHING_DRAWN = (
    "Ended before the first block of trials was drawn: nothing is simulated yet, so there is no report, and nothing "
    "was written. Ask for fewer trials (--trials 1000), or wait for that block: after it Ctrl-C keeps what is done."
)


@app.command()
def cohort(
    design: Annotated[
        str, typer.Option("--design", metavar="NAME|FILE.toml", help="A design of the library, or your own.")
    ],
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where to write the cohort.")],
    people: Annotated[int, typer.Option("-n", "--people", min=1, max=MOST_PEOPLE, help="How many people.")] = 500,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=HIGHEST_SEED, help="The same seed gives the same people.")
    ] = 1,
    format: Annotated[Literal["csv", "parquet"], typer.Option("--format", help="Of the tables.")] = "csv",  # noqa: A002
) -> None:
    """Make up a cohort by a design: relapses, EDSS, scans, treatments, adverse events, and the truth beside them.

    Designs of the library: hsct-against-therapy, placebo-against-drug. DIR is a cohort like any other; truth.toml in it
    says what was planted, and what its records should give back.

    Example: remission simulate cohort --design hsct-against-therapy -n 156 -o out
    Example: remission simulate cohort --design mine.toml -n 100000 --format parquet -o out
    """
    from remission.simulation.course.load import load_cohort_design
    from remission.simulation.course.telling import told_lines
    from remission.simulation.course.write import write_virtual_cohort

    plan = load_cohort_design(design)
    must_take_files(folder)
    truths = write_virtual_cohort(plan, people, seed, folder, format)
    print("\n".join(told_lines(plan, people, truths, folder)))


@app.command()
def trial(
    design: Annotated[
        str, typer.Option("--design", metavar="NAME|FILE.toml", help="A design of the library, or your own.")
    ],
    folder: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Where the page and its tables go.")
    ] = None,
    trials: Annotated[
        int, typer.Option("--trials", min=100, max=MOST_TRIALS, help="Trials simulated for each truth.")
    ] = 10_000,
    seed: Annotated[int, typer.Option("--seed", min=0, max=HIGHEST_SEED, help="The same seed, the same numbers.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print design.json too.")] = False,
) -> None:
    """Plan a trial: people, events, calendar, power by formula beside simulation, and what happens if it is not so.

    Designs of the library: free-at-two-years, hsct-against-therapy, late-effect, months-gained, one-arm-24,
    relapse-rate, two-courses. Without -o the answer is printed and nothing is written. Ctrl-C keeps the trials that are
    done, and the report says how many.

    Example: remission simulate trial --design hsct-against-therapy -o out
    Example: remission simulate trial --design one-arm-24 --trials 100000 --json
    """
    with said_if_nothing_is_drawn():
        from remission.trials.design.load import load_trial_design
        from remission.trials.design.planned import plan_trial
        from remission.trials.design.report.words import answer, limits
        from remission.trials.design.report.write import design_json, write_trial_design

        loaded = load_trial_design(design)
        if folder:
            must_take_files(folder)
        planned = plan_trial(loaded, trials, seed, progress=Telling(), file=Path(design).name)
    command = shlex.join(["remission", *sys.argv[1:]])
    page = write_trial_design(planned, folder, command=command) if folder else None
    if page:
        say_undrawn()
    if as_json:
        print(design_json(planned, command), end="")
        return
    print("\n".join([answer(planned), *limits(planned)]))
    if page:
        print(f"Page: {page}. SIMULATED: no real person's data")


@contextmanager
def said_if_nothing_is_drawn() -> Iterator[None]:
    """Ctrl-C comes through where nothing is there to be kept: whoever pressed it is told so, and what to do."""
    try:
        yield
    except KeyboardInterrupt:
        # The terminal has written ^C on the line.
        typer.echo(f"\n{NOTHING_DRAWN}", err=True)
        raise


class Telling:
    """Says how far a long run is to whoever waits at the terminal, and not more often than one can read."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock, self.last = clock, -math.inf

    def __call__(self, truth: str, standing: Standing) -> None:
        """Told after each block of trials."""
        now = self.clock()
        if standing.seconds_left > WORTH_TELLING and now - self.last >= WORTH_TELLING:
            self.last = now
            typer.echo(f"{truth}: {standing.in_words}", err=True)


class CohortOf:
    """A cohort as the result of phase II, loaded when it is asked for: what is wrong with it is told with the rest."""

    def __init__(
        self, cohort: str, endpoint: Text, sets: Sequence[str] | None, by: str, reference: Text
    ) -> None:  # fmt: skip
        self.cohort, self.endpoint, self.sets, self.by, self.reference = cohort, endpoint, sets, by, reference
        self.warnings: tuple[Problem, ...] = ()
        self.warning = ""

    def __call__(self) -> PhaseTwo:
        """Its result; InputProblems where it cannot be loaded or no ratio can be estimated."""
        from remission.inputs.problems import InputProblems, Problem
        from remission.outcomes.load import load_with_warnings
        from remission.trials.phase3.result import CALLED, of_cohort

        if self.endpoint is None:
            do = "Name one, such as --endpoint neda-3."
            raise InputProblems(Problem.at_key(CALLED, "endpoint", found="nothing", allowed="one, with --from", do=do))
        loaded, self.warnings = load_with_warnings(self.cohort)
        self.warning = loaded.provenance.warning
        return of_cohort(loaded, chosen_endpoint(self.endpoint, self.sets), self.by, self.reference)

    def say_warnings(self) -> str:
        """What must be known of its records, on stderr; and of the whole of it, as a note."""
        say_warnings(self.warnings, self.cohort)
        return self.warning


@app.command()
def phase3(
    folder: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Where the page and its tables go.")
    ] = None,
    cohort: Annotated[Text, typer.Option("--from", metavar="COHORT", help="A cohort of two groups.")] = None,
    endpoint: Annotated[Text, typer.Option("--endpoint", "-e", metavar="NAME|FILE.toml", help="With --from.")] = None,
    by: Annotated[Text, typer.Option(metavar="COLUMN", help="Of the two groups, with --from [arm].")] = None,
    reference: Annotated[Text, typer.Option(metavar="GROUP", help="The controls, with --from [the first].")] = None,
    hr: Annotated[Text, typer.Option("--hr", metavar="RATIO", help="The hazard ratio of phase II.")] = None,
    interval: Annotated[Text, typer.Option(metavar="LOW,HIGH", help="Its 95 % interval.")] = None,
    events: Annotated[Text, typer.Option(metavar="A,B", help="Events of treated and others, for an interval.")] = None,
    size: Annotated[Text, typer.Option(metavar="N", help="People of the trial to come [500].")] = None,
    treated_share: Annotated[Text, typer.Option(metavar="Q", help="Share of them that is treated [0.5].")] = None,
    years: Annotated[Text, typer.Option(metavar="Y", help="Years that everybody is followed [2].")] = None,
    dropout: Annotated[Text, typer.Option(metavar="H", help="Hazard of leaving, a year [0.05].")] = None,
    control_rate: Annotated[Text, typer.Option(metavar="H", help="Controls' hazard a year in phase II.")] = None,
    control_kept: Annotated[Text, typer.Option(metavar="K", help="What phase III keeps of it [0.58].")] = None,
    ratio: Annotated[Text, typer.Option(metavar="R", help="Published ratio of phase II over III [0.74].")] = None,
    sceptical: Annotated[Text, typer.Option(metavar="S", help="Spread of the sceptic's prior [0.3].")] = None,
    prior: Annotated[Text, typer.Option(metavar="flat|normal:M,S", help="The prior of assurance [flat].")] = None,
    alpha: Annotated[Text, typer.Option(metavar="A", help="One-sided alpha of both trials [0.025].")] = None,
    without: Annotated[Text, typer.Option(metavar="STEP,...", help="Steps that are left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print phase3.json too.")] = False,
    sets: SetValues = None,
) -> None:
    """What a phase II result is worth in a larger trial: a what-if, step by step, and no forecast.

    Steps: selection, ratio, sceptical, regression, control, eligibility. Each is shown alone and on top of the others.
    Without -o the answer is printed and nothing is written.

    Example: remission simulate phase3 --hr 0.07 --interval 0.02,0.24 --size 500 -o out
    Example: remission simulate phase3 --hr 0.29 --events 20,29 --size 563 --treated-share 0.67 -o out
    Example: remission simulate phase3 --from two-arm --endpoint neda-3 --size 500 -o out
    """
    from remission.trials.phase3.asked import read_asked
    from remission.trials.phase3.steps import what_remains
    from remission.trials.phase3.wording import answer, in_short
    from remission.trials.phase3.write import phase3_json, write_phase3

    told = {
        "hr": hr, "interval": interval, "events": events, "size": size, "treated-share": treated_share, "years": years,
        "dropout": dropout, "control-rate": control_rate, "control-kept": control_kept, "ratio": ratio,
        "sceptical": sceptical, "prior": prior, "alpha": alpha, "without": without,
        "endpoint": endpoint, "by": by, "reference": reference,
    }  # fmt: skip
    loaded = None if cohort is None else CohortOf(cohort, endpoint, sets, by or "arm", reference)
    found = what_remains(read_asked(told, loaded))
    note = "" if loaded is None else loaded.say_warnings()
    command = shlex.join(["remission", *sys.argv[1:]])
    page = write_phase3(found, folder, command=command, note=note) if folder else None
    if page:
        say_undrawn()
    if as_json:
        print(phase3_json(found, command), end="")
        return
    print("\n".join([answer(found), *in_short(found)]))
    if page or note:
        print(f"{f'Page: {page}. ' if page else ''}{note}".rstrip())
