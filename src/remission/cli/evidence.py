"""`remission evidence`: what was published and what the studies say together; what a new study would change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from remission.terminal import BAD_INPUT, day_of, print_file, say_problems, say_undrawn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from remission.studies.difference import Difference, Teller
    from remission.studies.load import Studies

PLACE = 65
NAME = "evidence"
app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What all studies say: pooled numbers and the studies behind. Example: remission evidence pool hsct-mortality",
)

AsJson = Annotated[bool, typer.Option("--json", help="For a program.")]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write the page of the change there too.")
]
Day = Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="The day that the change is dated [today].")]


@app.command()
def pool(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="A pooling question; without one they are listed.")
    ] = "",
    look: Annotated[
        Literal["without-each", "by-year", "slopes"] | None,
        typer.Option(help="A second look: without each cohort, as it grew, or along what studies differ in."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question from all studies that share nobody: each estimator, what it estimates, who is left out and why.

    Example: remission evidence pool hsct-mortality --json
    """
    from remission.studies.load import load_studies
    from remission.studies.pools import ask_pool
    from remission.studies.questions import load_question, question_names
    from remission.studies.second_looks import looks
    from remission.studies.telling import look_words, pool_data, pool_words

    if not name:
        questions = {one: load_question(one).question for one in question_names()}
        _say(questions, (f"{one}: {asks}" for one, asks in questions.items()), as_json=as_json)
        return
    pools = ask_pool(name, load_studies())
    if look:
        rows = looks(pools, look)
        _say(rows, look_words(rows, pools.question), as_json=as_json)
        return
    _say(pool_data(pools), pool_words(pools), as_json=as_json)


@app.command()
def studies(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A study; without one they are listed.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the studies, or tell everything of one: arms, numbers with source and status, where sources disagree.

    Example: remission evidence studies halt-ms
    """
    from remission.studies.load import load_studies
    from remission.studies.telling import study_data, study_words

    library = load_studies()
    if name:
        study = library.of_name(name)
        _say(study_data(study), study_words(study), as_json=as_json)
        return
    titles = {one.name: {"title": one.title, "kind": one.kind, "numbers": len(one.numbers)} for one in library.every}
    _say(
        titles,
        (f"{one.name}: {one.title} ({one.kind}), {len(one.numbers)} numbers" for one in library.every),
        as_json=as_json,
    )


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Studies, or folders of them [the library].")
    ] = None,
) -> None:
    """Name everything that is wrong with the library, or with files of your own beside it; exit 2 if anything is.

    Example: remission evidence check
    """
    from remission.studies.check import check_library, check_studies
    from remission.studies.claims.check import check_claims
    from remission.studies.load import load_studies, study_files
    from remission.studies.questions import question_names

    asked = [path for one in files or () for path in (study_files([one]) if one.is_dir() else (one,))]
    problems = check_studies(asked, load_studies()) if files else [*check_library(), *check_claims(load_studies())]
    say_problems(problems)
    if problems:
        raise typer.Exit(BAD_INPUT)
    many = (
        f"{len(asked)} file{'' if len(asked) == 1 else 's'}"
        if files
        else f"{len(load_studies().every)} studies, {len(question_names())} questions"
    )
    print(f"Nothing wrong in {many}.")


@app.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A study of your own, or a new state of one.")],
    output: Output = None,
    on: Day = "",
    as_json: AsJson = False,
) -> None:
    """Show what every pooled number would become with this study in the library, which stays as it is.

    Example: remission evidence add lee-2027.toml
    """
    from remission.inputs.problems import InputProblems
    from remission.studies.check import check_studies
    from remission.studies.difference import difference
    from remission.studies.load import load_studies, load_study

    library = load_studies()
    if problems := check_studies([file], library):
        raise InputProblems(problems)
    new = library.with_study(load_study(file))
    _say_difference(difference(library, new, day_of(on), _tellers()), new, output, as_json=as_json)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A folder of studies as they were.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="A folder of studies as they are.")],
    output: Output = None,
    on: Day = "",
    as_json: AsJson = False,
) -> None:
    """Say what changed between two states of the library: every pooled number that is no longer what it was.

    Example: remission evidence diff studies-of-may studies-of-june
    """
    from remission.studies.difference import difference
    from remission.studies.load import load_studies

    before, after = load_studies(old), load_studies(new)
    _say_difference(difference(before, after, day_of(on), _tellers()), after, output, as_json=as_json)


@app.command()
def claims(
    name: Annotated[str, typer.Argument(metavar="[NAME|FILE.toml]", help="A claim; without one all are told.")] = "",
    toml: Annotated[bool, typer.Option("--toml", help="The file itself, to start your own from.")] = False,
    as_json: AsJson = False,
) -> None:
    """What people say about MS treatment, each with the verdict that the numbers give, and until when it was true.

    Example: remission evidence claims mortality-5-10
    Example: remission evidence claims frozen-46 --toml > mine.toml
    """
    from remission.evidence.recipes.claims import claim_lines, row_of
    from remission.inputs.problems import InputProblems
    from remission.studies.claims.check import check_claims
    from remission.studies.claims.load import chosen_claims, claim_text
    from remission.studies.claims.telling import decide_all
    from remission.studies.load import load_studies

    if toml:
        print_file(claim_text(name))
        return
    studies = load_studies()
    if name.endswith(".toml") and (problems := check_claims(studies, [Path(name)])):
        raise InputProblems(problems)
    decisions = decide_all(studies, chosen_claims(name))
    rows = [{**row_of(one), "as_of": one.as_of.isoformat() if one.as_of else None} for one in decisions]
    _say(rows[0] if name else rows, (line for one in decisions for line in claim_lines(one)), as_json=as_json)


@app.command()
def bcells(
    denominator: Annotated[str, typer.Option(help="What the cells of the axis are counted against.")] = "B cells",
    subset: Annotated[str, typer.Option(help="Which cells.")] = "memory B",
    natalizumab: Annotated[
        Literal["blood", "tissue"], typer.Option(help="Where its cells are counted: it keeps them in the blood.")
    ] = "blood",
    from_month: Annotated[float | None, typer.Option(help="Only cells counted from this month on.")] = None,
    to_month: Annotated[float | None, typer.Option(help="Only cells counted up to this month.")] = None,
    as_json: AsJson = False,
) -> None:
    """B cells beside effect: what was printed, what can stand on one axis, and what cannot and why.

    Example: remission evidence bcells --denominator count
    """
    from remission.studies.b_cells.effects import effects_of_league
    from remission.studies.b_cells.join import check_asked, join, window_of
    from remission.studies.b_cells.load import load_b_cells
    from remission.studies.b_cells.telling import b_cell_data, b_cell_words
    from remission.studies.load import load_studies

    b_cells, effects = load_b_cells(), effects_of_league(load_studies())
    window = window_of(from_month, to_month)
    check_asked(b_cells.counts, subset, denominator, window)
    joined = join(b_cells.counts, effects, subset, denominator, window, natalizumab)
    _say(b_cell_data(b_cells, joined, effects), b_cell_words(b_cells, joined, effects), as_json=as_json)


@app.command()
def league(
    what: Annotated[
        Literal["relapse", "disability-12w", "disability-24w"] | None,
        typer.Option(help="One outcome [all three]."),
    ] = None,
    nodes: Annotated[
        str, typer.Option(metavar="NAME|FILE.toml", help="What is one treatment: coarse, fine, or a file of your own.")
    ] = "coarse",
    analysis: Annotated[
        Literal["main", "sensitivity"],
        typer.Option(help="Printed intervals only, or counted ones beside them by a named assumption."),
    ] = "main",
    reference: Annotated[
        str, typer.Option(metavar="NAME", help="The treatment that others are shown against [placebo].")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Compare all treatments by a network of trials: what each does, how sure that is, what was left out and why.

    Example: remission evidence league --what relapse --nodes fine
    """
    from remission.studies.league.asked import ask_leagues
    from remission.studies.league.telling import league_data, league_words
    from remission.studies.load import load_studies

    found = ask_leagues(load_studies(), what, nodes, analysis, reference)
    data = [league_data(one) for one in found]
    _say(data[0] if what else data, (line for one in found for line in (*league_words(one), "")), as_json=as_json)


def _tellers() -> tuple[Teller, ...]:
    """Whatever draws conclusions from pools, beside the pools themselves."""
    from remission.studies.claims.telling import verdicts

    return (verdicts,)


def _say_difference(found: Difference, after: Studies, output: Path | None, *, as_json: bool) -> None:
    from remission.studies.telling import difference_data, difference_words

    if output is not None:
        # Only here: what draws takes a second to load.
        from remission.evidence.difference_folder import write_difference
        from remission.evidence.recipes.known import know

        write_difference(found, know(found.on, after).provenance, output)
        say_undrawn()
    _say(difference_data(found), difference_words(found), as_json=as_json)


def _say(data: object, words: Iterable[str], *, as_json: bool) -> None:
    text = json.dumps(data, indent=2, ensure_ascii=False) if as_json else "\n".join(words)
    print_file(text + "\n")
