"""What must be so before anything is served: tables made, what was begun finished, what was ended still ended."""

from __future__ import annotations

import importlib

from django.core.management import call_command

from remission.inputs.walking import modules_in
from remission.web import acts
from remission.web.acts.intents import finish_intents
from remission.web.backup.erasures import reapply
from remission.web.databases import IDENTITIES, RECORDS


def prepare() -> int:
    """Make or update the tables of both databases; how many acts were begun and are finished now."""
    for one in (IDENTITIES, RECORDS):
        call_command("migrate", database=one, verbosity=0, interactive=False)
    call_command("createcachetable", database=IDENTITIES, verbosity=0)
    # Each act says by itself how it is finished, when its file is read.
    for name in modules_in(acts).values():
        importlib.import_module(name)
    finished = finish_intents()
    # After it: what was begun before an erasure brings nobody back.
    reapply()
    return finished
