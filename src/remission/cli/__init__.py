"""The command line: the only place where arguments are parsed; one file a subject, found by walking this folder.

A subject's module has `app`, its commands, and `PLACE`, where they stand in the help. With a NAME they are a group of
their own (`remission atlas ...`). Heavy libraries are imported by the command that needs them, so `remission --help`
answers at once. Bad input ends with exit code 2 and every problem in words, never with a traceback; values go to the
terminal of the person who ran the command and to no log.
"""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import signal
import sys
from types import FrameType, ModuleType
from typing import Annotated

import typer

from remission._version import __version__
from remission.failures import check_words, say_failure
from remission.terminal import print_everything

HELP = "Visit records in, trial-grade outcomes out. Example: remission report halt-ms --endpoint halt-ms-efs -o out"


def main() -> None:
    """Run the command line; exit code 2 and words, not a traceback, when the input cannot be used."""
    # A command is short, and importing makes a million objects that stay: looking for cycles among them takes a tenth
    # of the time of a small report.
    gc.disable()
    end_in_order()
    os.environ["REMISSION_OWN_PROCESS"] = "1"  # read by inputs.kernels, which is too heavy to import here
    print_everything()
    try:
        check_words(sys.argv[1:])
        command_line()()
    except (SystemExit, KeyboardInterrupt):
        raise
    # A panic in a library of Rust is no Exception. Nothing is hidden: what is no bad input is shown with its trail.
    except BaseException as error:  # noqa: BLE001
        sys.exit(say_failure(error))


def end_in_order() -> None:
    """From now on a process that is told to end takes away what it had begun to write; told again, it ends at once."""
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        number = getattr(signal, name, None)  # Windows knows no terminal that hangs up
        # One that was told not to mind (by nohup) does not.
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    writing = sys.modules.get("remission.inputs.writing")
    # Ctrl-C of what writes nothing is for the command: a server that is open closes by it.
    if number == signal.SIGINT and (writing is None or not writing.is_writing()):
        signal.default_int_handler(number, frame)
    # Ended by the signal and by no exception: raised inside a library that was called from C, one is told as ignored,
    # and the run goes on.
    signal.signal(number, signal.SIG_DFL)
    if writing is not None:
        writing.abandon()
    os.kill(os.getpid(), number)


def command_line() -> typer.Typer:
    """Every command of every subject."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback(help=HELP)(_options)
    for subject in subjects():
        app.add_typer(subject.app, name=getattr(subject, "NAME", None))
    return app


def subjects() -> tuple[ModuleType, ...]:
    """The modules of this folder in the order of the help.

    >>> [module.__name__.rpartition(".")[2] for module in subjects()][:3]
    ['report', 'compare', 'beyond']
    """
    names = (found.name for found in pkgutil.iter_modules(__path__) if found.name != "__main__")
    return tuple(sorted((importlib.import_module(f"{__name__}.{name}") for name in names), key=lambda one: one.PLACE))


def _say_version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if wanted:
        print(f"remission {__version__}")
        raise typer.Exit


def _options(
    _: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """Options of the program as a whole: what an eager option does is done before any command is looked for."""
