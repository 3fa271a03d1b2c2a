"""`remission jobs bounce`: what a mail server hands over when a letter comes back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from remission.web.identities.models import NoMail
from remission.web.mail.letters import queue_letter
from remission.web.mail.sending import send_waiting

if TYPE_CHECKING:
    from pathlib import Path

    from remission.web.instance import Instance

CAME_BACK = """\
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ann@example.org
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

X-Letter: {name}

--b--
"""


def bounce(observatory: Instance, what: str, piped: str = "") -> tuple[int, str]:
    """Call it as a mail server does; how it ended, and all that it said."""
    called = [sys.executable, "-m", "remission.cli", "jobs", "bounce", what, "--data", str(observatory.folder.folder)]
    ended = subprocess.run(called, input=piped, capture_output=True, text=True, check=False, env=dict(os.environ))
    return ended.returncode, ended.stdout + ended.stderr


def test_what_came_back_stops_letters_by_pipe_file_and_address(
    observatory: Instance, sign_in: Callable[..., Any], tmp_path: Path
) -> None:
    ann, bob = sign_in(), sign_in("bob@example.org")
    name = queue_letter("helper_began", account=ann.account)
    assert send_waiting() == 1
    file = tmp_path / "returned.eml"
    file.write_text(CAME_BACK.format(name="23456789abcdefgh"))
    assert bounce(observatory, str(file)) == (0, "of no letter of ours: 1\n")
    assert bounce(observatory, "-", CAME_BACK.format(name=name)) == (0, "letters stopped: 1\n")
    assert bounce(observatory, "bob@example.org") == (0, "letters stopped: 1\n")
    assert {one.account for one in NoMail.objects.all()} == {ann.account, bob.account}
    code, said = bounce(observatory, "nothing.eml")
    assert code == 2
    assert "nothing" not in said
