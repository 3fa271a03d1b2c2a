"""What lies in folders that hold one file for each thing of a kind: found by walking, never listed by hand.

Nothing found is imported here, so that whoever only wants the names has them at once.
"""

from __future__ import annotations

import pkgutil
from types import ModuleType


def modules_in(*packages: ModuleType) -> dict[str, str]:
    """The full name of every module of some packages, by the name of its file, in order.

    ValueError when two of different packages have one name: which of them is meant nobody could say.

    >>> import remission.inputs
    >>> modules_in(remission.inputs)["walking"]
    'remission.inputs.walking'
    """
    found: dict[str, str] = {}
    for package in packages:
        for _, name, _ in pkgutil.iter_modules(package.__path__):
            if name in found:
                raise ValueError(f"two files are called {name}: {found[name]} and {package.__name__}.{name}")
            found[name] = f"{package.__name__}.{name}"
    return {name: found[name] for name in sorted(found)}
