"""The list of random names that were erased, as acts ask it: what is on it comes back by no act that is late."""

from __future__ import annotations

from importlib import import_module

LIST = "remission.web.backup.erasures"


def remember_erased(name: str) -> None:
    """Put a name on the list, before anything of it is deleted."""
    import_module(LIST).remember(name)


def erased_names() -> frozenset[str]:
    """Every name on the list."""
    return frozenset(import_module(LIST).erased())


def is_erased(name: str) -> bool:
    """Is it on the list?"""
    return name in erased_names()
