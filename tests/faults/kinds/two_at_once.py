"""Two runs at once into one place: one of the two results lies there at the end, and who was refused heard why.

Of a list that both add to, both lines lie there: the first is stopped between reading and writing, and goes on when the
second has ended, or waits.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from faults.scenes import CHEAP, Ready, finished, ready, side_by_side, start, wrong_code
from faults.trials import Asked, Tried

TITLE = "two at once"
# The step of `foi sent` before which it has read the register and not yet written: with the swap, and without.
SWAPPING, PLAINLY = 6, 2
WAITS_SECONDS = 8.0


def tries(asked: Asked) -> Iterator[Tried]:
    """The command that wrote the old result and the one that writes the new, started together; or one of them twice."""
    yield _both_lines(asked, SWAPPING)
    for one in ready(asked, [] if asked.short else CHEAP):
        yield from side_by_side(partial(_try, one, asked, number) for number in range(asked.of(5, 1)))


def control(asked: Asked) -> Iterator[Tried]:
    """Written where it is to lie."""
    yield _both_lines(asked, PLAINLY, "--plainly")


def _both_lines(asked: Asked, step: int, *options: str) -> Tried:
    root, inputs = asked.folder / "lines", asked.folder
    # There already, so that making it is no step.
    (root / "out" / "foi").mkdir(parents=True)
    command = "atlas foi sent {} --data OUT --on 2026-11-02"
    stops = ("--stop-at", str(step), "--under", str(root))
    first = start(command.format("RJ1"), root, inputs, *options, *stops)
    # Stopped or ended, and not yet asked for its exit code.
    os.waitid(os.P_PID, first.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    second = start(command.format("R1H"), root, inputs, *options)
    until = time.monotonic() + WAITS_SECONDS
    while second.poll() is None and time.monotonic() < until and not _is_waiting(second.pid):
        time.sleep(0.05)
    first.send_signal(signal.SIGCONT)
    said = "".join(finished(one)[1] for one in (first, second))
    lines = (root / "out/foi/register.csv").read_text().splitlines()[1:]
    codes = sorted(line.partition(",")[0] for line in lines)
    what = "two requests entered at once"
    if "Traceback" in said:
        return Tried(what, "traceback", said.strip().splitlines()[-1])
    return Tried(what) if codes == ["R1H", "RJ1"] else Tried(what, "half result", f"only {', '.join(codes)}")


def _is_waiting(pid: int) -> bool:
    """Does a process wait for a lock? Where the system does not say, it is given its time."""
    try:
        return "lock" in Path(f"/proc/{pid}/wchan").read_text()
    except OSError:
        return False


def _try(one: Ready, asked: Asked, number: int) -> Tried:
    root = asked.folder / f"{one.scene.name}-{number}"
    first = one.play(root)
    second = start(one.scene.old or one.scene.new, root, one.inputs)
    ends = [finished(first), finished(second)]
    found = one.judged("two at once", root, "".join(said for _, said in ends))
    wrong = found.wrong or next((word for code, said in ends if (word := wrong_code(code, said))), "")
    return Tried(found.what, wrong, found.detail or (ends[0][1] + ends[1][1]).strip()[-200:] if wrong else "")
