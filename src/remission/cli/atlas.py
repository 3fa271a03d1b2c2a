"""`remission atlas`: who uses what, where, since when."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who uses what, where, since when.")


@app.command()
def build() -> None:
    """Tidy."""
