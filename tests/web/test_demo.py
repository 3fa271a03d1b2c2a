"""A demo's folder is wiped however it ended; its people are nobody; its letters are on a page, in a demo alone."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.core.mail import send_mail
from django.test import Client

from remission.registry.forms.check import check_answers
from remission.registry.forms.form import forms
from remission.web.identities.models import Account, Membership
from remission.web.instance import Instance
from remission.web.records.models import ConsentRow
from remission.web.serving.demo import PREFIX, clear_dead, demo_home, wipe
from remission.web.serving.invented import DOMAIN, NAMES, invent_people, told, ways_in

KILLED = """
import os, signal, sys, tempfile
tempfile.tempdir = sys.argv[1]
from remission.web.serving.demo import demo_home
with demo_home() as folder:
    (folder / "records").write_text("ann")
    print(folder, flush=True)
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.stdin.readline()
"""


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_demo_has_a_folder_that_nobody_else_can_read_and_that_is_gone_afterwards(elsewhere: Path) -> None:
    with demo_home() as folder:
        (folder / "records").write_text("ann", encoding="utf-8")
        assert folder.stat().st_mode & 0o077 == 0
        assert folder.parent == elsewhere
    assert list(elsewhere.iterdir()) == []


def test_a_demo_that_was_killed_is_wiped_at_the_next_start_and_one_that_runs_is_left(elsewhere: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(elsewhere)]
    killed = subprocess.run([*command, "killed"], stdout=subprocess.PIPE, text=True, check=False)
    runs = subprocess.Popen([*command, "runs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert runs.stdout is not None
    running = Path(runs.stdout.readline().strip())
    mine = elsewhere / "remission-demonstration"
    mine.mkdir()
    left = Path(killed.stdout.strip())
    # The one that runs cleared the killed one away when it began.
    assert not left.exists()
    left.mkdir()
    (left / "records").write_text("ann", encoding="utf-8")
    assert clear_dead() == [left]
    assert sorted(elsewhere.iterdir()) == sorted([running, mine])
    runs.communicate("\n")
    assert list(elsewhere.iterdir()) == [mine]


def test_only_a_folder_of_a_demo_is_ever_wiped(tmp_path: Path) -> None:
    for name in ("remission", f"my-{PREFIX}1"):
        (tmp_path / name).mkdir()
        wipe(tmp_path / name)
        assert (tmp_path / name).is_dir()


def test_a_link_is_not_followed(elsewhere: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.mktemp("own")
    (own / "thesis").write_text("years of work", encoding="utf-8")
    (elsewhere / f"{PREFIX}x").symlink_to(own)
    assert clear_dead() == []
    assert (own / "thesis").is_file()


def test_people_are_made_by_the_acts_and_are_nobody(observatory: Instance) -> None:
    invent_people(5)
    assert Account.objects.count() == Membership.objects.count() == ConsentRow.objects.count() == 5
    assert all(account.email.endswith(f"@{DOMAIN}") for account in Account.objects.all())
    assert DOMAIN.endswith(".invalid")
    assert sum(account.has_usable_password() for account in Account.objects.all()) == len(NAMES)
    way = ways_in()[0]
    assert Client().post("/account/login/", {"login": way.address, "password": way.password}).status_code == 302


def test_what_they_tell_is_taken_by_the_form_whole() -> None:
    made, day = random.Random(7), date(2026, 3, 2)
    for _ in range(200):
        checked = check_answers(forms()["long"], told(made, day), today=day)
        assert (checked.troubles, dict(checked.drafts)) == ((), {})


def test_every_page_says_that_it_is_a_demo_and_none_does_elsewhere(observatory: Instance, settings: object) -> None:
    for path in ("/take-part/", "/account/login/", "/nothing/"):
        text = Client().get(path).content.decode()
        assert "All people in it are invented" in text
        assert '<a href="/demo/mail/">' in text
    settings.REMISSION = replace(observatory, mode="serve")  # type: ignore[attr-defined]
    for path in ("/take-part/", "/account/login/", "/nothing/"):
        assert "invented" not in Client().get(path).content.decode()


def test_letters_are_shown_with_links_that_can_be_clicked_and_escaped(observatory: Instance) -> None:
    send_mail(
        "One <b>", "See http://localhost:8000/account/confirm/a:b/ now.\n<script>", "a@b.invalid", ["c@d.invalid"]
    )
    send_mail("Two", "Später", "a@b.invalid", ["c@d.invalid"])
    text = Client().get("/demo/mail/").content.decode()
    assert '<a href="http://localhost:8000/account/confirm/a:b/">' in text
    assert "&lt;script&gt;" in text
    assert "<script>" not in text
    assert "One &lt;b&gt;" in text
    assert text.index("Später") < text.index("confirm")


def test_letters_are_on_no_page_where_people_are_real(observatory: Instance, settings: object) -> None:
    settings.REMISSION = replace(observatory, mode="serve")  # type: ignore[attr-defined]
    assert Client().get("/demo/mail/").status_code == 404
