"""`remission check-published`: do the numbers that a paper printed fit together?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

PLACE = 66
app = typer.Typer()


@app.command("check-published")
def check_published(
    name_or_file: Annotated[
        str,
        typer.Argument(metavar="FILE.toml|NAME", help="What was printed, or a study of the library such as halt-ms."),
    ] = "",
    template: Annotated[bool, typer.Option("--template", help="Print a file to start from.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For a program.")] = False,
) -> None:
    """Hold the printed numbers of a paper against each other: intervals, people, events, percentages, p.

    Every way of rounding is allowed for, and what was searched is told. Exit code 1 where something does not come out.

    Example: remission check-published halt-ms
    """
    from remission.studies.papers.load import bundled_papers
    from remission.terminal import print_file

    if template:
        print_file(bundled_papers()["halt-ms"].read_text(encoding="utf-8"))
        return
    if not name_or_file:
        raise typer.BadParameter("name a FILE.toml or a study of the library, or ask for --template")
    from remission.studies.load import load_studies
    from remission.studies.papers.finding import check_paper
    from remission.studies.papers.from_studies import Checked, paper_named
    from remission.studies.papers.load import load_paper
    from remission.studies.papers.paper import worst
    from remission.studies.papers.telling import paper_data, paper_words

    if name_or_file.endswith(".toml"):
        paper = load_paper(Path(name_or_file))
        checked = Checked(paper, check_paper(paper))
    else:
        checked = paper_named(name_or_file, load_studies())
    print(json.dumps(paper_data(checked), indent=2) if as_json else "\n".join(paper_words(checked)))
    raise typer.Exit(1 if worst(checked.findings) in ("does not add up", "not by what was searched") else 0)
