"""The two documents are valid, fit the messages, and never lose what version 1 has promised."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from simulator.onboard.messages import AnswerCode, Scope
from simulator.server import documents
from simulator.server.answering import CODES
from simulator.server.messages import COMMANDS, REPLIES, Code, Command, EventName, read_command
from simulator.server.pipe import HappeningName

ROOT = Path(__file__).resolve().parents[2]
PROMISED = set((Path(__file__).parent / "promised.txt").read_text(encoding="utf-8").splitlines())


def test_the_openapi_document_is_valid():
    OpenAPIV31SpecValidator(documents.openapi()).validate()


@pytest.mark.parametrize("name", ["openapi", "asyncapi"])
def test_the_documents_in_the_repository_are_those_of_the_messages(name):
    kept = (ROOT / "docs" / "api" / f"{name}.json").read_text(encoding="utf-8")
    assert json.loads(kept) == json.loads(documents.as_text(getattr(documents, name)()))


def test_nothing_that_was_promised_is_taken_away():
    assert sorted(PROMISED - documents.promises()) == []


def test_what_is_new_is_promised_too():
    """A new field, command or code belongs into promised.txt, and then it stays."""
    assert sorted(documents.promises() - PROMISED) == []


def test_a_removal_and_a_new_duty_are_noticed(monkeypatch):
    whole = documents.schemas()
    del whole["TurnTo"]["properties"]["style"]
    whole["GoToCenter"]["required"].append("maxSpeed")
    monkeypatch.setattr(documents, "schemas", lambda: whole)
    missing = PROMISED - documents.promises()
    assert {"TurnTo.style", "GoToCenter.maxSpeed"} <= missing


@pytest.mark.parametrize("name", ["openapi", "asyncapi"])
def test_every_reference_leads_somewhere(name):
    document = getattr(documents, name)()
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
        place = document
        for part in reference.split("/"):
            place = place[part.replace("~1", "/")]
        assert place, reference


def test_every_command_says_who_may_send_it_and_what_it_is_for():
    assert set(COMMANDS) == set(get_args(Command))
    for model in COMMANDS:
        assert model.needs in Scope
        assert model.moves in (True, False)
        assert model.__doc__
        assert model.__doc__.endswith(".")


def test_every_answer_of_the_device_has_a_code_of_its_own():
    assert set(CODES) == set(AnswerCode)
    assert len(set(CODES.values())) == len(CODES)
    assert set(CODES.values()) <= set(Code)


def test_every_happening_of_the_loop_is_an_event():
    assert set(get_args(HappeningName)) <= {name.value for name in EventName}


def test_messages_are_written_as_the_documents_say():
    turn = read_command('{"type": "TurnTo", "id": "1", "angle": 3, "maxSpeed": 20}')
    assert json.loads(turn.model_dump_json(by_alias=True))["maxSpeed"] == 20.0
    assert len({documents.kind_of(model) for model in (*COMMANDS, *REPLIES)}) == len(COMMANDS) + len(REPLIES)
