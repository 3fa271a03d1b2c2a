"""Both chains of acts gone through from the first row to the last."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from remission.web.audit.chain import CHAINS, FIRST, mac_of
from remission.web.instance import instance

VERIFY = "remission.web.audit.verify"


def broken_chains() -> list[str]:
    """The chains of which a row is not proved by its own key and the row before."""
    if find_spec(VERIFY) is not None:
        return [chain for chain in CHAINS if not import_module(VERIFY).verify(chain).whole]
    return [chain for chain, (_, model) in CHAINS.items() if not _is_whole(model)]


def _is_whole(model: type) -> bool:
    before = FIRST
    for row in model._default_manager.order_by("row"):  # type: ignore[attr-defined]
        if row.mac != mac_of(row, before, instance().keyring.chain):
            return False
        before = row.mac
    return True
