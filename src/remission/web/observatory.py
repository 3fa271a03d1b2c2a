"""What a host declares in `observatory.toml` before anybody may sign up: who they are, and by what right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from remission.inputs.declared import Key, key, keys_of
from remission.inputs.problems import InputProblems, Problem, shown
from remission.inputs.strict_records import RecordReader, read_record, read_toml
from remission.registry.schema import countries

if TYPE_CHECKING:
    from remission.web.home import Home
    from remission.web.instance import Instance

YOUNGEST = 18
MOST_COMPLAINT_DAYS = 30
# What somebody leaves standing who copied a template: it declares nothing.
PLACEHOLDER = re.compile(
    r"\b(todo|fixme|tbc|tbd|xxx+|lorem ipsum|changeme|placeholder|examples?)\b|\.\.\.|…|<[^>]*>|\bexample\."
    r"|your (name|charity|trust|organisation|address)|\.(invalid|test)\b|^[\s\-–?_.]*$",
    re.IGNORECASE,
)
# Words that tell whoever sees a letter arrive what its reader lives with.
ILLNESS = re.compile(r"\b(ms|sclerosis|hsct|transplants?|illness|disease|patients?)\b", re.IGNORECASE)
ADDRESS = re.compile(r"https://[a-z0-9.-]+(:\d+)?", re.IGNORECASE)
Article6 = Literal["consent", "legal obligation", "public task", "legitimate interests"]
Article9 = Literal["explicit consent", "health or social care", "public health", "research", "not-for-profit body"]


@dataclass(frozen=True)
class Mail:
    """The server that letters go through. Its password stands in a file of its own, which only you may read."""

    host: str = key("Name of the mail server", example='"mail.charity.org"')
    sender: str = key("Address that letters come from", example='"records@charity.org"')
    sender_name: str = key("Name that letters come from; it names no illness", example='"Your records"')
    port: int = key("Port of the mail server", 587, low=1, high=65_535)
    security: Literal["starttls", "tls", "none"] = key(
        "How it is spoken to; none is for this computer alone", "starttls"
    )
    user: str = key("Name to sign in there with", "")
    password_file: str = key("File that holds the password, on a line of its own", "")


@dataclass(frozen=True)
class Observatory:
    """What the host of one observatory declares."""

    name: str = key("What this observatory is called")
    address: str = key("Where people reach it, beginning with https://, without a path")
    controller: str = key("Who decides about the records (the data controller), with legal form and address")
    contact: str = key("Where people reach the controller about their data: an address for mail or a telephone number")
    privacy_notice: str = key("Your privacy notice: its address on the web, or its whole text")
    article_6: Article6 = key("Lawful basis of Article 6 of the UK or EU GDPR")
    article_9: Article9 = key("Condition of Article 9 for data about health")
    ethics: str = key('Ethics approval: committee and number; or "a service, not research"')
    authority: str = key("Registration with the data-protection authority: which one, and the number")
    processors: tuple[str, ...] = key(
        'Everybody who holds the data for you (hosting, mail); ["none"] if nobody', least=1
    )
    countries: tuple[str, ...] = key("Countries whose people you serve, by their codes of two letters", least=1)
    complaints: str = key("Where people complain, and to which authority they can go after that")
    complaint_days: int = key("Within how many days a complaint is answered", low=1, high=MOST_COMPLAINT_DAYS)
    breach_contact: str = key("Who is told first, at any hour, when records may have come to others")
    retention: str = key("How long records are kept, and what is done then")
    backup_target: str = key("Where backups go: not on the same disk")
    when_the_host_stops: str = key("What happens to the records when you stop, and how people are told")
    minimum_age: int = key("From which age somebody may keep a record", low=YOUNGEST, high=99)
    encrypted_disk: str = key("How the disk under the folder is encrypted, where --check can not see it", "")
    mail: Mail | None = key("The mail server", None)


def read_observatory(instance: Instance) -> Observatory:
    """The declaration of an observatory; InputProblems with everything that is missing or a placeholder."""
    path = instance.folder.declaration
    written = read_toml(path)
    problems = list(_problems(written, path.name))
    if problems:
        raise InputProblems(problems)
    return read_record(Observatory, written, path.name)


def is_open(instance: Instance) -> bool:
    """May people sign up? In a demo they may; otherwise once everything is declared."""
    return instance.mode == "demo" or not missing(instance.folder)


def missing(home: Home) -> list[Problem]:
    """Everything of the declaration that is missing, wrong or a placeholder; nothing where it is whole."""
    path = home.declaration
    if not path.exists():
        do, allowed = f"Write it: remission serve --template > {path}", "a file that says who you are and by what right"
        return [Problem.of_file(path.name, found="no such file", allowed=allowed, do=do)]
    try:
        return list(_problems(read_toml(path), path.name))
    except InputProblems as error:
        return list(error.problems)
    except OSError:
        found, do = "a file that can not be read", f"Look at its rights: {path}"
        return [Problem.of_file(path.name, found=found, allowed="a TOML file", do=do)]


def read_mail(home: Home) -> Mail | None:
    """The mail server that is declared; None where none is, or not rightly: letters then wait in files."""
    try:
        written = read_toml(home.declaration)
        said = written.get("mail")
        wrong = any((one.column or "").startswith("mail") for one in _problems(written, home.declaration.name))
        return None if said is None or wrong else read_record(Mail, said, home.declaration.name)
    except (InputProblems, OSError):
        return None


def declared_address(home: Home) -> str:
    """Where people reach the observatory, as it is declared; empty where it is not."""
    try:
        said = read_toml(home.declaration).get("address", "")
    except (InputProblems, OSError):
        return ""
    return said if isinstance(said, str) and ADDRESS.fullmatch(said) and not PLACEHOLDER.search(said) else ""


def password_of(mail: Mail, home: Home) -> str:
    """The password of the mail server; InputProblems where its file cannot be read."""
    if not mail.password_file:
        return ""
    path = home.folder / mail.password_file
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        allowed, do = "a file that this account may read", "Look at mail.password_file in observatory.toml."
        raise InputProblems(Problem.of_file(str(path), found="no such text", allowed=allowed, do=do)) from None


def declaration_template() -> str:
    """An `observatory.toml` with every key explained; what stands in it declares nothing until it is replaced."""
    lines = [
        "# What the host of this observatory declares. Sign-up stays closed until every line is yours:",
        "# remission serve --check says what is missing.", "",
    ]  # fmt: skip
    for one in keys_of(Observatory):
        if one.name != "mail":
            lines += [*_explained(one), ""]
    lines += ["# The mail server. Without it letters are written to the folder outbox.", "# [mail]"]
    for one in keys_of(Mail):
        lines += [line if line.startswith("#") else f"# {line}" for line in _explained(one)]
    return "\n".join(lines) + "\n"


def _explained(one: Key) -> Iterator[str]:
    yield from one.explained
    value = {int: "0", str: '"TODO"'}.get(one.kinds[0], '"TODO"' if one.choices else '["TODO"]')
    yield f"{'' if one.required else '# '}{one.name} = {one.example or value}"


def _problems(written: Mapping[str, Any], file: str) -> Iterator[Problem]:
    reader = RecordReader(file)
    reader.record(Observatory, written)
    told = {problem.column for problem in reader.problems}
    yield from reader.problems
    for at, text in _texts(written):
        if PLACEHOLDER.search(text) and at not in told:
            do = "Write what is so: this is what people and the authority rely on."
            yield Problem.at_key(file, at, found="a placeholder", allowed="what you declare", do=do)
        elif at == "mail.sender_name" and ILLNESS.search(text):
            do = "Who looks over a shoulder reads it."
            yield Problem.at_key(file, at, found="the name of an illness", allowed="a name that tells none", do=do)
        elif at == "address" and not ADDRESS.fullmatch(text):
            do = "Passkeys are bound to a name, and nothing may travel in clear."
            yield Problem.at_key(file, at, found=shown(text), allowed="https:// and a name", do=do)
        elif at == "countries" and text not in countries():
            do, allowed = "Write codes of two letters, such as GB.", "a code of ISO 3166-1"
            yield Problem.at_key(file, at, found=shown(text), allowed=allowed, do=do)


def _texts(written: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a declaration, with the key that it stands under; what is optional and empty is none."""
    for name, value in written.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                yield from _texts(one, f"{within}{name}.")
            elif isinstance(one, str) and one:
                yield f"{within}{name}", one
