"""Who is let in: tokens with scopes in a file of their owner's, our names, our pages, and nothing else."""

from __future__ import annotations

import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.onboard.messages import Scope
from simulator.server.door import LOOPBACK, Door, DoorError, Tokens, load_tokens

TOKENS = Tokens({scope: f"{scope.value}-{'x' * 24}" for scope in Scope})
DOOR = Door(tokens=TOKENS, names=frozenset(LOOPBACK), port=8760)


def test_tokens_are_made_once_in_a_file_that_only_its_owner_may_read(tmp_path):
    path = tmp_path / "new" / "tokens.json"
    tokens, new = load_tokens(path)
    assert new
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(set(tokens.by_scope.values())) == 3
    again, new = load_tokens(path)
    assert (again, new) == (tokens, False)


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        ("{}", 0o600, "must hold a token for each"),
        ("nonsense", 0o600, "must hold a token for each"),
        (json.dumps(dict.fromkeys(Scope, "short")), 0o600, "at least 20 characters"),
        (json.dumps({scope: "x" * 30 for scope in Scope}), 0o644, "others may read it"),
    ],
)
def test_a_token_file_that_cannot_be_trusted_is_refused(tmp_path, text, mode, words):
    path = tmp_path / "tokens.json"
    path.write_text(text)
    path.chmod(mode)
    with pytest.raises(DoorError, match=words):
        load_tokens(path)


@pytest.mark.parametrize("host", ["127.0.0.1:8760", "localhost:8760", "LOCALHOST:8760", "[::1]:8760", "localhost"])
def test_our_own_names_are_ours(host):
    assert DOOR.host_is_ours([host])


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        ["evil.example"],
        ["evil.example:8760"],
        ["localhost:80"],
        ["localhost:8760", "localhost:8760"],
        ["localhost:8760", "evil.example"],
        ["localhost.evil.example:8760"],
        ["127.0.0.1:8760@evil.example"],
        ["::1:8760"],
        [""],
    ],
)
def test_foreign_missing_and_doubled_hosts_are_not(hosts):
    assert not DOOR.host_is_ours(hosts)


@pytest.mark.parametrize(
    ("origins", "ours"),
    [
        ([], True),
        (["http://localhost:8760"], True),
        (["http://127.0.0.1:8760"], True),
        (["https://localhost:8760"], False),
        (["http://localhost:3000"], False),
        (["http://evil.example"], False),
        (["null"], False),
        (["http://localhost:8760", "http://evil.example"], False),
    ],
)
def test_only_our_own_pages_may_ask(origins, ours):
    assert DOOR.origin_is_ours(origins) is ours


def test_a_token_comes_as_header_or_as_subprotocol_and_only_once():
    token = TOKENS.by_scope[Scope.APP]
    assert DOOR.scope_of(authorization=[f"Bearer {token}"]) is Scope.APP
    assert DOOR.scope_of(authorization=[], protocols=["swivel.v1", f"bearer.{token}"]) is Scope.APP
    assert DOOR.scope_of(authorization=[f"Bearer {token}", f"Bearer {token}"]) is None
    assert DOOR.scope_of(authorization=[token]) is None


@given(st.text(max_size=60))
def test_no_other_text_is_a_token(text):
    if text not in TOKENS.by_scope.values():
        assert TOKENS.scope_of(text) is None
