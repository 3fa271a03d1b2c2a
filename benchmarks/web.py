"""How fast pages of the observatory answer to fifty readers at once, from the real server on this computer.

    python benchmarks/web.py [--seconds 20] [--readers 50] [--pause 1] [--site out/site]

A demo is started as anybody starts it, with its invented people; three of them sign in. Then the readers ask for one
page after another, each of them the next a second after the last has come, and so fifty pages a second (--pause 0:
at once, which is no reader and finds out what the server can do at most): public pages of the site, public pages of the
observatory, and pages of people with records. A page is over where 95 of 100 answers take longer
than the bound, or any of them is no answer. The readers are threads of a process of their own, on the same processors
as the server; wrk, where it is installed (Debian's package wrk), asks the public pages as well and takes less of them.
"""

from __future__ import annotations

import argparse
import http.client
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from made_up.served import Server, Visitor, start

BOUND_MS = 150.0
SITE = Path("out/site")
PUBLIC = ("/", "/site.css", "/take-part/", "/registry/", "/account/login/")
OF_PEOPLE = ("/my/", "/my/journey/", "/my/form/short/", "/my/data/", "/my/consent/", "/my/looks/", "/account/")
WRK = """
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("%f %f %d %d\\n", latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    summary.requests, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


def read_pages(
    port: int, path: str, cookies: list[str], readers: int, seconds: float, pause: float
) -> tuple[list[float], int]:
    """Milliseconds of every answer to some readers at once, and how many were none; in a process of its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_read, (port, path, cookies, readers, seconds, pause))


def _read(
    port: int, path: str, cookies: list[str], readers: int, seconds: float, pause: float
) -> tuple[list[float], int]:
    took: list[float] = []
    errors: list[str] = []
    until = time.monotonic() + seconds

    def one(number: int) -> None:
        connection = http.client.HTTPConnection("localhost", port, timeout=30)
        headers = {"Cookie": cookies[number % len(cookies)]} if cookies else {}
        while time.monotonic() < until:
            begun = time.perf_counter()
            try:
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    errors.append(str(answer.status))
            except (OSError, http.client.HTTPException) as error:
                errors.append(type(error).__name__)
                connection.close()
            took.append((time.perf_counter() - begun) * 1000)
            time.sleep(pause)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(readers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return took, len(errors)


def wrk(port: int, path: str, readers: int, seconds: float) -> str:
    """The same asked by wrk, in words; empty where it is not installed."""
    if shutil.which("wrk") is None:
        return ""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(WRK)
        script.flush()
        address = f"http://localhost:{port}{path}"
        command = ["wrk", "-t1", f"-c{readers}", f"-d{seconds:.0f}s", "-s", script.name, address]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    half, most, requests, errors = done.stdout.split()[-4:]
    return f"; wrk: p50 {float(half):.0f} ms, p95 {float(most):.0f} ms, {requests} answers, {errors} errors"


def sign_in(server: Server) -> list[str]:
    """The cookies of the people of a demo who can be signed in to."""
    page = Visitor(server.port)
    page.get("/demo/mail/")
    addresses = [line.split("</code>")[0] for line in page.text.split("<code>")[1:] if "@" in line.split("</code>")[0]]
    password = next(
        line.split("</code>")[0] for line in page.text.split("<code>")[1:] if "@" not in line.split("</")[0]
    )
    cookies = []
    for address in addresses:
        visitor = Visitor(server.port)
        visitor.send("/account/login/", login=address, password=password)
        cookies.append("; ".join(f"{name}={one.value}" for name, one in visitor.cookies.items()))
    return cookies


def measure(server: Server, path: str, cookies: list[str], asked: argparse.Namespace) -> bool | None:
    """Print how one page does; False where it is over, None where it is not there."""
    visitor = Visitor(server.port)
    answer = visitor.get(path, **({"Cookie": cookies[0]} if cookies else {}))
    if answer.status != 200:
        print(f"none {path}: answers {answer.status} and is not measured", flush=True)
        return None
    took, errors = read_pages(server.port, path, cookies, asked.readers, asked.seconds, asked.pause)
    most = statistics.quantiles(took, n=100)[94]
    good = most <= BOUND_MS and not errors
    other = "" if cookies else wrk(server.port, path, asked.readers, asked.seconds)
    print(
        f"{'ok  ' if good else 'OVER'} {path}: p50 {statistics.median(took):.0f} ms, p95 {most:.0f} ms, "
        f"{len(took) / asked.seconds:.0f} answers a second, {errors} errors; ratio {most / BOUND_MS:.2f} "
        f"(at most 1, of {BOUND_MS:.0f} ms){other}",
        flush=True,
    )
    return good


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument("--site", type=Path, default=SITE)
    asked = parser.parse_args()
    if not (asked.site / "index.html").is_file():
        raise SystemExit(f"write the site first: remission site export {asked.site}")
    with tempfile.TemporaryDirectory() as folder:
        server = start("--demo", site=asked.site, temporary=Path(folder))
        try:
            good = [measure(server, path, [], asked) for path in PUBLIC]
            people = sign_in(server)
            good += [measure(server, path, people, asked) for path in OF_PEOPLE]
        finally:
            server.end(signal.SIGINT)
    within = f"{good.count(True)} of {len(good) - good.count(None)} within the bound"
    print(f"     {asked.readers} readers, {asked.seconds:g} s a page; {within}")


if __name__ == "__main__":
    main()
