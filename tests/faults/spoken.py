"""A command of Remission in this process, for faults of what it reads: hundreds are tried in a minute."""

from __future__ import annotations

import contextlib
import gc
import io
import sys
import traceback
from pathlib import Path

from faults.trials import Tried
from remission.cli import main


def spoken(*words: str | Path) -> tuple[int | None, str]:
    """Exit code and what was said to the person; None and the traceback for an exception that nobody caught."""
    said, before = io.StringIO(), sys.argv
    sys.argv = ["remission", *map(str, words)]
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
        # A fault of ours is shown with its trail, and its command ends in order.
        return None if "Traceback" in said.getvalue() else code, said.getvalue()
    except BaseException:  # noqa: BLE001 - any at all is what is looked for
        return None, traceback.format_exc()
    finally:
        sys.argv = before
        gc.enable()
    return 0, said.getvalue()


def refused(what: str, file: str, code: int | None, said: str) -> Tried:
    """What is wrong with how an input was met that had to be refused, by the name of its file."""
    if code is None:
        return Tried(what, "traceback", said.strip().splitlines()[-1][:200])
    if code == 0:
        return Tried(what, "invalid accepted")
    by_name = code == 2 and Path(file).stem in said and "Traceback" not in said
    return Tried(what) if by_name else Tried(what, "refused without words", said.strip()[-200:])
