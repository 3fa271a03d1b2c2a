"""A name that the library does not have; apart from the catalogue, for where commands end nothing heavy is imported."""

from __future__ import annotations

from remission.inputs.problems import nearest


class NotInLibrary(LookupError):  # noqa: N818 - says what is so, as LookupError's own kin do
    """A name was asked for that the library does not have; the message lists those it has."""

    def __init__(self, noun: str, name: str, known: tuple[str, ...]) -> None:
        self.known = known
        advice = f" {alike}" if (alike := nearest(name, known)) else ""
        super().__init__(f"no {noun} called {name}; there are: {', '.join(known)}.{advice}")
