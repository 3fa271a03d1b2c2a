"""Files arrive whole or not at all, whatever the server does, and what to do next depends on what it did."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from made_up.ckan_server import PAGE, Portal, portal
from remission.inputs import download as module
from remission.inputs.download import DownloadFailed, Patience, download, fetch_json

CONTENT = b"YEAR_MONTH,ODS_CODE\n" + b"202505,RA2\n" * 500
ONCE, THRICE = Patience(5, 1, 0), Patience(5, 3, 0)


@pytest.fixture
def site() -> Iterator[Portal]:
    with portal() as shown:
        yield shown


def url_of(site: Portal) -> str:
    return f"{site.address}/files/m.csv"


def test_a_file_arrives_with_its_size_hash_and_progress(site: Portal, tmp_path: Path) -> None:
    site.publish("d", "m.csv", CONTENT)
    told: list[tuple[int, int | None]] = []
    found = download(url_of(site), tmp_path / "m.part", ONCE, say=lambda *one: told.append(one))
    assert found is not None
    assert (found.bytes, found.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert found.path.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))


def test_a_broken_transfer_is_kept_and_gone_on_with(site: Portal, tmp_path: Path) -> None:
    file, part = site.publish("d", "m.csv", CONTENT, breaks_after=1000), tmp_path / "m.part"
    with pytest.raises(DownloadFailed) as failed:
        download(url_of(site), part, ONCE)
    assert (failed.value.why, failed.value.detail) == ("truncated", f"1,000 of {len(CONTENT):,} bytes")
    assert part.read_bytes() == CONTENT[:1000]
    file.breaks_after = None
    found = download(url_of(site), part, ONCE)
    assert found is not None
    assert found.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert site.requests_of("m.csv")[-1]["Range"] == "bytes=1000-"


def test_a_broken_transfer_is_tried_again_by_itself(site: Portal, tmp_path: Path) -> None:
    site.publish("d", "m.csv", CONTENT, breaks_after=2500)
    found = download(url_of(site), tmp_path / "m.part", THRICE)
    assert found is not None
    assert found.path.read_bytes() == CONTENT
    assert len(site.requests_of("m.csv")) == 3


def test_a_file_that_changed_meanwhile_is_fetched_from_its_start(site: Portal, tmp_path: Path) -> None:
    site.publish("d", "m.csv", CONTENT, breaks_after=1000)
    with pytest.raises(DownloadFailed):
        download(url_of(site), tmp_path / "m.part", ONCE)
    changed = CONTENT.replace(b"RA2", b"RA3")
    site.publish("d", "m.csv", changed)
    found = download(url_of(site), tmp_path / "m.part", ONCE)
    assert found is not None
    assert found.path.read_bytes() == changed


@pytest.mark.parametrize("how", [{"tagged": False}, {"ranges": False}])
def test_without_tags_or_ranges_it_starts_again(site: Portal, tmp_path: Path, how: dict[str, bool]) -> None:
    file = site.publish("d", "m.csv", CONTENT, breaks_after=1000, **how)
    with pytest.raises(DownloadFailed):
        download(url_of(site), tmp_path / "m.part", ONCE)
    file.breaks_after = None
    found = download(url_of(site), tmp_path / "m.part", ONCE)
    assert found is not None
    assert found.path.read_bytes() == CONTENT


@pytest.mark.parametrize("note", ["", "5", "null", "[]", '["{url}"]', '{{"a": 1}}', '["{url}", null', '["{url}", ""]'])
def test_a_note_that_says_nothing_of_a_part_means_starting_again(site: Portal, tmp_path: Path, note: str) -> None:
    site.publish("d", "m.csv", CONTENT)
    (tmp_path / "m.part").write_bytes(b"YEAR_MONTH of another file")
    (tmp_path / "m.part.note").write_text(note.format(url=url_of(site)), encoding="utf-8")
    found = download(url_of(site), tmp_path / "m.part", ONCE)
    assert found is not None
    assert found.path.read_bytes() == CONTENT
    assert "Range" not in site.requests_of("m.csv")[-1]


def test_another_part_than_was_asked_for_is_not_joined_on(site: Portal, tmp_path: Path) -> None:
    file = site.publish("d", "m.csv", CONTENT, breaks_after=1000, shifted=True)
    with pytest.raises(DownloadFailed):
        download(url_of(site), tmp_path / "m.part", ONCE)
    file.breaks_after = None
    found = download(url_of(site), tmp_path / "m.part", ONCE)
    assert found is not None
    assert found.path.read_bytes() == CONTENT


def test_more_bytes_than_the_server_has_are_dropped(site: Portal, tmp_path: Path) -> None:
    site.publish("d", "m.csv", CONTENT, breaks_after=1000)
    with pytest.raises(DownloadFailed):
        download(url_of(site), tmp_path / "m.part", ONCE)
    site.files["/files/m.csv"].breaks_after = None
    (tmp_path / "m.part").write_bytes(CONTENT * 2)
    found = download(url_of(site), tmp_path / "m.part", THRICE)
    assert found is not None
    assert found.path.read_bytes() == CONTENT


def test_a_chunked_transfer_that_breaks_off_is_not_taken_for_whole(site: Portal, tmp_path: Path) -> None:
    site.publish("d", "m.csv", CONTENT, chunked=True, breaks_after=1000)
    with pytest.raises(DownloadFailed) as failed:
        download(url_of(site), tmp_path / "m.part", ONCE)
    assert failed.value.why == "truncated"
    site.files["/files/m.csv"].breaks_after = None
    found = download(url_of(site), tmp_path / "m.part", ONCE)
    assert found is not None
    assert found.path.read_bytes() == CONTENT


@pytest.mark.parametrize("mime", ["text/html", "text/csv"])
def test_a_page_instead_of_a_csv_is_no_file(site: Portal, tmp_path: Path, mime: str) -> None:
    site.publish("d", "m.csv", PAGE, mime=mime)
    with pytest.raises(DownloadFailed, match="HTML") as failed:
        download(url_of(site), tmp_path / "m.part", THRICE)
    assert failed.value.why == "not a file"
    assert len(site.requests_of("m.csv")) == 1
    assert not (tmp_path / "m.part").exists() or not (tmp_path / "m.part").read_bytes()


def test_a_busy_server_is_asked_again_and_a_refusal_is_not(site: Portal, tmp_path: Path) -> None:
    file = site.publish("d", "m.csv", CONTENT, answers=[503, 429])
    assert download(url_of(site), tmp_path / "m.part", THRICE) is not None
    file.answers = [403]
    with pytest.raises(DownloadFailed, match="403") as failed:
        download(url_of(site), tmp_path / "n.part", THRICE)
    assert failed.value.why == "refused"


def test_a_file_the_server_still_has_is_not_sent_again(site: Portal, tmp_path: Path) -> None:
    site.publish("d", "m.csv", CONTENT)
    found = download(url_of(site), tmp_path / "m.part", ONCE)
    assert found is not None
    assert found.etag
    assert download(url_of(site), tmp_path / "n.part", ONCE, found.etag) is None


def test_only_addresses_of_the_web_are_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_bytes(CONTENT)
    with pytest.raises(DownloadFailed) as failed:
        download(secret.as_uri(), tmp_path / "m.part", ONCE)
    assert failed.value.why == "not an address"


def test_a_full_disk_is_not_called_a_silent_server(site: Portal, tmp_path: Path) -> None:
    site.publish("d", "m.csv", CONTENT)
    (tmp_path / "m.part").mkdir()
    with pytest.raises(OSError, match=r"m\.part"):
        download(url_of(site), tmp_path / "m.part", ONCE)


def test_an_answer_that_is_no_json_is_told_from_none(site: Portal) -> None:
    site.publish("d", "list.csv", PAGE)
    with pytest.raises(DownloadFailed, match="not JSON"):
        fetch_json(f"{site.address}/files/list.csv", ONCE)
    with pytest.raises(DownloadFailed, match="no answer") as failed:
        fetch_json("http://127.0.0.1:9/list", ONCE)
    assert failed.value.why == "unreachable"


def test_every_way_of_failing_has_its_advice() -> None:
    assert set(module.ADVICE) == set(module.Why.__args__)  # type: ignore[attr-defined]
