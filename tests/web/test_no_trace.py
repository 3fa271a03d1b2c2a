"""What people tell and write leaves no trace in any log: after a run through every page nothing of it is in one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from made_up.every_page import every_page, people
from made_up.full_house import ANN, CANARY, House
from remission.web.acts import telling
from remission.web.instance import Instance
from remission.web.jobs.run import run_due
from remission.web.mail.sending import send_waiting

pytestmark = pytest.mark.usefixtures("quick_hashes")
PASSWORD, TYPED, IN_ADDRESS = "typed-Canary-password", "canary-typed@example.org", "in-an-address"
# What somebody told or typed; every text of theirs holds the first.
TOLD = (CANARY, ANN, PASSWORD, TYPED)


class Heard(logging.Handler):
    """Keeps what is logged, as it would be written: its words and what went wrong."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{self.format(record)} {record.args}")


@pytest.fixture
def heard() -> Iterator[Heard]:
    """All that our own code logs at any level, and all that Django warns of: more than is ever written."""
    handler, of_places = Heard(), ("", "django", "django.security")
    levels = {"remission": logging.DEBUG, "allauth": logging.DEBUG, "django.request": logging.WARNING}
    before = {name: logging.getLogger(name).level for name in levels}
    for name in of_places:
        logging.getLogger(name).addHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    yield handler
    for name in of_places:
        logging.getLogger(name).removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def walk(house: House) -> None:
    """Look at every page, send what is right and what is not, and meet a fault in the middle."""
    for seen in every_page(house):
        assert seen.answer.status_code < 500
    ann, visitor = house.client("ann"), Client(raise_request_exception=False)
    for typed in ({"registry.own_words": f"{CANARY} more"}, {"walking.day/walking-1": f"{CANARY} no day"}):
        ann.post("/my/form/short/", {"version": "1", "do": "send", **typed})
    ann.post("/my/helpers/ask/", {"address": TYPED, "called": CANARY, "signed": CANARY, "may": "read"})
    visitor.post("/account/login/", {"login": ANN, "password": PASSWORD})
    visitor.post("/account/signup/", {"email": TYPED, "password1": PASSWORD, "adult": "on"})
    visitor.get(f"/{IN_ADDRESS}/?next={IN_ADDRESS}")
    send_waiting()
    run_due()


def fault(house: House, monkeypatch: pytest.MonkeyPatch) -> int:
    """Send a form while the code that keeps it is broken; the status of the answer."""

    def broken(*rows: object) -> None:
        raise ValueError(f"cannot take {rows!r} of {CANARY}")

    monkeypatch.setattr(telling, "write_answers", broken)
    client = house.client("ann")
    client.raise_request_exception = False
    typed = {"version": "1", "do": "send", "registry.own_words": f"{CANARY} at a fault"}
    return int(client.post("/my/form/short/", typed).status_code)


def traces(lines: list[str], needles: tuple[str, ...]) -> list[str]:
    """Lines that say something of somebody."""
    return [line for line in lines if any(one.casefold() in line.casefold() for one in needles)]


def written(observatory: Instance) -> list[str]:
    """Every line of every file of logs."""
    files = [one for one in observatory.folder.logs.rglob("*") if one.is_file()]
    return [line for one in files for line in one.read_text(encoding="utf-8", errors="replace").splitlines()]


@pytest.fixture
def house(observatory: Instance, join: Callable[..., Any], sign_in: Callable[..., Any]) -> House:
    return people(join, sign_in)


def test_nothing_of_anybody_is_in_a_log(
    observatory: Instance, house: House, monkeypatch: pytest.MonkeyPatch, heard: Heard
) -> None:
    names = (*house.tokens.values(), *house.ties.values(), house.members["ann"].person_id, IN_ADDRESS)
    walk(house)
    # Django warns of every address that is not there, which is written nowhere; not even there is anything told.
    assert [line for line in heard.lines if "Not Found" in line]
    assert traces(heard.lines, TOLD) == []
    assert fault(house, monkeypatch) == 500
    assert traces(written(observatory), (*TOLD, *names)) == []
    # The fault itself is in the file: where it was, and of what kind.
    assert "ValueError" in "".join(written(observatory))


def test_warnings_of_django_which_name_addresses_are_not_written(observatory: Instance) -> None:
    assert not logging.getLogger("django.request").isEnabledFor(logging.WARNING)
    Client().get(f"/for/{IN_ADDRESS}/")
    Client().get(f"/visit/{IN_ADDRESS}/")
    assert written(observatory) == []


def test_a_trace_is_found(observatory: Instance, heard: Heard) -> None:
    logging.getLogger("remission.web.somewhere").debug("took %s", f"{CANARY} words")
    logging.getLogger("django.request").warning("Not Found: /for/%s/", ANN)
    observatory.folder.logs.mkdir(exist_ok=True)
    (observatory.folder.logs / "more.log").write_text(f"GET {ANN}\n", encoding="utf-8")
    assert len(traces(heard.lines, TOLD)) == 2
    assert len(traces(written(observatory), TOLD)) == 1
