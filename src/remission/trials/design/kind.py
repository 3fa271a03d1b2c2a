"""What is asked of every kind of trial, so that the report need not know which kinds there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

if TYPE_CHECKING:
    from remission.simulation.trials.run import Standing
    from remission.trials.design.formulas import Formula
    from remission.trials.design.outlook import Outlook
    from remission.trials.design.size import Size
    from remission.trials.design.truths import Truth

Tell: TypeAlias = "Callable[[Standing], object] | None"


class Kind(Protocol):
    """A design, worked out: everything in which one kind of trial differs from another.

    measure: what the one number of a truth is, such as a rate ratio; of_shares: is it a share, 0 to 1?
    """

    measure: ClassVar[str]
    of_shares: ClassVar[bool] = False

    @property
    def people(self) -> tuple[int, ...]:
        """People of each arm, control first."""

    @property
    def truths(self) -> list[Truth]:
        """What is looked at, the truth planned for first."""

    @property
    def test(self) -> str:
        """What people are compared by, so that nobody has to guess it from the bounds."""

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """What it is computed by."""

    def foretell(self, truth: Truth) -> Outlook:
        """What the formulas say under one truth."""

    def simulate(self, one: Outlook, trials: int, seed: int, tell: Tell) -> Outlook:
        """The same with so many trials played."""

    @property
    def if_sized(self) -> str:
        """On which terms another number of people has its power, to begin a sentence with."""
        return "With the same follow-up"

    def size_for(self, power: float, truth: Truth) -> Size | None:
        """How many people have this power by formula; None where there is no gain to show."""

    def answer(self, who: str, power: str) -> str:
        """The sentence a person came for, of the people `who`, with the power in words."""

    def compared(self, every: tuple[Outlook, ...]) -> Iterator[str]:  # noqa: ARG002 - some kinds ask it
        """What another test of the same people would show; of most kinds there is none."""
        yield from ()

    def limits(self, every: tuple[Outlook, ...]) -> Iterator[str]:  # noqa: ARG002 - some kinds ask it
        """What limits the answer for this kind of trial alone."""
        yield from ()
