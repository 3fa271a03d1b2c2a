"""SIGKILL or SIGTERM at a moment of the clock; of one that could end in order nothing hidden is left."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial

from faults.scenes import SCENES, Ready, finished, ready, side_by_side
from faults.trials import Asked, Tried
from remission.inputs.writing import HIDDEN

TITLE = "killed or ended at any time"
# Starting up takes half a second, and nothing is written then.
FIRST_SECONDS = 0.4
# Folders and some tables of the first part.
AMONG_ITS_FILES = "6"


def tries(asked: Asked) -> Iterator[Tried]:
    """Kills of every command, most of them while something is being written."""
    draw = random.Random(asked.seed)
    for one in ready(asked, SCENES[:1] if asked.short else SCENES):
        yield from side_by_side(_tries(one, asked, 3 if one.scene.dear else asked.of(10, 1), draw))


def control(asked: Asked) -> Iterator[Tried]:
    """Written where it is to lie, and killed among its first files: it stops itself there, however slow the machine."""
    for one in ready(asked, [scene for scene in SCENES if scene.name == "partition"]):
        root = asked.folder / "root"
        process = one.play(root, "--plainly", "--stop-at", AMONG_ITS_FILES, "--under", str(root))
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        process.kill()
        finished(process)
        yield one.judged("killed in the middle", root)


def _tries(one: Ready, asked: Asked, many: int, draw: random.Random) -> Iterator[Callable[[], Tried]]:
    began = time.perf_counter()
    finished(one.play(asked.folder / f"{one.scene.name}-whole"))
    seconds = time.perf_counter() - began
    for number in range(many):
        after = FIRST_SECONDS * seconds + draw.random() * (1.05 - FIRST_SECONDS) * seconds
        yield partial(_try, one, asked, number, after, signal.SIGTERM if number % 3 == 1 else signal.SIGKILL)


def _try(one: Ready, asked: Asked, number: int, after: float, sign: signal.Signals) -> Tried:
    root = asked.folder / f"{one.scene.name}-{number}"
    process = one.play(root)
    time.sleep(after)
    process.send_signal(sign)
    _, said = finished(process)
    what = f"{sign.name} after {after:.2f} s"
    left = [path.name for path in root.rglob(f"*{HIDDEN}")]
    if sign == signal.SIGTERM and left:
        return Tried(f"{one.scene.name}, {what}", "half result", f"left {', '.join(left)}")
    return one.judged(what, root, said)
