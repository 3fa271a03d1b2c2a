"""What a model cannot be fitted to, in words: every reason at once, with what to do."""

from __future__ import annotations

from collections.abc import Sequence


class NotEstimable(ValueError):  # noqa: N818 - it says what is so, as InputProblems does
    """Data from which a model cannot be estimated. `reasons` says each thing that is wrong and what to do about it.

    `separated` names the columns whose coefficient has no finite estimate, if that is the reason.

    >>> str(NotEstimable(["no event: nothing tells who is at higher risk"]))
    'not estimable: no event: nothing tells who is at higher risk'
    """

    def __init__(self, reasons: Sequence[str], separated: Sequence[str] = ()) -> None:
        super().__init__("not estimable: " + "; ".join(reasons))
        self.reasons = tuple(reasons)
        self.separated = tuple(separated)
