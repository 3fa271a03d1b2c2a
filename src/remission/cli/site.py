"""`remission site`: the whole site as one static folder, and a look at it on this computer."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from remission.terminal import day_of, progress_bar

PLACE = 70
NAME = "site"
app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The site of questions, evidence, claims and reports. Example: remission site export out/site",
)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the site is written.")],
    with_atlas: Annotated[bool, typer.Option("--with-atlas", help="The atlas too; two minutes more.")] = False,
    home: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="Where fetched files and the built atlas lie.")
    ] = Path("atlas-data"),
    on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The day that every page says [today].")] = "",
) -> None:
    """One static site: front page of questions, evidence, claims, endpoints, rules, reports, what is not known.

    Example: remission site export out/site
    """
    from remission.site.export import export_site
    from remission.studies.load import load_studies

    with progress_bar("Pages") as advance:
        written = export_site(
            load_studies(), folder, on=day_of(on), atlas_home=home if with_atlas else None, progress=advance
        )
    print(f"{written.pages} pages: {written.index}")
    if written.warning:
        print(f"The atlas in it: {written.warning}.")
    print(f"Open that file, or serve it to this computer: remission site open {shlex.quote(str(folder))}")


@app.command("open")
def open_site(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What `site export` wrote.")] = Path("out/site"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on this computer; 0 for any.")] = 8800,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Serve the exported site to this computer only, until stopped with Ctrl-C.

    Example: remission site open out/site
    """
    from remission.exhibits.site.serve import serve_site
    from remission.site.shell import served

    serve_site(folder, port, served(), browser=browser, say=print)
