"""How a command ends that cannot go on: in words where the reader can do something, as a bug report where we must.

Every library below raises what it likes. Readers turn what they know of their own format into problems; what is left
(a full disk, a path that cannot be, too little memory) is the same whoever meets it, and becomes words here, once, at
the outer edge. Anything else is a fault of ours, and keeps its trail.
"""

from __future__ import annotations

import errno
import os
import platform
import re
import sys
import traceback
from collections.abc import Iterator, Sequence

from remission._version import __version__
from remission.inputs.problems import InputProblems, Problem
from remission.library.missing import NotInLibrary
from remission.terminal import BAD_INPUT, printable, say_problems

OUR_FAULT = 1
ELSEWHERE = "Choose another place for it."

# What an operating system refuses: what that means, and what to do.
REFUSALS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", "Free some space or write elsewhere; nothing that was there has changed."),
    errno.EFBIG: (
        "the file would be larger than is allowed here",
        "Raise the limit (ulimit -f) or write elsewhere; nothing that was there has changed.",
    ),
    errno.EROFS: ("nothing can be written to this disk", ELSEWHERE),
    errno.EACCES: ("you have no right to it", f"Ask for the right, or: {ELSEWHERE[0].lower()}{ELSEWHERE[1:]}"),
    errno.EPERM: ("you have no right to it", f"Ask for the right, or: {ELSEWHERE[0].lower()}{ELSEWHERE[1:]}"),
    errno.ENOENT: ("there is no such file or folder", "Check the path."),
    errno.EISDIR: ("a folder stands where a file is meant", "Name a file."),
    errno.ENOTDIR: ("a file stands where a folder is meant", "Check the path."),
    errno.EEXIST: ("a file stands where a folder is meant", ELSEWHERE),
    errno.EIO: ("it could not be written whole", "Look whether the disk is full, and whether you may write there."),
    errno.ENAMETOOLONG: ("the name is too long for this disk", "Choose a shorter one."),
    errno.EADDRINUSE: ("another program uses that port", "Choose another with --port."),
    errno.ECONNREFUSED: ("nobody answers at that address", "Check the address, and that a scheduler runs there."),
}
# Libraries written in Rust say the number in their words, some of them in an error of their own kind.
IN_WORDS = re.compile(r"\(os error (\d+)\)(?:: (?P<path>.+))?$")
KINDS = {
    FileNotFoundError: errno.ENOENT,
    IsADirectoryError: errno.EISDIR,
    NotADirectoryError: errno.ENOTDIR,
    PermissionError: errno.EACCES,
}


def say_failure(error: BaseException) -> int:
    """Say on the terminal why a command ended, and return its exit code: 2 for words, 1 with a trail."""
    causes = tuple(_causes(error))
    if not all(_is_told(cause) for cause in causes):
        _say_fault(error)
        return OUR_FAULT
    say_problems(tuple(problem for cause in causes if isinstance(cause, InputProblems) for problem in cause.problems))
    # Several workers meet the same full disk: it is said once.
    lines = dict.fromkeys(_in_words(cause) for cause in causes if not isinstance(cause, InputProblems))
    for line in lines:
        print(f"error: {printable(line)}", file=sys.stderr)
    return BAD_INPUT


def _is_told(error: BaseException) -> bool:
    return isinstance(error, InputProblems | NotInLibrary | OSError | MemoryError) or bool(IN_WORDS.search(str(error)))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The errors in a group of them, at any depth."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _causes(one)
    else:
        yield error


def _in_words(error: BaseException) -> str:
    if isinstance(error, NotInLibrary):
        return str(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory. Close other programs, or cut the cohort into parts (remission partition)."
    number, system, place = _refusal(error)
    said, advice = REFUSALS.get(number, (system, "Check the path and your rights to it."))
    # A full disk and a closed pipe have no file: they would be told as one that is called None.
    of_file = f"{place}: " if place else ""
    return f"{of_file}{said}{f' ({system})' if number in REFUSALS else ''}. {advice}"


def _refusal(error: BaseException) -> tuple[int, str, str]:
    """What the operating system refused: its number, its words and the place; 0 and no place where nobody says."""
    if told := IN_WORDS.search(str(error)):
        return int(told[1]), os.strerror(int(told[1])), told["path"] or ""
    assert isinstance(error, OSError)
    place = error.filename if isinstance(error.filename, str | bytes) else ""
    return error.errno or KINDS.get(type(error), 0), error.strerror or str(error), os.fsdecode(place)


def _say_fault(error: BaseException) -> None:
    traceback.print_exception(error, file=sys.stderr)
    print(
        "This is a fault of Remission, not of what you did. Please report it with the lines above; look through them\n"
        "first, for they may quote your records. They were written to this terminal only.\n"
        f"remission {__version__}, Python {platform.python_version()}, {platform.platform()}, "
        f"command: {' '.join(sys.argv[1:2]) or 'none'}",
        file=sys.stderr,
    )


def check_words(words: Sequence[str]) -> None:
    """InputProblems for words of the command line that are no text: no table or page could hold them.

    >>> check_words(["check", "Zoë"])
    """
    problems = [_no_text(word) for word in words if any("\ud800" <= letter <= "\udfff" for letter in word)]
    if problems:
        raise InputProblems(problems)


def _no_text(word: str) -> Problem:
    given = os.fsencode(word)
    advice = "If it is the name of a file or folder, rename it."
    if given.decode("utf-8", errors="replace").encode() == given:
        advice = "This terminal is set to ASCII: set PYTHONUTF8=1, or a language such as LC_ALL=C.UTF-8."
    # As bytes, for that is all that is known of it.
    found = f"{given!r}, which is not text"
    return Problem.of_file("the command line", found=found, allowed=f"{sys.getfilesystemencoding()}", do=advice)
