"""`remission jobs`: what is done beside answering, for whoever lets cron do it or wants it done now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from remission.terminal import BAD_INPUT

PLACE = 82
NAME = "jobs"
app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Letters, counts and clearing up, which `serve` does by itself. Example: remission jobs run",
)
REST_SECONDS = 10


@app.callback()
def jobs() -> None:
    """Keep `run` a command of its own: with one command alone it would be left out."""


@app.command()
def run(
    home: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", envvar="REMISSION_HOME", help="The home of the observatory.")
    ] = None,
    once: Annotated[bool, typer.Option("--once/--again", help="Once, as cron does, or again and again.")] = True,
) -> None:
    """Do every job that is due and that nobody else is doing; exit code 2 where one failed.

    Example: remission jobs run --once
    """
    from remission.web.home import default_folder
    from remission.web.open import check_installed, open_observatory

    check_installed()
    open_observatory(home or default_folder())
    from remission.web.serving.prepare import prepare

    prepare()
    if not once:
        import os

        from remission.web.serving.child import Ending, work

        work(Ending(os.getppid()))
        return
    from remission.web.jobs.run import run_due

    ran = run_due()
    print(f"Done: {', '.join(ran.done) or 'nothing was due'}; asked for and done: {ran.queued}.")
    if ran.failed:
        print(f"Failed: {', '.join(ran.failed)}. The log of the home says where.")
        raise typer.Exit(BAD_INPUT)


@app.command()
def bounce(
    what: Annotated[str, typer.Argument(metavar="FILE|ADDRESS|-", help="The mail that came back, or - for a pipe.")],
    home: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", envvar="REMISSION_HOME", help="The home of the observatory.")
    ] = None,
) -> None:
    """Stop letters by what came back: a report that a letter was not delivered, or an address.

    Example: remission jobs bounce - < returned.eml
    """
    from remission.web.home import default_folder
    from remission.web.open import check_installed, open_observatory

    check_installed()
    open_observatory(home or default_folder())
    from remission.web.mail.bounces import take_bounces

    print(take_bounces(_what_came_back(what)))


def _what_came_back(what: str) -> bytes:
    import sys

    path = Path(what)
    if what == "-":
        return sys.stdin.buffer.read()
    if path.is_file():
        return path.read_bytes()
    if "@" in what:
        return what.encode()
    print("No such file, and no address.", file=sys.stderr)
    raise typer.Exit(BAD_INPUT)
