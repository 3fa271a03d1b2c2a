"""`remission backup`, `restore` and `drill`: a way back, and the proof that there is one."""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from remission.cli.audit import HomeFolder

PLACE = 93
DISAGREES = 3
app = typer.Typer()


@app.command()
def backup(
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where it is written [the folder backups of the home].")
    ] = None,
    keep: Annotated[int, typer.Option(metavar="DAYS", min=1, max=3650, help="How many days it may be kept.")] = 35,
    prune: Annotated[bool, typer.Option("--prune", help="Then delete there what may be kept no longer.")] = False,
    new_recovery_key: Annotated[
        bool, typer.Option("--new-recovery-key", help="Make no backup, but the key that opens later ones.")
    ] = False,
    home: HomeFolder = None,
) -> None:
    """Both databases at one moment and their keys, in one file that only the recovery key opens.

    Example: remission backup --to /mnt/backups --prune
    """
    from remission.web.open import check_begun, check_installed, held

    check_installed()
    from remission.web.backup.copy import make_backup
    from remission.web.backup.expiry import prune as prune_folder
    from remission.web.clock import now
    from remission.web.home import Home, default_folder, open_home

    place = Home(home or default_folder())
    if new_recovery_key:
        _make_key(open_home(place.folder))
        return
    check_begun(place)
    # A backup without a key would open, and hold nothing that can be read.
    open_home(place.folder)
    folder = to or place.backups
    with held(place.folder):
        written = make_backup(place, folder, now(), keep)
    print(f"{written} ({written.stat().st_size / 1e6:.1f} MB)")
    if to is None:
        print("It lies on the same disk as what it is a copy of: take it elsewhere, or name a place with --to.")
    if prune:
        for gone in prune_folder(folder, now().date()):
            print(f"Deleted, for its last day is over: {gone.name}")


def _make_key(home: object) -> None:
    from remission.web.backup.recovery_key import new_recovery_key, print_of, read_public
    from remission.web.home import Home

    assert isinstance(home, Home)
    had = print_of(read_public(home.recovery)) if home.recovery.is_file() else ""
    letters = new_recovery_key(home.recovery)
    print(f"The recovery key with the print {print_of(read_public(home.recovery))}:\n\n  {letters}\n")
    print("It is shown this once and kept nowhere. Write it down twice, on paper, and keep it in two places")
    print("away from this machine. Whoever has it and a backup reads every record; without it no backup opens.")
    if had:
        print(
            f"Backups made until now still need the key before it, with the print {had}: keep that until they expire."
        )


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `remission backup` wrote.")],
    key: Annotated[Path, typer.Option(metavar="FILE", help="A file with the recovery key, as it stands on paper.")],
    erased: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="The newest list of erasures (erased.txt); may be given again."),
    ] = None,
    none_since: Annotated[
        bool, typer.Option("--no-erasures-since", help="Nobody was erased since this backup was made.")
    ] = False,
    over: Annotated[bool, typer.Option("--over", help="Move a home that is there aside.")] = False,
    home: HomeFolder = None,
) -> None:
    """Bring a backup back, erase again who was erased since, and verify both chains before anything is served.

    Exit code 3 where a chain is not whole. Example: remission restore FILE --key key.txt --erased erased.txt
    """
    from remission.web.open import held, set_up_bare

    set_up_bare()
    from remission.web.backup.restore import check_lists, restore
    from remission.web.home import Home, default_folder

    folder = (home or default_folder()).resolve()
    check_lists(Home(folder), erased or (), none_since=none_since)
    with held(folder, alone=True) if folder.is_dir() else nullcontext():
        done = restore(file, key, folder, erased or (), over=over)
    print(f"Restored what was there on {done.label.made}: {folder}")
    print(f"Ended again, by the list of erasures: {done.ended_again}")
    for verdict in done.verdicts:
        print(verdict)
    print("Everybody is signed out; open requests to sign in without a second factor are stopped; letters that waited")
    print("are not sent. What was told since that moment is lost: say so to those who take part.")
    if done.former:
        print(f"What was here before lies in {done.former}. Delete it when you are sure.")
    if not done.whole:
        raise typer.Exit(DISAGREES)
    print(f"To serve it: remission serve --data {shlex.quote(str(folder))}")


@app.command()
def drill(home: HomeFolder = None) -> None:
    """Back up, wipe and restore a copy, and compare: rows, chains, erasures. Exit code 3 where anything differs.

    Example: remission drill
    """
    from remission.web.open import check_begun, held, set_up_bare

    set_up_bare()
    from remission.web.backup.drill import run_drill
    from remission.web.home import Home, default_folder

    place = Home((home or default_folder()).resolve())
    check_begun(place)
    with held(place.folder):
        done = run_drill(place)
    for step in done.steps:
        print(step)
    print(
        "There is a way back."
        if done.agreed
        else "There is NO way back that can be relied on: look at the lines above."
    )
    if not done.agreed:
        raise typer.Exit(DISAGREES)
