"""`serve --check` names everything that is missing before people can trust a host, and says what it can not know."""

from __future__ import annotations

import os
import shutil
import socketserver
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from remission.web.audit.chain import note, noting
from remission.web.backup.expiry import file_name
from remission.web.instance import Instance
from remission.web.serving import check
from remission.web.serving.check import check_host, is_encrypted

BACKUP = file_name(datetime(2026, 11, 30, 2, tzinfo=UTC), date(2027, 1, 4))
DECLARED = """\
name = "Records of the MS group of Hull"
address = "https://records.ms-hull.org"
controller = "MS group of Hull, charity 1190001, 2 Quay Street, Hull"
contact = "data@ms-hull.org"
privacy_notice = "https://ms-hull.org/privacy"
article_6 = "consent"
article_9 = "explicit consent"
ethics = "a service, not research"
authority = "ICO, ZB900001"
processors = ["none"]
countries = ["GB"]
complaints = "complaints@ms-hull.org, then the ICO"
complaint_days = 30
breach_contact = "+44 1482 000000, at any hour"
retention = "until somebody erases"
backup_target = "a disk at Leeds"
when_the_host_stops = "everybody is written to"
minimum_age = 18
encrypted_disk = "LUKS by the hoster"
"""


class Post(socketserver.StreamRequestHandler):
    """A mail server that takes everything."""

    def handle(self) -> None:
        """Speak as one does."""
        self.wfile.write(b"220 hello\r\n")
        for line in self.rfile:
            self.wfile.write(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 yes\r\n")


@pytest.fixture
def post() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def ready(observatory: Instance, post: int) -> Instance:
    """An observatory whose host has done everything."""
    home = observatory.folder
    mail = f'\n[mail]\nhost = "127.0.0.1"\nport = {post}\nsecurity = "none"\n'
    mail += 'sender = "a@ms-hull.org"\nsender_name = "Records"\n'
    (home.folder / "recovery.pub").write_text("public", encoding="utf-8")
    (home.folder / "backups").mkdir()
    (home.backups / BACKUP).write_text("sealed", encoding="utf-8")
    home.declaration.write_text(DECLARED + mail, encoding="utf-8")
    close(home.folder)
    return replace(observatory, mode="serve", hosts=("records.ms-hull.org",), proxies=1)


def close(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


def lacking(instance: Instance) -> dict[str, str]:
    return {one.what: one.words for one in check_host(instance) if one.standing != "ok"}


def test_where_everything_is_done_nothing_is_missing(ready: Instance) -> None:
    assert lacking(ready) == {}
    assert {one.what for one in check_host(ready)} == {
        "declaration", "encrypted disk", "name and proxy", "rights", "keys", "recovery key", "last backup",
        "mail server", "clock", "disk",
    }  # fmt: skip


def test_a_fresh_home_lacks_nearly_everything_and_all_of_it_is_said(observatory: Instance) -> None:
    assert set(lacking(observatory)) >= {
        "declaration", "name and proxy", "recovery key", "last backup", "mail server", "encrypted disk",
    }  # fmt: skip


def test_each_line_of_the_declaration_that_is_missing_is_a_line_of_its_own(ready: Instance) -> None:
    path = ready.folder.declaration
    path.write_text(path.read_text().replace('contact = "data@ms-hull.org"\n', "").replace("= 18", "= 12"))
    found = [one.words for one in check_host(ready) if one.what == "declaration"]
    assert len(found) == 2
    assert "key contact: found no such key" in found[0]
    assert "key minimum_age: found 12; allowed: 18 to 99" in found[1]


@pytest.mark.parametrize(
    ("hosts", "proxies", "words"),
    [
        (("records.ms-hull.org",), 0, "no trusted proxy"),
        (("localhost", "127.0.0.1"), 1, "no name"),
        (("localhost",), 0, "this computer alone"),
    ],
)
def test_a_name_without_a_proxy_and_a_proxy_without_a_name_are_told(
    ready: Instance, hosts: tuple[str, ...], proxies: int, words: str
) -> None:
    assert words in lacking(replace(ready, hosts=hosts, proxies=proxies))["name and proxy"]


def test_whatever_others_may_read_is_named_but_for_the_site(ready: Instance) -> None:
    home = ready.folder
    home.identities.chmod(0o640)
    home.site.mkdir(exist_ok=True)
    (home.site / "index.html").write_text("for all", encoding="utf-8")
    (home.site / "index.html").chmod(0o644)
    said = lacking(ready)["rights"]
    assert "identities.sqlite3" in said
    assert "index.html" not in said


def test_a_key_that_is_gone_is_named(ready: Instance) -> None:
    (ready.folder.keys / "chain").unlink()
    assert "chain" in lacking(ready)["keys"]


def test_no_backup_and_an_old_one_are_told(ready: Instance) -> None:
    made = ready.folder.backups / BACKUP
    long_ago = time.time() - timedelta(days=9).total_seconds()
    os.utime(made, (long_ago, long_ago))
    assert "216 hours" in lacking(ready)["last backup"]
    made.unlink()
    # The list of erasures, which each backup puts beside itself, is none.
    (made.parent / "erased.txt").touch()
    assert "none is here" in lacking(ready)["last backup"]


def test_a_mail_server_that_does_not_answer_is_told(ready: Instance) -> None:
    path = ready.folder.declaration
    path.write_text(path.read_text().replace("port = ", "port = 1 # "))
    assert "does not take letters" in lacking(ready)["mail server"]


def test_a_clock_that_was_set_back_is_told(ready: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    with noting("records"):
        at = note("records", "tested", actor="system").at
    later = check.datetime.fromisoformat(at) - timedelta(days=50)
    for name in ("remission.web.clock.now", "remission.web.serving.check.now"):
        monkeypatch.setattr(name, lambda: later)
    assert "50 days before the last act" in lacking(ready)["clock"]
    monkeypatch.setattr(check, "set_back", lambda: None)
    monkeypatch.setattr(check, "now", lambda: check.WRITTEN - timedelta(days=1))
    assert "before this version was written" in lacking(ready)["clock"]


def test_a_disk_that_is_nearly_full_is_told(ready: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(ready.folder.folder)
    monkeypatch.setattr(check, "LEAST_FREE_BYTES", usage.free + 10**12)
    assert "GB free" in lacking(ready)["disk"]


@pytest.fixture
def system(tmp_path: Path) -> tuple[Path, Path]:
    """What a Linux says of itself: an encrypted home, a plain root, a volume of LVM on an encrypted partition."""
    blocks = tmp_path / "block"
    for name, uuid, below in (
        ("dm-0", "CRYPT-LUKS2-1f-home", "sda3"),
        ("dm-1", "LVM-vg-data", "dm-0"),
        ("sda1", "", ""),
    ):
        (blocks / name / "dm").mkdir(parents=True)
        (blocks / name / "dm/uuid").write_text(f"{uuid}\n", encoding="ascii")
        (blocks / name / "slaves" / below).mkdir(parents=True)
    for name in ("dm-0", "dm-1", "sda1"):
        (tmp_path / name).write_text("", encoding="ascii")
    lines = ("/dev/sda1 / ext4 rw 0 0", "/dev/dm-0 /home ext4 rw 0 0", "/dev/dm-1 /srv/my\\040records ext4 rw 0 0",
             "tmpfs /tmp tmpfs rw 0 0", "/dev/dm-0 /tmp/sealed ext4 rw 0 0",
             "overlay /cover overlay rw 0 0")  # fmt: skip
    (tmp_path / "mounts").write_text("\n".join(lines), encoding="ascii")
    return tmp_path / "mounts", blocks


@pytest.mark.skipif(sys.platform != "linux", reason="a path such as /home may lead elsewhere")
@pytest.mark.parametrize(
    ("folder", "seen"),
    [
        ("/home/host/remission", True), ("/srv/my records/remission", True), ("/tmp/sealed", True),
        ("/var/lib/remission", False), ("/tmp/remission", None), ("/cover/remission", None), ("/homes", False),
    ],
)  # fmt: skip
def test_encryption_is_seen_by_the_volume_below_and_not_guessed(
    system: tuple[Path, Path], folder: str, seen: bool | None
) -> None:
    assert is_encrypted(Path(folder), *system) is seen


def test_a_system_that_says_nothing_of_its_disks_is_not_taken_for_a_safe_one(tmp_path: Path, ready: Instance) -> None:
    assert is_encrypted(tmp_path, tmp_path / "no mounts", tmp_path) is None
    path = ready.folder.declaration
    path.write_text(path.read_text().replace("encrypted_disk", "# encrypted_disk"))
    said = [one for one in check_host(ready) if one.what == "encrypted disk"]
    assert said[0].standing in ("not known", "ok")
    assert (said[0].standing == "ok") == (is_encrypted(ready.folder.folder) is True)
