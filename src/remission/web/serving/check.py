"""What a host must have done before people trust it with their records: everything that is missing, at once."""

from __future__ import annotations

import shutil
import smtplib
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from remission.inputs.problems import InputProblems
from remission.web.backup.expiry import last_made
from remission.web.clock import now, set_back
from remission.web.home import OTHERS, SECRETS
from remission.web.instance import LOOPBACK
from remission.web.observatory import missing, password_of, read_mail, read_observatory

if TYPE_CHECKING:
    from remission.web.home import Home
    from remission.web.instance import Instance

Standing = Literal["ok", "missing", "not known"]
LEAST_FREE_BYTES = 2_000_000_000
OLDEST_BACKUP = timedelta(days=2)
# No clock is right that says an earlier day than the one on which this was written.
WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
MAIL_SECONDS = 5


@dataclass(frozen=True)
class Found:
    """One thing that was looked at: how it stands, and what to do where it is not so."""

    what: str
    standing: Standing
    words: str

    def __str__(self) -> str:
        """A line for the terminal."""
        return f"{self.standing:<9}  {self.what}: {self.words}"


def check_host(instance: Instance) -> list[Found]:
    """Everything that was looked at; nothing is changed, and only the mail server is spoken to."""
    home = instance.folder
    return [
        *_declared(home), _encrypted(instance), *_names(instance.hosts, instance.proxies), _closed(home), _keys(home),
        _recovery_key(home), _backup(home), _mail(home), _clock(), _space(home.folder),
    ]  # fmt: skip


def _declared(home: Home) -> Iterator[Found]:
    problems = missing(home)
    for problem in problems:
        yield Found("declaration", "missing", str(problem))
    if not problems:
        yield Found("declaration", "ok", "every key of observatory.toml is there")


def _encrypted(instance: Instance) -> Found:
    what, seen = "encrypted disk", is_encrypted(instance.folder.folder)
    if seen:
        return Found(what, "ok", "the folder lies on a volume of dm-crypt")
    try:
        said = read_observatory(instance).encrypted_disk
    except InputProblems:
        said = ""
    if said:
        return Found(what, "ok", "not seen from here; you declare how it is encrypted")
    found = "no encryption is seen under the folder" if seen is False else "it can not be known from here"
    return Found(what, "not known", f"{found}. Say how in observatory.toml (encrypted_disk), or move the folder.")


def is_encrypted(folder: Path, mounts: Path = Path("/proc/mounts"), blocks: Path = Path("/sys/block")) -> bool | None:
    """Does a folder lie on a volume of dm-crypt? None where this system does not say; other kinds are not seen."""
    try:
        device = _device_of(folder.resolve(), mounts.read_text(encoding="utf-8"))
        return None if device is None else _is_crypt(Path(device).resolve().name, blocks)
    except OSError:
        return None


def _device_of(folder: Path, mounts: str) -> str | None:
    """The device that the deepest mounted folder above this one lies on; None where it is no device."""
    lines = (line.split() for line in mounts.splitlines())
    above = [(words[1].replace("\\040", " "), words[0]) for words in lines if len(words) > 1]
    found = [(place, device) for place, device in above if folder.is_relative_to(place)]
    # Of two at one place the later one covers the other.
    device = max(enumerate(found), key=lambda one: (len(one[1][0]), one[0]))[1][1] if found else ""
    return device if device.startswith("/dev/") else None


def _is_crypt(name: str, blocks: Path) -> bool:
    """Is a device of dm-crypt, or any that it lies on (a volume of LVM on an encrypted partition)?"""
    uuid = blocks / name / "dm" / "uuid"
    if uuid.is_file() and uuid.read_text(encoding="ascii", errors="replace").startswith("CRYPT-"):
        return True
    below = blocks / name / "slaves"
    return below.is_dir() and any(_is_crypt(one.name, blocks) for one in below.iterdir())


def _names(hosts: Sequence[str], proxies: int) -> Iterator[Found]:
    what, outside = "name and proxy", sorted(set(hosts) - set(LOOPBACK))
    if not outside and proxies:
        yield Found(what, "missing", f"{proxies} trusted proxies and no name: add --host, or leave out --proxies")
    elif not outside:
        yield Found(what, "missing", "this computer alone can ask: --host your.name --proxies 1, behind TLS")
    elif not proxies:
        yield Found(
            what, "missing", f"{', '.join(outside)} and no trusted proxy: nothing here ends TLS. Add --proxies 1"
        )
    else:
        yield Found(
            what, "ok", f"{', '.join(outside)} behind {proxies}; more than there are lets anybody forge addresses"
        )


def _closed(home: Home) -> Found:
    open_ones = sorted(_open_to_others(home))
    if open_ones:
        return Found("rights", "missing", f"others may read {', '.join(open_ones)}. Run: chmod -R go-rwx {home.folder}")
    return Found("rights", "ok", "nobody else on this computer can read the folder")


def _open_to_others(home: Home) -> Iterator[str]:
    for path in (home.folder, *home.folder.rglob("*")):
        # Pages of the site are for everybody, and the folder around them is closed.
        if home.site in (path, *path.parents):
            continue
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & OTHERS:
            yield str(path.relative_to(home.folder.parent))


def _keys(home: Home) -> Found:
    gone = [name for name in SECRETS if not (home.keys / name).is_file()]
    if gone:
        return Found("keys", "missing", f"{', '.join(gone)} in {home.keys}; a new one would open nothing")
    return Found("keys", "ok", "all are there; keep a copy apart from the backups")


def _recovery_key(home: Home) -> Found:
    if home.recovery.is_file():
        return Found("recovery key", "ok", "backups are sealed to it")
    return Found("recovery key", "missing", "backups can not be sealed. Run: remission backup --new-recovery-key")


def _backup(home: Home) -> Found:
    made = last_made(home.backups)
    if made is None:
        return Found("last backup", "missing", "none is here. Run: remission backup")
    age = now() - made
    standing: Standing = "ok" if age <= OLDEST_BACKUP else "missing"
    return Found("last backup", standing, f"{age.total_seconds() / 3600:.0f} hours old; one a night is meant")


def _mail(home: Home) -> Found:
    mail = read_mail(home)
    if mail is None:
        return Found("mail server", "missing", "none is declared: letters are written to the folder outbox")
    try:
        kind = smtplib.SMTP_SSL if mail.security == "tls" else smtplib.SMTP
        with kind(mail.host, mail.port, timeout=MAIL_SECONDS) as server:
            if mail.security == "starttls":
                server.starttls()
            if mail.user:
                server.login(mail.user, password_of(mail, home))
            server.noop()
    except (OSError, smtplib.SMTPException, InputProblems) as error:
        return Found(
            "mail server", "missing", f"{mail.host}:{mail.port} does not take letters ({type(error).__name__})"
        )
    return Found("mail server", "ok", f"{mail.host}:{mail.port} answers")


def _clock() -> Found:
    behind = set_back()
    if behind is not None:
        words = f"it stands {behind.days} days before the last act in the audit. Set it right before anything is told"
        return Found("clock", "missing", words)
    if now() < WRITTEN:
        return Found("clock", "missing", "it says a day before this version was written. Set it right")
    return Found("clock", "ok", f"{now():%Y-%m-%d %H:%M} UTC")


def _space(folder: Path) -> Found:
    free = shutil.disk_usage(folder).free
    standing: Standing = "ok" if free >= LEAST_FREE_BYTES else "missing"
    return Found("disk", standing, f"{free / 1e9:.1f} GB free; at least {LEAST_FREE_BYTES / 1e9:.0f} are meant")
