"""A process that does acts of people one after the other and says which are done, until somebody kills it.

Each line that it prints is an acknowledgement: what it says was done when it was said. It is run by `CHILD`.
"""

from __future__ import annotations

import random
import sys
import uuid

from made_up.web_people import tell
from remission.web.acts.consenting import active_version, give_consent
from remission.web.acts.withdrawing import withdraw
from remission.web.identities.models import Account, Membership

# Models can be imported once Django knows which observatory it serves: the environment says so.
CHILD = "import django; django.setup(); from made_up.mortal import live; live({seed})"


def live(seed: int) -> None:
    """Do one act after the other."""
    dice = random.Random(seed)
    while True:
        _one_act(dice)


def _one_act(dice: random.Random) -> None:
    accounts = list(Account.objects.order_by("pk"))
    if not accounts or dice.random() < 0.25:
        made = Account.objects.create_user(f"{uuid.UUID(int=dice.getrandbits(128)).hex}@example.org")
        say("account", made.actor)
        return
    account = dice.choice(accounts)
    mine = Membership.objects.filter(account=account).first()
    act = dice.choice(["agree", "tell", "tell", "tell", "stop", "erase"])
    if mine is None or act == "agree":
        scopes = [scope for scope in ("research", "aggregates", "contact") if dice.random() < 0.5]
        say("agreed", give_consent(account, scopes), " ".join(scopes))  # type: ignore[arg-type]
    elif act == "tell" and active_version(mine.person_id) is not None:
        say("told", mine.person_id, tell(mine.person_id, "relapses.day", "2020", f"relapse-{dice.getrandbits(60)}"))
    elif act in ("stop", "erase"):
        say("begun", mine.person_id, act, account.actor)
        withdraw(account, erase=act == "erase")
        say(act, mine.person_id, account.actor)


def say(*words: str) -> None:
    """Say that something is done, so that it is out of this process before anything else is."""
    sys.stdout.write("\t".join(words) + "\n")
    sys.stdout.flush()
