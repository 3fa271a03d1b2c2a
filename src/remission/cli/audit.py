"""`remission audit`: is the record of acts whole, and how far does it go?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PLACE = 92
NAME = "audit"
NOT_WHOLE = 3
app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Who did what to which record: is that list whole? Example: remission audit verify",
)
HomeFolder = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", envvar="REMISSION_HOME", help="The home: databases, keys, letters."),
]


@app.command()
def verify(
    home: HomeFolder = None,
    heads: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A list of heads that you kept elsewhere [that of the home].")
    ] = None,
) -> None:
    """Go through both chains; exit code 0 where they are whole, 3 where a row is not as it was written.

    Example: remission audit verify --heads heads-from-letters.csv
    """
    from remission.web.open import open_begun

    open_begun(home)
    from remission.web.audit.chain import CHAINS
    from remission.web.audit.head import read_heads
    from remission.web.audit.verify import WHAT_TO_DO, verify

    published = None if heads is None else read_heads(heads)
    verdicts = [verify(chain, published) for chain in CHAINS]
    for verdict in verdicts:
        print(verdict)
    if not all(verdict.whole for verdict in verdicts):
        print(WHAT_TO_DO)
        raise typer.Exit(NOT_WHOLE)


@app.command()
def head(home: HomeFolder = None) -> None:
    """The last row of each chain now, and the heads that were published on earlier days.

    Example: remission audit head
    """
    from remission.web.open import open_begun

    instance = open_begun(home)
    from remission.web.audit.chain import CHAINS
    from remission.web.audit.head import head_of, read_heads

    print("Now:")
    for chain in CHAINS:
        print(f"  {head_of(chain)}")
    if published := read_heads(instance.folder.heads):
        print("Published:")
        for one in published:
            print(f"  {one}")
