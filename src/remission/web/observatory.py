"""What a host declares in `observatory.toml` before anybody may sign up: who they are, and by what right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems
from remission.inputs.strict_records import read_record, read_toml

if TYPE_CHECKING:
    from remission.web.instance import Instance


@dataclass(frozen=True)
class Observatory:
    """What the host of one observatory declares."""

    name: str = key("What this observatory is called", example='"MS records of the Example Trust"')
    controller: str = key("Who decides about the records (data controller)")


def read_observatory(instance: Instance) -> Observatory:
    """The declaration of an observatory; InputProblems with everything that is missing or a placeholder."""
    home = instance.folder
    return read_record(Observatory, read_toml(home.declaration), home.declaration.name)


def is_open(instance: Instance) -> bool:
    """May people sign up? In a demo they may; otherwise once everything is declared."""
    if instance.mode == "demo":
        return True
    try:
        read_observatory(instance)
    except InputProblems:
        return False
    return True
