"""The contract: every promise against every body, and the table in the docs that says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hardware_bridge.proofs.promises import PROMISES, prove
from hardware_bridge.proofs.proof_bench import BODIES

DOCS = Path(__file__).parents[2] / "docs" / "bridge.md"
# Promises that a body cannot make, with the reason in the docs: it then says so instead of keeping them.
NOT_MADE = {
    ("P1", "feetech"), ("P6", "feetech"), ("P11", "virtual"), ("P1", "reachy"), ("P5", "reachy"), ("P6", "reachy"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROMISES)
@pytest.mark.parametrize(
    "body", [pytest.param(body, marks=[pytest.mark.process] if body == "refboard" else []) for body in BODIES]
)
def test_promise_is_kept(name, body, request):
    built = request.getfixturevalue("built") if body == "refboard" else None
    outcome = prove(name, body, built=built)
    assert outcome.kept is (None if (name, body) in NOT_MADE else True), outcome.said


def test_the_table_in_the_docs_is_the_one_that_the_suite_makes():
    rows = re.findall(r"^\| \*\*(P\d+)\*\*[^|]*\|(.+)\|$", DOCS.read_text(), flags=re.MULTILINE)
    assert [name for name, _ in rows] == list(PROMISES)
    for name, cells in rows:
        marks = [cell.split()[0] for cell in cells.split("|")]
        assert marks == ["–" if (name, body) in NOT_MADE else "✔" for body in BODIES], name
