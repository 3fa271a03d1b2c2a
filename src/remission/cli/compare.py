"""Groups compared by one endpoint."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from remission.terminal import CohortName, SetValues, chosen_endpoint, say_undrawn, say_warnings

PLACE = 15
app = typer.Typer()

Columns = "A,B,..."
Folder = Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the rows and the page go.")]
Endpoint = Annotated[
    str | None, typer.Option("--endpoint", "-e", metavar="NAME|FILE.toml", help="The endpoint, with --by.")
]
By = Annotated[
    str | None, typer.Option("--by", "--group-by", metavar="COLUMN", help="A column known on day zero, such as arm.")
]
Design = Annotated[
    str | None,
    typer.Option(metavar="FILE.toml|NAME", help="A target trial: who, what, from when, how. In place of --by."),
]
Adjust = Annotated[
    str | None, typer.Option(metavar=Columns, help="Columns known on day zero, or baseline_edss, held alike.")
]
Strata = Annotated[
    str | None, typer.Option(metavar=Columns, help="Columns of which each value has a baseline hazard of its own.")
]
Subgroups = Annotated[
    str | None,
    typer.Option(metavar=Columns, help="Columns within which groups are compared [sex, age, course, baseline EDSS]."),
]
Reference = Annotated[
    str | None, typer.Option(metavar="GROUP", help="The group that the others are compared with [the first].")
]
At = Annotated[str | None, typer.Option(metavar="1,2,5", help="Years at which shares are compared.")]
Level = Annotated[float | None, typer.Option(min=0.5, max=0.999, help="Confidence level [the endpoint's].")]
AggregatesOnly = Annotated[
    bool, typer.Option("--aggregates-only", help="No line, row or id of a single person, in any file.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the rows too, as comparison.json has them.")]


@app.command()
def compare(
    cohort: CohortName,
    folder: Folder,
    endpoint: Endpoint = None,
    by: By = None,
    design: Design = None,
    adjust: Adjust = None,
    strata: Strata = None,
    subgroups: Subgroups = None,
    reference: Reference = None,
    at: At = None,
    level: Level = None,
    aggregates_only: AggregatesOnly = False,
    as_json: AsJson = False,
    sets: SetValues = None,
) -> None:
    """How groups compare: every contrast and test as rows (estimates.csv, tests.csv, comparison.json) and a page.

    With --design FILE.toml a target trial is carried out: people are made alike by weights or in pairs.

    Example: remission compare two-arm --endpoint neda-3 --by arm -o out
    """
    command = shlex.join(["remission", *sys.argv[1:]])
    if design is not None:
        beside = {"--by": by, "--endpoint": endpoint, "--adjust": adjust, "--strata": strata, "--subgroups": subgroups,
                  "--reference": reference, "--at": at, "--level": level, "--set": sets or None}  # fmt: skip
        if aggregates_only:
            # Silence would be taken for a promise.
            raise typer.BadParameter("--aggregates-only is for --by: the files of a design count small groups too")
        _target_trial(cohort, design, folder, command, [name for name, told in beside.items() if told], as_json=as_json)
        return
    if by is None or endpoint is None:
        raise typer.BadParameter("say --endpoint NAME and --by COLUMN, or --design FILE.toml for a target trial")
    from remission.comparison.write import comparison_json, write_comparison
    from remission.outcomes.load import load_with_warnings
    from remission.report.groups import Grouping

    loaded, warnings = load_with_warnings(cohort)
    written = write_comparison(
        loaded,
        chosen_endpoint(endpoint, sets),
        Grouping(by, reference=reference),
        folder,
        adjust=_names(adjust),
        strata=_names(strata),
        subgroups=_names(subgroups),
        level=level,
        at_years=_years(at),
        aggregates_only=aggregates_only,
        command=command,
    )
    say_warnings(warnings, cohort)
    say_undrawn()
    if as_json:
        print(comparison_json(written.found, command), end="")
        return
    print("\n".join(written.found.answers))
    print(f"Comparison: {written.page}. {loaded.provenance.warning}".rstrip())


def _target_trial(
    cohort: str, design: str, folder: Path, command: str, beside: list[str], *, as_json: bool
) -> None:  # fmt: skip
    from remission.comparison.trial_page.wording import answer, cautions
    from remission.comparison.trial_page.write import trial_json, write_trial
    from remission.outcomes.load import load_with_warnings

    if beside:
        said = f"--design says who is compared and how, so it goes without {', '.join(beside)}: write that in the file"
        raise typer.BadParameter(said)
    loaded, warnings = load_with_warnings(cohort)
    written = write_trial(loaded, design, folder, command=command)
    say_warnings(warnings, cohort)
    say_undrawn()
    if as_json:
        print(trial_json(written.found, command), end="")
        return
    print("\n".join([answer(written.found), *cautions(written.found)]))
    print(f"Page: {written.page}. {loaded.provenance.warning}".rstrip())


def _names(said: str | None) -> list[str]:
    return [] if said is None else [name.strip() for name in said.split(",")]


def _years(said: str | None) -> list[float] | None:
    try:
        return None if said is None else [float(one) for one in said.split(",")]
    except ValueError:
        raise typer.BadParameter(f"--at wants years with commas between them, such as 1,2,5 (found {said})") from None
