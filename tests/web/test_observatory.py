"""Nobody can sign up before the host has declared everything, in words of their own."""

from __future__ import annotations

import stat
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from remission.inputs.declared import keys_of
from remission.inputs.problems import InputProblems
from remission.web.home import Home
from remission.web.instance import Instance
from remission.web.observatory import (
    Observatory,
    declaration_template,
    declared_address,
    is_open,
    missing,
    password_of,
    read_mail,
    read_observatory,
)

WHOLE = """\
name = "Records of the MS group of Hull"
address = "https://records.ms-hull.org"
controller = "MS group of Hull, charity 1190001, 2 Quay Street, Hull"
contact = "data@ms-hull.org"
privacy_notice = "https://ms-hull.org/privacy"
article_6 = "consent"
article_9 = "explicit consent"
ethics = "a service, not research"
authority = "ICO, ZB900001"
processors = ["Quayhost Ltd"]
countries = ["GB", "IE"]
complaints = "complaints@ms-hull.org, then the ICO"
complaint_days = 30
breach_contact = "+44 1482 000000, at any hour"
retention = "until somebody erases, or ten years after the last visit"
backup_target = "a disk at Quayhost Leeds"
when_the_host_stops = "everybody is written to and has a year to take the records home"
minimum_age = 18
"""
MAIL = """
[mail]
host = "mail.ms-hull.org"
sender = "records@ms-hull.org"
sender_name = "Your records"
user = "records"
password_file = "mail.password"
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def declared(home: Home, text: str) -> set[str | None]:
    home.declaration.write_text(text, encoding="utf-8")
    return {problem.column for problem in missing(home)}


def test_what_is_whole_is_read_and_opens_sign_up(home: Home, observatory: Instance) -> None:
    served = replace(observatory, home=home, mode="serve")
    assert not is_open(served)
    assert declared(home, WHOLE + MAIL) == set()
    assert is_open(served)
    read = read_observatory(served)
    assert read.minimum_age == 18
    assert read.mail is not None
    assert declared_address(home) == "https://records.ms-hull.org"


@pytest.mark.parametrize("name", [one.name for one in keys_of(Observatory) if one.required])
def test_each_line_that_is_missing_is_named(home: Home, name: str) -> None:
    lines = [line for line in WHOLE.splitlines() if not line.startswith(f"{name} =")]
    assert len(lines) == len(WHOLE.splitlines()) - 1
    assert declared(home, "\n".join(lines)) == {name}


def test_the_template_names_every_key_and_declares_nothing(home: Home) -> None:
    template = declaration_template()
    required = {one.name for one in keys_of(Observatory) if one.required}
    assert set(tomllib.loads(template)) == required
    assert declared(home, template) == required
    uncommented = "\n".join(
        line.removeprefix("# ") for line in template.splitlines() if " = " in line or "[mail]" in line
    )
    assert set(tomllib.loads(uncommented)) == {one.name for one in keys_of(Observatory)}


@pytest.mark.parametrize(
    "text",
    ["TODO", "todo: ask Jo", "...", "…", "<your name>", "xxx", "XXXX", "An example charity", "jo@example.org",
     "https://example.com/privacy", "Lorem ipsum dolor", "-", "TBC", "records.test", "your charity"],
)  # fmt: skip
def test_a_placeholder_is_no_declaration(home: Home, text: str) -> None:
    line = next(line for line in WHOLE.splitlines() if line.startswith("contact"))
    assert declared(home, WHOLE.replace(line, f'contact = "{text}"')) == {"contact"}


def test_everything_is_told_at_once(home: Home) -> None:
    text = WHOLE.replace("minimum_age = 18", "minimum_age = 16").replace("complaint_days = 30", "complaint_days = 60")
    text = (
        text.replace('"GB", "IE"', '"GB", "Narnia"')
        .replace("Quayhost Ltd", "TODO")
        .replace("https://records", "records")
    )
    wrong = {"minimum_age", "complaint_days", "countries", "processors", "address"}
    assert declared(home, text + "phone = 3\n") == wrong | {"phone"}


def test_a_sender_that_names_an_illness_is_refused(home: Home) -> None:
    assert declared(home, WHOLE + MAIL.replace("Your records", "Hull MS records")) == {"mail.sender_name"}
    assert read_mail(home) is None


def test_no_file_or_no_toml_is_told_and_opens_nothing(home: Home, observatory: Instance) -> None:
    assert [problem.found for problem in missing(home)] == ["no such file"]
    home.declaration.write_text("name = ", encoding="utf-8")
    assert len(missing(home)) == 1
    assert not is_open(replace(observatory, home=home, mode="serve"))


def test_sign_up_is_closed_on_the_page_until_then(observatory: Instance, settings: object) -> None:
    settings.REMISSION = replace(observatory, mode="serve")  # type: ignore[attr-defined]
    assert "Sign-up is not open here yet" in Client().get("/take-part/").content.decode()
    settings.REMISSION.folder.declaration.write_text(WHOLE, encoding="utf-8")  # type: ignore[attr-defined]
    assert "/account/signup/" in Client().get("/take-part/").content.decode()


def test_the_password_of_the_mail_server_is_in_a_file_and_in_no_message(home: Home) -> None:
    declared(home, WHOLE + MAIL)
    mail = read_mail(home)
    assert mail is not None
    with pytest.raises(InputProblems) as found:
        password_of(mail, home)
    assert "mail.password" in found.value.report()
    (home.folder / "mail.password").write_text("a secret of the post\n", encoding="utf-8")
    (home.folder / "mail.password").chmod(stat.S_IRUSR)
    assert password_of(mail, home) == "a secret of the post"
