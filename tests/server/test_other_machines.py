"""Served to other machines: only encrypted, only under its own names, and with the same clients."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from swivel_client import Display, Lost
from swivel_client.serving import Served, free_port

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with"),
]

# Another address of this machine stands for another machine's way in.
ADDRESS, NAME = "127.0.0.2", "kitchen.example"
README = Path(__file__).resolve().parents[2] / "docs" / "api" / "README.md"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made as the page says, for another name and address."""
    folder = tmp_path_factory.mktemp("tls")
    page = README.read_text(encoding="utf-8")
    typed = page[page.index("openssl req") : page.index("swivel serve --address")].replace("\\\n", " ")
    typed = typed.replace("kitchen.local", NAME).replace("192.168.1.20", ADDRESS)
    subprocess.run(typed, shell=True, cwd=folder, check=True, capture_output=True)
    return folder / "certificate.pem"


@pytest.fixture(scope="module")
def secure(quiet_scene: Path, certificate: Path) -> Iterator[Served]:
    tls = ("--certificate", str(certificate), "--key", str(certificate.with_name("key.pem")))
    with Served(quiet_scene, options=("--address", ADDRESS, *tls, "--name", NAME), port=free_port()) as one:
        one.url = f"https://{ADDRESS}:{one.port}"
        yield one


def test_it_is_encrypted_and_answers_to_its_own_names_only(secure, certificate):
    trusting = ssl.create_default_context(cafile=str(certificate))
    token = {"Authorization": f"Bearer {secure.token('watch')}"}
    with httpx.Client(verify=trusting, base_url=secure.url, headers=token) as client:
        assert client.get("/v1/state").json()["type"] == "DeviceState"
        assert client.get("/v1/state", headers={"Host": f"{NAME}:{secure.port}"}).status_code == 200
        assert client.get("/v1/state", headers={"Host": f"other.example:{secure.port}"}).status_code == 421
        assert client.get("/v1/state", headers={"Origin": secure.url}).status_code == 200
        assert client.get("/v1/state", headers={"Origin": secure.url.replace("https", "http")}).status_code == 403
    with pytest.raises(httpx.ConnectError, match="certificate"):
        httpx.get(f"{secure.url}/v1/state", headers=token)
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://{ADDRESS}:{secure.port}/v1/state", headers=token)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{secure.port}/v1/state", headers=token)


def test_the_same_client_turns_the_screen_when_it_trusts_the_certificate(secure, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with secure.display() as display:
        assert display.turn_to(15).wait().ok


def test_a_client_that_does_not_trust_it_says_so_and_does_not_try_for_ever(secure, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(Lost, match="certificate"):
        Display(secure.url, token=secure.token())
