"""`remission serve`: the observatory on this computer, with people's own records or without."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from remission.terminal import BAD_INPUT, print_file, progress_bar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from remission.web.home import Home
    from remission.web.instance import Instance

PLACE = 80
PORT = 8000
SITE = Path("out/site")
app = typer.Typer(rich_markup_mode=None)


@app.command()
def serve(
    port: Annotated[
        int, typer.Option(min=0, max=65535, envvar="PORT", help="The port on this computer; 0 for any.")
    ] = PORT,
    site: Annotated[
        Path | None, typer.Option(metavar="DIR", help="What `site export` wrote [the home's, out/site, or made now].")
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", envvar="REMISSION_HOME", help="The home: databases, keys, letters."),
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="The public pages alone: no accounts.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="With invented people; wiped at the end.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Say what is missing before people can trust it.")] = False,
    template: Annotated[bool, typer.Option("--template", help="Print an observatory.toml to fill in.")] = False,
    host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name it is reached by, behind a proxy that ends TLS.")
    ] = None,
    proxies: Annotated[int, typer.Option(min=0, max=9, help="How many proxies before it are yours.")] = 0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer, of four threads each.")] = 2,
) -> None:
    """Serve the observatory to this computer, until stopped with Ctrl-C.

    Example: remission serve --demo
    """
    if template:
        from remission.web.observatory import declaration_template

        print_file(declaration_template())
        return
    if read_only:
        _serve_site(port, site)
        return
    from remission.web.open import check_installed

    check_installed()
    names = tuple(host or ())
    if check:
        raise typer.Exit(_check(home, names, proxies))
    _refuse(names, proxies, demo=demo)
    with ExitStack() as stack:
        _serve_all(stack, port, site, home, names, proxies, workers, demo=demo)


def _refuse(names: tuple[str, ...], proxies: int, *, demo: bool) -> None:
    """A name without a proxy would be reached in clear, and a demo under a name by people who take it for real."""
    if bool(names) != bool(proxies):
        raise typer.BadParameter("a name needs a proxy that ends TLS before it: --host NAME --proxies 1")
    if demo and names:
        raise typer.BadParameter("a demo is for this computer alone: leave out --host")


def _serve_site(port: int, site: Path | None) -> None:
    """No accounts, no database, and none of the libraries that they need."""
    from remission.exhibits.site.serve import serve_site
    from remission.site.shell import served

    folder = site or (SITE if _is_site(SITE) else _written(SITE))
    serve_site(folder, port, replace(served(), served_by="remission serve --read-only"), browser=False, say=_say)


def _serve_all(
    stack: ExitStack, port: int, site: Path | None, home: Path | None, names: tuple[str, ...], proxies: int,
    workers: int, *, demo: bool,
) -> None:  # fmt: skip
    from remission.exhibits.site.ports import take_port
    from remission.web.home import default_folder, open_home
    from remission.web.open import open_observatory
    from remission.web.serving.demo import demo_home

    # First, for it is what fails most often, and nothing has been waited for yet.
    sockets = take_port(port, "remission serve")
    for one in sockets:
        stack.callback(one.close)
    folder = stack.enter_context(demo_home()) if demo else home or default_folder()
    kept = open_home(folder)
    public = site if site and _checked(site) else _site_of(kept)
    address = f"https://{names[0]}" if names else f"http://localhost:{sockets[0].getsockname()[1]}"
    instance = open_observatory(
        folder, mode="demo" if demo else "serve", site=public, hosts=names, proxies=proxies, address=address
    )
    from remission.web.serving.prepare import prepare
    from remission.web.serving.server import serve as serve_until_ended

    prepare()
    if demo:
        from remission.web.serving.invented import invent_people

        invent_people()
    lines = list(_first_lines(instance, sockets[0].getsockname()[1]))
    serve_until_ended(sockets, workers=workers, ready=lambda: _say("\n".join(lines)))


def _first_lines(instance: Instance, port: int) -> Iterator[str]:
    """What is said once it can be asked."""
    from remission.web import fault_log
    from remission.web.clock import set_back
    from remission.web.identities.first_host import first_host_link
    from remission.web.observatory import missing

    reached = f" behind your proxy as {instance.address}" if instance.proxies else " for this computer only"
    yield f"Remission is at http://localhost:{port}{reached}. Stop with Ctrl-C."
    if instance.mode == "demo":
        yield f"A demo: everybody in it is invented, and all is wiped at the end. Mail: {instance.address}/demo/mail/"
        return
    yield f"Records, keys and letters lie in {instance.folder.folder}"
    if missing(instance.folder):
        yield "Sign-up is closed until observatory.toml is whole. What is missing: remission serve --check"
    if (behind := set_back()) is not None:
        fault_log.say(f"the clock stands {behind.days} days before the last act of the audit")
        yield f"THE CLOCK stands {behind.days} days before the last act that was recorded: set it right."
    if link := first_host_link():
        yield f"Your own account, once, within an hour: {instance.address}{link}"


def _check(home: Path | None, names: tuple[str, ...], proxies: int) -> int:
    """Print everything that was looked at; 2 where anything is missing."""
    from remission.web.home import default_folder
    from remission.web.open import open_observatory

    instance = open_observatory(home or default_folder(), hosts=names, proxies=proxies)
    from remission.web.serving.check import check_host

    found = check_host(instance)
    print("\n".join(map(str, found)))
    lacking = sum(one.standing != "ok" for one in found)
    print(f"\n{lacking} of {len(found)} are missing or not known." if lacking else "\nNothing is missing.")
    return BAD_INPUT if lacking else 0


def _site_of(home: Home) -> Path:
    """The site of the home, or of this folder; made now where there is none."""
    return next((one for one in (home.site, SITE) if _is_site(one)), None) or _written(home.site)


def _is_site(folder: Path) -> bool:
    return (folder / "index.html").is_file()


def _checked(folder: Path) -> bool:
    from remission.inputs.problems import InputProblems, Problem

    if not _is_site(folder):
        do = f"Write it first: remission site export {folder}"
        raise InputProblems(Problem.of_file(str(folder), found="no index.html", allowed="an exported site", do=do))
    return True


def _written(folder: Path) -> Path:
    from remission.site.export import export_site
    from remission.studies.load import load_studies
    from remission.terminal import day_of

    _say("Writing the site of questions and evidence, once: half a minute...")
    with progress_bar("Pages") as advance:
        export_site(load_studies(), folder, on=day_of(""), progress=advance)
    return folder


def _say(line: str) -> None:
    # At once: a server's output is often a file or a pipe.
    print(line, flush=True)
