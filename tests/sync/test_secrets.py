"""Where secrets come from, and that nothing says them."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.errors import NodeError
from sync.secrets import RedactingFilter, Secrets, read_secrets, redacted
from sync.settings import Settings
from sync.storage import open_storage
from tests.sync.fakes import FakeClock
from tests.sync.s3_faults import Fault, FaultyProxy
from tests.sync.servers import Seaweed

KEYRING = {"storage_key_id": "ring-id", "storage_secret": "ring-secret", "queue_token": "ring-token"}


def nothing(_name: str) -> None:
    return None


def test_the_environment_goes_before_the_keyring() -> None:
    found = read_secrets({"FRAMEKILN_QUEUE_TOKEN": "from-outside\n"}, KEYRING.get)
    assert (found.queue_token, found.storage_secret) == ("from-outside", "ring-secret")
    assert found.webhook_secret is None


def test_the_variables_of_aws_count_only_as_a_pair_and_last() -> None:
    aws = {"AWS_ACCESS_KEY_ID": "aws-id", "AWS_SECRET_ACCESS_KEY": "aws-secret"}
    assert read_secrets(aws, nothing).storage_key_id == "aws-id"
    assert read_secrets(aws, KEYRING.get).storage_key_id == "ring-id"
    half = read_secrets(aws | {"FRAMEKILN_STORAGE_KEY_ID": "ours"}, nothing)
    assert (half.storage_key_id, half.storage_secret) == ("ours", None)


def test_a_machine_without_a_keyring_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own, as a keyring is chosen once: none at all, none that opens, and one that has it."""
    code = "from sync.secrets import read_secrets; print(read_secrets({}).queue_token)"
    for backend, said in (("keyring.backends.fail.Keyring", "None"), ("keyring.backends.null.Keyring", "None")):
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert ended.stdout.strip() == said


def test_what_is_shown_of_secrets_is_which_are_set() -> None:
    shown = repr(Secrets(queue_token="tok-1234567", storage_secret="sec-1234567"))
    assert shown == "Secrets(queue_token=set, storage_key_id=not set, storage_secret=set, webhook_secret=not set)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "https://s/b/k?X-Amz-Expires=60&X-Amz-Signature=ab12&x=1",
            "https://s/b/k?X-Amz-Expires=60&X-Amz-Signature=***&x=1",
        ),
        ("https://s/k?X-Amz-Credential=id%2F2026%2Fauto", "https://s/k?X-Amz-Credential=***"),
        ("libsql://db.example?authToken=ey.J.x", "libsql://db.example?authToken=***"),
        ("https://user:pass@host/path", "https://***@host/path"),
        ("Authorization: Bearer eyJhbGciOi.J9", "Authorization: Bearer ***"),
        ("{'authorization': 'Basic dXNlcg=='}", "{'authorization': 'Basic ***'}"),
        (
            "AWS4-HMAC-SHA256 Credential=id/20261121/auto/s3/aws4_request, SignedHeaders=host, Signature=ab12",
            "AWS4-HMAC-SHA256 Credential=***, SignedHeaders=host, Signature=***",
        ),
        ("nothing secret: https://host/a?b=c at 12:30", "nothing secret: https://host/a?b=c at 12:30"),
    ],
)
def test_signatures_tokens_and_passwords_are_hidden_by_their_form(text: str, said: str) -> None:
    assert redacted(text) == said


def test_a_known_secret_is_hidden_anywhere_also_as_addresses_write_it() -> None:
    Secrets(webhook_secret="wh/sec+ret=1")
    assert redacted("a wh/sec+ret=1 b wh%2Fsec%2Bret%3D1 c") == "a *** b *** c"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that anybody logs, as the node's log writes it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(RedactingFilter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.setLevel(level)
    root.removeHandler(handler)


def test_no_secret_and_no_signature_is_in_a_log_or_an_error(
    s3_settings: Settings, proxy: FaultyProxy, log: io.StringIO, tmp_path: Path
) -> None:
    """boto3 at its most talkative, through every way of failing."""
    settings = s3_settings.model_copy(update={"storage_endpoint": proxy.endpoint})
    right = Secrets(storage_key_id=Seaweed.KEY_ID, storage_secret=Seaweed.SECRET)
    wrong = Secrets(storage_key_id=Seaweed.KEY_ID, storage_secret="a-wrong-secret-here")
    said = [repr(right), str(wrong)]
    for secrets, fault in (
        (wrong, None),
        (right, Fault("refused", "PUT", status=500, times=9)),
        (right, Fault("refused", "HEAD", status=403, times=9)),
        (right, Fault("cut", "PUT", times=9)),
        (right, Fault("lost", "HEAD", times=9)),
    ):
        proxy.faults = [fault] if fault else []
        storage = open_storage(settings, secrets=secrets, clock=FakeClock(time.time()))
        with pytest.raises(NodeError) as caught:
            storage.put_bytes("local/x", b"x", media_type="video/mp4")
        said.append("".join(traceback.format_exception(caught.value)))
        logging.getLogger("framekiln").error("it failed at %s", storage.link("local/x"), exc_info=caught.value)
    text = log.getvalue() + "".join(said)
    assert "it failed at" in text
    assert "X-Amz-Signature=***" in text
    for hidden in (Seaweed.SECRET, "a-wrong-secret-here"):
        assert hidden not in text
    links = [part for part in text.split("X-Amz-Signature=")[1:] if not part.startswith("***")]
    signed = [part for part in text.split(" Signature=")[1:] if not part.startswith("***")]
    assert links == signed == []


def test_the_command_takes_no_secret_and_repeats_none(tmp_path: Path, s3_settings: Settings) -> None:
    for words in (["--secret", "hunter22"], ["--to", "s3://id:hunter22@films"], ["--token=hunter22"]):
        ended = subprocess.run(
            [sys.executable, "-m", "app", "storage", "test", *words], capture_output=True, text=True, check=False
        )
        assert ended.returncode == 2
        assert "FRAMEKILN_STORAGE_SECRET" in ended.stderr
        assert "hunter22" not in ended.stdout + ended.stderr


def test_a_short_secret_does_not_spoil_words() -> None:
    Secrets(queue_token="ours")
    assert redacted("its active hours; token ours.") == "its active hours; token ***."
