"""SIGKILL before a step of writing (opening, renaming, making, deleting): exact, and spread over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from faults.scenes import SCENES, Ready, finished, ready, side_by_side
from faults.trials import Asked, Tried

TITLE = "killed before a step of writing"


def tries(asked: Asked) -> Iterator[Tried]:
    """A dozen steps of every command; every third try is then run again, and must bring the new result."""
    scenes = SCENES[:1] if asked.short else SCENES
    for one in ready(asked, scenes):
        yield from side_by_side(_tries(one, asked, 3 if one.scene.dear else asked.of(12, 2)))


def control(asked: Asked) -> Iterator[Tried]:
    """The same, written where it is to lie."""
    for one in ready(asked, SCENES[:1]):
        yield from side_by_side(_tries(one, asked, 1, "--plainly"))


def _tries(one: Ready, asked: Asked, many: int, *options: str) -> Iterator[Callable[[], Tried]]:
    count = asked.folder / "count"
    counting = (*_under(one, asked, "count"), "--count", str(count))
    finished(one.play(asked.folder / f"{one.scene.name}-count", *options, *counting))
    steps = int(count.read_text())
    for number in range(many):
        yield partial(_try, one, asked, 1 + (number + 1) * steps // (many + 1), options, again=number % 3 == 2)


def _under(one: Ready, asked: Asked, name: str) -> tuple[str, str]:
    return "--under", str(asked.folder / f"{one.scene.name}-{name}")


def _try(one: Ready, asked: Asked, step: int, options: tuple[str, ...], *, again: bool) -> Tried:
    root = asked.folder / f"{one.scene.name}-{step}"
    finished(one.play(root, *options, *_under(one, asked, str(step)), "--kill-at", str(step)))
    found = one.judged(f"killed before step {step}", root)
    if found.wrong or not again:
        return found
    _, said = finished(one.play(root, *options))
    return one.judged(f"run again after a kill before step {step}", root, said, ended_well=True)
