"""The site is served to this computer only, packed, under its policy, and nothing outside its folder."""

from __future__ import annotations

import gzip
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from remission.atlas.map.index import CONTENT_SECURITY_POLICY
from remission.atlas.recipes.serve import site_server
from remission.inputs.problems import InputProblems


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    site = tmp_path / "site"
    (site / "trust").mkdir(parents=True)
    (site / "index.html").write_text("<p>The map</p>" * 100, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("not for anybody", encoding="utf-8")
    with site_server(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def asked(url: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return answer.read(), dict(answer.headers)


def test_every_answer_carries_the_policy(address: str) -> None:
    _, headers = asked(f"{address}/")
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_what_can_be_packed_is_packed_for_those_who_can_unpack(address: str) -> None:
    packed, headers = asked(f"{address}/index.html", **{"Accept-Encoding": "gzip"})
    plain, other = asked(f"{address}/index.html")
    assert headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in other
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain)


@pytest.mark.parametrize("path", ["nothing.html", "trust", "../secret.txt", "%2e%2e/secret.txt"])
def test_nothing_else_is_given_away(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        asked(f"{address}/{path}")
    refused.value.close()
    assert refused.value.code == 404


def test_the_site_is_served_to_this_computer_only(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("", encoding="utf-8")
    with site_server(tmp_path, 0) as server:
        assert server.server_address[0] == "127.0.0.1"


def test_a_folder_without_a_site_is_told_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as found:
        site_server(tmp_path, 0)
    assert "remission atlas export" in found.value.report()
