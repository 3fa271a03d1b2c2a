"""Pictures drawn once in a run: what one worker has drawn, another takes from a folder that they share."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any


def once(draw: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    """A function that draws, and that keeps in a folder what it has drawn of each thing that it was asked.

    The folder is of one run, so that nothing in it is of another version of what draws.
    """

    @wraps(draw)
    def drawn(*asked: Any, **how: Any) -> Any:
        key = hashlib.sha256(json.dumps([asked, how], sort_keys=True).encode()).hexdigest()
        path = folder / f"{draw.__name__}-{key}"
        if not path.exists():
            found = draw(*asked, **how)
            # Put there whole: another worker may look for it at this moment.
            half = path.with_suffix(f".{os.getpid()}")
            half.write_bytes(found if isinstance(found, bytes) else found.encode())
            half.replace(path)
            return found
        kept = path.read_bytes()
        return kept if draw.__name__.endswith("png") else kept.decode()

    return drawn
