"""Whoever cannot prove to be Intercom hears neither the access token nor anything else."""

import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from tests.workers.intercom.calls import EXAMPLES
from workers.intercom.client import Intercom
from workers.intercom.errors import Unavailable

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is nothing to make a certificate with")


def certified(folder: Path, name: str) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate for this name that nobody else has signed."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}")
    names = ("-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1")
    subprocess.run(
        ["openssl", *made, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=30
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def test_an_unknown_certificate_is_not_talked_to(tmp_path: Path) -> None:
    heard = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0, ssl=certified(tmp_path, "api.intercom.io"))
    async with server, Intercom(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", "test-token") as client:
        with pytest.raises(Unavailable) as caught:
            await EXAMPLES[0].call(client)

    assert not caught.value.maybe_applied
    assert heard == []
