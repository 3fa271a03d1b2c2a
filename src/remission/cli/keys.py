"""`remission keys`: new keys for old."""

from __future__ import annotations

import typer

from remission.cli.audit import HomeFolder

PLACE = 94
NAME = "keys"
app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The keys of an observatory. Example: remission keys rotate",
)


# Without it typer takes a group of one command for the command itself.
@app.callback()
def _group() -> None:
    pass


@app.command()
def rotate(home: HomeFolder = None) -> None:
    """Seal everything under new keys and forget the old ones; the server must not run. Safe to stop at any moment.

    Example: remission keys rotate
    """
    from remission.web.open import check_begun, held, set_up_bare

    set_up_bare()
    from remission.web.backup.rotation import rotate_keys
    from remission.web.home import Home, default_folder, open_home

    folder = (home or default_folder()).resolve()
    check_begun(Home(folder))
    with held(folder, alone=True):
        counts = rotate_keys(open_home(folder))
    print(f"Sealed again: {counts['wrapping']:,} keys of persons, {counts['identity']:,} names and second factors.")
    print("Everybody is signed out. Backups made until now hold the former keys, and open as before.")
